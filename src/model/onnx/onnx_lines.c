/* Rows and columns of an image that are taken by their places, or multiplied by a table: Gather,
 * Slice, Pad and MatMul along a side. What follows on the other side belongs to the same layer, so
 * they wait; then the layer is found that makes the same pixels by the same weights. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"
#include "net/layers/pad.h"

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

/* ---- the layer that does the same ------------------------------------------------------------ */

/* Whether both make the same pixels by the same weights. `sums` has room for a side, all 0. */
static bool alike(const emb__line *a, const emb__line *b, float *sums) {
    const float little = 1e-5f;
    bool same = a->in_size == b->in_size && a->out_size == b->out_size;
    for (int o = 0; same && o < a->out_size; o++) {
        for (int t = a->starts[o]; t < a->starts[o + 1]; t++) sums[a->at[t]] += a->weight[t];
        for (int t = b->starts[o]; t < b->starts[o + 1]; t++) sums[b->at[t]] -= b->weight[t];
        for (int t = a->starts[o]; t < a->starts[o + 1]; t++) {
            same = same && fabsf(sums[a->at[t]]) <= little;
            sums[a->at[t]] = 0;
        }
        for (int t = b->starts[o]; t < b->starts[o + 1]; t++) {
            same = same && fabsf(sums[b->at[t]]) <= little;
            sums[b->at[t]] = 0;
        }
    }
    return same;
}

/* What is looked for: both lines, those that are absent filled in. */
typedef struct search {
    emb__onnx_chain *chain;
    const emb__line *line[SIDES];
    float *sums;
} search;

/* Whether the last layer is it. */
static bool fits(const search *s) {
    emb__onnx_layer *own = &s->chain->layers[s->chain->layer_count - 1];
    emb__layer layer = {.kind = own->spec.kind, .spec = &own->spec, .in.rank = 3};
    for (int i = 0; i < 3; i++) layer.in.d[i] = (int)s->chain->lie.grid[i];
    bool good = !layer.kind->settle || layer.kind->settle(&own->spec) == EMB_OK;
    good = good && layer.kind->compile(&layer) == EMB_OK;
    for (int i = 0; i < SIDES; i++) good = good && layer.out.d[1 + i] == s->line[i]->out_size;
    if (!good) return false;
    good = layer.kind->plan(&layer) == EMB_OK &&
           alike(s->line[0], &layer.resample[0].rows, s->sums) &&
           alike(s->line[1], &layer.resample[0].columns, s->sums);
    layer.kind->clear(&layer);
    return good;
}

static void sizes(const search *s, int64_t size[SIDES]) {
    for (int i = 0; i < SIDES; i++) size[i] = s->line[i]->out_size;
}

static bool all_copies(const search *s) { return s->line[0]->copies && s->line[1]->copies; }

/* The padding before a side, if it pads so. */
static bool find_pad(const search *s, int i, emb__pad_mode mode, int *before) {
    const emb__line *line = s->line[i];
    const int first = line->starts[1] > 0 ? line->at[0] : 0;
    int lead = 0, copies = 0;
    while (lead < line->out_size && line->starts[lead + 1] == 0) lead++;
    while (copies < line->out_size && line->starts[copies + 1] > copies && line->at[copies] == 0) {
        copies++;
    }
    const int tries[] = {lead, -first, first, copies - 1, line->in_size - first};
    for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        const int after = line->out_size - line->in_size - tries[k];
        emb__line own = {.in_size = 0};
        int size;
        if (tries[k] < -EMB__MAX_SIZE || after < -EMB__MAX_SIZE) continue;
        if (emb__pad_size(mode, line->in_size, tries[k], after, &size) != EMB_OK) continue;
        const bool same = emb__pad_line(&own, mode, line->in_size, tries[k], after) == EMB_OK &&
                          alike(line, &own, s->sums);
        emb__line_clear(&own);
        *before = tries[k];
        if (same) return true;
    }
    return false;
}

/* The paddings of both sides: rows before, columns before, rows after, columns after. */
static bool find_pads(const search *s, emb__pad_mode mode, int64_t pads[4]) {
    for (int i = 0; i < SIDES; i++) {
        int before;
        if (!find_pad(s, i, mode, &before)) return false;
        pads[i] = before;
        pads[SIDES + i] = s->line[i]->out_size - s->line[i]->in_size - before;
    }
    return true;
}

/* Whether an Upsample by this factor copies so; `middle`: of the pixel from which it starts. */
static bool copies_by(const emb__line *line, double factor, double middle) {
    bool same = (int)(line->in_size * factor) == line->out_size;
    for (int o = 0; same && o < line->out_size; o++) {
        const int at = (int)((o + middle) / factor);
        same = line->at[o] == (at < line->in_size ? at : line->in_size - 1);
    }
    return same;
}

