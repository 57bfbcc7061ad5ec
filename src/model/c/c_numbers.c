/* Constant arrays, and the functions that stages need. See c_source.h. */
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "codec/number.h"
#include "model/c/c_source.h"
#include "net/layers/kinds.h"

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

/* ---- helpers --------------------------------------------------------------------------------- */

/* Row i of the table of activations, if the parts use it, else NULL; *end is true past the last
 * row. */
static const emb__layer_kind *used(const emb__c_part *parts, int count, int row, bool *end) {
    const emb__layer_kind *kind = emb__activations[row];
    *end = !kind;
    for (int p = 0; p < count && kind; p++) {
        for (int i = 0; i < parts[p].stages->count; i++) {
            const emb__layer *curve = parts[p].stages->stages[i].curve;
            if (curve && curve->kind == kind) return kind;
        }
    }
    return NULL;
}

/* Adds a row's text, with $ replaced by the prefix of identifiers and @ by `number`. */
static void add_template(const char *text, const char *name, const char *number, emb__text *out) {
    for (; *text; text++) {
        if (*text == '$') {
            emb__text_add(out, "%s", name);
        } else if (*text == '@') {
            emb__text_add(out, "%s", number);
        } else {
            emb__text_bytes(out, text, 1);
        }
    }
}

/* Prints some of these functions, without those that are there already. */
static void print_helpers(const emb__c_part *part, const char *const *helpers, int most,
                          const char *printed[], int *count, emb__text *out) {
    for (int i = 0; i < most; i++) {
        const char *helper = helpers[i];
        bool there = !helper;
        for (int k = 0; k < *count && !there; k++) there = printed[k] == helper;
        if (there) continue;
        printed[(*count)++] = helper;
        add_template(helper, part->name, "", out);
    }
}

/* The logarithm of a sum of exponentials, of which one is 1. */
static const char c_log[] =
    "/* log(x) of x from 1 on, by log(m) = 2 atanh((m - 1) / (m + 1)). */\n"
    "static float $_log_of(float x)\n"
    "{\n"
    "    float n = 0.0f;\n"
    "    for (; x > 1.41421356f; x *= 0.5f) n += 0.693147181f;\n"
    "    const float s = (x - 1.0f) / (x + 1.0f), q = s * s;\n"
    "    return n + s * (2.0f + q * (0.666664183f + q * (0.400215238f + q * 0.280018866f)));\n"
    "}\n\n";

/* The functions that Softmax and LogSoftmax of these parts need; NULL: none. */
static void softmax_helpers(const emb__c_part *parts, int count, const char *helpers[2]) {
    helpers[0] = helpers[1] = NULL;
    for (int p = 0; p < count; p++) {
        for (int i = 0; i < parts[p].stages->count; i++) {
            const emb__stage_op *op = parts[p].stages->stages[i].op;
            const bool logarithm = op && op->kind == &emb__log_softmax;
            if (logarithm || (op && op->kind == &emb__softmax)) helpers[0] = emb__c_exp;
            if (logarithm) helpers[1] = c_log;
        }
    }
}

static void float_helpers(emb__c_part *parts, int count, emb__text *out) {
    enum { MOST = 24 };
    const char *printed[MOST], *own[2];
    int helpers = 0;
    bool end = false;
    for (int row = 0; !end && helpers + EMB__CURVE_HELPERS + 2 <= MOST; row++) {
        const emb__layer_kind *kind = used(parts, count, row, &end);
        if (!kind) continue;
        print_helpers(&parts[0], kind->activation->c.helpers, EMB__CURVE_HELPERS, printed, &helpers,
                      out);
    }
    softmax_helpers(parts, count, own);
    print_helpers(&parts[0], own, 2, printed, &helpers, out);
    end = false;
    for (int row = 0; !end; row++) {
        const emb__layer_kind *kind = used(parts, count, row, &end);
        if (!kind) continue;
        emb__text_add(out, "static void ");
        emb__c_curve(&parts[0], kind, out);
        emb__text_add(out, "(float *x, int count");
        for (int i = 0; i < emb__activation_numbers(kind); i++) {
            emb__text_add(out, ", float %c", 'a' + i);
        }
        emb__text_add(out, ")\n{\n    for (int i = 0; i < count; i++) x[i] = ");
        add_template(kind->activation->c.value, parts[0].name, "x[i]", out);
        emb__text_add(out, ";\n}\n\n");
    }
}

