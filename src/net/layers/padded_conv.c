/* See padded_conv.h. The padding is a resample; the convolution then has none. */
#include "net/layers/padded_conv.h"

#include "net/layers/enlarged_conv.h"
#include "net/layers/resample.h"

emb__pad_mode emb__conv_pad_mode(const emb__layer *layer) {
    const emb__arg *mode = emb__layer_arg(layer->spec, "padding_mode");
    return mode ? (emb__pad_mode)mode->v[0] : EMB__PAD_ZEROS;
}

void emb__conv_pads(const emb__layer *layer, int side, int pads[2]) {
    const emb__arg *padding = emb__layer_arg(layer->spec, "padding");
    const int reach = emb__layer_arg(layer->spec, "dilation")->v[side] *
                      (emb__layer_arg(layer->spec, "kernel_size")->v[side] - 1);
    pads[0] = pads[1] = padding->v[side];
    if (padding->is_same) pads[1] += reach % 2;
}

emb__shape emb__conv_padded(const emb__layer *layer) {
    emb__shape padded = layer->in;
    for (int i = 0, pads[2]; i < 2; i++) {
        emb__conv_pads(layer, i, pads);
        padded.d[1 + i] += pads[0] + pads[1];
    }
    return padded;
}

static bool pads(const emb__layer *layer) { return emb__conv_pad_mode(layer) != EMB__PAD_ZEROS; }

emb_status emb__padded_conv_compile(emb__layer *layer, emb__conv_shape *shape) {
    const emb__shape in = layer->in;
    emb__shape padded = in;
    emb_status status = EMB_OK;
    for (int i = 0, ends[2]; i < 2 && status == EMB_OK; i++) {
        emb__conv_pads(layer, i, ends);
        status = emb__pad_size(emb__conv_pad_mode(layer), in.d[1 + i], ends[0], ends[1],
                               &padded.d[1 + i]);
        shape->padding[i] = 0;
    }
    if (status == EMB_OK && emb__shape_count(&padded) > EMB__MAX_ELEMENTS) {
        status = emb__fail(EMB_ERR_SHAPE, "expects at most %d numbers of a padded image, gets %zu",
                           EMB__MAX_ELEMENTS, emb__shape_count(&padded));
    }
    if (status != EMB_OK) return status;
    layer->in = padded;
    status = emb__conv_compile(layer, shape);
    layer->in = in;
    return status;
}

size_t emb__padded_conv_plan_cost(const emb__layer *layer) {
    const emb__shape padded = emb__conv_padded(layer);
    return emb__conv_plan_cost(layer) +
           (pads(layer) ? (size_t)padded.d[1] + (size_t)padded.d[2] : 0);
}

emb_status emb__padded_conv_plan(emb__layer *layer) {
    emb__line *const lines[2] = {&layer->resample[0].rows, &layer->resample[0].columns};
    emb_status status = emb__conv_plan(layer);
    for (int i = 0, ends[2]; i < 2 && pads(layer) && status == EMB_OK; i++) {
        emb__conv_pads(layer, i, ends);
        status = emb__pad_line(lines[i], emb__conv_pad_mode(layer), layer->in.d[1 + i], ends[0],
                               ends[1]);
    }
    return status == EMB_OK && pads(layer) ? emb__resample_turn(layer->resample) : status;
}

emb_status emb__padded_conv_plan_enlarged(emb__layer *layer, const int by[2]) {
    return pads(layer) ? EMB_OK : emb__enlarged_conv_plan(layer, by);
}

void emb__padded_conv_clear(emb__layer *layer) {
    emb__conv_clear(layer);
    emb__enlarged_conv_clear(layer);
    emb__resample_free(layer);
}

/* ---- scratch: the convolution's, a row of the padding's, the padded image -------------------- */

/* Vectors of a row of the padded image, which of one image alone has all channels. */
static size_t row_vectors(const emb__layer *layer) {
    const emb__shape padded = emb__conv_padded(layer);
    const size_t width = (size_t)padded.d[2], single = width * (size_t)padded.d[0] / EMB__LANES + 1;
    return width > single ? width : single;
}

