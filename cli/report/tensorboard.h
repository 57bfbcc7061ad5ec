/* --tensorboard: a training's numbers as TensorBoard's event file, and its codes for the projector,
 * in the run's folder tensorboard/.
 *
 * If a file cannot be written any more, the recording ends with a note, and the training
 * continues. */
#ifndef CLI_TENSORBOARD_H
#define CLI_TENSORBOARD_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

#include "data/subject.h"

/* A zeroed one records nothing; every function accepts it. */
typedef struct cli_tensorboard {
    emb_events *events;
    char *folder;
} cli_tensorboard;

/* Begins in the folder of that name (taken over), which it makes. False with the error printed. */
bool cli_tensorboard_open(cli_tensorboard *board, char *folder);

/* After a step, with its mean loss before the update: records the loss of some steps, and the
 * learning rate. */
void cli_tensorboard_step(cli_tensorboard *board, const cli_subject *subject, float loss);

/* After an epoch: both losses, accuracies, images a second, weights, and reconstructions, which so
 * many threads compute. */
void cli_tensorboard_epoch(cli_tensorboard *board, const cli_subject *subject,
                           const emb_epoch *done, int threads);

/* At the end of a training with an encoder: the projector's files, for some images. */
void cli_tensorboard_finish(cli_tensorboard *board, const cli_subject *subject, int threads);

void cli_tensorboard_close(cli_tensorboard *board);

#endif
