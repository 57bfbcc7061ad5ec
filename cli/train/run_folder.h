/* A run's folder on disk: making it, and the files in it. What they say is the training's. The
 * folder is held (folders.h): whatever becomes of its path, the run's files go into it. */
#ifndef CLI_RUN_FOLDER_H
#define CLI_RUN_FOLDER_H

#include <stdbool.h>

#include <embudo.h>

#include "core/strings.h"

typedef struct cli_run_folder {
    char *path;
    bool made;        /* by this run, so that it may go again while it is empty */
    bool no_pictures; /* this build cannot, and has said so */
    bool locked;      /* `lock` is a descriptor of run_lock.h */
    int lock;
    cli_text history; /* history.csv so far */
    char *data;       /* what its lines end with: ",DATA,training images,validation images" */
} cli_run_folder;

/* All that return a bool print the error where they return false. */

/* Makes the folder, and those above it, and takes it for this process. `wanted` NULL: the next free
 * one of runs/001, runs/002, ... One that another process writes, or that holds a model already, is
 * refused. */
bool cli_run_folder_make(cli_run_folder *folder, const char *wanted);

/* The folder of a run that goes on. */
bool cli_run_folder_reopen(cli_run_folder *folder, const char *path);
/* Takes the first `length` bytes of history.csv as the history so far: what follows them was
 * written after the checkpoint. */
bool cli_run_folder_history_from(cli_run_folder *folder, size_t length);
/* Writes history.csv as `history` is now, which was cut short: no file where it is empty. */
bool cli_run_folder_history_back(const cli_run_folder *folder);

/* Removes the folder again where this run made it and nothing is in it. */
void cli_run_folder_abandon(cli_run_folder *folder);
void cli_run_folder_free(cli_run_folder *folder);

/* "DIR/name", to be freed with free(). */
char *cli_run_folder_file(const cli_run_folder *folder, const char *name);

/* What history.csv says that the losses are of. */
void cli_run_folder_data(cli_run_folder *folder, const char *dataset, size_t training,
                         size_t validation);
/* Adds the epoch's line to history.csv: shares from 0 to 1, what there is none of left empty. */
bool cli_run_folder_history(cli_run_folder *folder, int epoch, const emb_epoch *done);

/* epoch-NN.png: pixels[2][C][H][W] side by side. A build without pictures says so once, and goes
 * on. */
bool cli_run_folder_preview(cli_run_folder *folder, int epoch, int epochs, const float *pixels,
                            const int shape[3], const char *const titles[2]);

#endif
