/* Writing the checkpoints of a training: when one is due, and what goes for it.
 *
 * A new one is safe on the disk before an old one is removed. Those in a folder are one history:
 * what another future left after the one that a training came from goes with its first new one, and
 * before it writes history.csv. */
#ifndef CLI_CHECKPOINT_WRITE_H
#define CLI_CHECKPOINT_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "train/training_state.h"

enum { CLI_MOST_KEPT = 1000 }; /* that --keep takes */

/* The key of what a checkpoint says of its run beside the terms. */
#define CLI_RUN_KEY "embudo.run"

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
} cli_checkpoints;

/* Reads --checkpoint-every, --keep and --on-nan. CLI_DONE, or CLI_USAGE with the message printed.
 */
int cli_checkpoint_options(cli_checkpoints *checkpoints, const cli_args *args);

/* The same of the training in whose checkpoint `net` is, where the line gives none; and how often
 * it was gone back on. `run` is its folder. */
void cli_checkpoint_recorded(cli_checkpoints *checkpoints, const emb_net *net, const char *run,
                             const cli_args *args);

/* Before the training: whether nothing that is no file stands where a checkpoint will be due. False
 * with the error printed. */
bool cli_checkpoint_clear(const cli_checkpoints *checkpoints, const cli_training *training);

/* All that follow, up to _write: EMB_OK; EMB_ERR_DIVERGED, with the reason in *why, to be freed,
 * where a number is not finite; anything else with the error printed. */

/* After a step, and after an epoch with its numbers: writes one where it is due, and the best
 * model. */
emb_status cli_checkpoint_step(cli_checkpoints *checkpoints, const cli_training *training,
                               char **why);
emb_status cli_checkpoint_epoch(cli_checkpoints *checkpoints, const cli_training *training,
                                const emb_epoch *done, char **why);

/* Before the first step: one to come back to, where the training may have to. One that was
 * `resumed` first removes the older ones that a process which ended right after its checkpoint did
 * not come to. */
emb_status cli_checkpoint_start(cli_checkpoints *checkpoints, const cli_training *training,
                                bool resumed, char **why);

/* Where the training stops: writes one for the steps taken, unless there is one. A training that
 * may be gone back on keeps all that were due beside it, and goes back to those alone: a stop
 * changes no bit. */
emb_status cli_checkpoint_stop(cli_checkpoints *checkpoints, const cli_training *training,
                               char **why);

/* Writes one for the steps taken, in place of one that there may be. */
emb_status cli_checkpoint_write(cli_checkpoints *checkpoints, const cli_training *training,
                                bool due, char **why);

/* Before history.csv is written anew: removes the checkpoints after the one that the training came
 * from, whose history it was. False with the error printed. */
bool cli_checkpoint_abandon(const cli_checkpoints *checkpoints, const char *run);

#endif
