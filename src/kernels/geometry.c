/* Which positions of a convolution's two sides meet: planned once, so that no inner loop works out
 * a border. */
#include "kernels/geometry.h"
#include "base/memory.h"

/* One direction (rows or columns) of a gather. */
typedef struct side {
    bool up;
    int in_size, out_size, kernel, stride, padding, dilation;
} side;

/* The input position that output `o` meets at kernel position k; -1 if that is padding. */
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

/* Walks all spans; writes them if the axis has room already, else counts them. in_apart,
 * weight_apart: from one input or kernel position to the next. */
static void walk(const side *s, emb__axis *a, size_t *spans, size_t *taps, size_t in_apart,
                 size_t weight_apart) {
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
                if (a->taps) {
                    a->taps[*taps] = (emb__tap){(uint32_t)((size_t)at * in_apart),
                                                (uint32_t)((size_t)k * weight_apart)};
                }
                ++*taps;
            }
            if (a->spans) {
                a->spans[*spans] = (emb__span){.first = (int)o,
                                               .step = step,
                                               .count = count,
                                               .in_step = s->up ? 1 : s->stride,
                                               .tap = (int)first_tap,
                                               .tap_count = (int)(*taps - first_tap)};
            }
            const int here = (int)(*taps - first_tap);
            if (here > a->most_taps) a->most_taps = here;
            ++*spans;
            o += (int64_t)count * step;
        }
    }
}

static void axis_clear(emb__axis *a) {
    emb__free(a->spans);
    emb__free(a->taps);
    *a = (emb__axis){0};
}

static emb_status axis_plan(emb__axis *a, const side *s, size_t in_apart, size_t weight_apart) {
    size_t spans, taps;
    walk(s, a, &spans, &taps, in_apart, weight_apart);
    a->spans = emb__calloc(spans, sizeof *a->spans);
    a->taps = emb__calloc(taps, sizeof *a->taps);
    if (!a->spans || !a->taps) return EMB_ERR_MEMORY;
    walk(s, a, &spans, &taps, in_apart, weight_apart);
    a->span_count = (int)spans;
    return EMB_OK;
}

/* How much of the second cache (1 MB or more on today's processors) may be filled by the rows of a
 * strip, by a strip of a weight gradient's smaller side, transposed, and by its sums that wait for
 * the next strip. */
enum { STRIP_BYTES = 384 << 10, PANEL_BYTES = 32 << 10, WAITING_BYTES = 512 << 10 };

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
    const size_t row = (size_t)g->in_w * EMB__LANES, kernel_row = (size_t)g->kernel[1];
    g->rows = g->columns = (emb__axis){0};
    emb_status status = axis_plan(&g->rows, &down, row, kernel_row * EMB__OUT_TILE);
    if (status == EMB_OK) status = axis_plan(&g->columns, &right, EMB__LANES, EMB__OUT_TILE);
    if (status != EMB_OK) emb__gather_clear(g);
    const size_t in_row = (size_t)g->in_channels * (size_t)g->in_w * vector_bytes;
    const size_t out_row = (size_t)g->out_channels * (size_t)g->out_w * vector_bytes;
    /* A multiple of the stride, so that each strip has rows of every phase. */
    const int step = g->up ? g->stride[0] : 1;
    g->strip_rows =
        rows_of(g->up ? in_row / (size_t)step + out_row : in_row * (size_t)g->stride[0] + out_row,
                g->out_h);
    g->strip_rows = (g->strip_rows + step - 1) / step * step;
    return status;
}

void emb__gather_clear(emb__gather *g) {
    axis_clear(&g->rows);
    axis_clear(&g->columns);
}

size_t emb__gather_taps_scratch(const emb__gather *g) {
    const size_t taps = (size_t)g->rows.most_taps * (size_t)g->columns.most_taps;
    return (taps * sizeof(emb__tap) + vector_bytes - 1) / vector_bytes;
}

size_t emb__gather_scratch(const emb__gather *g) {
    const size_t tiles = ((size_t)g->out_channels + EMB__OUT_TILE - 1) / EMB__OUT_TILE;
    const size_t area = (size_t)g->kernel[0] * (size_t)g->kernel[1];
    const size_t floats = tiles * (size_t)g->in_channels * area * EMB__OUT_TILE;
    return emb__gather_taps_scratch(g) + (floats + EMB__LANES - 1) / EMB__LANES;
}

/* What row, or column, k of the kernel connects. */
static emb__reach reach_of(const emb__correlate *c, int d, int k) {
    const int small = d == 0 ? c->small_h : c->small_w, big = d == 0 ? c->big_h : c->big_w;
    emb__reach r = {.end = small, .at = (int64_t)k * c->dilation[d] - c->padding[d]};
    while (r.first < r.end && (int64_t)r.first * c->stride[d] + r.at < 0) r.first++;
    while (r.end > r.first && (int64_t)(r.end - 1) * c->stride[d] + r.at >= big) r.end--;
    return r;
}

/* The lines, or units, whose sums may wait for the next strip. */
static int waiting(size_t vectors, int count) {
    const size_t most = WAITING_BYTES / (vectors * vector_bytes);
    return most >= (size_t)count ? count : most < 1 ? 1 : (int)most;
}

/* ---- by images ---- */

static void fill_columns(const emb__correlate *c) {
    const size_t plane = (size_t)c->big_h * (size_t)c->big_w;
    const size_t area = (size_t)c->kernel[0] * (size_t)c->kernel[1];
    emb__column *column = c->columns;
    for (int kw = 0; kw < c->kernel[1]; kw++) {
        const emb__reach *reach = &c->reach[kw];
        for (int b = 0; b < c->big_channels; b++) {
            *column++ =
                (emb__column){.at = ((ptrdiff_t)b * (ptrdiff_t)plane + reach->at) * EMB__LANES,
                              .weight = (size_t)b * area + (size_t)kw,
                              .first = reach->first,
                              .end = reach->end};
        }
    }
}

