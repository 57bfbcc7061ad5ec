/* What the end of a training takes of memory, found by doing it: in a process of its own, with a
 * network that has learned nothing, and in a folder that goes again. For `embudo info`. */
#ifndef CLI_REHEARSE_H
#define CLI_REHEARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "train/job.h"

/* `t` has the network, the data set's name, the options and what is held out; the images are
 * closed. *bytes = the most that a process takes that opens the data set and makes the page. False
 * with the error printed. */
bool cli_rehearse_report(cli_training *t, size_t *bytes);

/* `t` has its images open. *bytes = what TensorBoard's files of an epoch and the projector take
 * beside the training. */
bool cli_rehearse_board(cli_training *t, size_t *bytes);

#endif