/* Such a factor with as few digits as possible; 0: there is none. */
static double factor_of(const emb__line *line, double middle) {
    double least = (double)line->out_size / line->in_size;
    for (int o = 0; o < line->out_size; o++) {
        least = fmax(least, (o + middle) / (line->at[o] + 1));
    }
    for (double ten = 1; ten < 1e8; ten *= 10) {
        for (int more = 0; more < 2; more++) {
            const double factor = (ceil(least * ten) + more) / ten;
            if (copies_by(line, factor, middle)) return factor;
        }
    }
    return 0;
}

static bool find_upsample(const search *s) {
    enum { NEAREST, BILINEAR, BICUBIC, NEAREST_EXACT, MODES };
    emb__onnx_layer *layer = &s->chain->layers[s->chain->layer_count - 1];
    int64_t size[SIDES];
    sizes(s, size);
    for (int way = 0; way < 4 * MODES; way++) {
        const int mode = way / 4;
        const bool align = way / 2 % 2, scaled = way % 2 == 0;
        const bool copies = mode == NEAREST || mode == NEAREST_EXACT;
        if (copies != all_copies(s) || (copies && align) || (scaled && !copies)) continue;
        for (int i = 0; layer->spec.kind->args[i].name; i++) {
            layer->spec.args[i] = emb__arg_default(&layer->spec.kind->args[i]);
        }
        if (scaled) {
            const double middle = mode == NEAREST ? 0 : 0.5;
            const double factors[SIDES] = {factor_of(s->line[0], middle),
                                           factor_of(s->line[1], middle)};
            emb__onnx_set_reals(layer, "scale_factor", factors);
        } else {
            emb__onnx_set_all(layer, "size", SIDES, size);
        }
        emb__onnx_set(layer, "mode", mode);
        if (align) emb__onnx_set(layer, "align_corners", true);
        if (fits(s)) return true;
    }
    return false;
}

static bool find_adaptive(const search *s) {
    int64_t size[SIDES];
    sizes(s, size);
    emb__onnx_set_all(&s->chain->layers[s->chain->layer_count - 1], "output_size", SIDES, size);
    return fits(s);
}

/* An AvgPool2d's kernel, padding and stride, from the first two averages. */
static bool find_average(const search *s) {
    int64_t kernel[SIDES], stride[SIDES], padding[SIDES];
    for (int i = 0; i < SIDES; i++) {
        const emb__line *line = s->line[i];
        const int count = line->starts[1];
        if (count < 1 || !(line->weight[0] > 1e-6f)) return false;
        kernel[i] = (int64_t)lround(1 / (double)line->weight[0]);
        padding[i] = kernel[i] > count ? kernel[i] - count : 0;
        stride[i] = kernel[i];
        if (line->out_size < 2) continue;
        const int second = line->starts[2] - line->starts[1], next = line->at[line->starts[1]];
        stride[i] = next > 0 || second < 1 ? next + padding[i] : second - count;
    }
    emb__onnx_layer *layer = &s->chain->layers[s->chain->layer_count - 1];
    if (stride[0] < 1 || stride[1] < 1) return false;
    emb__onnx_set_all(layer, "kernel_size", SIDES, kernel);
    if (memcmp(kernel, stride, sizeof kernel) != 0) {
        emb__onnx_set_all(layer, "stride", SIDES, stride);
    }
    emb__onnx_set_all(layer, "padding", SIDES, padding);
    for (int ceil = 0; ceil < 2; ceil++) {
        emb__onnx_set(layer, "ceil_mode", ceil);
        if (fits(s)) return true;
    }
    return false;
}

/* ---- pixels of the other end ----------------------------------------------------------------- */

/* Conv2d(C, C, 1, groups=C, padding_mode='circular'), whose weights are 1, and what it makes too
 * much is cut off. */
static emb_status add_circular(emb__onnx_chain *chain, const int64_t pads[4]) {
    int64_t padding[SIDES], cut[4];
    for (int i = 0; i < SIDES; i++) {
        padding[i] = pads[i] > pads[SIDES + i] ? pads[i] : pads[SIDES + i];
        if (padding[i] < 0) padding[i] = 0;
        cut[2 - 2 * i] = pads[i] - padding[i];
        cut[3 - 2 * i] = pads[SIDES + i] - padding[i];
    }
    const int64_t channels = chain->lie.grid[0];
    emb_status status = emb__onnx_more(chain, (size_t)channels);
    emb__onnx_layer *layer = status == EMB_OK ? emb__onnx_layer_new(chain, &emb__conv2d) : NULL;
    if (!layer) return emb__last_status();
    static const char *const equal[] = {"in_channels", "out_channels", "groups"};
    for (int i = 0; i < 3; i++) emb__onnx_set(layer, equal[i], channels);
    emb__onnx_set_all(layer, "kernel_size", SIDES, (const int64_t[SIDES]){1, 1});
    emb__onnx_set_all(layer, "padding", SIDES, padding);
    emb__onnx_set(layer, "padding_mode", EMB__PAD_CIRCULAR);
    layer->in = layer->out = layer->groups = channels;
    layer->counts[0] = (size_t)channels;
    layer->weights[0] = emb__calloc((size_t)channels, sizeof *layer->weights[0]);
    if (!layer->weights[0]) return EMB_ERR_MEMORY;
    for (int64_t c = 0; c < channels; c++) layer->weights[0][c] = 1;
    status = emb__onnx_settle(chain);
    if (status == EMB_OK && (cut[0] || cut[1] || cut[2] || cut[3])) {
        status = emb__onnx_pad_layer(chain, &emb__zero_pad2d, cut);
    }
    return status;
}

