/* One `embudo train`: what was asked for, what is open, how far it is. Its parts are in train.c
 * (the loop), train_record.c (what is kept on disk). */
#ifndef CLI_TRAINING_H
#define CLI_TRAINING_H

#include <embudo.h>

#include "doctor.h"
#include "options.h"
#include "progress.h"
#include "run_folder.h"
#include "step_log.h"

typedef struct cli_training {
    const cli_args *args;
    const char *model, *dataset;
    int epochs, threads;
    size_t max_steps; /* 0: no limit */
    emb_train_options options;

    emb_net *net;
    emb_images *images;
    emb_run *run;
    size_t train_count, val_count;
    int shape[3];
    float *pair; /* [2][C][H][W]: the epoch's image and its reconstruction */

    cli_run_folder folder;
    cli_step_log log;
    cli_progress bar;
    cli_doctor doctor;
    char started[CLI_NUMBER_SIZE];
    double clock; /* at the start */
    int epochs_done;
    bool saved;         /* a model is on disk, ... */
    size_t saved_steps; /* ... after so many steps */
} cli_training;

/* run.json, as it stands: `outcome` is "running", "finished", ... False where it could not be
 * written; the text is in emb_error(). */
bool cli_record_run(const cli_training *training, const char *outcome);

/* model.safetensors with the options that decide the result and the steps that its weights took.
 * One that is on disk already is not written again. Prints the error and returns false. */
bool cli_record_model(cli_training *training, size_t steps);

/* The value of `name` in the options that a model was trained with, as in "seed=42 epochs=10".
 * False where there is none. */
bool cli_recorded_option(const emb_net *net, const char *name, double *value);

#endif
