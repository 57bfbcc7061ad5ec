/* `embudo train --resume`: a training filled in from a checkpoint. See resume.h. */
#include "train/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/run_json.h"
#include "core/seed.h"
#include "data/held.h"
#include "data/known_data.h"
#include "data/learning.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/recorded.h"
#include "train/checkpoint_open.h"
#include "train/replan.h"

/* What is filled in. */
typedef struct filling {
    cli_resumed *resumed;
    cli_training *training;
    cli_checkpoints *checkpoints;
    const cli_args *args; /* as typed */
} filling;

/* What may be given with --resume: everything else decides the result, and the run has set it. */
static const char *const allowed[] = {
    "resume", "threads", "checkpoint-every", "keep",     "tensorboard", "report", "device",
    "on-nan", "epochs",  "memory",           "no-cache", "max-steps",   "json",   "print-folder",
    NULL};

static int check(const cli_args *args) {
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        bool good = !args->options[i].given;
        for (int k = 0; allowed[k] && !good; k++) good = strcmp(allowed[k], name) == 0;
        if (good) continue;
        return cli_usage(args->command->name,
                         "--%s cannot change when resuming; --resume uses the run's own", name);
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
static bool read_record(filling *f, const char *path, size_t *history_length) {
    cli_resumed *own = f->resumed;
    cli_training *t = f->training;
    double epochs, max_steps, done, history, best;
    const bool good = cli_recorded_number(t->subject.net, CLI_RUN_KEY, "epochs", &epochs) &&
                      cli_recorded_number(t->subject.net, CLI_RUN_KEY, "max_steps", &max_steps) &&
                      cli_recorded_number(t->subject.net, CLI_RUN_KEY, "epochs_done", &done) &&
                      cli_recorded_number(t->subject.net, CLI_RUN_KEY, "history", &history) &&
                      cli_recorded_number(t->subject.net, CLI_RUN_KEY, "best", &best) &&
                      epochs >= 1 && epochs <= 1e6 && max_steps >= 0 && max_steps <= 1e12 &&
                      done >= 0 && done <= epochs && history >= 0 && history <= 1e9;
    const char *model = emb_net_metadata(t->subject.net, "embudo.model");
    own->model = model ? cli_name_back(model) : NULL;
    own->dataset = cli_known_data_take(path, NULL, emb_net_metadata(t->subject.net, "embudo.set"));
    own->recipe = copy_of(t->subject.net, "embudo.recipe");
    if (!good || !own->model || !own->dataset || !own->recipe) {
        cli_fail("%s: is not a checkpoint of embudo train", path);
        return false;
    }
    t->asked.model = own->model;
    t->asked.recipe = own->recipe;
    t->terms.options.epochs = (int)epochs;
    t->terms.max_steps = (size_t)max_steps;
    t->epochs_done = (int)done;
    *history_length = (size_t)history;
    f->checkpoints->best = best;
    return true;
}

/* The training takes over the network. */
static bool open_run(filling *f, cli_checkpoint_opened *o) {
    cli_training *t = f->training;
    cli_checkpoints *c = f->checkpoints;
    const cli_value *dataset = cli_arg(f->args, "DATASET");
    size_t history = 0;
    t->subject.net = o->net;
    o->net = NULL;
    cli_notes(emb_net_notes(t->subject.net));
    if (!read_record(f, o->path, &history)) return false;
    t->asked.dataset = dataset->given ? dataset->text : f->resumed->dataset;
    cli_recorded_holdout(t->subject.net, &t->terms.holdout);
    cli_pictures_follow(t->subject.net);
    t->subject.images = cli_held_learn_again(t->asked.dataset, &t->terms.holdout,
                                             cli_recorded_val_count(t->subject.net));
    if (!t->subject.images || !cli_dataset_fit(t->subject.images, t->subject.net, t->asked.dataset))
        return false;
    t->subject.run = emb_checkpoint_run(o->checkpoint, t->subject.net, t->subject.images,
                                        (int)cli_arg(f->args, "threads")->whole);
    if (!t->subject.run) {
        /* If the checkpoint is damaged, that is not the data's fault. */
        const bool other = strstr(emb_error(), "was trained on other images") != NULL;
        cli_fail("%s%s", emb_error(), other ? cli_known_data_hint(t->asked.dataset) : "");
        return false;
    }
    const int epochs =
        t->terms.options.epochs; /* more than the run recorded, if more were asked for */
    emb_run_options(t->subject.run, &t->terms.options);
    t->terms.options.epochs = epochs;
    t->terms.seed = cli_seed_of_option(t->terms.options.seed);
    cli_recorded_seed(t->subject.net, &t->terms.seed);
    cli_recorded_from(t->subject.net, t->terms.from);
    c->any = true;
    c->steps = emb_run_steps(t->subject.run);
    cli_checkpoint_recorded(c, t->subject.net, t->folder.path, f->args);
    return cli_replan_take(t, f->args, &f->resumed->replanned) &&
           cli_run_folder_history_from(&t->folder, history);
}

static bool has_file(const cli_training *t, const char *name) {
    char *path = cli_run_folder_file(&t->folder, name);
    const bool there = cli_is_file(path);
    free(path);
    return there;
}

/* The run's record; NULL if there is none that can be read. */
static json_t *read_run(const cli_training *t) {
    cli_text why = {0}, *before = cli_fail_into(&why);
    char *path = cli_run_folder_file(&t->folder, "run.json");
    json_t *record = NULL;
    cli_run_json_read(&record, path);
    free(path);
    cli_fail_into(before);
    cli_text_free(&why);
    return record;
}

/* Whether the run's record says that it came to its end. */
static bool is_recorded_end(const json_t *record) {
    const char *outcome = cli_run_json_string(record, NULL, "outcome");
    return outcome && (strcmp(outcome, "finished") == 0 || strcmp(outcome, "stopped early") == 0 ||
                       strcmp(outcome, "stopped at --max-steps") == 0);
}

/* Whether no step is left, and nothing of what follows the last one: the process may have ended
 * before that. */
static bool is_done(const cli_training *t, const json_t *record, const cli_args *args) {
    const size_t steps = t->subject.run ? emb_run_steps(t->subject.run) : 0;
    const bool going = t->epochs_done < t->terms.options.epochs &&
                       !(t->subject.run && emb_run_stopped(t->subject.run)) &&
                       (t->terms.max_steps == 0 || steps < t->terms.max_steps);
    if (t->subject.run && going) return false;
    if (t->subject.run && cli_arg(args, "report")->given && !has_file(t, "report.html"))
        return false;
    return has_file(t, "model.safetensors") && is_recorded_end(record);
}

/* Says that the training is complete, and what would continue it. */
static void say_complete(const cli_training *t) {
    char steps[CLI_NUMBER_SIZE];
    const char *run = t->folder.path;
    const int epochs = t->terms.options.epochs, done = t->epochs_done;
    if (!t->subject.run) {
        cli_note("%s is complete; its model is %s/model.safetensors", run, run);
    } else if (t->terms.max_steps > 0) {
        cli_note(
            "%s is complete: %s steps, the limit that --max-steps set; to train it further, give "
            "a larger --max-steps with --resume, or --max-steps 0 for no limit",
            run, cli_thousands(emb_run_steps(t->subject.run), steps));
    } else if (emb_run_stopped(t->subject.run)) {
        cli_note(
            "%s is complete: it stopped early, after %d of %d epochs (--patience %d); to train "
            "it further, give --epochs %d with --resume",
            run, done, epochs, t->terms.options.stop_patience, done < epochs ? epochs : done + 1);
    } else {
        cli_note(cli_plural((unsigned long)epochs,
                            "%s is complete: %d epoch, %s steps; to train it further, give "
                            "--epochs %d with --resume",
                            "%s is complete: %d epochs, %s steps; to train it further, give "
                            "--epochs %d with --resume"),
                 run, epochs, cli_thousands(emb_run_steps(t->subject.run), steps), epochs + 1);
    }
}

/* The epochs that the run has by now; 0: those of its record. */
static int epochs_now(const filling *f) {
    const cli_value *typed = cli_arg(f->args, "epochs");
    if (f->training->subject.run) return f->training->terms.options.epochs;
    return typed->given ? (int)typed->whole : 0;
}

/* An option of the plan behind the words, of which there are `count`, if it is not as recorded;
 * below 0: it is not known. */
static void add_plan(char **words, int count, const json_t *record, const char *name,
                     const char *option, double now) {
    double recorded = 0;
    if (!cli_run_json_number(record, "options", name, &recorded) || now < 0 || now == recorded)
        return;
    words[count] = cli_format("%s", option);
    words[count + 1] = cli_format("%.0f", now);
    words[count + 2] = NULL;
}

/* The line that began the run, with another number of epochs if it has that by now: typed with this
 * --resume, or with one that was killed before it changed the record. */
static void take_words(filling *f, const json_t *record) {
    cli_training *t = f->training;
    const int epochs = epochs_now(f);
    int count = 0;
    char **words = cli_run_json_words(record, &count);
    bool resumed = false;
    for (int i = 0; i < count; i++) resumed |= strncmp(words[i], "--resume", 8) == 0;
    if (resumed || !words) { /* a record of an older version */
        cli_run_json_words_free(words);
        return;
    }
    t->asked.words = cli_alloc(((size_t)count + 5) * sizeof *t->asked.words);
    memcpy(t->asked.words, words, ((size_t)count + 1) * sizeof *words);
    free(words);
    add_plan(t->asked.words, count, record, "epochs", "--epochs", epochs > 0 ? epochs : -1);
    count = 0;
    while (t->asked.words[count]) count++;
    const bool known = t->subject.run != NULL;
    add_plan(t->asked.words, count, record, "max_steps", "--max-steps",
             known ? (double)t->terms.max_steps : -1);
}

/* ---- a run without a checkpoint -------------------------------------------------------------- */

/* Whether a folder is the one that the program works in. */
static bool is_here(const char *folder) {
    char *here = realpath(".", NULL);
    const bool same = here && strcmp(here, folder) == 0;
    free(here);
    return same;
}

/* Where the data and the network's file are; they may have been named from another folder. */
static void take_places(filling *f, const json_t *record) {
    cli_training *t = f->training;
    cli_resumed *own = f->resumed;
    const cli_args *args = f->args;
    const char *typed_in = t->asked.directory;
    const char *directory = typed_in && !is_here(typed_in) ? typed_in : NULL;
    cli_value *set = &own->line.positionals[0];
    char *file = cli_run_folder_file(&t->folder, "run.json");
    own->dataset = cli_known_data_take(file, record, NULL);
    if (args->positionals[0].given) {
        *set = args->positionals[0];
    } else if (own->dataset) {
        set->text = own->dataset;
    }
    free(file);
    for (int i = 0; directory && args->command->options[i].name; i++) {
        cli_value *value = &own->line.options[i];
        const char *name = args->command->options[i].name;
        const bool from = strcmp(name, "from") == 0;
        char **kept = from ? &own->from : &own->model;
        if ((strcmp(name, "model") != 0 && !from) || !value->given) continue;
        *kept = *value->text == '/' ? cli_format("%s", value->text)
                                    : cli_format("%s/%s", directory, value->text);
        if (cli_is_there(*kept) || cli_is_folder(*kept)) value->text = *kept;
    }
}

static void drop_option(cli_args *line, const char *name) {
    for (int i = 0; line->command->options[i].name; i++) {
        if (strcmp(line->command->options[i].name, name) == 0) line->options[i] = (cli_value){0};
    }
}

/* From the start, by its own record, replaced by what is typed with --resume. */
static bool begin_again(filling *f, const json_t *record) {
    cli_args *line = &f->resumed->line;
    const cli_args *args = f->args;
    const char *run = f->training->folder.path;
    char **words = f->training->asked.words;
    int count = 0;
    while (words && words[count]) count++;
    if (count < 2 || strcmp(words[1], "train") != 0 ||
        cli_parse(args->command, count, words, line) != CLI_DONE) {
        cli_fail("%s: has no checkpoints to resume from, and no record of a training (run.json) to "
                 "start again",
                 run);
        return false;
    }
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        if (strcmp(name, "resume") == 0 || !args->options[i].given) continue;
        line->options[i] = args->options[i];
        /* Of these two, what is typed now takes the other's place. */
        const char *other = strcmp(name, "memory") == 0     ? "no-cache"
                            : strcmp(name, "no-cache") == 0 ? "memory"
                                                            : NULL;
        if (other) drop_option(line, other);
    }
    take_places(f, record);
    if (cli_arg(line, "step-log")->given) cli_note("the step log is not written again");
    drop_option(line, "step-log");
    return f->resumed->again = true;
}

