/* A training, from its folder to its end: the loop over epochs and every way out of it. See
 * job.h.
 *
 * Owns no numbers: those are the library's; and no files: those are run_json_write.c's and
 * run_folder.c's. */
#include "train/job.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/machine.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/run_json.h"
#include "core/stop.h"
#include "data/range.h"
#include "train/epoch_preview.h"
#include "train/run_lock.h"

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

void cli_training_because(cli_training *t, char *why) {
    free(t->why);
    t->why = why;
}

static ending diverged(cli_training *t) {
    cli_training_because(t, cli_format("%s", emb_error()));
    return DIVERGED;
}

bool cli_training_sound(cli_training *t) {
    if (emb_net_check(t->subject.net) == EMB_OK) return true;
    cli_training_because(t, cli_format("the loss is not a finite number after step %zu: %s",
                                       emb_run_steps(t->subject.run), emb_error()));
    return false;
}

/* What a checkpoint's writing came to. */
static ending kept(emb_status status) {
    return status == EMB_OK ? GOING : status == EMB_ERR_DIVERGED ? DIVERGED : FAILED;
}

/* ---- setting up ------------------------------------------------------------------------------ */

/* A share that was asked for and comes to no image is no share. */
static bool has_share(const cli_training *t) {
    const cli_value *typed = cli_arg(t->args, "val-split");
    if (t->resumed || !typed->given || !(typed->real > 0) || t->subject.val_count > 0) return true;
    char share[CLI_NUMBER_SIZE], images[CLI_NUMBER_SIZE];
    cli_fail("--val-split %s: of %s images none would be kept for validation; take at least 1/%zu, "
             "or 0",
             cli_shortest(typed->real, share), cli_thousands(t->subject.train_count, images),
             t->subject.train_count);
    return false;
}

/* Checkpoints that lie on the disk at once: those that are kept, and the one that is written before
 * the oldest goes. A run that goes on has its own. */
static size_t checkpoints_at_once(const cli_training *t) {
    const cli_checkpoints *c = &t->checkpoints;
    if (!c->wanted || !t->subject.run) return 0;
    const size_t epoch = emb_run_steps_per_epoch(t->subject.run), every = c->every_steps;
    size_t steps = epoch * (size_t)t->terms.options.epochs;
    if (t->terms.max_steps > 0 && t->terms.max_steps < steps) steps = t->terms.max_steps;
    const size_t due = c->every_seconds > 0 ? 1 : steps / (every > 0 ? every : epoch);
    const size_t most = t->resumed ? 1 : (size_t)c->keep + 1;
    return due < 1 ? 1 : due < most ? due : most;
}

/* Whether the disk has room for the checkpoints (weights, two moments and the weights of the last
 * epoch's end), the model and the best one; a run that goes on has these. */
static bool has_room(const cli_training *t) {
    const size_t weights = cli_network_parameters(t->subject.net) * sizeof(float);
    const size_t need = 4 * checkpoints_at_once(t) * weights + (t->resumed ? 0 : 2 * weights);
    return cli_room_on_disk(t->folder.path, need, "this run's files take");
}

static bool open_run(cli_training *t) {
    if (!t->subject.run)
        t->subject.run = emb_run_new(t->subject.net, t->subject.images, &t->terms.options);
    if (!t->subject.run || !emb_isa()) {
        failed();
        return false;
    }
    emb_run_train_indices(t->subject.run, &t->subject.train_count);
    emb_run_val_indices(t->subject.run, &t->subject.val_count);
    if (!has_share(t)) return false;
    emb_images_shape(t->subject.images, t->shape);
    t->pair = cli_alloc(2 * cli_network_pixels(t->subject.net) * sizeof *t->pair);
    return true;
}

static bool is_log_alone(const cli_training *t) {
    if (!t->step_log || !cli_run_owns(t->folder.path, t->step_log)) return true;
    cli_fail("--step-log %s: the run writes a file of that name itself; choose another",
             t->step_log);
    return false;
}

/* The folder, the step log, which may lie in it, and run.json: what cannot be written is known
 * before the work begins. */
