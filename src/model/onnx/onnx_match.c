/* See onnx_match.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "model/onnx/onnx_match.h"
#include "net/layers/kinds.h"

enum { SIDES = 2 };

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

/* Whether the last layer is it. */
static bool fits(const emb__onnx_match *s) {
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

static void sizes(const emb__onnx_match *s, int64_t size[SIDES]) {
    for (int i = 0; i < SIDES; i++) size[i] = s->line[i]->out_size;
}

bool emb__onnx_match_copies(const emb__onnx_match *s) {
    return s->line[0]->copies && s->line[1]->copies;
}

/* The padding before a side, if it pads so. */
static bool find_pad(const emb__onnx_match *s, int i, emb__pad_mode mode, int *before) {
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
bool emb__onnx_match_pads(const emb__onnx_match *s, emb__pad_mode mode, int64_t pads[4]) {
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
    enum { DIGITS = 8 };
    double ten = 1;
    for (int digit = 0; digit < DIGITS; digit++, ten *= 10) {
        for (int more = 0; more < 2; more++) {
            const double factor = (ceil(least * ten) + more) / ten;
            if (copies_by(line, factor, middle)) return factor;
        }
    }
    return 0;
}

static bool find_upsample(const emb__onnx_match *s) {
    enum { NEAREST, BILINEAR, BICUBIC, NEAREST_EXACT, MODES };
    emb__onnx_layer *layer = &s->chain->layers[s->chain->layer_count - 1];
    int64_t size[SIDES];
    sizes(s, size);
    for (int way = 0; way < 4 * MODES; way++) {
        const int mode = way / 4;
        const bool align = way / 2 % 2, scaled = way % 2 == 0;
        const bool copies = mode == NEAREST || mode == NEAREST_EXACT;
        if (copies != emb__onnx_match_copies(s) || (copies && align) || (scaled && !copies))
            continue;
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

static bool find_adaptive(const emb__onnx_match *s) {
    int64_t size[SIDES];
    sizes(s, size);
    emb__onnx_set_all(&s->chain->layers[s->chain->layer_count - 1], "output_size", SIDES, size);
    return fits(s);
}

/* An AvgPool2d's kernel, padding and stride, from the first two averages. */
static bool find_average(const emb__onnx_match *s) {
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

static emb_status add_pads(const emb__onnx_match *s, bool *done) {
    static const emb__layer_kind *const kinds[] = {[EMB__PAD_ZEROS] = &emb__zero_pad2d,
                                                   [EMB__PAD_REFLECT] = &emb__reflection_pad2d,
                                                   [EMB__PAD_REPLICATE] = &emb__replication_pad2d};
    int64_t pads[4];
    for (int mode = EMB__PAD_ZEROS; mode <= EMB__PAD_CIRCULAR; mode++) {
        if (!emb__onnx_match_pads(s, (emb__pad_mode)mode, pads)) continue;
        const int64_t ends[4] = {pads[1], pads[3], pads[0], pads[2]};
        *done = true;
        if (!pads[0] && !pads[1] && !pads[2] && !pads[3]) return EMB_OK;
        return mode == EMB__PAD_CIRCULAR ? add_circular(s->chain, pads)
                                         : emb__onnx_pad_layer(s->chain, kinds[mode], ends);
    }
    return EMB_OK;
}

typedef bool finder(const emb__onnx_match *s);

/* Adds a layer of this kind, if one is it. */
static emb_status try_kind(const emb__onnx_match *s, const emb__layer_kind *kind, finder *find,
                           bool *done) {
    if (!emb__onnx_layer_new(s->chain, kind)) return emb__last_status();
    *done = find(s);
    if (*done) return emb__onnx_settle(s->chain);
    s->chain->layer_count--;
    return EMB_OK;
}

static bool is_whole(const emb__onnx_match *s) {
    bool same = true;
    for (int i = 0; i < SIDES; i++) same = same && s->line[i]->out_size == s->line[i]->in_size;
    return !same && s->line[0]->out_size % s->line[0]->in_size == 0 &&
           s->line[1]->out_size % s->line[1]->in_size == 0;
}

emb_status emb__onnx_match_add(const emb__onnx_match *s) {
    static const struct {
        const emb__layer_kind *kind;
        finder *find;
    } ways[] = {{&emb__upsample, find_upsample},
                {&emb__adaptive_avg_pool2d, find_adaptive},
                {&emb__avg_pool2d, find_average}};
    emb__onnx_chain *chain = s->chain;
    bool done = false;
    /* Two pixels, each twice, are enlarged rather than padded with their edges. */
    emb_status status = is_whole(s) && emb__onnx_match_copies(s)
                            ? try_kind(s, &emb__upsample, find_upsample, &done)
                            : EMB_OK;
    if (status == EMB_OK && !done) status = add_pads(s, &done);
    for (size_t i = 0; i < sizeof ways / sizeof *ways && status == EMB_OK && !done; i++) {
        status = try_kind(s, ways[i].kind, ways[i].find, &done);
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

#endif
