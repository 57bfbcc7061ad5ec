/* What a comparison keeps. See compare_keep.h. */
#include "compare/compare_keep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/folders.h"
#include "core/json.h"
#include "core/message.h"
#include "core/run_json.h"
#include "core/run_lock.h"
#include "core/stop.h"
#include "core/system_error.h"
#include "core/way.h"
#include "data/known_data.h"
#include "data/recorded.h"

#define UNIT_KEY "embudo.compare"

enum { MOST_KEPT = CLI_CONTENDERS * CLI_COMPARE_LIST * CLI_COMPARE_LIST };

static char *file_of(const cli_compare *c, const char *name) {
    return cli_format("%s/%s", c->keeping.folder, name);
}

static char *training_file(const cli_compare *c) {
    return file_of(c, "unfinished-training.safetensors");
}

static char *network_file(const cli_compare *c) {
    return file_of(c, "unfinished-autoencoder.safetensors");
}

/* ---- the folder ------------------------------------------------------------------------------ */

bool cli_keep_begin(cli_compare *c, const char *folder) {
    cli_keeping *k = &c->keeping;
    if (!cli_folder_hold_output(folder) || !cli_run_lock(folder, &k->lock)) return false;
    k->locked = true;
    k->folder = cli_format("%s", folder);
    return true;
}

/* The next free one of runs/compare-001, ... */
static bool begin_anywhere(cli_compare *c) {
    if (!cli_folder_make_above("runs/")) return false;
    for (int number = 1;; number++) {
        char *folder = cli_format("runs/compare-%03d", number);
        const bool made = mkdir(folder, 0777) == 0, taken = !made && errno == EEXIST;
        if (!made && !taken) {
            cli_fail("%s: cannot make the folder: %s", folder, cli_system_error(errno));
        }
        const bool begun = made && cli_keep_begin(c, folder);
        free(folder);
        if (!taken) return begun;
    }
}

static void unlock(cli_keeping *k) {
    if (k->locked) cli_run_unlock(k->folder, &k->lock);
    k->locked = false;
}

void cli_keep_finish(cli_compare *c) {
    if (!c->keeping.folder) return;
    char *files[] = {training_file(c), network_file(c)};
    for (int i = 0; i < 2; i++) {
        emb_file_remove(files[i]);
        free(files[i]);
    }
    unlock(&c->keeping);
}

void cli_keep_free(cli_compare *c) {
    cli_keeping *k = &c->keeping;
    unlock(k);
    cli_run_json_words_free(k->words);
    free(k->folder);
    free(k->directory);
    free(k->dataset);
    free(k->run);
    free(k->model);
    free(k->network);
    free(k->results);
    *k = (cli_keeping){0};
}

/* ---- results --------------------------------------------------------------------------------- */

static bool is_same(const cli_kept *kept, const cli_unit *unit) {
    return kept->contender == unit->contender && kept->latent == unit->latent &&
           kept->seed == unit->seed;
}

bool cli_keep_find(const cli_compare *c, const cli_unit *unit, cli_kept *found) {
    for (size_t i = 0; i < c->keeping.count; i++) {
        if (!is_same(&c->keeping.results[i], unit)) continue;
        *found = c->keeping.results[i];
        return true;
    }
    return false;
}

/* There is room for each unit once. */
static void keep(cli_keeping *k, const cli_kept *result) {
    if (!k->results) k->results = cli_alloc(MOST_KEPT * sizeof *k->results);
    if (k->count < MOST_KEPT) k->results[k->count++] = *result;
}

bool cli_keep_add(cli_compare *c, const cli_unit *unit, const cli_kept *result) {
    cli_kept kept = *result;
    kept.seed = unit->seed;
    kept.contender = unit->contender;
    kept.latent = unit->latent;
    keep(&c->keeping, &kept);
    return cli_keep_write(c, "running");
}

/* ---- the record ------------------------------------------------------------------------------ */

