/* The work before a training's first step: what cannot be done is refused here. */
#ifndef CLI_JOB_BEGIN_H
#define CLI_JOB_BEGIN_H

#include <stdbool.h>

#include "train/job.h"

/* Both print the error and return false. */

/* Opens the run, and says what will be trained. */
bool cli_job_begin(cli_job *job);
/* Only makes the folder, with run.json and the logs in it: for work that takes no training
 * steps. */
bool cli_job_make_folder(cli_job *job);

#endif
