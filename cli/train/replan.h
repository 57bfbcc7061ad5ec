/* Another plan than a run began with: `embudo train --resume RUN --epochs MORE`, and --max-steps.
 */
#ifndef CLI_REPLAN_H
#define CLI_REPLAN_H

#include <stdbool.h>

#include "train/checkpoint_write.h"
#include "train/training_state.h"

/* Both print the error if they return false. */

/* Takes the --epochs and the --max-steps of a training that is resumed, if they are given;
 * *replanned: they are not those that its checkpoint knows. */
bool cli_replan_take(cli_training *training, const cli_args *args, bool *replanned);

/* Before the record and the first step of a training that is resumed: its plan into its files. If
 * it was replanned, the checkpoint that it resumes from is written again, so that a process which
 * is killed from here on leaves the plan behind; later checkpoints and their history are of the old
 * plan, and are removed. */
bool cli_replan_keep(const cli_checkpoints *checkpoints, const cli_training *training,
                     bool replanned);

#endif
