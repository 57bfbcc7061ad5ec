/* What is told of a kind of autoencoder, in words. */
#ifndef CLI_MEASURES_H
#define CLI_MEASURES_H

#include <stdbool.h>

#include <embudo.h>

#include "core/strings.h"

/* Appends "test ELBO -152.3, reconstruction 146.1, KL 6.2"; nothing if there are none.
 * `validation`: the validation set's; `whose`: "test " or so. */
void cli_measures_print(cli_text *text, const emb_measure *measures, int count, bool validation,
                        const char *whose);

/* Appends ",elbo,validation_elbo,..." and the numbers below it: columns of a history.csv. */
void cli_measures_columns(cli_text *text, const emb_measure *measures, int count);
void cli_measures_cells(cli_text *text, const emb_measure *measures, int count);

/* The measures of the images, with the loss and the seed that the model was trained with. False
 * with the error printed. */
bool cli_measures_take(emb_net *net, const emb_images *images, int threads, emb_measured *measured);

/* Of a network with a codebook: the bits that say which entries a code has. */
int cli_code_bits(const emb_net *net);

#endif
