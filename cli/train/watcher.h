/* Who watches a training and may hold or stop it: the explorer of --serve, which is a room above.
 * The program says which one there is (main.c); without one there is no --serve.
 *
 * All of it is called by the training's thread. */
#ifndef CLI_WATCHER_H
#define CLI_WATCHER_H

#include <stdbool.h>

#include "core/options.h"
#include "train/training_state.h"

typedef struct cli_watcher {
    /* Before anything is written. False with the error printed. */
    bool (*listen)(const cli_args *args);
    /* Before the first step; the run has its folder. False with the error printed. */
    bool (*begin)(const cli_training *training);
    /* After each step, with its loss. It may wait, and ask for a stop (core/stop.h); the seconds
     * that it waited. */
    double (*step)(const cli_training *training, float loss);
    /* After each epoch, when what it leaves is on the disk. */
    void (*epoch)(const cli_training *training, const emb_epoch *done);
    /* Its outcome, as in run.json. */
    void (*end)(const cli_training *training, const char *outcome);
    /* The last, when the training is freed, whether or not it began: it may stay until Ctrl-C. */
    void (*leave)(const cli_args *args);
} cli_watcher;

/* NULL: nobody watches. */
void cli_watcher_set(const cli_watcher *watcher);
const cli_watcher *cli_watcher_get(void);

/* Usage of its options: CLI_DONE or CLI_USAGE with the message printed. */
int cli_watcher_check(const cli_args *args);

#define CLI_SERVE_OPTIONS                                                                          \
    {"serve",                                                                                      \
     0,                                                                                            \
     CLI_FLAG,                                                                                     \
     NULL,                                                                                         \
     NULL,                                                                                         \
     0,                                                                                            \
     0,                                                                                            \
     0,                                                                                            \
     "watch the training in the browser: its losses, the map of codes as it moves, epoch by "      \
     "epoch, and buttons to pause it and to stop it, which keeps a checkpoint as Ctrl-C does. "    \
     "The same bits come out. On a terminal the page stays after the end, until Ctrl-C"},          \
        {"stay",                                                                                   \
         0,                                                                                        \
         CLI_FLAG,                                                                                 \
         NULL,                                                                                     \
         NULL,                                                                                     \
         0,                                                                                        \
         0,                                                                                        \
         0,                                                                                        \
         "with --serve: the page stays after the end, until Ctrl-C, also where no terminal is"},   \
        CLI_PORT_OPTION, CLI_HOST_OPTION,

#endif
