/* The models in a run's folder: the newest and the best one. */
#ifndef CLI_MODEL_FILE_H
#define CLI_MODEL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "train/training_state.h"

/* model.safetensors. Zeroed: there is none yet. */
typedef struct cli_model_file {
    bool saved;
    size_t steps; /* that its weights took */
} cli_model_file;

/* All print the error if they return false. */

/* model.safetensors with the terms that decide the result and the steps that its weights took. One
 * that is on disk already is not written again. */
bool cli_model_file_save(cli_model_file *file, const cli_training *training, size_t steps);

/* best.safetensors: the model as it is. */
bool cli_model_file_best(const cli_training *training);
/* Before a training that is resumed goes on: best.safetensors names the epochs that are planned by
 * now, as if they had been from the beginning. If the learning rate depends on their number, it
 * keeps those that it was made by. */
bool cli_model_file_replan(const cli_training *training);

#endif
