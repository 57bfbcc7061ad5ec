/* Rows and columns of an image that are taken by their places, or multiplied by a table: Gather,
 * Slice, Pad and MatMul along a side. What follows on the other side belongs to the same layer, so
 * they wait; then the layer is found that does the same (onnx_match.h). See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx_match.h"
#include "net/layers/kinds.h"

enum { SIDES = 2 };

void emb__onnx_lines_clear(emb__onnx_lines *lines) {
    for (int i = 0; i < SIDES; i++) emb__line_clear(&lines->line[i]);
    *lines = (emb__onnx_lines){.any = false};
}

/* ---- the head's sides ------------------------------------------------------------------------ */

emb_status emb__onnx_find_sides(emb__onnx_chain *chain, bool outer, int side[3]) {
    const emb__onnx_value *head = &chain->head;
    emb_status status = EMB_OK;
    if (head->rank == 2) {
        const int64_t sides[3] = {head->d[0], 1, head->d[1]};
        side[0] = 0;
        side[1] = 2;
        return emb__onnx_need_image(chain, sides);
    }
    if (head->rank != 3 || chain->lie.rank != 3) return emb__onnx_refuse(chain);
    /* Of an input, pixels come first if they are more than channels. */
    const bool first = chain->lie.origin != EMB__ONNX_INPUT ||
                       (head->d[2] < head->d[0] && head->d[2] < head->d[1]);
    outer = outer && first;
    if (chain->lie.origin != EMB__ONNX_DECIDED && emb__onnx_ordered(chain)) {
        status = outer ? emb__onnx_channels_last(chain) : emb__onnx_need_image(chain, head->d);
    }
    if (status != EMB_OK) return status;
    bool taken[3] = {false};
    for (int at = 0; at < 3; at++) {
        side[at] = emb__onnx_side(chain, at);
        if (side[at] >= 0) taken[side[at]] = true;
    }
    for (int at = 0, next = 0; at < 3; at++) { /* those of 1, in their order */
        if (side[at] >= 0) continue;
        while (taken[next]) next++;
        side[at] = next++;
    }
    return EMB_OK;
}

/* The head with other sides of its image, seen by the graph as before. */
static void see(emb__onnx_chain *chain, int rank, const int side[3], const int64_t grid[3]) {
    emb__onnx_lie *lie = &chain->lie;
    lie->parts = 0;
    for (int s = 0; s < 3; s++) {
        lie->grid[s] = grid[s];
        lie->axis[s] = -1;
    }
    for (int at = 0; at < rank; at++) {
        chain->head.d[at] = grid[side[at]];
        if (grid[side[at]] == 1) continue;
        lie->axis[side[at]] = lie->parts;
        lie->view[lie->parts++] = grid[side[at]];
    }
    chain->head.rank = rank;
    lie->origin = EMB__ONNX_DECIDED;
}

/* ---- adding one ------------------------------------------------------------------------------ */

/* Begins to wait. */
static emb_status begin(emb__onnx_chain *chain, bool outer) {
    emb__onnx_lines *l = &chain->lines;
    emb_status status = emb__onnx_find_sides(chain, outer, l->side);
    if (status == EMB_OK) status = emb__onnx_affine_flush(chain);
    for (int i = 0; i < 3 && status == EMB_OK; i++) {
        if (chain->lie.grid[i] <= EMB__MAX_SIZE) continue;
        status = emb__onnx_fail(chain, EMB__ONNX_SMALLER, "works on a side of more than %d pixels",
                                EMB__MAX_SIZE);
    }
    if (status != EMB_OK) return status;
    l->any = true;
    l->node = chain->node;
    l->lie = chain->lie;
    l->rank = chain->head.rank;
    memcpy(l->d, chain->head.d, sizeof l->d);
    return EMB_OK;
}

/* The pixels that `line` takes of those that `from` takes. */
static void compose(emb__line *line, const emb__line *from) {
    for (int o = 0; o < line->out_size; o++) line->at[o] = from->at[line->at[o]];
    line->in_size = from->in_size;
}

