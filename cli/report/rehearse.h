/* The memory that the end of a training takes, found by doing it: in a process of its own, with a
 * network that has learned nothing, and in a folder that is removed again. For `embudo info`. */
#ifndef CLI_REHEARSE_H
#define CLI_REHEARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "data/recorded.h"
#include "data/subject.h"

/* The training that is rehearsed. */
typedef struct cli_rehearsal {
    cli_subject subject; /* the network, and the images if they are open */
    cli_terms terms;     /* the options and what is held out */
    const char *dataset;
} cli_rehearsal;

/* With the images closed. *bytes = the most that a process takes which opens the data set and makes
 * the page. False with the error printed. */
bool cli_rehearse_report(cli_rehearsal *rehearsal, size_t *bytes);

/* With the images open. *bytes = what TensorBoard's files of an epoch and the projector take in
 * addition to the training. */
bool cli_rehearse_board(cli_rehearsal *rehearsal, size_t *bytes);

#endif
