/* One training: what was asked for, on which terms, what it works on, where it is kept and how far
 * it has come. `embudo train` and `embudo classify` fill one in; job_run.c runs it. */
#ifndef CLI_TRAINING_STATE_H
#define CLI_TRAINING_STATE_H

#include "core/strings.h"
#include "data/recorded.h"
#include "data/subject.h"
#include "train/asked.h"
#include "train/run_folder.h"

typedef struct cli_training {
    cli_asked asked;
    cli_terms terms;
    cli_subject subject;
    cli_run_folder folder;
    char started[CLI_NUMBER_SIZE]; /* when, as in the record */
    bool respanned;                /* resumed with more epochs, by a schedule that spans them all */
    int epochs_done;
    int checked;    /* the epoch after which the doctor looked; 0: none */
    unsigned found; /* each emb_finding of that look */
} cli_training;

/* Whether all weights are finite numbers; if not, *why, to be freed, says which is not, and since
 * when. */
bool cli_training_sound(const cli_training *training, char **why);

/* Frees all of it. */
void cli_training_free(cli_training *training);

#endif
