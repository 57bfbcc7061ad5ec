/* The table of layers. */
#include "net/layers/kinds.h"

#include <string.h>

static const emb__layer_kind *const weighted[] = {&emb__conv2d, &emb__conv_transpose2d,
                                                  &emb__linear, NULL};
static const emb__layer_kind *const norms[] = {&emb__group_norm,      &emb__layer_norm,
                                               &emb__instance_norm2d, &emb__batch_norm1d,
                                               &emb__batch_norm2d,    NULL};
static const emb__layer_kind *const spatial[] = {&emb__max_pool2d,
                                                 &emb__avg_pool2d,
                                                 &emb__adaptive_max_pool2d,
                                                 &emb__adaptive_avg_pool2d,
                                                 &emb__upsample,
                                                 &emb__pixel_shuffle,
                                                 &emb__pixel_unshuffle,
                                                 &emb__zero_pad2d,
                                                 &emb__reflection_pad2d,
                                                 &emb__replication_pad2d,
                                                 NULL};
static const emb__layer_kind *const noises[] = {&emb__dropout, &emb__dropout2d, NULL};
static const emb__layer_kind *const bottlenecks[] = {&emb__variational, &emb__sparse,
                                                     &emb__wasserstein, &emb__vector_quantizer,
                                                     &emb__condition,   NULL};
static const emb__layer_kind *const reshaping[] = {&emb__flatten, &emb__unflatten, &emb__identity,
                                                   NULL};
static const emb__layer_kind *const curves[] = {&emb__prelu, &emb__softmax, &emb__log_softmax,
                                                NULL};
static const emb__layer_kind *const containers[] = {&emb__sequential, &emb__residual,
                                                    &emb__parallel, NULL};
static const emb__layer_kind *const *const parts[] = {
    weighted, norms, emb__activations, curves, spatial, noises, bottlenecks, reshaping, containers};

const emb__layer_kind *emb__layer_kind_at(int i) {
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
        for (const emb__layer_kind *const *kind = parts[part]; *kind; kind++) {
            if (i-- == 0) return *kind;
        }
    }
    return NULL;
}

const emb__layer_kind *emb__layer_kind_find(const char *name, size_t length) {
    const emb__layer_kind *kind;
    for (int i = 0; (kind = emb__layer_kind_at(i)); i++) {
        if (strlen(kind->name) == length && memcmp(kind->name, name, length) == 0) return kind;
    }
    return NULL;
}