static bool make_folder(cli_training *t) {
    cli_machine_time(t->started);
    if (!t->resumed && !t->again && !cli_run_folder_make(&t->folder, t->output)) return false;
    cli_run_folder_data(&t->folder, t->dataset, t->subject.train_count, t->subject.val_count);
    if (is_log_alone(t) && has_room(t) && cli_checkpoint_clear(t) &&
        cli_step_log_open(&t->log, t->step_log)) {
        if (!cli_record_run(t, "running")) {
            failed();
        } else if (cli_tensorboard_open(&t->board,
                                        cli_run_folder_file(&t->folder, "tensorboard"))) {
            return true;
        }
        cli_step_log_discard(&t->log);
    }
    cli_run_folder_abandon(&t->folder);
    return false;
}

static void announce(const cli_training *t) {
    char parameters[CLI_NUMBER_SIZE], train[CLI_NUMBER_SIZE], val[CLI_NUMBER_SIZE];
    cli_note("device: cpu, %s, %d thread%s%s", emb_isa(), t->threads, t->threads == 1 ? "" : "s",
             t->automatic ? " (auto: the best device present)" : "");
    char *kind = emb_net_classes(t->subject.net) > 0
                     ? cli_format("%d classes", emb_net_classes(t->subject.net))
                     : cli_format("latent %d", emb_net_latent(t->subject.net));
    cli_note("training %s, %s, %s parameters, on %s%s: %s training and %s validation images",
             t->model, kind, cli_thousands(cli_network_parameters(t->subject.net), parameters),
             t->encoder ? "the codes of " : "", t->dataset,
             cli_thousands(t->subject.train_count, train),
             cli_thousands(t->subject.val_count, val));
    free(kind);
    if (*t->terms.from && !t->resumed) cli_note("it begins with the weights of %s", t->model);
    if (t->again) cli_note("beginning again: %s has no checkpoint yet", t->folder.path);
    if (t->resumed) {
        cli_note("going on from %s, after %s steps", t->resumed,
                 cli_thousands(emb_run_steps(t->subject.run), train));
    }
}

/* ---- an epoch -------------------------------------------------------------------------------- */

static ending take_steps(cli_training *t) {
    do {
        float loss;
        size_t step = emb_run_steps(t->subject.run);
        emb_status status = emb_run_step(t->subject.run, &loss);
        if (status == EMB_ERR_DIVERGED) return diverged(t);
        if (status != EMB_OK) return failed();
        if (!cli_step_log_add(&t->log, step, loss)) return FAILED;
        cli_tensorboard_step(&t->board, &t->subject, loss);
        cli_doctor_step(&t->doctor, &t->subject, loss);
        cli_progress_step(&t->bar, step + 1);
        const ending written = kept(cli_checkpoint_step(t));
        if (written != GOING) return written;
        if (cli_stop_signal()) return SIGNALLED;
        if (step + 1 == t->terms.max_steps) return LIMITED;
    } while (!emb_run_epoch_done(t->subject.run));
    return GOING;
}

static bool show_preview(cli_training *t, int epoch, size_t index) {
    if (!emb_net_has_part(t->subject.net, "decoder")) return true;
    float *reconstruction = t->pair + cli_network_pixels(t->subject.net);
    if (cli_network_reconstruct(t->subject.net, t->subject.images, index, t->pair,
                                reconstruction) != EMB_OK) {
        failed();
        return false;
    }
    cli_range_shade(t->subject.net, t->pair, 2 * cli_network_pixels(t->subject.net));
    if (cli_picture_possible()) cli_picture_pair(t->pair, t->shape, titles);
    return cli_run_folder_picture(&t->folder, epoch, t->terms.options.epochs, t->pair, t->shape,
                                  titles);
}

/* What an epoch leaves: the model first, so that whoever reads the line finds it on disk. */
static bool keep_epoch(cli_training *t, int epoch, const emb_epoch *done) {
    cli_text more = {0};
    if (t->subject.val_count > 0)
        cli_text_add(&more, " Validation Loss: %.4f", done->validation_loss);
    if (!isnan(done->accuracy))
        cli_text_add(&more, " Training Accuracy: %.2f %%", 100 * done->accuracy);
    if (!isnan(done->validation_accuracy)) {
        cli_text_add(&more, " Validation Accuracy: %.2f %%", 100 * done->validation_accuracy);
    }
    bool good = cli_record_model(t, emb_run_steps(t->subject.run)) && cli_checkpoint_abandon(t) &&
                cli_run_folder_history(&t->folder, epoch, done);
    if (good) {
        cli_line("Epoch [%d/%d], Loss: %.4f%s", epoch, t->terms.options.epochs, (double)done->loss,
                 more.bytes ? more.bytes : "");
    }
    cli_text_free(&more);
    return good && (!done->has_preview || show_preview(t, epoch, done->preview));
}

