/* Pixels that become channels, and channels that become pixels: DepthToSpace, SpaceToDepth, and the
 * Reshape, Transpose, Reshape with which PyTorch writes a PixelUnshuffle. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

static emb_status add_shuffle(emb__onnx_chain *chain, bool up, int64_t by) {
    emb__onnx_layer *layer =
        emb__onnx_layer_new(chain, up ? &emb__pixel_shuffle : &emb__pixel_unshuffle);
    if (!layer) return emb__last_status();
    emb__onnx_set(layer, up ? "upscale_factor" : "downscale_factor", by);
    return emb__onnx_settle(chain);
}

/* The same with the channels in another order than PyTorch's, a block's pixels before them: as a
 * convolution that only moves. `channels`: of the image with the larger sides. */
static emb_status add_moves(emb__onnx_chain *chain, bool up, int64_t by, int64_t channels) {
    const size_t c = (size_t)channels, area = (size_t)(by * by);
    size_t count;
    if (!emb__mul(c * c, area * area, &count) || count > EMB__MAX_PARAMETERS) {
        return emb__onnx_fail(chain, "export it with mode CRD", "moves too many channels");
    }
    emb_status status = emb__onnx_more(chain, count);
    emb__onnx_layer *layer =
        status == EMB_OK ? emb__onnx_layer_new(chain, up ? &emb__conv_transpose2d : &emb__conv2d)
                         : NULL;
    if (!layer) return emb__last_status();
    layer->in = up ? channels * by * by : channels;
    layer->out = up ? channels : channels * by * by;
    layer->groups = 1;
    emb__onnx_set(layer, "in_channels", layer->in);
    emb__onnx_set(layer, "out_channels", layer->out);
    emb__onnx_set_all(layer, "kernel_size", 2, (const int64_t[2]){by, by});
    emb__onnx_set_all(layer, "stride", 2, (const int64_t[2]){by, by});
    layer->counts[0] = count;
    layer->weights[0] = emb__calloc(count, sizeof *layer->weights[0]);
    if (!layer->weights[0]) return EMB_ERR_MEMORY;
    /* Both convolutions' weights have the small image's channel first. */
    for (size_t pixel = 0; pixel < area; pixel++) {
        for (size_t k = 0; k < c; k++)
            layer->weights[0][((pixel * c + k) * c + k) * area + pixel] = 1;
    }
    return emb__onnx_settle(chain);
}

emb_status emb__onnx_shuffle(emb__onnx_chain *chain) {
    const bool up = strcmp(chain->node->op_type, "DepthToSpace") == 0;
    const int64_t by = emb__onnx_int(chain, "blocksize", 0), *d = chain->head.d;
    if (by < 1 || by > EMB__MAX_SIZE || chain->head.rank != 3 ||
        (up ? d[0] % (by * by) != 0 : d[1] % by != 0 || d[2] % by != 0)) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its blocksize is impossible");
    }
    const int64_t channels = up ? d[0] / (by * by) : d[0];
    emb_status status = emb__onnx_need_pixels(chain);
    if (status != EMB_OK) return status;
    const bool pytorchs = channels == 1 || (up && emb__onnx_says(chain, "mode", "CRD"));
    return pytorchs ? add_shuffle(chain, up, by) : add_moves(chain, up, by, channels);
}

/* ---- in steps -------------------------------------------------------------------------------- */

/* The head's dimensions while it is looked at as more than three, and what becomes of it. */
enum { VIEWED = 1, TURNED_DOWN, TURNED_UP, REPEATED };
enum { SPLIT = 6 }; /* with the batch's dimension */

static emb_status fail(const emb__onnx_chain *chain) {
    return emb__onnx_fail(chain, "use one of these, or an Upsample",
                          "works on more than three dimensions of an image, which is known only in "
                          "a PixelShuffle or PixelUnshuffle");
}