static emb_status plan_images(emb__correlate *c) {
    const size_t small_row = (size_t)c->small_channels * (size_t)c->small_w * vector_bytes;
    const size_t big_row = (size_t)c->big_channels * (size_t)c->big_w * vector_bytes;
    c->lines = c->kernel[0];
    c->column_count = c->kernel[1] * c->big_channels;
    c->strip_rows = rows_of(small_row + big_row * (size_t)c->stride[0], c->small_h);
    c->columns = emb__calloc((size_t)c->column_count, sizeof *c->columns);
    if (!c->columns) return EMB_ERR_MEMORY;
    fill_columns(c);
    return EMB_OK;
}

/* ---- by channels ---- */

static size_t tiles_at_once(const emb__correlate *c) {
    return c->tiles < EMB__SMALL_TILES ? (size_t)c->tiles : (size_t)EMB__SMALL_TILES;
}

/* Of one line: the sums of the two halves of a block. */
static size_t line_vectors(const emb__correlate *c) {
    return tiles_at_once(c) * 2 * (size_t)c->kernel[1];
}

static void fill_steps(const emb__correlate *c) {
    enum { HALF = EMB__LANES / 2 };
    for (int i = 0; i < c->small_w * c->piece_rows * HALF; i++) {
        const int x = i / HALF / c->piece_rows, y = i / HALF % c->piece_rows;
        const int at = y * c->stride[0] * c->big_w + x * c->stride[1];
        c->steps[0][i] = at * EMB__LANES + i % HALF;
        c->steps[1][i] = at * HALF + i % HALF;
    }
}

static emb_status plan_channels(emb__correlate *c) {
    const size_t panel_row = EMB__SMALL_TILE * (size_t)c->small_w * vector_bytes;
    c->lines = c->big_channels * c->kernel[0];
    c->piece_rows = c->small_w < EMB__PIECE ? EMB__PIECE / c->small_w : 1;
    if (c->piece_rows > c->small_h) c->piece_rows = c->small_h;
    c->strip_rows = PANEL_BYTES > panel_row ? (int)(PANEL_BYTES / panel_row) : 1;
    c->strip_rows = (c->strip_rows + c->piece_rows - 1) / c->piece_rows * c->piece_rows;
    if (c->strip_rows > c->small_h) c->strip_rows = c->small_h;
    c->lines_at_once = waiting(line_vectors(c), c->lines);
    const size_t count = (size_t)c->small_w * (size_t)c->piece_rows * (EMB__LANES / 2);
    for (int i = 0; i < 2; i++) {
        c->steps[i] = emb__calloc(count, sizeof *c->steps[i]);
        if (!c->steps[i]) return EMB_ERR_MEMORY;
    }
    fill_steps(c);
    return EMB_OK;
}

/* Enough channels of the smaller side to fill vectors of them, and enough lines to pay for turning
 * it: measured on AVX-512 and AVX2. */
static bool pays_by_channels(const emb__correlate *c) {
    return c->small_channels % EMB__SMALL_TILE == 0 && c->big_channels >= 3;
}

emb_status emb__correlate_plan(emb__correlate *c) {
    emb_status status = EMB_ERR_MEMORY;
    c->by_channels = pays_by_channels(c);
    c->tile = c->by_channels ? EMB__SMALL_TILE : EMB__FEW_TILE;
    c->tiles = (c->small_channels + c->tile - 1) / c->tile;
    c->columns = NULL;
    c->steps[0] = c->steps[1] = NULL;
    c->rows = emb__calloc((size_t)c->kernel[0], sizeof *c->rows);
    c->reach = emb__calloc((size_t)c->kernel[1], sizeof *c->reach);
    if (c->rows && c->reach) {
        for (int k = 0; k < c->kernel[0]; k++) c->rows[k] = reach_of(c, 0, k);
        for (int k = 0; k < c->kernel[1]; k++) c->reach[k] = reach_of(c, 1, k);
        status = c->by_channels ? plan_channels(c) : plan_images(c);
    }
    c->units = c->groups * c->tiles * c->lines;
    if (status == EMB_OK && !c->by_channels) {
        c->units_at_once = waiting(EMB__FEW_TILE * (size_t)c->column_count, c->units);
    }
    if (status != EMB_OK) emb__correlate_clear(c);
    return status;
}

void emb__correlate_clear(emb__correlate *c) {
    void *const owned[] = {c->rows, c->reach, c->columns, c->steps[0], c->steps[1]};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) emb__free(owned[i]);
    c->rows = c->reach = NULL;
    c->columns = NULL;
    c->steps[0] = c->steps[1] = NULL;
}

size_t emb__correlate_scratch(const emb__correlate *c) {
    if (c->by_channels) {
        const size_t pieces =
            ((size_t)c->strip_rows + (size_t)c->piece_rows - 1) / (size_t)c->piece_rows;
        const size_t positions = pieces * (size_t)c->piece_rows * (size_t)c->small_w;
        return tiles_at_once(c) * EMB__SMALL_TILE * positions +
               (size_t)c->lines_at_once * line_vectors(c);
    }
    if (c->strip_rows == c->small_h) return 0;
    /* The last tile's lane sums always read 16 rows. */
    return (size_t)c->units_at_once * EMB__FEW_TILE * (size_t)c->column_count + EMB__LANES;
}
