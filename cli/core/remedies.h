/* What would let an image through a network that it does not fit, in words. */
#ifndef CLI_REMEDIES_H
#define CLI_REMEDIES_H

#include <embudo.h>

#include "core/strings.h"

/* Adds lines: each change of a layer, then the inputs; nothing if the trial knows no remedy. */
void cli_remedies_list(const emb_trial *trial, cli_text *out);

/* What a message about images of another shape than the network's adds: "; with decoder.3 ... it
 * would take them". `dataset` is what they are called. To be freed. */
char *cli_remedies_short(const emb_net *net, const int shape[3], const char *dataset);

#endif
