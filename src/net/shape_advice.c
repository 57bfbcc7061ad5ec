/* See shape_advice.h. */
#include "net/shape_advice.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "net/attempt.h"
#include "net/notation/notation.h"
#include "net/remedy.h"

enum { LAST = 3 };

static bool has_size(const emb__layer *layer) {
    return !layer->kind->alias && !layer->kind->activation && !layer->kind->in_place;
}

/* "decoder.2 ConvTranspose2d(...) 8x13x13, decoder.4 ...": of the last that say a size. */
static void add_layers(const emb_net *net, emb__text *out) {
    int first = net->layer_count, found = 0;
    while (first > 0 && found < LAST) found += has_size(&net->layers[--first]);
    for (int i = first; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        char made[EMB__SHAPE_TEXT];
        if (!has_size(layer)) continue;
        emb__text_add(out, "%s%s.%s ", out->length ? ", " : "", net->spec.parts[layer->spec->part],
                      layer->spec->path);
        emb__layer_print(layer->spec, false, out);
        emb__text_add(out, " %s", emb__shape_print(&layer->out, made));
    }
}

/* Whether the remedy gives module `i` another value of that argument or, for NULL, of any. */
static bool changes(const emb__spec *a, const emb__remedy *b, int i, const char *name) {
    const emb__arg_kind *args = a->layers[i].kind->args;
    for (int k = 0; args[k].name; k++) {
        if (name && strcmp(args[k].name, name) != 0) continue;
        if (!emb__arg_same(&a->layers[i].args[k], &b->spec.layers[i].args[k])) return true;
    }
    return false;
}

/* The first, but rather one that changes output_padding, which is there for this. */
static const emb__remedy *choose(const emb__spec *spec, const emb__remedy *found, int count) {
    for (int k = 0; k < count; k++) {
        for (int i = 0; i < spec->layer_count && !found[k].is_input; i++) {
            if (changes(spec, &found[k], i, "output_padding")) return &found[k];
        }
    }
    return count > 0 ? found : NULL;
}

/* The layers of `b` that differ from those of `a`; a changed input as input = 1, 25, 25. */
static void add_changes(const emb__spec *a, const emb__remedy *b, emb__text *out) {
    for (int i = 0; i < b->spec.input_rank && b->is_input; i++) {
        emb__text_add(out, i ? ", %d" : "input = %d", b->spec.input[i]);
    }
    for (int i = 0; i < a->layer_count; i++) {
        if (!changes(a, b, i, NULL)) continue;
        emb__text_add(out, "%s%s.%s ", out->length ? ", " : "", a->parts[a->layers[i].part],
                      a->layers[i].path);
        emb__layer_print(&b->spec.layers[i], false, out);
    }
}

/* What stands behind the last layer, where the decoder has the numbers in another shape: an
 * Unflatten or a Flatten; "" if that is not it. The last layer with a number of features gets the
 * right one in `fits`. */
static void add_reshaping(const emb__spec *spec, const emb_net *net, emb__text *fits,
                          emb__text *behind) {
    const emb__shape *in = &net->input, *out = &net->layers[net->layer_count - 1].out;
    const size_t wanted = emb__shape_count(in);
    if (out->rank == in->rank) return;
    for (int m = spec->layer_count - 1; m >= 0 && emb__shape_count(out) != wanted; m--) {
        const emb__arg *features = emb__layer_arg(&spec->layers[m], "out_features");
        if (!features) continue;
        if (spec->layers[m].part != 1) return;
        emb__layer_spec layer = spec->layers[m];
        emb__arg *own = &layer.args[features - spec->layers[m].args];
        *own = (emb__arg){.n = 1, .v = {(int)wanted}};
        emb__text_add(fits, "%s.%s ", spec->parts[layer.part], layer.path);
        emb__layer_print(&layer, false, fits);
        break;
    }
    if (fits->length == 0 && emb__shape_count(out) != wanted) return;
    if (in->rank == 1) {
        emb__text_add(behind, "Flatten()");
    } else {
        emb__text_add(behind, "Unflatten(1, (%d, %d, %d))", in->d[0], in->d[1], in->d[2]);
    }
}

static void say(const emb__spec *spec, const emb_net *net, const emb__shape *made) {
    emb__remedy found[EMB__REMEDIES] = {0};
    emb__text layers = {0}, fits = {0}, behind = {0};
    char gives[EMB__SHAPE_TEXT], wanted[EMB__SHAPE_TEXT];
    const emb__shape written = net->input;
    const int count = emb__remedies_find(spec, &written, found);
    add_layers(net, &layers);
    const emb__remedy *remedy = choose(spec, found, count);
    add_reshaping(spec, net, &fits, &behind);
    if (remedy && behind.length == 0) add_changes(spec, remedy, &fits);
    for (int i = 0; i < count; i++) emb__spec_clear(&found[i].spec);
    emb__shape_print(made, gives);
    emb__shape_print(&net->input, wanted);
    const bool good = !layers.failed && !fits.failed && !behind.failed && layers.length > 0;
    if (good && behind.length > 0 && fits.length > 0) {
        emb__fail(EMB_ERR_SHAPE,
                  "%s: the decoder's output is %s, but the input is %s; its last layers are %s; "
                  "this would fit: %s, and %s behind the last layer",
                  spec->name, gives, wanted, layers.bytes, fits.bytes, behind.bytes);
    } else if (good && behind.length > 0) {
        emb__fail(EMB_ERR_SHAPE,
                  "%s: the decoder's output is %s, but the input is %s; its last layers are %s; "
                  "this would fit: %s behind the last layer",
                  spec->name, gives, wanted, layers.bytes, behind.bytes);
    } else if (good && fits.length > 0) {
        emb__fail(EMB_ERR_SHAPE,
                  "%s: the decoder's output is %s, but the input is %s; its last layers are %s; "
                  "this would fit: %s",
                  spec->name, gives, wanted, layers.bytes, fits.bytes);
    } else if (good) {
        emb__fail(EMB_ERR_SHAPE,
                  "%s: the decoder's output is %s, but the input is %s; its last layers are %s",
                  spec->name, gives, wanted, layers.bytes);
    } else {
        emb__fail(EMB_ERR_SHAPE, "%s: the decoder's output is %s, but the input is %s", spec->name,
                  gives, wanted);
    }
    emb__free(layers.bytes);
    emb__free(fits.bytes);
    emb__free(behind.bytes);
}

void emb__shape_advise(const emb__spec *spec) {
    emb__try t = emb__try_spec(spec);
    const bool misses = t.net && !t.through && t.module < 0 && t.net->layer_count > 0 &&
                        emb__last_status() == EMB_ERR_SHAPE && t.net->encoder_end > 0 &&
                        !t.net->classifies && !t.net->is_part;
    const emb__shape *out = misses ? &t.net->layers[t.net->layer_count - 1].out : NULL;
    const emb__shape *in = misses ? &t.net->input : NULL;
    if (out && (out->rank != in->rank || memcmp(out->d, in->d, sizeof out->d) != 0)) {
        say(spec, t.net, out);
    }
    emb__try_end(&t);
}
