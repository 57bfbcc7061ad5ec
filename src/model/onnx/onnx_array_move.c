/* Operators that move numbers of constants. See onnx_array.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx_array.h"

/* `axis`, counted from the end if it is negative; -1 if it is none. */
static int axis_of(int64_t axis, int rank) {
    if (axis < 0) axis += rank;
    return axis >= 0 && axis < rank ? (int)axis : -1;
}

static emb_status transpose(emb__onnx_chain *chain, emb__onnx_array *out) {
    emb__onnx_array a;
    int64_t perm[EMB__ONNX_RANK] = {0}, at[EMB__ONNX_RANK] = {0}, inner[EMB__ONNX_RANK] = {0};
    bool taken[EMB__ONNX_RANK] = {false};
    emb_status status = emb__onnx_array_load(chain, 0, &a);
    if (status == EMB_OK) status = emb__onnx_ints(chain, "perm", a.rank, -1, perm);
    out->rank = a.rank;
    for (int i = 0; i < a.rank && status == EMB_OK; i++) {
        if (!emb__onnx_attribute(chain, "perm")) perm[i] = a.rank - 1 - i;
        if (perm[i] < 0 || perm[i] >= a.rank || taken[perm[i]]) {
            status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "perm is not a permutation");
        } else {
            taken[perm[i]] = true;
            out->d[i] = a.d[perm[i]];
        }
    }
    if (status == EMB_OK) status = emb__onnx_array_room(chain, out);
    int64_t step = 1;
    for (int i = a.rank - 1; i >= 0 && status == EMB_OK; i--) {
        inner[i] = step;
        step *= a.d[i];
    }
    for (size_t k = 0; status == EMB_OK && k < out->count; k++) {
        int64_t from = 0;
        for (int i = 0; i < a.rank; i++) from += at[i] * inner[perm[i]];
        out->values[k] = a.values[from];
        emb__onnx_array_next(out->rank, out->d, at);
    }
    emb__free(a.values);
    return status;
}

/* The shape that input 1 or an attribute gives. */
static emb_status reshape(emb__onnx_chain *chain, emb__onnx_array *out) {
    int64_t list[EMB__ONNX_RANK];
    int count = 0, unknown = -1;
    size_t known = 1;
    emb_status status = emb__onnx_array_load(chain, 0, out);
    if (status == EMB_OK) status = emb__onnx_list(chain, "shape", 1, list, &count);
    for (int i = 0; i < count && status == EMB_OK; i++) {
        if (i < out->rank && list[i] == 0) list[i] = out->d[i];
        if (list[i] == -1 && unknown < 0) {
            unknown = i;
        } else if (list[i] < 1 || !emb__mul(known, (size_t)list[i], &known)) {
            status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "its shape is impossible");
        }
    }
    if (status == EMB_OK && unknown >= 0 && out->count % known == 0) {
        list[unknown] = (int64_t)(out->count / known);
        known = out->count;
    }
    if (status == EMB_OK && (count < 0 || known != out->count)) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "its shape does not fit %zu numbers",
                                out->count);
    }
    if (status != EMB_OK) return status;
    out->rank = count;
    memcpy(out->d, list, sizeof list);
    return EMB_OK;
}

static emb_status flatten(emb__onnx_chain *chain, emb__onnx_array *out) {
    emb_status status = emb__onnx_array_load(chain, 0, out);
    const int64_t axis = emb__onnx_int(chain, "axis", 1);
    if (status == EMB_OK && (axis < -out->rank || axis > out->rank)) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "its axis is impossible");
    }
    if (status != EMB_OK) return status;
    const size_t first = emb__onnx_count((int)(axis < 0 ? axis + out->rank : axis), out->d);
    out->rank = 2;
    out->d[0] = (int64_t)first;
    out->d[1] = first > 0 ? (int64_t)(out->count / first) : 0;
    return EMB_OK;
}

