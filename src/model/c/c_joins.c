/* Stages that put branches together: their loop nests. See c_source.h. */
#include <stdio.h>
#include <string.h>

#include "model/c/c_source.h"

enum { PLACE = 256 };

/* The loops over a stage's sums and, for each, `plane` numbers in C order. */
typedef struct loops {
    const emb__c_part *part;
    int stage;
    size_t plane;
    emb__text *out;
} loops;

/* The place of number p of sum c in a tensor, as C: with `from`, of sum from + c. */
static void print_place(const loops *l, const emb__stage_tensor *tensor, size_t from, char *text) {
    char sum[48];
    snprintf(sum, sizeof sum, from > 0 ? "(%zu + c)" : "c", from);
    const size_t plane = emb__stage_plane(tensor);
    if (!tensor->by_pixel) {
        snprintf(text, PLACE, "%s * %zu + p", sum, l->plane);
    } else if (plane == l->plane) {
        snprintf(text, PLACE, "p * %d + %s", tensor->channels, sum);
    } else {
        snprintf(text, PLACE, "(%s * %zu + p) %% %zu * %d + (%s * %zu + p) / %zu", sum, l->plane,
                 plane, tensor->channels, sum, l->plane, plane);
    }
}

/* Neighbours in memory are the inner loop's. */
static void open_loops(const loops *l, size_t sums) {
    const bool by_pixel = l->part->stages->tensors[l->stage + 1].by_pixel;
    const char *const names[2] = {by_pixel ? "p" : "c", by_pixel ? "c" : "p"};
    const size_t counts[2] = {by_pixel ? l->plane : sums, by_pixel ? sums : l->plane};
    for (int i = 0; i < 2; i++) {
        emb__text_add(l->out, "    %sfor (int %s = 0; %s < %zu; %s++) {\n", i ? "    " : "",
                      names[i], names[i], counts[i], names[i]);
    }
}

static void close_loops(const loops *l) { emb__text_add(l->out, "        }\n    }\n"); }

/* Ends the sum `value`, number `index` of the stage. */
static void finish(const loops *l, const char *place, const char *value, const char *index) {
    if (l->part->quant) emb__text_add(l->out, "            const int32_t v = %s;\n", value);
    emb__c_finish(l->part, l->stage, "            ", place, l->part->quant ? "v" : value, index,
                  l->out);
}

static void sum(const loops *l) {
    const emb__stages *s = l->part->stages;
    emb__text value = {0};
    char place[PLACE], to[PLACE];
    for (int k = 0; k < 2; k++) {
        print_place(l, emb__stage_in_at(s, l->stage, k), 0, place);
        emb__text_add(&value, "%sin%d[%s]", k ? " + " : "", k, place);
        if (!l->part->quant) continue;
        emb__text_add(&value, " * ");
        emb__c_label(l->part, l->stage, &value);
        emb__text_add(&value, "_by%d[c]", k);
    }
    print_place(l, &s->tensors[l->stage + 1], 0, to);
    open_loops(l, emb__stage_sums(s, l->stage));
    finish(l, to, value.bytes ? value.bytes : "", "c");
    close_loops(l);
    l->out->failed = l->out->failed || value.failed;
    emb__free(value.bytes);
}

static void lay_side_by_side(const loops *l) {
    const emb__stages *s = l->part->stages;
    char place[PLACE], value[PLACE + 16], to[PLACE], index[48];
    size_t from = 0;
    for (int k = 0; k < s->stages[l->stage].read_count; k++) {
        const emb__stage_tensor *in = emb__stage_in_at(s, l->stage, k);
        const size_t sums = in->count / l->plane;
        print_place(l, in, 0, place);
        print_place(l, &s->tensors[l->stage + 1], from, to);
        snprintf(value, sizeof value, "in%d[%s]", k, place);
        snprintf(index, sizeof index, from > 0 ? "%zu + c" : "c", from);
        open_loops(l, sums);
        finish(l, to, value, index);
        close_loops(l);
        from += sums;
    }
}

void emb__c_join(const emb__c_part *part, int stage, emb__text *out) {
    const emb__stages *s = part->stages;
    const size_t plane = s->tensors[stage + 1].count / emb__stage_sums(s, stage);
    const loops l = {part, stage, plane, out};
    (s->stages[stage].op->join == EMB__JOIN_SUM ? sum : lay_side_by_side)(&l);
}
