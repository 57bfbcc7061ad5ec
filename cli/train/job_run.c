/* A training's epochs. See job_run.h.
 *
 * Computes nothing (the library does) and writes no files (model_file.c, run_record.c and
 * run_folder.c do). */
#include "train/job_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/preview.h"
#include "core/shown.h"
#include "core/stop.h"
#include "data/measures.h"
#include "plot/plot_words.h"
#include "train/job_begin.h"
#include "train/job_end.h"
#include "train/retry.h"
#include "train/run_record.h"

static cli_ending failed(void) {
    cli_fail("%s", emb_error());
    return CLI_BROKEN;
}

static cli_ending diverged(char **why) {
    *why = cli_format("%s", emb_error());
    return CLI_DIVERGED;
}

/* How writing a checkpoint ended. */
static cli_ending kept(emb_status status) {
    return status == EMB_OK ? CLI_GOING : status == EMB_ERR_DIVERGED ? CLI_DIVERGED : CLI_BROKEN;
}

/* ---- an epoch -------------------------------------------------------------------------------- */

/* Seconds that were not spent on training. */
static void pass(cli_job *job, double seconds) {
    job->clock += seconds;
    cli_progress_pass(&job->bar, seconds);
}

static cli_ending take_steps(cli_job *job, char **why) {
    cli_training *t = &job->training;
    do {
        float loss;
        size_t step = emb_run_steps(t->subject.run);
        emb_status status = emb_run_step(t->subject.run, &loss);
        if (status == EMB_ERR_DIVERGED) return diverged(why);
        if (status != EMB_OK) return failed();
        if (!cli_step_log_add(&job->log, step, loss)) return CLI_BROKEN;
        cli_tensorboard_step(&job->board, &t->subject, loss);
        cli_doctor_step(&job->doctor, &t->subject, loss);
        cli_progress_step(&job->bar, step + 1);
        const cli_ending written = kept(cli_checkpoint_step(&job->checkpoints, t, why));
        if (written != CLI_GOING) return written;
        if (job->watcher) pass(job, job->watcher->step(t, loss));
        if (cli_stop_signal()) return CLI_SIGNALLED;
        if (step + 1 == t->terms.max_steps) return CLI_LIMITED;
    } while (!emb_run_epoch_done(t->subject.run));
    return CLI_GOING;
}

static bool show_preview(cli_job *job, int epoch, size_t index) {
    cli_training *t = &job->training;
    int shape[3];
    if (!emb_net_has_part(t->subject.net, "decoder")) return true;
    emb_images_shape(t->subject.images, shape);
    const bool noisy = *t->terms.options.denoise;
    const char *const titles[2] = {
        cli_word_text(noisy ? CLI_WORD_PRACTICE_NOISY : CLI_WORD_PRACTICE_ORIGINAL),
        cli_word_text(CLI_WORD_PRACTICE_MADE)};
    if (!cli_film_add(&job->film, t, epoch) || !cli_film_pair(t, epoch - 1, index, job->pair)) {
        return false;
    }
    if (cli_shown_on()) cli_preview_draw(job->pair, 2, shape, titles);
    return cli_run_folder_preview(&t->folder, epoch, t->terms.options.epochs, job->pair, shape,
                                  titles);
}

/* What an epoch leaves: the model first, so that whoever reads the line finds it on disk. */
static bool keep_epoch(cli_job *job, int epoch, const emb_epoch *done) {
    cli_training *t = &job->training;
    cli_text more = {0}, measures = {0};
    if (t->subject.val_count > 0)
        cli_text_tell(&more, " Validation Loss: %.4f", done->validation_loss);
    if (!isnan(done->accuracy)) {
        cli_text_tell(&more, " Training Accuracy: %.2f %%", 100 * done->accuracy);
    }
    if (!isnan(done->validation_accuracy)) {
        cli_text_tell(&more, " Validation Accuracy: %.2f %%", 100 * done->validation_accuracy);
    }
    if (done->measure_count > 0) {
        const bool validation = t->subject.val_count > 0;
        cli_measures_print(&measures, done->measures, done->measure_count, validation,
                           validation ? _("Validation ") : "");
    }
    bool good = cli_model_file_save(&job->model, t, emb_run_steps(t->subject.run)) &&
                cli_checkpoint_abandon(&job->checkpoints, t->folder.path) &&
                cli_run_folder_history(&t->folder, epoch, done);
    if (good) {
        const int epochs = t->terms.options.epochs;
        const char *scores = more.bytes ? more.bytes : "";
        if (measures.length > 0) {
            cli_line("Epoch [%d/%d], Loss: %.4f%s %s", epoch, epochs, (double)done->loss, scores,
                     measures.bytes);
        } else {
            cli_line("Epoch [%d/%d], Loss: %.4f%s", epoch, epochs, (double)done->loss, scores);
        }
    }
    cli_text_free(&measures);
    cli_text_free(&more);
    return good && (!done->has_preview || show_preview(job, epoch, done->preview));
}

