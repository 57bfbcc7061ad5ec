/* Every way out of a training. */
#ifndef CLI_JOB_END_H
#define CLI_JOB_END_H

#include "train/job.h"

/* Why a part of the training returned. */
typedef enum cli_ending {
    CLI_GOING,     /* it continues */
    CLI_EARLY,     /* --patience */
    CLI_LIMITED,   /* --max-steps */
    CLI_SIGNALLED, /* Ctrl-C and the like */
    CLI_DIVERGED,  /* the loss is not finite any more */
    CLI_BROKEN     /* an error, which is printed */
} cli_ending;

/* Saves what there is, says how it ended and writes the record. `why`: the reason for a divergence.
 * The exit code. */
int cli_job_end(cli_job *job, cli_ending ending, const char *why);

#endif
