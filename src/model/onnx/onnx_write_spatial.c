/* See onnx_write_spatial.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>

#include "model/onnx/onnx_write_spatial.h"
#include "net/layers/kinds.h"
#include "net/layers/padded_conv.h"

/* NAME.role */
static char *dotted(emb__onnx_builder *b, const char *name, const char *role) {
    char *stem = emb__onnx_build_join(b, name, ".");
    return stem ? emb__onnx_build_join(b, stem, role) : NULL;
}

/* A constant row of whole numbers; its name. */
static char *add_numbers(emb__onnx_builder *b, const char *name, const char *role,
                         const int *numbers, size_t count) {
    char *made = dotted(b, name, role);
    int64_t *own = emb__onnx_build_take(b, (count + 1) * sizeof *own);
    if (!made || !own) return NULL;
    for (size_t i = 0; i < count; i++) own[i] = numbers[i];
    const int64_t dims = (int64_t)count;
    emb__onnx_build_constant(b, made, EMB__ONNX_ELEMENT_INT64, 1, &dims, own, count * sizeof *own);
    return made;
}

static emb_status result(const emb__onnx_builder *b) { return b->failed ? EMB_ERR_MEMORY : EMB_OK; }

/* ---- any line, as what it is ----------------------------------------------------------------- */

enum { ROWS_AXIS = 2, COLUMNS_AXIS = 3 };

static bool is_same(const emb__line *line) {
    bool same = line->copies && line->in_size == line->out_size;
    for (int o = 0; same && o < line->out_size; o++) same = line->at[o] == o;
    return same;
}

/* Takes the pixels that a line copies. */
static void add_gather(emb__onnx_builder *b, const char *name, const char *role, const int *indices,
                       size_t count, int axis, char *output) {
    char *stem = dotted(b, name, role),
         *constant = stem ? add_numbers(b, stem, "at", indices, count) : NULL;
    if (!constant) return;
    Emb__Onnx__Node *node = emb__onnx_build_node(b, "Gather", stem, 1, &constant,
                                                 output ? output : dotted(b, stem, "out"));
    if (node) emb__onnx_build_int(b, node, "axis", axis);
}

/* Multiplies by a line's weights. */
static void add_product(emb__onnx_builder *b, const char *name, const char *role,
                        const emb__line *line, bool rows, char *output) {
    const int64_t ins = line->in_size, outs = line->out_size;
    const int64_t dims[2] = {rows ? outs : ins, rows ? ins : outs};
    char *stem = dotted(b, name, role), *constant = stem ? dotted(b, stem, "weight") : NULL;
    float *weights = emb__onnx_build_take(b, (size_t)(ins * outs) * sizeof *weights);
    if (!constant || !weights) return;
    for (int o = 0; o < line->out_size; o++) {
        for (int t = line->starts[o]; t < line->starts[o + 1]; t++) {
            const int64_t i = line->at[t];
            weights[rows ? o * ins + i : i * outs + o] += line->weight[t];
        }
    }
    emb__onnx_build_constant(b, constant, EMB__ONNX_ELEMENT_FLOAT, 2, dims, weights,
                             (size_t)(ins * outs) * sizeof *weights);
    Emb__Onnx__Node *node = emb__onnx_build_node(b, "MatMul", stem, 1, &constant,
                                                 output ? output : dotted(b, stem, "out"));
    if (!node || !rows) return;
    char *images = node->input[0];
    node->input[0] = node->input[1];
    node->input[1] = images;
}

/* Both directions of a resample, a step for each that is not the same already. */
static emb_status write_lines(emb__onnx_builder *b, const emb__resample *r, const char *name,
                              char *output) {
    const bool rows = !is_same(&r->rows), columns = !is_same(&r->columns) || !rows;
    if (rows) {
        char *to = columns ? NULL : output;
        if (r->rows.copies) {
            add_gather(b, name, "rows", r->rows.at, (size_t)r->rows.out_size, ROWS_AXIS, to);
        } else {
            add_product(b, name, "rows", &r->rows, true, to);
        }
    }
    if (columns && r->columns.copies) {
        add_gather(b, name, "columns", r->columns.at, (size_t)r->columns.out_size, COLUMNS_AXIS,
                   output);
    } else if (columns) {
        add_product(b, name, "columns", &r->columns, false, output);
    }
    return result(b);
}

