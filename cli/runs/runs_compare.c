/* `embudo runs compare`: in which options runs differ, how well they did, and their curves. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_json.h"
#include "core/terminal.h"
#include "runs/run_entry.h"
#include "runs/runs_actions.h"
#include "runs/runs_curves.h"
#include "runs/runs_print.h"

enum { MOST_RUNS = 10 }; /* as many as a chart has colours */

/* What is compared: a row for each, a cell for each run. */
typedef struct row {
    const char *name;       /* in the record */
    const char *title;      /* in the table, in the reader's language */
    char *cells[MOST_RUNS]; /* NULL: it has none */
} row;

typedef struct comparison {
    cli_run_entry runs[MOST_RUNS];
    size_t count;
    row *rows;
    size_t row_count, room;
} comparison;

/* ---- what differs ---------------------------------------------------------------------------- */

static row *add_row(comparison *c, const char *name, const char *title) {
    if (c->row_count == c->room) {
        c->room = c->room > 0 ? 2 * c->room : 32;
        row *more = cli_alloc(c->room * sizeof *more);
        if (c->row_count > 0) memcpy(more, c->rows, c->row_count * sizeof *more);
        free(c->rows);
        c->rows = more;
    }
    row *added = &c->rows[c->row_count++];
    *added = (row){.name = name, .title = title};
    return added;
}

static void drop_row(comparison *c) {
    row *last = &c->rows[--c->row_count];
    for (size_t i = 0; i < c->count; i++) free(last->cells[i]);
}

static bool all_same(const comparison *c, const row *r) {
    for (size_t i = 1; i < c->count; i++) {
        const char *a = r->cells[0], *b = r->cells[i];
        if (!a != !b || (a && strcmp(a, b) != 0)) return false;
    }
    return true;
}

/* A member of a group of each record, if it differs. */
static void compare_member(comparison *c, const char *group, const char *name, const char *title) {
    row *r = add_row(c, name, title);
    for (size_t i = 0; i < c->count; i++) {
        const json_t *value = json_object_get(cli_run_json_group(c->runs[i].record, group), name);
        char *kept = value && !json_is_null(value) ? cli_run_json_text(value) : NULL;
        r->cells[i] = kept ? cli_name_back(kept) : NULL;
        free(kept);
    }
    if (all_same(c, r)) drop_row(c);
}

static bool has_row(const comparison *c, const char *name) {
    for (size_t i = 0; i < c->row_count; i++) {
        if (strcmp(c->rows[i].name, name) == 0) return true;
    }
    return false;
}

/* Every option that any of them has, in the order of the records. */
static void compare_options(comparison *c) {
    static const char *const places[] = {"encoder_path", "encoder_from_run"};
    for (size_t i = 0; i < c->count; i++) {
        json_t *options = cli_run_json_group(c->runs[i].record, "options"), *value;
        const char *name;
        json_object_foreach(options, name, value) {
            const bool place = strcmp(name, places[0]) == 0 || strcmp(name, places[1]) == 0;
            if (!place && !has_row(c, name)) compare_member(c, "options", name, name);
        }
    }
}

