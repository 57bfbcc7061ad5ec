/* Weight gradients of convolutions with many channels.
 *
 * Lanes are channels of the smaller side: a strip of it is transposed, so that the 16 channels of a
 * tile lie side by side for each position and image, and the bigger side's numbers are broadcast. A
 * register tile is one or two such tiles by some lines (a row of the kernel at a channel of the
 * bigger side) and columns of the kernel. No sum is spread over lanes. */
#define EMB_WIDE 1 /* whole vectors for half a block, too: its images are no lanes here */
#include "kernels/isa/correlate_channels.h"

/* Sums of a register tile: 24 of 32 registers (12 of 16), with room for a row of the smaller side
 * and one of the bigger. */
enum {
    SUMS = REGISTERS == 32 ? 24 : 12,
    PARTS = EMB__SMALL_TILE / VL,                /* vectors of one tile */
    AT_ONCE = PARTS == 1 ? EMB__SMALL_TILES : 1, /* tiles of the smaller side */
    MOST_VECTORS = AT_ONCE * PARTS,
    HALF = 8, /* images of one chain at a position */
    MOST_LINES = 16,
    MOST_COLUMNS = 3
};

/* What a register tile walks: rows [y, y_end) of a piece, columns [x, x_end). In floats, but for
 * these. */
typedef struct area {
    int x, x_end, y, y_end, rows; /* rows: of a piece */
    bool first;                   /* of the pieces */
    const emb__reach *reach;      /* of the tile's kernel columns */
    const float *panel;           /* the piece: [column][row][8 images][16 channels] */
    size_t panel_tile;
    const float *big[MOST_LINES]; /* each line's plane */
    const int32_t *steps; /* what a position meets, by the first kernel column, from `at` on */
    ptrdiff_t at;
    float *total[MOST_LINES]; /* [kernel column][channel of the tiles] */
    size_t width;
} area;

INLINE int between(int x, int low, int high) { return x < low ? low : x > high ? high : x; }

typedef vf tile_sums[MOST_LINES][MOST_COLUMNS][MOST_VECTORS];

/* Columns [x, x_end) of the piece by the kernel columns [k0, k1). One loop goes over columns, rows
 * and images: loops of a few rounds end too often for a processor to foresee. */
INLINE void walk(const area *a, tile_sums sum, int x, int x_end, const int vectors, const int lines,
                 const int k0, const int k1) {
    const float *big[MOST_LINES];
    UNROLL for (int l = 0; l < lines; l++) big[l] = a->big[l];
    const bool whole = a->y_end - a->y == a->rows;
    const int count = (whole ? x_end - x : 1) * (a->y_end - a->y) * HALF;
    for (; x < x_end; x += whole ? x_end - x : 1) {
        const size_t from = (size_t)(x * a->rows + a->y) * HALF;
        const float *by = a->panel + from * EMB__SMALL_TILE;
        const int32_t *step = a->steps + from;
        for (const int32_t *end = step + count; step < end; step++, by += EMB__SMALL_TILE) {
            const ptrdiff_t at = a->at + *step;
            vf value[MOST_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) {
                value[v] = v_load(by + (size_t)(v / PARTS) * a->panel_tile + v % PARTS * VL);
            }
            UNROLL for (int l = 0; l < lines; l++) {
                UNROLL for (int k = k0; k < k1; k++) {
                    const vf with = v_set(big[l][at + k * LANES]);
                    UNROLL for (int v = 0; v < vectors; v++) {
                        sum[l][k][v] = v_fma(value[v], with, sum[l][k][v]);
                    }
                }
            }
        }
    }
}

/* The same where some kernel columns do not reach all of the positions. */
INLINE void edge(const area *a, tile_sums sum, int x, int x_end, const int vectors,
                 const int columns, const int lines) {
    if (x >= x_end) return;
    UNROLL for (int k = 0; k < columns; k++) {
        const int from = between(a->reach[k].first, x, x_end);
        walk(a, sum, from, between(a->reach[k].end, from, x_end), vectors, lines, k, k + 1);
    }
}