static ending run_epoch(cli_training *t, int epoch) {
    cli_progress_epoch(&t->bar, epoch);
    /* One that was stopped in its validation has its last step, and not its end. */
    const bool taken =
        emb_run_steps(t->subject.run) >= emb_run_steps_per_epoch(t->subject.run) * (size_t)epoch;
    ending end = taken ? GOING : take_steps(t);
    if (end == DIVERGED || end == FAILED) return end;
    /* The last update may have spoilt the weights without a loss to show it yet. */
    if (!cli_training_sound(t)) return DIVERGED;
    if (!emb_run_epoch_done(t->subject.run)) return end;
    emb_epoch done;
    cli_progress_say(&t->bar, "validating");
    emb_status status = emb_run_finish_epoch(t->subject.run, &done);
    if (status == EMB_ERR_CANCELLED) return SIGNALLED;
    if (status != EMB_OK) return status == EMB_ERR_DIVERGED ? diverged(t) : failed();
    cli_stop_hold(true); /* the epoch is over: what it leaves is kept whole, pictures too */
    const bool good = keep_epoch(t, epoch, &done);
    if (good) cli_tensorboard_epoch(&t->board, &t->subject, &done, t->threads);
    cli_stop_hold(false);
    if (!good) return FAILED;
    t->epochs_done = epoch;
    const ending written = kept(cli_checkpoint_epoch(t, &done));
    if (written != GOING) return written;
    cli_progress_say(&t->bar, "checking");
    cli_doctor_epoch(&t->doctor, &t->subject, &t->terms.options, t->threads, epoch);
    return cli_stop_signal() ? SIGNALLED : end;
}

/* ---- ways out -------------------------------------------------------------------------------- */

/* "1,234 steps" */
static const char *steps_taken(const cli_training *t, char text[CLI_NUMBER_SIZE + 8]) {
    char number[CLI_NUMBER_SIZE];
    size_t steps = emb_run_steps(t->subject.run);
    snprintf(text, CLI_NUMBER_SIZE + 8, "%s step%s", cli_thousands(steps, number),
             steps == 1 ? "" : "s");
    return text;
}

static int end_done(cli_training *t) {
    char steps[CLI_NUMBER_SIZE + 8], time[CLI_NUMBER_SIZE];
    if (!cli_record_model(t, emb_run_steps(t->subject.run))) return CLI_FAILED;
    cli_note("trained %d epoch%s, %s in %s; the run is in %s", t->terms.options.epochs,
             t->terms.options.epochs == 1 ? "" : "s", steps_taken(t, steps),
             cli_duration(cli_clock() - t->clock, time), t->folder.path);
    return CLI_DONE;
}

/* The model as it is, and a checkpoint to go on from. */
static bool keep_all(cli_training *t) {
    if (!cli_record_model(t, emb_run_steps(t->subject.run))) return false;
    const emb_status status = cli_checkpoint_stop(t);
    if (status == EMB_ERR_DIVERGED) cli_fail("%s", t->why);
    return status == EMB_OK;
}

static int end_limited(cli_training *t) {
    char steps[CLI_NUMBER_SIZE + 8];
    if (!keep_all(t)) return CLI_FAILED;
    cli_note("stopped after %s (--max-steps); the run is in %s", steps_taken(t, steps),
             t->folder.path);
    return CLI_DONE;
}

static int end_signalled(cli_training *t) {
    char steps[CLI_NUMBER_SIZE + 8];
    cli_stop_heard();
    if (!keep_all(t)) return CLI_FAILED;
    if (t->checkpoints.wanted) {
        cli_note("interrupted after %s; embudo train --resume %s goes on", steps_taken(t, steps),
                 t->folder.path);
    } else {
        cli_note("interrupted after %s; the model is saved in %s/model.safetensors",
                 steps_taken(t, steps), t->folder.path);
    }
    return 128 + cli_stop_signal();
}

/* Whether it went back as far as there were checkpoints, and older ones are gone: not to step 0. */
static bool wants_older(const cli_training *t) {
    const cli_checkpoints *c = &t->checkpoints;
    return c->retries > 0 && c->back > 0 &&
           cli_checkpoint_before(t->folder.path, (long long)c->back) < 0;
}

