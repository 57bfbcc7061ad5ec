/* A stage's function: its loop nest. See c_source.h. */
#include <stdio.h>

#include "model/c/c_source.h"

/* Shared by the lines of one nest. */
typedef struct nest {
    const emb__c_part *part;
    int stage;
    const emb__stage *s;
    emb__text *out;
    const char *sum; /* the type of a sum */
    int sums;        /* of the stage */
    int own, each;   /* channels in and out of a group; if depthwise, 1 and all */
    bool depthwise;
    int in_pixel, in_channel, out_pixel, out_channel; /* steps in memory */
} nest;

static void label(const nest *n) { emb__c_label(n->part, n->stage, n->out); }

static void open_function(const nest *n) {
    emb__text_add(n->out, "static void ");
    label(n);
    if (n->s->op && n->s->op->join) { /* the output may lie where an input does */
        emb__text_add(n->out, "(");
        for (int k = 0; k < n->s->read_count; k++) {
            emb__text_add(n->out, "const %s *in%d, ", emb__c_type(n->part, n->s->reads[k]), k);
        }
        emb__text_add(n->out, "%s *out)\n{\n", emb__c_type(n->part, n->stage + 1));
        return;
    }
    emb__text_add(n->out, "(const %s *restrict in, %s *restrict out)\n{\n",
                  emb__c_type(n->part, n->s->reads[0]), emb__c_type(n->part, n->stage + 1));
}

static void close_function(const nest *n) {
    if (!n->part->quant && n->s->curve) {
        emb__text_add(n->out, "    ");
        emb__c_curve(n->part, n->s->curve->kind, n->out);
        emb__text_add(n->out, "(out, %zu", n->part->stages->tensors[n->stage + 1].count);
        for (int i = 0; i < emb__activation_numbers(n->s->curve->kind); i++) {
            emb__text_add(n->out, ", ");
            emb__c_float(n->s->curve->numbers[i], n->out);
        }
        emb__text_add(n->out, ");\n");
    }
    emb__text_add(n->out, "}\n\n");
}

/* The head of a loop over a tile's sums. */
static void each_sum(const nest *n, const char *indent, int width) {
    emb__text_add(n->out, "%s%s_rolled\n%sfor (int o = 0; o < %d; o++)", indent, n->part->name,
                  indent, width);
}

/* sum[] = the biases from `base` on */
static void open_sums(const nest *n, const char *indent, int width, const char *base) {
    emb__text_add(n->out, "%s%s sum[%d];\n", indent, n->sum, width);
    each_sum(n, indent, width);
    emb__text_add(n->out, " sum[o] = ");
    if (n->s->bias || n->part->quant) {
        label(n);
        emb__text_add(n->out, "_bias[%s + o];\n", base);
    } else {
        emb__text_add(n->out, "0;\n");
    }
}

static void close_sums(const nest *n, const char *indent, int width, const char *place,
                       const char *base) {
    char deeper[32], index[48];
    snprintf(deeper, sizeof deeper, "%s    ", indent);
    snprintf(index, sizeof index, "%s + o", base);
    each_sum(n, indent, width);
    emb__text_add(n->out, " {\n");
    emb__c_finish(n->part, n->stage, deeper, place, "sum[o]", index, n->out);
    emb__text_add(n->out, "%s}\n", indent);
}

/* Calls `body` for the tiles of `each` sums: in a loop, and once for the rest. */
static void tiles(const nest *n, const char *indent, int each, const char *group,
                  void (*body)(const nest *n, const char *indent, int width, const char *base)) {
    const int width = each < EMB__C_TILE ? each : EMB__C_TILE, whole = each / width;
    char deeper[32], base[48];
    snprintf(deeper, sizeof deeper, "%s    ", indent);
    if (whole > 1) {
        snprintf(base, sizeof base, "%sb", group);
        emb__text_add(n->out, "%sfor (int b = 0; b < %d; b += %d) {\n", indent, whole * width,
                      width);
    } else {
        snprintf(base, sizeof base, "%s0", group);
        emb__text_add(n->out, "%s{\n", indent);
    }
    body(n, deeper, width, base);
    emb__text_add(n->out, "%s}\n", indent);
    if (each % width == 0) return;
    snprintf(base, sizeof base, "%s%d", group, whole * width);
    emb__text_add(n->out, "%s{\n", indent);
    body(n, deeper, each % width, base);
    emb__text_add(n->out, "%s}\n", indent);
}

/* ---- Linear ---------------------------------------------------------------------------------- */

static void linear_body(const nest *n, const char *indent, int width, const char *base) {
    char place[64], deeper[32];
    snprintf(deeper, sizeof deeper, "%s    ", indent);
    open_sums(n, indent, width, base);
    emb__text_add(n->out, "%sfor (int i = 0; i < %d; i++) {\n", indent, n->own);
    emb__text_add(n->out, "%s    const %s v = in[i];\n", indent, n->sum);
    each_sum(n, deeper, width);
    emb__text_add(n->out, " sum[o] += v * ");
    label(n);
    emb__text_add(n->out, "_weight[i * %d + %s + o];\n%s}\n", n->sums, base, indent);
    snprintf(place, sizeof place, "%s + o", base);
    close_sums(n, indent, width, place, base);
}

static void linear(const nest *n) { tiles(n, "    ", n->sums, "", linear_body); }

/* ---- convolutions ---------------------------------------------------------------------------- */

