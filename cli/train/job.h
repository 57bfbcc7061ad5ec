/* A training at work, with all that it needs while it runs. job_begin.c prepares it, job_run.c runs
 * its epochs, job_end.c ends it, in whatever way. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "core/progress.h"
#include "report/tensorboard.h"
#include "train/checkpoint_write.h"
#include "train/film.h"
#include "train/model_file.h"
#include "train/resume.h"
#include "train/step_log.h"
#include "train/training_state.h"
#include "train/watcher.h"
#include "use/doctor.h"

typedef struct cli_job {
    cli_training training; /* filled in before the work */
    cli_checkpoints checkpoints;
    cli_resumed resumed;

    cli_model_file model;
    cli_step_log log;
    cli_progress bar;
    cli_doctor doctor;
    cli_tensorboard board;
    cli_film film;
    const cli_watcher *watcher; /* NULL: nobody watches */
    float *pair;                /* [2][C][H][W]: the epoch's image and its reconstruction */
    double clock;               /* at the start */

    /* For who asks afterwards. */
    emb_epoch last; /* the last epoch that ended here; undefined without one */
    bool has_last;
    const char *outcome; /* as in run.json; NULL: it did not begin */
    double seconds;      /* from the first step to the end */
} cli_job;

#endif
