/* `--on-nan retry`: going back to a checkpoint with half the learning rate. */
#ifndef CLI_RETRY_H
#define CLI_RETRY_H

#include "train/checkpoint_write.h"
#include "train/training_state.h"

/* After EMB_ERR_DIVERGED for *why: goes back to a checkpoint and halves the learning rate. EMB_OK,
 * *why freed and NULL; EMB_ERR_DIVERGED with a reason in *why if that is not wanted, was done too
 * often or did not help; anything else with the error printed. */
emb_status cli_retry(cli_checkpoints *checkpoints, cli_training *training, char **why);

#endif
