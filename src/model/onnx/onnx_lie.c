/* How the numbers of an ONNX model's tensors lie in the layers' tensors: channels first or last,
 * vectors or images. See onnx.h.
 *
 * Owns: Flatten, Unflatten and Transpose, and the meaning of an input's sides. The layers' order is
 * always channels, rows, columns; a graph with channels last is followed up to a Linear, whose
 * weights can be reordered, or to an end of the graph. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

enum { MOST_CHANNELS = 4 }; /* of a last dimension that is taken for channels */

bool emb__onnx_ordered(const emb__onnx_chain *chain) {
    int last = -1;
    for (int k = 0; k < 3; k++) {
        const int axis = chain->lie.axis[k];
        if (axis >= 0 && axis < last) return false;
        if (axis >= 0) last = axis;
    }
    return true;
}

size_t emb__onnx_where(const emb__onnx_chain *chain, size_t k) {
    const emb__onnx_lie *lie = &chain->lie;
    size_t at[3] = {0, 0, 0}, m = 0;
    for (int v = lie->parts - 1; v >= 0; v--) {
        at[v] = k % (size_t)lie->view[v];
        k /= (size_t)lie->view[v];
    }
    for (int s = 0; s < 3; s++) {
        m = m * (size_t)lie->grid[s] + (lie->axis[s] < 0 ? 0 : at[lie->axis[s]]);
    }
    return m;
}

/* The dimensions that are not 1, at most three; returns their number. */
static int without_ones(int rank, const int64_t *d, int64_t out[3]) {
    int count = 0;
    for (int i = 0; i < rank; i++) {
        if (d[i] == 1) continue;
        if (count == 3) return 4;
        out[count++] = d[i];
    }
    return count;
}

static bool same_but_ones(int a_rank, const int64_t *a, int b_rank, const int64_t *b) {
    int64_t s[3], t[3];
    const int n = without_ones(a_rank, a, s);
    return n <= 3 && n == without_ones(b_rank, b, t) && memcmp(s, t, (size_t)n * sizeof *s) == 0;
}

/* ---- other names for sides ------------------------------------------------------------------- */

/* Whether the numbers of the Unflatten from which the sides come are a Linear's, and pass through
 * no layer that depends on their order. */
static bool is_movable(const emb__onnx_chain *chain) {
    const emb__onnx_lie *lie = &chain->lie;
    if (lie->origin < 0 || lie->base < 0) return false;
    if (chain->layers[lie->base].spec.kind != &emb__linear) return false;
    for (int i = lie->base + 1; i < chain->layer_count; i++) {
        if (chain->layers[i].branch != chain->branch) continue;
        if (i != lie->origin && !emb__onnx_is_pointwise(&chain->layers[i])) return false;
    }
    return lie->origin > lie->base;
}

/* Moves numbers from one grid to another: side s of the new grid is side from[s] of the old. */
static emb_status lay_anew(float *numbers, size_t each, const int64_t grid[3], const int from[3]) {
    const size_t count = emb__onnx_count(3, grid);
    float *old = numbers ? emb__calloc(count * each, sizeof *old) : NULL;
    if (!numbers) return EMB_OK;
    if (!old) return EMB_ERR_MEMORY;
    memcpy(old, numbers, count * each * sizeof *old);
    size_t step[3] = {(size_t)(grid[1] * grid[2]), (size_t)grid[2], 1}, m = 0;
    for (int64_t a = 0; a < grid[from[0]]; a++) {
        for (int64_t b = 0; b < grid[from[1]]; b++) {
            for (int64_t c = 0; c < grid[from[2]]; c++) {
                const size_t at = (size_t)a * step[from[0]] + (size_t)b * step[from[1]] +
                                  (size_t)c * step[from[2]];
                memcpy(numbers + m++ * each, old + at * each, each * sizeof *old);
            }
        }
    }
    emb__free(old);
    return EMB_OK;
}

/* Makes side s of the grid what side from[s] was, of the input or of an Unflatten; `moves`: numbers
 * change places, and with them the weights of the Linear that makes them. */
static emb_status rename_sides(emb__onnx_chain *chain, const int from[3], bool moves) {
    emb__onnx_lie *lie = &chain->lie;
    const emb__onnx_lie old = *lie;
    emb_status status = EMB_OK;
    if (moves && old.origin >= 0) {
        emb__onnx_layer *linear = &chain->layers[old.base];
        status = lay_anew(linear->weights[0], (size_t)linear->in, old.grid, from);
        if (status == EMB_OK) status = lay_anew(linear->weights[1], 1, old.grid, from);
        for (int i = old.base; i < chain->layer_count; i++) {
            chain->layers[i].before = chain->value_count;
        }
    }
    if (moves && chain->affine.dim == EMB__ONNX_ALL && status == EMB_OK) {
        status = lay_anew(chain->affine.scale, 1, old.grid, from);
        if (status == EMB_OK) status = lay_anew(chain->affine.shift, 1, old.grid, from);
    }
    const int dim = chain->affine.dim;
    for (int s = 0; s < 3; s++) {
        lie->grid[s] = old.grid[from[s]];
        lie->axis[s] = old.axis[from[s]];
        if (dim >= 0 && dim == from[s]) chain->affine.dim = s;
    }
    if (old.origin == EMB__ONNX_INPUT) {
        memcpy(chain->own, lie->grid, sizeof chain->own);
        chain->channels_at = from[0];
    }
    if (old.origin >= 0) {
        emb__onnx_set_all(&chain->layers[old.origin], "unflattened_size", 3, lie->grid);
    }
    return status;
}

