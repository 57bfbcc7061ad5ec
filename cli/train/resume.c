/* `embudo train --resume`: a training filled in from a checkpoint. See checkpoint_folder.h. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/run_json.h"
#include "core/seed.h"
#include "data/known_data.h"
#include "data/open_data.h"
#include "data/recorded.h"
#include "train/checkpoint_folder.h"
#include "train/job.h"

/* What may stand beside --resume: everything else decides the result, and is the run's. */
static const char *const allowed[] = {"resume",      "threads", "checkpoint-every", "keep",
                                      "tensorboard", "report",  "device",           "on-nan",
                                      "epochs",      NULL};

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
    if (!slash) return cli_format(strcmp(path, ".") == 0 ? ".." : ".");
    return cli_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static char *copy_of(const emb_net *net, const char *key) {
    const char *value = emb_net_metadata(net, key);
    return value ? cli_format("%s", value) : NULL;
}

/* The training's own record in the checkpoint. */
static bool read_record(cli_training *t, const char *path) {
    cli_checkpoints *c = &t->checkpoints;
    double epochs, max_steps, done, history, best;
    const bool good = cli_recorded_number(t->subject.net, "embudo.run", "epochs", &epochs) &&
                      cli_recorded_number(t->subject.net, "embudo.run", "max_steps", &max_steps) &&
                      cli_recorded_number(t->subject.net, "embudo.run", "epochs_done", &done) &&
                      cli_recorded_number(t->subject.net, "embudo.run", "history", &history) &&
                      cli_recorded_number(t->subject.net, "embudo.run", "best", &best) &&
                      epochs >= 1 && epochs <= 1e6 && max_steps >= 0 && max_steps <= 1e12 &&
                      done >= 0 && done <= epochs && history >= 0 && history <= 1e9;
    const char *model = emb_net_metadata(t->subject.net, "embudo.model");
    c->model = model ? cli_name_back(model) : NULL;
    c->dataset = cli_data_record_take(path, NULL, emb_net_metadata(t->subject.net, "embudo.set"));
    c->recipe = copy_of(t->subject.net, "embudo.recipe");
    if (!good || !c->model || !c->dataset || !c->recipe) {
        cli_fail("%s: is no checkpoint of embudo train", path);
        return false;
    }
    t->model = c->model;
    t->recipe = c->recipe;
    t->terms.options.epochs = (int)epochs;
    t->terms.max_steps = (size_t)max_steps;
    t->epochs_done = (int)done;
    c->history = (size_t)history;
    c->best = best;
    return true;
}

/* More epochs are as if they had been asked for at first, unless the rate has a way to go by then.
 */
static bool take_epochs(cli_training *t, const cli_args *args) {
    const cli_value *epochs = cli_arg(args, "epochs");
    if (!epochs->given || epochs->whole == t->terms.options.epochs) return true;
    if (t->terms.options.schedule != EMB_SCHEDULE_CONSTANT) {
        cli_fail("--epochs %d: the learning rate of this run goes down (--schedule %s) over its %d "
                 "epochs; train anew with more",
                 (int)epochs->whole, cli_schedule_name(t->terms.options.schedule),
                 t->terms.options.epochs);
        return false;
    }
    if (epochs->whole < t->epochs_done || t->terms.max_steps > 0) {
        cli_fail("--epochs %d: this run has %d epochs%s; more can be asked for, not fewer",
                 (int)epochs->whole, t->epochs_done,
                 t->terms.max_steps > 0 ? " and --max-steps" : "");
        return false;
    }
    t->terms.options.epochs = (int)epochs->whole;
    return true;
}