emb_status emb__onnx_lines_add(emb__onnx_chain *chain, int at, emb__line *line) {
    emb__onnx_lines *l = &chain->lines;
    emb_status status = l->any ? EMB_OK : begin(chain, at == 0);
    int s = status == EMB_OK ? l->side[at] - 1 : 0;
    if (status == EMB_OK && s >= 0 && l->line[s].starts) {
        if (l->line[s].copies && line->copies) {
            compose(line, &l->line[s]);
            emb__line_clear(&l->line[s]);
        } else {
            status = emb__onnx_lines_flush(chain);
            if (status == EMB_OK) status = begin(chain, at == 0);
            s = l->side[at] - 1;
        }
    }
    if (status == EMB_OK && s < 0) status = emb__onnx_refuse(chain);
    if (status != EMB_OK) {
        emb__line_clear(line);
        return status;
    }
    int64_t grid[3];
    memcpy(grid, chain->lie.grid, sizeof grid);
    grid[1 + s] = line->out_size;
    l->line[s] = *line;
    see(chain, l->rank, l->side, grid);
    return EMB_OK;
}

emb_status emb__onnx_lines_copy(emb__onnx_chain *chain, int at, int64_t count,
                                const int64_t *from) {
    const int64_t in = chain->head.d[at];
    emb__line line = {.in_size = 0};
    if (count < 1 || count > EMB__MAX_SIZE) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "takes %lld pixels of a side",
                              (long long)count);
    }
    for (int64_t o = 0; o < count; o++) {
        if (from[o] < 0 || from[o] >= in)
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "takes what is not there");
    }
    emb_status status = emb__line_open(&line, (int)in, (int)count, (size_t)count);
    for (int64_t o = 0; o < count && status == EMB_OK; o++) {
        emb__line_add(&line, (int)from[o], 1);
        emb__line_end(&line);
    }
    if (status == EMB_OK) return emb__onnx_lines_add(chain, at, &line);
    emb__line_clear(&line);
    return status;
}

/* ---- a layer that puts the other end's pixels around the image --------------------------------
 */

/* Takes such a layer back, if the last one is; its padding is added to pads. */
static void take_back(emb__onnx_chain *chain, int64_t padding[SIDES]) {
    emb__onnx_layer *last = chain->layer_count ? &chain->layers[chain->layer_count - 1] : NULL;
    const emb__onnx_value *code = emb__onnx_find(chain, chain->code);
    if (code && code->layers == chain->layer_count) return;
    if (chain->affine.dim != EMB__ONNX_NOTHING || chain->head.rank != 3) return;
    if (memcmp(chain->head.d, chain->lie.grid, sizeof chain->lie.grid) != 0) return;
    if (!emb__onnx_ordered(chain)) return;
    if (!last || last->spec.kind != &emb__conv2d || last->branch != chain->branch) return;
    emb__layer layer = {.kind = last->spec.kind, .spec = &last->spec};
    const emb__arg *mode = emb__layer_arg(layer.spec, "padding_mode");
    const emb__arg *kernel = emb__layer_arg(layer.spec, "kernel_size");
    const emb__arg *pads = emb__layer_arg(layer.spec, "padding");
    const emb__arg *stride = emb__layer_arg(layer.spec, "stride");
    if (mode->v[0] != EMB__PAD_CIRCULAR || kernel->v[0] != 1 || kernel->v[1] != 1) return;
    if (stride->v[0] != 1 || stride->v[1] != 1) return;
    if (last->weights[1] || last->groups != last->in || last->out != last->in) return;
    for (int i = 0; i < SIDES; i++) { /* a padding of a padded side is not one of both */
        if (padding[i] > 0 && pads->v[i] > 0) return;
    }
    for (int64_t c = 0; c < last->in; c++) {
        if (last->weights[0][c] != 1) return;
    }
    int64_t grid[3] = {chain->lie.grid[0], chain->lie.grid[1], chain->lie.grid[2]};
    for (int i = 0; i < SIDES; i++) {
        padding[i] += pads->v[i];
        grid[1 + i] -= 2 * (int64_t)pads->v[i];
    }
    emb__free(last->weights[0]);
    chain->layer_count--;
    see(chain, 3, (const int[3]){0, 1, 2}, grid);
    chain->lie.base = -1;
    chain->lie.clean = false;
}

/* ---- the end of waiting ---------------------------------------------------------------------- */

