/* `embudo train --resume`: a training filled in from a checkpoint. See checkpoint.h. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "dataset.h"
#include "message.h"
#include "network.h"
#include "report_record.h"
#include "seed.h"
#include "training.h"

/* What may stand beside --resume: everything else decides the result, and is the run's. */
static const char *const allowed[] = {"resume", "threads",     "checkpoint-every",
                                      "keep",   "tensorboard", "report",
                                      "device", "on-nan",      NULL};

static int check(const cli_args *args) {
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        bool good = !args->options[i].given;
        for (int k = 0; allowed[k] && !good; k++) good = strcmp(allowed[k], name) == 0;
        if (good) continue;
        return cli_usage(args->command->name,
                         "--%s cannot change in a run that goes on; --resume takes its own", name);
    }
    return CLI_DONE;
}

/* Without its last part, to be freed. */
static char *above(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? cli_format("%.*s", (int)(slash - path), path) : cli_format(".");
}

static char *copy_of(const emb_net *net, const char *key) {
    const char *value = emb_net_metadata(net, key);
    return value ? cli_format("%s", value) : NULL;
}

/* The training's own record in the checkpoint. */
static bool read_record(cli_training *t, const char *path) {
    cli_checkpoints *c = &t->checkpoints;
    double epochs, max_steps, done, history, best;
    const bool good = cli_recorded_number(t->net, "embudo.run", "epochs", &epochs) &&
                      cli_recorded_number(t->net, "embudo.run", "max_steps", &max_steps) &&
                      cli_recorded_number(t->net, "embudo.run", "epochs_done", &done) &&
                      cli_recorded_number(t->net, "embudo.run", "history", &history) &&
                      cli_recorded_number(t->net, "embudo.run", "best", &best) && epochs >= 1 &&
                      epochs <= 1e6 && max_steps >= 0 && max_steps <= 1e12 && done >= 0 &&
                      done <= epochs && history >= 0 && history <= 1e9;
    c->model = copy_of(t->net, "embudo.model");
    c->dataset = copy_of(t->net, "embudo.set");
    c->recipe = copy_of(t->net, "embudo.recipe");
    if (!good || !c->model || !c->dataset || !c->recipe) {
        cli_fail("%s: is no checkpoint of embudo train", path);
        return false;
    }
    t->model = c->model;
    t->recipe = c->recipe;
    t->epochs = (int)epochs;
    t->max_steps = (size_t)max_steps;
    t->epochs_done = (int)done;
    c->history = (size_t)history;
    c->best = best;
    return true;
}

static bool open_run(cli_training *t, const char *path, const cli_args *args) {
    t->net = cli_network_open(path, 0);
    if (!t->net || !read_record(t, path)) return false;
    const cli_value *dataset = cli_arg(args, "DATASET");
    t->dataset = dataset->given ? dataset->text : t->checkpoints.dataset;
    t->images = cli_dataset_open(t->dataset, EMB_TRAIN);
    if (!t->images || !cli_dataset_fit(t->images, t->net, t->dataset)) return false;
    t->run = emb_run_resume(t->net, t->images, path, (int)cli_arg(args, "threads")->whole);
    if (!t->run) {
        cli_fail("%s", emb_error());
        return false;
    }
    emb_run_options(t->run, &t->options);
    t->seed = cli_seed_of_option(t->options.seed);
    cli_recorded_seed(t->net, &t->seed);
    t->checkpoints.any = true;
    t->checkpoints.steps = emb_run_steps(t->run);
    cli_checkpoint_recorded(t, t->net, args);
    t->checkpoints.clock = cli_clock();
    return true;
}

/* A checkpoint's file may be damaged; the one before it may not. */
static char *find_readable(const char *run) {
    long long steps = cli_checkpoint_before(run, LLONG_MAX);
    char *path = NULL;
    if (steps < 0) cli_fail("%s: has no checkpoints to go on from", run);
    for (bool first = true; steps >= 0 && !path; first = false) {
        path = cli_checkpoint_path(run, steps);
        emb_net *net = emb_net_open(path, NULL);
        steps = net ? -1 : cli_checkpoint_before(run, steps);
        if (net && !first) cli_note("going on from %s", path);
        if (steps >= 0) { /* else this one is tried, and says what is wrong with it */
            cli_note("%s", emb_error());
            free(path);
            path = NULL;
        }
        emb_net_free(net);
    }
    return path;
}

static bool has_file(const cli_training *t, const char *name) {
    char *path = cli_run_folder_file(&t->folder, name);
    const bool there = cli_is_file(path);
    free(path);
    return there;
}

/* Whether the run's record says that it came to its end. */
static bool is_recorded_end(const cli_training *t) {
    cli_text why = {0}, *before = cli_fail_into(&why);
    char *path = cli_run_folder_file(&t->folder, "run.json");
    json_t *record = NULL;
    cli_record_read(&record, path);
    const char *outcome = cli_record_string(record, NULL, "outcome");
    const bool ended = outcome && (strcmp(outcome, "finished") == 0 ||
                                   strcmp(outcome, "stopped at --max-steps") == 0);
    json_decref(record);
    free(path);
    cli_fail_into(before);
    cli_text_free(&why);
    return ended;
}

/* No step is left, and nothing of what follows the last one: the process may have ended before. */
static bool is_done(const cli_training *t, const cli_args *args) {
    const size_t steps = emb_run_steps(t->run);
    if (t->epochs_done < t->epochs && (t->max_steps == 0 || steps < t->max_steps)) return false;
    if (cli_arg(args, "report")->given && !has_file(t, "report.html")) return false;
    return has_file(t, "model.safetensors") && is_recorded_end(t);
}

int cli_checkpoint_resume(cli_training *t, const cli_args *args) {
    const char *where = cli_arg(args, "resume")->text;
    const int usage = check(args);
    if (usage != CLI_DONE) return usage;
    t->args = args;
    t->automatic = true;
    t->board.wanted = cli_arg(args, "tensorboard")->given;
    t->threads = (int)cli_arg(args, "threads")->whole;
    if (t->threads == 0) t->threads = emb_default_threads();
    const bool is_run = cli_is_folder(where);
    char *folder = is_run ? NULL : above(where);
    char *run = is_run ? cli_format("%s", where) : above(folder);
    bool good = is_run || cli_is_file(where);
    if (!good) cli_fail("%s: no such run or checkpoint", where);
    /* The folder first: another process may be writing in it. */
    good = good && cli_run_folder_reopen(&t->folder, run);
    char *path = good && !is_run ? cli_format("%s", where) : good ? find_readable(run) : NULL;
    good = path && open_run(t, path, args) &&
           cli_run_folder_history_from(&t->folder, t->checkpoints.history);
    if (good && is_done(t, args)) {
        cli_fail("%s: is at its end already; there is nothing to go on with", path);
        good = false;
    }
    if (good) {
        t->resumed = path;
        path = NULL;
    }
    free(path);
    free(run);
    free(folder);
    return good ? CLI_DONE : CLI_FAILED;
}
