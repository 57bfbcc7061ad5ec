/* What an optimiser is: one row of a table (optimiser_table.c) and one file in this folder.
 *
 * A row says what an optimiser keeps for each weight, and how a step changes the weights. */
#ifndef EMB_OPTIMISERS_OPTIMISER_H
#define EMB_OPTIMISERS_OPTIMISER_H

#include "net/net.h"

enum {
    EMB__OPTIMISER_ARRAYS = 2,   /* that an optimiser keeps, at most */
    EMB__OPTIMISER_CONSTANTS = 8 /* numbers that a step needs, at most */
};

/* The data of an update. */
typedef struct emb__update {
    const emb_net *net;
    float *grads;                               /* [sets][param_stride] */
    float *state[EMB__OPTIMISER_ARRAYS];        /* each [param_stride] */
    double constants[EMB__OPTIMISER_CONSTANTS]; /* of one step, the optimiser's own */
} emb__update;

typedef struct emb__optimiser {
    const char *name; /* as torch.optim spells it */
    int array_count;
    const char
        *arrays[EMB__OPTIMISER_ARRAYS]; /* as a checkpoint names them before a tensor's name */
    /* Sets update->constants for step t, from 1. */
    void (*begin)(emb__update *update, const emb_train_options *options, double learning_rate,
                  size_t t);
    /* Changes numbers [from, to) of the parameters by the gradients in the first buffer. */
    void (*apply)(const emb__update *update, size_t from, size_t to);
    /* EMB_ERR_DIVERGED, with a text that names the step and the tensor, if the arrays hold a number
     * that stops a weight for ever, which nothing else would show; NULL: they cannot hold one. */
    emb_status (*check)(const emb__update *update, size_t step);
} emb__optimiser;

#endif