static void add_result(cli_json *json, const cli_kept *kept) {
    cli_json_open(json, NULL, '{');
    cli_json_string(json, "input", kept->contender->input);
    cli_json_string(json, "model", kept->contender->model);
    if (kept->latent > 0) cli_json_whole(json, "latent", kept->latent);
    cli_json_seed(json, "seed", kept->seed);
    cli_json_whole(json, "parameters", (int64_t)kept->parameters);
    cli_json_real(json, "accuracy", kept->accuracy);
    cli_json_real(json, "seconds", kept->seconds);
    cli_json_close(json, '}');
}

static void add_places(cli_json *json, const cli_compare *c) {
    cli_json_open(json, "data", '{');
    cli_known_data_add(json, c->dataset, c->keeping.folder);
    cli_json_close(json, '}');
    if (c->run) {
        char *full = cli_known_data_name(c->run), *way = cli_way_from(c->keeping.folder, full);
        cli_json_name(json, "run", full);
        if (way) cli_json_name(json, "run_from_here", way);
        free(full);
        free(way);
    }
    if (c->keeping.network) cli_json_string(json, "network", c->keeping.network);
}

bool cli_keep_write(const cli_compare *c, const char *outcome) {
    const cli_keeping *k = &c->keeping;
    if (!k->folder) return true;
    cli_json json = {0};
    char *here = realpath(".", NULL), *path = file_of(c, "compare.json");
    cli_json_open(&json, NULL, '{');
    cli_json_open(&json, "command", '[');
    for (int i = 0; k->words && k->words[i]; i++) cli_json_name(&json, NULL, k->words[i]);
    for (int i = 0; !k->words && i < c->args->argc; i++) {
        cli_json_name(&json, NULL, c->args->argv[i]);
    }
    cli_json_close(&json, ']');
    cli_json_name(&json, "directory", k->directory ? k->directory : here);
    cli_json_string(&json, "version", emb_version());
    cli_json_string(&json, "outcome", outcome);
    add_places(&json, c);
    cli_json_open(&json, "results", '[');
    for (size_t i = 0; i < k->count; i++) add_result(&json, &k->results[i]);
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
    const bool written = emb_file_write(path, json.text.bytes, json.text.length) == EMB_OK;
    if (!written) cli_fail("%s", emb_error());
    cli_text_free(&json.text);
    free(path);
    free(here);
    return written;
}

bool cli_keep_network(cli_compare *c, const emb_net *net) {
    cli_keeping *k = &c->keeping;
    char sum[CLI_WEIGHTS_SUM];
    cli_weights_sum(net, sum);
    const char *now = c->run ? sum : emb_net_notation(net);
    if (!k->network) k->network = cli_format("%s", now);
    if (strcmp(k->network, now) == 0) return true;
    cli_fail("%s: is no longer the network that %s began with", c->run ? c->run : c->model,
             k->folder);
    return false;
}

/* ---- reading it ------------------------------------------------------------------------------ */

static const cli_contender *contender_of(const char *input, const char *model) {
    for (int i = 0; input && model && i < CLI_CONTENDERS; i++) {
        const cli_contender *one = &cli_contenders[i];
        if (strcmp(one->input, input) == 0 && strcmp(one->model, model) == 0) return one;
    }
    return NULL;
}

/* A result of the record; what is not one is measured again. */
static void take_result(cli_keeping *k, const json_t *from) {
    const json_t *accuracy = json_object_get(from, "accuracy");
    cli_kept kept = {.seed = (uint64_t)json_integer_value(json_object_get(from, "seed")),
                     .contender = contender_of(json_string_value(json_object_get(from, "input")),
                                               json_string_value(json_object_get(from, "model"))),
                     .latent = (int)json_integer_value(json_object_get(from, "latent")),
                     .parameters = (size_t)json_integer_value(json_object_get(from, "parameters")),
                     .accuracy = json_number_value(accuracy),
                     .seconds = json_number_value(json_object_get(from, "seconds"))};
    if (kept.contender && json_is_number(accuracy) && kept.accuracy >= 0 && kept.accuracy <= 1) {
        keep(k, &kept);
    }
}

