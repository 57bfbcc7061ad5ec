/* See mirror.h. */
#include "net/mirror.h"

#include <string.h>

#include "net/layer.h"

enum { TURNS = 256 }; /* one change each */

/* The argument of that name, to be changed; NULL if the module has none. */
static emb__arg *arg_of(emb__spec *spec, int module, const char *name) {
    const emb__arg *arg = emb__layer_arg(&spec->layers[module], name);
    return arg ? &spec->layers[module].args[arg - spec->layers[module].args] : NULL;
}

static int module_of(const emb_net *net, int layer) {
    return (int)(net->layers[layer].spec - net->spec.layers);
}

/* True if that is a change. */
static bool set_number(emb__arg *arg, size_t value) {
    if (!arg || value > EMB__MAX_ELEMENTS || arg->v[0] == (int)value) return false;
    arg->v[0] = (int)value;
    arg->is_latent = false;
    return true;
}

static bool set_shape(emb__arg *arg, const int *d, int n) {
    if (!arg || (arg->n == n && memcmp(arg->v, d, (size_t)n * sizeof *d) == 0)) return false;
    arg->n = n;
    memcpy(arg->v, d, (size_t)n * sizeof *d);
    return true;
}

/* ---- what a layer takes ---------------------------------------------------------------------- */

/* Makes the layer that does not fit take what it is given. */
static bool take_given(emb__spec *spec, int module, const emb__shape *got) {
    static const char *const channels[] = {"in_channels", "num_features", "num_channels"};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        if (set_number(arg_of(spec, module, channels[i]), (size_t)got->d[0])) return true;
    }
    emb__arg *row = arg_of(spec, module, "in_features");
    if (row) return got->rank == 1 && set_number(row, (size_t)got->d[0]);
    emb__arg *last = arg_of(spec, module, "normalized_shape");
    if (last && last->n <= got->rank) return set_shape(last, got->d + got->rank - last->n, last->n);
    return false;
}

/* Makes the branches of a module alike by the padding of one of their layers. */
static bool join_branches(emb__spec *spec, int module) {
    enum { MOST = 4 };
    const int last = emb__module_last(spec, module);
    for (int m = last; m > module; m--) {
        emb__arg *padding = arg_of(spec, m, "padding");
        if (!padding || padding->n != 2) continue;
        const emb__arg before = *padding;
        padding->is_same = false;
        for (int v = 0; v < MOST; v++) {
            padding->v[0] = padding->v[1] = v;
            emb__try t = emb__try_spec(spec);
            emb__try_end(&t);
            if (t.through || t.module < 0 || t.module > last) return true;
        }
        *padding = before;
    }
    return false;
}

/* ---- what a decoder gives -------------------------------------------------------------------- */

/* The layer of [from, to) that makes a row of an image or, backwards, an image of a row; -1. */
static int find_turn(const emb_net *net, int from, int to, int rank, int made) {
    for (int i = from; i < to; i++) {
        if (net->layers[i].in.rank == rank && net->layers[i].out.rank == made) return i;
    }
    return -1;
}

/* The decoder's first image has the shape of the encoder's last. */
static bool mirror_turn(emb__spec *spec, const emb_net *net) {
    const int flat = find_turn(net, 0, net->encoder_end, 3, 1);
    const int open = find_turn(net, net->encoder_end, net->layer_count, 1, 3);
    if (flat < 0 || open < 0) return false;
    const emb__shape *shape = &net->layers[flat].in;
    const int module = module_of(net, open);
    if (!set_shape(arg_of(spec, module, "unflattened_size"), shape->d, 3)) return false;
    for (int m = module - 1; m >= 0; m--) {
        emb__arg *out = arg_of(spec, m, "out_features");
        if (!out) continue;
        set_number(out, emb__shape_count(shape));
        return true;
    }
    return false;
}

static bool resizes(const emb__layer *l) {
    return l->in.rank == 3 && l->out.rank == 3 &&
           memcmp(l->in.d + 1, l->out.d + 1, 2 * sizeof *l->in.d) != 0;
}

/* Whether layer i makes these sides once the spec is as it is. */
static bool makes(const emb__spec *spec, int layer, const int sides[2]) {
    emb__try t = emb__try_spec(spec);
    const bool good = t.net && layer < t.net->layer_count &&
                      memcmp(t.net->layers[layer].out.d + 1, sides, 2 * sizeof *sides) == 0;
    emb__try_end(&t);
    return good;
}

/* Tries small numbers as a pair's. */
static bool try_pairs(emb__spec *spec, int layer, emb__arg *arg, const int sides[2]) {
    enum { MOST = 4 };
    if (!arg) return false;
    const emb__arg before = *arg;
    for (int i = 0; i < MOST * MOST; i++) {
        arg->v[0] = i / MOST;
        arg->v[1] = i % MOST;
        if (makes(spec, layer, sides)) return true;
    }
    *arg = before;
    return false;
}

/* Makes a layer of the decoder give these sides. */
static bool make_sides(emb__spec *spec, const emb_net *net, int layer, const int sides[2]) {
    const int module = module_of(net, layer);
    emb__arg *size = arg_of(spec, module, "size"), *scale = arg_of(spec, module, "scale_factor");
    if (size && scale) {
        *size = (emb__arg){.n = 2, .v = {sides[0], sides[1]}};
        *scale = (emb__arg){.is_none = true};
        return true;
    }
    return try_pairs(spec, layer, arg_of(spec, module, "output_padding"), sides) ||
           try_pairs(spec, layer, arg_of(spec, module, "padding"), sides);
}

/* The first size on the way up that is not that of the way down. */
static bool mirror_sizes(emb__spec *spec, const emb_net *net) {
    int down[EMB__MAX_LAYERS] = {0}, downs = 0, ups = 0;
    for (int i = 0; i < net->encoder_end; i++) {
        if (resizes(&net->layers[i])) down[downs++] = i;
    }
    for (int i = net->encoder_end; i < net->layer_count; i++) ups += resizes(&net->layers[i]);
    if (ups != downs) return false;
    for (int i = net->encoder_end; i < net->layer_count; i++) {
        if (!resizes(&net->layers[i])) continue;
        const int *sides = net->layers[down[--downs]].in.d + 1;
        if (memcmp(net->layers[i].out.d + 1, sides, 2 * sizeof *sides) == 0) continue;
        return make_sides(spec, net, i, sides);
    }
    return false;
}

/* The last layer with weights makes as many channels, or numbers, as the input has. */
static bool mirror_channels(emb__spec *spec, const emb_net *net) {
    const char *name = net->input.rank == 3 ? "out_channels" : "out_features";
    for (int m = spec->layer_count - 1; m >= 0; m--) {
        emb__arg *out = arg_of(spec, m, name);
        if (out) return set_number(out, (size_t)net->input.d[0]);
    }
    return false;
}

bool emb__mirror(emb__spec *spec) {
    bool through = false, changed = true;
    for (int turn = 0; turn < TURNS && changed && !through; turn++) {
        emb__try t = emb__try_spec(spec);
        through = t.through;
        if (!t.net || through) {
            changed = false;
        } else if (t.module >= 0) {
            changed = take_given(spec, t.module, &t.got) || join_branches(spec, t.module);
        } else {
            changed = mirror_turn(spec, t.net) || mirror_sizes(spec, t.net) ||
                      mirror_channels(spec, t.net);
        }
        emb__try_end(&t);
    }
    return through;
}
