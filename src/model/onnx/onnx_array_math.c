/* Arithmetic on arrays of constants. See onnx_array.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "kernels/math.h"
#include "model/onnx/onnx_array.h"

/* ---- number by number ------------------------------------------------------------------------ */

static double power(double a, double b) {
    if (b == 2) return a * a;
    if (b == 0.5) return sqrt(a);
    return a > 0 ? emb__exp(b * emb__log(a)) : b == 1 ? a : (double)NAN;
}

static double add(double a, double b) { return a + b; }
static double subtract(double a, double b) { return a - b; }
static double multiply(double a, double b) { return a * b; }
static double divide(double a, double b) { return a / b; }
static double larger(double a, double b) { return a > b ? a : b; }
static double smaller(double a, double b) { return a < b ? a : b; }
static double negative(double a, double b) { return (void)b, -a; }
static double root(double a, double b) { return (void)b, sqrt(a); }
static double reciprocal(double a, double b) { return (void)b, 1 / a; }
static double magnitude(double a, double b) { return (void)b, fabs(a); }
static double below(double a, double b) { return (void)b, floor(a); }
static double above(double a, double b) { return (void)b, ceil(a); }
static double exponential(double a, double b) { return (void)b, emb__exp(a); }
static double logarithm(double a, double b) { return (void)b, emb__log(a); }

static const struct {
    const char *op;
    double (*of)(double a, double b);
    int inputs;
} simple[] = {
    {"Add", add, 2},         {"Sub", subtract, 2},
    {"Mul", multiply, 2},    {"Div", divide, 2},
    {"Pow", power, 2},       {"Max", larger, 2},
    {"Min", smaller, 2},     {"Neg", negative, 1},
    {"Sqrt", root, 1},       {"Abs", magnitude, 1},
    {"Floor", below, 1},     {"Ceil", above, 1},
    {"Exp", exponential, 1}, {"Reciprocal", reciprocal, 1},
    {"Log", logarithm, 1},
};

bool emb__onnx_array_is_sum(const char *op) {
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        if (simple[i].inputs == 2 && strcmp(simple[i].op, op) == 0) return true;
    }
    return false;
}

static emb_status combine(emb__onnx_chain *chain, double (*of)(double a, double b),
                          const emb__onnx_array *a, const emb__onnx_array *b,
                          emb__onnx_array *out) {
    int64_t at[EMB__ONNX_RANK] = {0};
    out->rank = a->rank > b->rank ? a->rank : b->rank;
    for (int i = 0; i < out->rank; i++) {
        const int ia = i - (out->rank - a->rank), ib = i - (out->rank - b->rank);
        const int64_t da = ia < 0 ? 1 : a->d[ia], db = ib < 0 ? 1 : b->d[ib];
        out->d[i] = da == 1 ? db : da;
        if (da != 1 && db != 1 && da != db) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                  "computes with constants that do not fit each other");
        }
    }
    emb_status status = emb__onnx_array_room(chain, out);
    for (size_t k = 0; status == EMB_OK && k < out->count; k++) {
        out->values[k] = (float)of((double)a->values[emb__onnx_array_spread(a, out->rank, at)],
                                   (double)b->values[emb__onnx_array_spread(b, out->rank, at)]);
        emb__onnx_array_next(out->rank, out->d, at);
    }
    return status;
}

static emb_status by_number(emb__onnx_chain *chain, size_t which, emb__onnx_array *out) {
    emb__onnx_array a, b = {.values = NULL};
    const size_t inputs = (size_t)simple[which].inputs;
    if (chain->node->n_input != inputs) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "has %zu inputs, expected %zu",
                              chain->node->n_input, inputs);
    }
    for (size_t i = 0; i < inputs; i++) {
        if (emb__onnx_array_is(chain, i)) continue;
        return emb__onnx_fail(chain, EMB__ONNX_FOLD, "computes with floats and other numbers");
    }
    emb_status status = emb__onnx_array_load(chain, 0, &a);
    if (status == EMB_OK && inputs == 2) status = emb__onnx_array_load(chain, 1, &b);
    if (status == EMB_OK) {
        status = combine(chain, simple[which].of, &a, inputs == 2 ? &b : &a, out);
    }
    emb__free(a.values);
    emb__free(b.values);
    return status;
}

/* ---- sums ------------------------------------------------------------------------------------ */

typedef enum reduction { SUM, MEAN, MOST, LEAST, PRODUCT, SQUARES, NORM, REDUCTIONS } reduction;
static const char *const reductions[REDUCTIONS] = {"ReduceSum", "ReduceMean", "ReduceMax",
                                                   "ReduceMin", "ReduceProd", "ReduceSumSquare",
                                                   "ReduceL2"};

static double start_of(reduction how) {
    return how == MOST ? -INFINITY : how == LEAST ? INFINITY : how == PRODUCT ? 1 : 0;
}