/* Whether columns would become rows. A reader of arrays finds out where the channels are, but only
 * the graph can say whether rows are columns, and the graph is gone by then. */
static bool turns_pixels(const emb__onnx_lie *lie, const int from[3]) {
    return from[1] > from[2] && lie->grid[from[1]] > 1 && lie->grid[from[2]] > 1;
}

/* Which of the grid's sides become these, in the graph's order; false if they do not match. */
static bool match_sides(const emb__onnx_lie *lie, const int64_t sides[3], int from[3]) {
    bool taken[3] = {false, false, false};
    int next = 0;
    for (int s = 0; s < 3; s++) {
        int found = -1;
        for (int k = 0; k < 3 && found < 0; k++) {
            if (!taken[k] && (sides[s] == 1 ? lie->axis[k] < 0 : lie->axis[k] == next)) found = k;
        }
        if (found < 0 || lie->grid[found] != sides[s]) return false;
        taken[found] = true;
        next += sides[s] != 1;
        from[s] = found;
    }
    return true;
}

emb_status emb__onnx_channels_last(emb__onnx_chain *chain) {
    static const int from[3] = {2, 0, 1};
    if (chain->lie.origin != EMB__ONNX_INPUT && !is_movable(chain)) {
        return emb__onnx_fail(chain, EMB__ONNX_NCHW,
                              "works on images whose channels may come last");
    }
    emb_status status = rename_sides(chain, from, true);
    chain->lie.origin = EMB__ONNX_DECIDED;
    return status;
}

emb_status emb__onnx_decide(emb__onnx_chain *chain) {
    static const int from[3] = {2, 0, 1};
    emb__onnx_lie *lie = &chain->lie;
    const int origin = lie->origin;
    if (lie->rank != 3 || origin == EMB__ONNX_DECIDED) return EMB_OK;
    const int64_t *d = lie->grid;
    const bool input = origin == EMB__ONNX_INPUT;
    const bool last = d[2] <= MOST_CHANNELS && d[0] > MOST_CHANNELS && d[1] > MOST_CHANNELS;
    emb_status status = EMB_OK;
    if (last && (input || d[2] == 1 || is_movable(chain))) {
        status = rename_sides(chain, from, d[2] > 1);
    }
    if (input && chain->input.rank == 2 && lie->parts < 2) { /* [N, 1, L] is a row */
        lie->rank = chain->own_rank = 1;
        chain->own[0] = (int64_t)emb__onnx_count(3, lie->grid);
    }
    lie->origin = EMB__ONNX_DECIDED;
    return status;
}

/* ---- Flatten, Unflatten ---------------------------------------------------------------------- */

emb_status emb__onnx_flatten(emb__onnx_chain *chain) {
    emb_status status = emb__onnx_decide(chain);
    emb__onnx_lie *lie = &chain->lie;
    if (status != EMB_OK || lie->rank == 1) return status;
    emb__onnx_layer *layer = emb__onnx_layer_new(chain, &emb__flatten);
    if (!layer) return emb__last_status();
    layer->rank = lie->rank = 1;
    layer->count = emb__onnx_count(3, lie->grid);
    return EMB_OK;
}

emb_status emb__onnx_unflatten(emb__onnx_chain *chain, const int64_t sides[3]) {
    emb__onnx_lie *lie = &chain->lie;
    if (!emb__onnx_ordered(chain)) {
        return emb__onnx_fail(chain, EMB__ONNX_NCHW,
                              "makes an image of numbers whose channels come last");
    }
    emb_status status = chain->affine.dim >= 0 ? emb__onnx_affine_widen(chain) : EMB_OK;
    emb__onnx_layer *layer = status == EMB_OK ? emb__onnx_layer_new(chain, &emb__unflatten) : NULL;
    if (!layer) return emb__last_status();
    const emb__onnx_lie old = *lie;
    emb__onnx_set(layer, "dim", 1);
    emb__onnx_set_all(layer, "unflattened_size", 3, sides);
    emb__onnx_made(chain, 3, sides);
    lie->base = old.base;
    lie->clean = old.clean;
    lie->origin = chain->layer_count - 1;
    return EMB_OK;
}

emb_status emb__onnx_need_vector(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    const size_t count = emb__onnx_count(head->rank, head->d);
    if ((size_t)head->d[head->rank - 1] != count) {
        return emb__onnx_fail(chain, "put a Flatten before it",
                              "multiplies the last of an image's %d dimensions; expected a vector",
                              head->rank);
    }
    return emb__onnx_flatten(chain);
}

