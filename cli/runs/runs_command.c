/* `embudo runs`: a list of runs; and the table of what can be done with them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "runs/run_entry.h"
#include "runs/runs_actions.h"
#include "runs/runs_print.h"

static const cli_command *const actions[] = {&cli_runs_compare, &cli_runs_remove, &cli_runs_rename,
                                             NULL};

/* ---- the order ------------------------------------------------------------------------------- */

/* Numbers in their order, what is missing last. */
static int order_of(double a, double b) {
    if (isnan(a) || isnan(b)) return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

/* How wrong it is: the share that is not classified correctly, or an error. */
static double wrong(double accuracy, double error) {
    return isfinite(accuracy) ? 1 - accuracy : error;
}

static double validation_of(const cli_run_entry *r) {
    return r->best.epoch > 0 ? wrong(r->best.accuracy, r->best.loss) : NAN;
}

static double test_of(const cli_run_entry *r) {
    return r->tested ? wrong(r->test.accuracy, r->test.mse) : NAN;
}

/* Well, then by the number of findings, then not looked at. */
static double doctor_of(const cli_run_entry *r) {
    double count = 0;
    for (unsigned bits = r->found; bits; bits &= bits - 1) count++;
    return r->checked ? count : NAN;
}

static double epochs_of(const cli_run_entry *r) { return r->done; }
static double size_of(const cli_run_entry *r) { return (double)r->bytes; }
static const char *begun_of(const cli_run_entry *r) { return r->started; }
static const char *network_of(const cli_run_entry *r) { return r->network; }
static const char *data_of(const cli_run_entry *r) { return r->data; }
static const char *outcome_of(const cli_run_entry *r) { return r->outcome; }
static const char *path_of(const cli_run_entry *r) { return r->path; }

#define SORTS "run|begun|network|data|epochs|outcome|validation|test|doctor|size"

/* What the words of SORTS sort by. */
static const struct sort {
    const char *word;
    double (*number)(const cli_run_entry *run);
    const char *(*text)(const cli_run_entry *run);
} sorts[] = {
    {"run", NULL, path_of},
    {"begun", NULL, begun_of},
    {"network", NULL, network_of},
    {"data", NULL, data_of},
    {"epochs", epochs_of, NULL},
    {"outcome", NULL, outcome_of},
    {"validation", validation_of, NULL},
    {"test", test_of, NULL},
    {"doctor", doctor_of, NULL},
    {"size", size_of, NULL},
};

static const struct sort *chosen;

/* Among equals the names decide. */
static int by_choice(const void *a, const void *b) {
    const cli_run_entry *one = a, *other = b;
    int order = chosen->number ? order_of(chosen->number(one), chosen->number(other))
                               : cli_run_name_order(chosen->text(one), chosen->text(other));
    if (order == 0) order = cli_run_name_order(one->path, other->path);
    return order;
}

static void sort(cli_run_list *list, const char *word) {
    chosen = sorts;
    while (strcmp(chosen->word, word) != 0) chosen++;
    if (list->count > 0) qsort(list->runs, list->count, sizeof *list->runs, by_choice);
}

/* ---- the command ----------------------------------------------------------------------------- */

static void print_json(const cli_run_list *list) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '[');
    for (size_t i = 0; i < list->count; i++) cli_run_json_add(&json, &list->runs[i]);
    cli_json_close(&json, ']');
    cli_output(json.text.bytes, json.text.length);
    cli_text_free(&json.text);
}

/* What the table cannot say. */
static void hint(const cli_run_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        if (list->runs[i].tested) return;
    }
    for (size_t i = 0; i < list->count; i++) { /* the first that has a model */
        const char *run = list->runs[i].path;
        char *model = cli_format("%s/model.safetensors", run);
        const bool there = cli_is_file(model);
        free(model);
        if (!there) continue;
        cli_note("no test score is known: embudo eval %s measures one, and it is listed from then "
                 "on",
                 run);
        return;
    }
}

static int run_runs(const cli_args *args) {
    const cli_value *folder = cli_arg(args, "FOLDER");
    const bool json = cli_arg(args, "json")->given;
    cli_run_list list = {0};
    const bool none = !folder->given && !cli_is_folder(folder->text) && !cli_is_there(folder->text);
    if (folder->given && !cli_is_folder(folder->text) && !cli_is_there(folder->text)) {
        return cli_fail("%s: no such folder; embudo runs lists the runs in one, and embudo runs "
                        "compare, remove and rename do more with them",
                        folder->text);
    }
    if (!none && !cli_run_list_read(&list, folder->text)) return CLI_FAILED;
    sort(&list, cli_arg(args, "sort")->text);
    if (json) {
        print_json(&list);
    } else if (list.count == 0) {
        cli_note("no runs in %s: embudo train begins one", folder->text);
    } else {
        cli_runs_print(&list);
        hint(&list);
    }
    cli_run_list_free(&list);
    return CLI_DONE;
}

const cli_command cli_command_runs = {
    .name = "runs",
    .summary = "list runs, compare them, rename one, remove some",
    .run = run_runs,
    .actions = actions,
    .about =
        "Prints a line for each run in a folder: when it began, its network and data, how many "
        "epochs are done (and planned), how it ended, its lowest validation loss or, of a "
        "classifier, the accuracy in that epoch, its test score if embudo eval has measured it (of "
        "autoencoders the MSE), what the doctor finds in its network, and what its files take.",
    .examples = {{"embudo runs", "the runs in runs/, in the order of their names"},
                 {"embudo runs --sort test", "the best on test images first"},
                 {"embudo runs sweep --json", "for a script: a list of objects"}},
    .positionals = {{"FOLDER", "runs", "the folder that the runs lie in, or a run"}},
    .options = {{"sort", 0, CLI_CHOICE, SORTS, "run", 0, 0, 0,
                 "the column to sort by: names from A to Z, the oldest first, the lowest error "
                 "first, the smallest first; what a run does not have comes last"},
                {"json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                 "print the list as JSON: an array of objects, which docs/JSON.md describes"}},
};
