/* Predictions as lines for people, as CSV and as JSON. */
#ifndef CLI_PREDICTION_TEXT_H
#define CLI_PREDICTION_TEXT_H

#include "core/strings.h"
#include "use/predictions.h"

/* "three.png: 3 (94 %), then 8 (4 %)", without the end of the line; safe for a terminal. */
void cli_prediction_line(const cli_predictions *p, size_t i, cli_text *out);
/* What is said of it without its name: for a caption. */
void cli_prediction_caption(const cli_predictions *p, size_t i, cli_text *out);

void cli_predictions_csv(const cli_predictions *p, cli_text *out);
void cli_predictions_json(const cli_predictions *p, cli_text *out);

#endif
