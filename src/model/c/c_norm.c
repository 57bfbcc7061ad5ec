/* Normalisations of one image by its own numbers, as float C. See c_source.h. */
#include <stdio.h>

#include "model/c/c_source.h"
#include "net/layers/kinds.h"

/* Freestanding code has no square root: Newton's iteration, within 2e-7. */
static const char inverse_root[] =
    "/* 1 / sqrt(x), within 2e-7; 0 for numbers without any spread. */\n"
    "static float %s_inverse_root(float x)\n"
    "{\n"
    "    float y = 0.7f, scale = 1.0f;\n"
    "    if (!(x > 0.0f) || x > 3e38f) return x == 0.0f ? 0.0f : x - x; /* infinite: NaN */\n"
    "    for (; x >= 4.0f; x *= 0.25f) scale *= 0.5f;\n"
    "    for (; x < 1.0f; x *= 4.0f) scale *= 2.0f;\n"
    "    for (int i = 0; i < 6; i++) y *= 1.5f - 0.5f * x * y * y;\n"
    "    return y * scale;\n"
    "}\n\n";

void emb__c_norm_helper(const emb__c_part *parts, int count, emb__text *out) {
    for (int p = 0; p < count; p++) {
        for (int i = 0; i < parts[p].stages->count; i++) {
            const emb__stage_op *op = parts[p].stages->stages[i].op;
            if (!op || !op->alone || parts[p].stages->stages[i].layer->norm.groups == 0) continue;
            emb__text_add(out, inverse_root, parts[0].name);
            return;
        }
    }
}

/* The place of number p of plane q in a tensor, as C. */
static void print_place(const emb__layer *layer, const emb__stage_tensor *tensor, char text[96]) {
    const size_t count = layer->norm.count, plane = emb__stage_plane(tensor);
    const int channels = tensor->image.d[0];
    if (!tensor->by_pixel) {
        snprintf(text, 96, "q * %zu + p", count);
    } else if (plane == count) {
        snprintf(text, 96, "p * %d + q", channels);
    } else { /* a plane here is a row there */
        snprintf(text, 96, "(q %% %zu * %zu + p) * %d + q / %zu", plane / count, count, channels,
                 plane / count);
    }
}

/* Adds up `term` over a group, in parts, so that float sums stay short. */
static void print_sum(const emb__norm *n, const char *sum, const char *term, emb__text *out) {
    enum { RUN = 64 };
    const bool runs = n->count > RUN;
    emb__text_add(out,
                  "        float %s = 0.0f;\n"
                  "        for (int q = g * %zu; q < (g + 1) * %zu; q++) {\n",
                  sum, n->pieces, n->pieces);
    if (runs) {
        emb__text_add(out, "            for (int r = 0; r < %zu; r += %d) {\n", n->count, RUN);
        emb__text_add(out, "                float run = 0.0f;\n");
        emb__text_add(out, "                for (int p = r; p < r + %d && p < %zu; p++) {\n", RUN,
                      n->count);
    } else {
        emb__text_add(out, "            {\n                float run = 0.0f;\n");
        emb__text_add(out, "                for (int p = 0; p < %zu; p++) {\n", n->count);
    }
    emb__text_add(out,
                  "                    %s\n                }\n"
                  "                %s += run;\n            }\n        }\n",
                  term, sum);
}

void emb__c_norm(const emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__layer *layer = s->layer;
    const emb__norm *n = &layer->norm;
    char from[96], to[96], term[160];
    print_place(layer, emb__stage_in(part->stages, stage), from);
    print_place(layer, &part->stages->tensors[stage + 1], to);
    emb__text_add(out, "    for (int g = 0; g < %zu; g++) {\n", n->groups);
    snprintf(term, sizeof term, "run += in[%s];", from);
    print_sum(n, "sum", term, out);
    emb__text_add(out, "        const float mean = sum / %zu.0f;\n", n->pieces * n->count);
    snprintf(term, sizeof term, "const float d = in[%s] - mean; run += d * d;", from);
    print_sum(n, "squares", term, out);
    emb__text_add(out, "        const float rate = %s_inverse_root(squares / %zu.0f + ", part->name,
                  n->pieces * n->count);
    emb__c_float((float)n->epsilon, out);
    emb__text_add(out, ");\n        for (int q = g * %zu; q < (g + 1) * %zu; q++) {\n", n->pieces,
                  n->pieces);
    emb__text_add(out, "            for (int p = 0; p < %zu; p++) {\n", n->count);
    emb__text_add(out, "                out[%s] = (in[%s] - mean) * rate", to, from);
    char index[64] = "q";
    if (n->by_place) snprintf(index, sizeof index, "q %% %zu * %zu + p", n->pieces, n->count);
    for (int w = 0; w < 2; w++) {
        if (w == 0 ? !n->weight : !n->bias) continue;
        emb__text_add(out, w == 0 ? " * " : " + ");
        emb__c_label(part, stage, out);
        emb__text_add(out, "_%s[%s]", w == 0 ? "weight" : "bias", index);
    }
    emb__text_add(out, ";\n            }\n        }\n    }\n");
}
