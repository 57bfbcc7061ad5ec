/* What a page needs to know of each kind of layer. See page_layers.h. */
#include <math.h>

#include "base/status.h"
#include "codec/number.h"
#include "model/page/page_layers.h"
#include "net/layers/activation.h"
#include "net/layers/kinds.h"
#include "net/layers/padded_conv.h"

/* ---- numbers --------------------------------------------------------------------------------- */

/* ,"NAME":PLACE of these numbers among all. */
static void add_numbers(emb__page_plan *p, const char *name, const float *values, size_t count) {
    emb__text_add(&p->json, ",\"%s\":%zu", name, p->numbers.length / sizeof *values);
    emb__text_bytes(&p->numbers, values, count * sizeof *values);
}

static void add_param(emb__page_plan *p, const char *name, const emb__param *param) {
    add_numbers(p, name, p->net->params + param->at, param->count);
}

/* JSON has no infinity; what is read as one does as well. */
static void add_float(emb__text *out, float x) {
    char text[EMB__NUMBER_ROOM];
    if (isinf(x)) {
        emb__text_add(out, x < 0 ? "-1e999" : "1e999");
    } else {
        emb__text_bytes(out, text, emb__number_print(x, text));
    }
}

static void add_ints(emb__text *out, const char *name, const int *values, int count) {
    emb__text_add(out, ",\"%s\":[", name);
    for (int i = 0; i < count; i++) emb__text_add(out, "%s%d", i > 0 ? "," : "", values[i]);
    emb__text_add(out, "]");
}

/* ---- sums of products ------------------------------------------------------------------------ */

static void add_line(emb__text *out, const char *name, const emb__line *line) {
    const int taps = line->starts[line->out_size];
    emb__text_add(out, "\"%s\":{\"ins\":%d", name, line->in_size);
    add_ints(out, "starts", line->starts, line->out_size + 1);
    add_ints(out, "at", line->at, taps);
    emb__text_add(out, ",\"weight\":[");
    for (int t = 0; t < taps; t++) {
        emb__text_add(out, t > 0 ? "," : "");
        add_float(out, line->weight[t]);
    }
    emb__text_add(out, "]}");
}

static void add_lines(emb__text *out, const emb__resample *resample) {
    add_line(out, "rows", &resample->rows);
    emb__text_add(out, ",");
    add_line(out, "columns", &resample->columns);
}

static void add_weights(emb__page_plan *p, const emb__layer *layer) {
    add_param(p, "weight", &layer->params[0]);
    if (layer->conv.bias) add_param(p, "bias", &layer->params[1]);
}

static void add_gather(emb__page_plan *p, const emb__layer *layer) {
    const emb__gather *g = &layer->conv.forward;
    emb__text *out = &p->json;
    emb__text_add(out, ",\"op\":\"gather\",\"groups\":%d,\"outs\":%d,\"ins\":%d,\"up\":%s",
                  g->groups, g->out_channels, g->in_channels, g->up ? "true" : "false");
    add_ints(out, "from", (const int[]){g->in_h, g->in_w}, 2);
    add_ints(out, "to", (const int[]){g->out_h, g->out_w}, 2);
    add_ints(out, "kernel", g->kernel, 2);
    add_ints(out, "stride", g->stride, 2);
    add_ints(out, "padding", g->padding, 2);
    add_ints(out, "dilation", g->dilation, 2);
    emb__text_add(out, ",\"steps\":[%zu,%zu,%zu]", g->weight_group, g->weight_out, g->weight_in);
    add_weights(p, layer);
    if (layer->kind != &emb__conv2d || emb__conv_pad_mode(layer) == EMB__PAD_ZEROS) return;
    emb__text_add(out, ",\"pad\":{");
    add_lines(out, &layer->resample[0]);
    emb__text_add(out, "}");
}

static void add_dense(emb__page_plan *p, const emb__layer *layer) {
    emb__text_add(&p->json, ",\"op\":\"dense\",\"ins\":%d,\"outs\":%d", layer->in.d[0],
                  layer->out.d[0]);
    add_weights(p, layer);
}

static void add_weigh(emb__page_plan *p, const emb__layer *layer) {
    emb__text_add(&p->json, ",\"op\":\"weigh\",");
    add_lines(&p->json, &layer->resample[0]);
}

/* ---- what chooses or moves ------------------------------------------------------------------- */

static void add_windows(emb__text *out, const char *name, const emb__windows *w) {
    emb__text_add(out, ",\"%s\":{\"ins\":%d,\"step\":%d", name, w->in_size, w->step);
    add_ints(out, "first", w->first, w->out_size);
    add_ints(out, "count", w->count, w->out_size);
    emb__text_add(out, "}");
}

static void add_choose(emb__page_plan *p, const emb__layer *layer) {
    emb__text_add(&p->json, ",\"op\":\"choose\"");
    add_windows(&p->json, "rows", &layer->pool.rows);
    add_windows(&p->json, "columns", &layer->pool.columns);
}

static void add_shuffle(emb__page_plan *p, const emb__layer *layer) {
    const bool up = layer->kind == &emb__pixel_shuffle;
    const emb__shape *large = up ? &layer->out : &layer->in;
    emb__text_add(&p->json, ",\"op\":\"shuffle\",\"up\":%s,\"by\":%d", up ? "true" : "false",
                  layer->spec->args[0].v[0]);
    add_ints(&p->json, "large", large->d, 3);
}

static void add_sum(emb__page_plan *p, const emb__layer *layer) {
    (void)layer;
    emb__text_add(&p->json, ",\"op\":\"sum\"");
}

