/* What is told of a kind of autoencoder, in words. */
#ifndef CLI_MEASURES_H
#define CLI_MEASURES_H

#include <embudo.h>

#include "core/strings.h"

/* Appends "ELBO -152.3, reconstruction 146.1, KL 6.2"; nothing if there are none. `validation`:
 * the validation set's. */
void cli_measures_print(cli_text *text, const emb_measure *measures, int count, bool validation);

/* Appends ",elbo,validation_elbo,..." and the numbers below it: columns of a history.csv. */
void cli_measures_columns(cli_text *text, const emb_measure *measures, int count);
void cli_measures_cells(cli_text *text, const emb_measure *measures, int count);

#endif
