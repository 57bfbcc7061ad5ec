/* Constant arrays, and names. See c_source.h. */
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "codec/number.h"
#include "model/c/c_source.h"

enum { COLUMNS = 92 }; /* of a line of numbers */

const char *emb__c_type(const emb__c_part *part, int tensor) {
    static const char *const types[] = {[EMB__NUMBER_U8] = "uint8_t",
                                        [EMB__NUMBER_S8] = "int8_t",
                                        [EMB__NUMBER_S16] = "int16_t",
                                        [EMB__NUMBER_FLOAT] = "float"};
    return part->quant ? types[part->quant->tensors[tensor].number] : "float";
}

void emb__c_label(const emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    const int layer = s->layer ? (int)(s->layer - part->stages->layers) : s->last;
    const emb__layer_spec *spec = part->net->layers[layer].spec;
    emb__text_add(out, "%s_%s_", part->name, part->net->spec.parts[spec->part]);
    for (const char *at = spec->path; *at; at++) emb__text_add(out, "%c", *at == '.' ? '_' : *at);
    if (s->pads) emb__text_add(out, "_pad");
}

void emb__c_curve(const emb__c_part *part, const emb__layer_kind *kind, emb__text *out) {
    emb__text_add(out, "%s_", part->name);
    for (const char *at = kind->name; *at; at++) {
        emb__text_add(out, "%c", tolower((unsigned char)*at));
    }
}

/* ---- arrays ---------------------------------------------------------------------------------- */

void emb__c_float(float x, emb__text *out) {
    char number[EMB__NUMBER_ROOM];
    if (isinf(x)) x = x < 0 ? -FLT_MAX : FLT_MAX; /* of a limit that is none */
    const size_t length = emb__number_print(x, number);
    emb__text_bytes(out, number, length);
    emb__text_add(out, strpbrk(number, ".e") ? "f" : ".0f");
}

/* A text of numbers broken into lines. */
typedef struct lines {
    emb__text *out;
    size_t line; /* where the line began */
} lines;

static void open_array(emb__c_part *part, int stage, const char *type, const char *name,
                       size_t count, lines *l, emb__text *out) {
    emb__text_add(out, "static const %s ", type);
    emb__c_label(part, stage, out);
    emb__text_add(out, "_%s[%zu] = {\n   ", name, count);
    *l = (lines){out, out->length - 3};
}

static void next_number(lines *l) {
    if (l->out->length - l->line < COLUMNS) {
        emb__text_add(l->out, " ");
        return;
    }
    emb__text_add(l->out, "\n    ");
    l->line = l->out->length - 4;
}

static void print_floats(emb__c_part *part, int stage, const char *name, const float *values,
                         size_t count, emb__text *out) {
    lines l;
    open_array(part, stage, "float", name, count, &l, out);
    for (size_t i = 0; i < count; i++) {
        next_number(&l);
        emb__c_float(values[i], out);
        emb__text_add(out, ",");
    }
    emb__text_add(out, "\n};\n");
    part->constants += count * sizeof *values;
}

/* The number at i of an integer array. */
typedef int32_t number_at(const emb__quant_stage *stage, size_t i);
static int32_t weight_at(const emb__quant_stage *s, size_t i) { return s->weight[i]; }
static int32_t bias_at(const emb__quant_stage *s, size_t i) { return s->bias[i]; }
static int32_t first_at(const emb__quant_stage *s, size_t i) { return s->first[i].times; }
static int32_t first_shift(const emb__quant_stage *s, size_t i) { return s->first[i].shift; }
static int32_t inward_at(const emb__quant_stage *s, size_t i) { return s->inward[i].times; }
static int32_t inward_shift(const emb__quant_stage *s, size_t i) { return s->inward[i].shift; }
static int32_t least_at(const emb__quant_stage *s, size_t i) { return s->least[i]; }
static int32_t most_at(const emb__quant_stage *s, size_t i) { return s->most[i]; }
static int32_t by0_at(const emb__quant_stage *s, size_t i) { return s->by[0][i]; }
static int32_t by1_at(const emb__quant_stage *s, size_t i) { return s->by[1][i]; }
static int32_t second_at(const emb__quant_stage *s, size_t i) { return s->second[i].times; }
static int32_t second_shift(const emb__quant_stage *s, size_t i) { return s->second[i].shift; }

static void print_integers(emb__c_part *part, int stage, const char *type, size_t size,
                           const char *name, number_at *at, size_t count, emb__text *out) {
    lines l;
    open_array(part, stage, type, name, count, &l, out);
    for (size_t i = 0; i < count && !out->failed; i++) {
        next_number(&l);
        emb__text_add(out, "%ld,", (long)at(&part->quant->quants[stage], i));
    }
    emb__text_add(out, "\n};\n");
    part->constants += count * size;
}

/* The arrays that the end of a sum reads: of whole numbers, and of floats. */
static const struct {
    const char *name, *type;
    size_t size;
    number_at *at;
} wholes[] = {{"first", "int32_t", 4, first_at},   {"first_shift", "uint8_t", 1, first_shift},
              {"second", "int32_t", 4, second_at}, {"second_shift", "uint8_t", 1, second_shift},
              {"inward", "int32_t", 4, inward_at}, {"inward_shift", "uint8_t", 1, inward_shift},
              {"least", "int32_t", 4, least_at},   {"most", "int32_t", 4, most_at}};
