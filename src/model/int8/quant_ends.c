/* See quant_ends.h. */
#include "model/int8/quant_ends.h"

enum { ONE = 1 << 15 };

static int64_t scaled(int64_t x, const emb__factor *factor) {
    return (x * factor->times + ((int64_t)1 << (factor->shift - 1))) >> factor->shift;
}

static int32_t clamped(int64_t x, int32_t least, int32_t most) {
    return (int32_t)(x < least ? least : x > most ? most : x);
}

/* The table's curve of sum o, with 15 bits after the point. */
static int32_t look_up(const emb__quant_stage *s, int32_t sum, const emb__factor *factor) {
    const int32_t z = clamped(scaled(sum, factor), -EMB__TABLE_LAST, EMB__TABLE_LAST);
    const int32_t size = z < 0 ? -z : z, at = size >> EMB__TABLE_BITS;
    const int32_t part = size & ((1 << EMB__TABLE_BITS) - 1);
    const bool own_side = z < 0 && emb__quant_table_count(s->curve) > EMB__TABLE;
    const int16_t *table = s->table + (own_side ? EMB__TABLE : 0);
    const int32_t step = table[at + 1] - table[at];
    const int32_t t = table[at] + ((step * part + (1 << (EMB__TABLE_BITS - 1))) >> EMB__TABLE_BITS);
    return z < 0 && !s->curve->below ? -t : t;
}

/* The result of a sum: a number, the factor that makes it whole, its scale as a float. */
typedef struct end {
    int32_t x;
    const emb__factor *factor;
    float scale;
} end;

static end end_plain(const emb__quant_stage *s, size_t o, int32_t sum) {
    return (end){sum, &s->first[o], s->scale[o]};
}

static end end_limits(const emb__quant_stage *s, size_t o, int32_t sum) {
    return end_plain(s, o, clamped(sum, s->least[o], s->most[o]));
}

static end end_slope(const emb__quant_stage *s, size_t o, int32_t sum) {
    if (sum >= 0) return end_plain(s, o, sum);
    return (end){sum, &s->second[o], s->below[o]};
}

static end end_table(const emb__quant_stage *s, size_t o, int32_t sum) {
    return (end){look_up(s, sum, &s->first[o]), &s->second[o], s->scale[o]};
}

static end end_logistic(const emb__quant_stage *s, size_t o, int32_t sum) {
    end e = end_table(s, o, sum);
    e.x = (ONE + e.x + 1) >> 1;
    return e;
}

static end end_bent(const emb__quant_stage *s, size_t o, int32_t sum) {
    if (sum >= 0) return end_plain(s, o, sum);
    return (end){look_up(s, sum, &s->inward[o]), &s->second[o], s->below[o]};
}

static end end_rise(const emb__quant_stage *s, size_t o, int32_t sum) {
    const int32_t p = clamped(scaled(sum, &s->inward[o]), 0, EMB__SUM_ROOM);
    return (end){p + look_up(s, sum, &s->first[o]), &s->second[o], s->scale[o]};
}

static end (*const ends[EMB__WHOLE_WAYS])(const emb__quant_stage *s, size_t o, int32_t sum) = {
    [EMB__WHOLE_NONE] = end_plain,  [EMB__WHOLE_LIMITS] = end_limits,
    [EMB__WHOLE_SLOPE] = end_slope, [EMB__WHOLE_TABLE] = end_table,
    [EMB__WHOLE_BENT] = end_bent,   [EMB__WHOLE_LOGISTIC] = end_logistic,
    [EMB__WHOLE_RISE] = end_rise,
};

void emb__quant_finish(const emb__bench *b, int stage, size_t o, int32_t sum, size_t place,
                       float *out) {
    const emb__quant_tensor *to = &b->q->tensors[stage + 1];
    const end e = ends[emb__quant_way(&b->q->stages.stages[stage])](&b->q->quants[stage], o, sum);
    if (to->number == EMB__NUMBER_FLOAT) {
        out[place] = (float)e.x * e.scale;
        return;
    }
    const int32_t least = to->number == EMB__NUMBER_U8 ? 0 : -to->most;
    b->there[place] = (int16_t)clamped(scaled(e.x, e.factor), least, to->most);
}
