/* ONNX's operators that can add to an image or take from it: Pad, Gather, Slice. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"
#include "net/layers/pad.h"

/* pads[at] = pixels before the head's dimension `at`, and behind it. */
static emb_status read_pads(emb__onnx_chain *chain, int64_t pads[3][2], bool *any) {
    const int rank = chain->head.rank;
    int64_t list[EMB__ONNX_RANK], axes[EMB__ONNX_RANK];
    int count = 0, axis_count = 0;
    emb_status status = emb__onnx_list(chain, "pads", 1, list, &count);
    if (status == EMB_OK) status = emb__onnx_list(chain, "axes", 3, axes, &axis_count);
    if (status != EMB_OK) return status;
    const int sides = axis_count < 0 ? 1 + rank : axis_count;
    if (count != 2 * sides)
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "pads has %d numbers", count);
    for (int i = 0; i < sides; i++) {
        const int64_t before = list[i], after = list[sides + i];
        const int64_t at = axis_count < 0 ? i : axes[i] < 0 ? axes[i] + 1 + rank : axes[i];
        if (at < 0 || at > rank || before < -EMB__MAX_SIZE || after < -EMB__MAX_SIZE ||
            before > EMB__MAX_SIZE || after > EMB__MAX_SIZE) {
            return emb__onnx_fail(chain, "use less padding", "its padding is too large");
        }
        if ((at < 1 || rank < 2) && (before || after)) {
            return emb__onnx_fail(chain, "pad rows and columns alone",
                                  "pads images or channels, not pixels");
        }
        *any = *any || before || after;
        if (at < 1 || at > 3) continue;
        pads[at - 1][0] = before;
        pads[at - 1][1] = after;
    }
    return EMB_OK;
}

static emb_status add_layer(emb__onnx_chain *chain, const emb__layer_kind *kind,
                            const int64_t pads[4]) {
    const int64_t ends[4] = {pads[1], pads[3], pads[0], pads[2]};
    emb_status status = emb__onnx_need_pixels(chain);
    return status == EMB_OK ? emb__onnx_pad_layer(chain, kind, ends) : status;
}

emb_status emb__onnx_pad_flush(emb__onnx_chain *chain) {
    if (!chain->padded) return EMB_OK;
    const int64_t pads[4] = {chain->pad[0], chain->pad[1], chain->pad[2], chain->pad[3]};
    chain->padded = false;
    memset(chain->pad, 0, sizeof chain->pad);
    if (!pads[0] && !pads[1] && !pads[2] && !pads[3]) return EMB_OK;
    return add_layer(chain, &emb__zero_pad2d, pads);
}

emb_status emb__onnx_flush(emb__onnx_chain *chain) {
    emb_status status = emb__onnx_lines_flush(chain);
    return status == EMB_OK ? emb__onnx_pad_flush(chain) : status;
}

