/* Weight gradients by Winograd, see winograd.h.
 *
 * Some neighbouring tiles at a time: both sides are transformed, the smaller side is turned so that
 * its lanes are channels, and each of the 36 points adds a product of matrices (channels by
 * channels, over tiles and images) to its sums. These are transformed back in the end. The images'
 * halves have sums of their own, as threads that have half of a block each do. */
#include "kernels/isa.h"
#include "kernels/isa/winograd_lines.h"

EMB_DECLARE_KERNELS(EMB_NAME)

enum {
    OUT = EMB__WINO_OUT,
    IN = EMB__WINO_IN,
    POINTS = EMB__WINO_POINTS,
    KERNEL = EMB__WINO_KERNEL,
    PIECE = EMB__WINO_PIECE,
    IMAGES = EMB__WINO_IMAGES,
    UNIT = EMB__WINO_UNIT,
    HALVES = LANES / IMAGES,
    BIG_ROW = PIECE * LANES /* floats of a channel */
};

static int least(int a, int b) { return a < b ? a : b; }

/* ---- lines ------------------------------------------------------------------------------------
 */

INLINE void small_line(const vf y[OUT], vf t[IN]) {
    const vf a2 = v_set(WINO_A2), b2 = v_set(WINO_B2);
    const vf even_a = v_fma(a2, y[2], y[0]), odd_a = v_fma(a2, y[3], y[1]);
    const vf even_b = v_fma(b2, y[2], y[0]), odd_b = v_fma(b2, y[3], y[1]);
    t[0] = y[0];
    t[1] = v_fma(v_set(WINO_A), odd_a, even_a);
    t[2] = v_fma(v_set(-WINO_A), odd_a, even_a);
    t[3] = v_fma(v_set(WINO_B), odd_b, even_b);
    t[4] = v_fma(v_set(-WINO_B), odd_b, even_b);
    t[5] = y[3];
}

INLINE void weight_line(const vf s[IN], vf g[KERNEL]) {
    const vf at_a = v_set(WINO_AT_A), at_b = v_set(WINO_AT_B);
    const vf even_a = v_mul(v_add(s[1], s[2]), at_a), odd_a = v_mul(v_sub(s[1], s[2]), at_a);
    const vf even_b = v_mul(v_add(s[3], s[4]), at_b), odd_b = v_mul(v_sub(s[3], s[4]), at_b);
    g[0] = v_add(v_add(v_mul(s[0], v_set(WINO_AT_0)), even_a), even_b);
    g[1] = v_fma(v_set(WINO_A), odd_a, v_mul(odd_b, v_set(WINO_B)));
    g[2] = v_fma(v_set(WINO_A2), even_a, v_fma(v_set(WINO_B2), even_b, s[5]));
}

/* ---- the smaller side -------------------------------------------------------------------------
 */

/* One channel's tile from (y, x) on, of which `rows` by `columns` are there: t[point][UNIT][lane].
 */
INLINE void small_tile(const float *at, size_t row, const int rows, const int columns, float *t) {
    for (int half = 0; half < LANES; half += VL) {
        vf half_way[IN][OUT];
        UNROLL for (int j = 0; j < OUT; j++) {
            vf y[OUT], line[IN];
            UNROLL for (int i = 0; i < OUT; i++) {
                y[i] = v_set(0);
                if (i < rows && j < columns) {
                    y[i] = v_load(at + (size_t)i * row + (size_t)j * LANES + half);
                }
            }
            small_line(y, line);
            UNROLL for (int i = 0; i < IN; i++) half_way[i][j] = line[i];
        }
        UNROLL for (int i = 0; i < IN; i++) {
            vf line[IN];
            small_line(half_way[i], line);
            UNROLL for (int j = 0; j < IN; j++) {
                v_store(t + (i * IN + j) * UNIT * LANES + half, line[j]);
            }
        }
    }
}

/* to[lane][UNIT] = from[UNIT][lane] */
INLINE void turn(const float *from, float *to) {
#if LANES == 16
    v_transpose(from, LANES, to, UNIT);
#else
    v_transpose_8(from, LANES, to, UNIT);
    v_transpose_8(from + 8 * LANES, LANES, to + 8, UNIT);
#endif
}

/* w[point][place][lane][UNIT]: one tile of a unit's channels, of which there are `channels`. t:
 * room for [POINTS][UNIT][LANES]. */
