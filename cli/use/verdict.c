/* How well a classifier does. See verdict.h. */
#include "use/verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/progress.h"
#include "core/strings.h"
#include "core/table_file.h"
#include "core/terminal.h"
#include "data/encoded_set.h"
#include "data/open_data.h"
#include "data/recorded.h"
#include "data/split.h"
#include "plot/plot_words.h"

static void begin(cli_verdict *verdict, int classes) {
    const size_t cells = (size_t)classes * (size_t)classes;
    *verdict = (cli_verdict){.classes = classes};
    verdict->confusion = cli_alloc(cells * sizeof *verdict->confusion);
    memset(verdict->confusion, 0, cells * sizeof *verdict->confusion);
}

static bool end(cli_verdict *verdict, emb_status status) {
    if (status == EMB_OK) return true;
    cli_fail("%s", emb_error());
    cli_verdict_free(verdict);
    return false;
}

bool cli_verdict_net(cli_verdict *verdict, emb_net *net, const emb_images *images, int threads) {
    begin(verdict, emb_net_classes(net));
    return end(verdict, emb_net_score_classes(net, images, NULL, 0, threads, &verdict->score,
                                              verdict->confusion));
}

/* One more than the largest label. */
static int class_count(const cli_codes *codes) {
    int most = 0;
    for (size_t i = 0; i < codes->count; i++) {
        if (codes->labels[i] > most) most = codes->labels[i];
    }
    return most + 1;
}

bool cli_verdict_knn(cli_verdict *verdict, const cli_codes *reference, int neighbours,
                     const cli_codes *queries, int threads) {
    const int known = class_count(reference), asked = class_count(queries);
    uint8_t *predicted = cli_alloc(queries->count);
    size_t right = 0;
    cli_doing("comparing codes");
    begin(verdict, known > asked ? known : asked);
    emb_status status =
        emb_knn_classify(reference->values, reference->labels, reference->count, reference->length,
                         neighbours, queries->values, queries->count, predicted, threads);
    for (size_t i = 0; status == EMB_OK && i < queries->count; i++) {
        const size_t label = queries->labels[i];
        verdict->confusion[label * (size_t)verdict->classes + predicted[i]]++;
        right += predicted[i] == label;
    }
    verdict->predicted = predicted;
    verdict->score = (emb_class_score){
        .loss = NAN, .accuracy = (double)right / (double)queries->count, .count = queries->count};
    return end(verdict, status);
}

int cli_verdict_neighbours(const emb_net *net) {
    double neighbours;
    const bool known = cli_recorded_option(net, "knn", &neighbours);
    return known && neighbours >= 1 && neighbours <= 1e6 ? (int)neighbours : 0;
}

bool cli_verdict_recorded_knn(cli_verdict *verdict, emb_net *net, const char *model_name,
                              const char *dataset, const emb_images *images, int threads) {
    cli_split train;
    cli_codes reference = {0}, queries = {0};
    const size_t count = emb_images_count(images);
    if (cli_split_is_other(net, model_name, dataset)) {
        cli_fail("%s is not the data set that %s was trained on, whose images are its neighbours; "
                 "embudo classify --knn makes a classifier from other images",
                 dataset, model_name);
        return false;
    }
    if (!cli_split_open(&train, net, model_name, dataset, "train")) return false;
    const bool good =
        cli_codes_labelled(train.images, dataset, false) &&
        cli_codes_labelled(images, dataset, true) &&
        cli_codes_encode(&reference, net, train.images, train.indices, train.count, threads) &&
        cli_codes_encode(&queries, net, images, NULL, count, threads) &&
        cli_verdict_knn(verdict, &reference, cli_verdict_neighbours(net), &queries, threads);
    cli_codes_free(&reference);
    cli_codes_free(&queries);
    cli_split_close(&train);
    return good;
}

/* ---- as text --------------------------------------------------------------------------------- */

enum { LABEL = 8, CELL = 6, SHARE = 9, WIDTH_OF_NONE = 100 };