/* A file that was named from the folder where the work began. */
static void take_file(const cli_keeping *k, cli_value *value, char **kept) {
    if (!value->given || *value->text == '/' || !k->directory) return;
    *kept = cli_format("%s/%s", k->directory, value->text);
    if (cli_place_exists(*kept)) value->text = *kept;
}

/* The autoencoder's run where it is now. */
static void take_run(cli_keeping *k, const json_t *record, cli_value *value) {
    const char *full = cli_run_json_string(record, NULL, "run");
    const char *way = cli_run_json_string(record, NULL, "run_from_here");
    if (!value->given || !full) return;
    k->run = cli_name_back(full);
    if (!cli_place_exists(k->run) && way) {
        char *plain = cli_name_back(way), *moved = cli_way_to(k->folder, plain);
        free(plain);
        if (moved) {
            free(k->run);
            k->run = moved;
        }
    }
    value->text = k->run;
}

static cli_value *option_of(cli_args *line, const char *name) {
    return (cli_value *)cli_arg(line, name);
}

static void take_line(cli_keeping *k, const json_t *record, const char *path, cli_args *line) {
    cli_value *set = &line->positionals[0];
    k->dataset = cli_known_data_take(path, record, NULL);
    const bool here = k->directory && cli_is_here(k->directory);
    if (here && k->dataset && set->given && cli_is_same(set->text, k->dataset)) {
        cli_known_data_call(set->text); /* the name that tables and files have */
    } else if (k->dataset) {
        set->text = k->dataset;
    }
    cli_value *run = option_of(line, "run");
    if (!here || (run->given && !cli_place_exists(run->text))) take_run(k, record, run);
    if (!here) take_file(k, option_of(line, "model"), &k->model);
}

/* The record's words as a line of this command. False with the error printed. */
static bool read_line(cli_compare *c, const json_t *record, const char *path, const cli_args *typed,
                      cli_args *line) {
    cli_keeping *k = &c->keeping;
    int count = 0;
    k->words = cli_run_json_words(record, &count);
    if (!k->words || strcmp(k->words[1], typed->command->name) != 0 ||
        cli_parse(typed->command, count, k->words, line) != CLI_DONE) {
        cli_fail("%s: is not the record of a comparison", path);
        return false;
    }
    if (cli_arg(typed, "threads")->given) *option_of(line, "threads") = *cli_arg(typed, "threads");
    *option_of(line, "json") = *cli_arg(typed, "json");
    *option_of(line, "print-folder") = *cli_arg(typed, "print-folder");
    return true;
}

bool cli_keep_resume(cli_compare *c, const char *folder, const cli_args *typed, cli_args *line,
                     bool *complete) {
    cli_keeping *k = &c->keeping;
    json_t *record = NULL, *results, *one;
    size_t i;
    if (!cli_is_folder(folder)) {
        cli_fail("%s: no such folder of a comparison", folder);
        return false;
    }
    if (!cli_keep_begin(c, folder)) return false;
    char *path = file_of(c, "compare.json");
    bool good = cli_run_json_read(&record, path);
    if (good && !record) {
        cli_fail("%s: has no compare.json, so there is no comparison to go on with", folder);
        good = false;
    }
    good = good && read_line(c, record, path, typed, line);
    if (good) {
        const char *directory = cli_run_json_string(record, NULL, "directory");
        const char *network = cli_run_json_string(record, NULL, "network");
        const char *outcome = cli_run_json_string(record, NULL, "outcome");
        k->directory = directory ? cli_name_back(directory) : NULL;
        k->network = network ? cli_format("%s", network) : NULL;
        take_line(k, record, path, line);
        results = json_object_get(record, "results");
        json_array_foreach(results, i, one) { take_result(k, one); }
        *complete = outcome && strcmp(outcome, "finished") == 0;
    }
    json_decref(record);
    free(path);
    return good;
}

/* ---- what is in work ------------------------------------------------------------------------- */

