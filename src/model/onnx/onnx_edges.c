/* ONNX's operators that can add to an image or take from it: Pad, Gather, Slice. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

/* Where the padding of a dimension goes: rows, then columns; a row alone has columns. */
static int side_of(int64_t at, int rank) { return at == rank ? 1 : 0; }

/* pads[4] = rows before, columns before, rows after, columns after. */
static emb_status read_pads(emb__onnx_chain *chain, int64_t pads[4]) {
    const int rank = chain->head.rank;
    int64_t list[EMB__ONNX_RANK], axes[EMB__ONNX_RANK];
    int count = 0, axis_count = 0;
    emb_status status = emb__onnx_list(chain, "pads", 1, list, &count);
    if (status == EMB_OK) status = emb__onnx_list(chain, "axes", 3, axes, &axis_count);
    if (status != EMB_OK) return status;
    const int sides = axis_count < 0 ? 1 + rank : axis_count;
    if (count != 2 * sides) return emb__onnx_fail(chain, "pads has %d numbers", count);
    for (int i = 0; i < sides; i++) {
        const int64_t before = list[i], after = list[sides + i];
        const int64_t at = axis_count < 0 ? i : axes[i] < 0 ? axes[i] + 1 + rank : axes[i];
        if (at < 0 || at > rank || before < -EMB__MAX_SIZE || after < -EMB__MAX_SIZE ||
            before > EMB__MAX_SIZE || after > EMB__MAX_SIZE) {
            return emb__onnx_fail(chain, "its padding is too large");
        }
        if (at < 2 && (before || after)) {
            return emb__onnx_fail(chain, "pads images or channels, not pixels");
        }
        if (at < 2) continue;
        pads[side_of(at, rank)] = before;
        pads[2 + side_of(at, rank)] = after;
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

/* Zeros around images, for the Conv that follows; pixels around them, as a layer. */
emb_status emb__onnx_pad(emb__onnx_chain *chain) {
    const bool reflects = emb__onnx_says(chain, "mode", "reflect");
    const bool repeats = emb__onnx_says(chain, "mode", "edge");
    const bool zeros =
        !emb__onnx_attribute(chain, "mode") || emb__onnx_says(chain, "mode", "constant");
    int64_t pads[4] = {0};
    float with = emb__onnx_float(chain, "value", 0);
    emb_status status = read_pads(chain, pads);
    if (status == EMB_OK && zeros) status = emb__onnx_limit(chain, "value", 2, &with);
    if (status != EMB_OK) return status;
    if ((!zeros && !reflects && !repeats) || (zeros && with != 0)) {
        return emb__onnx_fail(chain, "pads with something other than zeros, the edge or its "
                                     "reflection, which no layer here does; use one of these");
    }
    bool cuts = false;
    for (int i = 0; i < 4; i++) cuts = cuts || pads[i] < 0;
    if (!zeros || cuts) {
        return add_layer(chain,
                         zeros      ? &emb__zero_pad2d
                         : reflects ? &emb__reflection_pad2d
                                    : &emb__replication_pad2d,
                         pads);
    }
    memcpy(chain->pad, pads, sizeof chain->pad);
    if (chain->affine.shift) status = emb__onnx_affine_flush(chain);
    chain->padded = true;
    return status;
}

/* Takes the only one: x[:, 0] of a dimension of 1 drops that dimension. */
static emb_status gather(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head, *value = emb__onnx_input(chain, 1);
    int64_t at[EMB__ONNX_RANK], d[EMB__ONNX_RANK] = {0}, axis = emb__onnx_int(chain, "axis", 0);
    int count, made = 0;
    emb_status status = emb__onnx_list(chain, "indices", 1, at, &count);
    if (status != EMB_OK) return status;
    if (axis < 0) axis += 1 + head->rank;
    const bool one = count == 1 && axis >= 1 && axis <= head->rank && head->d[axis - 1] == 1;
    if (!one || (at[0] != 0 && at[0] != -1)) return emb__onnx_refuse(chain);
    const bool drops = value->kind == EMB__ONNX_TENSOR ? value->tensor->n_dims == 0 : value->scalar;
    if (!drops) return EMB_OK;
    for (int i = 0; i < head->rank; i++) {
        if (i != axis - 1) d[made++] = head->d[i];
    }
    if (made == 0) d[made++] = 1;
    return emb__onnx_look_as(chain, made, d);
}

/* Takes all, from the first to the last. */
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
        return emb__onnx_fail(chain, "does not say what it takes");
    }
    const int rank = chain->head.rank;
    for (int i = 0; i < counts[0]; i++) {
        int64_t axis = counts[2] < 0 ? i : lists[2][i];
        if (axis < 0) axis += 1 + rank;
        if (axis < 0 || axis > rank) return emb__onnx_fail(chain, "its axes are impossible");
        const int64_t most = axis == 0 ? chain->batch : chain->head.d[axis - 1];
        const int64_t end = lists[1][i];
        const bool whole =
            end == most || (end > most && most != EMB__ONNX_BATCH) || end >= INT32_MAX;
        if (lists[0][i] != 0 || !whole || (counts[3] >= 0 && lists[3][i] != 1)) {
            return emb__onnx_refuse(chain);
        }
    }
    return EMB_OK;
}

emb_status emb__onnx_take(emb__onnx_chain *chain) {
    return emb__onnx_text(chain->node->op_type)[0] == 'G' ? gather(chain) : slice(chain);
}

#endif
