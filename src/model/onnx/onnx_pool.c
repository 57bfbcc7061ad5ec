/* ONNX's pooling: MaxPool, AveragePool, their global forms, means and maxima over all pixels. See
 * onnx.h.
 *
 * ONNX pads the two ends of a side differently, PyTorch pads both alike. The same windows begin one
 * or more strides earlier with more padding; what they give too much is cut off. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

bool emb__onnx_says(const emb__onnx_chain *chain, const char *name, const char *word) {
    const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, name);
    return attribute && attribute->s.len == strlen(word) &&
           memcmp(attribute->s.data, word, attribute->s.len) == 0;
}

static emb_status check_rank(const emb__onnx_chain *chain) {
    const int rank = chain->head.rank;
    if (rank == 2 || rank == 3) return EMB_OK;
    return emb__onnx_fail(chain, "use images of channels, rows and columns",
                          "works on %d dimensions; 1 or 2 besides channels are possible", rank - 1);
}

emb_status emb__onnx_need_pixels(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    if (check_rank(chain) != EMB_OK) return emb__last_status();
    emb_status status = emb__onnx_affine_flush(chain);
    const int64_t sides[3] = {head->d[0], head->rank == 3 ? head->d[1] : 1,
                              head->d[head->rank - 1]};
    return status == EMB_OK ? emb__onnx_need_image(chain, sides) : status;
}

enum { SIDES = 2 };

/* A pool's sides; the first is 1 if it has one dimension. */
typedef struct pool {
    bool max, ceil, counts; /* counts: padding counts in averages */
    int64_t in[SIDES], out[SIDES];
    int64_t kernel[SIDES], stride[SIDES], dilation[SIDES], begin[SIDES], end[SIDES];
    int64_t padding[SIDES], front[SIDES], back[SIDES]; /* PyTorch's, and what is cut off then */
} pool;

static int64_t reach(const pool *p, int i) { return p->dilation[i] * (p->kernel[i] - 1) + 1; }

/* Outputs of a side with this padding at its ends, as PyTorch counts them. */
static int64_t outputs(const pool *p, int i, int64_t begin, int64_t end, bool ceil) {
    const int64_t room = p->in[i] + begin + end - reach(p, i);
    if (room < 0) return 0;
    int64_t out = (room + (ceil ? p->stride[i] - 1 : 0)) / p->stride[i] + 1;
    if (ceil && (out - 1) * p->stride[i] >= p->in[i] + begin) out--;
    return out;
}

static emb_status read_sides(const emb__onnx_chain *chain, const char *name, int64_t otherwise,
                             int64_t list[SIDES]) {
    const int sides = chain->head.rank - 1;
    list[0] = otherwise;
    return emb__onnx_ints(chain, name, sides, otherwise, list + SIDES - sides);
}

static emb_status read_padding(const emb__onnx_chain *chain, pool *p) {
    const int sides = chain->head.rank - 1;
    const bool upper = emb__onnx_says(chain, "auto_pad", "SAME_UPPER");
    const bool lower = emb__onnx_says(chain, "auto_pad", "SAME_LOWER");
    int64_t pads[2 * SIDES];
    emb_status status = emb__onnx_ints(chain, "pads", 2 * sides, 0, pads);
    for (int i = 0; i < SIDES; i++) {
        const int k = i - (SIDES - sides);
        p->begin[i] = k < 0 ? 0 : pads[k];
        p->end[i] = k < 0 ? 0 : pads[sides + k];
        if (!upper && !lower) continue;
        int64_t whole = ((p->in[i] + p->stride[i] - 1) / p->stride[i] - 1) * p->stride[i] +
                        reach(p, i) - p->in[i];
        if (whole < 0) whole = 0;
        p->begin[i] = upper ? whole / 2 : whole - whole / 2;
        p->end[i] = whole - p->begin[i];
    }
    return status;
}

