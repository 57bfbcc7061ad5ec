/* Scales and whole numbers from a network and a sample. See quantise.h; quant_run.c runs them. */
#include "model/int8/quantise.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "device/cpu/one_image.h"

static const double sum_room = 1 << 30;  /* of a sum without its bias */
static const double bias_room = 1 << 23; /* of a bias */
enum { LEAST_WEIGHT = 15 }; /* least number of levels of a weight on either side of 0 */

void emb__quant_table(const emb__curve_table *curve, int16_t table[EMB__TABLE]) {
    for (int i = 0; i < EMB__TABLE; i++) {
        table[i] = (int16_t)(curve->of((double)i / (1 << EMB__TABLE_BITS)) * INT16_MAX + 0.5);
    }
}

/* ---- scales ---------------------------------------------------------------------------------- */

static const emb__stage_tensor *tensor_of(const emb__quant *q, int i) {
    return &q->stages.tensors[i];
}

/* The image that a Conv2d pads, in C order. */
static void pad(const emb__stage *stage, const float *in, float *out) {
    const emb__line *rows = &stage->layer->resample[0].rows;
    const emb__line *columns = &stage->layer->resample[0].columns;
    for (int c = 0; c < stage->out.d[0]; c++) {
        const float *plane = in + c * stage->in.d[1] * stage->in.d[2];
        for (int y = 0; y < rows->out_size; y++) {
            const float *row = plane + rows->at[y] * stage->in.d[2];
            for (int x = 0; x < columns->out_size; x++) *out++ = row[columns->at[x]];
        }
    }
}

/* most[channels] = the largest magnitude of each channel in the sample, for every tensor. */
static emb_status measure(emb__quant *q, emb_net *net, int from, const float *sample,
                          size_t count) {
    size_t room = 0;
    for (int i = 0; i <= q->stages.count; i++) {
        if (tensor_of(q, i)->count > room) room = tensor_of(q, i)->count;
    }
    float *values = emb__calloc(2 * room, sizeof *values);
    if (!values) return EMB_ERR_MEMORY;
    emb_status status = EMB_OK;
    for (size_t n = 0; n < count && status == EMB_OK; n++) {
        float *here = values, *there = values + room;
        memcpy(here, sample + n * tensor_of(q, 0)->count, tensor_of(q, 0)->count * sizeof *here);
        for (int i = 0, layer = from; i <= q->stages.count && status == EMB_OK; i++) {
            const emb__stage_tensor *tensor = tensor_of(q, i);
            for (size_t k = 0; k < tensor->count; k++) {
                double *most = &q->tensors[i].scales[emb__stage_channel(tensor, k)];
                if (fabsf(here[k]) > *most) *most = fabsf(here[k]);
                q->tensors[i].means[k] += (double)here[k] / (double)count;
                if (!isfinite(here[k])) {
                    status = emb__fail(EMB_ERR_DIVERGED, "%s: makes numbers that are not finite",
                                       net->spec.name);
                }
            }
            if (i == q->stages.count || status != EMB_OK) break;
            const int next = q->stages.stages[i].last + !q->stages.stages[i].pads;
            if (q->stages.stages[i].pads) {
                pad(&q->stages.stages[i], here, there);
            } else {
                status = emb__single_run(net, layer, next, here, there);
            }
            layer = next;
            float *swap = here;
            here = there;
            there = swap;
        }
    }
    emb__free(values);
    return status;
}

/* Channels that are 0 in all of the sample get the mean scale of the others: scales enter the next
 * stage's weights, in which a large one would outweigh all the rest. */
static void fill_dead(double *scales, int channels) {
    double sum = 0;
    int live = 0;
    for (int c = 0; c < channels; c++) {
        sum += scales[c];
        live += scales[c] > 0;
    }
    for (int c = 0; c < channels; c++) {
        if (!(scales[c] > 0)) scales[c] = live > 0 ? sum / live : 1;
    }
}

static void range_of(const emb__stage *stage, double *low, double *high) {
    *low = -INFINITY;
    *high = INFINITY;
    if (stage->curve && stage->curve->kind->range) {
        stage->curve->kind->range(stage->curve, low, high);
    }
}

