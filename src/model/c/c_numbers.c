/* Constant arrays, and what is done to a sum. See c_source.h. */
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
    const int layer = s->layer ? (int)(s->layer - part->net->layers) : s->last;
    const emb__layer_spec *spec = part->net->layers[layer].spec;
    emb__text_add(out, "%s_%s_%d", part->name, part->net->spec.parts[spec->part], spec->index);
}

size_t emb__c_sums(const emb__stage *stage, const emb__stage_tensor *in) {
    return stage->layer ? (size_t)stage->layer->out.d[0] : (size_t)in->channels;
}

/* ---- arrays ---------------------------------------------------------------------------------- */

void emb__c_float(float x, emb__text *out) {
    char number[EMB__NUMBER_ROOM];
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

/* What an integer array holds at i. */
typedef int32_t number_at(const emb__quant_stage *stage, size_t i);
static int32_t weight_at(const emb__quant_stage *s, size_t i) { return s->weight[i]; }
static int32_t bias_at(const emb__quant_stage *s, size_t i) { return s->bias[i]; }
static int32_t first_at(const emb__quant_stage *s, size_t i) { return s->first[i].times; }
static int32_t first_shift(const emb__quant_stage *s, size_t i) { return s->first[i].shift; }
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

static bool has_table(emb__curve curve) {
    return curve == EMB__CURVE_TANH || curve == EMB__CURVE_SIGMOID;
}

static size_t weight_count(const emb__stage *s) {
    if (s->op == EMB__OP_COPY) return 0;
    const size_t in = (size_t)s->layer->in.d[0], out = (size_t)s->layer->out.d[0];
    if (s->op == EMB__OP_LINEAR) return in * out;
    return in / (size_t)s->groups * out * (size_t)s->kernel[0] * (size_t)s->kernel[1];
}

static void print_quantised(emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__quant_stage *q = &part->quant->quants[stage];
    const bool leaves = part->quant->tensors[stage + 1].number == EMB__NUMBER_FLOAT;
    const bool table = has_table(s->curve);
    if (s->layer) {
        print_integers(part, stage, "int8_t", 1, "weight", weight_at, weight_count(s), out);
        print_integers(part, stage, "int32_t", 4, "bias", bias_at, q->sums, out);
    }
    if (table || !leaves) {
        print_integers(part, stage, "int32_t", 4, "first", first_at, q->sums, out);
        print_integers(part, stage, "uint8_t", 1, "first_shift", first_shift, q->sums, out);
    }
    if (table && !leaves) {
        print_integers(part, stage, "int32_t", 4, "second", second_at, q->sums, out);
        print_integers(part, stage, "uint8_t", 1, "second_shift", second_shift, q->sums, out);
    }
    if (leaves && !table) print_floats(part, stage, "scale", q->scale, q->sums, out);
}

/* weight[row][column][in][out] in memory's order, the bias behind it. */
static float *pack(const emb__c_part *part, int stage) {
    const emb__stage *s = &part->stages->stages[stage];
    const emb__stage_tensor *in = &part->stages->tensors[stage];
    const emb__stage_tensor *to = &part->stages->tensors[stage + 1];
    const bool linear = s->op == EMB__OP_LINEAR;
    const size_t sums = (size_t)s->layer->out.d[0];
    const size_t own = (size_t)s->layer->in.d[0] / (size_t)s->groups;
    const size_t rows = linear ? 1 : (size_t)s->kernel[0];
    const size_t columns = linear ? 1 : (size_t)s->kernel[1];
    float *packed = emb__calloc(weight_count(s) + sums, sizeof *packed);
    for (size_t o = 0; packed && o < sums; o++) {
        const size_t place = linear ? emb__stage_place(to, o) : o;
        for (size_t i = 0; i < own; i++) {
            const size_t at = linear ? emb__stage_place(in, i) : i;
            for (size_t k = 0; k < rows * columns; k++) {
                packed[(k * own + at) * sums + place] =
                    emb__stage_weight(s, o, i, k / columns, k % columns);
            }
        }
        if (s->bias) packed[weight_count(s) + place] = s->bias[o];
    }
    return packed;
}

emb_status emb__c_arrays(emb__c_part *part, int stage, emb__text *out) {
    const emb__stage *s = &part->stages->stages[stage];
    if (part->quant) {
        print_quantised(part, stage, out);
        return EMB_OK;
    }
    if (!s->layer) return EMB_OK;
    float *packed = pack(part, stage);
    if (!packed) return EMB_ERR_MEMORY;
    print_floats(part, stage, "weight", packed, weight_count(s), out);
    if (s->bias) {
        print_floats(part, stage, "bias", packed + weight_count(s), (size_t)s->layer->out.d[0],
                     out);
    }
    emb__free(packed);
    return EMB_OK;
}

/* ---- what is done to a sum ------------------------------------------------------------------- */

static const char *name_of(emb__curve curve) {
    return curve == EMB__CURVE_TANH ? "tanh" : curve == EMB__CURVE_SIGMOID ? "sigmoid" : "relu";
}

static void add_array(const emb__c_part *part, int stage, const char *array, const char *index,
                      emb__text *out) {
    emb__c_label(part, stage, out);
    emb__text_add(out, "_%s[%s]", array, index);
}

/* scaled(SUM, first[i], first_shift[i], least, most) */
static void add_scaled(const emb__c_part *part, int stage, const char *which, const char *sum,
                       const char *index, int least, int most, emb__text *out) {
    char shift[32];
    snprintf(shift, sizeof shift, "%s_shift", which);
    emb__text_add(out, "%s_scaled(%s, ", part->name, sum);
    add_array(part, stage, which, index, out);
    emb__text_add(out, ", ");
    add_array(part, stage, shift, index, out);
    emb__text_add(out, ", %d, %d)", least, most);
}

static void finish_quantised(const emb__c_part *part, int stage, const char *indent,
                             const char *place, const char *sum, const char *index,
                             emb__text *out) {
    const emb__curve curve = part->stages->stages[stage].curve;
    const emb__quant_tensor *to = &part->quant->tensors[stage + 1];
    const int limit = ((EMB__TABLE - 1) << EMB__TABLE_BITS) - 1;
    const int least = to->number == EMB__NUMBER_U8 ? 0 : -to->most;
    const bool leaves = to->number == EMB__NUMBER_FLOAT, table = has_table(curve);
    /* What is copied may be unsigned, and is then no case for a comparison with 0. */
    const bool unsign = part->stages->stages[stage].op == EMB__OP_COPY &&
                        part->quant->tensors[stage].number == EMB__NUMBER_U8;
    const bool relu = curve == EMB__CURVE_RELU && leaves && !unsign; /* else the clamp does it */
    char value[96];
    snprintf(value, sizeof value, relu ? "(%s < 0 ? 0 : %s)" : "%s", sum, sum);
    if (table) {
        emb__text_add(out, "%sconst int32_t t = %s_%s(", indent, part->name, name_of(curve));
        add_scaled(part, stage, "first", sum, index, -limit, limit, out);
        emb__text_add(out, ");\n");
        snprintf(value, sizeof value, "t");
    }
    emb__text_add(out, "%sout[%s] = ", indent, place);
    if (leaves && table) emb__text_add(out, "(float)t * (1.0f / 32768.0f);\n");
    if (leaves && !table) {
        emb__text_add(out, "(float)%s * ", value);
        add_array(part, stage, "scale", index, out);
        emb__text_add(out, ";\n");
    }
    if (leaves) return;
    emb__text_add(out, "(%s)", emb__c_type(part, stage + 1));
    add_scaled(part, stage, table ? "second" : "first", value, index, least, to->most, out);
    emb__text_add(out, ";\n");
}

void emb__c_finish(const emb__c_part *part, int stage, const char *indent, const char *place,
                   const char *sum, const char *index, emb__text *out) {
    if (part->quant) {
        finish_quantised(part, stage, indent, place, sum, index, out);
    } else {
        emb__text_add(out, "%sout[%s] = %s;\n", indent, place, sum);
    }
}

/* ---- helpers --------------------------------------------------------------------------------- */

static bool uses(const emb__c_part *parts, int count, emb__curve curve) {
    for (int p = 0; p < count; p++) {
        for (int i = 0; i < parts[p].stages->count; i++) {
            if (parts[p].stages->stages[i].curve == curve) return true;
        }
    }
    return false;
}

/* Fitted for embudo: the ratio is within 7e-9 of tanh, relative, before rounding. */
static const char float_tanh[] =
    "/* tanh within 4e-7, as a ratio of polynomials. */\n"
    "static float %s_tanh_of(float x)\n"
    "{\n"
    "    const float z = x < -8.0f ? -8.0f : x > 8.0f ? 8.0f : x, s = z * z;\n"
    "    const float above = (((1.52303919e-08f * s + 2.1894644e-05f) * s + 0.00357159696f) * s +\n"
    "                         0.134444971f) * s + 0.999999994f;\n"
    "    const float below = (((8.52243626e-07f * s + 0.000341129026f) * s + 0.0261644389f) * s +\n"
    "                         0.467778244f) * s + 1.0f;\n"
    "    return z * above / below;\n"
    "}\n\n";

static const char float_each[] = "static void %s_%s(float *x, int count)\n"
                                 "{\n"
                                 "    for (int i = 0; i < count; i++) x[i] = %s;\n"
                                 "}\n\n";

static void float_helpers(emb__c_part *parts, int count, emb__text *out) {
    const char *name = parts[0].name;
    const bool tanh = uses(parts, count, EMB__CURVE_TANH);
    const bool sigmoid = uses(parts, count, EMB__CURVE_SIGMOID);
    char body[512];
    if (tanh || sigmoid) emb__text_add(out, float_tanh, name);
    snprintf(body, sizeof body, "%s_tanh_of(x[i])", name);
    if (tanh) emb__text_add(out, float_each, name, "tanh", body);
    snprintf(body, sizeof body, "0.5f + 0.5f * %s_tanh_of(0.5f * x[i])", name);
    if (sigmoid) emb__text_add(out, float_each, name, "sigmoid", body);
    if (uses(parts, count, EMB__CURVE_RELU)) {
        emb__text_add(out, float_each, name, "relu", "x[i] > 0.0f ? x[i] : 0.0f");
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

static const char whole_tanh[] =
    "/* z has %d bits behind the point, the result 15. */\n"
    "static int32_t %s_tanh(int32_t z)\n"
    "{\n"
    "    const int32_t size = z < 0 ? -z : z, at = size >> %d;\n"
    "    const int32_t step = %s_curve[at + 1] - %s_curve[at];\n"
    "    const int32_t t = %s_curve[at] + ((step * (size & %d) + %d) >> %d);\n"
    "    return z < 0 ? -t : t;\n"
    "}\n\n";

static const char whole_sigmoid[] = "/* The same of z / 2. */\n"
                                    "static int32_t %s_sigmoid(int32_t z)\n"
                                    "{\n"
                                    "    return (32769 + %s_tanh(z)) >> 1;\n"
                                    "}\n\n";

static void print_table(emb__c_part *part, emb__text *out) {
    int16_t table[EMB__TABLE];
    emb__quant_table(table);
    emb__text_add(out, "/* tanh(i / %d) with 15 bits behind the point */\n", 1 << EMB__TABLE_BITS);
    emb__text_add(out, "static const int16_t %s_curve[%d] = {\n   ", part->name, EMB__TABLE);
    lines l = {out, out->length - 3};
    for (int i = 0; i < EMB__TABLE; i++) {
        next_number(&l);
        emb__text_add(out, "%d,", table[i]);
    }
    emb__text_add(out, "\n};\n\n");
    part->constants += sizeof table;
}

static void whole_helpers(emb__c_part *parts, int count, emb__text *out) {
    const char *name = parts[0].name;
    const bool sigmoid = uses(parts, count, EMB__CURVE_SIGMOID);
    bool scales = false; /* a single stage that leaves as float does without */
    for (int p = 0; p < count; p++) {
        const emb__quant_tensor *end = &parts[p].quant->tensors[parts[p].stages->count];
        scales = scales || parts[p].stages->count > 1 || end->number != EMB__NUMBER_FLOAT;
    }
    scales = scales || sigmoid || uses(parts, count, EMB__CURVE_TANH);
    if (scales) emb__text_add(out, whole_scaled, name);
    if (!sigmoid && !uses(parts, count, EMB__CURVE_TANH)) return;
    print_table(&parts[0], out);
    emb__text_add(out, whole_tanh, EMB__POINT, name, EMB__TABLE_BITS, name, name, name,
                  (1 << EMB__TABLE_BITS) - 1, 1 << (EMB__TABLE_BITS - 1), EMB__TABLE_BITS);
    if (sigmoid) emb__text_add(out, whole_sigmoid, name, name);
}

emb_status emb__c_helpers(emb__c_part *parts, int count, emb__text *out) {
    if (parts[0].quant) {
        whole_helpers(parts, count, out);
    } else {
        float_helpers(parts, count, out);
    }
    return out->failed ? EMB_ERR_MEMORY : EMB_OK;
}