/* "codes/mlp/8/42", to be freed. */
static char *name_of(const cli_unit *unit) {
    if (!unit->contender) return cli_format("autoencoder/%d/%" PRIu64, unit->latent, unit->seed);
    return cli_format("%s/%s/%d/%" PRIu64, unit->contender->input, unit->contender->model,
                      unit->latent, unit->seed);
}

static bool is_of(const emb_net *net, const cli_unit *unit) {
    size_t length = 0;
    const char *found = emb_text_value(emb_net_metadata(net, UNIT_KEY), "unit", &length);
    char *name = name_of(unit);
    const bool same = found && strlen(name) == length && memcmp(found, name, length) == 0;
    free(name);
    return same;
}

emb_run *cli_keep_run(const cli_compare *c, const cli_unit *unit, emb_net *net,
                      const emb_images *images, int *epochs, double *seconds) {
    if (!c->keeping.folder || !c->resumed) return NULL;
    char *path = training_file(c);
    emb_checkpoint *checkpoint = cli_is_file(path) ? emb_checkpoint_open(path) : NULL;
    emb_net *recorded = emb_checkpoint_net(checkpoint);
    emb_run *run = NULL;
    double done = 0;
    const char *text = recorded ? emb_net_metadata(recorded, UNIT_KEY) : NULL;
    if (recorded && is_of(recorded, unit) && emb_text_number(text, "epochs", &done) && done >= 0 &&
        done <= EMB_MAX_EPOCHS && emb_text_number(text, "seconds", seconds)) {
        run = emb_checkpoint_run(checkpoint, net, images, c->threads);
        *epochs = (int)done;
        if (!run) cli_note("%s: %s; this training begins anew", path, emb_error());
    }
    emb_net_free(recorded);
    emb_checkpoint_free(checkpoint);
    free(path);
    return run;
}

bool cli_keep_step(const cli_compare *c, const cli_unit *unit, const emb_run *run, int epochs,
                   double seconds) {
    if (!c->keeping.folder) return true;
    char *path = training_file(c), *name = name_of(unit);
    char *text = cli_format("unit=%s epochs=%d seconds=%a", name, epochs, seconds);
    const emb_pair extra[] = {{UNIT_KEY, text}};
    const emb_status status = emb_run_save(run, path, extra, 1);
    free(text);
    free(name);
    free(path);
    /* A training that diverges says so by itself. */
    if (status == EMB_OK || status == EMB_ERR_DIVERGED) return true;
    cli_fail("%s", emb_error());
    return false;
}

emb_net *cli_keep_net(const cli_compare *c, const cli_unit *unit) {
    if (!c->keeping.folder || !c->resumed) return NULL;
    char *path = network_file(c);
    emb_net *net = cli_is_file(path) ? emb_net_open(path, NULL) : NULL;
    free(path);
    if (net && is_of(net, unit)) return net;
    emb_net_free(net);
    return NULL;
}

bool cli_keep_net_save(const cli_compare *c, const cli_unit *unit, const emb_net *net) {
    if (!c->keeping.folder) return true;
    char *path = network_file(c), *name = name_of(unit), *text = cli_format("unit=%s", name);
    const emb_pair extra[] = {{UNIT_KEY, text}};
    const bool good = emb_net_save(net, path, extra, 1) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    free(text);
    free(name);
    free(path);
    return good;
}

void cli_keep_has(cli_compare *c, const cli_unit *unit, const emb_net *net) {
    c->keeping.net = net;
    c->keeping.net_seed = unit->seed;
    c->keeping.net_latent = unit->latent;
}

void cli_keep_stopped(cli_compare *c) {
    cli_keeping *k = &c->keeping;
    cli_stop_heard();
    cli_fail_after_stop(true);
    if (!k->folder && begin_anywhere(c) && k->net) {
        const cli_unit unit = {.seed = k->net_seed, .latent = k->net_latent};
        cli_keep_net_save(c, &unit, k->net);
    }
    cli_fail_after_stop(false);
}