static void add_sides(emb__page_plan *p, const emb__layer *layer) {
    (void)layer;
    emb__text_add(&p->json, ",\"op\":\"sides\"");
}

static void add_label(emb__page_plan *p, const emb__layer *layer) {
    (void)layer;
    emb__text_add(&p->json, ",\"op\":\"label\"");
}

static void add_nearest(emb__page_plan *p, const emb__layer *layer) {
    const emb__param *entries = &layer->params[0];
    emb__text_add(&p->json, ",\"op\":\"nearest\",\"entries\":%d,\"dim\":%d", entries->d[0],
                  entries->d[1]);
    add_param(p, "weight", entries);
}

/* ---- normalisations and curves --------------------------------------------------------------- */

static void add_norm(emb__page_plan *p, const emb__layer *layer) {
    const emb__norm *n = &layer->norm;
    emb__text_add(&p->json,
                  ",\"op\":\"norm\",\"groups\":%zu,\"pieces\":%zu,\"count\":%zu,\"byPlace\":%s,"
                  "\"epsilon\":%.17g",
                  n->groups, n->pieces, n->count, n->by_place ? "true" : "false", n->epsilon);
    if (n->weight) add_param(p, "weight", &layer->params[0]);
    if (n->bias) add_param(p, "bias", &layer->params[n->weight]);
}

/* One that was not folded: its running averages, as they are rounded. */
static void add_affine(emb__page_plan *p, const emb__layer *layer) {
    const size_t channels = (size_t)layer->in.d[0];
    double *both = emb__calloc(2 * channels, sizeof *both);
    float *rounded = emb__calloc(2 * channels, sizeof *rounded);
    p->json.failed = p->json.failed || !both || !rounded;
    if (both && rounded) {
        layer->kind->affine(layer, p->net->params, both, both + channels);
        for (size_t i = 0; i < 2 * channels; i++) rounded[i] = (float)both[i];
        emb__text_add(&p->json, ",\"op\":\"affine\"");
        add_numbers(p, "scale", rounded, channels);
        add_numbers(p, "shift", rounded + channels, channels);
    }
    emb__free(both);
    emb__free(rounded);
}

static void add_prelu(emb__page_plan *p, const emb__layer *layer) {
    emb__text_add(&p->json, ",\"op\":\"prelu\",\"slopes\":%zu", layer->params[0].count);
    add_param(p, "weight", &layer->params[0]);
}

static void add_softmax(emb__page_plan *p, const emb__layer *layer) {
    const int dim = emb__softmax_dim(layer) - 1;
    size_t inner = 1;
    for (int i = dim + 1; i < layer->in.rank; i++) inner *= (size_t)layer->in.d[i];
    emb__text_add(&p->json, ",\"op\":\"softmax\",\"classes\":%d,\"inner\":%zu,\"logarithm\":%s",
                  layer->in.d[dim], inner, layer->kind == &emb__log_softmax ? "true" : "false");
}

static void add_curve(emb__page_plan *p, const emb__layer *layer) {
#define NAME_OF(_, name) #name,
    static const char *const names[] = {EMB__CURVES(NAME_OF, _)};
    emb__text_add(&p->json, ",\"op\":\"curve\",\"curve\":\"%s\",\"numbers\":[",
                  names[layer->kind->activation->curve]);
    for (int i = 0; i < EMB__CURVE_ARGS; i++) {
        emb__text_add(&p->json, i > 0 ? "," : "");
        add_float(&p->json, layer->numbers[i]);
    }
    emb__text_add(&p->json, "]");
}

/* ---- the table ------------------------------------------------------------------------------- */

typedef void add_fn(emb__page_plan *p, const emb__layer *layer);

static const struct {
    const emb__layer_kind *kind;
    add_fn *add;
} rows[] = {
    {&emb__conv2d, add_gather},          {&emb__conv_transpose2d, add_gather},
    {&emb__linear, add_dense},           {&emb__batch_norm1d, add_affine},
    {&emb__batch_norm2d, add_affine},    {&emb__instance_norm2d_tracking, add_affine},
    {&emb__group_norm, add_norm},        {&emb__layer_norm, add_norm},
    {&emb__instance_norm2d, add_norm},   {&emb__prelu, add_prelu},
    {&emb__softmax, add_softmax},        {&emb__log_softmax, add_softmax},
    {&emb__max_pool2d, add_choose},      {&emb__adaptive_max_pool2d, add_choose},
    {&emb__avg_pool2d, add_weigh},       {&emb__adaptive_avg_pool2d, add_weigh},
    {&emb__upsample, add_weigh},         {&emb__zero_pad2d, add_weigh},
    {&emb__reflection_pad2d, add_weigh}, {&emb__replication_pad2d, add_weigh},
    {&emb__pixel_shuffle, add_shuffle},  {&emb__pixel_unshuffle, add_shuffle},
    {&emb__residual, add_sum},           {&emb__parallel, add_sides},
    {&emb__condition, add_label},        {&emb__vector_quantizer, add_nearest},
};

/* Outside of a training these give their input's numbers, or the first of them. */
static bool passes(const emb__layer *layer) {
    return layer->kind->alias || layer->kind->passes || layer->kind->first_half ||
           layer->kind->family == EMB_LAYER_NOISE;
}

bool emb__page_layer(emb__page_plan *plan, int i) {
    const emb__layer *layer = &plan->net->layers[i];
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        if (rows[r].kind != layer->kind) continue;
        rows[r].add(plan, layer);
        return true;
    }
    if (layer->kind->activation) {
        add_curve(plan, layer);
    } else if (passes(layer)) {
        emb__text_add(&plan->json, ",\"op\":\"pass\"");
    } else {
        return false;
    }
    return true;
}