/* ---- pooling --------------------------------------------------------------------------------- */

/* A pool's attributes, [0] for rows. */
typedef struct pool {
    int kernel[2], stride[2], dilation[2], pads[4]; /* above, left, below, right */
    bool partial; /* a window reaches beyond the padding that was asked for */
} pool;

static pool pool_of(const emb__layer *layer) {
    const emb__layer_spec *spec = layer->spec;
    const emb__arg *dilation = emb__layer_arg(spec, "dilation");
    pool p = {0};
    for (int i = 0; i < 2; i++) {
        p.kernel[i] = emb__layer_arg(spec, "kernel_size")->v[i];
        p.stride[i] = emb__layer_arg(spec, "stride")->v[i];
        p.dilation[i] = dilation ? dilation->v[i] : 1;
        p.pads[i] = p.pads[2 + i] = emb__layer_arg(spec, "padding")->v[i];
        /* ceil_mode is written as padding: its exact meaning has changed in ONNX. */
        const int end = (layer->out.d[1 + i] - 1) * p.stride[i] +
                        (p.kernel[i] - 1) * p.dilation[i] + 1 - p.pads[i];
        if (end - layer->in.d[1 + i] <= p.pads[2 + i]) continue;
        p.pads[2 + i] = end - layer->in.d[1 + i];
        p.partial = true;
    }
    return p;
}

static Emb__Onnx__Node *add_pool(emb__onnx_builder *b, const char *op, const pool *p, char *name,
                                 char *output) {
    Emb__Onnx__Node *node = emb__onnx_build_node(b, op, name, 0, NULL, output);
    if (!node) return NULL;
    emb__onnx_build_list(b, node, "kernel_shape", p->kernel, 2);
    emb__onnx_build_list(b, node, "strides", p->stride, 2);
    emb__onnx_build_list(b, node, "pads", p->pads, 4);
    return node;
}

emb_status emb__onnx_write_max_pool(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                    char *output) {
    const pool p = pool_of(layer);
    Emb__Onnx__Node *node = add_pool(b, "MaxPool", &p, name, output);
    if (node) emb__onnx_build_list(b, node, "dilations", p.dilation, 2);
    return result(b);
}

emb_status emb__onnx_write_avg_pool(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                    char *output) {
    const pool p = pool_of(layer);
    const emb__arg *divisor = emb__layer_arg(layer->spec, "divisor_override");
    const bool with_padding = emb__layer_arg(layer->spec, "count_include_pad")->v[0];
    if (p.partial && with_padding && divisor->is_none) {
        return write_lines(b, &layer->resample[0], name, output);
    }
    char *averaged = divisor->is_none ? output : dotted(b, name, "average.out");
    Emb__Onnx__Node *node = add_pool(b, "AveragePool", &p, name, averaged);
    if (!node) return result(b);
    emb__onnx_build_int(b, node, "count_include_pad", with_padding || !divisor->is_none);
    if (divisor->is_none) return result(b);
    char *constant = dotted(b, name, "scale"), *stem = dotted(b, name, "multiply");
    float *scale = emb__onnx_build_take(b, sizeof *scale);
    if (!scale || !constant) return result(b);
    *scale = (float)((double)p.kernel[0] * p.kernel[1] / divisor->v[0]);
    emb__onnx_build_constant(b, constant, EMB__ONNX_ELEMENT_FLOAT, 0, NULL, scale, sizeof *scale);
    emb__onnx_build_node(b, "Mul", stem, 1, &constant, output);
    return result(b);
}

/* An adaptive pool whose windows are all of one size and meet; false if they are not. */
static bool write_even(emb__onnx_builder *b, const emb__layer *layer, const char *op,
                       const char *global, char *name, char *output) {
    pool p = {.dilation = {1, 1}};
    for (int i = 0; i < 2; i++) {
        if (layer->in.d[1 + i] % layer->out.d[1 + i] != 0) return false;
        p.kernel[i] = p.stride[i] = layer->in.d[1 + i] / layer->out.d[1 + i];
    }
    if (layer->out.d[1] == 1 && layer->out.d[2] == 1) {
        emb__onnx_build_node(b, global, name, 0, NULL, output);
    } else {
        add_pool(b, op, &p, name, output);
    }
    return true;
}