INLINE void tile(const area *a, const int vectors, const int columns, const int lines) {
    int first = a->reach[0].first, end = a->reach[0].end;
    for (int k = 1; k < columns; k++) {
        first = a->reach[k].first > first ? a->reach[k].first : first;
        end = a->reach[k].end < end ? a->reach[k].end : end;
    }
    first = between(first, a->x, a->x_end);
    end = between(end, first, a->x_end);
    tile_sums sum;
    UNROLL for (int l = 0; l < lines; l++) {
        UNROLL for (int k = 0; k < columns; k++) {
            UNROLL for (int v = 0; v < vectors; v++) sum[l][k][v] = v_set(0);
        }
    }
    edge(a, sum, a->x, first, vectors, columns, lines);
    walk(a, sum, first, end, vectors, lines, 0, columns);
    edge(a, sum, end, a->x_end, vectors, columns, lines);
    const bool is_first = a->first;
    UNROLL for (int l = 0; l < lines; l++) {
        float *to = a->total[l];
        UNROLL for (int k = 0; k < columns; k++, to += a->width) {
            UNROLL for (int v = 0; v < vectors; v++) {
                const vf s = sum[l][k][v];
                v_store(to + v * VL, is_first ? s : v_add(v_load(to + v * VL), s));
            }
        }
    }
}

typedef void tile_function(const area *a);

#define TILE(vectors, columns, lines)                                                              \
    static void tile_##vectors##x##columns##x##lines(const area *a) {                              \
        tile(a, vectors, columns, lines);                                                          \
    }
#define ENTRY(vectors, columns, lines)                                                             \
    [vectors][columns][lines] = tile_##vectors##x##columns##x##lines,

/* clang-format off */
#define UP_TO_2(_, vectors, columns) _(vectors, columns, 1) _(vectors, columns, 2)
#define UP_TO_4(_, vectors, columns) UP_TO_2(_, vectors, columns) _(vectors, columns, 3) _(vectors, columns, 4)
#define UP_TO_6(_, vectors, columns) UP_TO_4(_, vectors, columns) _(vectors, columns, 6)
#define UP_TO_8(_, vectors, columns) UP_TO_6(_, vectors, columns) _(vectors, columns, 8)
#define UP_TO_12(_, vectors, columns) UP_TO_8(_, vectors, columns) _(vectors, columns, 12)
#define UP_TO_16(_, vectors, columns) UP_TO_12(_, vectors, columns) _(vectors, columns, 16)
#if REGISTERS == 32 && VL == 16
#define TILES(_) UP_TO_16(_, 1, 1) UP_TO_12(_, 1, 2) UP_TO_8(_, 1, 3) \
                 UP_TO_12(_, 2, 1) UP_TO_6(_, 2, 2) UP_TO_4(_, 2, 3)
#elif REGISTERS == 32
#define TILES(_) UP_TO_12(_, 2, 1) UP_TO_6(_, 2, 2) UP_TO_4(_, 2, 3) \
                 UP_TO_6(_, 4, 1) UP_TO_3(_, 4, 2) UP_TO_2(_, 4, 3)
#define UP_TO_3(_, vectors, columns) UP_TO_2(_, vectors, columns) _(vectors, columns, 3)
#elif VL == 8
#define TILES(_) UP_TO_12(_, 1, 1) UP_TO_6(_, 1, 2) UP_TO_4(_, 1, 3) \
                 UP_TO_6(_, 2, 1) UP_TO_3(_, 2, 2) UP_TO_2(_, 2, 3)
#define UP_TO_3(_, vectors, columns) UP_TO_2(_, vectors, columns) _(vectors, columns, 3)
#else
#define TILES(_) UP_TO_6(_, 2, 1) UP_TO_3(_, 2, 2) UP_TO_2(_, 2, 3) \
                 UP_TO_3(_, 4, 1) _(4, 2, 1) _(4, 3, 1)
