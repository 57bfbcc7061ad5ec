/* Which positions of a convolution's two sides meet: planned once, so that no inner loop works out
 * a border. */
#include "base/memory.h"
#include "engine/kernels/kernels.h"

/* One direction (rows or columns) of a gather. */
typedef struct side {
    bool up;
    int in_size, out_size, kernel, stride, padding, dilation;
} side;

/* A kernel position k, and the input that the first output of a span meets there. */
typedef struct tap {
    int k, at;
} tap;

/* Outputs first, first + step, ... (count of them) that meet the same kernel positions, each next
 * one in_step inputs further. Edges are spans of their own. */
typedef struct span {
    int first, step, count, in_step;
    int tap, tap_count;
} span;

typedef struct axis {
    int span_count;
    span *spans;
    tap *taps;
} axis;

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
static void walk(const side *s, axis *a, size_t *spans, size_t *taps) {
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
                if (a->taps) a->taps[*taps] = (tap){k, (int)at};
                ++*taps;
            }
            if (a->spans) {
                a->spans[*spans] = (span){.first = (int)o,
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

static void axis_clear(axis *a) {
    emb__free(a->spans);
    emb__free(a->taps);
}

static emb_status axis_plan(axis *a, const side *s) {
    size_t spans, taps;
    *a = (axis){0};
    walk(s, a, &spans, &taps);
    a->spans = emb__calloc(spans, sizeof *a->spans);
    a->taps = emb__calloc(taps, sizeof *a->taps);
    if (!a->spans || !a->taps) return EMB_ERR_MEMORY;
    walk(s, a, &spans, &taps);
    a->span_count = (int)spans;
    return EMB_OK;
}

/* The taps of rows and columns together, in the order of the sum: rows outside. */
static void cross_taps(const emb__gather *g, const tap *rows, int row_count, const tap *columns,
                       int column_count, emb__tap *taps) {
    for (int r = 0; r < row_count; r++) {
        for (int c = 0; c < column_count; c++) {
            *taps++ = (emb__tap){
                .in = (uint32_t)((rows[r].at * g->in_w + columns[c].at) * EMB__LANES),
                .weight = (uint32_t)((rows[r].k * g->kernel[1] + columns[c].k) * EMB__OUT_TILE)};
        }
    }
}

static emb_status cross(emb__gather *g, const axis *rows, const axis *columns) {
    size_t row_taps = 0, column_taps = 0;
    for (int r = 0; r < rows->span_count; r++) row_taps += (size_t)rows->spans[r].tap_count;
    for (int c = 0; c < columns->span_count; c++) {
        column_taps += (size_t)columns->spans[c].tap_count;
    }
    g->patch_count = rows->span_count * columns->span_count;
    g->patches = emb__calloc((size_t)g->patch_count, sizeof *g->patches);
    g->taps = emb__calloc(row_taps * column_taps, sizeof *g->taps);
    if (!g->patches || !g->taps) return EMB_ERR_MEMORY;
    emb__patch *patch = g->patches;
    int taps = 0;
    for (int r = 0; r < rows->span_count; r++) {
        for (int c = 0; c < columns->span_count; c++) {
            const span *y = &rows->spans[r], *x = &columns->spans[c];
            *patch++ = (emb__patch){
                y->first, y->step,    y->count,   x->first, x->step,
                x->count, y->in_step, x->in_step, taps,     y->tap_count * x->tap_count};
            cross_taps(g, rows->taps + y->tap, y->tap_count, columns->taps + x->tap, x->tap_count,
                       g->taps + taps);
            taps += y->tap_count * x->tap_count;
        }
    }
    return EMB_OK;
}

/* How much of the second cache (1 MB and more on today's processors) the rows of a strip may fill,
 * and the sums of a weight gradient that wait for the next strip. */
enum { STRIP_BYTES = 384 << 10, WAITING_BYTES = 512 << 10 };

static int rows_of(size_t row_bytes, int rows) {
    const size_t fit = STRIP_BYTES / row_bytes;
    return fit >= (size_t)rows ? rows : fit < 1 ? 1 : (int)fit;
}

static const size_t vector_bytes = EMB__LANES * sizeof(float);

emb_status emb__gather_plan(emb__gather *g) {
    const side down = {g->up,        g->in_h,       g->out_h,      g->kernel[0],
                       g->stride[0], g->padding[0], g->dilation[0]};
    const side right = {g->up,        g->in_w,       g->out_w,      g->kernel[1],
                        g->stride[1], g->padding[1], g->dilation[1]};
    axis rows, columns = {0};
    emb_status status = axis_plan(&rows, &down);
    if (status == EMB_OK) status = axis_plan(&columns, &right);
    if (status == EMB_OK) status = cross(g, &rows, &columns);
    axis_clear(&rows);
    axis_clear(&columns);
    if (status != EMB_OK) emb__gather_clear(g);
    const size_t in_row = (size_t)g->in_channels * (size_t)g->in_w * vector_bytes;
    const size_t out_row = (size_t)g->out_channels * (size_t)g->out_w * vector_bytes;
    /* Whole strides, so that every phase has its rows in each strip. */
    const int step = g->up ? g->stride[0] : 1;
    g->strip_rows =
        rows_of(g->up ? in_row / (size_t)step + out_row : in_row * (size_t)g->stride[0] + out_row,
                g->out_h);
    g->strip_rows = (g->strip_rows + step - 1) / step * step;
    return status;
}

void emb__gather_clear(emb__gather *g) {
    emb__free(g->patches);
    emb__free(g->taps);
    g->patches = NULL;
    g->taps = NULL;
}

size_t emb__gather_scratch(const emb__gather *g) {
    const size_t tiles = ((size_t)g->out_channels + EMB__OUT_TILE - 1) / EMB__OUT_TILE;
    const size_t area = (size_t)g->kernel[0] * (size_t)g->kernel[1];
    const size_t floats = tiles * (size_t)g->in_channels * area * EMB__OUT_TILE;
    return (floats + EMB__LANES - 1) / EMB__LANES;
}

/* Positions [*first, *end) of the smaller side that meet the bigger side at an offset. */
static void meeting(int small, int big, int stride, int64_t offset, int *first, int *end) {
    *first = 0;
    *end = small;
    while (*first < *end && (int64_t)*first * stride + offset < 0) ++*first;
    while (*end > *first && (int64_t)(*end - 1) * stride + offset >= big) --*end;
}

static void plan_strips(emb__correlate *c) {
    const size_t small_row = (size_t)c->small_channels * (size_t)c->small_w * vector_bytes;
    const size_t big_row = (size_t)c->big_channels * (size_t)c->big_w * vector_bytes;
    const size_t waiting = EMB__SMALL_TILE * (size_t)c->column_count * vector_bytes;
    c->strip_rows = rows_of(small_row + big_row * (size_t)c->stride[0], c->small_h);
    c->units_at_once = waiting < WAITING_BYTES ? (int)(WAITING_BYTES / waiting) : 1;
    if (c->units_at_once > c->units) c->units_at_once = c->units;
}

emb_status emb__correlate_plan(emb__correlate *c) {
    const size_t plane = (size_t)c->big_h * (size_t)c->big_w;
    const size_t area = (size_t)c->kernel[0] * (size_t)c->kernel[1];
    c->column_count = c->kernel[1] * c->big_channels;
    c->units =
        c->groups * ((c->small_channels + EMB__SMALL_TILE - 1) / EMB__SMALL_TILE) * c->kernel[0];
    plan_strips(c);
    c->columns = emb__calloc((size_t)c->column_count, sizeof *c->columns);
    if (!c->columns) return EMB_ERR_MEMORY;
    emb__column *column = c->columns;
    for (int kw = 0; kw < c->kernel[1]; kw++) {
        const int64_t right = (int64_t)kw * c->dilation[1] - c->padding[1];
        int first, end;
        meeting(c->small_w, c->big_w, c->stride[1], right, &first, &end);
        for (int b = 0; b < c->big_channels; b++) {
            *column++ = (emb__column){.at = ((ptrdiff_t)b * (ptrdiff_t)plane + (ptrdiff_t)right) *
                                            EMB__LANES,
                                      .weight = (size_t)b * area + (size_t)kw,
                                      .first = first,
                                      .end = end};
        }
    }
    return EMB_OK;
}

void emb__correlate_clear(emb__correlate *c) {
    emb__free(c->columns);
    c->columns = NULL;
}

size_t emb__correlate_scratch(const emb__correlate *c) {
    if (c->strip_rows == c->small_h) return 0;
    /* The last tile's lane sums read 16 rows, whatever it has. */
    return (size_t)c->units_at_once * EMB__SMALL_TILE * (size_t)c->column_count + EMB__LANES;
}
