/* A training filled in from a checkpoint. */
#ifndef CLI_RESUME_RUN_H
#define CLI_RESUME_RUN_H

#include "train/resumption.h"

/* Takes the network and the run of a checkpoint that is open, which must be the training's own, and
 * all that is recorded there. Images that the training has are those of the run; else the data set
 * is opened that the command line names, or the record. `record` is the run's run.json; or NULL.
 * False with the error printed. */
bool cli_resume_run(const cli_filling *filling, cli_checkpoint_opened *opened,
                    const json_t *record);

#endif
