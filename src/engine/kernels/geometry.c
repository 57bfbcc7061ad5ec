/* Which input positions each output position meets, in one direction. Edges are spans of their own,
 * so that no inner loop asks where it is. */
#include "base/memory.h"
#include "engine/kernels/kernels.h"

typedef struct side {
    bool up;
    int in_size, out_size, kernel, stride, padding, dilation;
} side;

/* The input position that output `o` meets at kernel position k; -1 where that is padding. */
static int64_t meets(const side *s, int64_t o, int64_t k) {
    int64_t at;
    if (s->up) {
        const int64_t scaled = o + s->padding - k * s->dilation;
        if (scaled < 0 || scaled % s->stride != 0) return -1;
        at = scaled / s->stride;
    } else {
        at = o * s->stride - s->padding + k * s->dilation;
    }
    return at >= 0 && at < s->in_size ? at : -1;
}

static bool same_taps(const side *s, int64_t a, int64_t b) {
    for (int k = 0; k < s->kernel; k++) {
        if ((meets(s, a, k) < 0) != (meets(s, b, k) < 0)) return false;
    }
    return true;
}

/* Walks all spans; writes them where the axis has room already, counts them where it has not. */
static void walk(const side *s, emb__axis *axis, size_t *spans, size_t *taps) {
    const int step = s->up ? s->stride : 1;
    *spans = *taps = 0;
    for (int phase = 0; phase < step && phase < s->out_size; phase++) {
        int64_t o = phase;
        while (o < s->out_size) {
            int count = 1;
            while (o + (int64_t)count * step < s->out_size &&
                   same_taps(s, o, o + (int64_t)count * step)) {
                count++;
            }
            const size_t first_tap = *taps;
            for (int k = 0; k < s->kernel; k++) {
                const int64_t at = meets(s, o, k);
                if (at < 0) continue;
                if (axis->taps) axis->taps[*taps] = (emb__tap){k, (int)at};
                ++*taps;
            }
            if (axis->spans) {
                axis->spans[*spans] = (emb__span){.first = (int)o,
                                                  .step = step,
                                                  .count = count,
                                                  .in_step = s->up ? 1 : s->stride,
                                                  .tap = (int)first_tap,
                                                  .tap_count = (int)(*taps - first_tap)};
            }
            ++*spans;
            o += (int64_t)count * step;
        }
    }
}

static emb_status plan(emb__axis *axis, const side *s) {
    size_t spans, taps;
    walk(s, axis, &spans, &taps);
    axis->spans = emb__calloc(spans, sizeof *axis->spans);
    axis->taps = emb__calloc(taps, sizeof *axis->taps);
    if (!axis->spans || !axis->taps) return EMB_ERR_MEMORY;
    walk(s, axis, &spans, &taps);
    axis->span_count = (int)spans;
    return EMB_OK;
}

emb_status emb__gather_plan(emb__gather *g) {
    const side rows = {g->up,        g->in_h,       g->out_h,      g->kernel[0],
                       g->stride[0], g->padding[0], g->dilation[0]};
    const side columns = {g->up,        g->in_w,       g->out_w,      g->kernel[1],
                          g->stride[1], g->padding[1], g->dilation[1]};
    g->rows = g->columns = (emb__axis){0};
    emb_status status = plan(&g->rows, &rows);
    if (status == EMB_OK) status = plan(&g->columns, &columns);
    if (status != EMB_OK) emb__gather_clear(g);
    return status;
}

void emb__gather_clear(emb__gather *g) {
    emb__free(g->rows.spans);
    emb__free(g->rows.taps);
    emb__free(g->columns.spans);
    emb__free(g->columns.taps);
    g->rows = g->columns = (emb__axis){0};
}