/* Looks at the numbers as other dimensions. */
static bool view(emb__onnx_chain *chain, int rank, const int64_t *d) {
    size_t count = 1;
    if (rank < 1 || rank >= EMB__ONNX_RANK) return false;
    for (int i = 0; i < rank; i++) {
        if (d[i] < 1 || !emb__mul(count, (size_t)d[i], &count)) return false;
    }
    if (count != emb__onnx_count(chain->split_rank, chain->split_d)) return false;
    chain->split_rank = rank;
    memmove(chain->split_d, d, (size_t)rank * sizeof *d);
    return true;
}

static bool reshape(emb__onnx_chain *chain) {
    int64_t shape[EMB__ONNX_RANK];
    int count = 0, open = -1;
    if (emb__onnx_list(chain, "shape", 1, shape, &count) != EMB_OK || count < 2) return false;
    const bool keeps = shape[0] == 0 || shape[0] == EMB__ONNX_BATCH || shape[0] == chain->batch;
    if (!keeps && shape[0] != -1) return false;
    size_t known = 1;
    for (int i = 1; i < count; i++) {
        if (i <= chain->split_rank && shape[i] == 0) shape[i] = chain->split_d[i - 1];
        if (shape[i] == -1 && open < 0 && keeps) {
            open = i;
        } else if (shape[i] < 1 || !emb__mul(known, (size_t)shape[i], &known)) {
            return false;
        }
    }
    const size_t all = emb__onnx_count(chain->split_rank, chain->split_d);
    if (open > 0 && all % known != 0) return false;
    if (open > 0) shape[open] = (int64_t)(all / known);
    return view(chain, count - 1, shape + 1);
}

/* Squeeze, Unsqueeze. */
static bool squeeze(emb__onnx_chain *chain, bool grows) {
    int64_t axes[EMB__ONNX_RANK], d[EMB__ONNX_RANK];
    int count = 0, made = 0;
    bool at[EMB__ONNX_RANK] = {false};
    if (emb__onnx_list(chain, "axes", 1, axes, &count) != EMB_OK || count < 1) return false;
    const int rank = 1 + chain->split_rank + (grows ? count : 0);
    if (rank > EMB__ONNX_RANK) return false;
    for (int i = 0; i < count; i++) {
        if (axes[i] < 0) axes[i] += rank;
        if (axes[i] < 1 || axes[i] >= rank || at[axes[i]]) return false;
        at[axes[i]] = true;
    }
    for (int i = 1, k = 0; i < rank; i++) {
        if (grows) d[made++] = at[i] ? 1 : chain->split_d[k++];
        if (!grows && !at[i]) d[made++] = chain->split_d[i - 1];
    }
    return view(chain, made, d);
}

/* Exchanges the dimensions as a PixelShuffle or PixelUnshuffle does. */
static bool transpose(emb__onnx_chain *chain) {
    static const int64_t down_order[SPLIT] = {0, 1, 3, 5, 2, 4},
                         up_order[SPLIT] = {0, 1, 4, 2, 5, 3};
    const int64_t *d = chain->head.d, *s = chain->split_d;
    int64_t perm[SPLIT];
    if (chain->split != VIEWED || chain->split_rank != SPLIT - 1) return false;
    if (emb__onnx_ints(chain, "perm", SPLIT, 0, perm) != EMB_OK) return false;
    const bool down = memcmp(perm, down_order, sizeof perm) == 0 && s[0] == d[0] &&
                      s[1] * s[2] == d[1] && s[3] * s[4] == d[2] && s[2] == s[4];
    const bool up = memcmp(perm, up_order, sizeof perm) == 0 && s[0] * s[1] * s[2] == d[0] &&
                    s[1] == s[2] && s[3] == d[1] && s[4] == d[2];
    if (!down && !up) return false;
    chain->split = down ? TURNED_DOWN : TURNED_UP;
    chain->split_by = s[2];
    int64_t turned[SPLIT - 1];
    for (int i = 0; i < SPLIT - 1; i++) turned[i] = s[perm[1 + i] - 1];
    return view(chain, SPLIT - 1, turned);
}

