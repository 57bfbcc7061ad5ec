/* Flatten, Unflatten, Identity: other names for the same numbers, since [C][H][W][16] flattened is
 * itself. Nothing runs. */
#include "engine/layers/kinds.h"

enum { START_DIM, END_DIM };
enum { DIM, SIZES };

static const emb__arg_kind flatten_args[] = {
    {"start_dim", EMB__INT, false, 1, 1, 1},
    {"end_dim", EMB__INT, false, -1, -1, -1},
    {0},
};
static const emb__arg_kind unflatten_args[] = {
    {"dim", EMB__INT, true, 1, 1, 0},
    {"unflattened_size", EMB__SIZES, true, 1, EMB__MAX_SIZE, 0},
    {0},
};
static const emb__arg_kind no_args[] = {{0}};

static emb_status flatten(emb__layer *layer) {
    layer->out = (emb__shape){1, {(int)emb__shape_count(&layer->in)}};
    return EMB_OK;
}

static emb_status unflatten(emb__layer *layer) {
    const emb__arg *sizes = &layer->spec->args[SIZES];
    layer->out = (emb__shape){sizes->n, {sizes->v[0], sizes->v[1], sizes->v[2]}};
    char got[EMB__SHAPE_TEXT], made[EMB__SHAPE_TEXT];
    if (layer->in.rank != 1) {
        return emb__fail(EMB_ERR_SHAPE, "expects a flat input, gets %s",
                         emb__shape_print(&layer->in, got));
    }
    if (layer->out.rank == 2) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects sizes (channels, height, width), gets two numbers");
    }
    if (emb__shape_count(&layer->out) != (size_t)layer->in.d[0]) {
        return emb__fail(EMB_ERR_SHAPE, "expects %zu inputs for %s, gets %d",
                         emb__shape_count(&layer->out), emb__shape_print(&layer->out, made),
                         layer->in.d[0]);
    }
    return EMB_OK;
}

static emb_status identity(emb__layer *layer) {
    layer->out = layer->in;
    return EMB_OK;
}

const emb__layer_kind emb__flatten = {
    .name = "Flatten", .args = flatten_args, .alias = true, .compile = flatten};
const emb__layer_kind emb__unflatten = {
    .name = "Unflatten", .args = unflatten_args, .alias = true, .compile = unflatten};
const emb__layer_kind emb__identity = {
    .name = "Identity", .args = no_args, .alias = true, .compile = identity};
