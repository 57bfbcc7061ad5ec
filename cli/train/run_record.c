/* What a training says of itself. See run_record.h. */
#include "train/run_record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/machine.h"
#include "core/message.h"
#include "core/network.h"
#include "core/seed.h"
#include "core/way.h"
#include "data/known_data.h"
#include "data/learning.h"
#include "data/picture_options.h"
#include "data/run_scores.h"
#include "use/findings.h"

/* For a data set that is one array. */
static void add_holdout(cli_json *json, const cli_training *t) {
    if (!t->terms.holdout.known) return;
    cli_json_real(json, "test_split", t->terms.holdout.share);
    cli_json_seed(json, "test_seed", t->terms.holdout.seed);
}

static void add_options(cli_json *json, const cli_training *t) {
    cli_json_open(json, "options", '{');
    const int classes = emb_net_classes(t->subject.net);
    cli_json_name(json, "model", t->asked.model);
    if (*t->terms.from) cli_json_string(json, "from", t->terms.from);
    if (t->asked.from) cli_json_name(json, "from_model", t->asked.from);
    if (*t->terms.options.freeze) cli_json_string(json, "freeze", t->terms.options.freeze);
    if (*t->terms.options.augment) cli_json_string(json, "augment", t->terms.options.augment);
    if (*t->terms.options.denoise) cli_json_string(json, "denoise", t->terms.options.denoise);
    if (classes == 0) cli_json_whole(json, "latent", emb_net_latent(t->subject.net));
    if (classes > 0) cli_json_whole(json, "classes", classes);
    if (t->asked.encoder_name) {
        char *full = cli_known_data_name(t->asked.encoder_name);
        cli_json_name(json, "encoder", t->asked.encoder_name);
        char *way = cli_way_from(t->folder.path, full);
        cli_json_name(json, "encoder_path", full);
        if (way) cli_json_name(json, "encoder_from_run", way);
        free(way);
        free(full);
    }
    if (t->asked.recipe) cli_json_string(json, "recipe", t->asked.recipe);
    cli_pictures_record(json);
    if (t->terms.knn > 0) {
        cli_json_whole(json, "knn", t->terms.knn);
        cli_json_seed(json, "seed", t->terms.seed);
        cli_json_real(json, "val_split", cli_terms_val_split(&t->terms));
        add_holdout(json, t);
        cli_json_close(json, '}');
        return;
    }
    cli_json_whole(json, "epochs", t->terms.options.epochs);
    cli_json_whole(json, "batch_size", t->terms.options.batch_size);
    cli_json_real(json, "lr", t->terms.options.learning_rate);
    cli_json_string(json, "schedule", cli_schedule_name(t->terms.options.schedule));
    cli_json_whole(json, "warmup", t->terms.options.warmup);
    cli_json_seed(json, "seed", t->terms.seed);
    cli_json_real(json, "val_split", cli_terms_val_split(&t->terms));
    add_holdout(json, t);
    cli_json_bool(json, "shuffle", t->terms.options.shuffle);
    cli_json_whole(json, "max_steps", (int64_t)t->terms.max_steps);
    cli_json_string(json, "optimizer", emb_train_optimiser(&t->terms.options));
    char *loss = cli_learning_loss(&t->terms.options, t->subject.net);
    cli_json_string(json, "loss", loss);
    free(loss);
    cli_learning_json(json, &t->terms.options);
    cli_json_close(json, '}');
}

static void add_machine(cli_json *json, const cli_training *t) {
    char *processor = cli_machine_processor(), *system = cli_machine_system();
    cli_json_open(json, "machine", '{');
    cli_json_string(json, "device", "cpu");
    cli_json_string(json, "processor", processor);
    cli_json_whole(json, "cores", cli_machine_cores());
    cli_json_string(json, "instruction_set", emb_isa());
    cli_json_whole(json, "threads", t->asked.threads);
    cli_json_string(json, "system", system);
    cli_json_string(json, "compiler", cli_machine_compiler());
    cli_json_close(json, '}');
    free(processor);
    free(system);
}

