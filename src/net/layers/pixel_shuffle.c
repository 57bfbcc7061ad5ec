/* PixelShuffle, PixelUnshuffle: channel c r^2 + i r + j of a small image is pixel (r y + i, r x +
 * j) of channel c of a large one. */
#include <string.h>

#include "net/layers/kind_rows.h"
#include "net/layers/resample.h"

static const emb__arg_kind up_args[] = {
    {"upscale_factor", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {0},
};
static const emb__arg_kind down_args[] = {
    {"downscale_factor", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {0},
};

static emb_status compile_up(emb__layer *layer) {
    const int r = layer->spec->args[0].v[0];
    emb_status status = emb__resample_expect(layer);
    if (status != EMB_OK) return status;
    const int64_t area = (int64_t)r * r;
    if (layer->in.d[0] % area != 0) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects channels that the factor's square, %lld, divides, gets %d",
                         (long long)area, layer->in.d[0]);
    }
    layer->out =
        (emb__shape){3, {(int)(layer->in.d[0] / area), layer->in.d[1] * r, layer->in.d[2] * r}};
    return EMB_OK;
}

static emb_status compile_down(emb__layer *layer) {
    const int r = layer->spec->args[0].v[0];
    emb_status status = emb__resample_expect(layer);
    if (status != EMB_OK) return status;
    if (layer->in.d[1] % r != 0 || layer->in.d[2] % r != 0) {
        return emb__fail(EMB_ERR_SHAPE, "expects a height and a width that %d divides, gets %dx%d",
                         r, layer->in.d[1], layer->in.d[2]);
    }
    layer->out = (emb__shape){3, {layer->in.d[0] * r * r, layer->in.d[1] / r, layer->in.d[2] / r}};
    return EMB_OK;
}

/* Pixels of an image that lies as [channel][row][column][pixel] or as [row][column][channel]: the
 * distances in floats. */
typedef struct lie {
    size_t channel, row, column;
} lie;

static lie lie_of(const emb__shape *shape, size_t pixel) {
    const size_t width = (size_t)shape->d[2], channels = (size_t)shape->d[0];
    if (pixel == 1) return (lie){1, width * channels, channels};
    return (lie){(size_t)shape->d[1] * width * pixel, width * pixel, pixel};
}

static void copy_pixels(const float *from, size_t from_step, float *to, size_t to_step,
                        size_t count, size_t pixel) {
    for (size_t i = 0; i < count; i++, from += from_step, to += to_step) {
        if (pixel == EMB__LANES) {
            memcpy(to, from, EMB__LANES * sizeof *to); /* a size that is known is fast */
        } else if (pixel == 1) {
            *to = *from;
        } else {
            memcpy(to, from, pixel * sizeof *to);
        }
    }
}

/* Copies pixels between the two, for a share of the side that is written. */
static void move(const emb__shape *large, const emb__shape *small, int r, bool up, size_t pixel,
                 const emb__share *share, const float *from, float *to) {
    const lie big = lie_of(large, pixel), little = lie_of(small, pixel);
    const lie *read = up ? &little : &big, *made = up ? &big : &little;
    const emb__shape *out = up ? large : small;
    for (int c = share->channel; c < share->channel_end; c++) {
        for (int y = share->row; y < share->row_end; y++) {
            float *at = to + (size_t)c * made->channel + (size_t)y * made->row;
            /* The place from which column 0 comes, and the steps from column to column. */
            const int phase = up ? y % r : c % (r * r) / r;
            for (int j = 0; j < (up ? r : 1); j++) {
                const int channel = up ? c * r * r + phase * r + j : c / (r * r);
                const int row = up ? y / r : y * r + phase, column = up ? 0 : c % r;
                const float *first = from + (size_t)channel * read->channel +
                                     (size_t)row * read->row + (size_t)column * read->column;
                copy_pixels(first, read->column * (size_t)(up ? 1 : r),
                            at + (size_t)j * made->column, made->column * (size_t)(up ? r : 1),
                            (size_t)out->d[2] / (size_t)(up ? r : 1), pixel);
            }
        }
    }
}

/* Whether the layer's forward makes the large image of the small one. */
static bool enlarges(const emb__layer *layer) { return layer->kind == &emb__pixel_shuffle; }

static void run(const emb__layer *layer, const emb__pass *pass, bool back) {
    const bool up = enlarges(layer);
    const emb__share share = emb__shape_share(back ? &layer->in : &layer->out, pass->me);
    move(up ? &layer->out : &layer->in, up ? &layer->in : &layer->out, layer->spec->args[0].v[0],
         up != back, (size_t)pass->k->lanes, &share, back ? pass->grad_out : pass->in,
         back ? pass->grad_in : pass->out);
}

static void forward(const emb__layer *layer, const emb__pass *pass) { run(layer, pass, false); }
static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (pass->grad_in) run(layer, pass, true);
}

static void single(const emb__layer *layer, const emb__single *pass) {
    const bool up = enlarges(layer);
    const emb__share all = {0, layer->out.d[1], 0, layer->out.d[0]};
    move(up ? &layer->out : &layer->in, up ? &layer->in : &layer->out, layer->spec->args[0].v[0],
         up, 1, &all, pass->in, pass->out);
}

const emb__layer_kind emb__pixel_shuffle = {.name = "PixelShuffle",
                                            .family = EMB_LAYER_SPATIAL,
                                            .args = up_args,
                                            .compile = compile_up,
                                            .forward = forward,
                                            .backward = backward,
                                            .single = single,
                                            .range = emb__range_kept};
const emb__layer_kind emb__pixel_unshuffle = {.name = "PixelUnshuffle",
                                              .family = EMB_LAYER_SPATIAL,
                                              .args = down_args,
                                              .compile = compile_down,
                                              .forward = forward,
                                              .backward = backward,
                                              .single = single,
                                              .range = emb__range_kept};