static uint32_t cell(const cli_verdict *verdict, int row, int column) {
    return verdict->confusion[(size_t)row * (size_t)verdict->classes + (size_t)column];
}

char *cli_verdict_class(const cli_verdict *verdict, int label) {
    const char *name = verdict->images ? emb_images_class_name(verdict->images, label) : NULL;
    return name ? cli_format("%d %s", label, name) : cli_format("%d", label);
}

/* For the terminal, to be freed. */
static char *row_label(const cli_verdict *verdict, int label) {
    char *foreign = cli_verdict_class(verdict, label),
         *shown = cli_format("%s", cli_shown(foreign));
    free(foreign);
    return shown;
}

static int label_width(const cli_verdict *verdict) {
    int width = LABEL;
    for (int c = 0; c < verdict->classes; c++) {
        char *label = row_label(verdict, c);
        const int columns = cli_columns(label) + 1;
        if (columns > width) width = columns;
        free(label);
    }
    return width;
}

static void print_matrix(const cli_verdict *verdict, int width) {
    cli_print("\n%-*s", width, _("true"));
    for (int c = 0; c < verdict->classes; c++) cli_print("%*d", CELL, c);
    cli_print("%*s\n", SHARE, _("right"));
    for (int row = 0; row < verdict->classes; row++) {
        uint32_t sum = 0;
        char *label = row_label(verdict, row);
        cli_print("%s%*s", label, width - cli_columns(label), "");
        free(label);
        for (int c = 0; c < verdict->classes; c++) {
            cli_print("%*u", CELL, (unsigned)cell(verdict, row, c));
            sum += cell(verdict, row, c);
        }
        if (sum > 0) cli_print("%*.1f %%", SHARE - 2, 100.0 * cell(verdict, row, row) / sum);
        putchar('\n');
    }
    cli_print("%*s\n", width + CELL * verdict->classes, _("predicted"));
}

/* The mistakes that are made most often, ten at most. */
static void print_mistakes(const cli_verdict *verdict) {
    enum { MOST = 10 };
    uint32_t below = UINT32_MAX;
    int shown = 0;
    cli_print("\nmost frequent mistakes\n");
    while (shown < MOST) {
        uint32_t best = 0;
        for (int i = 0; i < verdict->classes * verdict->classes; i++) {
            const bool mistake = i / verdict->classes != i % verdict->classes;
            const uint32_t count = verdict->confusion[i];
            if (mistake && count < below && count > best) best = count;
        }
        if (best == 0) return;
        for (int i = 0; i < verdict->classes * verdict->classes && shown < MOST; i++) {
            const int row = i / verdict->classes, column = i % verdict->classes;
            if (row == column || verdict->confusion[i] != best) continue;
            char *from = row_label(verdict, row), *to = row_label(verdict, column);
            cli_print("%6u  %s taken for %s\n", (unsigned)best, from, to);
            free(from);
            free(to);
            shown++;
        }
        below = best;
    }
}

void cli_verdict_print(const cli_verdict *verdict) {
    const char *prefix = cli_part_prefix(verdict->part);
    const int label = label_width(verdict), width = label + CELL * verdict->classes + SHARE;
    const int room = cli_terminal_is(stdout) ? cli_terminal_columns(stdout) : WIDTH_OF_NONE;
    cli_print("%saccuracy %.2f %%\n", prefix, 100 * verdict->score.accuracy);
    if (!isnan(verdict->score.loss)) cli_print("%sloss %.4f\n", prefix, verdict->score.loss);
    char *phrase = cli_scored_phrase(verdict->score.count, verdict->part, verdict->dataset);
    cli_print("%s\n", phrase);
    free(phrase);
    if (width <= room) {
        print_matrix(verdict, label);
    } else {
        print_mistakes(verdict);
    }
}

/* ---- as JSON --------------------------------------------------------------------------------- */

