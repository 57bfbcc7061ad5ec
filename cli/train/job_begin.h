/* The work before a training's first step: what cannot be done is known here. */
#ifndef CLI_JOB_BEGIN_H
#define CLI_JOB_BEGIN_H

#include <stdbool.h>

#include "train/job.h"

/* Both print the error and return false. */

/* Opens the run, and tells of it. */
bool cli_job_begin(cli_job *job);
/* Makes the folder alone, with run.json and the logs in it: for what is no training of steps. */
bool cli_job_make_folder(cli_job *job);

#endif
