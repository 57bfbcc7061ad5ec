/* Every way out of a training. */
#ifndef CLI_JOB_END_H
#define CLI_JOB_END_H

#include "train/job.h"

/* Why a part of the training came back. */
typedef enum cli_ending {
    CLI_GOING,     /* it goes on */
    CLI_LIMITED,   /* --max-steps */
    CLI_SIGNALLED, /* Ctrl-C and the like */
    CLI_DIVERGED,  /* the loss is no number any more */
    CLI_BROKEN     /* an error, which is printed */
} cli_ending;

/* Keeps what there is, says how it ended and writes the record. `why`: of a divergence. The exit
 * code. */
int cli_job_end(cli_job *job, cli_ending ending, const char *why);

#endif