/* Squeeze, Unsqueeze. */
static emb_status squeeze(emb__onnx_chain *chain, emb__onnx_array *out) {
    const bool grows = emb__onnx_text(chain->node->op_type)[0] == 'U';
    int64_t list[EMB__ONNX_RANK], d[EMB__ONNX_RANK] = {0};
    int count = 0, made = 0;
    emb_status status = emb__onnx_array_load(chain, 0, out);
    if (status == EMB_OK) status = emb__onnx_list(chain, "axes", 1, list, &count);
    if (status != EMB_OK) return status;
    const int rank = grows ? out->rank + (count > 0 ? count : 0) : out->rank;
    bool at[EMB__ONNX_RANK] = {false};
    for (int i = 0; i < count; i++) {
        if (list[i] < 0) list[i] += rank;
        if (rank > EMB__ONNX_RANK || list[i] < 0 || list[i] >= rank || at[list[i]]) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its axes are impossible");
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
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its axes are impossible");
    out->rank = made;
    memcpy(out->d, d, sizeof d);
    return EMB_OK;
}

/* The shape of what is joined along *axis. */
static emb_status joined_shape(emb__onnx_chain *chain, int *axis, emb__onnx_array *out) {
    emb_status status = EMB_OK;
    for (size_t i = 0; i < chain->node->n_input && status == EMB_OK; i++) {
        emb__onnx_array part;
        status = emb__onnx_array_load(chain, i, &part);
        emb__free(part.values);
        if (status != EMB_OK) return status;
        if (i == 0) {
            *axis = axis_of(emb__onnx_int(chain, "axis", 0), part.rank);
            out->rank = part.rank;
            memcpy(out->d, part.d, sizeof out->d);
            if (*axis >= 0) out->d[*axis] = 0;
        }
        bool fits = *axis >= 0 && part.rank == out->rank;
        for (int k = 0; k < part.rank && fits; k++) fits = k == *axis || part.d[k] == out->d[k];
        if (!fits)
            return emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                  "joins constants that do not fit each other");
        out->d[*axis] += part.d[*axis];
    }
    return status;
}

static emb_status concat(emb__onnx_chain *chain, emb__onnx_array *out) {
    int axis = 0;
    size_t at = 0;
    emb_status status = joined_shape(chain, &axis, out);
    if (status == EMB_OK) status = emb__onnx_array_room(chain, out);
    const size_t before = status == EMB_OK ? emb__onnx_count(axis, out->d) : 0;
    for (size_t i = 0; i < chain->node->n_input && status == EMB_OK; i++) {
        emb__onnx_array part;
        status = emb__onnx_array_load(chain, i, &part);
        const size_t row = status == EMB_OK ? part.count / before : 0, whole = out->count / before;
        for (size_t k = 0; k < before && status == EMB_OK; k++) {
            memcpy(out->values + k * whole + at, part.values + k * row, row * sizeof(float));
        }
        at += row;
        emb__free(part.values);
    }
    return status;
}

/* Takes from each row along `axis` the places from[0..count). */
static emb_status pick(emb__onnx_chain *chain, const emb__onnx_array *a, int axis,
                       const int64_t *from, size_t count, emb__onnx_array *out) {
    out->rank = a->rank;
    memcpy(out->d, a->d, sizeof out->d);
    out->d[axis] = (int64_t)count;
    emb_status status = emb__onnx_array_room(chain, out);
    const size_t after = emb__onnx_count(a->rank - axis - 1, a->d + axis + 1);
    const size_t sides = (size_t)a->d[axis];
    if (after == 0 || count == 0) return status;
    for (size_t k = 0; status == EMB_OK && k < out->count; k++) {
        const size_t row = k / after / count, column = k % after;
        const size_t place = (size_t)from[k / after % count];
        out->values[k] = a->values[(row * sides + place) * after + column];
    }
    return status;
}

