/* The curves that look beyond one number, or at weights: PReLU, Softmax, LogSoftmax, as float C.
 * See c_source.h. */
#include <stdio.h>

#include "model/c/c_source.h"
#include "net/layers/kinds.h"

/* "i", in the order of memory: i counts in C order. */
static void print_place(const emb__stage_tensor *tensor, char text[64]) {
    const size_t plane = emb__stage_plane(tensor);
    if (tensor->by_pixel) {
        snprintf(text, 64, "i %% %zu * %d + i / %zu", plane, tensor->image.d[0], plane);
    } else {
        snprintf(text, 64, "i");
    }
}

static void print_prelu(const emb__c_part *part, int stage, const char *from, const char *to,
                        emb__text *out) {
    const emb__layer *layer = part->stages->stages[stage].layer;
    const size_t count = emb__shape_count(&layer->out), plane = count / (size_t)layer->out.d[0];
    emb__text_add(out, "    for (int i = 0; i < %zu; i++) {\n", count);
    emb__text_add(out, "        const float v = in[%s];\n", from);
    emb__text_add(out, "        out[%s] = v > 0.0f ? v : v * ", to);
    emb__c_label(part, stage, out);
    if (layer->params[0].count == 1) {
        emb__text_add(out, "_weight[0];\n    }\n");
    } else {
        emb__text_add(out, "_weight[i / %zu];\n    }\n", plane);
    }
}

/* A loop over the classes of a line, whose numbers are number i in turn. */
static void open_classes(size_t classes, size_t inner, emb__text *out) {
    emb__text_add(out,
                  "            for (int c = 0; c < %zu; c++) {\n"
                  "                const int i = (o * %zu + c) * %zu + p;\n",
                  classes, classes, inner);
}

static void print_softmax(const emb__c_part *part, int stage, const char *from, const char *to,
                          emb__text *out) {
    const emb__layer *layer = part->stages->stages[stage].layer;
    const bool logarithm = layer->kind == &emb__log_softmax;
    const int dim = emb__softmax_dim(layer) - 1;
    const size_t classes = (size_t)layer->in.d[dim];
    size_t outer = 1, inner = 1;
    for (int i = 0; i < dim; i++) outer *= (size_t)layer->in.d[i];
    for (int i = dim + 1; i < layer->in.rank; i++) inner *= (size_t)layer->in.d[i];
    emb__text_add(out, "    for (int o = 0; o < %zu; o++) {\n", outer);
    emb__text_add(out, "        for (int p = 0; p < %zu; p++) {\n", inner);
    emb__text_add(out, "            float most = 0.0f, sum = 0.0f;\n");
    open_classes(classes, inner, out);
    emb__text_add(out, "                const float v = in[%s];\n", from);
    emb__text_add(out, "                if (c == 0 || v > most) most = v;\n            }\n");
    open_classes(classes, inner, out);
    emb__text_add(out, "                const float e = %s_exp_of(in[%s] - most);\n", part->name,
                  from);
    emb__text_add(out, "                sum += e;\n");
    if (!logarithm) emb__text_add(out, "                out[%s] = e;\n", to);
    emb__text_add(out, "            }\n");
    if (logarithm) emb__text_add(out, "            most += %s_log_of(sum);\n", part->name);
    open_classes(classes, inner, out);
    if (logarithm) {
        emb__text_add(out, "                out[%s] = in[%s] - most;\n", to, from);
    } else {
        emb__text_add(out, "                out[%s] /= sum;\n", to);
    }
    emb__text_add(out, "            }\n        }\n    }\n");
}

bool emb__c_own_curve(const emb__c_part *part, int stage, emb__text *out) {
    const emb__layer_kind *kind = part->stages->stages[stage].layer->kind;
    char from[64], to[64];
    print_place(emb__stage_in(part->stages, stage), from);
    print_place(&part->stages->tensors[stage + 1], to);
    if (kind == &emb__prelu) {
        print_prelu(part, stage, from, to, out);
    } else if (kind == &emb__softmax || kind == &emb__log_softmax) {
        print_softmax(part, stage, from, to, out);
    } else {
        return false;
    }
    return true;
}
