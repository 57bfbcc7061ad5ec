/* A layer's arguments, and shapes. */
#include "net/layer.h"

#include <stdio.h>
#include <string.h>

const emb__arg *emb__layer_arg(const emb__layer_spec *spec, const char *name) {
    for (int i = 0; spec->kind->args[i].name; i++) {
        if (strcmp(spec->kind->args[i].name, name) == 0) return &spec->args[i];
    }
    return NULL;
}

emb__arg emb__arg_default(const emb__arg_kind *kind) {
    if (kind->is_none) return (emb__arg){.is_none = true};
    const bool pair = kind->type == EMB__PAIR || kind->type == EMB__PADDING;
    if (kind->type == EMB__REAL) return (emb__arg){.real = kind->real.value};
    return (emb__arg){.n = pair ? 2 : 1, .v = {kind->value, pair ? kind->value : 0}};
}

size_t emb__shape_count(const emb__shape *shape) {
    size_t count = 1;
    for (int i = 0; i < shape->rank; i++) count *= (size_t)shape->d[i];
    return count;
}

const char *emb__shape_print(const emb__shape *shape, char text[EMB__SHAPE_TEXT]) {
    size_t at = 0;
    text[0] = '\0';
    for (int i = 0; i < shape->rank; i++) {
        int used = snprintf(text + at, EMB__SHAPE_TEXT - at, i ? "x%d" : "%d", shape->d[i]);
        if (used > 0 && (size_t)used < EMB__SHAPE_TEXT - at) at += (size_t)used;
    }
    return text;
}

/* How much larger the largest of `members` shares of `pieces` is than an equal share. */
static double imbalance(int pieces, int members) {
    const int largest = (pieces + members - 1) / members;
    return (double)largest * members / pieces;
}

emb__share emb__shape_share(const emb__shape *shape, const emb__member *me) {
    const int channels = shape->d[0], rows = shape->rank == 3 ? shape->d[1] : 1;
    emb__share share = {0, rows, 0, channels};
    if (me->count == 1) return share;
    /* Channels are cut between packed tiles; a Linear's features, between two of them. */
    const int step = rows == 1 ? 2 * EMB__OUT_TILE : EMB__OUT_TILE;
    const int tiles = (channels + step - 1) / step;
    size_t from, to;
    if (imbalance(rows, me->count) <= imbalance(tiles, me->count)) {
        to = emb__member_part(me, (size_t)rows, &from);
        share.row = (int)from;
        share.row_end = (int)to;
    } else {
        to = emb__member_part(me, (size_t)tiles, &from);
        share.channel = (int)from * step;
        share.channel_end = (int)to * step < channels ? (int)to * step : channels;
    }
    return share;
}

void emb__range_kept(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    (void)low;
    (void)high;
}
