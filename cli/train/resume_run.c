/* A training filled in from a checkpoint. See resume_run.h. */
#include "train/resume_run.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/seed.h"
#include "data/held.h"
#include "data/known_data.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/recorded.h"
#include "train/replan.h"

static char *copy_of(const emb_net *net, const char *key) {
    const char *value = emb_net_metadata(net, key);
    return value ? cli_format("%s", value) : NULL;
}

/* The name of the data set in the checkpoint, or of the record, where both have been moved. */
static char *dataset_of(const cli_training *t, const char *path, const json_t *record) {
    const char *recorded = emb_net_metadata(t->subject.net, "embudo.set");
    char *place = record ? cli_known_data_place(record, t->folder.path) : NULL;
    char *kept = place ? cli_name_kept(place) : NULL;
    char *name = cli_known_data_take(path, NULL, kept ? kept : recorded);
    char *file = cli_run_folder_file(&t->folder, "run.json");
    cli_known_data_seek(record, file);
    free(file);
    free(kept);
    free(place);
    return name;
}

/* The training's own record in the checkpoint. */
static bool read_record(const cli_filling *f, const char *path, const json_t *record,
                        size_t *history_length) {
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
    own->recipe = copy_of(t->subject.net, "embudo.recipe");
    if (!t->subject.images) own->dataset = dataset_of(t, path, record);
    if (!good || !own->model || (!t->subject.images && !own->dataset)) {
        cli_fail("%s: is not a checkpoint of embudo train", path);
        return false;
    }
    if (!t->asked.model) t->asked.model = own->model;
    t->asked.recipe = own->recipe;
    t->terms.options.epochs = (int)epochs;
    t->terms.max_steps = (size_t)max_steps;
    t->epochs_done = (int)done;
    *history_length = (size_t)history;
    f->checkpoints->best = best;
    return true;
}

/* The data set that is named, or recorded. */
static bool open_images(const cli_filling *f) {
    cli_training *t = f->training;
    const cli_value *dataset = cli_arg(f->args, "DATASET");
    t->asked.dataset = dataset->given ? dataset->text : f->resumed->dataset;
    cli_recorded_holdout(t->subject.net, &t->terms.holdout);
    cli_pictures_follow(t->subject.net);
    t->subject.images = cli_held_learn_again(t->asked.dataset, &t->terms.holdout,
                                             cli_recorded_val_count(t->subject.net));
    return t->subject.images &&
           cli_dataset_fit(t->subject.images, t->subject.net, t->asked.dataset);
}

/* The training takes over the network. */
bool cli_resume_run(const cli_filling *f, cli_checkpoint_opened *o, const json_t *record) {
    cli_training *t = f->training;
    cli_checkpoints *c = f->checkpoints;
    size_t history = 0;
    t->subject.net = o->net;
    o->net = NULL;
    cli_notes(emb_net_notes(t->subject.net));
    if (!read_record(f, o->path, record, &history)) return false;
    if (!t->subject.images && !open_images(f)) return false;
    t->subject.run = emb_checkpoint_run(o->checkpoint, t->subject.net, t->subject.images,
                                        (int)cli_arg(f->args, "threads")->whole);
    if (!t->subject.run) {
        /* If the checkpoint is damaged, that is not the data's fault. */
        static const char others[] = "was trained on other images";
        const bool other = strncmp(emb_error_id(), others, strlen(others)) == 0;
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
