/* The whole numbers that exporters compute with: a Reshape's shape, from the images' own shape. See
 * onnx.h. The batch's size is EMB__ONNX_BATCH, which may only be moved. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"

/* The whole numbers of an input: a constant's or computed ones. False if it has none. */
static bool integers(const emb__onnx_chain *chain, size_t i, emb__onnx_value *out) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    if (!value || value->kind == EMB__ONNX_IMAGES || value->kind == EMB__ONNX_FLOATS) return false;
    if (value->kind == EMB__ONNX_INTEGERS) {
        *out = *value;
        return true;
    }
    size_t count = 0;
    *out = (emb__onnx_value){.kind = EMB__ONNX_INTEGERS, .scalar = value->tensor->n_dims == 0};
    if (emb__onnx_integers(chain->file, value->tensor, out->d, EMB__ONNX_RANK, &count) != EMB_OK) {
        return false;
    }
    out->rank = (int)count;
    return true;
}

/* `at` of `count`, counted from the end if it is negative; -1 if it is outside. */
static int place(int64_t at, int count) {
    if (at < 0) at += count;
    return at >= 0 && at < count ? (int)at : -1;
}

static bool shape_of(const emb__onnx_chain *chain, emb__onnx_value *out) {
    const emb__onnx_value *value = emb__onnx_input(chain, 0);
    if (!value || value->rank + 1 > EMB__ONNX_RANK) return false;
    const int images = value->kind == EMB__ONNX_IMAGES;
    if (value->kind == EMB__ONNX_INTEGERS) {
        if (value->columns || value->scalar) return false;
        out->rank = 1;
        out->d[0] = value->rank;
    } else {
        out->rank = images + value->rank;
        out->d[0] = chain->batch;
        memcpy(out->d + images, value->d, (size_t)value->rank * sizeof *out->d);
    }
    int64_t from = emb__onnx_int(chain, "start", 0), to = emb__onnx_int(chain, "end", out->rank);
    from = from < 0 ? from + out->rank : from;
    to = to < 0 ? to + out->rank : to > out->rank ? out->rank : to;
    if (from < 0 || to < from) return false;
    memmove(out->d, out->d + from, (size_t)(to - from) * sizeof *out->d);
    out->rank = (int)(to - from);
    return true;
}

static bool gather(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value from, at;
    if (!integers(chain, 0, &from) || !integers(chain, 1, &at)) return false;
    if (emb__onnx_int(chain, "axis", 0) != 0) return false;
    for (int i = 0; i < at.rank; i++) {
        const int found = place(at.d[i], from.rank);
        if (found < 0) return false;
        out->d[i] = from.d[found];
    }
    out->rank = at.rank;
    out->scalar = at.scalar;
    return true;
}

/* Reverses a row; for a table, the order of its rows. */
static bool turn_round(const emb__onnx_value *from, int64_t start, int64_t end,
                       emb__onnx_value *out) {
    const int width = from->columns ? from->columns : 1, rows = from->rank / width;
    if ((start != -1 && start < rows - 1) || end >= -rows) return false;
    for (int i = 0; i < from->rank; i++) {
        out->d[i] = from->d[(rows - 1 - i / width) * width + i % width];
    }
    out->rank = from->rank;
    out->columns = from->columns;
    return true;
}

static bool slice(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value from, start, end, step = {.rank = 1, .d = {1}};
    if (!integers(chain, 0, &from) || !integers(chain, 1, &start) || !integers(chain, 2, &end)) {
        return false;
    }
    if (emb__onnx_input(chain, 4) && !integers(chain, 4, &step)) return false;
    if (start.rank != 1 || end.rank != 1 || step.rank != 1) return false;
    if (step.d[0] == -1) return turn_round(&from, start.d[0], end.d[0], out);
    if (step.d[0] != 1 || from.columns) return false;
    int64_t a = start.d[0] < 0 ? start.d[0] + from.rank : start.d[0];
    int64_t b = end.d[0] < 0 ? end.d[0] + from.rank : end.d[0];
    if (b > from.rank) b = from.rank;
    if (a < 0) a = 0;
    for (; a < b; a++) out->d[out->rank++] = from.d[a];
    return true;
}

