/* `embudo classify` at work: what it has open, and the parts of its work. classify.c is the
 * command. */
#ifndef CLI_CLASSIFICATION_H
#define CLI_CLASSIFICATION_H

#include <embudo.h>

#include "core/options.h"
#include "data/held.h"
#include "train/job.h"
#include "use/verdict.h"

/* What the command works on besides the training. */
typedef struct cli_classification {
    const cli_args *asked, *args; /* as it was called; of a run that is resumed, its own line */
    const char *run, *dataset;    /* run NULL: images are classified */
    emb_net *autoencoder;
    emb_images *train, *test; /* learned from and validated on; scored on */
    cli_part part;            /* what `test` is */
    cli_job job;
} cli_classification;

/* Opens autoencoder and images, which fit. False with the error printed. */
bool cli_classification_open(cli_classification *c);

/* Trains a classifier on codes or on images, and measures it. The exit code. */
int cli_classify_codes(cli_classification *c);
int cli_classify_images(cli_classification *c);

/* Measures the vote of the nearest codes. The exit code. */
int cli_classify_neighbours(cli_classification *c);

/* Puts the verdict into the run's folder. False with the error printed. */
bool cli_classification_save(const cli_classification *c, cli_verdict *verdict);

/* The verdict for people, or all for programs. */
void cli_classification_tell(const cli_classification *c, const cli_verdict *verdict);
/* What there is for programs without a verdict: of a training that was interrupted, or of a run
 * that was complete before. */
void cli_classification_tell_unmeasured(const cli_classification *c);

#endif
