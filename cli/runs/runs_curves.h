/* The curves of several runs in one picture. */
#ifndef CLI_RUNS_CURVES_H
#define CLI_RUNS_CURVES_H

#include <embudo.h>

#include "runs/run_entry.h"

/* A chart for each loss that the runs were trained with: the validation loss by epoch or, for a run
 * without one, the training loss; below, for classifiers, the validation accuracy. NULL with the
 * text in emb_error(); NULL and *none true if no run has a whole epoch. */
emb_picture *cli_runs_curves(const cli_run_entry *runs, size_t count, emb_format format,
                             bool *none);

#endif
