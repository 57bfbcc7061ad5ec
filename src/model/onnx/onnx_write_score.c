/* How unusual an image is, as nodes of an ONNX model, opset 17. See onnx_write_score.h.
 *
 * The weighted sum of an error d over components v, sum(kept (v d)^2) + base |d - its part along
 * them|^2, is written so that nothing is subtracted from a large number: float32 is enough. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx_write_score.h"

/* A node "score.WHAT" of up to two inputs; its tensor, which has its name. */
static char *step(emb__onnx_builder *b, const char *op, const char *what, char *first,
                  char *second) {
    char *const inputs[2] = {first, second};
    char *name = emb__onnx_build_join(b, "score.", what);
    emb__onnx_build_step(b, op, name, second ? 2 : 1, inputs, name);
    return name;
}

/* The node that was added last. */
static Emb__Onnx__Node *last(const emb__onnx_builder *b) {
    return b->failed ? NULL : b->graph.node[b->graph.n_node - 1];
}

static char *number(emb__onnx_builder *b, const char *what, double x) {
    return emb__onnx_build_number(b, emb__onnx_build_join(b, "score.", what), (float)x);
}

static char *floats(emb__onnx_builder *b, const char *what, int rank, const int64_t *dims,
                    const float *values) {
    size_t count = 1;
    char *name = emb__onnx_build_join(b, "score.", what);
    for (int i = 0; i < rank; i++) count *= (size_t)dims[i];
    emb__onnx_build_constant(b, name, EMB__ONNX_ELEMENT_FLOAT, rank, dims, values,
                             count * sizeof *values);
    return name;
}

/* A constant of one whole number. */
static char *whole(emb__onnx_builder *b, const char *what, int64_t x) {
    static const int64_t one = 1;
    char *name = emb__onnx_build_join(b, "score.", what);
    int64_t *own = emb__onnx_build_take(b, sizeof *own);
    if (!own) return NULL;
    *own = x;
    emb__onnx_build_constant(b, name, EMB__ONNX_ELEMENT_INT64, 1, &one, own, sizeof *own);
    return name;
}

/* The sum of a tensor [batch, ...] over dimension 1, which goes away. */
static char *sum(emb__onnx_builder *b, const char *what, char *of, char *axis) {
    char *made = step(b, "ReduceSum", what, of, axis);
    if (last(b)) emb__onnx_build_int(b, last(b), "keepdims", 0);
    return made;
}

/* The image [batch, C, H, W] in rows. */
static char *flat(emb__onnx_builder *b, const char *what, char *of) {
    char *made = step(b, "Flatten", what, of, NULL);
    if (last(b)) emb__onnx_build_int(b, last(b), "axis", 1);
    return made;
}

static char *part(emb__onnx_builder *b, const char *what, char *image, char *from, char *to,
                  char *axis) {
    char *const inputs[4] = {image, from, to, axis};
    char *name = emb__onnx_build_join(b, "score.", what);
    emb__onnx_build_step(b, "Slice", name, 4, inputs, name);
    return name;
}

/* The differences between neighbouring pixels along a dimension, summed; NULL if there is one
 * alone. */
static char *differences(emb__onnx_builder *b, char *image, int dim, int size, char *axis1) {
    static const char *const names[2][8] = {
        {"below", "above", "rows", "rows_abs", "rows_flat", "rows_sum", "height", "dim2"},
        {"right", "left", "columns", "columns_abs", "columns_flat", "columns_sum", "width",
         "dim3"}};
    const char *const *n = names[dim == 3];
    if (size < 2) return NULL;
    char *axis = whole(b, n[7], dim), *zero = whole(b, dim == 3 ? "left_from" : "above_from", 0);
    char *one = whole(b, dim == 3 ? "right_from" : "below_from", 1), *end = whole(b, n[6], size);
    char *before = whole(b, dim == 3 ? "left_to" : "above_to", size - 1);
    char *next = part(b, n[0], image, one, end, axis);
    char *here = part(b, n[1], image, zero, before, axis);
    char *change = step(b, "Abs", n[3], step(b, "Sub", n[2], next, here), NULL);
    return sum(b, n[5], flat(b, n[4], change), axis1);
}

/* How busy the image is, within the limits. */
static char *busy(emb__onnx_builder *b, const emb_unusual *u, char *axis1) {
    const emb__shape *in = &b->net->input;
    char *rows = differences(b, b->start, 2, in->d[1], axis1);
    char *columns = differences(b, b->start, 3, in->d[2], axis1);
    char *all = rows && columns ? step(b, "Add", "differences", rows, columns)
                : rows          ? rows
                                : columns;
    if (!all) return number(b, "busy", u->least);
    char *const inputs[3] = {all, number(b, "least", u->least), number(b, "most", u->most)};
    char *name = emb__onnx_build_join(b, "score.", "busy");
    emb__onnx_build_step(b, "Clip", name, 3, inputs, name);
    return name;
}

static char *squares(emb__onnx_builder *b, char *d, char *axis1) {
    return sum(b, "squares", step(b, "Mul", "square", d, d), axis1);
}

/* ---- each kind, from the error in rows ---------------------------------------------------------
 */

