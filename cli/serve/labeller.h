/* The classifier that says what an image is, beside the run that is explored. */
#ifndef CLI_LABELLER_H
#define CLI_LABELLER_H

#include <embudo.h>
#include <jansson.h>

#include "data/split.h"

/* Of the option that names it. */
#define CLI_CLASSIFIER_HELP                                                                        \
    "the run whose classifier says what an image is; default: the newest of the runs beside this " \
    "one that embudo classify made of it"

typedef struct cli_labeller {
    emb_net *net; /* NULL: there is none */
    char *name;   /* of its run */
    int classes;
} cli_labeller;

/* The run `wish` or, if it is NULL, the newest of the runs beside `run` that `embudo classify RUN`
 * made and that has the same encoder; there may be none. `split` has images of the network. False
 * with the error printed if the wish cannot be had. */
bool cli_labeller_open(cli_labeller *labeller, const char *wish, emb_net *net, const char *run,
                       const cli_split *split);
/* A zeroed one is accepted. */
void cli_labeller_close(cli_labeller *labeller);

/* What it says of an image: each class's probability, null if there is no classifier; NULL without
 * memory or with emb_error(). */
json_t *cli_labeller_verdict(cli_labeller *labeller, const float *image);

#endif