void cli_verdict_json(const cli_verdict *verdict, cli_json *json) {
    cli_json_real(json, "accuracy", verdict->score.accuracy);
    cli_json_real(json, "loss", verdict->score.loss);
    cli_json_open(json, "classes", '[');
    for (int row = 0; row < verdict->classes; row++) {
        uint32_t sum = 0;
        for (int c = 0; c < verdict->classes; c++) sum += cell(verdict, row, c);
        cli_json_open(json, NULL, '{');
        cli_json_whole(json, "label", row);
        cli_json_string(json, "class",
                        verdict->images ? emb_images_class_name(verdict->images, row) : NULL);
        cli_json_whole(json, "images", sum);
        cli_json_whole(json, "right", cell(verdict, row, row));
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    cli_json_open(json, "confusion", '[');
    for (int row = 0; row < verdict->classes; row++) {
        cli_json_open(json, NULL, '[');
        for (int c = 0; c < verdict->classes; c++)
            cli_json_whole(json, NULL, cell(verdict, row, c));
        cli_json_close(json, ']');
    }
    cli_json_close(json, ']');
}

/* ---- as files -------------------------------------------------------------------------------- */

static cli_text print_csv(const cli_verdict *verdict) {
    cli_text csv = {0};
    char *cells = cli_scored_cells(verdict->dataset, verdict->part, verdict->score.count);
    cli_text_add(&csv, "true");
    for (int c = 0; c < verdict->classes; c++) {
        char text[CLI_NUMBER_SIZE];
        char *head = cli_format("predicted_%s", cli_class_name(verdict->images, c, text));
        cli_text_add(&csv, ",");
        cli_text_for(&csv, EMB_CSV, head);
        free(head);
    }
    cli_text_add(&csv, CLI_SCORED_COLUMNS);
    for (int row = 0; row < verdict->classes; row++) {
        char text[CLI_NUMBER_SIZE];
        cli_text_add(&csv, "\n");
        cli_text_for(&csv, EMB_CSV, cli_class_name(verdict->images, row, text));
        for (int c = 0; c < verdict->classes; c++) {
            cli_text_add(&csv, ",%u", (unsigned)cell(verdict, row, c));
        }
        cli_text_add(&csv, "%s", cells);
    }
    cli_text_add(&csv, "\n");
    free(cells);
    return csv;
}

emb_picture *cli_verdict_draw(const cli_verdict *verdict, emb_format format) {
    char count[CLI_NUMBER_SIZE];
    char *name = cli_scored_set(verdict->dataset);
    char *title =
        cli_told(cli_word_text(CLI_WORD_CONFUSION_TITLE), 100 * verdict->score.accuracy,
                 cli_thousands(verdict->score.count, count), cli_word_part(verdict->part), name);
    free(name);
    char **names = cli_alloc((size_t)verdict->classes * sizeof *names), text[CLI_NUMBER_SIZE];
    for (int c = 0; c < verdict->classes; c++) {
        names[c] = cli_format("%s", cli_class_name(verdict->images, c, text));
    }
    const emb_matrix matrix = {.title = title,
                               .classes = verdict->classes,
                               .names = (const char *const *)names,
                               .counts = verdict->confusion,
                               .row_title = cli_word_text(CLI_WORD_TRUE_CLASS),
                               .column_title = cli_word_text(CLI_WORD_PREDICTED_CLASS),
                               .share_title = cli_word_text(CLI_WORD_ROW_SHARE)};
    emb_picture *picture = emb_matrix_draw(&matrix, format);
    for (int c = 0; c < verdict->classes; c++) free(names[c]);
    free(names);
    free(title);
    return picture;
}

bool cli_verdict_save(const cli_verdict *verdict, const char *folder) {
    cli_text csv = print_csv(verdict);
    if (verdict->classes <= CLI_VERDICT_DRAWN) {
        return cli_table_save(folder, "confusion", &csv, cli_verdict_draw(verdict, EMB_PNG));
    }
    cli_note("no confusion.png: %d classes are more than the %d that a picture shows",
             verdict->classes, CLI_VERDICT_DRAWN);
    return cli_table_save_alone(folder, "confusion", &csv);
}

void cli_verdict_free(cli_verdict *verdict) {
    free(verdict->confusion);
    free(verdict->predicted);
    *verdict = (cli_verdict){0};
}
