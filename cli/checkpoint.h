/* Checkpoints of a training in its run's folder, and going on from one.
 *
 * checkpoints/000009000.safetensors is the run after 9,000 steps. A new one is safe on the disk
 * before an old one is removed. best.safetensors is the model with the least validation loss so
 * far. */
#ifndef CLI_CHECKPOINT_H
#define CLI_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

#include "options.h"

struct cli_training;

/* Zeroed writes none; every function accepts it. */
typedef struct cli_checkpoints {
    bool wanted;
    size_t every_steps;       /* 0: not by steps */
    double every_seconds;     /* 0: not by time; both 0: each epoch */
    int keep;                 /* how many */
    double clock;             /* when the last one was written */
    size_t steps;             /* that it had, ... */
    bool any;                 /* ... if there is one */
    double best;              /* the least validation loss so far */
    bool retry;               /* where the loss diverges: back to the newest, at half the rate */
    int retries, epochs_done; /* so far; of the newest */
    size_t history_then;      /* bytes of history.csv of the newest */
    char *model, *dataset, *recipe; /* of a run that goes on: the training's own names */
    size_t history;                 /* bytes of history.csv then */
} cli_checkpoints;

/* Reads --checkpoint-every and --keep. CLI_DONE, or CLI_USAGE with the message printed. */
int cli_checkpoint_options(struct cli_training *t, const cli_args *args);

/* After a step, and after an epoch with its numbers: writes one where it is due, and the best
 * model. False with the error printed. */
bool cli_checkpoint_step(struct cli_training *t);
bool cli_checkpoint_epoch(struct cli_training *t, const emb_epoch *done);

/* Before the first step: one to come back to, where the training may have to. */
bool cli_checkpoint_start(struct cli_training *t);

/* Goes back to the newest checkpoint and halves the learning rate, where that is wanted and was not
 * done too often. False where it does not; emb_error() stays as it was. */
bool cli_checkpoint_retry(struct cli_training *t);

/* Writes one for the steps taken, unless there is one. */
bool cli_checkpoint_now(struct cli_training *t);

/* Fills the training in from a run's folder (its newest checkpoint that can be read) or from one
 * checkpoint, to be run by cli_training_run. CLI_DONE, or the exit code with the error printed. */
int cli_checkpoint_resume(struct cli_training *t, const cli_args *args);

void cli_checkpoint_close(cli_checkpoints *c);

#endif