static cli_ending run_epoch(cli_job *job, int epoch, char **why) {
    cli_training *t = &job->training;
    cli_progress_epoch(&job->bar, epoch);
    /* An epoch that was stopped in its validation has its last step, but not its end. */
    const bool taken =
        emb_run_steps(t->subject.run) >= emb_run_steps_per_epoch(t->subject.run) * (size_t)epoch;
    cli_ending end = taken ? CLI_GOING : take_steps(job, why);
    if (end == CLI_DIVERGED || end == CLI_BROKEN) return end;
    /* The last update may have spoilt the weights, and no loss shows it yet. */
    if (!cli_training_sound(t, why)) return CLI_DIVERGED;
    if (!emb_run_epoch_done(t->subject.run)) return end;
    emb_epoch done;
    cli_progress_say(&job->bar, "validating");
    emb_status status = emb_run_finish_epoch(t->subject.run, &done);
    if (status == EMB_ERR_CANCELLED) return CLI_SIGNALLED;
    if (status != EMB_OK) return status == EMB_ERR_DIVERGED ? diverged(why) : failed();
    cli_stop_hold(true); /* the epoch is over: what it leaves is kept whole, pictures too */
    const bool good = keep_epoch(job, epoch, &done);
    if (good) cli_tensorboard_epoch(&job->board, &t->subject, &done, t->asked.threads);
    cli_stop_hold(false);
    if (!good) return CLI_BROKEN;
    t->epochs_done = epoch;
    job->last = done;
    job->has_last = true;
    const cli_ending written = kept(cli_checkpoint_epoch(&job->checkpoints, t, &done, why));
    if (written != CLI_GOING) return written;
    cli_progress_say(&job->bar, "checking");
    cli_doctor_epoch(&job->doctor, &t->subject, &t->terms, t->asked.threads, epoch);
    if (job->watcher) job->watcher->epoch(t, &done);
    return cli_stop_signal() ? CLI_SIGNALLED : end;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Goes back to a checkpoint, if that is wanted. */
static cli_ending retry(cli_job *job, char **why) {
    const emb_run *before = job->training.subject.run;
    const cli_ending end = kept(cli_retry(&job->checkpoints, &job->training, why));
    /* The model on the disk is not from the state that it went back to. */
    if (job->training.subject.run != before) job->model.saved = false;
    return end;
}

static cli_ending run_epochs(cli_job *job, char **why) {
    cli_training *t = &job->training;
    const int epochs = t->terms.options.epochs;
    const size_t limit = t->terms.max_steps;
    cli_ending end =
        kept(cli_checkpoint_start(&job->checkpoints, t, job->resumed.path != NULL, why));
    /* A resumed training may have no step left, only the end to do. */
    if (end == CLI_GOING && limit > 0 && emb_run_steps(t->subject.run) >= limit) end = CLI_LIMITED;
    while (t->epochs_done < epochs && end == CLI_GOING && !emb_run_stopped(t->subject.run)) {
        end = run_epoch(job, t->epochs_done + 1, why);
        if (end == CLI_DIVERGED) end = retry(job, why);
    }
    return end == CLI_GOING && t->epochs_done < epochs ? CLI_EARLY : end;
}

static int train(cli_job *job) {
    const cli_training *t = &job->training;
    const size_t epoch = emb_run_steps_per_epoch(t->subject.run), limit = t->terms.max_steps;
    const size_t all = epoch * (size_t)t->terms.options.epochs;
    char *why = NULL;
    cli_progress_start(&job->bar, t->terms.options.epochs, epoch,
                       limit > 0 && limit < all ? limit : all, t->terms.options.batch_size);
    /* Of a classifier: what it is called, and what it learns from. */
    const bool classifies = strcmp(t->asked.args->command->name, "classify") == 0;
    char *what = !classifies        ? NULL
                 : t->asked.encoder ? cli_told("%s on codes", t->asked.model)
                                    : cli_told("%s on images", t->asked.model);
    job->bar.what = what;
    job->clock = cli_clock();
    job->checkpoints.clock = job->clock;
    /* Before and after this, a signal ends the program at once: nothing is half-written then. */
    cli_stop_listen();
    cli_ending end = cli_film_begin(&job->film, t) ? run_epochs(job, &why) : CLI_BROKEN;
    cli_live_clear();
    if (!cli_step_log_finish(&job->log)) end = CLI_BROKEN;
    if (end == CLI_GOING || end == CLI_EARLY || end == CLI_LIMITED) {
        cli_tensorboard_finish(&job->board, &t->subject, t->asked.threads);
    }
    const int code = cli_job_end(job, end, why);
    if (job->watcher) job->watcher->end(t, job->outcome);
    cli_stop_default();
    free(what);
    free(why);
    return code;
}

int cli_job_run(cli_job *job) { return cli_job_begin(job) ? train(job) : CLI_FAILED; }

bool cli_job_run_nothing(cli_job *job) {
    if (!cli_job_make_folder(job)) return false;
    if (!cli_model_file_save(&job->model, &job->training, 0)) return false;
    job->outcome = "finished";
    if (cli_run_record_write(&job->training, job->outcome)) return true;
    failed();
    return false;
}

void cli_job_free(cli_job *job) {
    cli_step_log_discard(&job->log);
    cli_tensorboard_close(&job->board);
    cli_training_free(&job->training);
    cli_resumed_free(&job->resumed);
    cli_film_free(&job->film);
    free(job->pair);
    *job = (cli_job){0};
}
