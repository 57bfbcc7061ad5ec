/* ONNX's convolutions as PyTorch's: sides, and padding that differs between them. See onnx.h. */
#include "base/status.h"
#include "base/text.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"
#include "net/layers/pad.h"

enum { SIDES = 2 };

/* A (transposed) convolution with two sides; if it has one dimension, the first side is 1. */
typedef struct conv {
    bool transposed;
    bool wraps; /* its padding is of the other end's pixels */
    int sides;  /* that the node has */
    int64_t in, out, groups;
    int64_t size[SIDES], kernel[SIDES], stride[SIDES], dilation[SIDES];
    int64_t begin[SIDES], end[SIDES], extra[SIDES]; /* padding; output_padding */
    /* PyTorch pads both ends equally; a kernel with zeros at one of its ends pads that end less. */
    int64_t padding[SIDES], lead[SIDES], made[SIDES]; /* made: the kernel's size with zeros */
} conv;

/* The sides of a list attribute, filled up to two. */
static emb_status sides(const emb__onnx_chain *chain, const conv *c, const char *name,
                        int64_t otherwise, int64_t list[SIDES]) {
    int64_t read[SIDES];
    list[0] = list[1] = otherwise;
    emb_status status = emb__onnx_ints(chain, name, c->sides, otherwise, read);
    for (int i = 0; i < c->sides; i++) list[SIDES - c->sides + i] = read[i];
    return status;
}

static emb_status read_pads(const emb__onnx_chain *chain, conv *c) {
    int64_t pads[2 * SIDES];
    emb_status status = emb__onnx_ints(chain, "pads", 2 * c->sides, 0, pads);
    for (int i = 0; i < c->sides; i++) {
        c->begin[SIDES - c->sides + i] = pads[i];
        c->end[SIDES - c->sides + i] = pads[c->sides + i];
    }
    return status;
}

static int64_t reach(const conv *c, int i) { return c->dilation[i] * (c->kernel[i] - 1) + 1; }

/* Splits a side's padding in two; an odd one goes to the end, or to the beginning. */
static void share_padding(conv *c, int i, int64_t whole, bool odd_at_end) {
    const int64_t small = whole >= 0 ? whole / 2 : -((1 - whole) / 2);
    c->begin[i] = odd_at_end ? small : whole - small;
    c->end[i] = whole - c->begin[i];
}

/* Finds the padding that auto_pad or, for a transposed convolution, output_shape means. */
static emb_status choose_padding(const emb__onnx_chain *chain, conv *c) {
    const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, "auto_pad");
    const size_t length = attribute ? attribute->s.len : 0;
    const char *text = length ? (const char *)attribute->s.data : "";
    const bool upper = length == 10 && memcmp(text, "SAME_UPPER", 10) == 0;
    const bool lower = length == 10 && memcmp(text, "SAME_LOWER", 10) == 0;
    const bool valid = length == 5 && memcmp(text, "VALID", 5) == 0;
    if (length && !upper && !lower && !valid && !(length == 6 && memcmp(text, "NOTSET", 6) == 0)) {
        return emb__onnx_fail(chain, "write the padding out as pads",
                              "auto_pad '%.*s' is not known", emb__utf8_fit(text, length, 20),
                              text);
    }
    int64_t shape[SIDES] = {0, 0};
    const bool shaped = c->transposed && emb__onnx_attribute(chain, "output_shape");
    if (shaped) {
        emb_status status = sides(chain, c, "output_shape", 1, shape);
        if (status != EMB_OK) return status;
        for (int i = 0; i < SIDES; i++) {
            if (shape[i] >= 1 && shape[i] <= EMB__MAX_SIZE) continue;
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its output_shape is impossible");
        }
    }
    for (int i = SIDES - c->sides; i < SIDES; i++) {
        const int64_t s = c->stride[i];
        if (valid) c->begin[i] = c->end[i] = 0;
        if (!upper && !lower && !shaped) continue;
        if (!c->transposed) {
            const int64_t out = (c->size[i] + s - 1) / s;
            const int64_t whole = (out - 1) * s + reach(c, i) - c->size[i];
            share_padding(c, i, whole > 0 ? whole : 0, upper);
            continue;
        }
        const int64_t out = shaped ? shape[i] : c->size[i] * s;
        share_padding(c, i, s * (c->size[i] - 1) + c->extra[i] + reach(c, i) - out, upper);
    }
    return EMB_OK;
}

