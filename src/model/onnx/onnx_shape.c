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

/* a op b in whole numbers; false if there is no such number, or if it is too large for a shape. */
static bool arithmetic(const char *op, int64_t a, int64_t b, int64_t *out) {
    enum { MOST = 1 << 30 };
    if (a < -MOST || a > MOST || b < -MOST || b > MOST || a == EMB__ONNX_BATCH ||
        b == EMB__ONNX_BATCH) {
        return false;
    }
    if ((strcmp(op, "Div") == 0 || strcmp(op, "Mod") == 0) && (a < 0 || b < 1)) return false;
    *out = strcmp(op, "Add") == 0   ? a + b
           : strcmp(op, "Sub") == 0 ? a - b
           : strcmp(op, "Mul") == 0 ? a * b
           : strcmp(op, "Div") == 0 ? a / b
                                    : a % b;
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
    {"Shape", shape_of}, {"Gather", gather},       {"Slice", slice},
    {"Concat", concat},  {"Cast", same},           {"Squeeze", scalar},
    {"Identity", same},  {"Unsqueeze", vector},    {"Reshape", reshape},
    {"Add", calculate},  {"Sub", calculate},       {"Mul", calculate},
    {"Div", calculate},  {"Transpose", transpose}, {"ConstantOfShape", constant_of_shape},
    {"Mod", calculate},
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
        return emb__onnx_fail(chain, "is a constant of a kind that is not known");
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
    return emb__onnx_fail(chain,
                          "computes with something other than shapes; if these are constants, "
                          "have the exporter compute it (do_constant_folding=True, dynamo=True)");
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