/* For arrays of floats: what they hold, and which numbers were said to be black and white. */
static void add_range(cli_json *json, const cli_training *t) {
    emb_preprocessing p;
    emb_net_preprocessing(t->subject.net, &p);
    if (!p.floats) return;
    cli_json_real(json, "low", p.low);
    cli_json_real(json, "high", p.high);
    if (!p.pixels) return;
    cli_json_real(json, "black", p.black);
    cli_json_real(json, "white", p.white);
}

/* What the doctor found in the network that the record is of. */
static void add_verdict(cli_json *json, const cli_training *t) {
    if (t->checked == 0 || t->checked != t->epochs_done) return;
    cli_json_open(json, "doctor", '{');
    cli_json_whole(json, "epoch", t->checked);
    cli_json_open(json, "findings", '[');
    for (const cli_finding *f = cli_findings; f->word; f++) {
        if (t->found & f->finding) cli_json_string(json, NULL, f->word);
    }
    cli_json_close(json, ']');
    cli_json_close(json, '}');
}

bool cli_run_record_write(const cli_training *t, const char *outcome) {
    char now[CLI_NUMBER_SIZE];
    bool running = strcmp(outcome, "running") == 0;
    char *here = realpath(".", NULL);
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_open(&json, "command", '[');
    /* For a resumed run, the line that began it: resuming changes none of its bits. */
    for (int i = 0; t->asked.words && t->asked.words[i]; i++)
        cli_json_name(&json, NULL, t->asked.words[i]);
    for (int i = 0; !t->asked.words && i < t->asked.args->argc; i++) {
        cli_json_name(&json, NULL, t->asked.args->argv[i]);
    }
    cli_json_close(&json, ']');
    cli_json_name(&json, "directory", t->asked.directory ? t->asked.directory : here);
    cli_json_string(&json, "version", emb_version());
    cli_json_string(&json, "started", t->started);
    cli_json_string(&json, "finished", running ? NULL : cli_machine_time(now));
    cli_json_string(&json, "outcome", outcome);
    cli_json_whole(&json, "epochs_done", t->epochs_done);
    cli_json_whole(&json, "steps_done",
                   t->subject.run ? (int64_t)emb_run_steps(t->subject.run) : 0);
    if (t->respanned) cli_json_bool(&json, "respanned", true);
    add_options(&json, t);
    cli_json_open(&json, "data", '{');
    cli_known_data_add(&json, t->asked.dataset, t->folder.path);
    cli_json_string(&json, "input", t->asked.encoder_name ? N_("codes") : N_("images"));
    add_range(&json, t);
    cli_json_whole(&json, "training_images", (int64_t)t->subject.train_count);
    cli_json_whole(&json, "validation_images", (int64_t)t->subject.val_count);
    if (t->terms.holdout.known) {
        cli_json_whole(&json, t->terms.holdout.seen ? "held_out_images" : "test_images",
                       (int64_t)t->terms.holdout.count);
    }
    cli_json_close(&json, '}');
    cli_json_open(&json, "network", '{');
    cli_json_whole(&json, "parameters", (int64_t)cli_network_parameters(t->subject.net));
    cli_json_string(&json, "notation", emb_net_notation(t->subject.net));
    if (emb_net_entries(t->subject.net) > 0) {
        cli_json_whole(&json, "indices", emb_net_places(t->subject.net));
        cli_json_whole(&json, "entries", emb_net_entries(t->subject.net));
    }
    cli_json_close(&json, '}');
    add_machine(&json, t);
    cli_run_scores_add(&json, &t->folder.history);
    add_verdict(&json, t);
    cli_json_close(&json, '}');
    char *path = cli_run_folder_file(&t->folder, "run.json");
    bool written = emb_file_write(path, json.text.bytes, json.text.length) == EMB_OK;
    free(path);
    free(here);
    cli_text_free(&json.text);
    return written;
}