/* "numbers of about 1 in place of ..., or ", where those of the data are a likely reason. */
static char *data_beyond(const cli_training *t) {
    static const double large = 100;
    emb_preprocessing p;
    emb_net_preprocessing(t->subject.net, &p);
    if (!p.floats || (-p.low < large && p.high < large)) return cli_format("%s", "");
    return cli_format("images / %g, or ", fmax(p.high, -p.low));
}

static int end_diverged(cli_training *t) {
    char lr[CLI_NUMBER_SIZE];
    char *beyond = data_beyond(t);
    const cli_checkpoints *c = &t->checkpoints;
    char *model = t->epochs_done > 0 ? cli_format("model of epoch %d", t->epochs_done)
                                     : cli_format("untrained model");
    char *before = c->retries > 0 ? cli_format(" after going back %d time%s to half the rate",
                                               c->retries, c->retries == 1 ? "" : "s")
                                  : cli_format("%s", "");
    const char *other = !c->wanted       ? ""
                        : !c->retry      ? ", or --on-nan retry"
                        : wants_older(t) ? ", or --keep older checkpoints to go back to"
                                         : "";
    emb_run_restore(t->subject.run);
    if (t->saved ||
        cli_record_model(t, emb_run_steps_per_epoch(t->subject.run) * (size_t)t->epochs_done)) {
        cli_fail("%s%s; try %s--lr below %s%s. The %s is kept in %s/model.safetensors", t->why,
                 before, beyond, cli_shortest(t->terms.options.learning_rate, lr), other, model,
                 t->folder.path);
    }
    free(before);
    free(beyond);
    free(model);
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
    size_t steps = emb_run_steps_per_epoch(t->subject.run) * (size_t)t->terms.options.epochs;
    if (t->terms.max_steps > 0 && t->terms.max_steps < steps) steps = t->terms.max_steps;
    cli_progress_start(&t->bar, t->terms.options.epochs, emb_run_steps_per_epoch(t->subject.run),
                       steps, t->terms.options.batch_size);
    t->clock = cli_clock();
    t->checkpoints.clock = t->clock;
    /* Before and after, whoever stops the program ends it at once: nothing is half-written then. */
    cli_stop_listen();
    end = kept(cli_checkpoint_start(t));
    /* One that goes on may have no step left, and only the end to do. */
    if (end == GOING && t->terms.max_steps > 0 &&
        emb_run_steps(t->subject.run) >= t->terms.max_steps)
        end = LIMITED;
    while (t->epochs_done < t->terms.options.epochs && end == GOING) {
        end = run_epoch(t, t->epochs_done + 1);
        if (end == DIVERGED) end = kept(cli_checkpoint_retry(t));
    }
    cli_live_clear();
    if (!cli_step_log_finish(&t->log) && end != FAILED) end = FAILED;
    if (end == GOING || end == LIMITED) cli_tensorboard_finish(&t->board, &t->subject, t->threads);
    int code = ways[end].end(t);
    const char *outcome = code == CLI_FAILED && end != DIVERGED ? "failed" : ways[end].outcome;
    bool recorded = cli_record_run(t, outcome);
    if (!recorded && code != CLI_FAILED) code = cli_fail("%s", emb_error());
    cli_stop_default();
    return code;
}

int cli_training_run(cli_training *t) {
    int code = CLI_FAILED;
    if (open_run(t) && make_folder(t)) {
        announce(t);
        cli_doctor_start(&t->doctor, &t->subject);
        code = train(t);
    }
    return code;
}

bool cli_training_record_knn(cli_training *t) {
    if (!make_folder(t)) return false;
    if (!cli_record_model(t, 0)) return false;
    if (cli_record_run(t, "finished")) return true;
    failed();
    return false;
}

void cli_training_close(cli_training *t) {
    cli_step_log_discard(&t->log);
    cli_tensorboard_close(&t->board);
    cli_checkpoint_close(&t->checkpoints);
    free(t->resumed);
    free(t->directory);
    cli_args_free(&t->recorded);
    cli_record_words_free(t->words);
    free(t->why);
    cli_run_folder_free(&t->folder);
    free(t->pair);
    cli_subject_release(&t->subject);
}
