/* Scales and whole numbers from a network and a sample. See quantise.h; quant_run.c runs them. */
#include "model/int8/quantise.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "device/cpu/one_image.h"

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

/* The stage that makes tensor i, if it pads for the next one; else NULL. */
static const emb__stage *padding_before(const emb__quant *q, int i) {
    const emb__stage *stage = i > 0 ? &q->stages.stages[i - 1] : NULL;
    return stage && stage->pads ? stage : NULL;
}

/* What a stage puts together, in C order. */
static void join(const emb__quant *q, const emb__stage *stage, const float *values, float *out) {
    size_t at = 0;
    for (int k = 0; k < stage->read_count; k++) {
        const float *in = values + q->tensors[stage->reads[k]].at;
        const size_t count = tensor_of(q, stage->reads[k])->count;
        const bool adds = stage->op->join == EMB__JOIN_SUM && k > 0;
        for (size_t i = 0; i < count; i++) out[at + i] = adds ? out[at + i] + in[i] : in[i];
        if (stage->op->join == EMB__JOIN_SIDES) at += count;
    }
}

/* One stage in float: values holds all tensors, each in C order. */
static emb_status run_float(const emb__quant *q, emb_net *net, int i, float *values) {
    const emb__stage *stage = &q->stages.stages[i];
    const emb__stage *padding = padding_before(q, stage->reads[0]);
    const float *in = values + q->tensors[stage->reads[0]].at;
    float *out = values + q->tensors[i + 1].at;
    if (stage->pads) {
        pad(stage, in, out);
        return EMB_OK;
    }
    if (stage->op && stage->op->join) {
        join(q, stage, values, out);
        if (stage->last == stage->first) return EMB_OK;
        return emb__single_run(net, stage->first + 1, stage->last + 1, out, -1, out);
    }
    /* The network's own layer pads by itself. */
    if (padding) in = values + q->tensors[padding->reads[0]].at;
    return emb__single_run(net, stage->first, stage->last + 1, in, -1, out);
}

/* Adds tensor i of one image to what is known of it. */
static emb_status note_values(emb__quant *q, int i, const float *values, size_t count) {
    const emb__stage_tensor *tensor = tensor_of(q, i);
    for (size_t k = 0; k < tensor->count; k++) {
        const float value = values[q->tensors[i].at + k];
        double *most = &q->tensors[i].scales[emb__stage_channel(tensor, k)];
        if (fabsf(value) > *most) *most = fabsf(value);
        q->tensors[i].means[k] += (double)value / (double)count;
        if (!isfinite(value)) {
            return emb__fail(EMB_ERR_DIVERGED, "%s: makes numbers that are not finite",
                             q->net->spec.name);
        }
    }
    return EMB_OK;
}

/* The largest magnitude of each channel in the sample, and the mean of each number, for every
 * tensor. */
static emb_status measure(emb__quant *q, emb_net *net, const float *sample, size_t count) {
    const size_t ins = tensor_of(q, 0)->count;
    float *values = emb__calloc(q->numbers, sizeof *values);
    emb_status status = values ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t n = 0; n < count && status == EMB_OK; n++) {
        memcpy(values, sample + n * ins, ins * sizeof *values);
        status = note_values(q, 0, values, count);
        for (int i = 0; i < q->stages.count && status == EMB_OK; i++) {
            status = run_float(q, net, i, values);
            if (status == EMB_OK) status = note_values(q, i + 1, values, count);
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

/* Whether its results are not below 0: by its activation or, if it joins tensors or moves pixels
 * without negative weights, because what it reads is not. */
static bool never_below_0(const emb__quant *q, int i) {
    const emb__stage *stage = &q->stages.stages[i];
    double low, high;
    emb__quant_range(stage, &low, &high);
    if (low >= 0 || stage->curve || !stage->op) return low >= 0;
    if (!stage->op->move && !stage->op->join) return false;
    const emb__resample *r = &stage->layer->resample[0];
    bool keeps = true;
    for (int k = 0; k < stage->read_count; k++) {
        keeps = keeps && q->tensors[stage->reads[k]].number == EMB__NUMBER_U8;
    }
    for (int side = 0; side < 2 && stage->op->move == EMB__MOVE_WEIGH; side++) {
        const emb__line *line = side ? &r->columns : &r->rows;
        for (int t = 0; t < line->starts[line->out_size]; t++)
            keeps = keeps && line->weight[t] >= 0;
    }
    return keeps;
}

/* The most numbers of a tensor that enter one sum. */
static double fan_in_of(const emb__quant *q, int tensor) {
    size_t most = 1;
    for (int i = 0; i < q->stages.count; i++) {
        const emb__stage *stage = &q->stages.stages[i];
        if (stage->reads[0] == tensor && emb__stage_fan_in(stage) > most)
            most = emb__stage_fan_in(stage);
    }
    return (double)most;
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
        if (t->is_float && i == 0) { /* keeps their sums within EMB__SUM_ROOM */
            const double room = EMB__SUM_ROOM / (127 * fan_in_of(q, 0));
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
        q->tensors[i].at = q->numbers;
        q->numbers += tensor_of(q, i)->count;
    }
    status = measure(q, net, sample, count);
    if (status == EMB_OK) choose_numbers(q, pixels);
    for (int i = 0; i < q->stages.count && status == EMB_OK; i++) {
        status = emb__quant_stage_make(q, i);
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
        emb__quant_stage_clear(&quant->quants[i]);
    }
    emb__free(quant->tensors);
    emb__free(quant->quants);
    emb__stages_clear(&quant->stages);
    *quant = (emb__quant){0};
}