static emb_status gather(emb__onnx_chain *chain, emb__onnx_array *out) {
    emb__onnx_array a, index = {.values = NULL};
    emb_status status = emb__onnx_array_load(chain, 0, &a);
    if (status == EMB_OK) status = emb__onnx_array_load(chain, 1, &index);
    const int axis = status == EMB_OK ? axis_of(emb__onnx_int(chain, "axis", 0), a.rank) : -1;
    if (status == EMB_OK && (axis < 0 || index.rank > 1 || emb__onnx_array_is(chain, 1))) {
        status = emb__onnx_fail(chain, EMB__ONNX_FOLD,
                                "picks from a constant in a way that is not known");
    }
    int64_t *from = status == EMB_OK ? emb__calloc(index.count, sizeof *from) : NULL;
    if (status == EMB_OK && !from) status = EMB_ERR_MEMORY;
    for (size_t i = 0; status == EMB_OK && i < index.count; i++) {
        const float number = index.values[i];
        const bool near = number >= (float)-a.d[axis] && number < (float)a.d[axis];
        from[i] = near ? (int64_t)number + (number < 0 ? a.d[axis] : 0) : -1;
        if (from[i] < 0) status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "picks what is not there");
    }
    if (status == EMB_OK) status = pick(chain, &a, axis, from, index.count, out);
    for (int i = axis; status == EMB_OK && index.rank == 0 && i + 1 < out->rank; i++) {
        out->d[i] = out->d[i + 1];
    }
    if (status == EMB_OK && index.rank == 0) out->rank--;
    emb__free(from);
    emb__free(a.values);
    emb__free(index.values);
    return status;
}

/* One side of a Slice: `a` becomes its part. */
static emb_status cut(emb__onnx_chain *chain, emb__onnx_array *a, int axis, int64_t start,
                      int64_t end, int64_t step) {
    const int64_t side = a->d[axis], low = step < 0 ? -1 : 0, high = step < 0 ? side - 1 : side;
    if (step == 0 || step < -side || step > (int64_t)1 << 30) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "cuts a constant with an impossible step");
    }
    if (start < 0) start = start < -side ? low : start + side;
    if (end < 0) end = end < -side ? low : end + side;
    if (start > high) start = high;
    if (end > side) end = side;
    const int64_t span = step > 0 ? end - start : start - end, size = step > 0 ? step : -step;
    if (span <= 0) return emb__onnx_fail(chain, EMB__ONNX_CHECK, "cuts a constant to nothing");
    const size_t count = (size_t)((span + size - 1) / size);
    int64_t *from = emb__calloc(count, sizeof *from);
    if (!from) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) from[i] = start + (int64_t)i * step;
    emb__onnx_array out = {.values = NULL};
    emb_status status = pick(chain, a, axis, from, count, &out);
    emb__free(from);
    emb__free(a->values);
    *a = out;
    return status;
}

static emb_status slice(emb__onnx_chain *chain, emb__onnx_array *out) {
    static const char *const names[] = {"starts", "ends", "axes", "steps"};
    int64_t lists[4][EMB__ONNX_RANK];
    int counts[4] = {0};
    emb_status status = emb__onnx_array_load(chain, 0, out);
    for (size_t i = 0; i < 4 && status == EMB_OK; i++) {
        status = emb__onnx_list(chain, names[i], 1 + i, lists[i], &counts[i]);
    }
    if (status == EMB_OK &&
        (counts[0] < 1 || counts[1] != counts[0] || (counts[2] >= 0 && counts[2] != counts[0]) ||
         (counts[3] >= 0 && counts[3] != counts[0]))) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say what it takes");
    }
    for (int i = 0; status == EMB_OK && i < counts[0]; i++) {
        const int axis = axis_of(counts[2] < 0 ? i : lists[2][i], out->rank);
        status = axis < 0 ? emb__onnx_fail(chain, EMB__ONNX_CHECK, "its axes are impossible")
                          : cut(chain, out, axis, lists[0][i], lists[1][i],
                                counts[3] < 0 ? 1 : lists[3][i]);
    }
    return status;
}

