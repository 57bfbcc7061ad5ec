/* What was asked for: the command line of a training, or of the run that it resumes. */
#ifndef CLI_ASKED_H
#define CLI_ASKED_H

#include <stdbool.h>

#include <embudo.h>

#include "core/options.h"
#include "data/recorded.h"

/* Borrowed, except for what is marked "freed". */
typedef struct cli_asked {
    const cli_args *args;
    char **words;    /* the line that began the run, NULL-ended, if it is another one; freed */
    char *directory; /* the folder where it was typed; NULL: this one; freed */
    const char *model, *dataset;
    const char *from; /* whose weights it begins with, if that is not `model`; NULL: none */
    const char *output, *step_log; /* NULL: the next run's folder; no log */
    const char *recipe;            /* NULL: none is asked for */
    bool automatic;                /* the device was not named */
    int threads; /* at most; the run may be asked to find out how many are fastest */
    /* Of a classifier on codes: the autoencoder whose codes the images are. The model on disk is
     * then that one's encoder with the classifier behind it. NULL: the network is the whole. */
    const emb_net *encoder;
    const char *encoder_name;  /* as it was typed; NULL: none */
    const emb_images *encoded; /* whose codes they are, and whose classes may have names; or NULL */
} cli_asked;

/* What the common options say: epochs, batch-size, lr, schedule, warmup, seed, val-split, threads,
 * output. */
void cli_asked_read(cli_asked *asked, cli_terms *terms, const cli_args *args);
/* --threads: the number of processors if it is 0. */
int cli_asked_threads(const cli_args *args);

void cli_asked_free(cli_asked *asked);

#endif