/* Finds PyTorch's padding, and the zeros at the kernel's ends that make up the difference. */
static emb_status fit_padding(const emb__onnx_chain *chain, conv *c) {
    for (int i = 0; i < SIDES; i++) {
        int64_t trail = 0, p = c->begin[i] > c->end[i] ? c->begin[i] : c->end[i];
        if (p < 0) p = 0;
        if (!c->transposed && (c->begin[i] < 0 || c->end[i] < 0)) {
            return emb__onnx_fail(chain, "use a Pad below 0 before it, which crops",
                                  "its padding is below 0");
        }
        c->padding[i] = p;
        c->lead[i] = p - c->begin[i];
        trail = p - c->end[i];
        /* PyTorch requires output_padding to be below the stride or the dilation. */
        if (c->extra[i] >= c->stride[i] && c->extra[i] >= c->dilation[i]) {
            trail += c->extra[i];
            c->extra[i] = 0;
        }
        c->made[i] = c->kernel[i];
        if (c->lead[i] == 0 && trail == 0) continue;
        trail += c->extra[i];
        c->extra[i] = 0;
        c->made[i] = c->lead[i] + reach(c, i) + trail;
        if (c->made[i] > EMB__ONNX_KERNEL)
            return emb__onnx_fail(chain, "use less padding", "its padding is too large");
    }
    return EMB_OK;
}

/* Dimensions from the node, the constant and the head. */
static emb_status read_conv(emb__onnx_chain *chain, conv *c, const emb__onnx_value *w) {
    const emb__onnx_value *head = &chain->head;
    c->sides = head->rank - 1;
    if (c->sides < 1 || c->sides > SIDES || w->rank != c->sides + 2) {
        return emb__onnx_fail(chain, "use Conv1d or Conv2d",
                              "works on %d dimensions; 1 or 2 are possible",
                              c->sides > 0 ? c->sides : 0);
    }
    for (int i = 0; i < w->rank; i++) {
        if (w->d[i] < 1 || w->d[i] > EMB__MAX_SIZE) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its weights have a dimension of %lld",
                                  (long long)w->d[i]);
        }
    }
    c->groups = emb__onnx_int(chain, "group", 1);
    if (c->groups < 1 || c->groups > EMB__MAX_SIZE)
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its group is impossible");
    c->in = c->transposed ? w->d[0] : w->d[1] * c->groups;
    c->out = c->transposed ? w->d[1] * c->groups : w->d[0];
    if (c->in % c->groups || c->out % c->groups) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK,
                              "group %lld does not divide its %lld and %lld channels",
                              (long long)c->groups, (long long)c->in, (long long)c->out);
    }
    emb_status status = EMB_OK;
    for (int i = 0; i < SIDES; i++) {
        c->size[i] = c->kernel[i] = 1;
        if (i < SIDES - c->sides) continue;
        c->size[i] = head->d[1 + i - (SIDES - c->sides)];
        c->kernel[i] = w->d[2 + i - (SIDES - c->sides)];
    }
    int64_t said[SIDES];
    status = sides(chain, c, "kernel_shape", 0, said);
    for (int i = SIDES - c->sides; i < SIDES && status == EMB_OK; i++) {
        if (said[i] != 0 && said[i] != c->kernel[i]) {
            status = emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                    "kernel_shape differs from its weights' shape");
        }
    }
    if (status == EMB_OK) status = sides(chain, c, "strides", 1, c->stride);
    if (status == EMB_OK) status = sides(chain, c, "dilations", 1, c->dilation);
    if (status == EMB_OK) status = sides(chain, c, "output_padding", 0, c->extra);
    if (status == EMB_OK) status = read_pads(chain, c);
    for (int i = 0; i < SIDES && status == EMB_OK; i++) {
        const int64_t most = EMB__MAX_SIZE;
        const bool good = c->stride[i] >= 1 && c->dilation[i] >= 1 && c->stride[i] <= most &&
                          c->dilation[i] <= most && c->extra[i] >= 0 && c->extra[i] <= most &&
                          c->begin[i] <= most && c->end[i] <= most && c->begin[i] >= -most &&
                          c->end[i] >= -most;
        if (!good)
            status =
                emb__onnx_fail(chain, EMB__ONNX_CHECK, "has an attribute with an impossible value");
    }
    if (status == EMB_OK) status = choose_padding(chain, c);
    for (int i = 0; i < SIDES && chain->padded; i++) {
        c->begin[i] += i < SIDES - c->sides ? 0 : chain->pad[i];
        c->end[i] += i < SIDES - c->sides ? 0 : chain->pad[2 + i];
    }
    return status == EMB_OK ? fit_padding(chain, c) : status;
}

