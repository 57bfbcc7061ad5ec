/* See quant_stage.h. */
#include "model/int8/quant_stage.h"

#include <math.h>

#include "base/memory.h"

static const double bias_room = 1 << 23; /* of a bias */
enum { LEAST_WEIGHT = 15 }; /* least number of levels of a weight on either side of 0 */

size_t emb__quant_table_count(const emb__curve_table *curve) {
    return curve->below && curve->below != curve->of ? 2 * EMB__TABLE : EMB__TABLE;
}

void emb__quant_table(const emb__curve_table *curve, int16_t *table) {
    for (size_t i = 0; i < emb__quant_table_count(curve); i++) {
        const double x = (double)(i % EMB__TABLE) / (1 << EMB__TABLE_BITS);
        const double y = i < EMB__TABLE ? curve->of(x) : curve->below(x);
        table[i] = (int16_t)floor(y * INT16_MAX + 0.5);
    }
}

void emb__quant_range(const emb__stage *stage, double *low, double *high) {
    *low = -INFINITY;
    *high = INFINITY;
    if (stage->curve && stage->curve->kind->range) {
        stage->curve->kind->range(stage->curve, low, high);
    }
}

/* ---- weights --------------------------------------------------------------------------------- */

/* The data from which one stage's whole numbers are made. */
typedef struct maker {
    const emb__quant *quant;
    int index;
    const emb__stage *stage;
    const emb__stage_tensor *in, *out;
    const emb__quant_tensor *in_scales, *out_scales;
    emb__quant_stage *made;
    size_t inputs;        /* of a sum: a Linear's, or the channels of a convolution's group */
    size_t rows, columns; /* of the kernel; 1 for Linear */
    int weight_most;
} maker;

static double in_scale(const maker *m, size_t sum, size_t input) {
    size_t channel = input;
    if (m->stage->op->features) {
        channel = emb__stage_channel(m->in, input);
    } else {
        const size_t each = m->made->sums / (size_t)m->stage->groups;
        channel += sum / each * m->inputs;
        if (m->in->channels == 1) channel = 0;
    }
    return m->in_scales->scales[channel];
}

/* The scale of a tensor's channel. */
static double scale_of(const emb__stage_tensor *tensor, const emb__quant_tensor *scales,
                       size_t channel) {
    return scales->scales[tensor->channels == 1 ? 0 : channel];
}

static double out_scale(const maker *m, size_t sum) {
    if (m->stage->op && m->stage->op->join) {
        const size_t plane = m->out->count / m->made->sums;
        return m->out_scales->scales[emb__stage_channel(m->out, sum * plane)];
    }
    if (m->stage->op && m->stage->op->move) {
        size_t in, out;
        emb__stage_channels(m->stage, sum, &in, &out);
        return scale_of(m->out, m->out_scales, out);
    }
    const bool feature = m->stage->op && m->stage->op->features;
    const size_t channel = feature ? emb__stage_channel(m->out, sum) : sum;
    return m->out_scales->scales[m->out->channels == 1 ? 0 : channel];
}

/* real = times * 2^-shift, times in [2^30, 2^31), or the same below 0. */
static emb_status make_factor(double real, emb__factor *factor) {
    const int sign = real < 0 ? -1 : 1;
    int shift = 0;
    *factor = (emb__factor){0, 1};
    real *= sign;
    if (!(real > 0)) return EMB_OK;
    if (!isfinite(real)) return emb__fail(EMB_ERR_SHAPE, "its numbers are too large");
    for (; real < 1073741824.0; shift++) real *= 2;
    for (; real >= 2147483648.0; shift--) real /= 2;
    if (shift > 62) return EMB_OK; /* every sum becomes 0 */
    if (shift < 1) {
        return emb__fail(EMB_ERR_SHAPE, "its numbers differ too much in size for whole numbers");
    }
    *factor = (emb__factor){sign * (int32_t)real, shift};
    return EMB_OK;
}

