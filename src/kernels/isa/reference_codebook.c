/* The definition of a codebook's kernels: which entry is nearest. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

/* x and e: the first of `dim` numbers, which lie so far apart. */
static float distance(const float *x, size_t x_step, const float *e, size_t e_step, int dim) {
    float sum = 0;
    for (size_t d = 0; d < (size_t)dim; d++) {
        const float apart = x[d * x_step] - e[d * e_step];
        sum = fmaf(apart, apart, sum);
    }
    return sum;
}

void NAME(nearest)(const float *x, size_t apart, size_t from, size_t to, const float *entries,
                   int count, int dim, float *nearest) {
    for (size_t i = from * LANES; i < to * LANES; i++) {
        float least = INFINITY;
        nearest[i] = 0;
        for (int k = 0; k < count; k++) {
            const float d =
                distance(x + i, apart * LANES, entries + (size_t)k * (size_t)dim, 1, dim);
            if (d < least) nearest[i] = (float)k;
            if (d < least) least = d;
        }
    }
}

#if LANES == 16
void NAME(single_nearest)(const float *x, size_t places, const float *packed, int count, int dim,
                          float *out) {
    const size_t each = (size_t)dim;
    for (size_t p = 0; p < places; p++, x += each, out += each) {
        const float *found = packed;
        float least = INFINITY;
        for (size_t k = 0; k < (size_t)count; k++) {
            const float *e = packed + k / LANES * each * LANES + k % LANES;
            const float d = distance(x, 1, e, LANES, dim);
            if (d < least) found = e;
            if (d < least) least = d;
        }
        for (size_t d = 0; d < each; d++) out[d] = found[d * LANES];
    }
}
#endif
