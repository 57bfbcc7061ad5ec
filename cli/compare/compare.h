/* One `embudo compare`: what is compared, and what was measured. Its parts are compare_command.c
 * (the command line, the order of the work), compare_work.c (trainings and measurements),
 * compare_output.c (the table, the CSV, the picture). */
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

#include <embudo.h>

#include "compare/contenders.h"
#include "core/options.h"
#include "data/held.h"

enum { CLI_COMPARE_LIST = 16 /* numbers in --latent and in --seed */ };

/* The results of one contender for one length of code, seed by seed. */
typedef struct cli_result {
    const cli_contender *contender;
    int latent; /* 0 if it reads images */
    size_t parameters;
    int count;
    double accuracy[CLI_COMPARE_LIST]; /* 0..1 */
    double seconds[CLI_COMPARE_LIST];
} cli_result;

/* One number of the table, from one seed. */
typedef struct cli_kept {
    uint64_t seed;
    const cli_contender *contender;
    int latent; /* 0 if it reads images */
    size_t parameters;
    double accuracy; /* 0..1 */
    double seconds;
} cli_kept;

/* What is kept in a folder; compare_keep.c alone knows how. */
typedef struct cli_keeping {
    char *folder; /* NULL: nothing is kept */
    bool locked;
    int lock;
    const emb_net *net; /* the autoencoder in work, borrowed; NULL: none */
    uint64_t net_seed;
    int net_latent;
    char *network; /* what identifies the autoencoder; NULL: not known yet */
    cli_kept *results;
    size_t count;
    /* Of a comparison that goes on: the line that began it, and what its names are borrowed from.
     */
    char **words, *directory, *dataset, *run, *model;
} cli_keeping;

typedef struct cli_compare {
    const cli_args *args;
    const char *dataset, *run; /* run NULL: autoencoders are trained */
    const char *model;         /* for the autoencoders that are trained */
    bool is_class;             /* it is one in a Python file or a notebook */
    int latent_count, latents[CLI_COMPARE_LIST];
    int seed_count;
    uint64_t seeds[CLI_COMPARE_LIST];
    int classifier_epochs, neighbours, threads;
    emb_train_options recipe; /* for the autoencoders; seed and threads are filled in */
    double val_split;
    size_t val_count; /* of `train`, its last images: as in emb_train_options */
    cli_holdout holdout;
    emb_images *train, *test;
    cli_part part;  /* what `test` is */
    emb_net *taken; /* the run's autoencoder */
    bool resumed;   /* it goes on with what was kept */
    cli_keeping keeping;
    int models, at; /* to be trained in all, and which one is in work */
    int result_count;
    cli_result results[CLI_CONTENDERS * CLI_COMPARE_LIST];
} cli_compare;

#endif