/* Rounded half away from zero. */
static double rounded(double x) { return x < 0 ? -floor(0.5 - x) : floor(x + 0.5); }

/* The mean of input `input` of sum `sum` over the sample: for a convolution its channel's mean, as
 * if there were no borders. */
static double in_mean(const maker *m, size_t sum, size_t input) {
    if (m->stage->op->features) return m->in_scales->means[input];
    const size_t each = m->made->sums / (size_t)m->stage->groups;
    const emb__shape *in = &m->stage->in;
    const size_t plane = (size_t)in->d[1] * (size_t)in->d[2];
    const size_t channel = input + sum / each * m->inputs;
    double mean = 0;
    for (size_t p = 0; p < plane; p++) mean += m->in_scales->means[channel * plane + p];
    return mean / (double)plane;
}

/* Sum o, in PyTorch's order: its scale, its weights, its bias. Returns the scale. */
static double quantise_sum(const maker *m, size_t o, size_t place) {
    const emb__stage *stage = m->stage;
    const double bias = stage->bias ? (double)stage->bias[o] : 0;
    double most = 0, shift = 0;            /* the mean change of the sum by rounding the weights */
    for (int pass = 0; pass < 2; pass++) { /* the largest, then the numbers */
        const double scale = most;
        for (size_t i = 0; i < m->inputs; i++) {
            const double by = in_scale(m, o, i), mean = pass ? in_mean(m, o, i) / by : 0;
            const size_t at = stage->op->features ? emb__stage_place(m->in, i) : i;
            for (size_t k = 0; k < m->rows * m->columns; k++) {
                const size_t place_of =
                    stage->op->weight_at(stage, o, i, k / m->columns, k % m->columns);
                const double w = (double)stage->weight[place_of] * by;
                if (pass == 0 && fabs(w) > most) most = fabs(w);
                if (pass == 0) continue;
                const double whole = rounded(w / scale);
                m->made->weight[(k * m->inputs + at) * m->made->sums + place] = (int8_t)whole;
                shift += (w - whole * scale) * mean;
            }
        }
        if (pass == 1) break;
        most /= m->weight_most;
        if (fabs(bias) / bias_room > most) most = fabs(bias) / bias_room;
        if (!(most > 0)) most = 1;
    }
    m->made->bias[place] = (int32_t)rounded((bias + shift) / most);
    return most;
}

emb__whole_way emb__quant_way(const emb__stage *stage) {
    return stage->curve ? stage->curve->kind->activation->whole.way : EMB__WHOLE_NONE;
}

bool emb__quant_limited(const emb__stage *stage) {
    double low, high;
    if (emb__quant_way(stage) != EMB__WHOLE_LIMITS) return false;
    emb__quant_range(stage, &low, &high);
    return low != 0 || isfinite(high);
}

/* The result of a sum of a given scale: real numbers, before they become factors. */
typedef struct ending {
    double first, second, inward;
    double scale, below; /* of a result that is float */
} ending;

static const double unit = 1.0 / 32768; /* of a table's results */

static ending end_plain(double scale, double out, double number) {
    (void)number;
    return (ending){.first = scale / out, .scale = scale};
}

static ending end_slope(double scale, double out, double number) {
    return (ending){.first = scale / out,
                    .second = scale * number / out,
                    .scale = scale,
                    .below = scale * number};
}

static ending end_table(double scale, double out, double number) {
    (void)number;
    return (ending){.first = scale * (1 << EMB__POINT), .second = unit / out, .scale = unit};
}

static ending end_logistic(double scale, double out, double number) {
    ending end = end_table(scale, out, number);
    end.first *= 0.5;
    return end;
}

static ending end_bent(double scale, double out, double number) {
    return (ending){.first = scale / out,
                    .second = number * unit / out,
                    .inward = scale * (1 << EMB__POINT),
                    .scale = scale,
                    .below = number * unit};
}

