/* The constants of an ONNX model: those that it keeps, and those that it computes from them, if its
 * exporter did not fold constants. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "model/onnx/onnx.h"

const emb__onnx_value *emb__onnx_constant(const emb__onnx_chain *chain, size_t i) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    if (value && (value->kind == EMB__ONNX_TENSOR || value->kind == EMB__ONNX_FLOATS)) return value;
    emb__onnx_fail(chain, "its input %zu is not a constant", i + 1);
    return NULL;
}

emb_status emb__onnx_present(const emb__onnx_chain *chain, const emb__onnx_value *value,
                             size_t *count) {
    if (value->kind == EMB__ONNX_TENSOR) {
        return emb__onnx_locate(chain->file, value->tensor, count);
    }
    *count = emb__onnx_count(value->rank, value->d);
    return EMB_OK;
}

emb_status emb__onnx_read(const emb__onnx_chain *chain, const emb__onnx_value *value,
                          float **values, size_t *count) {
    if (value->kind == EMB__ONNX_TENSOR) {
        return emb__onnx_floats(chain->file, value->tensor, values, count);
    }
    *count = value->kind == EMB__ONNX_INTEGERS ? (size_t)value->rank
                                               : emb__onnx_count(value->rank, value->d);
    *values = emb__calloc(*count, sizeof **values);
    if (!*values) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < *count; i++) {
        (*values)[i] = value->kind == EMB__ONNX_INTEGERS ? (float)value->d[i] : value->floats[i];
    }
    return EMB_OK;
}

/* ---- what is computed ------------------------------------------------------------------------ */

/* A constant with its numbers. */
typedef struct array {
    float *values;
    size_t count;
    int rank;
    int64_t d[EMB__ONNX_RANK];
} array;

static emb_status load(emb__onnx_chain *chain, size_t i, array *a) {
    const emb__onnx_value *value = emb__onnx_constant(chain, i);
    *a = (array){.values = NULL};
    if (!value) return emb__last_status();
    emb_status status = emb__onnx_present(chain, value, &a->count);
    if (status == EMB_OK && value->rank > EMB__ONNX_RANK) {
        status = emb__onnx_fail(chain, "computes with more than %d dimensions", EMB__ONNX_RANK);
    }
    if (status == EMB_OK) status = emb__onnx_more(chain, a->count);
    if (status == EMB_OK) status = emb__onnx_read(chain, value, &a->values, &a->count);
    a->rank = value->rank;
    memcpy(a->d, value->d, sizeof a->d);
    return status;
}

/* The place in the array of the number at `at`, in a shape to which the array is broadcast. */
static size_t spread(const array *a, int rank, const int64_t *at) {
    size_t place = 0;
    for (int i = 0; i < a->rank; i++) {
        const int64_t k = a->d[i] == 1 ? 0 : at[rank - a->rank + i];
        place = place * (size_t)a->d[i] + (size_t)k;
    }
    return place;
}

static float calculate(char op, float a, float b) {
    return op == 'A' ? a + b : op == 'S' ? a - b : op == 'M' ? a * b : a / b;
}

static emb_status combine(emb__onnx_chain *chain, const array *a, const array *b, array *out) {
    const char op = emb__onnx_text(chain->node->op_type)[0];
    int64_t at[EMB__ONNX_RANK] = {0};
    out->rank = a->rank > b->rank ? a->rank : b->rank;
    out->count = 1;
    for (int i = 0; i < out->rank; i++) {
        const int ia = i - (out->rank - a->rank), ib = i - (out->rank - b->rank);
        const int64_t da = ia < 0 ? 1 : a->d[ia], db = ib < 0 ? 1 : b->d[ib];
        out->d[i] = da == 1 ? db : da;
        if ((da != 1 && db != 1 && da != db) ||
            !emb__mul(out->count, (size_t)out->d[i], &out->count)) {
            return emb__onnx_fail(chain, "computes with constants that do not fit each other");
        }
    }
    emb_status status = emb__onnx_more(chain, out->count);
    if (status != EMB_OK) return status;
    out->values = emb__calloc(out->count, sizeof *out->values);
    if (!out->values) return EMB_ERR_MEMORY;
    for (size_t k = 0; k < out->count; k++) {
        out->values[k] =
            calculate(op, a->values[spread(a, out->rank, at)], b->values[spread(b, out->rank, at)]);
        for (int i = out->rank - 1; i >= 0 && ++at[i] == out->d[i]; i--) at[i] = 0;
    }
    return EMB_OK;
}

static emb_status two(emb__onnx_chain *chain, array *out) {
    array a, b = {.values = NULL};
    emb_status status = load(chain, 0, &a);
    if (status == EMB_OK) status = load(chain, 1, &b);
    if (status == EMB_OK) status = combine(chain, &a, &b, out);
    emb__free(a.values);
    emb__free(b.values);
    return status;
}

