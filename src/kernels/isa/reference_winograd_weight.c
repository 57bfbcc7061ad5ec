/* The definition of weight gradients by Winograd, see winograd.h: the way back of
 * reference_winograd.c's transforms. */
#include "kernels/reference_winograd.h"

EMB_DECLARE_KERNELS(NAME)

/* 4 numbers of the smaller side to the points, in place. */
static void small_line(float *y, int apart) {
    const float last = y[3 * apart];
    const float even_a = fmaf(WINO_A2, y[2 * apart], y[0]), odd_a = fmaf(WINO_A2, last, y[apart]);
    const float even_b = fmaf(WINO_B2, y[2 * apart], y[0]), odd_b = fmaf(WINO_B2, last, y[apart]);
    y[apart] = fmaf(WINO_A, odd_a, even_a);
    y[2 * apart] = fmaf(-WINO_A, odd_a, even_a);
    y[3 * apart] = fmaf(WINO_B, odd_b, even_b);
    y[4 * apart] = fmaf(-WINO_B, odd_b, even_b);
    y[5 * apart] = last;
}

/* The points to 3 weights, in place. */
static void weight_line(float *s, int apart) {
    const float even_a = (s[apart] + s[2 * apart]) * WINO_AT_A;
    const float odd_a = (s[apart] - s[2 * apart]) * WINO_AT_A;
    const float even_b = (s[3 * apart] + s[4 * apart]) * WINO_AT_B;
    const float odd_b = (s[3 * apart] - s[4 * apart]) * WINO_AT_B;
    s[0] = (s[0] * WINO_AT_0 + even_a) + even_b;
    s[apart] = fmaf(WINO_A, odd_a, odd_b * WINO_B);
    s[2 * apart] = fmaf(WINO_A2, even_a, fmaf(WINO_B2, even_b, s[5 * apart]));
}

/* side x side numbers of a plane from (y, x) on, of one lane; 0 where it ends. t[6][6]. */
static void take(const float *plane, int height, int width, int y, int x, int side, int lane,
                 float *t) {
    for (int i = 0; i < side * side; i++) {
        const int row = y + i / side, column = x + i % side;
        const bool inside = row >= 0 && row < height && column >= 0 && column < width;
        t[i / side * IN + i % side] = inside ? plane[(row * width + column) * LANES + lane] : 0;
    }
}

/* chain[36] goes on by one tile of one image. */
static void add_tile(const emb__correlate *c, const float *small, const float *big, int y, int x,
                     int lane, float *chain) {
    float w[IN * IN] = {0}, v[IN * IN];
    take(small, c->small_h, c->small_w, y, x, OUT, lane, w);
    take(big, c->big_h, c->big_w, y - c->padding[0], x - c->padding[1], IN, lane, v);
    for (int i = 0; i < OUT; i++) small_line(w + i, IN);
    for (int i = 0; i < IN; i++) small_line(w + IN * i, 1);
    for (int i = 0; i < IN; i++) input_line(v + i, IN);
    for (int i = 0; i < IN; i++) input_line(v + IN * i, 1);
    for (int i = 0; i < IN * IN; i++) chain[i] = fmaf(v[i], w[i], chain[i]);
}

/* One pair of channels, lanes [lane, lane + EMB__WINO_IMAGES): s[6][6], of which 3 by 3 count. A
 * chain is EMB__WINO_PIECE tiles of these images; one is added to the next. */
static void half(const emb__correlate *c, const float *small, const float *big, int lane,
                 float s[IN * IN]) {
    const int columns = (c->small_w + OUT - 1) / OUT;
    const int tiles = (c->small_h + OUT - 1) / OUT * columns;
    for (int from = 0; from < tiles; from += EMB__WINO_PIECE) {
        float chain[IN * IN] = {0};
        for (int tile = from; tile < tiles && tile < from + EMB__WINO_PIECE; tile++) {
            for (int i = 0; i < EMB__WINO_IMAGES; i++) {
                add_tile(c, small, big, tile / columns * OUT, tile % columns * OUT, lane + i,
                         chain);
            }
        }
        for (int i = 0; i < IN * IN; i++) s[i] = from == 0 ? chain[i] : s[i] + chain[i];
    }
    for (int i = 0; i < IN; i++) weight_line(s + i, IN);
    for (int i = 0; i < KERNEL; i++) weight_line(s + IN * i, 1);
}

void NAME(winograd_weight)(const emb__correlate *c, int from, int to, const float *small,
                           const float *big, float *grad, bool add, float *scratch) {
    (void)scratch;
    const size_t small_plane = (size_t)c->small_h * (size_t)c->small_w * LANES;
    const size_t big_plane = (size_t)c->big_h * (size_t)c->big_w * LANES;
    for (int m = 0; m < c->groups * c->small_channels; m++) {
        const int group = m / c->small_channels;
        const int unit = group * emb__winograd_units(c) + m % c->small_channels / EMB__WINO_UNIT;
        for (int b = 0; b < c->big_channels; b++, grad += KERNEL * KERNEL) {
            if (unit < from || unit >= to) continue;
            const float *plane = big + (size_t)(group * c->big_channels + b) * big_plane;
            float sums[2][IN * IN] = {{0}};
            for (int h = 0; h < LANES / EMB__WINO_IMAGES; h++) {
                half(c, small + (size_t)m * small_plane, plane, h * EMB__WINO_IMAGES, sums[h]);
            }
            for (int i = 0; i < KERNEL * KERNEL; i++) {
                const int at = i / KERNEL * IN + i % KERNEL;
                const float sum = LANES == EMB__LANES ? sums[0][at] + sums[1][at] : sums[0][at];
                grad[i] = add ? grad[i] + sum : sum;
            }
        }
    }
}