static double step_of(reduction how, double so_far, double x) {
    switch (how) {
    case MOST:
        return larger(so_far, x);
    case LEAST:
        return smaller(so_far, x);
    case PRODUCT:
        return so_far * x;
    case SQUARES:
    case NORM:
        return so_far + x * x;
    default:
        return so_far + x;
    }
}

/* gone[i]: dimension i is reduced. */
static emb_status read_axes(const emb__onnx_chain *chain, int rank, bool gone[EMB__ONNX_RANK]) {
    int64_t axes[EMB__ONNX_RANK];
    int count;
    emb_status status = emb__onnx_list(chain, "axes", 1, axes, &count);
    const bool none = count <= 0;
    for (int i = 0; i < rank; i++)
        gone[i] = none && !emb__onnx_int(chain, "noop_with_empty_axes", 0);
    for (int i = 0; i < count && status == EMB_OK; i++) {
        const int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];
        if (axis < 0 || axis >= rank)
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its axes are impossible");
        gone[axis] = true;
    }
    return status;
}

static emb_status reduce(emb__onnx_chain *chain, reduction how, emb__onnx_array *out) {
    emb__onnx_array a;
    bool gone[EMB__ONNX_RANK] = {false};
    int64_t at[EMB__ONNX_RANK] = {0};
    emb_status status = emb__onnx_array_load(chain, 0, &a);
    if (status == EMB_OK) status = read_axes(chain, a.rank, gone);
    out->rank = a.rank;
    for (int i = 0; i < a.rank; i++) out->d[i] = gone[i] ? 1 : a.d[i];
    if (status == EMB_OK) status = emb__onnx_array_room(chain, out);
    double *sums = status == EMB_OK ? emb__calloc(out->count, sizeof *sums) : NULL;
    if (status == EMB_OK && !sums) status = EMB_ERR_MEMORY;
    for (size_t k = 0; sums && k < out->count; k++) sums[k] = start_of(how);
    for (size_t k = 0; sums && k < a.count; k++) {
        double *sum = &sums[emb__onnx_array_spread(out, out->rank, at)];
        *sum = step_of(how, *sum, (double)a.values[k]);
        emb__onnx_array_next(a.rank, a.d, at);
    }
    for (size_t k = 0; sums && k < out->count; k++) {
        const size_t many = a.count / out->count;
        out->values[k] = (float)(how == MEAN   ? sums[k] / (double)many
                                 : how == NORM ? sqrt(sums[k])
                                               : sums[k]);
    }
    int kept = 0;
    for (int i = 0; i < a.rank && !emb__onnx_int(chain, "keepdims", 1); i++) {
        if (!gone[i]) out->d[kept++] = a.d[i];
        out->rank = i + 1 == a.rank ? kept : out->rank;
    }
    emb__free(sums);
    emb__free(a.values);
    return status;
}

/* Of two tables. */
static emb_status matmul(emb__onnx_chain *chain, emb__onnx_array *out) {
    const size_t most = (size_t)1 << 30; /* products */
    emb__onnx_array a, b = {.values = NULL};
    size_t products;
    emb_status status = emb__onnx_array_load(chain, 0, &a);
    if (status == EMB_OK) status = emb__onnx_array_load(chain, 1, &b);
    if (status == EMB_OK && (a.rank != 2 || b.rank != 2 || a.d[1] != b.d[0])) {
        status = emb__onnx_fail(chain, EMB__ONNX_FOLD,
                                "multiplies constants that are not two tables that fit");
    }
    *out = (emb__onnx_array){.rank = 2, .d = {a.d[0], b.d[1]}};
    if (status == EMB_OK && (!emb__mul(a.count, (size_t)b.d[1], &products) || products > most)) {
        status = emb__onnx_fail(chain, EMB__ONNX_FOLD, "multiplies constants that are too large");
    }
    if (status == EMB_OK) status = emb__onnx_array_room(chain, out);
    for (size_t k = 0; status == EMB_OK && k < out->count; k++) {
        const size_t width = (size_t)b.d[1], inner = (size_t)a.d[1];
        double sum = 0;
        for (size_t i = 0; i < inner; i++) {
            sum +=
                (double)a.values[k / width * inner + i] * (double)b.values[i * width + k % width];
        }
        out->values[k] = (float)sum;
    }
    emb__free(a.values);
    emb__free(b.values);
    return status;
}

emb_status emb__onnx_array_compute(emb__onnx_chain *chain, emb__onnx_array *out, bool *done) {
    const char *op = emb__onnx_text(chain->node->op_type);
    *done = true;
    *out = (emb__onnx_array){.values = NULL};
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        if (strcmp(simple[i].op, op) == 0) return by_number(chain, i, out);
    }
    for (int i = 0; i < REDUCTIONS; i++) {
        if (strcmp(reductions[i], op) == 0) return reduce(chain, (reduction)i, out);
    }
    if (strcmp(op, "MatMul") == 0) return matmul(chain, out);
    *done = false;
    return EMB_OK;
}

#endif