emb_status emb__onnx_write_adaptive_avg(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                        char *output) {
    if (write_even(b, layer, "AveragePool", "GlobalAveragePool", name, output)) return result(b);
    return write_lines(b, &layer->resample[0], name, output);
}

/* Windows of different sizes, laid out one after the other, the smaller ones filled up with their
 * last pixel. Returns the size of all. */
static int spread(emb__onnx_builder *b, const emb__windows *w, const char *name, const char *role,
                  int axis) {
    int most = 0;
    for (int o = 0; o < w->out_size; o++) most = w->count[o] > most ? w->count[o] : most;
    const size_t count = (size_t)w->out_size * (size_t)most;
    int *at = emb__onnx_build_take(b, count * sizeof *at);
    if (!at) return most;
    for (size_t i = 0; i < count; i++) {
        const int o = (int)i / most, k = (int)i % most;
        at[i] = w->first[o] + (k < w->count[o] ? k : w->count[o] - 1);
    }
    add_gather(b, name, role, at, count, axis, NULL);
    return most;
}

emb_status emb__onnx_write_adaptive_max(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                        char *output) {
    if (write_even(b, layer, "MaxPool", "GlobalMaxPool", name, output)) return result(b);
    pool p = {.dilation = {1, 1}};
    p.kernel[0] = p.stride[0] = spread(b, &layer->pool.rows, name, "rows", ROWS_AXIS);
    p.kernel[1] = p.stride[1] = spread(b, &layer->pool.columns, name, "columns", COLUMNS_AXIS);
    add_pool(b, "MaxPool", &p, name, output);
    return result(b);
}

/* ---- enlarging, shuffling -------------------------------------------------------------------- */

/* Whether a line repeats each pixel the same number of times. */
static bool repeats(const emb__line *line) {
    const int times = line->out_size / line->in_size;
    bool good = line->copies && line->out_size % line->in_size == 0;
    for (int o = 0; good && o < line->out_size; o++) good = line->at[o] == o / times;
    return good;
}

static Emb__Onnx__Node *add_resize(emb__onnx_builder *b, char *name, const float factors[2],
                                   char *output) {
    const int64_t count = 4;
    char *constants[2] = {emb__onnx_build_copy(b, ""), dotted(b, name, "scales")};
    float *own = emb__onnx_build_take(b, (size_t)count * sizeof *own);
    if (!own) return NULL;
    for (int i = 0; i < count; i++) own[i] = i < 2 ? 1 : factors[i - 2];
    emb__onnx_build_constant(b, constants[1], EMB__ONNX_ELEMENT_FLOAT, 1, &count, own,
                             (size_t)count * sizeof *own);
    return emb__onnx_build_node(b, "Resize", name, 2, constants, output);
}

/* The factors of a Resize that makes the layer's places and sides; false if there are none. */
static bool factors_of(const emb__layer *layer, float factors[2]) {
    const emb__arg *given = emb__layer_arg(layer->spec, "scale_factor");
    const emb__arg *again = emb__layer_arg(layer->spec, "recompute_scale_factor");
    const emb__arg *align = emb__layer_arg(layer->spec, "align_corners");
    const bool own = !given->is_none && (again->is_none || !again->v[0]);
    for (int i = 0; i < 2; i++) {
        const int in = layer->in.d[1 + i], out = layer->out.d[1 + i];
        factors[i] = (float)(own ? i ? given->second : given->real : (double)out / in);
        /* A rounded factor may be a little less than what makes this side. */
        if (floor(in * (double)factors[i]) < out) factors[i] = nextafterf(factors[i], INFINITY);
        if ((int)floor(in * (double)factors[i]) != out) return false;
        if ((int)floorf((float)in * factors[i]) != out) return false;
        /* Programs align corners by the size, or by the factor times the size before. */
        if (!align->is_none && align->v[0] && (float)in * factors[i] != (float)out) return false;
    }
    return true;
}