static char *write_score(emb__onnx_builder *b, const emb_unusual *u, char *d, char *axis1) {
    const int64_t dims[2] = {(int64_t)u->count, (int64_t)u->size};
    float *numbers = emb__onnx_build_take(b, u->count * sizeof *numbers);
    if (!numbers) return NULL;
    for (size_t c = 0; c < u->count; c++) numbers[c] = emb__unusual_kept(u, c);
    char *vectors = floats(b, "vectors", 2, dims, u->vectors);
    d = step(b, "Sub", "centred", d, floats(b, "mean", 1, dims + 1, u->mean));
    char *along = step(b, "Gemm", "along", d, vectors);
    if (last(b)) emb__onnx_build_int(b, last(b), "transB", 1);
    char *rest = step(b, "Sub", "rest", d, step(b, "MatMul", "explained", along, vectors));
    char *weighed = step(b, "Mul", "weighed", step(b, "Mul", "along_square", along, along),
                         floats(b, "kept", 1, dims, numbers));
    char *others = step(b, "Mul", "others", squares(b, rest, axis1),
                        number(b, "base", (double)u->base / (double)u->unit));
    char *all = step(b, "Add", "all", sum(b, "weighed_sum", weighed, axis1), others);
    return step(b, "Div", "value", all, busy(b, u, axis1));
}

static char *write_reconstruction(emb__onnx_builder *b, const emb_unusual *u, char *d,
                                  char *axis1) {
    return step(b, "Div", "value", squares(b, d, axis1), number(b, "count", (double)u->size));
}

static char *write_corrected(emb__onnx_builder *b, const emb_unusual *u, char *d, char *axis1) {
    return step(b, "Div", "value", squares(b, d, axis1), busy(b, u, axis1));
}

/* `d` is an image. */
static char *write_region(emb__onnx_builder *b, const emb_unusual *u, char *d, char *axis1) {
    const emb__shape *in = &b->net->input;
    const int kernel[2] = {emb__unusual_side(in->d[1]), emb__unusual_side(in->d[2])};
    static const int all[3] = {1, 2, 3};
    (void)u;
    char *plane = step(b, "ReduceSum", "plane", step(b, "Mul", "square", d, d), axis1);
    char *windows = step(b, "AveragePool", "windows", plane, NULL);
    if (last(b)) emb__onnx_build_list(b, last(b), "kernel_shape", kernel, 2);
    char *most = step(b, "ReduceMax", "worst", windows, NULL);
    if (last(b)) {
        emb__onnx_build_list(b, last(b), "axes", all, 3);
        emb__onnx_build_int(b, last(b), "keepdims", 0);
    }
    return step(b, "Div", "value", most, number(b, "channels", in->d[0]));
}

static char *write_neighbours(emb__onnx_builder *b, const emb_unusual *u, char *code, char *axis1) {
    const int64_t dims[2] = {(int64_t)u->code_count, (int64_t)u->latent};
    const size_t k = emb__unusual_neighbours(u);
    char *rows = step(b, "Unsqueeze", "code_row", flat(b, "code", code), axis1);
    char *by = step(b, "Sub", "from", rows, floats(b, "codes", 2, dims, u->codes));
    char *far = sum(b, "far", step(b, "Mul", "from_square", by, by), whole(b, "dim2", 2));
    char *nearest = step(b, "TopK", "nearest", far, whole(b, "neighbours", (int64_t)k));
    Emb__Onnx__Node *node = last(b);
    char **outputs = emb__onnx_build_take(b, 2 * sizeof *outputs);
    if (!node || !outputs) return NULL;
    outputs[0] = nearest;
    outputs[1] = emb__onnx_build_copy(b, "score.which");
    node->output = outputs;
    node->n_output = 2;
    emb__onnx_build_int(b, node, "axis", 1);
    emb__onnx_build_int(b, node, "largest", 0);
    char *all = sum(b, "distances", step(b, "Sqrt", "distance", nearest, NULL), axis1);
    return step(b, "Div", "value", all, number(b, "divisor", (double)k));
}

/* From what each begins. */
typedef enum begins { ROWS, IMAGE, CODE } begins;

static const struct {
    begins from;
    char *(*write)(emb__onnx_builder *b, const emb_unusual *u, char *from, char *axis1);
} kinds[EMB_UNUSUAL_KINDS] = {
    [EMB_UNUSUAL_SCORE] = {ROWS, write_score},
    [EMB_UNUSUAL_RECONSTRUCTION] = {ROWS, write_reconstruction},
    [EMB_UNUSUAL_REGION] = {IMAGE, write_region},
    [EMB_UNUSUAL_CORRECTED] = {ROWS, write_corrected},
    [EMB_UNUSUAL_NEIGHBOURS] = {CODE, write_neighbours},
};

static void give(emb__onnx_builder *b, const char *op, char *from, const char *name, int element) {
    static const emb__shape none = {0};
    char *own = emb__onnx_build_copy(b, name);
    emb__onnx_build_step(b, op, own, 1, &from, own);
    b->graph.output[b->graph.n_output++] = emb__onnx_build_end(b, name, element, &none);
}

void emb__onnx_write_score(emb__onnx_builder *b, const emb_verdict *verdict) {
    const emb_unusual *u = verdict->unusual;
    const begins from = kinds[verdict->by].from;
    char *axis1 = whole(b, "dim1", 1), *d = b->start;
    if (from == CODE) {
        d = emb__onnx_build_copy(b, "code");
    } else if (u->uses_net) {
        d = step(b, "Sub", "error", b->start, emb__onnx_build_copy(b, "reconstruction"));
    }
    if (from == ROWS) d = flat(b, "error_row", d);
    char *value = kinds[verdict->by].write(b, u, d, axis1);
    if (b->failed) return;
    give(b, "Identity", value, "score", EMB__ONNX_ELEMENT_FLOAT);
    /* Not "above": a NaN is unusual, too. */
    char *within =
        step(b, "LessOrEqual", "usual", value, number(b, "threshold", verdict->threshold));
    give(b, "Not", within, "unusual", EMB__ONNX_ELEMENT_BOOL);
}

#endif