/* Exchanges a table's rows and columns. */
static bool transpose(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value from;
    if (!integers(chain, 0, &from) || !from.columns) return false;
    const int rows = from.rank / from.columns;
    for (int i = 0; i < from.rank; i++) out->d[i] = from.d[i % rows * from.columns + i / rows];
    out->rank = from.rank;
    out->columns = rows;
    return true;
}

/* So many zeros, or copies of the number that it gives. */
static bool constant_of_shape(const emb__onnx_chain *chain, emb__onnx_value *out) {
    const Emb__Onnx__Attribute *value = emb__onnx_attribute(chain, "value");
    emb__onnx_value shape;
    int64_t number = 0;
    size_t count;
    if (!integers(chain, 0, &shape) || shape.rank != 1) return false;
    if (shape.d[0] < 0 || shape.d[0] > EMB__ONNX_RANK) return false;
    if (value && (!value->t || emb__onnx_integers(chain->file, value->t, &number, 1, &count))) {
        return false;
    }
    out->rank = (int)shape.d[0];
    for (int i = 0; i < out->rank; i++) out->d[i] = number;
    return true;
}

static bool concat(const emb__onnx_chain *chain, emb__onnx_value *out) {
    for (size_t i = 0; i < chain->node->n_input; i++) {
        emb__onnx_value part;
        if (!integers(chain, i, &part) || part.rank + out->rank > EMB__ONNX_RANK) return false;
        memcpy(out->d + out->rank, part.d, (size_t)part.rank * sizeof *out->d);
        out->rank += part.rank;
    }
    return true;
}

