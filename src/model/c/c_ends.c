/* How a sum becomes a number of the output, by its activation. See c_source.h. */
#include <stdio.h>

#include "model/c/c_source.h"

/* The end of a sum, in C: out[place] gets the result of `sum`, whose number is `index`. */
typedef struct ending {
    const emb__c_part *part;
    int stage;
    const char *indent, *place, *sum, *index;
    emb__text *out;
    bool leaves; /* the result is a float; else it is within: */
    int least, most;
} ending;

static void add_array(const ending *e, const char *array) {
    emb__c_label(e->part, e->stage, e->out);
    emb__text_add(e->out, "_%s[%s]", array, e->index);
}

/* scaled(SUM, first[i], first_shift[i], least, most) */
static void add_scaled(const ending *e, const char *which, const char *sum, int least, int most) {
    char shift[32];
    snprintf(shift, sizeof shift, "%s_shift", which);
    emb__text_add(e->out, "%s_scaled(%s, ", e->part->name, sum);
    add_array(e, which);
    emb__text_add(e->out, ", ");
    add_array(e, shift);
    emb__text_add(e->out, ", %d, %d)", least, most);
}

static void open_ending(const ending *e) {
    emb__text_add(e->out, "%sout[%s] = ", e->indent, e->place);
    if (!e->leaves) emb__text_add(e->out, "(%s)", emb__c_type(e->part, e->stage + 1));
}

/* `value` times its first factor, or its scale. */
static void end_value(const ending *e, const char *value) {
    open_ending(e);
    if (e->leaves) {
        emb__text_add(e->out, "(float)%s * ", value);
        add_array(e, "scale");
    } else {
        add_scaled(e, "first", value, e->least, e->most);
    }
    emb__text_add(e->out, ";\n");
}

static void end_plain(const ending *e) { end_value(e, e->sum); }

static void keep_sum(const ending *e) {
    emb__text_add(e->out, "%sconst int32_t s = %s;\n", e->indent, e->sum);
}

static void end_limits(const ending *e) {
    const emb__stage *stage = &e->part->stages->stages[e->stage];
    char value[96];
    if (!emb__quant_limited(stage)) {
        /* A copied number may be unsigned, and must then not be compared with 0; a result that
         * stays whole is clamped anyway. */
        const bool unsign =
            !stage->op && e->part->quant->tensors[stage->reads[0]].number == EMB__NUMBER_U8;
        snprintf(value, sizeof value, e->leaves && !unsign ? "(%s < 0 ? 0 : %s)" : "%s", e->sum,
                 e->sum);
        end_value(e, value);
        return;
    }
    keep_sum(e);
    emb__text_add(e->out, "%sconst int32_t low = ", e->indent);
    add_array(e, "least");
    emb__text_add(e->out, ", high = ");
    add_array(e, "most");
    emb__text_add(e->out, ";\n");
    end_value(e, "(s < low ? low : s > high ? high : s)");
}

static void end_slope(const ending *e) {
    keep_sum(e);
    open_ending(e);
    if (e->leaves) {
        emb__text_add(e->out, "(float)s * (s < 0 ? ");
        add_array(e, "below");
        emb__text_add(e->out, " : ");
        add_array(e, "scale");
    } else {
        emb__text_add(e->out, "(s < 0 ? ");
        add_scaled(e, "second", "s", e->least, e->most);
        emb__text_add(e->out, " : ");
        add_scaled(e, "first", "s", e->least, e->most);
    }
    emb__text_add(e->out, ");\n");
}

/* The curve of the table, or the kind's own, applied to the sum times a factor. */
static void add_curve(const ending *e, const char *which, const char *sum) {
    const emb__layer *curve = e->part->stages->stages[e->stage].curve;
    if (curve->kind->activation->whole.way == EMB__WHOLE_LOGISTIC) {
        emb__c_curve(e->part, curve->kind, e->out);
    } else {
        emb__text_add(e->out, "%s_%s", e->part->name, emb__activation_table(curve)->function);
    }
    emb__text_add(e->out, "(");
    add_scaled(e, which, sum, -EMB__TABLE_LAST, EMB__TABLE_LAST);
    emb__text_add(e->out, ")");
}

static void end_table(const ending *e) {
    emb__text_add(e->out, "%sconst int32_t t = ", e->indent);
    add_curve(e, "first", e->sum);
    emb__text_add(e->out, ";\n");
    open_ending(e);
    if (e->leaves) emb__text_add(e->out, "(float)t * (1.0f / 32768.0f)");
    if (!e->leaves) add_scaled(e, "second", "t", e->least, e->most);
    emb__text_add(e->out, ";\n");
}

static void end_bent(const ending *e) {
    keep_sum(e);
    emb__text_add(e->out, "%sconst int32_t t = s < 0 ? ", e->indent);
    add_curve(e, "inward", "s");
    emb__text_add(e->out, " : 0;\n");
    open_ending(e);
    if (e->leaves) {
        emb__text_add(e->out, "(s < 0 ? (float)t * ");
        add_array(e, "below");
        emb__text_add(e->out, " : (float)s * ");
        add_array(e, "scale");
    } else {
        emb__text_add(e->out, "(s < 0 ? ");
        add_scaled(e, "second", "t", e->least, e->most);
        emb__text_add(e->out, " : ");
        add_scaled(e, "first", "s", e->least, e->most);
    }
    emb__text_add(e->out, ");\n");
}

static void end_rise(const ending *e) {
    keep_sum(e);
    emb__text_add(e->out, "%sconst int32_t t = ", e->indent);
    add_scaled(e, "inward", "s", 0, EMB__SUM_ROOM);
    emb__text_add(e->out, " + ");
    add_curve(e, "first", "s");
    emb__text_add(e->out, ";\n");
    open_ending(e);
    if (e->leaves) {
        emb__text_add(e->out, "(float)t * ");
        add_array(e, "scale");
    } else {
        add_scaled(e, "second", "t", e->least, e->most);
    }
    emb__text_add(e->out, ";\n");
}

static void (*const ends[EMB__WHOLE_WAYS])(const ending *e) = {
    [EMB__WHOLE_NONE] = end_plain,  [EMB__WHOLE_LIMITS] = end_limits,
    [EMB__WHOLE_SLOPE] = end_slope, [EMB__WHOLE_TABLE] = end_table,
    [EMB__WHOLE_BENT] = end_bent,   [EMB__WHOLE_LOGISTIC] = end_table,
    [EMB__WHOLE_RISE] = end_rise,
};

void emb__c_finish(const emb__c_part *part, int stage, const char *indent, const char *place,
                   const char *sum, const char *index, emb__text *out) {
    if (!part->quant) {
        emb__text_add(out, "%sout[%s] = %s;\n", indent, place, sum);
        return;
    }
    const emb__quant_tensor *to = &part->quant->tensors[stage + 1];
    const ending e = {part,
                      stage,
                      indent,
                      place,
                      sum,
                      index,
                      out,
                      to->number == EMB__NUMBER_FLOAT,
                      to->number == EMB__NUMBER_U8 ? 0 : -to->most,
                      to->most};
    ends[emb__quant_way(&part->stages->stages[stage])](&e);
}
