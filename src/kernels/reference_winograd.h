/* What both files of the reference share of Winograd: what is read, at the points. */
#ifndef EMB_KERNELS_REFERENCE_WINOGRAD_H
#define EMB_KERNELS_REFERENCE_WINOGRAD_H

#include "kernels/reference_math.h"
#include "kernels/winograd.h"

enum { OUT = EMB__WINO_OUT, IN = EMB__WINO_IN, KERNEL = EMB__WINO_KERNEL };

/* 6 inputs, or numbers of a weight gradient's bigger side, to the points, in place. */
static inline void input_line(float *d, int apart) {
    float t[IN];
    for (int i = 0; i < IN; i++) t[i] = d[i * apart];
    const float even_a = fmaf(-WINO_B2, t[2], t[4]), odd_a = fmaf(-WINO_B2, t[1], t[3]);
    const float even_b = fmaf(-WINO_A2, t[2], t[4]), odd_b = fmaf(-WINO_A2, t[1], t[3]);
    d[0] = fmaf(WINO_A2 * WINO_B2, t[0], fmaf(-(WINO_A2 + WINO_B2), t[2], t[4]));
    d[apart] = fmaf(WINO_A, odd_a, even_a);
    d[2 * apart] = fmaf(-WINO_A, odd_a, even_a);
    d[3 * apart] = fmaf(WINO_B, odd_b, even_b);
    d[4 * apart] = fmaf(-WINO_B, odd_b, even_b);
    d[5 * apart] = fmaf(WINO_A2 * WINO_B2, t[1], fmaf(-(WINO_A2 + WINO_B2), t[3], t[5]));
}

#endif
