/* `embudo train`: sets a training up, runs it epoch by epoch, ends it well.
 *
 * Owns the loop and every way out of it. Owns no numbers: those are the library's; and no files:
 * those are train_record.c's and run_folder.c's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "machine.h"
#include "message.h"
#include "network.h"
#include "picture.h"
#include "stop.h"
#include "training.h"

/* The notebook's own titles. */
static const char *const titles[2] = {"Imagen Original", "Predicci\u00f3n del Modelo"};

/* Why a part of the training came back. */
typedef enum ending {
    GOING,     /* it goes on */
    LIMITED,   /* --max-steps */
    SIGNALLED, /* Ctrl-C and the like */
    DIVERGED,  /* the loss is no number any more */
    FAILED     /* an error, which is printed */
} ending;

static ending failed(void) {
    cli_fail("%s", emb_error());
    return FAILED;
}

/* ---- setting up ------------------------------------------------------------------------------ */

static void read_args(cli_training *t, const cli_args *args) {
    double val_split = cli_arg(args, "val-split")->real;
    int64_t seed = cli_arg(args, "seed")->whole;
    t->args = args;
    t->model = cli_arg(args, "model")->text;
    t->dataset = cli_arg(args, "DATASET")->text;
    t->epochs = (int)cli_arg(args, "epochs")->whole;
    t->max_steps = (size_t)cli_arg(args, "max-steps")->whole;
    t->threads = (int)cli_arg(args, "threads")->whole;
    if (t->threads == 0) t->threads = emb_default_threads();
    /* To the library, 0 asks for a default. */
    t->options = (emb_train_options){
        .seed = seed == 0 ? (uint64_t)1 << 32 : (uint64_t)seed,
        .learning_rate = cli_arg(args, "lr")->real,
        .val_split = val_split == 0 ? -1 : val_split,
        .batch_size = (int)cli_arg(args, "batch-size")->whole,
        .shuffle = cli_arg(args, "shuffle")->given,
        .threads = t->threads,
    };
}

static bool open_all(cli_training *t) {
    t->net = cli_network_open(t->model, (int)cli_arg(t->args, "latent")->whole);
    if (!t->net) return false;
    t->images = emb_images_open(t->dataset, EMB_TRAIN);
    if (t->images) t->run = emb_run_new(t->net, t->images, &t->options);
    if (!t->run || !emb_isa()) {
        failed();
        return false;
    }
    emb_run_train_indices(t->run, &t->train_count);
    emb_run_val_indices(t->run, &t->val_count);
    emb_images_shape(t->images, t->shape);
    t->pair = cli_alloc(2 * cli_network_pixels(t->net) * sizeof *t->pair);
    return true;
}

/* The folder, the step log, which may lie in it, and run.json: what cannot be written is known
 * before the work begins. */
static bool make_folder(cli_training *t) {
    cli_machine_time(t->started);
    if (!cli_run_folder_make(&t->folder, cli_arg(t->args, "output")->text)) return false;
    if (cli_step_log_open(&t->log, cli_arg(t->args, "step-log")->text)) {
        if (cli_record_run(t, "running")) return true;
        failed();
        cli_step_log_discard(&t->log);
    }
    cli_run_folder_abandon(&t->folder);
    return false;
}

static void announce(const cli_training *t) {
    char parameters[CLI_NUMBER_SIZE], train[CLI_NUMBER_SIZE], val[CLI_NUMBER_SIZE];
    bool automatic = strcmp(cli_arg(t->args, "device")->text, "auto") == 0;
    cli_note("device: cpu, %s, %d thread%s%s", emb_isa(), t->threads, t->threads == 1 ? "" : "s",
             automatic ? " (auto: the best device present)" : "");
    cli_note("training %s, latent %d, %s parameters, on %s: %s training and %s validation images",
             t->model, emb_net_latent(t->net),
             cli_thousands(cli_network_parameters(t->net), parameters), t->dataset,
             cli_thousands(t->train_count, train), cli_thousands(t->val_count, val));
}

/* ---- an epoch -------------------------------------------------------------------------------- */

static ending take_steps(cli_training *t) {
    do {
        float loss;
        size_t step = emb_run_steps(t->run);
        emb_status status = emb_run_step(t->run, &loss);
        if (status == EMB_ERR_DIVERGED) return DIVERGED;
        if (status != EMB_OK) return failed();
        if (!cli_step_log_add(&t->log, step, loss)) return FAILED;
        cli_doctor_step(t, loss);
        cli_progress_step(&t->bar, step + 1);
        if (cli_stop_signal()) return SIGNALLED;
        if (step + 1 == t->max_steps) return LIMITED;
    } while (!emb_run_epoch_done(t->run));
    return GOING;
}

