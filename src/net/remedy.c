/* See remedy.h. */
#include "net/remedy.h"

#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "net/compile.h"
#include "net/layer.h"
#include "net/mirror.h"

/* How many layers may be compiled in all, so that a search takes a fraction of a second. */
enum { BUDGET = 24000 };

typedef struct search {
    const emb__spec *spec;
    emb__remedy *found;
    int count, most; /* found, and how many may be at present */
    int budget;
} search;

/* ---- trying ---------------------------------------------------------------------------------- */

static bool fits(search *s, const emb__spec *spec) {
    s->budget -= spec->layer_count;
    if (s->budget < 0) return false;
    emb__try t = emb__try_spec(spec);
    emb__try_end(&t);
    return t.through;
}

/* A copy of the spec, if it can be planned, too, becomes a remedy. */
static void keep(search *s, const emb__spec *spec, bool is_input) {
    emb__spec copy;
    emb__remedy *r = &s->found[s->count];
    if (s->count >= s->most || emb__spec_copy(spec, &copy) != EMB_OK) return;
    if (!emb__net_can_compile(&copy)) return;
    if (emb__spec_copy(spec, &r->spec) != EMB_OK) return;
    r->is_input = is_input;
    s->count++;
}

static bool is_done(const search *s) { return s->count >= s->most || s->budget < 0; }

/* ---- one argument ---------------------------------------------------------------------------- */

/* The arguments that say sizes, in the order in which they are tried at a layer. */
static const char *const sized[] = {"output_padding",   "in_features",  "in_channels",
                                    "num_features",     "num_channels", "normalized_shape",
                                    "unflattened_size", "padding",      "size",
                                    "scale_factor",     "out_features", "out_channels"};

/* Tries the values of a whole number that a shape suggests. True: one fits. */
static bool try_number(search *s, emb__spec *spec, emb__arg *arg, const emb__shape *near) {
    if (near->rank == 0) return false;
    const int before = arg->v[0];
    const int values[] = {(int)emb__shape_count(near), near->d[0], near->d[near->rank - 1]};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        arg->v[0] = values[i];
        if (values[i] == before || !fits(s, spec)) continue;
        keep(s, spec, false);
        return true;
    }
    arg->v[0] = before;
    return false;
}

/* Tries small numbers for both sides, and then for one. */
static bool try_pair(search *s, emb__spec *spec, emb__arg *arg) {
    enum { MOST = 5 };
    const emb__arg before = *arg;
    arg->is_same = false;
    for (int way = 0; way < 3; way++) {
        for (int v = 0; v < MOST; v++) {
            arg->v[0] = way == 2 ? before.v[0] : v;
            arg->v[1] = way == 1 ? before.v[1] : v;
            if (memcmp(arg->v, before.v, 2 * sizeof *arg->v) == 0 || !fits(s, spec)) continue;
            keep(s, spec, false);
            return true;
        }
    }
    *arg = before;
    return false;
}

/* Tries an image's sides. */
static bool try_sizes(search *s, emb__spec *spec, emb__arg *arg, const emb__shape *image) {
    if (arg->is_none) return false;
    *arg = (emb__arg){.n = 2, .v = {image->d[1], image->d[2]}};
    if (!fits(s, spec)) return false;
    keep(s, spec, false);
    return true;
}

/* Tries small whole numbers for both sides. */
static bool try_factor(search *s, emb__spec *spec, emb__arg *arg) {
    enum { MOST = 8 };
    const emb__arg before = *arg;
    for (int factor = 1; factor <= MOST && !before.is_none; factor++) {
        arg->real = arg->second = factor;
        if (emb__arg_same(arg, &before) || !fits(s, spec)) continue;
        keep(s, spec, false);
        return true;
    }
    *arg = before;
    return false;
}