static emb_status one(emb__onnx_chain *chain, array *out) {
    const char op = emb__onnx_text(chain->node->op_type)[0];
    emb_status status = load(chain, 0, out);
    for (size_t i = 0; status == EMB_OK && i < out->count; i++) {
        const float x = out->values[i];
        out->values[i] = op == 'N' ? -x : op == 'S' ? sqrtf(x) : 1 / x;
    }
    return status;
}

static emb_status turn(emb__onnx_chain *chain, array *out) {
    array a;
    int64_t perm[EMB__ONNX_RANK] = {0}, at[EMB__ONNX_RANK] = {0}, inner[EMB__ONNX_RANK] = {0};
    bool taken[EMB__ONNX_RANK] = {false};
    emb_status status = load(chain, 0, &a);
    *out = a;
    out->values = NULL;
    if (status == EMB_OK) status = emb__onnx_ints(chain, "perm", a.rank, -1, perm);
    for (int i = 0; i < a.rank && status == EMB_OK; i++) {
        if (!emb__onnx_attribute(chain, "perm")) perm[i] = a.rank - 1 - i;
        if (perm[i] < 0 || perm[i] >= a.rank || taken[perm[i]]) {
            status = emb__onnx_fail(chain, "perm is not a permutation");
        } else {
            taken[perm[i]] = true;
            out->d[i] = a.d[perm[i]];
        }
    }
    if (status == EMB_OK) out->values = emb__calloc(a.count, sizeof *out->values);
    if (status == EMB_OK && !out->values) status = EMB_ERR_MEMORY;
    for (int i = a.rank - 1, step = 1; i >= 0 && out->values; i--) {
        inner[i] = step;
        step *= (int)a.d[i];
    }
    for (size_t k = 0; k < a.count && out->values; k++) {
        int64_t from = 0;
        for (int i = 0; i < a.rank; i++) from += at[i] * inner[perm[i]];
        out->values[k] = a.values[from];
        for (int i = a.rank - 1; i >= 0 && ++at[i] == out->d[i]; i--) at[i] = 0;
    }
    emb__free(a.values);
    return status;
}

/* Cast and Identity: the same constant under another name. */
static emb_status alias(emb__onnx_chain *chain, emb__onnx_value *value) {
    const char *name = value->name;
    *value = *emb__onnx_input(chain, 0);
    value->name = name;
    return EMB_OK;
}

/* A few floats as whole numbers, for a shape. */
static emb_status whole(emb__onnx_chain *chain, emb__onnx_value *value) {
    const emb__onnx_value *from = emb__onnx_input(chain, 0);
    const double most = 1 << 30;
    float *numbers = NULL;
    size_t count = 0;
    emb_status status = emb__onnx_present(chain, from, &count);
    if (status == EMB_OK && (count > EMB__ONNX_RANK || from->rank > 1)) {
        status = emb__onnx_fail(chain, "makes whole numbers of more than a shape can have");
    }
    if (status == EMB_OK) status = emb__onnx_read(chain, from, &numbers, &count);
    value->kind = EMB__ONNX_INTEGERS;
    value->rank = (int)count;
    value->scalar = from->rank == 0;
    for (size_t i = 0; status == EMB_OK && i < count; i++) {
        if (!(fabs((double)numbers[i]) <= most)) {
            status = emb__onnx_fail(chain, "makes a whole number of %g", (double)numbers[i]);
        } else {
            value->d[i] = (int64_t)numbers[i];
        }
    }
    emb__free(numbers);
    return status;
}

static bool makes_floats(const emb__onnx_chain *chain) {
    const int64_t to = emb__onnx_int(chain, "to", 0);
    return to == 1 || to == 10 || to == 11 || to == 16;
}

static emb_status cast(emb__onnx_chain *chain, emb__onnx_value *value) {
    const int64_t to = emb__onnx_int(chain, "to", 0);
    if (makes_floats(chain)) return alias(chain, value);
    if (to == 6 || to == 7) return whole(chain, value);
    return emb__onnx_fail(chain, "makes something other than floats of a constant");
}

