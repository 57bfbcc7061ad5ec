/* What a training is resumed from, shared by the parts of --resume: resume.c decides what there is
 * to do, resume_run.c takes a checkpoint, resume_line.c reads the recorded line. */
#ifndef CLI_RESUMPTION_H
#define CLI_RESUMPTION_H

#include <jansson.h>
#include <stdbool.h>

#include "core/options.h"
#include "train/checkpoint_open.h"
#include "train/checkpoint_write.h"
#include "train/training_state.h"

/* What it resumes from. Zeroed: nothing. */
typedef struct cli_resumed {
    char *path;     /* the checkpoint; NULL: from the start */
    bool again;     /* from the start, in the folder of a run that left no checkpoint */
    bool complete;  /* the training is already complete */
    bool replanned; /* --epochs gives it another plan */
    cli_args line;  /* the recorded line, read, of a classifier or of a run that starts again */
    /* Of a classifier: the checkpoint, until its images are there. */
    cli_checkpoint_opened opened;
    const cli_args *args; /* as typed */
    char *model, *from, *dataset, *recipe,
        *encoder; /* what the training's names are borrowed from */
} cli_resumed;

/* What is filled in. */
typedef struct cli_filling {
    cli_resumed *resumed;
    cli_training *training;
    cli_checkpoints *checkpoints;
    const cli_args *args; /* as typed */
} cli_filling;

#endif
