/* The functions that stages need. See c_source.h. */
#include <stdio.h>

#include "model/c/c_source.h"
#include "net/layers/kinds.h"

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

static const char even_curve[] =
    "/* z has %d bits after the point, the result 15; what is left of the curve without max(z, 0). "
    "*/\n"
    "static int32_t %s_%s(int32_t z)\n"
    "{\n"
    "    const int32_t size = z < 0 ? -z : z, at = size >> %d;\n"
    "    const int16_t *table = %s_%s%s;\n"
    "    const int32_t step = table[at + 1] - table[at];\n"
    "    return table[at] + ((step * (size & %d) + %d) >> %d);\n"
    "}\n\n";

static void print_table(emb__c_part *part, const emb__curve_table *curve, emb__text *out) {
    const char *name = part->name, *array = curve->array;
    emb__c_table(part, curve, out);
    if (curve->below) {
        char side[48] = "";
        if (emb__quant_table_count(curve) > EMB__TABLE) {
            snprintf(side, sizeof side, " + (z < 0 ? %d : 0)", EMB__TABLE);
        }
        emb__text_add(out, even_curve, EMB__POINT, name, curve->function, EMB__TABLE_BITS, name,
                      array, side, (1 << EMB__TABLE_BITS) - 1, 1 << (EMB__TABLE_BITS - 1),
                      EMB__TABLE_BITS);
        return;
    }
    emb__text_add(out, whole_curve, EMB__POINT, name, curve->function, EMB__TABLE_BITS, name, array,
                  name, array, name, array, (1 << EMB__TABLE_BITS) - 1, 1 << (EMB__TABLE_BITS - 1),
                  EMB__TABLE_BITS);
}

/* Tables that are printed. */
enum { MOST_TABLES = 16 };
typedef struct tables {
    const emb__curve_table *printed[MOST_TABLES];
    int count;
} tables;

static void print_once(tables *t, emb__c_part *part, const emb__curve_table *table,
                       emb__text *out) {
    for (int i = 0; i < t->count; i++) {
        if (t->printed[i] == table) return;
    }
    if (t->count == MOST_TABLES) out->failed = true; /* there are not so many */
    if (t->count == MOST_TABLES) return;
    t->printed[t->count++] = table;
    print_table(part, table, out);
}

/* Prints the tables of the layers of these kinds, each once, in the order of the kinds. */
static void print_tables(emb__c_part *parts, int count, emb__text *out) {
    tables t = {.count = 0};
    for (int row = 0; emb__activations[row]; row++) {
        for (int p = 0; p < count; p++) {
            for (int i = 0; i < parts[p].stages->count; i++) {
                const emb__layer *curve = parts[p].stages->stages[i].curve;
                if (!curve || curve->kind != emb__activations[row]) continue;
                const emb__curve_table *table = emb__activation_table(curve);
                if (table) print_once(&t, &parts[0], table, out);
            }
        }
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
