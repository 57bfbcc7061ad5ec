/* Resuming a run: what there is to do. See resume.h. */
#include "train/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_json.h"
#include "data/picture_options.h"
#include "data/run_scores.h"
#include "train/resume_line.h"
#include "train/resume_run.h"

/* What may be given with --resume: everything else decides the result, and the run has set it. */
static const char *const allowed[] = {"resume", "threads",      "checkpoint-every",
                                      "keep",   "tensorboard",  "report",
                                      "device", "on-nan",       "epochs",
                                      "memory", "no-cache",     "max-steps",
                                      "json",   "print-folder", "no-preview",
                                      "open",   "serve",        "stay",
                                      "port",   "host",         NULL};

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

static bool has_file(const cli_training *t, const char *name) {
    char *path = cli_run_folder_file(&t->folder, name);
    const bool there = cli_is_file(path);
    free(path);
    return there;
}

/* The run's record; NULL if there is none that can be read. `told`: a note says why. */
static json_t *read_run(const cli_training *t, bool told) {
    cli_text why = {0}, *before = cli_fail_into(&why);
    char *path = cli_run_folder_file(&t->folder, "run.json");
    json_t *record = NULL;
    cli_run_json_read(&record, path);
    free(path);
    cli_fail_into(before);
    if (told && why.bytes) cli_note("%s; it is written anew from the checkpoint", why.bytes);
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

bool cli_resumed_began_so(const cli_resumed *resumed, const cli_training *t) {
    if (!resumed->again) return true;
    json_t *record = read_run(t, false);
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

/* Whether the record, if there is one, is of a run of this command. False with the error printed.
 */
static bool is_of(const cli_filling *f, const json_t *record) {
    static const char *const commands[] = {"train", "classify"};
    const json_t *words = json_object_get(record, "command");
    const char *word = json_string_value(json_array_get(words, 1));
    for (size_t i = 0; word && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(word, commands[i]) != 0 || strcmp(word, f->args->command->name) == 0) continue;
        cli_fail("%s: is a run of embudo %s; to continue: embudo %s --resume %s",
                 f->training->folder.path, word, word, f->training->folder.path);
        return false;
    }
    return true;
}

/* Finds out, with the folder held, what there is to do. */
static bool choose(const cli_filling *f, cli_checkpoint_opened *o, const json_t *record) {
    cli_training *t = f->training;
    bool good = true;
    const char *from = cli_run_json_string(record, "options", "from_model");
    if (o->checkpoint) {
        f->resumed->from = from ? cli_name_back(from) : NULL;
        t->asked.from = f->resumed->from;
        cli_pictures_recall(record);
        good = cli_resume_run(f, o, record);
    }
    cli_resume_words(f, record);
    if (good && is_done(t, record, f->args)) {
        say_complete(t);
        f->resumed->complete = true;
    } else if (good && !o->checkpoint) {
        good = cli_resume_line(f, record);
        if (good && cli_arg(&f->resumed->line, "step-log")->given) {
            cli_note("the step log is not written again");
            cli_resume_drop(&f->resumed->line, "step-log");
        }
        f->resumed->again = good;
    }
    return good;
}

/* A classifier is complete once its verdict is there, too. */
static bool choose_classify(const cli_filling *f, cli_checkpoint_opened *o, const json_t *record) {
    cli_training *t = f->training;
    cli_resumed *own = f->resumed;
    cli_test_score score;
    cli_resume_words(f, record);
    if (is_recorded_end(record) && has_file(t, "model.safetensors") &&
        cli_test_score_recorded(record, &score) && !cli_arg(f->args, "epochs")->given) {
        cli_note("%s is complete; its model is %s/model.safetensors", t->folder.path,
                 t->folder.path);
        own->complete = true;
        return true;
    }
    if (!cli_resume_line(f, record)) return false;
    own->again = !o->checkpoint;
    own->opened = *o;
    *o = (cli_checkpoint_opened){.path = o->path ? cli_format("%s", o->path) : NULL};
    return true;
}

bool cli_resume_classifier(cli_resumed *own, cli_training *t, cli_checkpoints *c) {
    const cli_filling f = {own, t, c, own->args};
    json_t *record = read_run(t, false);
    const bool good = cli_resume_run(&f, &own->opened, record);
    if (good) cli_resume_words(&f, record); /* the plan is known by now */
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

typedef bool chooser(const cli_filling *f, cli_checkpoint_opened *o, const json_t *record);

/* With the run's folder held: the record, and what there is to do by it. */
static bool begin(const cli_filling *f, cli_checkpoint_opened *o, chooser *choice) {
    cli_training *t = f->training;
    json_t *record = read_run(t, o->path != NULL);
    const char *directory = cli_run_json_string(record, NULL, "directory");
    const char *started = cli_run_json_string(record, NULL, "started");
    t->asked.directory = directory ? cli_name_back(directory) : NULL;
    t->respanned = json_is_true(json_object_get(record, "respanned"));
    if (started) snprintf(t->started, sizeof t->started, "%s", started);
    const bool good = is_of(f, record) && choice(f, o, record);
    json_decref(record);
    return good;
}

static int resume(const cli_filling *f, chooser *choice) {
    cli_training *t = f->training;
    const char *where = cli_arg(f->args, "resume")->text;
    const int usage = check(f->args);
    if (usage != CLI_DONE) return usage;
    f->resumed->args = f->args;
    t->asked.args = f->args;
    t->asked.automatic = true;
    t->asked.threads = cli_asked_threads(f->args);
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
    good = good && begin(f, &o, choice);
    if (good && !f->resumed->again) {
        f->resumed->path = o.path;
        o.path = NULL;
    }
    cli_checkpoint_close(&o);
    free(run);
    free(folder);
    return good ? CLI_DONE : CLI_FAILED;
}

int cli_resume(cli_resumed *resumed, cli_training *t, cli_checkpoints *c, const cli_args *args) {
    const cli_filling f = {resumed, t, c, args};
    return resume(&f, choose);
}

int cli_resume_classify(cli_resumed *resumed, cli_training *t, cli_checkpoints *c,
                        const cli_args *args) {
    const cli_filling f = {resumed, t, c, args};
    return resume(&f, choose_classify);
}

void cli_resumed_free(cli_resumed *resumed) {
    cli_checkpoint_close(&resumed->opened);
    cli_args_free(&resumed->line);
    free(resumed->path);
    free(resumed->model);
    free(resumed->from);
    free(resumed->dataset);
    free(resumed->recipe);
    free(resumed->encoder);
    *resumed = (cli_resumed){0};
}