static emb_status read_pool(const emb__onnx_chain *chain, pool *p) {
    const emb__onnx_value *head = &chain->head;
    if (check_rank(chain) != EMB_OK) return emb__last_status();
    if (!emb__onnx_attribute(chain, "kernel_shape")) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say its kernel_shape");
    }
    emb_status status = read_sides(chain, "kernel_shape", 1, p->kernel);
    if (status == EMB_OK) status = read_sides(chain, "strides", 1, p->stride);
    if (status == EMB_OK) status = read_sides(chain, "dilations", 1, p->dilation);
    for (int i = 0; i < SIDES && status == EMB_OK; i++) {
        p->in[i] = i == 0 && head->rank == 2 ? 1 : head->d[head->rank - SIDES + i];
        const int64_t least = p->kernel[i] < p->stride[i] ? p->kernel[i] : p->stride[i];
        const int64_t most = p->kernel[i] > p->stride[i] ? p->kernel[i] : p->stride[i];
        if (least < 1 || most > EMB__MAX_SIZE || p->dilation[i] < 1 ||
            p->dilation[i] > EMB__MAX_SIZE) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                  "has an attribute with an impossible value");
        }
        if (!p->max && p->dilation[i] != 1 && p->kernel[i] > 1) {
            return emb__onnx_fail(
                chain, "use a Conv2d with groups and dilation",
                "averages pixels that lie apart (dilations), which no layer here does");
        }
    }
    if (status == EMB_OK) status = read_padding(chain, p);
    p->ceil = emb__onnx_int(chain, "ceil_mode", 0) != 0;
    p->counts = !p->max && emb__onnx_int(chain, "count_include_pad", 0) != 0;
    for (int i = 0; i < SIDES && status == EMB_OK; i++) {
        if (p->begin[i] < 0 || p->end[i] < 0 || p->begin[i] > EMB__MAX_SIZE ||
            p->end[i] > EMB__MAX_SIZE) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                  "has an attribute with an impossible value");
        }
        p->out[i] = outputs(p, i, p->begin[i], p->end[i], p->ceil);
        if (p->out[i] < 1)
            return emb__onnx_fail(chain, "export it with the size of images that it is for",
                                  "its output would have no pixels");
    }
    return status;
}

/* Finds PyTorch's padding for a side: so many strides more than the node's that its windows are
 * among PyTorch's. */
static bool fit_side(pool *p, int i, bool ceil) {
    for (int64_t padding = p->begin[i]; padding <= p->kernel[i] / 2; padding++) {
        const int64_t more = padding - p->begin[i], out = outputs(p, i, padding, padding, ceil);
        const int64_t stride = p->stride[i] > 0 ? p->stride[i] : 1;
        if (more % stride != 0 || out < more / stride + p->out[i]) continue;
        p->padding[i] = padding;
        p->front[i] = more / stride;
        p->back[i] = out - p->front[i] - p->out[i];
        return true;
    }
    return false;
}

/* Padding that counts stands before the pool as zeros. */
static emb_status pad_before(emb__onnx_chain *chain, pool *p) {
    const int64_t pads[4] = {p->begin[1], p->end[1], p->begin[0], p->end[0]};
    const bool same = p->begin[0] == p->end[0] && p->begin[1] == p->end[1];
    const bool small = p->begin[0] <= p->kernel[0] / 2 && p->begin[1] <= p->kernel[1] / 2;
    for (int i = 0; i < SIDES; i++) {
        if (p->ceil && p->out[i] != outputs(p, i, p->begin[i], p->end[i], false)) {
            return same && small
                       ? EMB_OK
                       : emb__onnx_fail(
                             chain, "use one of these",
                             "counts padding that differs between its ends, with ceil_mode");
        }
    }
    p->ceil = false;
    if (same && small) return EMB_OK;
    for (int i = 0; i < SIDES; i++) {
        p->in[i] += p->begin[i] + p->end[i];
        p->begin[i] = p->end[i] = 0;
    }
    return emb__onnx_pad_layer(chain, &emb__zero_pad2d, pads);
}

static emb_status add_adaptive(emb__onnx_chain *chain, bool max, const int64_t size[SIDES]) {
    emb_status status = emb__onnx_need_pixels(chain);
    emb__onnx_layer *layer = status == EMB_OK
                                 ? emb__onnx_layer_new(chain, max ? &emb__adaptive_max_pool2d
                                                                  : &emb__adaptive_avg_pool2d)
                                 : NULL;
    if (!layer) return emb__last_status();
    emb__onnx_set_all(layer, "output_size", SIDES, size);
    return emb__onnx_settle(chain);
}