/* Whether its results are not below 0: by its activation or, if it moves pixels without negative
 * weights, because what it moves is not. */
static bool never_below_0(const emb__quant *q, int i) {
    const emb__stage *stage = &q->stages.stages[i];
    double low, high;
    range_of(stage, &low, &high);
    if (low >= 0 || stage->curve || !stage->op || !stage->op->move) return low >= 0;
    const emb__resample *r = &stage->layer->resample[0];
    bool keeps = q->tensors[i].number == EMB__NUMBER_U8;
    for (int side = 0; side < 2 && stage->op->move == EMB__MOVE_WEIGH; side++) {
        const emb__line *line = side ? &r->columns : &r->rows;
        for (int t = 0; t < line->starts[line->out_size]; t++)
            keeps = keeps && line->weight[t] >= 0;
    }
    return keeps;
}

/* Chooses scales by the largest magnitudes, and how each tensor's numbers are kept. */
static void choose_numbers(emb__quant *q, const bool pixels[2]) {
    for (int i = 0; i <= q->stages.count; i++) {
        emb__quant_tensor *t = &q->tensors[i];
        const bool positive = i > 0 && never_below_0(q, i - 1);
        const bool outside = i == 0 || i == q->stages.count, bytes = outside && pixels[i > 0];
        double margin = 1;
        t->number = bytes || positive ? EMB__NUMBER_U8 : EMB__NUMBER_S8;
        t->most = bytes || positive ? 255 : 127;
        t->is_float = outside && !bytes;
        if (t->is_float && i > 0) t->number = EMB__NUMBER_FLOAT;
        if (t->is_float && i == 0) { /* keeps their sums within sum_room */
            const double room = sum_room / (127 * (double)emb__stage_fan_in(&q->stages.stages[0]));
            t->number = EMB__NUMBER_S16;
            t->most = room > 32767 ? 32767 : room > 127 ? (int)room : 127;
            margin = 2; /* for numbers beyond the sample's */
        }
        for (int c = 0; c < tensor_of(q, i)->channels; c++) {
            const double most = bytes ? 1 : margin * t->scales[c];
            t->scales[c] = most / t->most;
        }
        fill_dead(t->scales, tensor_of(q, i)->channels);
    }
}

/* ---- weights --------------------------------------------------------------------------------- */