static void print_products(const nest *n, const char *indent, int width, const char *base) {
    emb__text *out = n->out;
    char deeper[64];
    emb__text_add(out, "%sconst %s *from = in + (row * %d + column) * %d", indent,
                  emb__c_type(n->part, n->s->reads[0]), n->s->in.d[2], n->in_pixel);
    if (n->depthwise) emb__text_add(out, " + (%s) * %d", base, n->in_channel);
    if (!n->depthwise && n->s->groups > 1) {
        emb__text_add(out, " + g * %d * %d", n->own, n->in_channel);
    }
    emb__text_add(out, ";\n%sconst %s *w = ", indent, n->part->quant ? "int8_t" : "float");
    label(n);
    emb__text_add(out, "_weight + (i * %d + j) * %d * %d + %s;\n", n->s->kernel[1], n->own, n->sums,
                  base);
    if (n->depthwise) {
        each_sum(n, indent, width);
        emb__text_add(out, " sum[o] += from[o * %d] * w[o];\n", n->in_channel);
        return;
    }
    emb__text_add(out, "%sfor (int c = 0; c < %d; c++) {\n", indent, n->own);
    emb__text_add(out, "%s    const %s v = from[c * %d];\n", indent, n->sum, n->in_channel);
    snprintf(deeper, sizeof deeper, "%s    ", indent);
    each_sum(n, deeper, width);
    emb__text_add(out, " sum[o] += v * w[c * %d + o];\n%s}\n", n->sums, indent);
}

static void conv_body(const nest *n, const char *indent, int width, const char *base) {
    char row[40], column[48], place[128];
    snprintf(row, sizeof row, "%s    ", indent);
    snprintf(column, sizeof column, "%s        ", indent);
    open_sums(n, indent, width, base);
    emb__text_add(n->out, "%sfor (int i = 0; i < %d; i++) {\n", indent, n->s->kernel[0]);
    n->s->op->print_meets(n->s, 0, row, "row", "y", "i", n->out);
    emb__text_add(n->out, "%sfor (int j = 0; j < %d; j++) {\n", row, n->s->kernel[1]);
    n->s->op->print_meets(n->s, 1, column, "column", "x", "j", n->out);
    print_products(n, column, width, base);
    emb__text_add(n->out, "%s}\n%s}\n", row, indent);
    snprintf(place, sizeof place, "(y * %d + x) * %d + (%s + o) * %d", n->s->out.d[2], n->out_pixel,
             base, n->out_channel);
    close_sums(n, indent, width, place, base);
}

static void conv(const nest *n) {
    const emb__shape *to = &n->s->out;
    const bool grouped = n->s->groups > 1 && !n->depthwise;
    char group[32] = "";
    emb__text_add(n->out, "    for (int y = 0; y < %d; y++) {\n", to->d[1]);
    emb__text_add(n->out, "        for (int x = 0; x < %d; x++) {\n", to->d[2]);
    if (grouped) {
        emb__text_add(n->out, "            for (int g = 0; g < %d; g++) {\n", n->s->groups);
        snprintf(group, sizeof group, "g * %d + ", n->each);
    }
    tiles(n, grouped ? "                " : "            ", n->each, group, conv_body);
    if (grouped) emb__text_add(n->out, "            }\n");
    emb__text_add(n->out, "        }\n    }\n");
}

/* ---- a copy ---------------------------------------------------------------------------------- */

static void copy(const nest *n) {
    const emb__stage_tensor *t = emb__stage_in(n->part->stages, n->stage);
    const int channels = t->channels, plane = (int)t->count / channels;
    char place[64];
    snprintf(place, sizeof place, t->by_pixel ? "p * %d + c" : "c * %d + p",
             t->by_pixel ? channels : plane);
    char value[80];
    snprintf(value, sizeof value, n->part->quant ? "(int32_t)in[%s]" : "in[%s]", place);
    emb__text_add(n->out, "    for (int c = 0; c < %d; c++) {\n", channels);
    emb__text_add(n->out, "        for (int p = 0; p < %d; p++) {\n", plane);
    emb__c_finish(n->part, n->stage, "            ", place, value, "c", n->out);
    emb__text_add(n->out, "        }\n    }\n");
}

void emb__c_function(const emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__stage_tensor *from = emb__stage_in(part->stages, stage),
                            *to = &part->stages->tensors[stage + 1];
    nest n = {.part = part,
              .stage = stage,
              .s = s,
              .out = out,
              .sum = part->quant ? "int32_t" : "float",
              .sums = (int)emb__stage_sums(part->stages, stage)};
    const bool convolves = emb__stage_multiplies(s) && !s->op->features;
    n.own = s->in.d[0];
    if (convolves) {
        n.own /= s->groups;
        n.each = n.sums / s->groups;
        n.depthwise = s->groups > 1 && n.own == 1 && n.each == 1;
        if (n.depthwise) n.each = n.sums;
        n.in_pixel = from->by_pixel ? s->in.d[0] : 1;
        n.in_channel = from->by_pixel ? 1 : s->in.d[1] * s->in.d[2];
        n.out_pixel = to->by_pixel ? n.sums : 1;
        n.out_channel = to->by_pixel ? 1 : s->out.d[1] * s->out.d[2];
    }
    open_function(&n);
    if (s->op && s->op->move) {
        emb__c_move(part, stage, out);
    } else if (s->op && s->op->join) {
        emb__c_join(part, stage, out);
    } else if (!s->op) {
        copy(&n);
    } else if (s->op->alone) {
        if (!emb__c_own_curve(part, stage, out) && !emb__c_codebook(part, stage, out)) {
            emb__c_norm(part, stage, out);
        }
    } else if (convolves) {
        conv(&n);
    } else {
        linear(&n);
    }
    close_function(&n);
}
