/* Weights that a training begins with, and those that it leaves as they are. */
#ifndef CLI_WEIGHTS_FROM_H
#define CLI_WEIGHTS_FROM_H

#include "train/training_state.h"

/* Both print the error if they return false. */

/* Puts the tensors of `source` that the training's network has, too, into it, draws the others as
 * any training does, and says which these are. Network, images and terms are there. */
bool cli_weights_take(cli_training *training, const emb_net *source);

/* What --freeze says. CLI_DONE, or CLI_USAGE with the message printed. */
int cli_freeze_read(emb_train_options *options, const cli_args *args);

#endif