enum {
    FIRST = 3 << 0, /* bits of the above */
    SECOND = 3 << 2,
    INWARD = 3 << 4,
    LIMITS = 3 << 6,
    SCALE = 1 << 8,
    BELOW = 1 << 9
};

/* Which of these are needed, by how a stage's activation is computed, if the result stays whole or
 * leaves as a float. */
static const struct {
    int stays, leaves;
} reads[EMB__WHOLE_WAYS] = {
    [EMB__WHOLE_NONE] = {FIRST, SCALE},
    [EMB__WHOLE_LIMITS] = {FIRST | LIMITS, SCALE | LIMITS},
    [EMB__WHOLE_SLOPE] = {FIRST | SECOND, SCALE | BELOW},
    [EMB__WHOLE_TABLE] = {FIRST | SECOND, FIRST},
    [EMB__WHOLE_LOGISTIC] = {FIRST | SECOND, FIRST},
    [EMB__WHOLE_RISE] = {FIRST | SECOND | INWARD, FIRST | INWARD | SCALE},
    [EMB__WHOLE_BENT] = {FIRST | SECOND | INWARD, INWARD | SCALE | BELOW},
};

static bool leaves_as_float(const emb__c_part *part, int stage) {
    return part->quant->tensors[stage + 1].number == EMB__NUMBER_FLOAT;
}

static void print_quantised(emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__quant_stage *q = &part->quant->quants[stage];
    const emb__whole_way way = emb__quant_way(s);
    int read = leaves_as_float(part, stage) ? reads[way].leaves : reads[way].stays;
    if (!emb__quant_limited(s)) read &= ~LIMITS;
    if (emb__stage_multiplies(s)) {
        print_integers(part, stage, "int8_t", 1, "weight", weight_at, emb__stage_weights(s), out);
        print_integers(part, stage, "int32_t", 4, "bias", bias_at, q->sums, out);
    }
    if (q->by[0]) {
        print_integers(part, stage, "int32_t", 4, "by0", by0_at, q->sums, out);
        print_integers(part, stage, "int32_t", 4, "by1", by1_at, q->sums, out);
    }
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
        if (!(read & 1 << i)) continue;
        print_integers(part, stage, wholes[i].type, wholes[i].size, wholes[i].name, wholes[i].at,
                       q->sums, out);
    }
    if (read & SCALE) print_floats(part, stage, "scale", q->scale, q->sums, out);
    if (read & BELOW) print_floats(part, stage, "below", q->below, q->sums, out);
}

/* weight[row][column][in][out] in memory's order, followed by the bias. */
static float *pack(const emb__c_part *part, int stage) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__stage_tensor *in = emb__stage_in(part->stages, stage);
    const emb__stage_tensor *to = &part->stages->tensors[stage + 1];
    const bool features = s->op->features;
    const size_t sums = (size_t)s->out.d[0];
    const size_t own = (size_t)s->in.d[0] / (size_t)s->groups;
    const size_t rows = (size_t)s->kernel[0], columns = (size_t)s->kernel[1];
    float *packed = emb__calloc(emb__stage_weights(s) + sums, sizeof *packed);
    for (size_t o = 0; packed && o < sums; o++) {
        const size_t place = features ? emb__stage_place(to, o) : o;
        for (size_t i = 0; i < own; i++) {
            const size_t at = features ? emb__stage_place(in, i) : i;
            for (size_t k = 0; k < rows * columns; k++) {
                packed[(k * own + at) * sums + place] =
                    s->weight[s->op->weight_at(s, o, i, k / columns, k % columns)];
            }
        }
        if (s->bias) packed[emb__stage_weights(s) + place] = s->bias[o];
    }
    return packed;
}

emb_status emb__c_arrays(emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    if (part->quant) {
        print_quantised(part, stage, out);
        return EMB_OK;
    }
    for (int i = 0; s->op && s->op->alone && i < s->layer->param_count; i++) {
        const emb__param *param = &s->layer->params[i];
        if (i > 0 && param->is_buffer) continue; /* a codebook's averages */
        print_floats(part, stage, param->role, part->net->params + param->at, param->count, out);
    }
    if (!s->op || !emb__stage_multiplies(s)) return EMB_OK;
    float *packed = pack(part, stage);
    if (!packed) return EMB_ERR_MEMORY;
    print_floats(part, stage, "weight", packed, emb__stage_weights(s), out);
    if (s->bias) {
        print_floats(part, stage, "bias", packed + emb__stage_weights(s), (size_t)s->out.d[0], out);
    }
    emb__free(packed);
    return EMB_OK;
}

void emb__c_table(emb__c_part *part, const emb__curve_table *curve, emb__text *out) {
    int16_t table[2 * EMB__TABLE];
    const size_t count = emb__quant_table_count(curve);
    const char *both = count > EMB__TABLE ? ", then of -i" : "";
    emb__quant_table(curve, table);
    emb__text_add(out, "/* %s(i / %d)%s with 15 bits after the point */\n", curve->function,
                  1 << EMB__TABLE_BITS, both);
    emb__text_add(out, "static const int16_t %s_%s[%zu] = {\n   ", part->name, curve->array, count);
    lines l = {out, out->length - 3};
    for (size_t i = 0; i < count; i++) {
        next_number(&l);
        emb__text_add(out, "%d,", table[i]);
    }
    emb__text_add(out, "\n};\n\n");
    part->constants += count * sizeof *table;
}