static bool open_run(cli_training *t, const char *path, const cli_args *args) {
    t->subject.net = cli_network_open(path, 0);
    if (!t->subject.net || !read_record(t, path)) return false;
    const cli_value *dataset = cli_arg(args, "DATASET");
    t->dataset = dataset->given ? dataset->text : t->checkpoints.dataset;
    cli_recorded_holdout(t->subject.net, &t->terms.holdout);
    t->subject.images =
        cli_held_learn_again(t->dataset, &t->terms.holdout, cli_recorded_val_count(t->subject.net));
    if (!t->subject.images || !cli_dataset_fit(t->subject.images, t->subject.net, t->dataset))
        return false;
    t->subject.run = emb_run_resume(t->subject.net, t->subject.images, path,
                                    (int)cli_arg(args, "threads")->whole);
    if (!t->subject.run) {
        /* A checkpoint that is damaged is none of the data's. */
        const bool other = strstr(emb_error(), "was trained on other images") != NULL;
        cli_fail("%s%s", emb_error(), other ? cli_data_record_hint(t->dataset) : "");
        return false;
    }
    const int epochs =
        t->terms.options.epochs; /* more than the run knows, where more were asked for */
    emb_run_options(t->subject.run, &t->terms.options);
    t->terms.options.epochs = epochs;
    t->terms.seed = cli_seed_of_option(t->terms.options.seed);
    cli_recorded_seed(t->subject.net, &t->terms.seed);
    cli_recorded_from(t->subject.net, t->terms.from);
    t->checkpoints.any = true;
    t->checkpoints.steps = emb_run_steps(t->subject.run);
    cli_checkpoint_recorded(t, t->subject.net, args);
    t->checkpoints.clock = cli_clock();
    return take_epochs(t, args);
}

/* A checkpoint's file may be damaged; the one before it may not. */
static char *find_readable(const char *run) {
    long long steps = cli_checkpoint_before(run, LLONG_MAX);
    char *path = NULL;
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

/* The run's record; NULL where there is none that can be read. */
static json_t *read_run(const cli_training *t) {
    cli_text why = {0}, *before = cli_fail_into(&why);
    char *path = cli_run_folder_file(&t->folder, "run.json");
    json_t *record = NULL;
    cli_record_read(&record, path);
    free(path);
    cli_fail_into(before);
    cli_text_free(&why);
    return record;
}

/* Whether the run's record says that it came to its end. */
static bool is_recorded_end(const json_t *record) {
    const char *outcome = cli_record_string(record, NULL, "outcome");
    return outcome &&
           (strcmp(outcome, "finished") == 0 || strcmp(outcome, "stopped at --max-steps") == 0);
}

/* No step is left, and nothing of what follows the last one: the process may have ended before. */
static bool is_done(const cli_training *t, const json_t *record, const cli_args *args) {
    const size_t steps = t->subject.run ? emb_run_steps(t->subject.run) : 0;
    const bool going = t->epochs_done < t->terms.options.epochs &&
                       (t->terms.max_steps == 0 || steps < t->terms.max_steps);
    if (t->subject.run && going) return false;
    if (t->subject.run && cli_arg(args, "report")->given && !has_file(t, "report.html"))
        return false;
    return has_file(t, "model.safetensors") && is_recorded_end(record);
}

/* Says that all is done, and what would go on. */
static void say_complete(cli_training *t) {
    char steps[CLI_NUMBER_SIZE];
    const char *run = t->folder.path;
    t->complete = true;
    if (!t->subject.run) {
        cli_note("%s is complete; its model is %s/model.safetensors", run, run);
    } else if (t->terms.max_steps > 0) {
        cli_note("%s is complete: %s steps, as --max-steps said", run,
                 cli_thousands(emb_run_steps(t->subject.run), steps));
    } else if (t->terms.options.schedule == EMB_SCHEDULE_CONSTANT) {
        cli_note("%s is complete: %d epoch%s, %s steps; --epochs %d beside --resume goes on", run,
                 t->terms.options.epochs, t->terms.options.epochs == 1 ? "" : "s",
                 cli_thousands(emb_run_steps(t->subject.run), steps), t->terms.options.epochs + 1);
    } else {
        cli_note("%s is complete: %d epoch%s, %s steps", run, t->terms.options.epochs,
                 t->terms.options.epochs == 1 ? "" : "s",
                 cli_thousands(emb_run_steps(t->subject.run), steps));
    }
}

/* The line that began the run, with what is typed now where that changes the result. */
static void take_words(cli_training *t, const json_t *record, const cli_args *args) {
    int count = 0;
    char **words = cli_record_words(record, &count);
    bool resumed = false;
    for (int i = 0; i < count; i++) resumed |= strncmp(words[i], "--resume", 8) == 0;
    if (resumed || !words) { /* a record of an older version */
        cli_record_words_free(words);
        return;
    }
    const cli_value *epochs = cli_arg(args, "epochs");
    t->words = cli_alloc(((size_t)count + 3) * sizeof *t->words);
    memcpy(t->words, words, ((size_t)count + 1) * sizeof *words);
    free(words);
    if (!epochs->given) return;
    t->words[count] = cli_format("--epochs");
    t->words[count + 1] = cli_format("%d", (int)epochs->whole);
    t->words[count + 2] = NULL;
}

/* ---- a run without a checkpoint -------------------------------------------------------------- */

/* Where the data and the network's file are, which may have been named from another folder. */
static void take_places(cli_training *t, const json_t *record, const cli_args *args) {
    cli_value *set = &t->recorded.positionals[0];
    char *file = cli_run_folder_file(&t->folder, "run.json");
    t->checkpoints.dataset = cli_data_record_take(file, record, NULL);
    if (args->positionals[0].given) {
        *set = args->positionals[0];
    } else if (t->checkpoints.dataset) {
        set->text = t->checkpoints.dataset;
    }
    free(file);
    for (int i = 0; t->directory && args->command->options[i].name; i++) {
        cli_value *model = &t->recorded.options[i];
        const char *name = args->command->options[i].name;
        if ((strcmp(name, "model") != 0 && strcmp(name, "from") != 0) || !model->given) continue;
        t->checkpoints.model = *model->text == '/' ? cli_format("%s", model->text)
                                                   : cli_format("%s/%s", t->directory, model->text);
        if (cli_is_there(t->checkpoints.model) || cli_is_folder(t->checkpoints.model))
            model->text = t->checkpoints.model;
    }
}

/* From the start, by its own record, with what is typed beside --resume in its place. */
static bool begin_again(cli_training *t, const json_t *record, const cli_args *args) {
    int count = 0;
    const char *run = t->folder.path;
    while (t->words && t->words[count]) count++;
    if (count < 2 || strcmp(t->words[1], "train") != 0 ||
        cli_parse(args->command, count, t->words, &t->recorded) != CLI_DONE) {
        cli_fail("%s: has no checkpoints to go on from, and no record of a training (run.json) to "
                 "begin again",
                 run);
        return false;
    }
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        if (strcmp(name, "resume") == 0 || !args->options[i].given) continue;
        t->recorded.options[i] = args->options[i];
    }
    take_places(t, record, args);
    for (int i = 0; args->command->options[i].name; i++) {
        if (strcmp(args->command->options[i].name, "step-log") != 0) continue;
        if (t->recorded.options[i].given) cli_note("the step log is not written again");
        t->recorded.options[i] = (cli_value){0};
    }
    return t->again = true;
}

