/* AdaptiveAvgPool2d, AdaptiveMaxPool2d. Output o of O has the inputs from floor(o I / O) up to, not
 * including, ceil((o + 1) I / O). */
#include "net/layers/kind_rows.h"
#include "net/layers/pool.h"
#include "net/layers/resample.h"

enum { OUTPUT_SIZE, RETURN_INDICES };

static const emb__arg_kind avg_args[] = {
    {"output_size", EMB__OPEN, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {0},
};

static const emb__arg_kind max_args[] = {
    {"output_size", EMB__OPEN, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"return_indices", EMB__BOOL, .value = false},
    {0},
};

/* None: as the input. */
static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    layer->out = layer->in;
    for (int i = 0; i < 2; i++) {
        if (a[OUTPUT_SIZE].v[i]) layer->out.d[1 + i] = a[OUTPUT_SIZE].v[i];
    }
    return emb__resample_expect(layer);
}

static emb_status compile_max(emb__layer *layer) {
    if (layer->spec->args[RETURN_INDICES].v[0]) {
        return emb__fail(EMB_ERR_SHAPE, "expects return_indices=False, gets True: the indices are "
                                        "a second output, which nothing here takes");
    }
    return compile(layer);
}

static size_t plan_cost(const emb__layer *layer) {
    return (size_t)layer->out.d[1] + (size_t)layer->in.d[1] + (size_t)layer->out.d[2] +
           (size_t)layer->in.d[2];
}

static int window_of(const emb__layer *layer, int side, int o, int *first) {
    const int64_t in = layer->in.d[1 + side], out = layer->out.d[1 + side];
    *first = (int)(o * in / out);
    return (int)(((o + 1) * in + out - 1) / out) - *first;
}

static emb_status plan_max(emb__layer *layer) {
    emb__windows *const both[2] = {&layer->pool.rows, &layer->pool.columns};
    for (int i = 0; i < 2; i++) {
        emb_status status = emb__windows_open(both[i], layer->in.d[1 + i], layer->out.d[1 + i], 1);
        if (status != EMB_OK) return status;
        for (int o = 0; o < both[i]->out_size; o++) {
            both[i]->count[o] = window_of(layer, i, o, &both[i]->first[o]);
        }
    }
    emb__pool_settle(&layer->pool);
    return EMB_OK;
}

static emb_status plan_avg(emb__layer *layer) {
    emb__line *const lines[2] = {&layer->resample[0].rows, &layer->resample[0].columns};
    for (int i = 0; i < 2; i++) {
        const int in = layer->in.d[1 + i], out = layer->out.d[1 + i];
        emb_status status = emb__line_open(lines[i], in, out, (size_t)in + 2 * (size_t)out);
        if (status != EMB_OK) return status;
        for (int o = 0, first; o < out; o++) {
            const int count = window_of(layer, i, o, &first);
            for (int t = 0; t < count; t++) emb__line_add(lines[i], first + t, 1 / (float)count);
            emb__line_end(lines[i]);
        }
    }
    return emb__resample_turn(layer->resample);
}

const emb__layer_kind emb__adaptive_max_pool2d = {.name = "AdaptiveMaxPool2d",
                                                  .family = EMB_LAYER_SPATIAL,
                                                  .args = max_args,
                                                  .compile = compile_max,
                                                  .plan_cost = plan_cost,
                                                  .plan = plan_max,
                                                  .clear = emb__pool_free,
                                                  .forward = emb__pool_forward,
                                                  .backward = emb__pool_backward,
                                                  .single = emb__pool_single,
                                                  .range = emb__range_kept};

const emb__layer_kind emb__adaptive_avg_pool2d = {.name = "AdaptiveAvgPool2d",
                                                  .family = EMB_LAYER_SPATIAL,
                                                  .args = avg_args,
                                                  .compile = compile,
                                                  .plan_cost = plan_cost,
                                                  .plan = plan_avg,
                                                  .clear = emb__resample_free,
                                                  .forward = emb__resample_forward,
                                                  .backward = emb__resample_backward,
                                                  .single = emb__resample_single,
                                                  .scratch = emb__resample_scratch,
                                                  .range = emb__range_kept};