static bool show_preview(cli_training *t, int epoch, size_t index) {
    bool drawable = t->shape[0] == 1 || t->shape[0] == 3;
    if (!drawable) return true;
    float *reconstruction = t->pair + cli_network_pixels(t->net);
    if (cli_network_reconstruct(t->net, t->images, index, t->pair, reconstruction) != EMB_OK) {
        failed();
        return false;
    }
    if (cli_picture_possible()) cli_picture_pair(t->pair, t->shape, titles);
    return cli_run_folder_picture(&t->folder, epoch, t->epochs, t->pair, t->shape, titles);
}

/* What an epoch leaves: the model first, so that whoever reads the line finds it on disk. */
static bool keep_epoch(cli_training *t, int epoch, const emb_epoch *done) {
    char validation[64] = "";
    if (t->val_count > 0) {
        snprintf(validation, sizeof validation, " Validation Loss: %.4f", done->validation_loss);
    }
    return cli_record_model(t, emb_run_steps(t->run)) &&
           cli_run_folder_history(&t->folder, epoch, done) &&
           cli_line("Epoch [%d/%d], Loss: %.4f%s", epoch, t->epochs, (double)done->loss,
                    validation) &&
           (!done->has_preview || show_preview(t, epoch, done->preview));
}

static ending run_epoch(cli_training *t, int epoch) {
    cli_progress_epoch(&t->bar, epoch);
    ending end = take_steps(t);
    if (end == DIVERGED || end == FAILED) return end;
    /* The last update may have spoilt the weights without a loss to show it yet. */
    if (!cli_network_finite(t->net)) return DIVERGED;
    if (!emb_run_epoch_done(t->run)) return end;
    emb_epoch done;
    emb_status status = emb_run_finish_epoch(t->run, &done);
    if (status != EMB_OK) return status == EMB_ERR_DIVERGED ? DIVERGED : failed();
    if (t->val_count > 0 && !isfinite(done.validation_loss)) return DIVERGED;
    if (!keep_epoch(t, epoch, &done)) return FAILED;
    t->epochs_done = epoch;
    cli_doctor_epoch(t, epoch);
    return cli_stop_signal() ? SIGNALLED : end;
}

/* ---- ways out -------------------------------------------------------------------------------- */

/* "1,234 steps" */
static const char *steps_taken(const cli_training *t, char text[CLI_NUMBER_SIZE + 8]) {
    char number[CLI_NUMBER_SIZE];
    size_t steps = emb_run_steps(t->run);
    snprintf(text, CLI_NUMBER_SIZE + 8, "%s step%s", cli_thousands(steps, number),
             steps == 1 ? "" : "s");
    return text;
}

static int end_done(cli_training *t) {
    char steps[CLI_NUMBER_SIZE + 8], time[CLI_NUMBER_SIZE];
    cli_note("trained %d epoch%s, %s in %s; the run is in %s", t->epochs, t->epochs == 1 ? "" : "s",
             steps_taken(t, steps), cli_duration(cli_clock() - t->clock, time), t->folder.path);
    return CLI_DONE;
}

static int end_limited(cli_training *t) {
    char steps[CLI_NUMBER_SIZE + 8];
    if (!cli_record_model(t, emb_run_steps(t->run))) return CLI_FAILED;
    cli_note("stopped after %s (--max-steps); the run is in %s", steps_taken(t, steps),
             t->folder.path);
    return CLI_DONE;
}

static int end_signalled(cli_training *t) {
    char steps[CLI_NUMBER_SIZE + 8];
    if (!cli_record_model(t, emb_run_steps(t->run))) return CLI_FAILED;
    cli_note("interrupted after %s; the model is saved in %s/model.safetensors",
             steps_taken(t, steps), t->folder.path);
    return 128 + cli_stop_signal();
}

static int end_diverged(cli_training *t) {
    char step[CLI_NUMBER_SIZE], lr[CLI_NUMBER_SIZE];
    char *kept = t->epochs_done > 0 ? cli_format("model of epoch %d", t->epochs_done)
                                    : cli_format("untrained model");
    emb_run_restore(t->run);
    if (t->saved || cli_record_model(t, 0)) {
        cli_fail("step %s: the loss is no longer a number; try --lr below %s. The %s is kept in "
                 "%s/model.safetensors",
                 cli_thousands(emb_run_steps(t->run), step),
                 cli_shortest(t->options.learning_rate, lr), kept, t->folder.path);
    }
    free(kept);
    return CLI_FAILED;
}