/* As lines, which any dimension may have. */
static emb_status pad_lines(emb__onnx_chain *chain, emb__pad_mode mode, int64_t pads[3][2]) {
    for (int at = 0; at < chain->head.rank; at++) {
        emb__line line = {.in_size = 0};
        int size;
        const int in = (int)chain->head.d[at], before = (int)pads[at][0], after = (int)pads[at][1];
        if (!before && !after) continue;
        emb_status status = emb__pad_size(mode, in, before, after, &size);
        if (status != EMB_OK) return emb__onnx_fail_as(chain, "");
        status = emb__pad_line(&line, mode, in, before, after);
        if (status == EMB_OK) status = emb__onnx_lines_add(chain, at, &line);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

/* Whether channels are padded. */
static bool pads_channels(int rank, const int side[3], int64_t pads[3][2]) {
    for (int at = 0; at < rank; at++) {
        if (side[at] == 0 && (pads[at][0] || pads[at][1])) return true;
    }
    return false;
}

/* Zeros around images, for the Conv that follows; pixels around them, as a layer. */
emb_status emb__onnx_pad(emb__onnx_chain *chain) {
    static const struct {
        const char *word;
        emb__pad_mode mode;
        const emb__layer_kind *kind;
    } modes[] = {{"constant", EMB__PAD_ZEROS, &emb__zero_pad2d},
                 {"reflect", EMB__PAD_REFLECT, &emb__reflection_pad2d},
                 {"edge", EMB__PAD_REPLICATE, &emb__replication_pad2d},
                 {"wrap", EMB__PAD_CIRCULAR, NULL}};
    enum { MODES = sizeof modes / sizeof *modes };
    int m = 0, side[3];
    int64_t pads[3][2] = {{0}};
    float with = emb__onnx_float(chain, "value", 0);
    bool any = false, cuts = false;
    while (m < MODES && !emb__onnx_says(chain, "mode", modes[m].word)) m++;
    if (!emb__onnx_attribute(chain, "mode")) m = 0;
    emb_status status = read_pads(chain, pads, &any);
    if (status == EMB_OK && m == 0) status = emb__onnx_limit(chain, "value", 2, &with);
    if (status != EMB_OK || !any) return status;
    if (m == MODES || (m == 0 && with != 0)) {
        return emb__onnx_fail(chain, "use one of these",
                              "pads with something other than zeros, the edge, its reflection or "
                              "the other end, which no layer here does");
    }
    const bool outer = pads[0][0] || pads[0][1];
    status = emb__onnx_find_sides(chain, outer, side);
    if (status != EMB_OK) return status;
    if (pads_channels(chain->head.rank, side, pads)) {
        return emb__onnx_fail(chain, "pad rows and columns alone",
                              "pads images or channels, not pixels");
    }
    if (!modes[m].kind || (chain->head.rank == 3 && (side[0] != 0 || side[1] != 1))) {
        return pad_lines(chain, modes[m].mode, pads);
    }
    int64_t own[4] = {0};
    for (int at = 1; at < chain->head.rank; at++) {
        for (int end = 0; end < 2; end++) {
            own[2 * end + side[at] - 1] = pads[at][end];
            cuts = cuts || pads[at][end] < 0;
        }
    }
    if (m > 0 || cuts) return add_layer(chain, modes[m].kind, own);
    memcpy(chain->pad, own, sizeof chain->pad);
    if (chain->affine.shift) status = emb__onnx_affine_flush(chain);
    chain->padded = true;
    return status;
}

/* Whole numbers that floats hold as they are. */
static emb_status read_places(emb__onnx_chain *chain, const emb__onnx_value *value, float **read,
                              size_t *count) {
    const bool file = value->kind == EMB__ONNX_TENSOR;
    if (!file && value->kind != EMB__ONNX_INTEGERS) return emb__onnx_refuse(chain);
    if (!file) return emb__onnx_read(chain, value, read, count);
    emb_status status = emb__onnx_locate_whole(chain->file, value->tensor, count);
    if (status == EMB_OK) status = emb__onnx_more(chain, *count);
    return status == EMB_OK ? emb__onnx_floats(chain->file, value->tensor, read, count) : status;
}

/* Takes some pixels of a side, by their places. */
static emb_status gather_pixels(emb__onnx_chain *chain, int64_t axis) {
    const emb__onnx_value *value = emb__onnx_input(chain, 1);
    const int at = (int)axis - 1;
    float *read = NULL;
    size_t count = 0;
    if (!value || at < 0 || at >= chain->head.rank || chain->head.rank < 2 ||
        chain->head.rank > 3 || value->rank != 1) {
        return emb__onnx_refuse(chain);
    }
    emb_status status = read_places(chain, value, &read, &count);
    int64_t *places = status == EMB_OK ? emb__calloc(count, sizeof *places) : NULL;
    if (status == EMB_OK && !places) status = EMB_ERR_MEMORY;
    for (size_t i = 0; status == EMB_OK && i < count; i++) {
        places[i] = fabsf(read[i]) <= EMB__MAX_SIZE ? (int64_t)read[i] : EMB__MAX_SIZE;
        if (places[i] < 0) places[i] += chain->head.d[at];
    }
    if (status == EMB_OK) status = emb__onnx_lines_copy(chain, at, (int64_t)count, places);
    emb__free(places);
    emb__free(read);
    return status;
}

/* Takes the only one: x[:, 0] of a dimension of 1 drops that dimension. */
static emb_status gather(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head, *value = emb__onnx_input(chain, 1);
    int64_t at[EMB__ONNX_RANK], d[EMB__ONNX_RANK] = {0}, axis = emb__onnx_int(chain, "axis", 0);
    int count, made = 0;
    if (axis < 0) axis += 1 + head->rank;
    if (axis < 1 || axis > head->rank || head->d[axis - 1] != 1) return gather_pixels(chain, axis);
    emb_status status = emb__onnx_list(chain, "indices", 1, at, &count);
    if (status == EMB_OK) status = emb__onnx_flush(chain);
    if (status != EMB_OK) return status;
    if (count != 1 || (at[0] != 0 && at[0] != -1)) return emb__onnx_refuse(chain);
    const bool drops = value->kind == EMB__ONNX_TENSOR ? value->tensor->n_dims == 0 : value->scalar;
    if (!drops) return EMB_OK;
    for (int i = 0; i < head->rank; i++) {
        if (i != axis - 1) d[made++] = head->d[i];
    }
    if (made == 0) d[made++] = 1;
    return emb__onnx_look_as(chain, made, d);
}

/* What is taken of a dimension: from `first` on, `step` apart. */
typedef struct cut {
    int64_t first, count, step;
} cut;

static cut cut_of(int64_t start, int64_t end, int64_t step, int64_t size) {
    const int64_t least = step > 0 ? 0 : -1, most = step > 0 ? size : size - 1;
    if (start < 0) start += size;
    if (end < 0) end += size;
    start = start < least ? least : start > most ? most : start;
    end = end < least ? least : end > most ? most : end;
    const int64_t room = step > 0 ? end - start : start - end, by = step > 0 ? step : -step;
    return (cut){.first = start, .count = room > 0 ? (room - 1) / by + 1 : 0, .step = step};
}

static emb_status take(emb__onnx_chain *chain, int at, const cut *c) {
    if (chain->head.rank < 2 || chain->head.rank > 3) return emb__onnx_refuse(chain);
    if (c->count < 1) return emb__onnx_fail(chain, EMB__ONNX_CHECK, "takes nothing");
    int64_t *places = emb__calloc((size_t)c->count, sizeof *places);
    if (!places) return EMB_ERR_MEMORY;
    for (int64_t i = 0; i < c->count; i++) places[i] = c->first + i * c->step;
    emb_status status = emb__onnx_lines_copy(chain, at, c->count, places);
    emb__free(places);
    return status;
}

/* Takes all, from the first to the last, or some pixels. */
static emb_status slice(emb__onnx_chain *chain) {
    static const char *const names[] = {"starts", "ends", "axes", "steps"};
    int64_t lists[4][EMB__ONNX_RANK];
    int counts[4];
    for (size_t i = 0; i < 4; i++) {
        emb_status status = emb__onnx_list(chain, names[i], 1 + i, lists[i], &counts[i]);
        if (status != EMB_OK) return status;
    }
    if (counts[0] < 1 || counts[1] != counts[0] || (counts[2] >= 0 && counts[2] != counts[0]) ||
        (counts[3] >= 0 && counts[3] != counts[0])) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say what it takes");
    }
    const int rank = chain->head.rank;
    for (int i = 0; i < counts[0]; i++) {
        int64_t axis = counts[2] < 0 ? i : lists[2][i];
        const int64_t start = lists[0][i], end = lists[1][i];
        const int64_t step = counts[3] < 0 ? 1 : lists[3][i];
        if (axis < 0) axis += 1 + rank;
        if (axis < 0 || axis > rank)
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its axes are impossible");
        if (step == 0 || step < -EMB__MAX_SIZE) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "takes pixels that are %lld apart",
                                  (long long)step);
        }
        const int64_t most = axis == 0 ? chain->batch : chain->head.d[axis - 1];
        const bool whole =
            end == most || (end > most && most != EMB__ONNX_BATCH) || end >= INT32_MAX;
        if (start == 0 && whole && step == 1) continue;
        if (axis == 0) return emb__onnx_refuse(chain);
        const cut c = cut_of(start, end, step, most);
        emb_status status = take(chain, (int)axis - 1, &c);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

emb_status emb__onnx_take(emb__onnx_chain *chain) {
    return emb__onnx_text(chain->node->op_type)[0] == 'G' ? gather(chain) : slice(chain);
}

#endif