#define UP_TO_3(_, vectors, columns) UP_TO_2(_, vectors, columns) _(vectors, columns, 3)
#endif
/* clang-format on */

TILES(TILE)
static tile_function *const tiles[MOST_VECTORS + 1][MOST_COLUMNS + 1][MOST_LINES + 1] = {
    TILES(ENTRY)};

static int least(int a, int b) { return a < b ? a : b; }

/* How many of the `left` lines a register tile takes: nearly equal numbers, 7 are 4 + 3. */
static int choose_lines(int left, int vectors, int columns) {
    int most = least(SUMS / (vectors * columns), MOST_LINES);
    for (int tiles_left = (left + most - 1) / most;; tiles_left++) {
        const int lines = (left + tiles_left - 1) / tiles_left;
        if (tiles[vectors][columns][lines]) return lines;
    }
}

/* ---- a run: one or two tiles of the smaller side, and some lines ------------------------------
 */

typedef struct run {
    const emb__correlate *c;
    int tiles, channels; /* of the smaller side */
    int line, line_end;
    const float *small, *big; /* the first tile's, the group's first plane */
    float *panel;
    size_t panel_tile;
    int strip;     /* the panel's first row */
    float *totals; /* [half][line][kernel column][channel] */
    float *grad;
    bool add;
} run;

static size_t width_of(const run *r) { return (size_t)r->tiles * EMB__SMALL_TILE; }
static size_t half_floats(const run *r) {
    return (size_t)(r->line_end - r->line) * (size_t)r->c->kernel[1] * width_of(r);
}

/* The numbers of one position: rows of channels, those that are missing 0. */
static void transpose_one(const float *small, size_t plane, int channels, float *low, float *high) {
    float some[EMB__SMALL_TILE * LANES];
    if (channels < EMB__SMALL_TILE) {
        memset(some + channels * LANES, 0, (size_t)(EMB__SMALL_TILE - channels) * LANES * 4);
        for (int m = 0; m < channels; m++) {
            memcpy(some + m * LANES, small + (size_t)m * plane, LANES * sizeof *some);
        }
        small = some;
        plane = LANES;
    }
#if LANES == 16
    v_transpose_apart(small, plane, low, high, EMB__SMALL_TILE);
#else
    (void)high;
    v_transpose_8(small, plane, low, EMB__SMALL_TILE);
    v_transpose_8(small + 8 * plane, plane, low + 8, EMB__SMALL_TILE);
#endif
}

/* panel[tile][piece][half][column][row][8 images][16 channels] = rows [y, y_end) of the smaller
 * side. */
static void transpose(const run *r, int y, int y_end) {
    const emb__correlate *c = r->c;
    const size_t row = (size_t)c->small_w * LANES, plane = (size_t)c->small_h * row;
    const size_t spot = HALF * EMB__SMALL_TILE, column = (size_t)c->piece_rows * spot;
    const size_t half = (size_t)c->small_w * column;
    float *to = r->panel;
    for (int first = 0; first < r->channels; first += EMB__SMALL_TILE, to += r->panel_tile) {
        const int channels = least(EMB__SMALL_TILE, r->channels - first);
        for (int i = y; i < y_end; i++) {
            const float *small = r->small + (size_t)first * plane + (size_t)i * row;
            float *low = to + (size_t)((i - y) / c->piece_rows) * (LANES / HALF) * half +
                         (size_t)((i - y) % c->piece_rows) * spot;
            for (int x = 0; x < c->small_w; x++, small += LANES, low += column) {
                transpose_one(small, plane, channels, low, low + half);
            }
        }
    }
}

/* Some lines of one row of the kernel, and kernel columns [k, k + columns). */
typedef struct bundle {
    int kh, first, count; /* first: the channel of the bigger side */
    int k, columns;
    tile_function *tile;
} bundle;

