/* The work before a training's first step. See job_begin.h. */
#include "train/job_begin.h"

#include <stdlib.h>
#include <string.h>

#include "core/command_table.h"
#include "core/config_text.h"
#include "core/machine.h"
#include "core/message.h"
#include "core/network.h"
#include "core/room.h"
#include "core/run_lock.h"
#include "train/replan.h"
#include "train/run_record.h"
#include "use/data_doctor.h"

/* A share that was asked for must come to at least one image. */
static bool has_share(const cli_job *job) {
    const cli_training *t = &job->training;
    const cli_value *typed = cli_arg(t->asked.args, "val-split");
    if (job->resumed.path || !typed->given || !(typed->real > 0) || t->subject.val_count > 0)
        return true;
    char share[CLI_NUMBER_SIZE], images[CLI_NUMBER_SIZE];
    cli_fail("--val-split %s: of %s images none would be kept for validation; take at least 1/%zu, "
             "or 0",
             cli_shortest(typed->real, share), cli_thousands(t->subject.train_count, images),
             t->subject.train_count);
    return false;
}

/* Checkpoints that are on the disk at once: those that are kept, and the one that is written before
 * the oldest is removed. A resumed run already has its own. */
static size_t checkpoints_at_once(const cli_job *job) {
    const cli_training *t = &job->training;
    const cli_checkpoints *c = &job->checkpoints;
    if (!c->wanted || !t->subject.run) return 0;
    const size_t epoch = emb_run_steps_per_epoch(t->subject.run), every = c->every_steps;
    size_t steps = epoch * (size_t)t->terms.options.epochs;
    if (t->terms.max_steps > 0 && t->terms.max_steps < steps) steps = t->terms.max_steps;
    const size_t due = c->every_seconds > 0 ? 1 : steps / (every > 0 ? every : epoch);
    const size_t most = job->resumed.path ? 1 : (size_t)c->keep + 1;
    return due < 1 ? 1 : due < most ? due : most;
}

/* Whether the disk has room for the checkpoints (weights, two moments and the weights of the last
 * epoch's end), the model and the best one; a resumed run has these. */
static bool has_room(const cli_job *job) {
    const cli_training *t = &job->training;
    const size_t weights = cli_network_parameters(t->subject.net) * sizeof(float);
    const size_t need =
        4 * checkpoints_at_once(job) * weights + (job->resumed.path ? 0 : 2 * weights);
    return cli_room_on_disk(t->folder.path, need,
                            E_("%s: the disk has %s left, but this run's files take at least %s"));
}

static bool open_run(cli_job *job) {
    cli_training *t = &job->training;
    if (!t->subject.run)
        t->subject.run = emb_run_new(t->subject.net, t->subject.images, &t->terms.options);
    if (!t->subject.run || !emb_isa()) {
        cli_fail("%s", emb_error());
        return false;
    }
    emb_run_train_indices(t->subject.run, &t->subject.train_count);
    emb_run_val_indices(t->subject.run, &t->subject.val_count);
    if (!has_share(job)) return false;
    job->pair = cli_alloc(2 * cli_network_pixels(t->subject.net) * sizeof *job->pair);
    return true;
}

static bool is_log_alone(const cli_training *t) {
    if (!t->asked.step_log || !cli_run_owns(t->folder.path, t->asked.step_log)) return true;
    cli_fail("--step-log %s: the run writes a file of that name itself; choose another",
             t->asked.step_log);
    return false;
}

/* The file that repeats the run. That of a run which a version before such files began stays away:
 * its line is not known. */
static bool keep_options(const cli_job *job) {
    const cli_asked *asked = &job->training.asked;
    const char *folder = job->training.folder.path;
    const cli_config_origin origin = {.directory = asked->directory,
                                      .respanned = job->training.respanned};
    int count = 0;
    while (asked->words && asked->words[count]) count++;
    if (count > 1) {
        return cli_config_keep(cli_command_find(asked->words[1]), count, asked->words, folder,
                               &origin);
    }
    if (job->resumed.path || job->resumed.again) return true;
    return cli_config_keep(asked->args->command, asked->args->argc, asked->args->argv, folder,
                           &origin);
}

