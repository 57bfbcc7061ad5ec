/* A codebook: the nearest entry at each place, as float C. See c_source.h. */
#include <stdio.h>

#include "model/c/c_source.h"
#include "net/layers/kinds.h"

/* Number d of place p. */
static void print_place(const emb__stage_tensor *tensor, size_t dim, size_t places, char text[64]) {
    if (tensor->by_pixel) {
        snprintf(text, 64, "p * %zu + d", dim);
    } else {
        snprintf(text, 64, "d * %zu + p", places);
    }
}

bool emb__c_codebook(const emb__c_part *part, int stage, emb__text *out) {
    const emb__layer *layer = part->stages->stages[stage].layer;
    char from[64], to[64];
    if (layer->kind != &emb__vector_quantizer) return false;
    const size_t entries = (size_t)layer->params[0].d[0], dim = (size_t)layer->params[0].d[1];
    const size_t places = emb__shape_count(&layer->in) / dim;
    print_place(emb__stage_in(part->stages, stage), dim, places, from);
    print_place(&part->stages->tensors[stage + 1], dim, places, to);
    emb__text_add(out,
                  "    for (int p = 0; p < %zu; p++) {\n"
                  "        float least = 3.4e38f;\n"
                  "        int nearest = 0;\n"
                  "        for (int k = 0; k < %zu; k++) {\n"
                  "            float sum = 0.0f;\n"
                  "            for (int d = 0; d < %zu; d++) {\n"
                  "                const float apart = in[%s] - ",
                  places, entries, dim, from);
    emb__c_label(part, stage, out);
    emb__text_add(out,
                  "_embedding[k * %zu + d];\n"
                  "                sum += apart * apart;\n"
                  "            }\n"
                  "            if (sum < least) {\n"
                  "                least = sum;\n"
                  "                nearest = k;\n"
                  "            }\n"
                  "        }\n"
                  "        for (int d = 0; d < %zu; d++) out[%s] = ",
                  dim, dim, to);
    emb__c_label(part, stage, out);
    emb__text_add(out, "_embedding[nearest * %zu + d];\n    }\n", dim);
    return true;
}
