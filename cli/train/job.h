/* One training: what was asked for, what is open, how far it is. `embudo train` and `embudo
 * classify` fill one in; job.c runs it, run_json_write.c keeps it on disk. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include <embudo.h>

#include "core/options.h"
#include "core/progress.h"
#include "data/held.h"
#include "data/recorded.h"
#include "data/subject.h"
#include "report/tensorboard.h"
#include "train/checkpoint_folder.h"
#include "train/run_folder.h"
#include "train/step_log.h"
#include "use/doctor.h"

typedef struct cli_training {
    /* Filled in before cli_training_run. */
    const cli_args *args;
    const char *model, *dataset;
    const char *output, *step_log; /* NULL: the next run's folder; no log */
    const char *recipe;            /* NULL: none is asked for */
    bool automatic;                /* the device was not named */
    int threads; /* at most; the run may be asked to find out how many are fastest */
    cli_terms terms;
    cli_subject subject;
    /* Of a classifier on codes: the autoencoder whose codes the images are. The model on disk is
     * then that one's encoder with the classifier behind it. Borrowed; NULL: `net` is the whole. */
    const emb_net *encoder;
    const char *encoder_name; /* as it was typed; NULL: none */

    int shape[3];
    float *pair; /* [2][C][H][W]: the epoch's image and its reconstruction */

    cli_run_folder folder;
    cli_step_log log;
    cli_progress bar;
    cli_doctor doctor;
    cli_tensorboard board;
    cli_checkpoints checkpoints;
    char *resumed;     /* the checkpoint that it goes on from; NULL: from the start */
    char **words;      /* the line that began the run, NULL-ended, where that is known; else NULL */
    char *directory;   /* and the folder that it was typed in; NULL: this one */
    cli_args recorded; /* the line, read, of one that begins again */
    char started[CLI_NUMBER_SIZE];
    double clock; /* at the start */
    int epochs_done;
    bool again;         /* from the start, in the folder of a run that left no checkpoint */
    bool complete;      /* there is nothing left to do */
    bool saved;         /* a model is on disk, ... */
    size_t saved_steps; /* ... after so many steps */
    char *why;          /* the loss diverged; NULL */
} cli_training;

/* Fills in what the common options say: epochs, batch-size, lr, schedule, warmup, seed, val-split,
 * threads, output. */
void cli_training_options(cli_training *training, const cli_args *args);

/* Trains; the run's folder says all about it. The exit code, with the error printed. */
int cli_training_run(cli_training *training);

/* For `knn`: the folder, with the model that `net` is and run.json. */
bool cli_training_record_knn(cli_training *training);

/* Frees all that is open. */
void cli_training_close(cli_training *training);

/* Whether all weights are finite numbers; if not, t->why says which is not, and since when. */
bool cli_training_sound(cli_training *training);
/* Takes over `why`, the reason for a divergence. */
void cli_training_because(cli_training *training, char *why);

/* run.json, as it stands: `outcome` is "running", "finished", ... False where it could not be
 * written; the text is in emb_error(). */
bool cli_record_run(const cli_training *training, const char *outcome);

/* model.safetensors with the options that decide the result and the steps that its weights took.
 * One that is on disk already is not written again. Prints the error and returns false. */
bool cli_record_model(cli_training *training, size_t steps);

/* best.safetensors: the model as it is. Prints the error and returns false. */
bool cli_record_best(cli_training *training);

#endif