static void compare_all(comparison *c) {
    static const struct {
        const char *group, *name, *title;
    } others[] = {{"data", "set", N_("data")},
                  {"data", "training_fingerprint", N_("training images")},
                  {"data", "validation_images", N_("validation images")},
                  {"network", "parameters", N_("parameters")},
                  {"network", "notation", N_("notation")}};
    compare_options(c);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        compare_member(c, others[i].group, others[i].name, _(others[i].title));
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static char *best_epoch_text(const cli_run_entry *run) {
    return run->best.epoch > 0 ? cli_format("%d", run->best.epoch) : cli_format("-");
}

/* How well they did: every row is there, whether or not it differs. */
static const struct {
    const char *title;
    char *(*text)(const cli_run_entry *run);
} facts[] = {
    {N_("begun"), cli_run_when_text},      {N_("epochs"), cli_run_epochs_text},
    {N_("outcome"), cli_run_outcome_text}, {N_("best validation"), cli_run_validation_text},
    {N_("in epoch"), best_epoch_text},     {N_("test"), cli_run_test_text},
    {N_("doctor"), cli_run_verdict_text},
};
enum { FACTS = sizeof facts / sizeof *facts };

/* A notation has lines, and is too long for a cell. */
static const char *cell_of(const row *r, size_t i, char number[CLI_NUMBER_SIZE]) {
    if (!r->cells[i]) return "-";
    if (strcmp(r->name, "parameters") == 0 || strcmp(r->name, "validation_images") == 0) {
        return cli_thousands(strtoull(r->cells[i], NULL, 10), number);
    }
    return strcmp(r->name, "notation") == 0 ? _("see its run.json") : r->cells[i];
}

/* The table's columns: the names of what is compared, then a run each. */
typedef struct layout {
    int first, widths[MOST_RUNS];
    char *told[FACTS][MOST_RUNS];
} layout;

enum { GAP = 2, NARROWEST = 8 };

static void widen(int *width, const char *text) {
    if (cli_columns(text) > *width) *width = cli_columns(text);
}

/* Runs from `from` to before `to`. Of what does not fit, the end is left out; `paths`: the
 * beginning. */
static void print_cells(const layout *l, const char *title, const char *const *cells, size_t from,
                        size_t to, bool paths) {
    printf("%s%*s", title, l->first - cli_columns(title), "");
    for (size_t i = from; i < to; i++) {
        char *cell = cli_cut(cli_shown(cells[i]), l->widths[i], paths);
        printf("%*s%s%*s", GAP, "", cell, i + 1 < to ? l->widths[i] - cli_columns(cell) : 0, "");
        free(cell);
    }
    printf("\n");
}

static void measure(const comparison *c, layout *l) {
    char number[CLI_NUMBER_SIZE];
    *l = (layout){0};
    for (int k = 0; k < FACTS; k++) widen(&l->first, _(facts[k].title));
    for (size_t k = 0; k < c->row_count; k++) widen(&l->first, c->rows[k].title);
    for (size_t i = 0; i < c->count; i++) {
        widen(&l->widths[i], cli_shown(c->runs[i].path));
        for (int k = 0; k < FACTS; k++) {
            l->told[k][i] = facts[k].text(&c->runs[i]);
            widen(&l->widths[i], cli_shown(l->told[k][i]));
        }
        for (size_t k = 0; k < c->row_count; k++) {
            widen(&l->widths[i], cli_shown(cell_of(&c->rows[k], i, number)));
        }
    }
}

static void print_runs(const comparison *c, const layout *l, size_t from, size_t to) {
    const char *cells[MOST_RUNS];
    char numbers[MOST_RUNS][CLI_NUMBER_SIZE];
    for (size_t i = from; i < to; i++) cells[i] = c->runs[i].path;
    print_cells(l, "", cells, from, to, true);
    for (size_t k = 0; k < c->row_count; k++) {
        for (size_t i = from; i < to; i++) cells[i] = cell_of(&c->rows[k], i, numbers[i]);
        print_cells(l, cli_shown(c->rows[k].title), cells, from, to, false);
    }
    if (c->row_count > 0) printf("\n");
    for (int k = 0; k < FACTS; k++) {
        for (size_t i = from; i < to; i++) cells[i] = l->told[k][i];
        print_cells(l, _(facts[k].title), cells, from, to, false);
    }
}

/* In a terminal, as many runs beside each other as it has room for, and then the next ones. */
static void print_table(const comparison *c) {
    const int room = isatty(STDOUT_FILENO) ? cli_terminal_columns(stdout) : INT_MAX;
    layout l;
    measure(c, &l);
    const int most = room - l.first - GAP > NARROWEST ? room - l.first - GAP : NARROWEST;
    for (size_t from = 0, to = 0; from < c->count; from = to) {
        int used = l.first;
        for (; to < c->count; to++) {
            if (l.widths[to] > most) l.widths[to] = most;
            if (to > from && used + GAP + l.widths[to] > room) break;
            used += GAP + l.widths[to];
        }
        if (from > 0) printf("\n");
        print_runs(c, &l, from, to);
    }
    for (int k = 0; k < FACTS; k++) {
        for (size_t i = 0; i < c->count; i++) free(l.told[k][i]);
    }
}

static void print_json(const comparison *c) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_open(&json, "runs", '[');
    for (size_t i = 0; i < c->count; i++) cli_run_json_add(&json, &c->runs[i]);
    cli_json_close(&json, ']');
    cli_json_open(&json, "differ", '{');
    for (size_t k = 0; k < c->row_count; k++) {
        cli_json_open(&json, c->rows[k].name, '[');
        for (size_t i = 0; i < c->count; i++) cli_json_string(&json, NULL, c->rows[k].cells[i]);
        cli_json_close(&json, ']');
    }
    cli_json_close(&json, '}');
    cli_json_close(&json, '}');
    cli_output(json.text.bytes, json.text.length);
    cli_text_free(&json.text);
}