size_t emb__padded_conv_scratch(const emb__layer *layer) {
    const emb__shape padded = emb__conv_padded(layer);
    const size_t plain = emb__conv_scratch(layer), enlarged = emb__enlarged_conv_scratch(layer);
    if (!pads(layer)) return plain > enlarged ? plain : enlarged;
    return plain + row_vectors(layer) + emb__shape_count(&padded);
}

static float *row_of(const emb__layer *layer, float *scratch) {
    return scratch + emb__conv_scratch(layer) * EMB__LANES;
}

static float *image_of(const emb__layer *layer, float *scratch) {
    return row_of(layer, scratch) + row_vectors(layer) * EMB__LANES;
}

/* ---- the passes ------------------------------------------------------------------------------ */

/* Pads rows [from, to) of all channels. */
static void pad(const emb__layer *layer, const emb__pass *pass, int from, int to) {
    const emb__share share = {from, to, 0, layer->in.d[0]};
    pass->k->resample(&layer->resample[0], &share, pass->in, image_of(layer, pass->scratch),
                      row_of(layer, pass->scratch));
}

void emb__padded_conv_forward(const emb__layer *layer, const emb__pass *pass) {
    emb__pass inner = *pass;
    if (pass->enlarged) {
        emb__enlarged_conv_forward(layer, pass);
        return;
    }
    if (pads(layer)) {
        const emb__gather *g = &layer->conv.forward;
        const emb__share share = emb__conv_share(g, &layer->out, pass->me);
        if (share.row < share.row_end) {
            pad(layer, pass, share.row * g->stride[0],
                (share.row_end - 1) * g->stride[0] + (g->kernel[0] - 1) * g->dilation[0] + 1);
        }
        inner.in = image_of(layer, pass->scratch);
    }
    emb__conv_forward(layer, &inner);
}

/* The padded image's rows that those of a share come from. */
static emb__share padded_share(const emb__layer *layer, const emb__share *share) {
    const emb__line *rows = &layer->resample[1].rows;
    emb__share padded = {rows->in_size, 0, share->channel, share->channel_end};
    for (int t = rows->starts[share->row]; t < rows->starts[share->row_end]; t++) {
        if (rows->at[t] < padded.row) padded.row = rows->at[t];
        if (rows->at[t] >= padded.row_end) padded.row_end = rows->at[t] + 1;
    }
    if (layer->conv.backward.groups > 1) {
        padded.channel = 0;
        padded.channel_end = layer->conv.backward.out_channels;
    }
    return padded;
}

/* The gradient by the padded image, and from that the one by the image. */
static void input_gradient(const emb__layer *layer, const emb__pass *pass) {
    const emb__share share = emb__shape_share(&layer->in, pass->me);
    if (share.row == share.row_end || share.channel >= share.channel_end) return;
    const emb__share padded = padded_share(layer, &share);
    float *image = image_of(layer, pass->scratch);
    pass->k->gather(&layer->conv.backward, &padded, pass->grad_out,
                    pass->params + layer->params[0].at, NULL, image, pass->scratch);
    pass->k->resample(&layer->resample[1], &share, image, pass->grad_in,
                      row_of(layer, pass->scratch));
}

void emb__padded_conv_backward(const emb__layer *layer, const emb__pass *pass) {
    emb__pass inner = *pass;
    if (pass->enlarged) {
        emb__enlarged_conv_backward(layer, pass);
        return;
    }
    if (pads(layer)) {
        inner.in = image_of(layer, pass->scratch);
        inner.grad_in = NULL;
        if (pass->grads) pad(layer, pass, 0, layer->conv.weight.big_h);
    }
    emb__conv_backward(layer, &inner);
    if (pads(layer) && pass->grad_in) input_gradient(layer, pass);
}

void emb__padded_conv_single(const emb__layer *layer, const emb__single *pass) {
    emb__single inner = *pass;
    if (pads(layer)) {
        float *image = image_of(layer, pass->scratch);
        pass->k->single_resample(&layer->resample[0], layer->in.d[0], pass->in, image,
                                 row_of(layer, pass->scratch));
        inner.in = image;
    }
    emb__conv_single(layer, &inner);
}