/* Replaces `read` by the weights with zeros at the kernel's ends. */
static emb_status widen_kernel(const emb__onnx_chain *chain, const conv *c, float **read,
                               size_t *count) {
    if (c->made[0] == c->kernel[0] && c->made[1] == c->kernel[1]) return EMB_OK;
    const size_t kernel = (size_t)(c->kernel[0] * c->kernel[1]);
    const size_t made = (size_t)(c->made[0] * c->made[1]), planes = *count / kernel;
    /* A side that grew is no longer dilated: its zeros are written out. */
    const int64_t step[SIDES] = {c->made[0] == c->kernel[0] ? 1 : c->dilation[0],
                                 c->made[1] == c->kernel[1] ? 1 : c->dilation[1]};
    size_t total;
    if (!emb__mul(planes, made, &total) || total > 16 * *count + (1 << 16)) {
        return emb__onnx_fail(chain, "use the same padding at both ends",
                              "its padding makes its kernel too large");
    }
    float *wide = emb__calloc(total, sizeof *wide);
    if (!wide) return EMB_ERR_MEMORY;
    for (size_t p = 0; p < planes; p++) {
        for (size_t k = 0; k < kernel; k++) {
            const int64_t row = (int64_t)k / c->kernel[1], column = (int64_t)k % c->kernel[1];
            const int64_t y = c->made[0] == c->kernel[0] ? row : c->lead[0] + row * step[0];
            const int64_t x = c->made[1] == c->kernel[1] ? column : c->lead[1] + column * step[1];
            wide[p * made + (size_t)(y * c->made[1] + x)] = (*read)[p * kernel + k];
        }
    }
    emb__free(*read);
    *read = wide;
    *count = total;
    return EMB_OK;
}

/* The sides of the output, in d: channels, rows, columns. */
static emb_status made_sides(const emb__onnx_chain *chain, const conv *c, int64_t d[3]) {
    size_t count = (size_t)c->out;
    d[0] = c->out;
    for (int i = 0; i < SIDES; i++) {
        const int64_t dilation = c->made[i] == c->kernel[i] ? c->dilation[i] : 1;
        const int64_t stride = c->stride[i] > 0 ? c->stride[i] : 1; /* always so, see read_conv */
        const int64_t whole = dilation * (c->made[i] - 1) + 1;
        d[1 + i] = c->transposed
                       ? (c->size[i] - 1) * stride - 2 * c->padding[i] + whole + c->extra[i]
                       : (c->size[i] + 2 * c->padding[i] - whole) / stride + 1;
        if (d[1 + i] < 1 || d[1 + i] > EMB__MAX_SIZE ||
            (!c->transposed && whole > c->size[i] + 2 * c->padding[i])) {
            return emb__onnx_fail(chain, "export it with the size of images that it is for",
                                  "its output would have no pixels, or too many");
        }
        if (!emb__mul(count, (size_t)d[1 + i], &count) || count > EMB__MAX_ELEMENTS) {
            return emb__onnx_fail(chain, EMB__ONNX_SMALLER,
                                  "makes more than %d numbers of an image", EMB__MAX_ELEMENTS);
        }
    }
    return EMB_OK;
}

/* Checks the shape first, so that nothing is allocated for an impossible one. */
static emb_status count_weights(emb__onnx_chain *chain, const conv *c,
                                const emb__onnx_value *value) {
    size_t numbers = (size_t)(value->d[0] * value->d[1]), stored;
    if (!emb__mul(numbers, (size_t)(c->made[0] * c->made[1]), &numbers) ||
        numbers > EMB__MAX_PARAMETERS) {
        return emb__onnx_fail(chain, EMB__ONNX_SMALLER, "its kernel is too large");
    }
    emb_status status = emb__onnx_present(chain, value, &stored);
    return status == EMB_OK ? emb__onnx_more(chain, numbers) : status;
}