/* Tile or Expand of a dimension of 1 behind one of the image's: each pixel many times. */
static bool repeat(emb__onnx_chain *chain, const char *name) {
    const int rank = chain->head.rank;
    int64_t times[EMB__ONNX_RANK];
    int count = 0, at = -1;
    if (emb__onnx_list(chain, name, 1, times, &count) != EMB_OK) return false;
    if (chain->split != VIEWED || chain->split_rank != rank + 1 || count != rank + 2) return false;
    if (times[0] != 1 && times[0] != EMB__ONNX_BATCH && times[0] != chain->batch) return false;
    for (int i = 0; i <= rank; i++) {
        const int64_t d = chain->split_d[i], own = times[1 + i];
        const bool keeps = own == 1 || own == -1 || (*name == 's' && own == d);
        if (keeps) continue;
        if (at >= 0 || d != 1 || own < 1 || own > EMB__MAX_SIZE) return false;
        at = i;
    }
    if (at < 1) return false;
    for (int i = 0; i < rank; i++) {
        if (chain->split_d[i + (i >= at)] != chain->head.d[i]) return false;
    }
    chain->split = REPEATED;
    chain->split_at = at - 1;
    chain->split_by = chain->split_d[at] = times[1 + at];
    return true;
}

/* Each pixel of a side many times. */
static emb_status add_repeats(emb__onnx_chain *chain) {
    const int64_t by = chain->split_by, count = by * chain->head.d[chain->split_at];
    if (count > EMB__MAX_SIZE) return fail(chain);
    int64_t *places = emb__calloc((size_t)count, sizeof *places);
    if (!places) return EMB_ERR_MEMORY;
    for (int64_t o = 0; o < count; o++) places[o] = o / by;
    emb_status status = emb__onnx_lines_copy(chain, chain->split_at, count, places);
    emb__free(places);
    return status;
}

/* The image's dimensions once it is over. */
static void made_by(const emb__onnx_chain *chain, int64_t made[3]) {
    const int64_t by = chain->split_by, area = by * by;
    memcpy(made, chain->head.d, 3 * sizeof *made);
    if (chain->split == REPEATED) made[chain->split_at] *= by;
    if (chain->split != TURNED_UP && chain->split != TURNED_DOWN) return;
    const bool up = chain->split == TURNED_UP;
    made[0] = up ? made[0] / area : made[0] * area;
    for (int i = 1; i < 3; i++) made[i] = up ? made[i] * by : made[i] / by;
}

emb_status emb__onnx_split_step(emb__onnx_chain *chain) {
    const char *op = emb__onnx_text(chain->node->op_type);
    const bool good = strcmp(op, "Reshape") == 0     ? reshape(chain)
                      : strcmp(op, "Transpose") == 0 ? transpose(chain)
                      : strcmp(op, "Squeeze") == 0   ? squeeze(chain, false)
                      : strcmp(op, "Unsqueeze") == 0 ? squeeze(chain, true)
                      : strcmp(op, "Tile") == 0      ? repeat(chain, "repeats")
                      : strcmp(op, "Expand") == 0    ? repeat(chain, "shape")
                      : strcmp(op, "Cast") == 0      ? true
                                                     : false;
    int64_t made[3];
    if (!good) return fail(chain);
    if (chain->split_rank > 3) return EMB_OK;
    const int was = chain->split;
    made_by(chain, made);
    chain->split = 0;
    if (chain->split_rank != 3 || memcmp(made, chain->split_d, sizeof made) != 0)
        return fail(chain);
    if (was == VIEWED) return EMB_OK;
    if (was == REPEATED) return add_repeats(chain);
    emb_status status = emb__onnx_flush(chain);
    if (status == EMB_OK) status = emb__onnx_need_pixels(chain);
    return status == EMB_OK ? add_shuffle(chain, was == TURNED_UP, chain->split_by) : status;
}

emb_status emb__onnx_split(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    if (head->rank != 3) return fail(chain);
    chain->split = VIEWED;
    chain->split_by = 1;
    chain->split_rank = head->rank;
    memcpy(chain->split_d, head->d, sizeof chain->split_d);
    return emb__onnx_split_step(chain);
}

#endif
