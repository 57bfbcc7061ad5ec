/* The table of layers, and shapes. */
#include "engine/layer.h"

#include <stdio.h>
#include <string.h>

#include "engine/layers/kinds.h"

const emb__layer_kind *const emb__layer_kinds[] = {
    &emb__conv2d, &emb__conv_transpose2d, &emb__linear,    &emb__tanh,     &emb__sigmoid,
    &emb__relu,   &emb__flatten,          &emb__unflatten, &emb__identity, NULL,
};

const emb__layer_kind *emb__layer_kind_find(const char *name, size_t length) {
    for (const emb__layer_kind *const *kind = emb__layer_kinds; *kind; kind++) {
        if (strlen((*kind)->name) == length && memcmp((*kind)->name, name, length) == 0) {
            return *kind;
        }
    }
    return NULL;
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
