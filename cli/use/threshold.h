/* The threshold above which an image is unusual: the model's own, or one that is asked for. */
#ifndef CLI_THRESHOLD_H
#define CLI_THRESHOLD_H

#include <stdbool.h>

#include <embudo.h>

#include "core/options.h"

/* What false alarms are without --false-alarms, and images are judged by without --by. */
#define CLI_FALSE_ALARMS "0.01"

/* Takes --by and --false-alarms; what is not given is the model's own or, if it has none, the
 * default. With --keep, and the first time that neither is given, the model's file gets it. False
 * with the error printed. */
bool cli_threshold_take(const emb_unusual *usual, emb_net *net, const char *model_name,
                        const cli_args *args, emb_verdict *verdict);

/* The model's own, for an export; a model that has none gets the default. */
bool cli_threshold_own(const emb_unusual *usual, emb_net *net, const char *model_name,
                       emb_verdict *verdict);

/* Prints "unusual   a score above 3.317, as 1 % of usual images have". */
void cli_threshold_tell(const emb_verdict *verdict);

#endif