bool cli_checkpoint_began_so(const cli_training *t) {
    if (!t->again) return true;
    json_t *record = read_run(t);
    const char *notation = cli_record_string(record, "network", "notation");
    const char *from = cli_record_string(record, "options", "from");
    const bool same = (!notation || strcmp(notation, emb_net_notation(t->subject.net)) == 0) &&
                      (!from || strcmp(from, t->terms.from) == 0);
    if (!same) {
        cli_fail("%s: is not the network any more that %s began with; run.json has that", t->model,
                 t->folder.path);
    }
    json_decref(record);
    return same;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* With the folder held: what there is to do. */
static bool choose(cli_training *t, char *path, const cli_args *args) {
    json_t *record = read_run(t);
    bool good = true;
    take_words(t, record, args);
    const char *directory = cli_record_string(record, NULL, "directory");
    t->directory = directory ? cli_name_back(directory) : NULL;
    if (path) {
        good = open_run(t, path, args) &&
               cli_run_folder_history_from(&t->folder, t->checkpoints.history);
    }
    if (good && is_done(t, record, args)) {
        say_complete(t);
    } else if (good && !path) {
        good = begin_again(t, record, args);
    }
    json_decref(record);
    return good;
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
    if (!good && cli_is_there(where)) {
        cli_fail(
            "%s: is not a regular file, or cannot be looked at; expected a run or a checkpoint",
            where);
    } else if (!good) {
        cli_fail("%s: no such run or checkpoint", where);
    }
    /* The folder first: another process may be writing in it. */
    good = good && cli_run_folder_reopen(&t->folder, run);
    char *path = good && !is_run ? cli_format("%s", where) : good ? find_readable(run) : NULL;
    good = good && choose(t, path, args);
    if (good && !t->again) {
        t->resumed = path;
        path = NULL;
    }
    free(path);
    free(run);
    free(folder);
    return good ? CLI_DONE : CLI_FAILED;
}