emb_status emb__onnx_need_image(emb__onnx_chain *chain, const int64_t sides[3]) {
    emb__onnx_lie *lie = &chain->lie;
    int from[3];
    const bool ordered = emb__onnx_ordered(chain);
    if (lie->rank == 3 && ordered && memcmp(lie->grid, sides, sizeof lie->grid) == 0) {
        lie->origin = EMB__ONNX_DECIDED;
        return EMB_OK;
    }
    if (lie->rank == 3 && lie->origin != EMB__ONNX_DECIDED && match_sides(lie, sides, from) &&
        (ordered || lie->origin == EMB__ONNX_INPUT || is_movable(chain))) {
        if (lie->origin == EMB__ONNX_INPUT && turns_pixels(lie, from)) {
            return emb__onnx_fail(
                chain,
                "leave that out of what is exported, and exchange the sides of the images instead",
                "reads images whose rows and columns were exchanged");
        }
        emb_status status = rename_sides(chain, from, !ordered);
        lie->origin = EMB__ONNX_DECIDED;
        return status;
    }
    if (!ordered) {
        return emb__onnx_fail(
            chain, EMB__ONNX_NCHW,
            "reads images whose sides the layers before it have in another order");
    }
    lie->origin = EMB__ONNX_DECIDED;
    emb_status status = emb__onnx_flatten(chain);
    if (status == EMB_OK) status = emb__onnx_unflatten(chain, sides);
    lie->origin = EMB__ONNX_DECIDED;
    return status;
}

emb_status emb__onnx_look_as(emb__onnx_chain *chain, int rank, const int64_t *d) {
    const emb__onnx_value head = chain->head;
    emb__onnx_lie *lie = &chain->lie;
    emb_status status = EMB_OK;
    if (rank == head.rank && memcmp(d, head.d, (size_t)rank * sizeof *d) == 0) return EMB_OK;
    const bool same = same_but_ones(rank, d, head.rank, head.d);
    const int64_t sides[3] = {rank == 3 ? d[0] : 1, d[rank == 3], d[rank - 1]};
    if (rank == 1) {
        status = emb__onnx_flatten(chain);
    } else if (!same || (lie->rank == 1 && rank == 3)) {
        if (lie->rank == 3) status = emb__onnx_flatten(chain);
        if (status == EMB_OK) status = emb__onnx_unflatten(chain, sides);
    }
    if (status == EMB_OK) emb__onnx_look(chain, rank, d);
    return status;
}

/* ---- Transpose ------------------------------------------------------------------------------- */

emb_status emb__onnx_transpose(emb__onnx_chain *chain) {
    emb__onnx_value *head = &chain->head;
    emb__onnx_lie *lie = &chain->lie;
    int64_t perm[EMB__ONNX_RANK], d[EMB__ONNX_RANK], old[3];
    const int rank = head->rank;
    bool taken[EMB__ONNX_RANK] = {false};
    emb_status status = emb__onnx_ints(chain, "perm", 1 + rank, -1, perm);
    if (status != EMB_OK) return status;
    for (int i = 0; i <= rank; i++) {
        if (!emb__onnx_attribute(chain, "perm")) perm[i] = rank - i;
        if (perm[i] < 0 || perm[i] > rank || taken[perm[i]]) {
            return emb__onnx_fail(chain, "make permute of movedim",
                                  "perm is not a permutation of 0 to %d, as one of PyTorch's "
                                  "exporters writes movedim",
                                  rank);
        }
        taken[perm[i]] = true;
    }
    if (perm[0] != 0) return emb__onnx_fail(chain, EMB__ONNX_PER_IMAGE, "would mix the images");
    if (without_ones(rank, head->d, old) != lie->parts ||
        memcmp(old, lie->view, (size_t)lie->parts * sizeof *old) != 0) {
        return emb__onnx_fail(chain, EMB__ONNX_NCHW,
                              "transposes numbers that were reshaped after another transpose");
    }
    int place[EMB__ONNX_RANK], parts = 0, moved[3] = {0, 0, 0};
    for (int i = 0, n = 0; i < rank; i++) place[i] = head->d[i] == 1 ? -1 : n++;
    for (int i = 0; i < rank; i++) {
        d[i] = head->d[perm[1 + i] - 1];
        if (d[i] == 1) continue;
        moved[place[perm[1 + i] - 1]] = parts;
        lie->view[parts++] = d[i];
    }
    for (int s = 0; s < 3; s++) {
        if (lie->axis[s] >= 0) lie->axis[s] = moved[lie->axis[s]];
    }
    emb__onnx_look(chain, rank, d);
    return EMB_OK;
}

emb_status emb__onnx_into_order(const emb__onnx_chain *chain, float **numbers, size_t count) {
    if (emb__onnx_ordered(chain)) return EMB_OK;
    float *laid = emb__calloc(count, sizeof *laid);
    if (!laid) return EMB_ERR_MEMORY;
    for (size_t k = 0; k < count; k++) laid[emb__onnx_where(chain, k)] = (*numbers)[k];
    emb__free(*numbers);
    *numbers = laid;
    return EMB_OK;
}

#endif