static void small_unit(const emb__correlate *c, const float *small, int channels, int y, int x,
                       float *t, float *w, size_t apart) {
    const size_t row = (size_t)c->small_w * LANES, plane = (size_t)c->small_h * row;
    const int rows = least(OUT, c->small_h - y), columns = least(OUT, c->small_w - x);
    const float *at = small + (size_t)y * row + (size_t)x * LANES;
    if (channels < UNIT) memset(t, 0, sizeof *t * POINTS * UNIT * LANES);
    for (int m = 0; m < channels; m++, at += plane) {
        if (rows == OUT && columns == OUT) {
            small_tile(at, row, OUT, OUT, t + m * LANES);
        } else {
            small_tile(at, row, rows, columns, t + m * LANES);
        }
    }
    for (int point = 0; point < POINTS; point++) {
        turn(t + point * UNIT * LANES, w + (size_t)point * apart);
    }
}

/* ---- products ---------------------------------------------------------------------------------
 */

/* A tile of registers: `bigs` channels of the bigger side by UNIT of the smaller side. sum[big][m]
 * (+)= the chain over a piece's tiles and one half's images. */
enum {
    VECTORS = UNIT / VL,
    MOST_BIGS =
        (REGISTERS == 32 ? 24 : 12) / VECTORS > 12 ? 12 : (REGISTERS == 32 ? 24 : 12) / VECTORS
};

INLINE void products(const float *v, const float *w, int places, bool first, float *to,
                     const int bigs) {
    vf sum[MOST_BIGS][VECTORS];
    UNROLL for (int b = 0; b < bigs; b++) {
        UNROLL for (int m = 0; m < VECTORS; m++) sum[b][m] = v_set(0);
    }
    for (int place = 0; place < places; place++, v += LANES, w += LANES * UNIT) {
        UNROLL for (int image = 0; image < IMAGES; image++) {
            vf value[VECTORS];
            UNROLL for (int m = 0; m < VECTORS; m++) value[m] = v_load(w + image * UNIT + m * VL);
            UNROLL for (int b = 0; b < bigs; b++) {
                const vf by = v_set(v[b * BIG_ROW + image]);
                UNROLL for (int m = 0; m < VECTORS; m++) {
                    sum[b][m] = v_fma(by, value[m], sum[b][m]);
                }
            }
        }
    }
    UNROLL for (int b = 0; b < bigs; b++) {
        UNROLL for (int m = 0; m < VECTORS; m++) {
            float *at = to + b * UNIT + m * VL;
            v_store(at, first ? sum[b][m] : v_add(v_load(at), sum[b][m]));
        }
    }
}

typedef void products_function(const float *v, const float *w, int places, bool first, float *to);
#define PRODUCTS(bigs)                                                                             \
    static void products_##bigs(const float *v, const float *w, int places, bool first,            \
                                float *to) {                                                       \
        products(v, w, places, first, to, bigs);                                                   \
    }
#define ENTRY(bigs) [bigs] = products_##bigs,
#define UP_TO_3(_)  _(1) _(2) _(3)
#define UP_TO_6(_)  UP_TO_3(_) _(4) _(5) _(6)
#define UP_TO_12(_) UP_TO_6(_) _(7) _(8) _(9) _(10) _(11) _(12)
#if REGISTERS == 32 && VL >= 8
#define TILES(_) UP_TO_12(_)
#elif REGISTERS == 32 || VL == 8
#define TILES(_) UP_TO_6(_)
#else
#define TILES(_) UP_TO_3(_)
#endif
TILES(PRODUCTS)
static products_function *const products_of[MOST_BIGS + 1] = {TILES(ENTRY)};

/* ---- all of it --------------------------------------------------------------------------------
 */

/* What the units of one group that are made together share. */
typedef struct task {
    const emb__correlate *c;
    int unit, units, columns, tiles;
    const float *small, *big; /* the group's */
    float *t, *v, *w, *sums;
    size_t point_v, point_w, point_s; /* floats */
} task;

/* sums[half][point][unit][big channel][UNIT] */
static float *sums_at(const task *k, int half, int point, int unit) {
    const size_t row = (size_t)k->c->big_channels * UNIT;
    return k->sums + ((size_t)half * POINTS + (size_t)point) * k->point_s + (size_t)unit * row;
}

static void run_point(const task *k, int point, int places, bool first) {
    const int bigs = k->c->big_channels, turns = (bigs + MOST_BIGS - 1) / MOST_BIGS;
    for (int unit = 0; unit < k->units; unit++) {
        const float *w = k->w + (size_t)point * k->point_w + (size_t)unit * PIECE * LANES * UNIT;
        for (int half = 0; half < HALVES; half++) {
            const float *v = k->v + (size_t)point * k->point_v + half * IMAGES;
            float *to = sums_at(k, half, point, unit);
            for (int left = turns, b = 0; left > 0; left--) {
                const int count = (bigs - b + left - 1) / left; /* nearly equal */
                products_of[count](v + b * BIG_ROW, w + half * IMAGES * UNIT, places, first,
                                   to + b * UNIT);
                b += count;
            }
        }
    }
}

