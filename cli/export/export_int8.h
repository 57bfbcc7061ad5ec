/* What whole numbers cost, and the images that are needed for it. */
#ifndef CLI_EXPORT_INT8_H
#define CLI_EXPORT_INT8_H

#include "export/export.h"

/* All print the error if they return false. */

/* Opens the data set. */
bool cli_export_images(cli_export *job, const cli_args *args);

/* The network in whole numbers, with scales from a sample of the training images. */
bool cli_export_quantise(cli_export *job);

/* Prints what whole numbers cost on the test images: the mean squared error, or the accuracy. */
bool cli_export_compare(cli_export *job);

void cli_export_close(cli_export *job);

#endif