/* Whether it takes the largest of windows that were laid out one after the other. */
static bool is_adaptive(emb__onnx_chain *chain, const pool *p) {
    bool good = p->max;
    for (int i = 0; i < SIDES; i++) {
        good = good && p->kernel[i] == p->stride[i] && p->dilation[i] == 1 && p->begin[i] == 0 &&
               p->end[i] == 0;
    }
    return good && emb__onnx_lines_adapt(chain, p->kernel);
}

emb_status emb__onnx_pool(emb__onnx_chain *chain) {
    pool p = {.max = strcmp(chain->node->op_type, "MaxPool") == 0};
    if (chain->node->n_output > 1 && *emb__onnx_text(chain->node->output[1])) {
        return emb__onnx_fail(chain, "use MaxPool2d without return_indices",
                              "gives the places of what it takes, which no layer here does");
    }
    emb_status status = read_pool(chain, &p);
    if (status == EMB_OK && is_adaptive(chain, &p)) return add_adaptive(chain, true, p.out);
    if (status == EMB_OK) status = emb__onnx_lines_flush(chain);
    if (status == EMB_OK) status = emb__onnx_need_pixels(chain);
    if (status == EMB_OK && p.counts) status = pad_before(chain, &p);
    if (status != EMB_OK) return status;
    bool ceil = p.counts && p.ceil;
    if (!fit_side(&p, 0, ceil) || !fit_side(&p, 1, ceil)) {
        ceil = true;
        if (!fit_side(&p, 0, ceil) || !fit_side(&p, 1, ceil)) {
            return emb__onnx_fail(
                chain, "use less padding",
                "pads more than half its kernel's size, which PyTorch's pooling does not");
        }
    }
    emb__onnx_layer *layer =
        emb__onnx_layer_new(chain, p.max ? &emb__max_pool2d : &emb__avg_pool2d);
    if (!layer) return emb__last_status();
    emb__onnx_set_all(layer, "kernel_size", SIDES, p.kernel);
    if (memcmp(p.kernel, p.stride, sizeof p.kernel) != 0) {
        emb__onnx_set_all(layer, "stride", SIDES, p.stride);
    }
    emb__onnx_set_all(layer, "padding", SIDES, p.padding);
    if (p.max) emb__onnx_set_all(layer, "dilation", SIDES, p.dilation);
    if (!p.max && p.padding[0] + p.padding[1] > 0) {
        emb__onnx_set(layer, "count_include_pad", p.counts);
    }
    emb__onnx_set(layer, "ceil_mode", ceil);
    status = emb__onnx_settle(chain);
    const int64_t cut[4] = {-p.front[1], -p.back[1], -p.front[0], -p.back[0]};
    if (status == EMB_OK && (cut[0] || cut[1] || cut[2] || cut[3])) {
        status = emb__onnx_pad_layer(chain, &emb__zero_pad2d, cut);
    }
    return status;
}

/* One number of all pixels of a channel. */
static emb_status pool_all(emb__onnx_chain *chain, bool max) {
    return add_adaptive(chain, max, (const int64_t[SIDES]){1, 1});
}

emb_status emb__onnx_pool_global(emb__onnx_chain *chain) {
    return pool_all(chain, strcmp(chain->node->op_type, "GlobalMaxPool") == 0);
}

/* ReduceMean, ReduceMax over rows and columns. */
emb_status emb__onnx_reduce(emb__onnx_chain *chain) {
    const int rank = chain->head.rank;
    const bool keeps = emb__onnx_int(chain, "keepdims", 1) != 0;
    int64_t axes[EMB__ONNX_RANK];
    int count;
    bool pixels[1 + EMB__ONNX_RANK] = {false};
    emb_status status = emb__onnx_list(chain, "axes", 1, axes, &count);
    if (status != EMB_OK) return status;
    for (int i = 0; i < count; i++) {
        if (axes[i] < 0) axes[i] += 1 + rank;
        if (axes[i] < 2 || axes[i] > rank) return emb__onnx_refuse(chain);
        pixels[axes[i]] = true;
    }
    if (rank < 2 || rank > 3) return emb__onnx_refuse(chain);
    for (int i = 2; i <= rank; i++) {
        if (!pixels[i]) return emb__onnx_refuse(chain);
    }
    status = pool_all(chain, strcmp(chain->node->op_type, "ReduceMax") == 0);
    if (status != EMB_OK || keeps) return status;
    const int64_t channels = chain->head.d[0];
    return emb__onnx_look_as(chain, 1, &channels);
}

#endif