/* To a shape, as sums broadcast. */
static emb_status expand(emb__onnx_chain *chain, emb__onnx_array *out) {
    emb__onnx_array a;
    int64_t shape[EMB__ONNX_RANK], at[EMB__ONNX_RANK] = {0};
    int count = 0;
    emb_status status = emb__onnx_array_load(chain, 0, &a);
    if (status == EMB_OK) status = emb__onnx_list(chain, "shape", 1, shape, &count);
    out->rank = count > a.rank ? count : a.rank;
    for (int i = 0; i < out->rank && status == EMB_OK; i++) {
        const int ia = i - (out->rank - a.rank), is = i - (out->rank - count);
        const int64_t da = ia < 0 ? 1 : a.d[ia], ds = is < 0 ? 1 : shape[is];
        out->d[i] = da == 1 ? ds : da;
        if (da != 1 && ds != 1 && da != ds) {
            status = emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                    "expands a constant to a shape that does not fit it");
        }
    }
    if (status == EMB_OK) status = emb__onnx_array_room(chain, out);
    for (size_t k = 0; status == EMB_OK && k < out->count; k++) {
        out->values[k] = a.values[emb__onnx_array_spread(&a, out->rank, at)];
        emb__onnx_array_next(out->rank, out->d, at);
    }
    emb__free(a.values);
    return status;
}

static emb_status tile(emb__onnx_chain *chain, emb__onnx_array *out) {
    emb__onnx_array a;
    int64_t times[EMB__ONNX_RANK] = {0}, at[EMB__ONNX_RANK] = {0}, in[EMB__ONNX_RANK];
    int count = 0;
    emb_status status = emb__onnx_array_load(chain, 0, &a);
    if (status == EMB_OK) status = emb__onnx_list(chain, "repeats", 1, times, &count);
    if (status == EMB_OK && count != a.rank) {
        status =
            emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say how often each side is repeated");
    }
    out->rank = a.rank;
    out->each = a.rank == 1 && count == 1 && times[0] == EMB__ONNX_BATCH;
    if (out->each) times[0] = 1;
    for (int i = 0; i < a.rank && status == EMB_OK; i++) {
        if (times[i] < 1 || times[i] > EMB__MAX_ELEMENTS) {
            status = emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                    "repeats a constant an impossible number of times");
        } else {
            out->d[i] = a.d[i] * times[i];
        }
    }
    if (status == EMB_OK) status = emb__onnx_array_room(chain, out);
    for (size_t k = 0; status == EMB_OK && k < out->count; k++) {
        for (int i = 0; i < a.rank; i++) in[i] = at[i] % a.d[i];
        out->values[k] = a.values[emb__onnx_array_spread(&a, a.rank, in)];
        emb__onnx_array_next(out->rank, out->d, at);
    }
    emb__free(a.values);
    return status;
}

/* So many copies of the float that its attribute has. */
static emb_status constant_of_shape(emb__onnx_chain *chain, emb__onnx_array *out) {
    const Emb__Onnx__Attribute *value = emb__onnx_attribute(chain, "value");
    int64_t shape[EMB__ONNX_RANK];
    int count = 0;
    float number = 0, *read = NULL;
    size_t numbers = 1;
    emb_status status = emb__onnx_list(chain, "shape", 0, shape, &count);
    if (status == EMB_OK) status = emb__onnx_locate(chain->file, value->t, &numbers);
    if (status == EMB_OK && numbers != 1)
        status = emb__onnx_fail(chain, EMB__ONNX_FOLD, "gives several numbers");
    if (status == EMB_OK) status = emb__onnx_floats(chain->file, value->t, &read, &numbers);
    if (read) number = *read;
    emb__free(read);
    if (status == EMB_OK && count < 0)
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say its shape");
    if (status != EMB_OK) return status;
    out->rank = count;
    memcpy(out->d, shape, (size_t)count * sizeof *shape);
    status = emb__onnx_array_room(chain, out);
    for (size_t k = 0; status == EMB_OK && k < out->count; k++) out->values[k] = number;
    return status;
}

emb__onnx_array_fn *emb__onnx_array_mover(const char *op) {
    static const struct {
        const char *op;
        emb__onnx_array_fn *move;
    } movers[] = {
        {"Transpose", transpose},
        {"Reshape", reshape},
        {"Flatten", flatten},
        {"Squeeze", squeeze},
        {"Unsqueeze", squeeze},
        {"Concat", concat},
        {"Gather", gather},
        {"Slice", slice},
        {"Expand", expand},
        {"Tile", tile},
        {"ConstantOfShape", constant_of_shape},
    };
    for (size_t i = 0; i < sizeof movers / sizeof *movers; i++) {
        if (strcmp(movers[i].op, op) == 0) return movers[i].move;
    }
    return NULL;
}

#endif