static void point(const run *r, const bundle *b, area *a) {
    const emb__correlate *c = r->c;
    const size_t plane = (size_t)c->big_h * (size_t)c->big_w * LANES;
    a->reach = c->reach + b->k;
    for (int l = 0; l < b->count; l++) {
        const int line = (b->first + l) * c->kernel[0] + b->kh;
        a->big[l] = r->big + (size_t)(b->first + l) * plane;
        a->total[l] = r->totals + (size_t)((line - r->line) * c->kernel[1] + b->k) * a->width;
    }
}

/* Rows [y, y_end), a piece, by the bundle's row of the kernel, for both halves. */
static void run_piece(const run *r, const bundle *b, const area *all, int y, int y_end) {
    const emb__correlate *c = r->c;
    const emb__reach *rows = &c->rows[b->kh];
    const size_t half = (size_t)c->small_w * (size_t)c->piece_rows * HALF * EMB__SMALL_TILE;
    const int64_t down = (int64_t)y * c->stride[0] + rows->at;
    area a = *all;
    a.y = between(rows->first, y, y_end) - y;
    a.y_end = between(rows->end, y + a.y, y_end) - y;
    if (a.y == a.y_end && y > 0) return;
    a.at = ((ptrdiff_t)down * c->big_w + (ptrdiff_t)a.reach->at) * LANES;
    a.panel = r->panel + (size_t)((y - r->strip) / c->piece_rows) * (LANES / HALF) * half;
    for (int h = 0; h < LANES / HALF; h++, a.panel += half, a.at += HALF) {
        for (a.x = 0; a.x < c->small_w; a.x = a.x_end) {
            a.x_end = least(a.x + EMB__PIECE, c->small_w);
            a.first = y == 0 && a.x == 0;
            b->tile(&a);
        }
        for (int l = 0; l < b->count; l++) a.total[l] += half_floats(r);
    }
}

/* The lines of one row of the kernel: channels [first, end) of the bigger side. */
static void run_lines(const run *r, bundle *b, int first, int end, int strip_end) {
    const emb__correlate *c = r->c;
    const bool narrow = PARTS > 1 && r->channels <= EMB__SMALL_TILE / 2;
    const int used = narrow ? PARTS / 2 : r->tiles * PARTS;
    area a = {.rows = c->piece_rows,
              .panel_tile = r->panel_tile,
              .steps = c->steps[LANES == EMB__LANES ? 0 : 1],
              .width = width_of(r)};
    for (; first < end; first += b->count) {
        b->first = first;
        b->count = choose_lines(end - first, used, b->columns);
        b->tile = tiles[used][b->columns][b->count];
        point(r, b, &a);
        for (int y = r->strip; y < strip_end; y += c->piece_rows) {
            run_piece(r, b, &a, y, least(y + c->piece_rows, strip_end));
        }
    }
}

static void run_strip(run *r, int from, int to) {
    const emb__correlate *c = r->c;
    const int most = c->dilation[1] == 1 ? MOST_COLUMNS : 1, rows = c->kernel[0];
    bundle b;
    r->strip = from;
    transpose(r, from, to);
    for (b.kh = 0; b.kh < rows; b.kh++) {
        const int first = (r->line - b.kh + rows - 1) / rows;
        const int end = (r->line_end - b.kh + rows - 1) / rows;
        for (b.k = 0; b.k < c->kernel[1]; b.k += b.columns) {
            b.columns = least(most, c->kernel[1] - b.k);
            run_lines(r, &b, first, end, to);
        }
    }
}

/* The gradient of some neighbouring weights of a tile's channels, sums[weight][16 channels]. */
static void store_block(const run *r, int tile, size_t first, size_t count, const float *sums) {
    const emb__correlate *c = r->c;
    const size_t row = (size_t)c->lines * (size_t)c->kernel[1];
    float turned[EMB__SMALL_TILE * EMB__SMALL_TILE];
    v_transpose(sums, EMB__SMALL_TILE, turned, EMB__SMALL_TILE);
    for (int m = tile * EMB__SMALL_TILE; m < least(r->channels, (tile + 1) * EMB__SMALL_TILE);
         m++) {
        float *grad = r->grad + (size_t)m * row + first;
        const float *from = turned + m % EMB__SMALL_TILE * EMB__SMALL_TILE;
        if (count == EMB__SMALL_TILE) {
            for (int v = 0; v < EMB__SMALL_TILE; v += VL) {
                const vf sum = v_load(from + v);
                v_store(grad + v, r->add ? v_add(v_load(grad + v), sum) : sum);
            }
        } else {
            for (size_t i = 0; i < count; i++) grad[i] = r->add ? grad[i] + from[i] : from[i];
        }
    }
}