static const char whole_scaled[] =
    "/* x * times / 2^shift, rounded, within least..most. Shifts of what is below 0 go down, as "
    "they\n"
    "   do with every compiler for two's complement. */\n"
    "static int32_t %s_scaled(int32_t x, int32_t times, int shift, int32_t least, int32_t most)\n"
    "{\n"
    "    const int64_t y = ((int64_t)x * times + ((int64_t)1 << (shift - 1))) >> shift;\n"
    "    return (int32_t)(y < least ? least : y > most ? most : y);\n"
    "}\n\n";

static const char whole_curve[] =
    "/* z has %d bits after the point, the result 15. */\n"
    "static int32_t %s_%s(int32_t z)\n"
    "{\n"
    "    const int32_t size = z < 0 ? -z : z, at = size >> %d;\n"
    "    const int32_t step = %s_%s[at + 1] - %s_%s[at];\n"
    "    const int32_t t = %s_%s[at] + ((step * (size & %d) + %d) >> %d);\n"
    "    return z < 0 ? -t : t;\n"
    "}\n\n";

static void print_table(emb__c_part *part, const emb__curve_table *curve, emb__text *out) {
    int16_t table[EMB__TABLE];
    const char *name = part->name, *array = curve->array;
    emb__quant_table(curve, table);
    emb__text_add(out, "/* %s(i / %d) with 15 bits after the point */\n", curve->function,
                  1 << EMB__TABLE_BITS);
    emb__text_add(out, "static const int16_t %s_%s[%d] = {\n   ", name, array, EMB__TABLE);
    lines l = {out, out->length - 3};
    for (int i = 0; i < EMB__TABLE; i++) {
        next_number(&l);
        emb__text_add(out, "%d,", table[i]);
    }
    emb__text_add(out, "\n};\n\n");
    part->constants += sizeof table;
    emb__text_add(out, whole_curve, EMB__POINT, name, curve->function, EMB__TABLE_BITS, name, array,
                  name, array, name, array, (1 << EMB__TABLE_BITS) - 1, 1 << (EMB__TABLE_BITS - 1),
                  EMB__TABLE_BITS);
}

/* Prints the tables of the kinds that are used, each once. */
static void print_tables(emb__c_part *parts, int count, emb__text *out) {
    const emb__curve_table *printed = NULL;
    bool end = false;
    for (int row = 0; !end; row++) {
        const emb__layer_kind *kind = used(parts, count, row, &end);
        const emb__curve_table *table = kind ? kind->activation->whole.table : NULL;
        if (!table || table == printed) continue; /* kinds with the same table are neighbours */
        print_table(&parts[0], table, out);
        printed = table;
    }
}

static void print_logistic(const emb__c_part *part, const emb__layer_kind *kind, emb__text *out) {
    emb__text_add(out, "/* The same of z / 2. */\nstatic int32_t ");
    emb__c_curve(part, kind, out);
    emb__text_add(out, "(int32_t z)\n{\n    return (32769 + %s_%s(z)) >> 1;\n}\n\n", part->name,
                  kind->activation->whole.table->function);
}

static void whole_helpers(emb__c_part *parts, int count, emb__text *out) {
    const char *name = parts[0].name;
    bool scales = false, end = false; /* a single stage with a float result needs none */
    for (int p = 0; p < count; p++) {
        const emb__quant *quant = parts[p].quant;
        const int stages = parts[p].stages->count;
        scales = scales || stages > 1 || quant->tensors[stages].number != EMB__NUMBER_FLOAT ||
                 quant->quants[0].table;
    }
    if (scales) emb__text_add(out, whole_scaled, name);
    print_tables(parts, count, out);
    for (int row = 0; !end; row++) {
        const emb__layer_kind *kind = used(parts, count, row, &end);
        if (kind && kind->activation->whole.way == EMB__WHOLE_LOGISTIC) {
            print_logistic(&parts[0], kind, out);
        }
    }
}

emb_status emb__c_helpers(emb__c_part *parts, int count, emb__text *out) {
    if (parts[0].quant) {
        whole_helpers(parts, count, out);
    } else {
        float_helpers(parts, count, out);
    }
    return out->failed ? EMB_ERR_MEMORY : EMB_OK;
}
