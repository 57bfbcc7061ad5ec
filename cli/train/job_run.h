/* A training, from its folder to its end. */
#ifndef CLI_JOB_RUN_H
#define CLI_JOB_RUN_H

#include <stdbool.h>

#include "train/job.h"

/* Trains; the run's folder says all about it. The exit code, with the error printed. */
int cli_job_run(cli_job *job);

/* For nearest neighbours, which learn nothing: makes the folder, with the network as its model and
 * run.json. False with the error printed. */
bool cli_job_run_nothing(cli_job *job);

/* Frees all of it. */
void cli_job_free(cli_job *job);

#endif