static int64_t add(int64_t a, int64_t b) { return a + b; }
static int64_t subtract(int64_t a, int64_t b) { return a - b; }
static int64_t multiply(int64_t a, int64_t b) { return a * b; }
static int64_t divide(int64_t a, int64_t b) { return a / b; }
static int64_t remain(int64_t a, int64_t b) { return a % b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t is_less(int64_t a, int64_t b) { return a < b; }
static int64_t is_greater(int64_t a, int64_t b) { return a > b; }

/* Operators of two numbers. What leaves a alone as b leaves the batch's size alone, too. */
static const struct {
    const char *op;
    int64_t (*of)(int64_t a, int64_t b);
    bool has_neutral, divides;
    int64_t neutral;
} of_two[] = {
    {"Add", add, true, false, 0},
    {"Sub", subtract, true, false, 0},
    {"Mul", multiply, true, false, 1},
    {"Div", divide, true, true, 1},
    {"Mod", remain, false, true, 0},
    {"Max", larger, false, false, 0},
    {"Min", smaller, false, false, 0},
    {"Less", is_less, false, false, 0},
    {"Greater", is_greater, false, false, 0},
};

/* a op b in whole numbers; false if there is no such number, or if it is too large for a shape. */
static bool arithmetic(const char *op, int64_t a, int64_t b, int64_t *out) {
    enum { MOST = 1 << 30 };
    size_t i = 0;
    *out = a == b;
    if (strcmp(op, "Equal") == 0) return true;
    while (strcmp(of_two[i].op, op) != 0) i++; /* as it is in the table below */
    *out = a;
    if (of_two[i].has_neutral && b == of_two[i].neutral) return true;
    *out = b;
    if (of_two[i].of == multiply && a == 1) return true;
    if (a < -MOST || a > MOST || b < -MOST || b > MOST || a == EMB__ONNX_BATCH ||
        b == EMB__ONNX_BATCH || (of_two[i].divides && (a < 0 || b < 1))) {
        return false;
    }
    *out = of_two[i].of(a, b);
    return true;
}

static bool calculate(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value a, b;
    if (!integers(chain, 0, &a) || !integers(chain, 1, &b)) return false;
    if (a.rank != b.rank && a.rank != 1 && b.rank != 1) return false;
    out->rank = a.rank > b.rank ? a.rank : b.rank;
    out->scalar = a.scalar && b.scalar;
    for (int i = 0; i < out->rank; i++) {
        if (!arithmetic(emb__onnx_text(chain->node->op_type), a.d[a.rank == 1 ? 0 : i],
                        b.d[b.rank == 1 ? 0 : i], &out->d[i])) {
            return false;
        }
    }
    return true;
}

/* 0 - x */
static bool negate(const emb__onnx_chain *chain, emb__onnx_value *out) {
    if (!integers(chain, 0, out)) return false;
    for (int i = 0; i < out->rank; i++) {
        if (!arithmetic("Sub", 0, out->d[i], &out->d[i])) return false;
    }
    return true;
}

/* All numbers together: ReduceProd, ReduceSum, ReduceMax, ReduceMin. */
static bool reduce(const emb__onnx_chain *chain, emb__onnx_value *out) {
    static const struct {
        const char *op, *step;
    } names[] = {
        {"ReduceProd", "Mul"}, {"ReduceSum", "Add"}, {"ReduceMax", "Max"}, {"ReduceMin", "Min"}};
    emb__onnx_value from;
    size_t i = 0;
    if (!integers(chain, 0, &from) || from.columns || from.rank < 1) return false;
    while (strcmp(names[i].op, emb__onnx_text(chain->node->op_type)) != 0) i++;
    out->rank = 1;
    out->scalar = !emb__onnx_int(chain, "keepdims", 1);
    out->d[0] = from.d[0];
    for (int k = 1; k < from.rank; k++) {
        if (!arithmetic(names[i].step, out->d[0], from.d[k], &out->d[0])) return false;
    }
    return true;
}

/* How many numbers there are. */
static bool size_of(const emb__onnx_chain *chain, emb__onnx_value *out) {
    const emb__onnx_value *value = emb__onnx_input(chain, 0);
    if (!value || value->kind == EMB__ONNX_IMAGES || value->rank > EMB__ONNX_RANK) return false;
    const bool row = value->kind == EMB__ONNX_INTEGERS;
    *out = (emb__onnx_value){.kind = EMB__ONNX_INTEGERS, .rank = 1, .scalar = true};
    out->d[0] = row ? value->rank : (int64_t)emb__onnx_count(value->rank, value->d);
    return true;
}

/* From, up to, step. */
static bool range(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value ends[3];
    for (size_t i = 0; i < 3; i++) {
        if (!integers(chain, i, &ends[i]) || ends[i].rank != 1) return false;
    }
    const int64_t step = ends[2].d[0], end = ends[1].d[0];
    if (step == 0) return false;
    for (int64_t at = ends[0].d[0]; step > 0 ? at < end : at > end;) {
        if (out->rank == EMB__ONNX_RANK) return false;
        out->d[out->rank++] = at;
        if (!arithmetic("Add", at, step, &at)) return false;
    }
    return true;
}

/* A number as often as a shape says. */
static bool expand(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value from, shape;
    if (!integers(chain, 0, &from) || !integers(chain, 1, &shape) || shape.rank != 1) return false;
    const int64_t count = shape.d[0];
    if (from.columns || count < 1 || count > EMB__ONNX_RANK) return false;
    if (from.rank != 1 && from.rank != count) return false;
    out->rank = from.rank == 1 ? (int)count : from.rank;
    for (int i = 0; i < out->rank; i++) out->d[i] = from.d[from.rank == 1 ? 0 : i];
    return true;
}

static bool choose(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value in[3];
    for (size_t i = 0; i < 3; i++) {
        if (!integers(chain, i, &in[i])) return false;
        out->rank = in[i].rank > out->rank ? in[i].rank : out->rank;
    }
    for (int k = 0; k < 3; k++) {
        if (in[k].rank != 1 && in[k].rank != out->rank) return false;
    }
    for (int i = 0; i < out->rank; i++) {
        const emb__onnx_value *from = in[0].d[in[0].rank == 1 ? 0 : i] != 0 ? &in[1] : &in[2];
        out->d[i] = from->d[from->rank == 1 ? 0 : i];
    }
    out->scalar = in[0].scalar && in[1].scalar && in[2].scalar;
    return true;
}

/* Unsqueeze, Squeeze, Cast, Identity, Reshape: the same numbers. */
static bool same(const emb__onnx_chain *chain, emb__onnx_value *out) {
    return integers(chain, 0, out);
}

static bool vector(const emb__onnx_chain *chain, emb__onnx_value *out) {
    if (!same(chain, out)) return false;
    out->scalar = false;
    return true;
}

static bool reshape(const emb__onnx_chain *chain, emb__onnx_value *out) {
    emb__onnx_value shape;
    if (!vector(chain, out)) return false;
    out->columns = 0;
    if (integers(chain, 1, &shape) && shape.rank == 2 && shape.d[1] > 0 &&
        shape.d[1] <= out->rank && out->rank % (int)shape.d[1] == 0) {
        out->columns = (int)shape.d[1];
    }
    return true;
}

static bool scalar(const emb__onnx_chain *chain, emb__onnx_value *out) {
    if (!same(chain, out)) return false;
    out->scalar = out->rank == 1;
    return true;
}

static const struct {
    const char *op;
    bool (*compute)(const emb__onnx_chain *chain, emb__onnx_value *out);
} computed[] = {
    {"Shape", shape_of},    {"Gather", gather},
    {"Slice", slice},       {"Concat", concat},
    {"Cast", same},         {"Squeeze", scalar},
    {"Identity", same},     {"Unsqueeze", vector},
    {"Reshape", reshape},   {"Transpose", transpose},
    {"Add", calculate},     {"Sub", calculate},
    {"Mul", calculate},     {"Div", calculate},
    {"Mod", calculate},     {"Max", calculate},
    {"Min", calculate},     {"Equal", calculate},
    {"Less", calculate},    {"Greater", calculate},
    {"Neg", negate},        {"Where", choose},
    {"Range", range},       {"Expand", expand},
    {"Size", size_of},      {"ConstantOfShape", constant_of_shape},
    {"ReduceProd", reduce}, {"ReduceSum", reduce},
    {"ReduceMax", reduce},  {"ReduceMin", reduce},
};
enum { COMPUTED = sizeof computed / sizeof *computed };

/* A Constant's value; an Identity of a constant tensor. */
static emb_status constant(const emb__onnx_chain *chain, emb__onnx_value *out, bool *done) {
    const Emb__Onnx__Attribute *value = emb__onnx_attribute(chain, "value");
    const Emb__Onnx__Attribute *ints = emb__onnx_attribute(chain, "value_ints");
    const Emb__Onnx__Attribute *one = emb__onnx_attribute(chain, "value_int");
    *done = true;
    if (value && value->t) {
        *out = emb__onnx_of_tensor(out->name, value->t);
        return EMB_OK;
    }
    out->kind = EMB__ONNX_INTEGERS;
    if (one && one->has_i) {
        out->rank = 1;
        out->scalar = true;
        out->d[0] = one->i;
        return EMB_OK;
    }
    if (!ints || ints->n_ints > EMB__ONNX_RANK) {
        return emb__onnx_fail(chain, EMB__ONNX_FOLD, "is a constant of a kind that is not known");
    }
    out->rank = (int)ints->n_ints;
    for (size_t i = 0; i < ints->n_ints; i++) out->d[i] = ints->ints[i];
    return EMB_OK;
}

/* Says why a node's whole numbers cannot be computed; those in another file have a reason of their
 * own. */
static emb_status fail(const emb__onnx_chain *chain) {
    enum { EXTERNAL = 1 };
    for (size_t i = 0; i < chain->node->n_input; i++) {
        const emb__onnx_value *value = emb__onnx_input(chain, i);
        int64_t numbers[EMB__ONNX_RANK];
        size_t count;
        if (!value || value->kind != EMB__ONNX_TENSOR) continue;
        if (value->tensor->data_location != EXTERNAL) continue;
        emb_status status =
            emb__onnx_integers(chain->file, value->tensor, numbers, EMB__ONNX_RANK, &count);
        if (status != EMB_OK) return status;
    }
    return emb__onnx_fail(chain, EMB__ONNX_FOLD, "computes with something other than shapes");
}

emb_status emb__onnx_compute(emb__onnx_chain *chain, bool *done) {
    const Emb__Onnx__Node *node = chain->node;
    const char *op = emb__onnx_text(node->op_type);
    emb__onnx_value out = {.kind = EMB__ONNX_INTEGERS,
                           .name = node->n_output ? emb__onnx_text(node->output[0]) : ""};
    emb_status status = emb__onnx_compute_floats(chain, done);
    if (status != EMB_OK || *done) return status;
    if (strcmp(op, "Constant") == 0) status = constant(chain, &out, done);
    for (int i = 0; i < COMPUTED && !*done && status == EMB_OK; i++) {
        if (strcmp(computed[i].op, op) != 0) continue;
        if (i > 0 && emb__onnx_reads_images(chain)) break; /* a layer's work */
        if (!computed[i].compute(chain, &out)) {
            return fail(chain);
        }
        out.name = emb__onnx_text(node->n_output ? node->output[0] : NULL);
        *done = true;
    }
    return status == EMB_OK && *done ? emb__onnx_define(chain, &out) : status;
}

#endif
