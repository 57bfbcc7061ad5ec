/* What an optimiser is: one row of a table (optimiser_table.c) and one file in this folder.
 *
 * A row says what it keeps of each weight, and how a step changes the weights. */
#ifndef EMB_OPTIMISERS_OPTIMISER_H
#define EMB_OPTIMISERS_OPTIMISER_H

#include "net/net.h"

enum {
    EMB__OPTIMISER_ARRAYS = 2,   /* that one keeps, at most */
    EMB__OPTIMISER_CONSTANTS = 8 /* numbers of one step, at most */
};

/* What an update works on. */
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
    /* Changes numbers [from, to) of the parameters by the sum of the first `sets` buffers of
     * gradients, added in their order. */
    void (*apply)(const emb__update *update, size_t sets, size_t from, size_t to);
    /* EMB_ERR_DIVERGED, its text naming the step and the tensor, where the arrays hold a number
     * after which a weight would never move again, and nothing else would show it; NULL: they
     * cannot. */
    emb_status (*check)(const emb__update *update, size_t step);
} emb__optimiser;

#endif