/* The stretched x and y are x and y times `number`. */
static ending end_rise(double scale, double out, double number) {
    return (ending){.first = scale * number * (1 << EMB__POINT),
                    .second = unit / number / out,
                    .inward = scale * number / unit,
                    .scale = unit / number};
}

static ending (*const ends[EMB__WHOLE_WAYS])(double scale, double out, double number) = {
    [EMB__WHOLE_NONE] = end_plain,  [EMB__WHOLE_LIMITS] = end_plain,
    [EMB__WHOLE_SLOPE] = end_slope, [EMB__WHOLE_TABLE] = end_table,
    [EMB__WHOLE_BENT] = end_bent,   [EMB__WHOLE_LOGISTIC] = end_logistic,
    [EMB__WHOLE_RISE] = end_rise,
};

static int32_t as_sum(double x) {
    return x <= INT32_MIN ? INT32_MIN : x >= INT32_MAX ? INT32_MAX : (int32_t)rounded(x);
}

static emb_status finish_sum(const maker *m, size_t o, size_t place, double scale) {
    const emb__layer *curve = m->stage->curve;
    const emb__whole_way way = emb__quant_way(m->stage);
    const bool plain = curve && way == EMB__WHOLE_RISE && !curve->kind->activation->whole.stretches;
    const double number = plain ? 1 : curve ? (double)curve->numbers[0] : 0;
    const ending end = ends[way](scale, out_scale(m, o), number);
    double low, high;
    emb__quant_range(m->stage, &low, &high);
    emb_status status = make_factor(end.first, &m->made->first[place]);
    if (status == EMB_OK) status = make_factor(end.second, &m->made->second[place]);
    if (status == EMB_OK) status = make_factor(end.inward, &m->made->inward[place]);
    m->made->scale[place] = (float)end.scale;
    m->made->below[place] = (float)end.below;
    m->made->least[place] = as_sum(low / scale);
    m->made->most[place] = as_sum(high / scale);
    return status;
}

/* The scale of sum o of a stage that moves pixels. */
static double moved_scale(const maker *m, size_t o) {
    const emb__whole_line *lines = m->made->lines;
    size_t in, out;
    emb__stage_channels(m->stage, o, &in, &out);
    const double scale = scale_of(m->in, m->in_scales, in);
    return m->stage->op->move == EMB__MOVE_WEIGH ? scale * lines[0].scale * lines[1].scale : scale;
}

/* The scale of number `at`, in C order, of a join's input k. */
static double branch_scale(const maker *m, int k, size_t at) {
    const emb__stage_tensor *tensor = emb__stage_in_at(&m->quant->stages, m->index, k);
    const emb__quant_tensor *scales = &m->quant->tensors[m->stage->reads[k]];
    return scales->scales[emb__stage_channel(tensor, at)];
}

/* The scale of sum o of two branches, whose weights it chooses. */
static double added_scale(const maker *m, size_t o) {
    const size_t at = o * (m->out->count / m->made->sums);
    double scales[2], most = 0;
    for (int k = 0; k < 2; k++) {
        scales[k] = branch_scale(m, k, at);
        most += scales[k] * m->quant->tensors[m->stage->reads[k]].most;
    }
    const double scale = most / EMB__SUM_ROOM;
    for (int k = 0; k < 2; k++) m->made->by[k][o] = (int32_t)rounded(scales[k] / scale);
    return scale;
}

/* The scale of sum o of branches side by side: its branch's own. */
static double beside_scale(const maker *m, size_t o) {
    size_t at = o * (m->out->count / m->made->sums);
    int k = 0;
    for (size_t count; at >= (count = emb__stage_in_at(&m->quant->stages, m->index, k)->count); k++)
        at -= count;
    return branch_scale(m, k, at);
}