/* Reads a constant; a Reshape then gives it the shape that its second input says. */
static emb_status reshape(emb__onnx_chain *chain, array *out) {
    const char *op = emb__onnx_text(chain->node->op_type);
    int64_t list[EMB__ONNX_RANK];
    int count = 0, unknown = -1;
    size_t known = 1;
    emb_status status = load(chain, 0, out);
    if (status != EMB_OK || strcmp(op, "Reshape") != 0) return status;
    status = emb__onnx_list(chain, "shape", 1, list, &count);
    for (int i = 0; i < count && status == EMB_OK; i++) {
        if (i < out->rank && list[i] == 0) list[i] = out->d[i];
        if (list[i] == -1 && unknown < 0) {
            unknown = i;
        } else if (list[i] < 1 || !emb__mul(known, (size_t)list[i], &known)) {
            status = emb__onnx_fail(chain, "its shape is impossible");
        }
    }
    if (status == EMB_OK && unknown >= 0 && out->count % known == 0) {
        list[unknown] = (int64_t)(out->count / known);
        known = out->count;
    }
    if (status == EMB_OK && (count < 0 || known != out->count)) {
        status = emb__onnx_fail(chain, "its shape does not fit %zu numbers", out->count);
    }
    if (status != EMB_OK) return status;
    out->rank = count;
    memcpy(out->d, list, sizeof list);
    return EMB_OK;
}

static emb_status squeeze(emb__onnx_chain *chain, array *out) {
    const bool grows = emb__onnx_text(chain->node->op_type)[0] == 'U';
    int64_t list[EMB__ONNX_RANK], d[EMB__ONNX_RANK] = {0};
    int count = 0, made = 0;
    emb_status status = load(chain, 0, out);
    if (status == EMB_OK) status = emb__onnx_list(chain, "axes", 1, list, &count);
    if (status != EMB_OK) return status;
    const int rank = grows ? out->rank + (count > 0 ? count : 0) : out->rank;
    bool at[EMB__ONNX_RANK] = {false};
    for (int i = 0; i < count; i++) {
        if (list[i] < 0) list[i] += rank;
        if (rank > EMB__ONNX_RANK || list[i] < 0 || list[i] >= rank || at[list[i]]) {
            return emb__onnx_fail(chain, "its axes are impossible");
        }
        at[list[i]] = true;
    }
    for (int i = 0, k = 0; i < rank; i++) {
        if (grows) {
            d[made++] = at[i] ? 1 : out->d[k++];
        } else if (count < 0 ? out->d[i] != 1 : !at[i]) {
            d[made++] = out->d[i];
        }
    }
    if (emb__onnx_count(made, d) != out->count)
        return emb__onnx_fail(chain, "its axes are impossible");
    out->rank = made;
    memcpy(out->d, d, sizeof d);
    return EMB_OK;
}

static const struct {
    const char *op;
    emb_status (*rename)(emb__onnx_chain *chain, emb__onnx_value *value);
    emb_status (*compute)(emb__onnx_chain *chain, array *out);
} computed[] = {
    {"Identity", alias, NULL},  {"Cast", cast, NULL},         {"Transpose", NULL, turn},
    {"Reshape", NULL, reshape}, {"Unsqueeze", NULL, squeeze}, {"Squeeze", NULL, squeeze},
    {"Add", NULL, two},         {"Sub", NULL, two},           {"Mul", NULL, two},
    {"Div", NULL, two},         {"Neg", NULL, one},           {"Sqrt", NULL, one},
    {"Reciprocal", NULL, one},
};

/* Whether input i is a constant of floats. */
static bool is_floats(const emb__onnx_chain *chain, size_t i) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    if (!value) return false;
    if (value->kind == EMB__ONNX_FLOATS) return true;
    if (value->kind != EMB__ONNX_TENSOR) return false;
    return emb__onnx_is_floats(value->tensor);
}

/* Whether the node turns a constant of whole numbers into floats; a short row of them stays as it
 * is, since it may be a shape. */
static bool is_cast_to_floats(const emb__onnx_chain *chain) {
    const emb__onnx_value *value = emb__onnx_input(chain, 0);
    if (strcmp(emb__onnx_text(chain->node->op_type), "Cast") != 0 || !value) return false;
    if (value->kind != EMB__ONNX_TENSOR || !emb__onnx_is_whole(value->tensor)) return false;
    const int type = value->tensor->data_type;
    const bool row = value->rank <= 1 && emb__onnx_count(value->rank, value->d) <= EMB__ONNX_RANK;
    return makes_floats(chain) && !(row && (type == 6 || type == 7));
}

static emb_status floats_of_whole(emb__onnx_chain *chain, array *out) {
    const emb__onnx_value *value = emb__onnx_input(chain, 0);
    if (value->rank > EMB__ONNX_RANK) {
        return emb__onnx_fail(chain, "computes with more than %d dimensions", EMB__ONNX_RANK);
    }
    out->rank = value->rank;
    memcpy(out->d, value->d, sizeof out->d);
    emb_status status = emb__onnx_locate_whole(chain->file, value->tensor, &out->count);
    if (status == EMB_OK) status = emb__onnx_more(chain, out->count);
    if (status != EMB_OK) return status;
    return emb__onnx_floats(chain->file, value->tensor, &out->values, &out->count);
}

