/* Transforms of lines by Winograd that several kernels need; reference_winograd.c defines them. */
#ifndef EMB_KERNELS_WINOGRAD_LINES_H
#define EMB_KERNELS_WINOGRAD_LINES_H

#include "kernels/vec.h"
#include "kernels/winograd.h"

/* 6 inputs to the points. */
INLINE void winograd_input_line(const vf d[EMB__WINO_IN], vf t[EMB__WINO_IN]) {
    const vf a = v_set(WINO_A), minus_a = v_set(-WINO_A), b = v_set(WINO_B),
             minus_b = v_set(-WINO_B);
    const vf minus_a2 = v_set(-WINO_A2), minus_b2 = v_set(-WINO_B2);
    const vf both = v_set(WINO_A2 * WINO_B2), minus_sum = v_set(-(WINO_A2 + WINO_B2));
    const vf even_a = v_fma(minus_b2, d[2], d[4]), odd_a = v_fma(minus_b2, d[1], d[3]);
    const vf even_b = v_fma(minus_a2, d[2], d[4]), odd_b = v_fma(minus_a2, d[1], d[3]);
    t[0] = v_fma(both, d[0], v_fma(minus_sum, d[2], d[4]));
    t[1] = v_fma(a, odd_a, even_a);
    t[2] = v_fma(minus_a, odd_a, even_a);
    t[3] = v_fma(b, odd_b, even_b);
    t[4] = v_fma(minus_b, odd_b, even_b);
    t[5] = v_fma(both, d[1], v_fma(minus_sum, d[3], d[5]));
}

/* One tile of one channel, 6x6 from (y, x) on: v[point * apart]. whole: no padding. */
INLINE void winograd_input_tile(const float *plane, int height, int width, int y, int x, float *v,
                                size_t apart, const bool whole) {
    enum { IN = EMB__WINO_IN };
    for (int half = 0; half < LANES; half += VL) {
        vf t[IN][IN];
        UNROLL for (int j = 0; j < IN; j++) {
            vf d[IN], line[IN];
            UNROLL for (int i = 0; i < IN; i++) {
                const int row = y + i, column = x + j;
                const bool inside =
                    whole || (row >= 0 && row < height && column >= 0 && column < width);
                d[i] = v_set(0);
                if (inside) d[i] = v_load(plane + ((ptrdiff_t)row * width + column) * LANES + half);
            }
            winograd_input_line(d, line);
            UNROLL for (int i = 0; i < IN; i++) t[i][j] = line[i];
        }
        float *to = v + half;
        UNROLL for (int i = 0; i < IN; i++) {
            vf line[IN];
            winograd_input_line(t[i], line);
            UNROLL for (int j = 0; j < IN; j++) {
                v_store(to, line[j]);
                to += apart;
            }
        }
    }
}

/* The same of all channels, v[point][channel * step]. */
static inline void winograd_input(const float *in, int channels, int height, int width, int y,
                                  int x, float *v, size_t step, size_t apart) {
    const size_t plane = (size_t)height * (size_t)width * LANES;
    const bool whole = y >= 0 && y + EMB__WINO_IN <= height && x >= 0 && x + EMB__WINO_IN <= width;
    for (int c = 0; c < channels; c++, in += plane, v += step) {
        if (whole) {
            winograd_input_tile(in, height, width, y, x, v, apart, true);
        } else {
            winograd_input_tile(in, height, width, y, x, v, apart, false);
        }
    }
}

#endif