emb_status emb__onnx_write_upsample(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                    char *output) {
    enum { NEAREST, BILINEAR, BICUBIC, NEAREST_EXACT };
    static const char *const modes[] = {"nearest", "linear", "cubic", "nearest"};
    const emb__resample *r = &layer->resample[0];
    const int mode = emb__layer_arg(layer->spec, "mode")->v[0];
    const emb__arg *align = emb__layer_arg(layer->spec, "align_corners");
    const bool copies = mode == NEAREST || mode == NEAREST_EXACT;
    float factors[2];
    if (!factors_of(layer, factors) || (copies && !(repeats(&r->rows) && repeats(&r->columns)))) {
        return write_lines(b, r, name, output);
    }
    Emb__Onnx__Node *node = add_resize(b, name, factors, output);
    if (!node) return result(b);
    emb__onnx_build_word(b, node, "mode", modes[mode]);
    emb__onnx_build_word(b, node, "coordinate_transformation_mode",
                         copies                           ? "asymmetric"
                         : !align->is_none && align->v[0] ? "align_corners"
                                                          : "half_pixel");
    if (copies) emb__onnx_build_word(b, node, "nearest_mode", "floor");
    if (mode == BICUBIC) emb__onnx_build_float(b, node, "cubic_coeff_a", -0.75f);
    return result(b);
}

emb_status emb__onnx_write_shuffle(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                   char *output) {
    Emb__Onnx__Node *node = emb__onnx_build_node(b, "DepthToSpace", name, 0, NULL, output);
    if (!node) return result(b);
    emb__onnx_build_int(b, node, "blocksize", layer->spec->args[0].v[0]);
    emb__onnx_build_word(b, node, "mode", "CRD");
    return result(b);
}

emb_status emb__onnx_write_unshuffle(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                     char *output) {
    static const int order[6] = {0, 1, 3, 5, 2, 4};
    const int r = layer->spec->args[0].v[0];
    const int split[6] = {0, layer->in.d[0], layer->out.d[1], r, layer->out.d[2], r};
    const int joined[4] = {0, layer->out.d[0], layer->out.d[1], layer->out.d[2]};
    char *shapes[2] = {add_numbers(b, name, "split", split, 6),
                       add_numbers(b, name, "joined", joined, 4)};
    if (!shapes[1]) return result(b);
    emb__onnx_build_node(b, "Reshape", dotted(b, name, "reshape"), 1, &shapes[0],
                         dotted(b, name, "reshape.out"));
    Emb__Onnx__Node *node = emb__onnx_build_node(b, "Transpose", dotted(b, name, "transpose"), 0,
                                                 NULL, dotted(b, name, "transpose.out"));
    if (node) emb__onnx_build_list(b, node, "perm", order, 6);
    emb__onnx_build_node(b, "Reshape", name, 1, &shapes[1], output);
    return result(b);
}

/* ---- padding --------------------------------------------------------------------------------- */

/* pads: left, right, above, below */
static void add_pad(emb__onnx_builder *b, const emb__resample *r, const char *name,
                    const char *mode, const int pads[4], char *output) {
    const int all[8] = {0, 0, pads[2], pads[0], 0, 0, pads[3], pads[1]};
    bool less = false;
    for (int i = 0; i < 4; i++) less = less || pads[i] < 0;
    if (r->rows.copies && r->columns.copies && (less || !mode)) {
        write_lines(b, r, name, output);
        return;
    }
    char *constant = add_numbers(b, name, "pads", all, 8);
    Emb__Onnx__Node *node = constant ? emb__onnx_build_node(b, "Pad", emb__onnx_build_copy(b, name),
                                                            1, &constant, output)
                                     : NULL;
    if (node) emb__onnx_build_word(b, node, "mode", mode);
}

emb_status emb__onnx_write_pad(emb__onnx_builder *b, const emb__layer *layer, char *name,
                               char *output) {
    add_pad(b, &layer->resample[0], name,
            layer->kind == &emb__zero_pad2d         ? "constant"
            : layer->kind == &emb__reflection_pad2d ? "reflect"
                                                    : "edge",
            layer->spec->args[0].v, output);
    return result(b);
}

void emb__onnx_write_conv_pad(emb__onnx_builder *b, const emb__layer *layer, const char *name) {
    /* Pad has no circular mode before opset 19. */
    static const char *const modes[] = {
        [EMB__PAD_REFLECT] = "reflect", [EMB__PAD_REPLICATE] = "edge", [EMB__PAD_CIRCULAR] = NULL};
    int pads[4];
    char *stem = dotted(b, name, "pad");
    emb__conv_pads(layer, 1, pads);
    emb__conv_pads(layer, 0, pads + 2);
    if (stem) {
        add_pad(b, &layer->resample[0], stem, modes[emb__conv_pad_mode(layer)], pads,
                dotted(b, stem, "out"));
    }
}

#endif