static void run_piece(const task *k, int from) {
    const emb__correlate *c = k->c;
    const size_t plane = (size_t)c->small_h * (size_t)c->small_w * LANES;
    const int places = least(PIECE, k->tiles - from);
    for (int place = 0; place < places; place++) {
        const int y = (from + place) / k->columns * OUT, x = (from + place) % k->columns * OUT;
        winograd_input(k->big, c->big_channels, c->big_h, c->big_w, y - c->padding[0],
                       x - c->padding[1], k->v + place * LANES, BIG_ROW, k->point_v);
        for (int unit = 0; unit < k->units; unit++) {
            const int m = (k->unit + unit) * UNIT;
            small_unit(c, k->small + (size_t)m * plane, least(UNIT, c->small_channels - m), y, x,
                       k->t, k->w + (unit * PIECE + place) * LANES * UNIT, k->point_w);
        }
    }
    for (int point = 0; point < POINTS; point++) run_point(k, point, places, from == 0);
}

/* g[kernel position][UNIT], of one unit and one channel of the bigger side. */
static void transform_back(const task *k, int unit, int big, float g[KERNEL * KERNEL][UNIT]) {
    for (int m = 0; m < UNIT; m += VL) {
        for (int half = 0; half < HALVES; half++) {
            vf t[KERNEL][IN];
            const float *at = sums_at(k, half, 0, unit) + big * UNIT + m;
            UNROLL for (int j = 0; j < IN; j++) {
                vf s[IN], line[KERNEL];
                UNROLL for (int i = 0; i < IN; i++) {
                    s[i] = v_load(at + (size_t)(i * IN + j) * k->point_s);
                }
                weight_line(s, line);
                UNROLL for (int i = 0; i < KERNEL; i++) t[i][j] = line[i];
            }
            UNROLL for (int i = 0; i < KERNEL; i++) {
                vf line[KERNEL];
                weight_line(t[i], line);
                UNROLL for (int j = 0; j < KERNEL; j++) {
                    float *to = &g[i * KERNEL + j][m];
                    v_store(to, half == 0 ? line[j] : v_add(v_load(to), line[j]));
                }
            }
        }
    }
}

/* grad: the group's. */
static void write_gradients(const task *k, float *grad, bool add) {
    const emb__correlate *c = k->c;
    for (int unit = 0; unit < k->units; unit++) {
        const int first = (k->unit + unit) * UNIT, end = least(c->small_channels, first + UNIT);
        for (int b = 0; b < c->big_channels; b++) {
            float g[KERNEL * KERNEL][UNIT];
            transform_back(k, unit, b, g);
            for (int m = first; m < end; m++) {
                float *to =
                    grad + ((size_t)m * (size_t)c->big_channels + (size_t)b) * (KERNEL * KERNEL);
                for (int i = 0; i < KERNEL * KERNEL; i++) {
                    to[i] = add ? to[i] + g[i][m - first] : g[i][m - first];
                }
            }
        }
    }
}

void EMB_NAME(winograd_weight)(const emb__correlate *c, int from, int to, const float *small,
                               const float *big, float *grad, bool add, float *scratch) {
    const int units = emb__winograd_units(c), columns = (c->small_w + OUT - 1) / OUT;
    const size_t small_plane = (size_t)c->small_h * (size_t)c->small_w * LANES;
    const size_t big_plane = (size_t)c->big_h * (size_t)c->big_w * LANES;
    for (int unit = from; unit < to;) {
        const size_t group = (size_t)(unit / units);
        const size_t smalls = group * (size_t)c->small_channels;
        const size_t bigs = (size_t)c->big_channels;
        const int end = least(to, ((int)group + 1) * units);
        task k = {.c = c,
                  .unit = unit % units,
                  .units = end - unit,
                  .columns = columns,
                  .tiles = columns * ((c->small_h + OUT - 1) / OUT),
                  .small = small + smalls * small_plane,
                  .big = big + group * bigs * big_plane,
                  .t = scratch,
                  .v = scratch + POINTS * UNIT * LANES,
                  .point_v = emb__winograd_big(c, LANES),
                  .point_w = emb__winograd_small(end - unit, LANES),
                  .point_s = emb__winograd_sums(c, end - unit)};
        k.w = k.v + POINTS * k.point_v;
        k.sums = k.w + POINTS * k.point_w;
        for (int tile = 0; tile < k.tiles; tile += PIECE) run_piece(&k, tile);
        write_gradients(&k, grad + smalls * bigs * (KERNEL * KERNEL), add);
        unit = end;
    }
}