/* Tries a shape: the image's that it is near to, if there is one. */
static bool try_shape(search *s, emb__spec *spec, emb__arg *arg, const emb__shape *shape) {
    const emb__arg before = *arg;
    if (shape->rank < 1) return false;
    arg->n = shape->rank;
    memcpy(arg->v, shape->d, sizeof arg->v);
    if (!emb__arg_same(arg, &before) && fits(s, spec)) {
        keep(s, spec, false);
        return true;
    }
    *arg = before;
    return false;
}

/* Tries an argument of module m. `near`: what the layer that does not fit is given, or what the
 * network should give. */
static void try_argument(search *s, int m, int a, const emb__shape *near) {
    emb__spec spec;
    if (is_done(s) || emb__spec_copy(s->spec, &spec) != EMB_OK) return;
    emb__arg *arg = &spec.layers[m].args[a];
    switch (spec.layers[m].kind->args[a].type) {
    case EMB__INT:
        try_number(s, &spec, arg, near);
        break;
    case EMB__PAIR:
    case EMB__PADDING:
        try_pair(s, &spec, arg);
        break;
    case EMB__OPEN:
        if (near->rank == 3) try_sizes(s, &spec, arg, near);
        break;
    case EMB__REALS:
        try_factor(s, &spec, arg);
        break;
    case EMB__SIZES:
    case EMB__DIMS:
        try_shape(s, &spec, arg, near);
        break;
    default:
        break;
    }
    emb__spec_clear(&spec);
}

/* `given` and `taken` as try_arguments has them. */
static void try_module(search *s, int m, const emb__shape *given, const emb__shape *taken) {
    const emb__arg_kind *args = s->spec->layers[m].kind->args;
    for (size_t i = 0; args && i < sizeof sized / sizeof *sized; i++) {
        for (int a = 0; args[a].name; a++) {
            const bool out = strncmp(args[a].name, "out_", 4) == 0;
            if (strcmp(args[a].name, sized[i]) == 0) try_argument(s, m, a, out ? taken : given);
        }
    }
}

/* How many numbers, or channels, a layer takes by its arguments; an empty shape: any. */
static emb__shape taken_by(const emb__layer_spec *layer) {
    static const char *const names[] = {"in_features", "in_channels", "num_features",
                                        "num_channels"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const emb__arg *arg = emb__layer_arg(layer, names[i]);
        if (arg) return (emb__shape){1, {arg->v[0]}};
    }
    return (emb__shape){0};
}

/* Every argument of the layer that does not fit, which is given one shape and takes another, and of
 * those in it, and then of those before it. After the last layer the network's input stands for
 * both. */
static void try_arguments(search *s) {
    emb__try t = emb__try_spec(s->spec);
    const int last = t.module < 0 ? s->spec->layer_count - 1 : emb__module_last(s->spec, t.module);
    emb__shape given = t.got, taken = taken_by(&s->spec->layers[t.module < 0 ? last : t.module]);
    if (t.net && t.module < 0) given = taken = t.net->input;
    for (int m = last; t.net && m >= 0 && !is_done(s); m--) try_module(s, m, &given, &taken);
    emb__try_end(&t);
}

/* ---- several layers -------------------------------------------------------------------------- */

/* Gives all layers from `first` on that have an output_padding the same small numbers. */
static bool try_transposed(search *s, emb__spec *spec, int first) {
    enum { MOST = 4 };
    for (int i = 0; i < MOST * MOST && !is_done(s); i++) {
        for (int m = first; m < spec->layer_count; m++) {
            emb__layer_spec *layer = &spec->layers[m];
            const emb__arg *padding = emb__layer_arg(layer, "padding"),
                           *extra = emb__layer_arg(layer, "output_padding");
            if (!padding || !extra) continue;
            layer->args[padding - layer->args] = (emb__arg){.n = 2, .v = {i / MOST, i / MOST}};
            layer->args[extra - layer->args] = (emb__arg){.n = 2, .v = {i % MOST, i % MOST}};
        }
        if (!fits(s, spec)) continue;
        keep(s, spec, false);
        return true;
    }
    return false;
}

