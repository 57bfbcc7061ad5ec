/* Writing the checkpoints of a training: when one is due, and which ones it replaces.
 *
 * A new one is safe on the disk before an old one is removed. The checkpoints in a folder are one
 * history: those of another future, after the one that a training was resumed from, are removed
 * with its first new one, and before it writes history.csv. */
#ifndef CLI_CHECKPOINT_WRITE_H
#define CLI_CHECKPOINT_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "train/training_state.h"

enum { CLI_MOST_KEPT = 1000 }; /* that --keep takes */

/* The options of commands that write checkpoints. */
#define CLI_CHECKPOINT_OPTIONS                                                                     \
    {"checkpoint-every",                                                                           \
     0,                                                                                            \
     CLI_TEXT,                                                                                     \
     "N|Tm|epoch",                                                                                 \
     "epoch",                                                                                      \
     0,                                                                                            \
     0,                                                                                            \
     0,                                                                                            \
     "write a checkpoint every N steps, every T minutes, or each epoch"},                          \
        {"on-nan",                                                                                 \
         0,                                                                                        \
         CLI_CHOICE,                                                                               \
         "stop|retry",                                                                             \
         "stop",                                                                                   \
         0,                                                                                        \
         0,                                                                                        \
         0,                                                                                        \
         "what to do when the loss becomes infinite or NaN: stop with the last epoch's model, "    \
         "or go back to the newest checkpoint and halve the learning rate; if that does not "      \
         "help, go back to older checkpoints (as many as --keep kept), up to ten times in all. "   \
         "Later checkpoints are removed"},                                                         \
        {"keep",        0,   CLI_INT,                                                              \
         "N",           "1", 1,                                                                    \
         CLI_MOST_KEPT, 0,   "how many of the newest checkpoints to keep"},

/* The key under which a checkpoint says more about its run than the terms. */
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
    size_t due;           /* the same for the newest that was due, not only written for a stop, */
    size_t before;        /* and for the newest of those when the last one was written */
    double best;          /* the lowest validation loss so far */
    bool retry;           /* if the loss diverges: go back to one, with half the rate */
    int retries;          /* so far, */
    int astray;           /* of them since the last that helped, */
    size_t diverged;      /* the last step at which the loss diverged since then, */
    size_t back;          /* and the steps of the one gone back to: see retry.c */
} cli_checkpoints;

/* Reads --checkpoint-every, --keep and --on-nan. CLI_DONE, or CLI_USAGE with the message printed.
 */
int cli_checkpoint_options(cli_checkpoints *checkpoints, const cli_args *args);

/* The same from the checkpoint that `net` is in, for options that the command line does not give;
 * and how often its training went back. `run` is its folder. */
void cli_checkpoint_recorded(cli_checkpoints *checkpoints, const emb_net *net, const char *run,
                             const cli_args *args);

/* Before the training: checks that only regular files have the names of checkpoints that will be
 * due. False with the error printed. */
bool cli_checkpoint_clear(const cli_checkpoints *checkpoints, const cli_training *training);

/* All that follow, up to _write: EMB_OK; EMB_ERR_DIVERGED, with the reason in *why, to be freed, if
 * a number is not finite; anything else with the error printed. */

/* After a step, and after an epoch with its numbers: writes one if it is due, and the best
 * model. */
emb_status cli_checkpoint_step(cli_checkpoints *checkpoints, const cli_training *training,
                               char **why);
emb_status cli_checkpoint_epoch(cli_checkpoints *checkpoints, const cli_training *training,
                                const emb_epoch *done, char **why);

/* Before the first step: writes one to come back to, if the training may have to. A training that
 * was `resumed` first removes the older ones that a process which ended right after its checkpoint
 * had no time to remove. */
emb_status cli_checkpoint_start(cli_checkpoints *checkpoints, const cli_training *training,
                                bool resumed, char **why);

/* When the training stops: writes one for the steps taken, unless there is one. A training that may
 * go back keeps all that were due besides, and goes back to those only, so that a stop changes no
 * bit. */
emb_status cli_checkpoint_stop(cli_checkpoints *checkpoints, const cli_training *training,
                               char **why);

/* Writes one for the steps taken, and replaces one that may be there. */
emb_status cli_checkpoint_write(cli_checkpoints *checkpoints, const cli_training *training,
                                bool due, char **why);

/* Writes the one that the training was resumed from again, with the plan as it is now. False with
 * the error printed. */
bool cli_checkpoint_rewrite(const cli_checkpoints *checkpoints, const cli_training *training);

/* Before history.csv is rewritten: removes the checkpoints after the one that the training was
 * resumed from, since the old history is theirs. False with the error printed. */
bool cli_checkpoint_abandon(const cli_checkpoints *checkpoints, const char *run);

#endif
