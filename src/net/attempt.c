/* See attempt.h. */
#include "net/attempt.h"

#include "net/compile.h"

emb__try emb__try_spec(const emb__spec *spec) {
    emb__try t = {.module = -1};
    emb__spec copy;
    if (emb__spec_copy(spec, &copy) != EMB_OK) return t;
    t.net = emb__net_attempt(&copy, &t.through);
    if (!t.net || t.through) return t;
    const emb__layer *layers = t.net->layers;
    const int count = t.net->layer_count;
    if (layers && count < spec->layer_count && layers[count].spec) {
        t.module = (int)(layers[count].spec - t.net->spec.layers);
        t.got = layers[count].in;
    } else if (layers && count > 0) {
        t.got = layers[count - 1].out;
    }
    return t;
}

void emb__try_end(emb__try *t) {
    emb_net_free(t->net);
    t->net = NULL;
}

int emb__module_last(const emb__spec *spec, int module) {
    const emb__layer_spec *outer = &spec->layers[module];
    int last = module;
    while (last + 1 < spec->layer_count && spec->layers[last + 1].depth > outer->depth &&
           spec->layers[last + 1].part == outer->part) {
        last++;
    }
    return last;
}