bool cli_resumed_began_so(const cli_resumed *resumed, const cli_training *t) {
    if (!resumed->again) return true;
    json_t *record = read_run(t);
    const char *notation = cli_run_json_string(record, "network", "notation");
    const char *from = cli_run_json_string(record, "options", "from");
    const bool same = (!notation || strcmp(notation, emb_net_notation(t->subject.net)) == 0) &&
                      (!from || strcmp(from, t->terms.from) == 0);
    if (!same) {
        cli_fail("%s: is no longer the network that %s began with; its text is in run.json",
                 t->asked.model, t->folder.path);
    }
    json_decref(record);
    return same;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Finds out, with the folder held, what there is to do. */
static bool choose(filling *f, cli_checkpoint_opened *o) {
    cli_training *t = f->training;
    json_t *record = read_run(t);
    bool good = true;
    const char *directory = cli_run_json_string(record, NULL, "directory");
    const char *from = cli_run_json_string(record, "options", "from_model");
    t->asked.directory = directory ? cli_name_back(directory) : NULL;
    if (o->checkpoint) {
        f->resumed->from = from ? cli_name_back(from) : NULL;
        t->asked.from = f->resumed->from;
        cli_pictures_recall(record);
        good = open_run(f, o);
    }
    take_words(f, record);
    if (good && is_done(t, record, f->args)) {
        say_complete(t);
        f->resumed->complete = true;
    } else if (good && !o->checkpoint) {
        good = begin_again(f, record);
    }
    json_decref(record);
    return good;
}

/* Whether --resume names a run or a checkpoint. False with the error printed. */
static bool is_resumable(const char *where) {
    if (cli_is_folder(where) || cli_is_file(where)) return true;
    if (cli_is_there(where)) {
        cli_fail("%s: is not a regular file, or cannot be examined; expected a run or a checkpoint",
                 where);
    } else {
        cli_fail("%s: no such run or checkpoint", where);
    }
    return false;
}

/* Whether a checkpoint lies in a run, RUN/checkpoints/FILE. False with the error printed, which
 * says first what else may be wrong with the file. */
static bool is_in_run(const char *where, const char *folder) {
    char *full = realpath(folder, NULL);
    const char *slash = full ? strrchr(full, '/') : NULL;
    const bool in_run = slash && strcmp(slash, "/checkpoints") == 0;
    free(full);
    if (in_run) return true;
    cli_checkpoint_opened o = {0};
    if (!cli_checkpoint_open(&o, cli_format("%s", where))) {
        cli_fail("%s", emb_error());
    } else if (!emb_net_metadata(o.net, CLI_RUN_KEY)) {
        cli_fail("%s: is not a checkpoint of embudo train", where);
    } else {
        cli_fail(
            "%s: is a checkpoint outside of its run: expected RUN/checkpoints/FILE, beside the "
            "run's history; a new training can begin with its weights: --from %s",
            where, where);
    }
    cli_checkpoint_close(&o);
    return false;
}

int cli_resume(cli_resumed *resumed, cli_training *t, cli_checkpoints *c, const cli_args *args) {
    const char *where = cli_arg(args, "resume")->text;
    const int usage = check(args);
    if (usage != CLI_DONE) return usage;
    filling f = {resumed, t, c, args};
    t->asked.args = args;
    t->asked.automatic = true;
    t->asked.threads = cli_request_threads(args);
    const bool is_run = cli_is_folder(where);
    char *folder = is_run ? NULL : above(where);
    char *run = is_run ? cli_format("%s", where) : above(folder);
    /* The folder first: another process may be writing in it. */
    bool good = is_resumable(where) && (is_run || is_in_run(where, folder)) &&
                cli_run_folder_reopen(&t->folder, run);
    cli_checkpoint_opened o = {0};
    if (good && is_run) {
        good = cli_checkpoint_open_newest(&o, run);
    } else if (good && !cli_checkpoint_open(&o, cli_format("%s", where))) {
        cli_fail("%s", emb_error());
        good = false;
    }
    good = good && choose(&f, &o);
    if (good && !resumed->again) {
        resumed->path = o.path;
        o.path = NULL;
    }
    cli_checkpoint_close(&o);
    free(run);
    free(folder);
    return good ? CLI_DONE : CLI_FAILED;
}

void cli_resumed_free(cli_resumed *resumed) {
    cli_args_free(&resumed->line);
    free(resumed->path);
    free(resumed->model);
    free(resumed->from);
    free(resumed->dataset);
    free(resumed->recipe);
    *resumed = (cli_resumed){0};
}