/* ---- the command ----------------------------------------------------------------------------- */

/* A build that draws no pictures, and runs without an epoch, have a table all the same. */
static bool draw(const comparison *c, const char *path, emb_format format) {
    bool none = false;
    emb_picture *picture = cli_runs_curves(c->runs, c->count, format, &none);
    if (none) {
        cli_note("no %s: none of these runs has a whole epoch", path);
        return true;
    }
    const emb_status status = emb_picture_save(picture, path);
    emb_picture_free(picture);
    if (status == EMB_ERR_MISSING) cli_note("no %s: %s", path, emb_error());
    if (status != EMB_OK && status != EMB_ERR_MISSING) {
        cli_fail("%s", emb_error());
        return false;
    }
    if (status == EMB_OK) cli_note("the curves are in %s", path);
    return true;
}

static bool read_runs(comparison *c, const cli_args *args) {
    for (size_t i = 0; i < args->word_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!cli_is_same(args->words[k], args->words[i])) continue;
            cli_fail("%s and %s are the same run; name each run once", args->words[k],
                     args->words[i]);
            return false;
        }
        if (!cli_run_entry_read(&c->runs[c->count], args->words[i])) return false;
        c->count++;
    }
    return true;
}

static int run_compare(const cli_args *args) {
    const char *path = cli_arg(args, "output")->text;
    const bool json = cli_arg(args, "json")->given, draws = !json || cli_arg(args, "output")->given;
    emb_format format = EMB_PNG;
    comparison c = {0};
    if (args->word_count < 2 || args->word_count > MOST_RUNS) {
        return cli_usage("runs compare", "expected 2 to %d runs, got %zu", MOST_RUNS,
                         args->word_count);
    }
    if (draws && (emb_format_of(path, &format) != EMB_OK || format > EMB_PDF)) {
        return cli_fail("%s: expected a name that ends in .png, .svg or .pdf", path);
    }
    bool good = (!draws || cli_output_ready(path)) && read_runs(&c, args);
    if (good) {
        compare_all(&c);
        (json ? print_json : print_table)(&c);
        good = !draws || draw(&c, path, format);
    }
    while (c.row_count > 0) drop_row(&c);
    for (size_t i = 0; i < c.count; i++) cli_run_entry_free(&c.runs[i]);
    free(c.rows);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_runs_compare = {
    .name = "runs compare",
    .summary = "compare runs: options that differ, scores, curves",
    .run = run_compare,
    .about =
        "Prints the options in which the runs differ, by their names in run.json, then how they "
        "ended, their best validation loss (of classifiers, the accuracy in that epoch), their "
        "test score and the doctor's verdict. One picture has all their curves: the loss on "
        "the validation images by epoch, a chart for each loss that they were trained with.",
    .examples = {{"embudo runs compare runs/001 runs/002",
                  "two runs; the curves are in curves.png"},
                 {"embudo runs compare runs/* -o sweep.svg", "all, at most ten"}},
    .positionals = {{"RUN", NULL, "a run's folder, two to ten"}},
    .many = true,
    .options = {{"output", 'o', CLI_TEXT, "FILE", "curves.png", 0, 0, CLI_TO_PICTURE,
                 "the picture of the curves: .png, .svg or .pdf"},
                {"json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                 "print JSON instead, which docs/JSON.md describes; the picture is drawn if -o "
                 "is given"}},
};