static void store(const run *r) {
    const size_t kernel_row = (size_t)r->c->kernel[1], width = width_of(r);
    const size_t weights = (size_t)(r->line_end - r->line) * kernel_row;
    float sums[EMB__SMALL_TILE * EMB__SMALL_TILE] = {0};
    for (int tile = 0; tile < r->tiles; tile++) {
        for (size_t first = 0; first < weights; first += EMB__SMALL_TILE) {
            const size_t left = weights - first;
            const size_t count = left < EMB__SMALL_TILE ? left : EMB__SMALL_TILE;
            for (size_t i = 0; i < count; i++) {
                const float *at = r->totals + (first + i) * width + tile * EMB__SMALL_TILE;
                for (int v = 0; v < EMB__SMALL_TILE; v += VL) {
                    vf sum = v_load(at + v);
                    if (LANES > HALF) sum = v_add(sum, v_load(at + half_floats(r) + v));
                    v_store(sums + i * EMB__SMALL_TILE + (size_t)v, sum);
                }
            }
            store_block(r, tile, (size_t)r->line * kernel_row + first, count, sums);
        }
    }
}

static void run_all(run *r, int line, int line_end) {
    const emb__correlate *c = r->c;
    for (; line < line_end; line = r->line_end) {
        r->line = line;
        r->line_end = least(line + c->lines_at_once, line_end);
        for (int y = 0; y < c->small_h; y += c->strip_rows) {
            run_strip(r, y, least(y + c->strip_rows, c->small_h));
        }
        store(r);
    }
}

void EMB_NAME(correlate_channels)(const emb__correlate *c, int from, int to, const float *small,
                                  const float *big, float *grad, bool add, float *scratch) {
    const size_t small_plane = (size_t)c->small_h * (size_t)c->small_w * LANES;
    const size_t big_plane = (size_t)c->big_h * (size_t)c->big_w * LANES;
    const size_t row = (size_t)c->lines * (size_t)c->kernel[1];
    const size_t waiting = (size_t)c->lines_at_once * (size_t)c->kernel[1] * 2 *
                           (size_t)least(c->tiles, EMB__SMALL_TILES) * EMB__SMALL_TILE;
    const int strip = (c->strip_rows + c->piece_rows - 1) / c->piece_rows * c->piece_rows;
    while (from < to) {
        const int tile = from / c->lines, line = from % c->lines;
        const int group = tile / c->tiles, at = tile % c->tiles * EMB__SMALL_TILE;
        const bool two = AT_ONCE == 2 && line == 0 && to - from >= 2 * c->lines &&
                         tile % c->tiles + 1 < c->tiles;
        const size_t channel = (size_t)group * (size_t)c->small_channels + (size_t)at;
        run r = {.c = c,
                 .tiles = two ? 2 : 1,
                 .channels = least((two ? 2 : 1) * EMB__SMALL_TILE, c->small_channels - at),
                 .small = small + channel * small_plane,
                 .big = big + (size_t)group * (size_t)c->big_channels * big_plane,
                 .totals = scratch,
                 .panel = scratch + waiting,
                 .panel_tile = (size_t)strip * (size_t)c->small_w * EMB__SMALL_TILE * LANES,
                 .grad = grad + channel * row,
                 .add = add};
        const int line_end = two ? c->lines : least(c->lines, line + to - from);
        run_all(&r, line, line_end);
        from += two ? 2 * c->lines : line_end - line;
    }
}
