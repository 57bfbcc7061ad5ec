/* Printing scores. See score_print.h. */
#include "use/score_print.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/message.h"
#include "data/open_data.h"
#include "use/score_curves.h"

static void print_classes(const cli_scores *s) {
    double roc, precision;
    char text[CLI_NUMBER_SIZE];
    if (s->normal < 0) return;
    const char *name = cli_class_name(s->split->images, s->normal, text);
    size_t usual, odd, alarms = 0, found = 0;
    cli_scores_sides(s, &usual, &odd);
    for (size_t i = 0; i < s->split->count; i++) {
        const int label = emb_images_label(s->split->images, cli_split_index(s->split, i));
        alarms += label == s->normal && cli_scores_is_odd(s, i);
        found += label != s->normal && cli_scores_is_odd(s, i);
    }
    if (usual > 0) {
        cli_print("of class %s, %.2f %% are above it\n", cli_shown(name),
                  100 * (double)alarms / (double)usual);
    }
    if (odd > 0) {
        cli_print("of other classes, %.2f %% are above it\n", 100 * (double)found / (double)odd);
    }
    for (int kind = 0; kind < CLI_SCORES_KINDS; kind++) {
        if (!cli_scores_areas(s, kind, &roc, &precision)) continue;
        cli_print("by %-14s  ROC AUC %.4f  average precision %.4f\n", _(cli_scores_word(kind)), roc,
                  precision);
    }
}

/* ---- the oddest ------------------------------------------------------------------------------ */

enum { SCORE, MARK, NAME, LABEL, ERROR, NEAR, NEAR_LABEL, NEAR_ERROR, COLUMNS };

/* Numbers are called as in JSON, in English. */
static const char *const heads[COLUMNS] = {
    N_("score"),   "",          N_("image"), N_("label"), N_("reconstruction"),
    N_("nearest"), N_("label"), N_("pixels")};

/* The cells of an image, to be freed; NULL for what there is not. */
static void fill(const cli_scores *s, size_t i, char *cells[COLUMNS]) {
    char text[CLI_NUMBER_SIZE];
    const double error = cli_scores_number(s, i, EMB_UNUSUAL_RECONSTRUCTION);
    char *near = cli_scores_near_name(s, i);
    for (int c = 0; c < COLUMNS; c++) cells[c] = NULL;
    cells[SCORE] = cli_told("%.4g", cli_scores_of(s, i));
    if (cli_scores_is_odd(s, i)) cells[MARK] = cli_format("*");
    cells[NAME] = cli_scores_name(s, i);
    cells[LABEL] = cli_scores_label(s, i);
    if (s->uses_net) cells[ERROR] = cli_format("%s", cli_error_text(error, 4, text));
    if (!near) return;
    cells[NEAR] = near;
    cells[NEAR_LABEL] = cli_scores_near_label(s, i);
    cells[NEAR_ERROR] =
        cli_format("%s", cli_error_text(cli_scores_number(s, i, CLI_SCORES_PIXELS), 4, text));
}

/* Spaces up to a column's width: numbers end below each other, texts begin. */
static void print_row(const char *const cells[COLUMNS], const int widths[COLUMNS]) {
    int blank = 0;
    for (int c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0) continue;
        const char *cell = cells[c] ? cli_shown(cells[c]) : "";
        const int room = widths[c] - cli_columns(cell);
        const bool number = c == SCORE || c == ERROR || c == NEAR_ERROR;
        if (*cell) {
            cli_print("%*s%s", blank + (number ? room : 0), "", cell);
            blank = number ? 0 : room;
        } else {
            blank += widths[c];
        }
        blank += c == SCORE ? 1 : 2;
    }
    cli_print("\n");
}

static void print_oddest(const cli_scores *s, size_t count) {
    char *(*table)[COLUMNS] = cli_alloc(count * sizeof *table);
    int widths[COLUMNS] = {0};
    for (size_t i = 0; i < count; i++) {
        fill(s, s->order[i], table[i]);
        for (int c = 0; c < COLUMNS; c++) {
            const int wide = table[i][c] ? cli_columns(cli_shown(table[i][c])) : 0;
            if (wide > widths[c]) widths[c] = wide;
        }
    }
    const char *said[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        said[c] = *heads[c] ? _(heads[c]) : "";
        const int wide = cli_columns(said[c]);
        if (widths[c] > 0 && wide > widths[c]) widths[c] = wide;
    }
    widths[SCORE] += 2; /* lines of the table are indented */
    widths[MARK] = 1;
    print_row(said, widths);
    for (size_t i = 0; i < count; i++) {
        print_row((const char *const *)table[i], widths);
        for (int c = 0; c < COLUMNS; c++) free(table[i][c]);
    }
    free(table);
}

void cli_scores_print(const cli_scores *scores, size_t shown) {
    char odd[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE], validated[CLI_NUMBER_SIZE];
    const size_t count = scores->split->count;
    cli_print(
        cli_plural((unsigned long)scores->validated,
                   "threshold %.4g: %g %% of usual images are above it, by %s validation image\n",
                   "threshold %.4g: %g %% of usual images are above it, by %s validation images\n"),
        scores->threshold, 100 * scores->false_alarms, cli_thousands(scores->validated, validated));
    cli_print(cli_plural((unsigned long)count, "%s of %s image is above it\n",
                         "%s of %s images are above it\n"),
              cli_thousands(cli_scores_odd(scores), odd), cli_thousands(count, all));
    print_classes(scores);
    if (shown > 0) print_oddest(scores, shown < count ? shown : count);
}
