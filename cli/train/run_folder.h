/* A run's folder on disk: making it, and the files in it. The training decides what they say. The
 * folder is held (folders.h): whatever becomes of its path, the run's files go into it. */
#ifndef CLI_RUN_FOLDER_H
#define CLI_RUN_FOLDER_H

#include <stdbool.h>

#include <embudo.h>

#include "core/strings.h"

typedef struct cli_run_folder {
    char *path;
    bool made;        /* by this run, which may remove it while it is empty */
    bool no_pictures; /* this build cannot draw, and has said so */
    bool locked;      /* `lock` is a descriptor of run_lock.h */
    int lock;
    cli_text history;    /* history.csv so far */
    bool history_beyond; /* on the disk it goes on: with epochs that are not kept */
    char *data;          /* what its lines end with: ",DATA,training images,validation images" */
} cli_run_folder;

/* All functions below that return a bool print the error if they return false. */

/* Makes the folder, and those above it, and takes it for this process. `wanted` NULL: the next free
 * one of runs/001, runs/002, ... One that another process writes, or that holds a model already, is
 * refused. */
bool cli_run_folder_make(cli_run_folder *folder, const char *wanted);

/* The folder of a run that is resumed. */
bool cli_run_folder_reopen(cli_run_folder *folder, const char *path);
/* Takes the first `length` bytes of history.csv as the history so far: what follows them was
 * written after the checkpoint. */
bool cli_run_folder_history_from(cli_run_folder *folder, size_t length);
/* Writes history.csv as `history` is now, after it was cut short: no file if it is empty. */
bool cli_run_folder_history_back(const cli_run_folder *folder);

/* Removes the folder again if this run made it and nothing is in it. */
void cli_run_folder_abandon(cli_run_folder *folder);
void cli_run_folder_free(cli_run_folder *folder);

/* "DIR/name", to be freed with free(). */
char *cli_run_folder_file(const cli_run_folder *folder, const char *name);

/* The data that history.csv names for the losses. */
void cli_run_folder_data(cli_run_folder *folder, const char *dataset, size_t training,
                         size_t validation);
/* Adds the epoch's line to history.csv: shares are from 0 to 1; what is missing stays empty. */
bool cli_run_folder_history(cli_run_folder *folder, int epoch, const emb_epoch *done);

/* Gives the pictures of epochs that are there the names that they have in a run of so many epochs:
 * with as many digits. What cannot be renamed keeps its name. */
void cli_run_folder_renumber(const cli_run_folder *folder, int epochs);

/* epoch-NN.png: pixels[2][C][H][W] side by side. A build without pictures says so once, and
 * continues. */
bool cli_run_folder_preview(cli_run_folder *folder, int epoch, int epochs, const float *pixels,
                            const int shape[3], const char *const titles[2]);

#endif
