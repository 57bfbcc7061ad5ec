/* `embudo train --resume` and `embudo classify --resume`: a training filled in from a checkpoint,
 * or from the record of a run that left none. */
#ifndef CLI_RESUME_H
#define CLI_RESUME_H

#include <stdbool.h>

#include "train/resumption.h"

/* Fills the training in from the run's folder that --resume names (its newest checkpoint that can
 * be read) or from one checkpoint. CLI_DONE, or the exit code with the error printed. */
int cli_resume(cli_resumed *resumed, cli_training *training, cli_checkpoints *checkpoints,
               const cli_args *args);

/* The same for `embudo classify`, whose images are made from what its line names: that is read into
 * `line`, and the command does what it says; then cli_resume_classifier takes the checkpoint, if
 * there is one, for the images that the training has by now. False with the error printed. */
int cli_resume_classify(cli_resumed *resumed, cli_training *training, cli_checkpoints *checkpoints,
                        const cli_args *args);
bool cli_resume_classifier(cli_resumed *resumed, cli_training *training,
                           cli_checkpoints *checkpoints);

/* Whether the network is the one with which a run that starts again began. False with the error
 * printed. */
bool cli_resumed_began_so(const cli_resumed *resumed, const cli_training *training);

void cli_resumed_free(cli_resumed *resumed);

#endif
