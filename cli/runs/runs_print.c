/* A list of runs as people and scripts read it. See runs_print.h. */
#include "runs/runs_print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/message.h"
#include "core/run_json.h"
#include "core/seed.h"
#include "core/terminal.h"
#include "use/findings.h"

/* ---- texts ----------------------------------------------------------------------------------- */

static char *missing(void) { return cli_format("-"); }

/* A share as percent, or an error. */
static char *score_text(double accuracy, double error) {
    char number[CLI_NUMBER_SIZE];
    if (isfinite(accuracy)) return cli_told("%.2f %%", 100 * accuracy);
    if (!isfinite(error)) return missing();
    return cli_format("%s", cli_error_text(error, 4, number));
}

char *cli_run_validation_text(const cli_run_entry *run) {
    return run->best.epoch > 0 ? score_text(run->best.accuracy, run->best.loss) : missing();
}

char *cli_run_test_text(const cli_run_entry *run) {
    if (!run->tested) return missing();
    char *score = score_text(run->test.accuracy, run->test.mse);
    if (run->test.part == CLI_PART_TEST) return score;
    char *text = cli_format("%s (%s)", score, _(cli_part_name(run->test.part)));
    free(score);
    return text;
}

char *cli_run_verdict_text(const cli_run_entry *run) {
    cli_text text = {0};
    if (!run->checked) return missing();
    if (run->found == 0) return cli_told("well");
    for (const cli_finding *f = cli_findings; f->word; f++) {
        if (!(run->found & f->finding)) continue;
        cli_text_add(&text, "%s%s", text.length > 0 ? ", " : "", _(f->shown));
    }
    return text.bytes;
}

char *cli_run_epochs_text(const cli_run_entry *run) {
    if (run->epochs == 0) return missing();
    if (run->done == run->epochs) return cli_format("%d", run->done);
    return cli_format("%d/%d", run->done, run->epochs);
}

/* Days since 1970 of a day in the Gregorian calendar. */
static long long days_of(int year, int month, int day) {
    const long long y = month > 2 ? year : year - 1; /* years begin in March */
    const long long era = (y >= 0 ? y : y - 399) / 400, of_era = y - 400 * era;
    const long long of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return 146097 * era + 365 * of_era + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* In the reader's time zone. */
char *cli_run_when_text(const cli_run_entry *run) {
    int year, month, day, hour, minute, second;
    struct tm local;
    char text[32];
    if (sscanf(run->started, "%4d-%2d-%2dT%2d:%2d:%2dZ", &year, &month, &day, &hour, &minute,
               &second) != 6 ||
        month < 1 || month > 12) {
        return missing();
    }
    const long long seconds = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    const time_t time = (time_t)seconds;
    if (!localtime_r(&time, &local)) return missing();
    strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    return cli_format("%s", text);
}

char *cli_run_network_text(const cli_run_entry *run) {
    if (run->entries > 0) {
        return cli_told("%s, %d indices of %d entries", run->network, run->indices, run->entries);
    }
    if (run->latent > 0) return cli_told("%s, latent %d", run->network, run->latent);
    return cli_format("%s", run->network);
}

char *cli_run_outcome_text(const cli_run_entry *run) {
    static const char *const outcomes[] = {
        N_("running"),     N_("finished"), N_("stopped early"), N_("stopped at --max-steps"),
        N_("interrupted"), N_("diverged"), N_("failed"),        N_("broken off")};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        if (strcmp(outcomes[i], run->outcome) == 0) return cli_format("%s", _(outcomes[i]));
    }
    return cli_format("%s", run->outcome);
}

/* ---- the table ------------------------------------------------------------------------------- */

static char *path_text(const cli_run_entry *run) { return cli_format("%s", run->path); }
static char *data_text(const cli_run_entry *run) {
    return *run->data ? cli_format("%s", run->data) : missing();
}
static char *size_text(const cli_run_entry *run) {
    char size[CLI_NUMBER_SIZE];
    return cli_format("%s", cli_size((size_t)run->bytes, size));
}

/* `spare`: what a terminal that is too narrow does without, 1 first; 0 stays. */
static const struct column {
    const char *title;
    char *(*text)(const cli_run_entry *run);
    bool right;
    int spare;
} columns[] = {
    {N_("run"), path_text, false, 0},
    {N_("begun"), cli_run_when_text, false, 2},
    {N_("network"), cli_run_network_text, false, 7},
    {N_("data"), data_text, false, 5},
    {N_("epochs"), cli_run_epochs_text, true, 6},
    {N_("outcome"), cli_run_outcome_text, false, 3},
    {N_("best validation"), cli_run_validation_text, true, 8},
    {N_("test"), cli_run_test_text, true, 0},
    {N_("doctor"), cli_run_verdict_text, false, 4},
    {N_("size"), size_text, true, 1},
};
enum { COLUMNS = sizeof columns / sizeof *columns, GAP = 2, SHORTEST = 9 };

/* The table's cells, and how wide each column is; below 0: it is left out. */
typedef struct table {
    char *titles[COLUMNS], *(*cells)[COLUMNS];
    int widths[COLUMNS];
} table;

static void print_row(char *const cells[COLUMNS], const int widths[COLUMNS]) {
    int last = COLUMNS - 1;
    while (widths[last] < 0) last--;
    for (int i = 0; i <= last; i++) {
        if (widths[i] < 0) continue;
        char *cell = cli_cut(cli_shown(cells[i]), widths[i], i == 0); /* a path's end tells more */
        const int space = widths[i] - cli_columns(cell);
        const int before = columns[i].right ? space : 0;
        const int after = columns[i].right || i == last ? 0 : space;
        printf("%*s%s%*s%*s", before, "", cell, after, "", i < last ? GAP : 0, "");
        free(cell);
    }
    printf("\n");
}

