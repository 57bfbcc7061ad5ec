/* run.json: what a run's folder says about the training that made it. Read back by
 * core/run_json. */
#ifndef CLI_RUN_RECORD_H
#define CLI_RUN_RECORD_H

#include "train/training_state.h"

/* Writes it as it stands: `outcome` is "running", "finished", ... False if it could not be written;
 * the text is in emb_error(). */
bool cli_run_record_write(const cli_training *training, const char *outcome);

#endif