static void set_arguments(const conv *c, emb__onnx_layer *layer) {
    int64_t dilation[SIDES];
    for (int i = 0; i < SIDES; i++) dilation[i] = c->made[i] == c->kernel[i] ? c->dilation[i] : 1;
    layer->in = c->in;
    layer->out = c->out;
    layer->groups = c->groups;
    emb__onnx_set(layer, "in_channels", c->in);
    emb__onnx_set(layer, "out_channels", c->out);
    emb__onnx_set_all(layer, "kernel_size", SIDES, c->made);
    emb__onnx_set_all(layer, "stride", SIDES, c->stride);
    emb__onnx_set_all(layer, "padding", SIDES, c->padding);
    if (c->transposed) emb__onnx_set_all(layer, "output_padding", SIDES, c->extra);
    if (c->wraps) emb__onnx_set(layer, "padding_mode", EMB__PAD_CIRCULAR);
    emb__onnx_set_all(layer, "dilation", SIDES, dilation);
    emb__onnx_set(layer, "groups", c->groups);
}

static const emb__layer_kind *kind_of(bool transposed) {
    return transposed ? &emb__conv_transpose2d : &emb__conv2d;
}

/* The layer with its weights. */
static emb_status add_conv(emb__onnx_chain *chain, const conv *c, const emb__onnx_value *value) {
    emb__onnx_layer *layer = emb__onnx_layer_new(chain, kind_of(c->transposed));
    if (!layer) return emb__last_status();
    if (c->wraps) layer->before = chain->value_count; /* a layer that padded may be gone */
    set_arguments(c, layer);
    emb_status status = emb__onnx_read(chain, value, &layer->weights[0], &layer->counts[0]);
    if (status == EMB_OK) status = widen_kernel(chain, c, &layer->weights[0], &layer->counts[0]);
    if (status == EMB_OK && emb__onnx_has_input(chain, 2)) {
        status = emb__onnx_take_bias(chain, layer, 2, 1);
    }
    const int64_t sides[3] = {c->in, c->size[0], c->size[1]};
    return status == EMB_OK ? emb__onnx_affine_into(chain, sides) : status;
}

/* Whether it pads by itself. */
static bool pads(const emb__onnx_chain *chain) {
    const Emb__Onnx__Attribute *list = emb__onnx_attribute(chain, "pads");
    bool any = emb__onnx_attribute(chain, "auto_pad") &&
               !emb__onnx_says(chain, "auto_pad", "NOTSET") &&
               !emb__onnx_says(chain, "auto_pad", "VALID");
    for (size_t i = 0; list && i < list->n_ints; i++) any = any || list->ints[i] != 0;
    return any;
}

emb_status emb__onnx_conv(emb__onnx_chain *chain, bool transposed) {
    const emb__onnx_value *value = emb__onnx_constant(chain, 1);
    const emb__onnx_value *head = &chain->head;
    conv c = {.transposed = transposed};
    int64_t d[3] = {0}, around[SIDES] = {0};
    if (!value) return emb__last_status();
    c.wraps = !transposed && !pads(chain) && !chain->padded && emb__onnx_lines_wrap(chain, around);
    emb_status status = emb__onnx_lines_flush(chain);
    if (status == EMB_OK) status = read_conv(chain, &c, value);
    for (int i = 0; i < SIDES && c.wraps && status == EMB_OK; i++) {
        c.begin[i] = c.end[i] = c.padding[i] = around[i];
    }
    if (status == EMB_OK) status = made_sides(chain, &c, d);
    if (status == EMB_OK) status = count_weights(chain, &c, value);
    const int64_t sides[3] = {head->d[0], c.size[0], c.size[1]};
    if (status == EMB_OK) status = emb__onnx_need_image(chain, sides);
    if (status == EMB_OK && c.in != head->d[0]) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                "its weights are for %lld channels, and get %lld", (long long)c.in,
                                (long long)head->d[0]);
    }
    const bool padded = !c.wraps && (c.padding[0] > 0 || c.padding[1] > 0);
    if (status == EMB_OK) emb__onnx_enter(chain);
    if (status == EMB_OK && !emb__onnx_affine_fits(chain, kind_of(transposed), padded)) {
        status = emb__onnx_affine_flush(chain);
    }
    if (status == EMB_OK) status = add_conv(chain, &c, value);
    if (status != EMB_OK) return status;
    emb__onnx_made(chain, 3, d);
    if (c.sides == 1) d[1] = d[2];
    emb__onnx_look(chain, 1 + c.sides, d);
    chain->padded = false;
    memset(chain->pad, 0, sizeof chain->pad);
    return EMB_OK;
}

#endif