static int width_of(const table *t) {
    int width = -GAP;
    for (int i = 0; i < COLUMNS; i++) width += t->widths[i] < 0 ? 0 : t->widths[i] + GAP;
    return width;
}

/* Leaves columns out until the table fits, and then cuts the runs' names. Elsewhere than in a
 * terminal all is printed. The names of those that are left out are added to `without`. */
static void fit(table *t, cli_text *without) {
    if (!isatty(STDOUT_FILENO)) return;
    const int room = cli_terminal_columns(stdout);
    for (int spare = 1; width_of(t) > room && spare < COLUMNS; spare++) {
        for (int i = 0; i < COLUMNS; i++) {
            if (columns[i].spare != spare) continue;
            t->widths[i] = -1;
            cli_text_add(without, "%s%s", without->length > 0 ? ", " : "", t->titles[i]);
        }
    }
    const int over = width_of(t) - room;
    if (over > 0) t->widths[0] = t->widths[0] - over > SHORTEST ? t->widths[0] - over : SHORTEST;
}

void cli_runs_print(const cli_run_list *list) {
    table t;
    cli_text without = {0};
    t.cells = cli_alloc((list->count + 1) * sizeof *t.cells);
    for (int i = 0; i < COLUMNS; i++) {
        t.titles[i] = cli_format("%s", _(columns[i].title));
        t.widths[i] = cli_columns(t.titles[i]);
    }
    for (size_t k = 0; k < list->count; k++) {
        for (int i = 0; i < COLUMNS; i++) {
            t.cells[k][i] = columns[i].text(&list->runs[k]);
            const int width = cli_columns(cli_shown(t.cells[k][i]));
            if (width > t.widths[i]) t.widths[i] = width;
        }
    }
    fit(&t, &without);
    print_row(t.titles, t.widths);
    for (size_t k = 0; k < list->count; k++) print_row(t.cells[k], t.widths);
    if (without.length > 0) {
        cli_note("no room in this terminal for: %s; embudo runs | less -S shows them",
                 without.bytes);
    }
    cli_text_free(&without);
    for (int i = 0; i < COLUMNS; i++) {
        free(t.titles[i]);
        for (size_t k = 0; k < list->count; k++) free(t.cells[k][i]);
    }
    free(t.cells);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_best(cli_json *json, const cli_best_epoch *best) {
    if (best->epoch == 0) {
        cli_json_string(json, "best_validation", NULL);
        return;
    }
    cli_json_open(json, "best_validation", '{');
    cli_json_whole(json, "epoch", best->epoch);
    cli_json_real(json, "loss", best->loss);
    if (isfinite(best->accuracy)) cli_json_real(json, "accuracy", best->accuracy);
    cli_json_close(json, '}');
}

static void add_test(cli_json *json, const cli_run_entry *run) {
    const cli_test_score *t = &run->test;
    if (!run->tested) {
        cli_json_string(json, "test", NULL);
        return;
    }
    cli_json_open(json, "test", '{');
    cli_json_string(json, "part", cli_part_name(t->part));
    cli_json_whole(json, "images", (int64_t)t->images);
    if (isfinite(t->mse)) cli_json_real(json, "mse", t->mse);
    if (isfinite(t->psnr)) cli_json_real(json, "psnr", t->psnr);
    if (isfinite(t->accuracy)) cli_json_real(json, "accuracy", t->accuracy);
    if (isfinite(t->loss)) cli_json_real(json, "loss", t->loss);
    cli_json_close(json, '}');
}

static void add_verdict(cli_json *json, const cli_run_entry *run) {
    if (!run->checked) {
        cli_json_string(json, "doctor", NULL);
        return;
    }
    cli_json_open(json, "doctor", '[');
    for (const cli_finding *f = cli_findings; f->word; f++) {
        if (run->found & f->finding) cli_json_string(json, NULL, f->word);
    }
    cli_json_close(json, ']');
}

/* A text as it is in the record: names are kept as they are there. */
static void add_text(cli_json *json, const char *key, const char *text) {
    cli_json_string(json, key, text && *text ? text : NULL);
}

void cli_run_json_add(cli_json *json, const cli_run_entry *run) {
    double number;
    cli_json_open(json, NULL, '{');
    cli_json_name(json, "run", run->path);
    add_text(json, "started", run->started);
    add_text(json, "finished", cli_run_json_string(run->record, NULL, "finished"));
    cli_json_string(json, "outcome", run->outcome);
    add_text(json, "network", cli_run_json_string(run->record, "options", "model"));
    add_text(json, "encoder", cli_run_json_string(run->record, "options", "encoder"));
    if (run->latent > 0) cli_json_whole(json, "latent", run->latent);
    if (run->entries > 0) cli_json_whole(json, "code_indices", run->indices);
    if (run->entries > 0) cli_json_whole(json, "code_entries", run->entries);
    if (cli_run_json_number(run->record, "network", "parameters", &number)) {
        cli_json_real(json, "parameters", number);
    }
    add_text(json, "data", cli_run_json_string(run->record, "data", "set"));
    cli_json_whole(json, "epochs", run->epochs);
    cli_json_whole(json, "epochs_done", run->done);
    if (cli_run_json_number(run->record, NULL, "steps_done", &number)) {
        cli_json_real(json, "steps_done", number);
    }
    add_best(json, &run->best);
    add_test(json, run);
    add_verdict(json, run);
    cli_json_whole(json, "bytes", (int64_t)run->bytes);
    cli_json_close(json, '}');
}
