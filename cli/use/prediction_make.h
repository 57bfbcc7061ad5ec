/* Asks a model about picture files. */
#ifndef CLI_PREDICTION_MAKE_H
#define CLI_PREDICTION_MAKE_H

#include "core/options.h"
#include "use/predictions.h"

/* Reads the words of the command as its options say. Those that cannot be read are named, and the
 * others are answered. False with the error printed; in either case to be freed. */
bool cli_predictions_make(cli_predictions *p, emb_net *net, const cli_args *args);

#endif
