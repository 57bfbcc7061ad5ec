/* How good a run's model is: what its run.json says of that. Written by what trains and by what
 * measures a run, read by what lists runs. */
#ifndef CLI_RUN_SCORES_H
#define CLI_RUN_SCORES_H

#include <jansson.h>
#include <stdbool.h>

#include "core/json.h"
#include "core/strings.h"
#include "data/scored.h"

/* The epoch with the lowest validation loss. */
typedef struct cli_best_epoch {
    int epoch;       /* 0: there is none */
    double loss;     /* on the validation images */
    double accuracy; /* of a classifier, 0..1; else NaN */
} cli_best_epoch;

/* What was measured on images that the run did not learn from. */
typedef struct cli_test_score {
    cli_part part;
    size_t images;
    double steps;          /* that the measured model had taken */
    double mse, psnr;      /* of an autoencoder; else NaN */
    double accuracy, loss; /* of a classifier, 0..1; else NaN */
} cli_test_score;

/* The best epoch of history.csv's text; and of a record or, if that is older than this member, of
 * the history.csv beside it. */
cli_best_epoch cli_best_epoch_of(const cli_text *text);
cli_best_epoch cli_best_epoch_recorded(const json_t *record, const char *run);

/* "scores", into the record that is open. */
void cli_run_scores_add(cli_json *json, const cli_text *history);

/* The score in a record. False if it has none of the model as it is by now. */
bool cli_test_score_recorded(const json_t *record, cli_test_score *score);

/* Puts a score into the run.json of a run that this process has locked. False, with nothing
 * printed, if there is none or it cannot be written. */
bool cli_test_score_put(const char *run, const cli_test_score *score);
/* The same for a model that was named RUN or RUN/model.safetensors, if the run was trained on that
 * data set and nobody is writing it; otherwise nothing happens, and nothing is printed. */
void cli_test_score_keep(const char *model_name, const char *dataset, const cli_test_score *score);

#endif
