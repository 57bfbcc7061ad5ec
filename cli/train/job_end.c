/* Every way out of a training. See job_end.h. */
#include "train/job_end.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/stop.h"
#include "train/checkpoint_folder.h"
#include "train/run_record.h"

/* "1,234 steps" */
static const char *steps_taken(const cli_training *t, char text[CLI_NUMBER_SIZE + 8]) {
    char number[CLI_NUMBER_SIZE];
    size_t steps = emb_run_steps(t->subject.run);
    snprintf(text, CLI_NUMBER_SIZE + 8, cli_plural(steps, "%s step", "%s steps"),
             cli_thousands(steps, number));
    return text;
}

static int end_done(cli_job *job, const char *why) {
    const cli_training *t = &job->training;
    (void)why;
    char steps[CLI_NUMBER_SIZE + 8], time[CLI_NUMBER_SIZE];
    if (!cli_model_file_save(&job->model, t, emb_run_steps(t->subject.run))) return CLI_FAILED;
    cli_note(cli_plural((unsigned long)t->terms.options.epochs,
                        "trained %d epoch, %s in %s; the run is in %s",
                        "trained %d epochs, %s in %s; the run is in %s"),
             t->terms.options.epochs, steps_taken(t, steps),
             cli_duration(cli_clock() - job->clock, time), t->folder.path);
    return CLI_DONE;
}

/* The last epoch's model is kept, which need not be the best one. */
static int end_early(cli_job *job, const char *why) {
    const cli_training *t = &job->training;
    const int patience = t->terms.options.stop_patience;
    (void)why;
    char steps[CLI_NUMBER_SIZE + 8];
    if (!cli_model_file_save(&job->model, t, emb_run_steps(t->subject.run))) return CLI_FAILED;
    cli_note(cli_plural((unsigned long)patience,
                        "stopped early, after epoch %d of %d (%s): the loss was not better for %d "
                        "epoch; the run is in %s",
                        "stopped early, after epoch %d of %d (%s): the loss was not better for %d "
                        "epochs; the run is in %s"),
             t->epochs_done, t->terms.options.epochs, steps_taken(t, steps), patience,
             t->folder.path);
    return CLI_DONE;
}

/* The model as it is, and a checkpoint to resume from. */
static bool keep_all(cli_job *job) {
    const cli_training *t = &job->training;
    char *why = NULL;
    if (!cli_model_file_save(&job->model, t, emb_run_steps(t->subject.run))) return false;
    const emb_status status = cli_checkpoint_stop(&job->checkpoints, t, &why);
    if (status == EMB_ERR_DIVERGED) cli_fail("%s", why);
    free(why);
    return status == EMB_OK;
}

static int end_limited(cli_job *job, const char *why) {
    const cli_training *t = &job->training;
    (void)why;
    char steps[CLI_NUMBER_SIZE + 8];
    if (!keep_all(job)) return CLI_FAILED;
    cli_note("stopped after %s (--max-steps); the run is in %s", steps_taken(t, steps),
             t->folder.path);
    return CLI_DONE;
}

static int end_signalled(cli_job *job, const char *why) {
    const cli_training *t = &job->training;
    (void)why;
    char steps[CLI_NUMBER_SIZE + 8];
    cli_stop_heard();
    if (!keep_all(job)) return CLI_FAILED;
    if (job->checkpoints.wanted) {
        cli_note("interrupted after %s; to continue: embudo %s --resume %s", steps_taken(t, steps),
                 t->asked.args->command->name, t->folder.path);
    } else {
        cli_note("interrupted after %s; the model is saved in %s/model.safetensors",
                 steps_taken(t, steps), t->folder.path);
    }
    return 128 + cli_stop_signal();
}

/* Whether it went back to the oldest checkpoint that was kept, and older ones are gone: not to step
 * 0. */
static bool wants_older(const cli_checkpoints *c, const char *run) {
    return c->retries > 0 && c->back > 0 && cli_checkpoint_before(run, (long long)c->back) < 0;
}

/* "images / 255, or ", if the data's large numbers are a likely reason. */
static char *data_beyond(const emb_net *net) {
    static const double large = 100;
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    if (!p.floats || (-p.low < large && p.high < large)) return cli_format("%s", "");
    return cli_told("images / %g, or ", fmax(p.high, -p.low));
}

static int end_diverged(cli_job *job, const char *why) {
    const cli_training *t = &job->training;
    char lr[CLI_NUMBER_SIZE];
    char *beyond = data_beyond(t->subject.net);
    const cli_checkpoints *c = &job->checkpoints;
    char *model = t->epochs_done > 0 ? cli_told("model of epoch %d", t->epochs_done)
                                     : cli_told("untrained model");
    char *before = c->retries > 0
                       ? cli_told(cli_plural((unsigned long)c->retries,
                                             " after going back %d time, each with half the rate",
                                             " after going back %d times, each with half the rate"),
                                  c->retries)
                       : cli_format("%s", "");
    const char *other = !c->wanted  ? ""
                        : !c->retry ? _(", or --on-nan retry")
                        : wants_older(c, t->folder.path)
                            ? _(", or use --keep to have older checkpoints to go back to")
                            : "";
    emb_run_restore(t->subject.run);
    if (job->model.saved ||
        cli_model_file_save(&job->model, t,
                            emb_run_steps_per_epoch(t->subject.run) * (size_t)t->epochs_done)) {
        cli_fail("%s%s; try %s--lr below %s%s. The %s is kept in %s/model.safetensors", why, before,
                 beyond, cli_shortest(t->terms.options.learning_rate, lr), other, model,
                 t->folder.path);
    }
    free(before);
    free(beyond);
    free(model);
    return CLI_FAILED;
}

static int end_broken(cli_job *job, const char *why) {
    (void)job;
    (void)why;
    return CLI_FAILED;
}

static const struct {
    int (*end)(cli_job *job, const char *why);
    const char *outcome; /* in run.json */
} ways[] = {
    [CLI_GOING] = {end_done, "finished"},
    [CLI_EARLY] = {end_early, "stopped early"},
    [CLI_LIMITED] = {end_limited, "stopped at --max-steps"},
    [CLI_SIGNALLED] = {end_signalled, "interrupted"},
    [CLI_DIVERGED] = {end_diverged, "diverged"},
    [CLI_BROKEN] = {end_broken, "failed"},
};

/* The doctor's verdict on the network as it is now, for the record. */
static void settle(cli_job *job, cli_ending ending) {
    cli_training *t = &job->training;
    const bool complete = ending == CLI_GOING || ending == CLI_EARLY || ending == CLI_LIMITED;
    if (complete) cli_doctor_settle(&job->doctor, &t->subject, t->asked.threads, t->epochs_done);
    t->checked = job->doctor.checked;
    t->found = job->doctor.found;
}

int cli_job_end(cli_job *job, cli_ending ending, const char *why) {
    int code = ways[ending].end(job, why);
    settle(job, ending);
    const char *outcome =
        code == CLI_FAILED && ending != CLI_DIVERGED ? "failed" : ways[ending].outcome;
    job->outcome = outcome;
    job->seconds = cli_clock() - job->clock;
    const bool recorded = cli_run_record_write(&job->training, outcome);
    if (!recorded && code != CLI_FAILED) code = cli_fail("%s", emb_error());
    return code;
}
