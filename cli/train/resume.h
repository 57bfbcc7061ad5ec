/* `embudo train --resume`: a training filled in from a checkpoint, or from the record of a run that
 * left none. */
#ifndef CLI_RESUME_H
#define CLI_RESUME_H

#include <stdbool.h>

#include "core/options.h"
#include "train/checkpoint_write.h"
#include "train/training_state.h"

/* What it resumes from. Zeroed: nothing. */
typedef struct cli_resumed {
    char *path;     /* the checkpoint; NULL: from the start */
    bool again;     /* from the start, in the folder of a run that left no checkpoint */
    bool complete;  /* the training is already complete */
    bool replanned; /* --epochs gives it another plan */
    cli_args line;  /* the recorded line, read, of a run that starts again */
    char *model, *from, *dataset, *recipe; /* what the training's names are borrowed from */
} cli_resumed;

/* Fills the training in from the run's folder that --resume names (its newest checkpoint that can
 * be read) or from one checkpoint. CLI_DONE, or the exit code with the error printed. */
int cli_resume(cli_resumed *resumed, cli_training *training, cli_checkpoints *checkpoints,
               const cli_args *args);

/* Whether the network is the one with which a run that starts again began. False with the error
 * printed. */
bool cli_resumed_began_so(const cli_resumed *resumed, const cli_training *training);

void cli_resumed_free(cli_resumed *resumed);

#endif