/* The last layer alone with both of its paddings, then more and more of them. */
static void try_paddings(search *s) {
    for (int m = s->spec->layer_count - 1; m >= 0 && !is_done(s); m--) {
        emb__spec spec;
        if (!emb__layer_arg(&s->spec->layers[m], "output_padding")) continue;
        if (emb__spec_copy(s->spec, &spec) != EMB_OK) return;
        const bool found = try_transposed(s, &spec, m);
        emb__spec_clear(&spec);
        if (found) return;
    }
}

static void try_mirror(search *s) {
    emb__spec spec;
    if (emb__spec_copy(s->spec, &spec) != EMB_OK) return;
    if (emb__mirror(&spec) && fits(s, &spec)) keep(s, &spec, false);
    emb__spec_clear(&spec);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Tries an input of these sizes. */
static void try_input(search *s, int channels, int height, int width) {
    const int row = s->spec->input_rank == 1;
    const int d[3] = {channels, row ? 1 : height, row ? 1 : width};
    const size_t size = (row ? 1 : 3) * sizeof *d;
    for (int i = 0; i < 3; i++) {
        if (d[i] < 1 || d[i] > (row ? EMB__MAX_ELEMENTS : EMB__MAX_SIZE)) return;
    }
    if ((double)d[0] * d[1] * d[2] > EMB__MAX_ELEMENTS) return;
    for (int i = 0; i < s->count; i++) {
        if (s->found[i].is_input && memcmp(s->found[i].spec.input, d, size) == 0) return;
    }
    emb__spec spec;
    if (is_done(s) || emb__spec_copy(s->spec, &spec) != EMB_OK) return;
    memcpy(spec.input, d, size);
    if (fits(s, &spec)) keep(s, &spec, true);
    emb__spec_clear(&spec);
}

/* Sides like the wanted ones, then others near them. */
static void try_sides(search *s, int channels) {
    enum { FAR = 64, NEAR = 16 };
    const int *in = s->spec->input, before = s->count;
    for (int d = 1; d <= FAR; d++) {
        try_input(s, channels, in[1] + d, in[2] + d);
        try_input(s, channels, in[1] - d, in[2] - d);
    }
    if (in[1] == in[2] && s->count > before) return;
    for (int d = 1; d <= 2 * NEAR; d++) {
        for (int down = -d; down <= d; down++) {
            const int across = d - abs(down);
            try_input(s, channels, in[1] + down, in[2] + across);
            try_input(s, channels, in[1] + down, in[2] - across);
        }
    }
}

/* Numbers in a row: what a layer takes, and those near. */
static void try_rows(search *s) {
    for (int m = 0; m < s->spec->layer_count; m++) {
        const emb__arg *in = emb__layer_arg(&s->spec->layers[m], "in_features");
        if (in) try_input(s, in->v[0], 1, 1);
    }
    for (int d = 1; d <= 64; d++) {
        try_input(s, s->spec->input[0] + d, 1, 1);
        try_input(s, s->spec->input[0] - d, 1, 1);
    }
}

static void try_inputs(search *s, const emb__shape *written) {
    const int *in = s->spec->input;
    if (s->spec->input_rank == 1) {
        try_input(s, written->d[0], 1, 1);
        try_rows(s);
        return;
    }
    const bool other = written->rank == 3 && written->d[0] != in[0];
    if (other) {
        try_input(s, written->d[0], in[1], in[2]);
        try_input(s, written->d[0], written->d[1], written->d[2]);
        try_sides(s, written->d[0]);
    }
    try_sides(s, in[0]);
    if (written->rank == 3) try_input(s, in[0], written->d[1], written->d[2]);
}

int emb__remedies_find(const emb__spec *spec, const emb__shape *written,
                       emb__remedy found[EMB__REMEDIES]) {
    search s = {.spec = spec, .found = found, .most = EMB__REMEDIES / 2, .budget = BUDGET};
    try_arguments(&s);
    if (s.count == 0) try_mirror(&s);
    if (s.count == 0) try_paddings(&s);
    s.budget = BUDGET;
    s.most = s.count + EMB__REMEDIES / 2;
    try_inputs(&s, written);
    return s.count;
}
