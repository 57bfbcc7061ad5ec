/* Checkpoints of a training in its run's folder, and going on from one.
 *
 * checkpoints/000009000.safetensors is the run after 9,000 steps. A new one is safe on the disk
 * before an old one is removed. best.safetensors is the model with the least validation loss so
 * far.
 *
 * Those in a folder are one history: what another future left after the one that a training came
 * from goes with its first new one, and before it writes history.csv. */
#ifndef CLI_CHECKPOINT_FOLDER_H
#define CLI_CHECKPOINT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

#include "core/options.h"

struct cli_training;

/* The digits of a checkpoint's name, at least, and the most checkpoints that --keep takes. */
enum { CLI_CHECKPOINT_DIGITS = 9, CLI_MOST_KEPT = 1000 };

/* Zeroed writes none; every function accepts it. */
typedef struct cli_checkpoints {
    bool wanted;
    size_t every_steps;   /* 0: not by steps */
    double every_seconds; /* 0: not by time; both 0: each epoch */
    int keep;             /* how many */
    double clock;         /* when the last one was written */
    size_t steps;         /* that it had, ... */
    bool any;             /* ... if there is one */
    size_t due;           /* the same of the newest that was due, not written for a stop alone, */
    size_t before;        /* and of the newest of those as the last one was written */
    double best;          /* the least validation loss so far */
    bool retry;           /* where the loss diverges: back to one, at half the rate */
    int retries;          /* so far, */
    int astray;           /* of them since the last that helped, */
    size_t diverged;      /* the last step at which the loss diverged since then, */
    size_t back;          /* and the steps of the one gone back to: see retry.c */
    char *model, *dataset, *recipe; /* of a run that goes on: the training's own names */
    size_t history;                 /* bytes of history.csv then */
} cli_checkpoints;

/* Reads --checkpoint-every, --keep and --on-nan. CLI_DONE, or CLI_USAGE with the message printed.
 */
int cli_checkpoint_options(struct cli_training *t, const cli_args *args);

/* The same of the run in whose checkpoint `net` is, where the line gives none; and how often it was
 * gone back on. */
void cli_checkpoint_recorded(struct cli_training *t, const emb_net *net, const cli_args *args);

/* All that follow, up to cli_checkpoint_retry: EMB_OK; EMB_ERR_DIVERGED, with the reason in t->why,
 * where a number is not finite; anything else with the error printed. */

/* After a step, and after an epoch with its numbers: writes one where it is due, and the best
 * model. */
emb_status cli_checkpoint_step(struct cli_training *t);
emb_status cli_checkpoint_epoch(struct cli_training *t, const emb_epoch *done);

/* Before the first step: one to come back to, where the training may have to. One that goes on does
 * first what a process that ended right after its checkpoint did not come to: the older ones that
 * are to go go. */
emb_status cli_checkpoint_start(struct cli_training *t);

/* Where the training stops: writes one for the steps taken, unless there is one. A training that
 * may be gone back on keeps all that were due beside it, and goes back to those alone: a stop
 * changes no bit. */
emb_status cli_checkpoint_stop(struct cli_training *t);

/* Writes one for the steps taken, in place of one that there may be. */
emb_status cli_checkpoint_write(struct cli_training *t, bool due);

/* After EMB_ERR_DIVERGED, the reason in t->why: goes back to a checkpoint and halves the learning
 * rate. EMB_ERR_DIVERGED, t->why as it was, where that is not wanted or was done too often. */
emb_status cli_checkpoint_retry(struct cli_training *t);

/* Before the training: whether nothing that is no file stands where a checkpoint will be due. False
 * with the error printed. */
bool cli_checkpoint_clear(const struct cli_training *t);

/* Before history.csv is written anew: removes the checkpoints after the one that the training came
 * from, whose history it was. False with the error printed. */
bool cli_checkpoint_abandon(const struct cli_training *t);

/* Of a run's folder: the steps of the newest checkpoint with fewer than `steps`, -1 where there is
 * none; and its path, to be freed. */
long long cli_checkpoint_before(const char *run, long long steps);
char *cli_checkpoint_path(const char *run, long long steps);

/* Fills the training in from a run's folder (its newest checkpoint that can be read) or from one
 * checkpoint, to be run by cli_training_run. CLI_DONE, or the exit code with the error printed. */
int cli_checkpoint_resume(struct cli_training *t, const cli_args *args);

/* Whether the network is the one that a run which begins again began with. False with the error
 * printed. */
bool cli_checkpoint_began_so(const struct cli_training *t);

void cli_checkpoint_close(cli_checkpoints *c);

#endif