/* The data from which one stage's whole numbers are made. */
typedef struct maker {
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
    range_of(stage, &low, &high);
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

static ending (*const ends[EMB__WHOLE_WAYS])(double scale, double out, double number) = {
    [EMB__WHOLE_NONE] = end_plain,  [EMB__WHOLE_LIMITS] = end_plain,
    [EMB__WHOLE_SLOPE] = end_slope, [EMB__WHOLE_TABLE] = end_table,
    [EMB__WHOLE_BENT] = end_bent,   [EMB__WHOLE_LOGISTIC] = end_logistic,
};

static int32_t as_sum(double x) {
    return x <= INT32_MIN ? INT32_MIN : x >= INT32_MAX ? INT32_MAX : (int32_t)rounded(x);
}

static emb_status finish_sum(const maker *m, size_t o, size_t place, double scale) {
    const emb__layer *curve = m->stage->curve;
    const ending end = ends[emb__quant_way(m->stage)](scale, out_scale(m, o),
                                                      curve ? (double)curve->numbers[0] : 0);
    double low, high;
    range_of(m->stage, &low, &high);
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

static emb_status allocate(const maker *m) {
    emb__quant_stage *made = m->made;
    const emb__layer *curve = m->stage->curve;
    const emb__curve_table *table = curve ? curve->kind->activation->whole.table : NULL;
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
    if (table) made->table = emb__calloc(EMB__TABLE, sizeof *made->table);
    if (!made->weight || !made->bias || !made->first || !made->second || !made->inward ||
        !made->scale || !made->below || !made->least || !made->most || (table && !made->table)) {
        return EMB_ERR_MEMORY;
    }
    if (table) emb__quant_table(table, made->table);
    return EMB_OK;
}

static emb_status quantise_stage(emb__quant *q, int i) {
    const emb__stage *stage = &q->stages.stages[i];
    const bool copies = !stage->op, moves = stage->op && stage->op->move;
    const bool features = stage->op && stage->op->features;
    maker m = {stage,
               tensor_of(q, i),
               tensor_of(q, i + 1),
               &q->tensors[i],
               &q->tensors[i + 1],
               &q->quants[i],
               1,
               (size_t)stage->kernel[0],
               (size_t)stage->kernel[1],
               127};
    m.made->sums = emb__stage_sums(&q->stages, i);
    if (!copies && !moves) m.inputs = (size_t)(stage->in.d[0] / stage->groups);
    const double room = sum_room / ((double)emb__stage_fan_in(stage) * m.in_scales->most);
    if (room < m.weight_most) m.weight_most = (int)room;
    if (m.weight_most < LEAST_WEIGHT) {
        return emb__fail(EMB_ERR_SHAPE, "a sum of %zu numbers is too long for whole numbers",
                         emb__stage_fan_in(stage));
    }
    if (moves && stage->op->move == EMB__MOVE_WEIGH &&
        !emb__whole_lines(&stage->layer->resample[0], m.in_scales->most, m.made->lines)) {
        return emb__fail(EMB_ERR_SHAPE,
                         "an average of so many numbers is too long for whole numbers");
    }
    emb_status status = allocate(&m);
    for (size_t o = 0; o < m.made->sums && status == EMB_OK; o++) {
        const size_t place = features ? emb__stage_place(m.out, o) : o;
        const double scale = copies  ? m.in_scales->scales[o]
                             : moves ? moved_scale(&m, o)
                                     : quantise_sum(&m, o, place);
        status = finish_sum(&m, o, place, scale);
    }
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static emb_status build(emb__quant *q, emb_net *net, int from, int to, const float *sample,
                        size_t count, const bool pixels[2]) {
    emb_status status = emb__stages_new(net, from, to, EMB__STAGES_FOR_INT8, &q->stages);
    if (status != EMB_OK) return status;
    q->net = net;
    q->tensors = emb__calloc((size_t)q->stages.count + 1, sizeof *q->tensors);
    q->quants = emb__calloc((size_t)q->stages.count, sizeof *q->quants);
    if (!q->tensors || !q->quants) return EMB_ERR_MEMORY;
    for (int i = 0; i <= q->stages.count; i++) {
        q->tensors[i].scales = emb__calloc((size_t)tensor_of(q, i)->channels, sizeof(double));
        q->tensors[i].means = emb__calloc(tensor_of(q, i)->count, sizeof(double));
        if (!q->tensors[i].scales || !q->tensors[i].means) return EMB_ERR_MEMORY;
    }
    status = measure(q, net, from, sample, count);
    if (status == EMB_OK) choose_numbers(q, pixels);
    for (int i = 0; i < q->stages.count && status == EMB_OK; i++) {
        status = quantise_stage(q, i);
        if (status == EMB_ERR_SHAPE) {
            emb__fail_prefix(status, "%s: layer %d: ", net->spec.name, q->stages.stages[i].last);
        }
    }
    return status;
}

emb_status emb__quant_new(emb_net *net, int from, int to, const float *sample, size_t count,
                          const bool pixels[2], emb__quant *quant) {
    *quant = (emb__quant){0};
    emb_status status = build(quant, net, from, to, sample, count, pixels);
    if (status != EMB_OK) emb__quant_clear(quant);
    return status;
}

void emb__quant_clear(emb__quant *quant) {
    for (int i = 0; quant->tensors && i <= quant->stages.count; i++) {
        emb__free(quant->tensors[i].scales);
        emb__free(quant->tensors[i].means);
    }
    for (int i = 0; quant->quants && i < quant->stages.count; i++) {
        emb__quant_stage *stage = &quant->quants[i];
        void *const blocks[] = {stage->weight, stage->bias,  stage->first, stage->second,
                                stage->inward, stage->scale, stage->below, stage->least,
                                stage->most,   stage->table};
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) emb__free(blocks[b]);
    }
    emb__free(quant->tensors);
    emb__free(quant->quants);
    emb__stages_clear(&quant->stages);
    *quant = (emb__quant){0};
}