/* Takes such a layer back, if the last one is; its padding is added to pads. */
static void take_back(emb__onnx_chain *chain, int64_t padding[SIDES]) {
    emb__onnx_layer *last = chain->layer_count ? &chain->layers[chain->layer_count - 1] : NULL;
    if (!last || last->spec.kind != &emb__conv2d || last->branch != chain->branch) return;
    emb__layer layer = {.kind = last->spec.kind, .spec = &last->spec};
    const emb__arg *mode = emb__layer_arg(layer.spec, "padding_mode");
    const emb__arg *kernel = emb__layer_arg(layer.spec, "kernel_size");
    const emb__arg *pads = emb__layer_arg(layer.spec, "padding");
    if (mode->v[0] != EMB__PAD_CIRCULAR || kernel->v[0] * kernel->v[1] != 1) return;
    if (last->weights[1] || last->groups != last->in || chain->head.rank != 3) return;
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
static emb_status look_back(emb__onnx_chain *chain, emb__onnx_lines *l, search *s) {
    *s = (search){.chain = chain};
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

static emb_status add_pads(const search *s, bool *done) {
    static const emb__layer_kind *const kinds[] = {[EMB__PAD_ZEROS] = &emb__zero_pad2d,
                                                   [EMB__PAD_REFLECT] = &emb__reflection_pad2d,
                                                   [EMB__PAD_REPLICATE] = &emb__replication_pad2d};
    int64_t pads[4];
    for (int mode = EMB__PAD_ZEROS; mode <= EMB__PAD_CIRCULAR; mode++) {
        if (!find_pads(s, (emb__pad_mode)mode, pads)) continue;
        const int64_t ends[4] = {pads[1], pads[3], pads[0], pads[2]};
        *done = true;
        if (!pads[0] && !pads[1] && !pads[2] && !pads[3]) return EMB_OK;
        return mode == EMB__PAD_CIRCULAR ? add_circular(s->chain, pads)
                                         : emb__onnx_pad_layer(s->chain, kinds[mode], ends);
    }
    return EMB_OK;
}

static emb_status add_layer(const search *s) {
    static const struct {
        const emb__layer_kind *kind;
        bool (*find)(const search *s);
    } ways[] = {{&emb__upsample, find_upsample},
                {&emb__adaptive_avg_pool2d, find_adaptive},
                {&emb__avg_pool2d, find_average}};
    emb__onnx_chain *chain = s->chain;
    bool done = false;
    emb_status status = add_pads(s, &done);
    for (size_t i = 0; i < sizeof ways / sizeof *ways && status == EMB_OK && !done; i++) {
        if (!emb__onnx_layer_new(chain, ways[i].kind)) return emb__last_status();
        done = ways[i].find(s);
        if (done) return emb__onnx_settle(chain);
        chain->layer_count--;
    }
    if (status != EMB_OK || done) return status;
    if (strcmp(emb__onnx_text(chain->node->op_type), "MatMul") == 0) {
        return emb__onnx_fail(chain, "put a Flatten before it",
                              "multiplies the last of an image's %d dimensions; expected a vector",
                              chain->head.rank);
    }
    return emb__onnx_fail(chain, "export it as an Upsample, a pool or a padding",
                          "takes or mixes rows or columns as no layer here does");
}

emb_status emb__onnx_lines_flush(emb__onnx_chain *chain) {
    emb__onnx_lines l = chain->lines;
    const Emb__Onnx__Node *const node = chain->node;
    search s = {.chain = NULL};
    if (!l.any) return EMB_OK;
    chain->lines = (emb__onnx_lines){.any = false};
    go_back(chain, &l);
    chain->node = l.node;
    emb_status status = look_back(chain, &l, &s);
    if (status == EMB_OK) status = add_layer(&s);
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
    search s = {.chain = NULL};
    int64_t pads[4];
    padding[0] = padding[1] = 0;
    if (l->any) {
        const bool found = is_plain(l) && look_back(chain, l, &s) == EMB_OK &&
                           find_pads(&s, EMB__PAD_CIRCULAR, pads) && pads[0] == pads[2] &&
                           pads[1] == pads[3] && pads[0] >= 0 && pads[1] >= 0;
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
    search s = {.chain = NULL};
    bool good = l->any && is_plain(l) && look_back(chain, l, &s) == EMB_OK && all_copies(&s);
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
