/* The table of layers. */
#include "net/layers/kinds.h"

#include <string.h>

static const emb__layer_kind *const before[] = {&emb__conv2d, &emb__conv_transpose2d, &emb__linear};
static const emb__layer_kind *const behind[] = {&emb__flatten, &emb__unflatten, &emb__identity};
enum { BEFORE = sizeof before / sizeof *before, BEHIND = sizeof behind / sizeof *behind };

const emb__layer_kind *emb__layer_kind_at(int i) {
    int activations = 0;
    while (emb__activations[activations]) activations++;
    if (i < BEFORE) return before[i];
    if (i - BEFORE < activations) return emb__activations[i - BEFORE];
    i -= BEFORE + activations;
    return i < BEHIND ? behind[i] : NULL;
}

const emb__layer_kind *emb__layer_kind_find(const char *name, size_t length) {
    const emb__layer_kind *kind;
    for (int i = 0; (kind = emb__layer_kind_at(i)); i++) {
        if (strlen(kind->name) == length && memcmp(kind->name, name, length) == 0) return kind;
    }
    return NULL;
}