static emb_status allocate(const maker *m) {
    emb__quant_stage *made = m->made;
    const emb__layer *curve = m->stage->curve;
    const bool adds = m->stage->op && m->stage->op->join == EMB__JOIN_SUM;
    const size_t sums = made->sums;
    made->weight = emb__calloc(emb__stage_weights(m->stage), 1);
    made->bias = emb__calloc(sums, sizeof *made->bias);
    made->first = emb__calloc(sums, sizeof *made->first);
    made->second = emb__calloc(sums, sizeof *made->second);
    made->inward = emb__calloc(sums, sizeof *made->inward);
    made->scale = emb__calloc(sums, sizeof *made->scale);
    made->below = emb__calloc(sums, sizeof *made->below);
    made->least = emb__calloc(sums, sizeof *made->least);
    made->most = emb__calloc(sums, sizeof *made->most);
    bool good = made->weight && made->bias && made->first && made->second && made->inward &&
                made->scale && made->below && made->least && made->most;
    for (int k = 0; k < 2 && adds; k++) {
        made->by[k] = emb__calloc(sums, sizeof *made->by[k]);
        good = good && made->by[k];
    }
    made->curve = curve ? emb__activation_table(curve) : NULL;
    if (made->curve) {
        made->table = emb__calloc(emb__quant_table_count(made->curve), sizeof *made->table);
        good = good && made->table;
        if (made->table) emb__quant_table(made->curve, made->table);
    }
    return good ? EMB_OK : EMB_ERR_MEMORY;
}

void emb__quant_stage_clear(emb__quant_stage *made) {
    void *const blocks[] = {made->weight, made->bias,  made->first, made->second,
                            made->inward, made->scale, made->below, made->least,
                            made->most,   made->table, made->by[0], made->by[1]};
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) emb__free(blocks[b]);
}

/* The scale of sum o, whose weights and bias get place `place`. */
static double make_sum(const maker *m, size_t o, size_t place) {
    const emb__stage_op *op = m->stage->op;
    if (!op) return m->in_scales->scales[o];
    if (op->move) return moved_scale(m, o);
    if (op->join == EMB__JOIN_SUM) return added_scale(m, o);
    return op->join ? beside_scale(m, o) : quantise_sum(m, o, place);
}

emb_status emb__quant_stage_make(emb__quant *q, int i) {
    const emb__stage *stage = &q->stages.stages[i];
    const bool features = stage->op && stage->op->features;
    maker m = {.quant = q,
               .index = i,
               .stage = stage,
               .in = emb__stage_in(&q->stages, i),
               .out = &q->stages.tensors[i + 1],
               .in_scales = &q->tensors[stage->reads[0]],
               .out_scales = &q->tensors[i + 1],
               .made = &q->quants[i],
               .inputs = 1,
               .rows = (size_t)stage->kernel[0],
               .columns = (size_t)stage->kernel[1],
               .weight_most = 127};
    m.made->sums = emb__stage_sums(&q->stages, i);
    if (emb__stage_multiplies(stage)) m.inputs = (size_t)(stage->in.d[0] / stage->groups);
    const double room = EMB__SUM_ROOM / ((double)emb__stage_fan_in(stage) * m.in_scales->most);
    if (room < m.weight_most) m.weight_most = (int)room;
    if (m.weight_most < LEAST_WEIGHT) {
        return emb__fail(EMB_ERR_SHAPE, "a sum of %zu numbers is too long for whole numbers",
                         emb__stage_fan_in(stage));
    }
    if (stage->op && stage->op->move == EMB__MOVE_WEIGH &&
        !emb__whole_lines(&stage->layer->resample[0], m.in_scales->most, m.made->lines)) {
        return emb__fail(EMB_ERR_SHAPE,
                         "an average of so many numbers is too long for whole numbers");
    }
    emb_status status = allocate(&m);
    for (size_t o = 0; o < m.made->sums && status == EMB_OK; o++) {
        const size_t place = features ? emb__stage_place(m.out, o) : o;
        status = finish_sum(&m, o, place, make_sum(&m, o, place));
    }
    return status;
}
