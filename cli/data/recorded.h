/* What decides a model's bits, and the text in the model's metadata that says so: printed by a
 * training, and read back by every command that must know how its model was trained. It may say
 * anything, so nothing in it is trusted. */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <embudo.h>

/* The metadata keys that every model of a training has. */
#define CLI_OPTIONS_KEY "embudo.options"
#define CLI_STEPS_KEY   "embudo.steps"

enum {
    CLI_LEARNED = 9,     /* a CRC32 in hexadecimal, and its end */
    CLI_WEIGHTS_SUM = 17 /* 64 bits in hexadecimal, and their end */
};

/* What is held out as test images of a data set that is one array. Zeroed: it is not known, and all
 * images of such a data set are the training part. */
typedef struct cli_holdout {
    bool known;
    bool typed;    /* share or seed are on the command line */
    double share;  /* as typed; 0: none */
    uint64_t seed; /* as typed */
    size_t of;     /* images that the array has; 0: not known */
    size_t count;  /* of them held out, if `of` is known */
    bool
        seen; /* perhaps by the model that it builds on, which does not say that it left them out */
    char learned[CLI_LEARNED]; /* identifies the images learned from; "": not known */
} cli_holdout;

/* The terms of a training: all that decides the model's bits, except for the network and the
 * data. */
typedef struct cli_terms {
    uint64_t seed;    /* as it was typed; `options` has the library's spelling of it */
    size_t max_steps; /* 0: no limit */
    emb_train_options options;
    cli_holdout holdout;        /* unknown if the data set has its own test images */
    char from[CLI_WEIGHTS_SUM]; /* identifies the weights that it began with; "": they were drawn */
    int knn;                    /* neighbours that vote instead of a training; 0: none */
} cli_terms;

/* "seed=42 epochs=10 ...", to be freed: the terms of a training of `net`, in one fixed spelling. */
char *cli_terms_print(const cli_terms *terms, const emb_net *net);

/* The share as it was typed, 0 or more. */
double cli_terms_val_split(const cli_terms *terms);
/* A validation share as typed, for the library's options. */
double cli_val_split_option(double typed);

/* A sum that tells weights apart; "" if all are 0, as for a notation. */
void cli_weights_sum(const emb_net *net, char sum[CLI_WEIGHTS_SUM]);

/* ---- reading --------------------------------------------------------------------------------- */

/* The number behind "name=" in a text of the metadata, such as "seed=42 epochs=10". False if there
 * is none. */
bool cli_recorded_number(const emb_net *net, const char *key, const char *name, double *value);
/* The same for the terms that a model was trained with. */
bool cli_recorded_option(const emb_net *net, const char *name, double *value);
/* The seed among them; *seed stays what it is if there is none. */
bool cli_recorded_seed(const emb_net *net, uint64_t *seed);
/* The share that validated, from 0 to below 1. */
bool cli_recorded_val_split(const emb_net *net, double *share);
/* What was held out, likewise. */
bool cli_recorded_holdout(const emb_net *net, cli_holdout *holdout);
/* The sum of the weights that it says it began with, "" if they were drawn. */
void cli_recorded_from(const emb_net *net, char sum[CLI_WEIGHTS_SUM]);
/* How many of the data set's own validation images were used; 0: they were split off. */
size_t cli_recorded_val_count(const emb_net *net);

#endif
