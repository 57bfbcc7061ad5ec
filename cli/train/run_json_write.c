/* What a training leaves on disk about itself: the model's metadata and run.json. */
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
#include "data/known_data.h"
#include "train/job.h"

void cli_training_options(cli_training *t, const cli_args *args) {
    t->args = args;
    t->output = cli_arg(args, "output")->text;
    t->board.wanted = cli_arg(args, "tensorboard")->given;
    t->terms.seed = cli_arg(args, "seed")->seed;
    t->threads = (int)cli_arg(args, "threads")->whole;
    if (t->threads == 0) t->threads = emb_default_threads();
    t->terms.options = (emb_train_options){
        .seed = cli_seed_option(t->terms.seed),
        .learning_rate = cli_arg(args, "lr")->real,
        .val_split = cli_val_split_option(cli_arg(args, "val-split")->real),
        .batch_size = (int)cli_arg(args, "batch-size")->whole,
        .schedule = cli_schedule_of(cli_arg(args, "schedule")->text),
        .epochs = (int)cli_arg(args, "epochs")->whole,
        .warmup = (int)cli_arg(args, "warmup")->whole,
        .threads = (int)cli_arg(args, "threads")->whole, /* 0: the library finds what is fastest */
    };
}

/* The model under this name, after so many steps. */
static bool save_model(const cli_training *t, const char *name, size_t steps) {
    char *options = cli_terms_print(&t->terms, t->subject.net), *taken = cli_format("%zu", steps);
    char *path = cli_run_folder_file(&t->folder, name);
    emb_pair extra[] = {{CLI_OPTIONS_KEY, options}, {CLI_STEPS_KEY, taken}};
    emb_net *whole = t->encoder ? emb_net_attach(t->encoder, t->subject.net) : NULL;
    bool good = (whole || !t->encoder) && emb_net_save(whole ? whole : t->subject.net, path, extra,
                                                       sizeof extra / sizeof extra[0]) == EMB_OK;
    emb_net_free(whole);
    if (!good) cli_fail("%s", emb_error());
    free(options);
    free(taken);
    free(path);
    return good;
}

bool cli_record_best(cli_training *t) {
    return save_model(t, "best.safetensors", emb_run_steps(t->subject.run));
}

bool cli_record_model(cli_training *t, size_t steps) {
    if (t->saved && t->saved_steps == steps) return true;
    if (!save_model(t, "model.safetensors", steps)) return false;
    t->saved = true;
    t->saved_steps = steps;
    return true;
}

/* Of a data set that is one array. */
static void add_holdout(cli_json *json, const cli_training *t) {
    if (!t->terms.holdout.known) return;
    cli_json_real(json, "test_split", t->terms.holdout.share);
    cli_json_seed(json, "test_seed", t->terms.holdout.seed);
}

static void add_options(cli_json *json, const cli_training *t) {
    cli_json_open(json, "options", '{');
    const int classes = emb_net_classes(t->subject.net);
    cli_json_name(json, "model", t->model);
    if (*t->terms.from) cli_json_string(json, "from", t->terms.from);
    if (classes == 0) cli_json_whole(json, "latent", emb_net_latent(t->subject.net));
    if (classes > 0) cli_json_whole(json, "classes", classes);
    if (t->encoder_name) {
        char *full = cli_data_record_name(t->encoder_name);
        cli_json_name(json, "encoder", t->encoder_name);
        cli_json_name(json, "encoder_path", full);
        free(full);
    }
    if (t->recipe) cli_json_string(json, "recipe", t->recipe);
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
    cli_json_string(json, "optimizer", "Adam");
    cli_json_string(json, "loss", cli_loss_name(t->subject.net));
    cli_json_close(json, '}');
}

static void add_machine(cli_json *json, const cli_training *t) {
    char *processor = cli_machine_processor(), *system = cli_machine_system();
    cli_json_open(json, "machine", '{');
    cli_json_string(json, "device", "cpu");
    cli_json_string(json, "processor", processor);
    cli_json_whole(json, "cores", cli_machine_cores());
    cli_json_string(json, "instruction_set", emb_isa());
    cli_json_whole(json, "threads", t->threads);
    cli_json_string(json, "system", system);
    cli_json_string(json, "compiler", cli_machine_compiler());
    cli_json_close(json, '}');
    free(processor);
    free(system);
}

/* Of arrays of floats: what they hold, and which of it was said to be black and white. */
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

bool cli_record_run(const cli_training *t, const char *outcome) {
    char now[CLI_NUMBER_SIZE];
    bool running = strcmp(outcome, "running") == 0;
    char *here = realpath(".", NULL);
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_open(&json, "command", '[');
    /* Of a run that goes on the line that began it: going on changes none of its bits. */
    for (int i = 0; t->words && t->words[i]; i++) cli_json_name(&json, NULL, t->words[i]);
    for (int i = 0; !t->words && i < t->args->argc; i++) {
        cli_json_name(&json, NULL, t->args->argv[i]);
    }
    cli_json_close(&json, ']');
    cli_json_name(&json, "directory", t->directory ? t->directory : here);
    cli_json_string(&json, "version", emb_version());
    cli_json_string(&json, "started", t->started);
    cli_json_string(&json, "finished", running ? NULL : cli_machine_time(now));
    cli_json_string(&json, "outcome", outcome);
    cli_json_whole(&json, "epochs_done", t->epochs_done);
    cli_json_whole(&json, "steps_done",
                   t->subject.run ? (int64_t)emb_run_steps(t->subject.run) : 0);
    add_options(&json, t);
    cli_json_open(&json, "data", '{');
    cli_data_record_add(&json, t->dataset);
    cli_json_string(&json, "input", t->encoder_name ? "codes" : "images");
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
    cli_json_close(&json, '}');
    add_machine(&json, t);
    cli_json_close(&json, '}');
    char *path = cli_run_folder_file(&t->folder, "run.json");
    bool written = emb_file_write(path, json.text.bytes, json.text.length) == EMB_OK;
    free(path);
    free(here);
    cli_text_free(&json.text);
    return written;
}
