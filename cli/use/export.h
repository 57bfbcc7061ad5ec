/* What the files of `embudo export` share. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include <stdbool.h>

#include <embudo.h>

#include "core/options.h"
#include "data/split.h"

typedef struct cli_export {
    emb_net *net;
    const char *part; /* NULL: all */
    bool uint8;
    int threads;
    emb_images *train; /* NULL until they are needed, ... */
    cli_split scored;  /* ... as these are */
    emb_int8 *int8;
} cli_export;

/* All print the error where they return false. */

/* Opens the data set. */
bool cli_export_images(cli_export *job, const cli_args *args);

/* The network in whole numbers, by a sample of the training images. */
bool cli_export_quantise(cli_export *job);

/* Prints what whole numbers cost on the test images: the mean squared error, or the accuracy. */
bool cli_export_compare(const cli_export *job);

void cli_export_close(cli_export *job);

#endif
