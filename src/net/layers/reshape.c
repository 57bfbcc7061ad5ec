/* Flatten, Unflatten, Identity: other names for the same numbers, since [C][H][W][16] flattened is
 * itself. Nothing runs. */
#include "net/layers/kind_rows.h"

#include "base/translate.h"

enum { START_DIM, END_DIM };
enum { DIM, SIZES };

/* Dimensions are counted from the images' own, which is 0, or backwards from the last one, which is
 * -1. */
static const emb__arg_kind flatten_args[] = {
    {"start_dim", EMB__INT, .least = -EMB__MAX_DIMS - 1, .most = EMB__MAX_DIMS, .value = 1},
    {"end_dim", EMB__INT, .least = -EMB__MAX_DIMS - 1, .most = EMB__MAX_DIMS, .value = -1},
    {0},
};
static const emb__arg_kind unflatten_args[] = {
    {"dim", EMB__INT, .required = true, .least = -EMB__MAX_DIMS - 1, .most = EMB__MAX_DIMS},
    {"unflattened_size", EMB__SIZES, .required = true, .least = -1, .most = EMB__MAX_SIZE},
    {0},
};
static const emb__arg_kind no_args[] = {{0}};

/* *dim = which of the shape's own dimensions an argument names, from 0. */
static emb_status find_dim(const emb__shape *in, const char *name, int value, int *dim) {
    char got[EMB__SHAPE_TEXT];
    *dim = (value < 0 ? value + in->rank + 1 : value) - 1;
    if (*dim >= 0 && *dim < in->rank) return EMB_OK;
    return emb__fail(
        EMB_ERR_SHAPE,
        "expects %s in 1..%d (0 is the images themselves) or -%d..-1, for its input of "
        "%s, gets %d",
        name, in->rank, in->rank, emb__shape_print(in, got), value);
}

/* The dimensions first..last become one. */
static emb_status flatten(emb__layer *layer) {
    const emb__arg *args = layer->spec->args;
    const emb__shape *in = &layer->in;
    int first, last;
    emb_status status = find_dim(in, "start_dim", args[START_DIM].v[0], &first);
    if (status == EMB_OK) status = find_dim(in, "end_dim", args[END_DIM].v[0], &last);
    if (status != EMB_OK) return status;
    if (first > last) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects start_dim not to come after end_dim, gets %d and %d",
                         args[START_DIM].v[0], args[END_DIM].v[0]);
    }
    emb__shape *out = &layer->out;
    *out = (emb__shape){0};
    for (int i = 0; i < in->rank; i++) {
        if (i > first && i <= last) {
            out->d[first] *= in->d[i]; /* of EMB__MAX_ELEMENTS together */
        } else {
            out->d[out->rank++] = in->d[i];
        }
    }
    return EMB_OK;
}

/* The product of the sizes without a -1, which then becomes what is left of `whole`. */
static emb_status fill_sizes(const emb__arg *sizes, int whole, int *filled) {
    int64_t product = 1;
    int open = -1;
    for (int i = 0; i < sizes->n; i++) {
        filled[i] = sizes->v[i];
        if (sizes->v[i] == -1 && open >= 0) {
            return emb__fail(EMB_ERR_SHAPE, "expects at most one size of -1, gets more");
        }
        if (sizes->v[i] == 0) return emb__fail(EMB_ERR_SHAPE, "expects sizes above 0, gets 0");
        if (sizes->v[i] == -1) {
            open = i;
        } else if (product <= EMB__MAX_ELEMENTS) {
            product *= sizes->v[i];
        }
    }
    if (open >= 0 && product <= whole && whole % product == 0) {
        filled[open] = (int)(whole / product);
        if (filled[open] <= EMB__MAX_SIZE || sizes->n == 1) return EMB_OK;
        return emb__fail(EMB_ERR_SHAPE, "expects sizes of at most %d, gets %d for -1",
                         EMB__MAX_SIZE, filled[open]);
    }
    if (open < 0 && product == whole) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     open >= 0 ? E_("expects sizes whose product divides %d, gets %lld")
                               : E_("expects sizes whose product is %d, gets %lld"),
                     whole, (long long)product);
}

/* One dimension becomes several. */
static emb_status unflatten(emb__layer *layer) {
    const emb__arg *args = layer->spec->args, *sizes = &args[SIZES];
    const emb__shape *in = &layer->in;
    int dim, filled[EMB__MAX_DIMS] = {0};
    emb_status status = find_dim(in, "dim", args[DIM].v[0], &dim);
    if (status == EMB_OK && in->rank - 1 + sizes->n > EMB__MAX_DIMS) {
        status = emb__fail(EMB_ERR_SHAPE, "expects at most %d dimensions, gets %d", EMB__MAX_DIMS,
                           in->rank - 1 + sizes->n);
    }
    if (status == EMB_OK) status = fill_sizes(sizes, in->d[dim], filled);
    if (status != EMB_OK) return status;
    emb__shape *out = &layer->out;
    *out = (emb__shape){0};
    for (int i = 0; i < in->rank; i++) {
        if (i != dim) out->d[out->rank++] = in->d[i];
        for (int k = 0; i == dim && k < sizes->n; k++) out->d[out->rank++] = filled[k];
    }
    return EMB_OK;
}

static emb_status identity(emb__layer *layer) {
    layer->out = layer->in;
    return EMB_OK;
}

const emb__layer_kind emb__flatten = {.name = "Flatten",
                                      .family = EMB_LAYER_RESHAPE,
                                      .args = flatten_args,
                                      .alias = true,
                                      .compile = flatten};
const emb__layer_kind emb__unflatten = {.name = "Unflatten",
                                        .family = EMB_LAYER_RESHAPE,
                                        .args = unflatten_args,
                                        .alias = true,
                                        .compile = unflatten};
const emb__layer_kind emb__identity = {.name = "Identity",
                                       .family = EMB_LAYER_RESHAPE,
                                       .args = no_args,
                                       .any_args = true,
                                       .alias = true,
                                       .compile = identity};
