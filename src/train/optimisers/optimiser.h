/* What an optimiser is: one row of a table (optimiser_table.c) and one file in this folder.
 *
 * A row says what an optimiser keeps for each weight, and how a step changes the weights. */
#ifndef EMB_OPTIMISERS_OPTIMISER_H
#define EMB_OPTIMISERS_OPTIMISER_H

#include "net/net.h"

enum {
    EMB__OPTIMISER_ARRAYS = 3,    /* that an optimiser keeps, at most */
    EMB__OPTIMISER_CONSTANTS = 8, /* numbers that a step needs, at most */
    /* Numbers that are worked on together, so that they stay in the first cache from the sum of
     * their gradients to their update. */
    EMB__UPDATE_CHUNK = 1024
};

/* The data of an update. */
typedef struct emb__update {
    const emb_net *net;
    float *grads;                               /* [sets][param_stride] */
    float *state[EMB__OPTIMISER_ARRAYS];        /* each [param_stride]; NULL: not kept */
    double constants[EMB__OPTIMISER_CONSTANTS]; /* of one step, the optimiser's own */
    float decay;  /* of one step: this times the weight is added to its gradient */
    float shrink; /* of one step, unless 0: the weight is multiplied by this first */
    double product, next_product; /* NAdam's mu_product after the steps so far, and after one more;
                                     0 before the first step */
} emb__update;

/* What a schedule says of a step. */
typedef struct emb__step_terms {
    double rate;     /* the learning rate */
    double momentum; /* SGD's and RMSprop's momentum, the others' beta1 */
    size_t number;   /* from 1 */
} emb__step_terms;

typedef struct emb__optimiser {
    const char *name;          /* as torch.optim spells it */
    double rate, weight_decay; /* torch.optim's defaults */
    bool has_beta1;            /* what a cycle of momentum changes, else `momentum` */
    int array_count;
    /* As a checkpoint names them before a tensor's name. */
    const char *arrays[EMB__OPTIMISER_ARRAYS];
    /* Whether such a training keeps array i; NULL: all. */
    bool (*keeps)(const emb_train_options *options, int i);
    /* EMB_OK if the options go together; NULL: they always do. */
    emb_status (*check)(const emb_train_options *options);
    /* Sets what update has of one step. */
    void (*begin)(emb__update *update, const emb_train_options *options,
                  const emb__step_terms *terms);
    /* Changes numbers [from, to) of the parameters by the gradients in the first buffer. */
    void (*apply)(const emb__update *update, size_t from, size_t to);
    /* The array of squares that stop a weight for ever if they are infinite, which nothing else
     * would show; EMB__NO_SQUARES: there is none. */
    int squares;
} emb__optimiser;

enum { EMB__NO_SQUARES = -1 };

/* An option that is below 0 where 0 would be its default. */
double emb__from_0(double option);

/* Whether the schedule changes the momentum. */
bool emb__cycles_momentum(const emb_train_options *options);

/* The chunks that a network's trained numbers make. */
size_t emb__update_chunks(const emb_net *net);

/* base^exponent by squaring, so that the bits do not depend on the C library's pow. */
double emb__power(double base, size_t exponent);

/* EMB_ERR_DIVERGED, with a text that names the step and the tensor, if squares are infinite. */
emb_status emb__optimiser_check(const emb__optimiser *optimiser, const emb__update *update,
                                size_t step);

#endif