/* Fills in lines that are absent; the image is as it was before them. */
static emb_status look_back(emb__onnx_chain *chain, emb__onnx_lines *l, emb__onnx_match *s) {
    *s = (emb__onnx_match){.chain = chain};
    size_t most = 1;
    for (int i = 0; i < SIDES; i++) {
        if (!l->line[i].starts) {
            emb_status status =
                emb__pad_line(&l->line[i], EMB__PAD_ZEROS, (int)l->lie.grid[1 + i], 0, 0);
            if (status != EMB_OK) return status;
        }
        s->line[i] = &l->line[i];
        if ((size_t)l->line[i].in_size > most) most = (size_t)l->line[i].in_size;
    }
    s->sums = emb__calloc(most, sizeof *s->sums);
    return s->sums ? EMB_OK : EMB_ERR_MEMORY;
}

/* The image before them is the head again. */
static void go_back(emb__onnx_chain *chain, const emb__onnx_lines *l) {
    chain->lie = l->lie;
    chain->head.rank = l->rank;
    memcpy(chain->head.d, l->d, sizeof l->d);
}

emb_status emb__onnx_lines_flush(emb__onnx_chain *chain) {
    emb__onnx_lines l = chain->lines;
    const Emb__Onnx__Node *const node = chain->node;
    emb__onnx_match s = {.chain = NULL};
    if (!l.any) return EMB_OK;
    chain->lines = (emb__onnx_lines){.any = false};
    go_back(chain, &l);
    chain->node = l.node;
    emb_status status = look_back(chain, &l, &s);
    if (status == EMB_OK) status = emb__onnx_match_add(&s);
    if (status == EMB_OK) {
        int64_t grid[3];
        memcpy(grid, chain->lie.grid, sizeof grid);
        see(chain, l.rank, l.side, grid);
        chain->node = node;
    }
    emb__free(s.sums);
    emb__onnx_lines_clear(&l);
    return status;
}

/* Whether the graph has channels, rows, columns. */
static bool is_plain(const emb__onnx_lines *l) {
    return l->rank == 2 || (l->side[0] == 0 && l->side[1] == 1);
}

bool emb__onnx_lines_wrap(emb__onnx_chain *chain, int64_t padding[2]) {
    emb__onnx_lines *l = &chain->lines;
    emb__onnx_match s = {.chain = NULL};
    int64_t pads[4];
    padding[0] = padding[1] = 0;
    if (l->any) {
        const bool found = is_plain(l) && look_back(chain, l, &s) == EMB_OK &&
                           emb__onnx_match_pads(&s, EMB__PAD_CIRCULAR, pads) &&
                           pads[0] == pads[2] && pads[1] == pads[3] && pads[0] >= 0 && pads[1] >= 0;
        emb__free(s.sums);
        if (!found) return false;
        memcpy(padding, pads, 2 * sizeof *pads);
        go_back(chain, l);
        emb__onnx_lines_clear(l);
    }
    take_back(chain, padding);
    return padding[0] + padding[1] > 0;
}

bool emb__onnx_lines_adapt(emb__onnx_chain *chain, const int64_t kernel[2]) {
    emb__onnx_lines *l = &chain->lines;
    emb__onnx_match s = {.chain = NULL};
    bool good =
        l->any && is_plain(l) && look_back(chain, l, &s) == EMB_OK && emb__onnx_match_copies(&s);
    for (int i = 0; i < SIDES && good; i++) {
        const int64_t in = s.line[i]->in_size, k = kernel[i], out = s.line[i]->out_size / k;
        good = out * k == s.line[i]->out_size;
        for (int64_t o = 0; o < out && good; o++) {
            const int64_t first = o * in / out, end = ((o + 1) * in + out - 1) / out;
            int64_t next = first; /* each of the window at least once */
            for (int64_t t = 0; t < k && good; t++) {
                const int64_t at = s.line[i]->at[o * k + t];
                good = at == next || (at < next && at >= first);
                next += at == next;
            }
            good = good && next == end;
        }
    }
    emb__free(s.sums);
    if (!good) return false;
    go_back(chain, l);
    emb__onnx_lines_clear(l);
    return true;
}

#endif