/* Takes over the numbers. */
static emb_status keep(emb__onnx_chain *chain, array *a, emb__onnx_value *value) {
    float **owned = emb__realloc(chain->owned, (chain->owned_count + 1) * sizeof *chain->owned);
    if (!owned) {
        emb__free(a->values);
        return EMB_ERR_MEMORY;
    }
    chain->owned = owned;
    owned[chain->owned_count++] = a->values;
    value->kind = EMB__ONNX_FLOATS;
    value->floats = a->values;
    value->rank = a->rank;
    memcpy(value->d, a->d, sizeof a->d);
    return EMB_OK;
}

/* A Constant's value_float or value_floats. */
static emb_status given(emb__onnx_chain *chain, emb__onnx_value *value, bool *done) {
    const Emb__Onnx__Attribute *one_float = emb__onnx_attribute(chain, "value_float");
    const Emb__Onnx__Attribute *many = emb__onnx_attribute(chain, "value_floats");
    *done = (one_float && one_float->has_f) || (many && many->n_floats > 0);
    if (!*done) return EMB_OK;
    array a = {.count = one_float ? 1 : many->n_floats, .rank = one_float ? 0 : 1};
    a.d[0] = (int64_t)a.count;
    a.values = emb__calloc(a.count, sizeof *a.values);
    if (!a.values) return EMB_ERR_MEMORY;
    memcpy(a.values, one_float ? &one_float->f : many->floats, a.count * sizeof *a.values);
    return keep(chain, &a, value);
}

/* ConstantOfShape, if its value is a float; that is 0 if there is none. */
static emb_status filled(emb__onnx_chain *chain, emb__onnx_value *value, bool *done) {
    const Emb__Onnx__Attribute *with = emb__onnx_attribute(chain, "value");
    const Emb__Onnx__Tensor *tensor = with ? with->t : NULL;
    array a = {.count = 1};
    float *x = NULL;
    size_t count = 0;
    if (!tensor || !emb__onnx_is_floats(tensor)) return EMB_OK;
    *done = true;
    emb_status status = emb__onnx_list(chain, "shape", 0, a.d, &a.rank);
    if (status == EMB_OK && a.rank < 0) status = emb__onnx_fail(chain, "its shape is no constant");
    for (int i = 0; status == EMB_OK && i < a.rank; i++) {
        if (a.d[i] < 1 || !emb__mul(a.count, (size_t)a.d[i], &a.count)) {
            status = emb__onnx_fail(chain, "its shape is impossible");
        }
    }
    if (status == EMB_OK) status = emb__onnx_locate(chain->file, tensor, &count);
    if (status == EMB_OK && count != 1) status = emb__onnx_fail(chain, "its value is not a number");
    if (status == EMB_OK) status = emb__onnx_more(chain, a.count);
    if (status == EMB_OK) status = emb__onnx_floats(chain->file, tensor, &x, &count);
    if (status == EMB_OK) a.values = emb__calloc(a.count, sizeof *a.values);
    if (status == EMB_OK && !a.values) status = EMB_ERR_MEMORY;
    for (size_t i = 0; status == EMB_OK && i < a.count; i++) a.values[i] = *x;
    emb__free(x);
    return status == EMB_OK ? keep(chain, &a, value) : status;
}

emb_status emb__onnx_compute_floats(emb__onnx_chain *chain, bool *done) {
    const Emb__Onnx__Node *node = chain->node;
    const char *op = emb__onnx_text(node->op_type);
    emb__onnx_value value = {.name = emb__onnx_text(node->n_output ? node->output[0] : NULL)};
    emb_status status = EMB_OK;
    *done = false;
    if (strcmp(op, "Constant") == 0) status = given(chain, &value, done);
    if (strcmp(op, "ConstantOfShape") == 0) status = filled(chain, &value, done);
    if (status == EMB_OK && is_cast_to_floats(chain)) {
        array a = {.values = NULL};
        *done = true;
        status = floats_of_whole(chain, &a);
        if (status == EMB_OK) status = keep(chain, &a, &value);
    }
    const bool floats = is_floats(chain, 0) && !emb__onnx_reads_images(chain);
    for (size_t i = 0; floats && i < sizeof computed / sizeof *computed; i++) {
        if (strcmp(computed[i].op, op) != 0) continue;
        *done = true;
        if (computed[i].rename) {
            status = computed[i].rename(chain, &value);
            continue;
        }
        if (computed[i].compute == two && !is_floats(chain, 1)) {
            return emb__onnx_fail(chain, "computes with floats and other numbers");
        }
        array a = {.values = NULL};
        status = computed[i].compute(chain, &a);
        if (status == EMB_OK) {
            status = keep(chain, &a, &value);
        } else {
            emb__free(a.values);
        }
    }
    return status == EMB_OK && *done ? emb__onnx_define(chain, &value) : status;
}

#endif