static void discard(cli_job *job) {
    cli_step_log_discard(&job->log);
    cli_run_folder_abandon(&job->training.folder);
}

/* The folder, the step log, which may lie in it, and run.json: what cannot be written is known
 * before the work begins. */
bool cli_job_make_folder(cli_job *job) {
    cli_training *t = &job->training;
    const cli_asked *asked = &t->asked;
    if (!*t->started) cli_machine_time(t->started); /* a resumed run has begun before */
    if (!job->resumed.path && !job->resumed.again &&
        !cli_run_folder_make(&t->folder, asked->output)) {
        return false;
    }
    cli_run_folder_data(&t->folder, asked->dataset, t->subject.train_count, t->subject.val_count);
    bool good = is_log_alone(t) && has_room(job) && cli_checkpoint_clear(&job->checkpoints, t) &&
                cli_step_log_open(&job->log, asked->step_log);
    if (good && job->resumed.path)
        good = cli_replan_keep(&job->checkpoints, t, job->resumed.replanned);
    if (good && !cli_run_record_write(t, "running")) {
        cli_fail("%s", emb_error());
        good = false;
    }
    good = good && keep_options(job);
    if (good && cli_arg(asked->args, "tensorboard")->given) {
        good = cli_tensorboard_open(&job->board, cli_run_folder_file(&t->folder, "tensorboard"));
    }
    if (!good) discard(job);
    return good;
}

/* "latent 2", "10 classes", "49 indices of 64 entries". To be freed. */
static char *what_it_gives(const emb_net *net) {
    if (emb_net_classes(net) > 0) return cli_told("%d classes", emb_net_classes(net));
    if (emb_net_entries(net) > 0) {
        return cli_told("%d indices of %d entries", emb_net_places(net), emb_net_entries(net));
    }
    return cli_told("latent %d", emb_net_latent(net));
}

static void announce(const cli_job *job) {
    const cli_training *t = &job->training;
    const cli_asked *asked = &t->asked;
    const emb_net *net = t->subject.net;
    char parameters[CLI_NUMBER_SIZE], train[CLI_NUMBER_SIZE], val[CLI_NUMBER_SIZE];
    cli_note(cli_plural((unsigned long)asked->threads, "device: cpu, %s, %d thread%s",
                        "device: cpu, %s, %d threads%s"),
             emb_isa(), asked->threads,
             asked->automatic ? _(" (auto: the best device found)") : "");
    char *kind = what_it_gives(net);
    cli_note("training %s, %s, %s parameters, on %s%s: %s training and %s validation images",
             asked->model, kind, cli_thousands(cli_network_parameters(net), parameters),
             asked->encoder ? _("the codes of ") : "", asked->dataset,
             cli_thousands(t->subject.train_count, train),
             cli_thousands(t->subject.val_count, val));
    free(kind);
    if (*t->terms.from && !job->resumed.path)
        cli_note("it begins with the weights of %s", asked->from ? asked->from : asked->model);
    if (*t->terms.options.freeze) cli_note("frozen: %s", t->terms.options.freeze);
    if (*t->terms.options.augment) cli_note("images are changed: %s", t->terms.options.augment);
    if (*t->terms.options.denoise) {
        cli_note("the input has noise, in validation, too: %s", t->terms.options.denoise);
    } else if (!job->resumed.path && strcmp(asked->model, "denoising") == 0) {
        cli_note("without noise, denoising is a network as any other; --denoise gaussian=0.3 adds "
                 "some");
    }
    if (job->resumed.again) cli_note("starting again: %s has no checkpoint yet", t->folder.path);
    if (job->resumed.path) {
        cli_note("resuming from %s, after %s steps", job->resumed.path,
                 cli_thousands(emb_run_steps(t->subject.run), train));
    }
}

bool cli_job_begin(cli_job *job) {
    if (!open_run(job) || !cli_job_make_folder(job)) return false;
    announce(job);
    if (job->watcher && !job->watcher->begin(&job->training)) {
        discard(job);
        return false;
    }
    cli_doctor_start(&job->doctor, &job->training.subject, &job->training.terms,
                     job->training.asked.encoder ? NULL : job->training.asked.dataset);
    cli_data_doctor_parts(&job->training.subject, &job->training.terms,
                          job->training.asked.dataset);
    return true;
}