static int end_failed(cli_training *t) {
    (void)t;
    return CLI_FAILED;
}

static const struct {
    int (*end)(cli_training *);
    const char *outcome; /* in run.json */
} ways[] = {
    [GOING] = {end_done, "finished"},
    [LIMITED] = {end_limited, "stopped at --max-steps"},
    [SIGNALLED] = {end_signalled, "interrupted"},
    [DIVERGED] = {end_diverged, "diverged"},
    [FAILED] = {end_failed, "failed"},
};

static int train(cli_training *t) {
    ending end = GOING;
    size_t steps = emb_run_steps_per_epoch(t->run) * (size_t)t->epochs;
    if (t->max_steps > 0 && t->max_steps < steps) steps = t->max_steps;
    cli_progress_start(&t->bar, t->epochs, emb_run_steps_per_epoch(t->run), steps,
                       t->options.batch_size);
    t->clock = cli_clock();
    for (int epoch = 1; epoch <= t->epochs && end == GOING; epoch++) end = run_epoch(t, epoch);
    cli_live_clear();
    if (!cli_step_log_finish(&t->log) && end != FAILED) end = FAILED;
    int code = ways[end].end(t);
    const char *outcome = code == CLI_FAILED && end != DIVERGED ? "failed" : ways[end].outcome;
    bool recorded = cli_record_run(t, outcome);
    if (!recorded && code != CLI_FAILED) code = cli_fail("%s", emb_error());
    return code;
}

static int run_train(const cli_args *args) {
    cli_training training = {0};
    int code = CLI_FAILED;
    read_args(&training, args);
    cli_stop_listen();
    if (open_all(&training) && make_folder(&training)) {
        announce(&training);
        code = train(&training);
    }
    cli_step_log_discard(&training.log);
    cli_run_folder_free(&training.folder);
    free(training.pair);
    emb_run_free(training.run);
    emb_images_free(training.images);
    emb_net_free(training.net);
    return code;
}

const cli_command cli_command_train = {
    .name = "train",
    .summary = "train a network on a data set; the run is kept in a folder",
    .run = run_train,
    .about = "Prints one line for each epoch: the loss of its last batch and the loss on the "
             "validation images. The run's folder gets the model (model.safetensors, which "
             "PyTorch opens too), the history (history.csv), a picture for each epoch "
             "(epoch-01.png: an image beside its reconstruction) and a record of the command "
             "and the machine (run.json). Ctrl-C finishes the step, saves the model and "
             "stops. The same seed gives the same model, bit for bit.",
    .examples = {{"embudo train", "10 epochs of the notebook's network on MNIST"},
                 {"embudo train --latent 8 --epochs 20 -o runs/latent8",
                  "eight numbers in a code, twice as long, in a folder of that name"}},
    .positionals = {{"DATASET", "mnist", CLI_DATASET_HELP}},
    .options =
        {
            {"model", 0, CLI_TEXT, "FILE|NAME", "notebook", 0, 0, 0,
             "the network: a notation file (.net), a model file (its network, not its "
             "weights), or a "
             "name that is built in"},
            {"latent", 0, CLI_INT, "N", NULL, 1, 65536, 0,
             "numbers in a code, in place of what the network says"},
            {"epochs", 0, CLI_INT, "N", "10", 1, 1000000, 0,
             "times to go through the training images"},
            {"batch-size", 0, CLI_INT, "N", "16", 1, 65536, 0, "images in a step"},
            {"lr", 0, CLI_REAL, "X", "0.001", 0, INFINITY, CLI_ABOVE_LEAST, "Adam's learning rate"},
            {"seed", 0, CLI_INT, "N", "42", 0, 4294967295, 0,
             "of the split, the initial weights and the order, as torch.manual_seed"},
            {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
             "share of the images kept for validation; 0: none"},
            {"shuffle", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "shuffle the training images anew in each epoch"},
            {"threads", 0, CLI_INT, "N", "0", 0, 256, 0, CLI_THREADS_HELP},
            {"device", 0, CLI_CHOICE, "auto|cpu", "auto", 0, 0, 0,
             "what computes; auto: the best device present, today the processor"},
            {"output", 'o', CLI_TEXT, "DIR", NULL, 0, 0, 0,
             "the run's folder; default: the next free one of runs/001, runs/002, ..."},
            {"max-steps", 0, CLI_INT, "N", "0", 0, 1e12, 0,
             "stop after that many steps in all; 0: no limit"},
            {"step-log", 0, CLI_TEXT, "FILE", NULL, 0, 0, 0,
             "write each step's loss as CSV (step,loss; the first step is 0)"},
        },
};
