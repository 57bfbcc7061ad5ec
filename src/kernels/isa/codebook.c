/* Which entry of a codebook is nearest. In a block a vector is images, for one image alone it is
 * entries. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* Entries whose chains overlap. */
enum { TOGETHER = 8 };

/* a > b, if neither is NaN; two infinite ones are equal. */
INLINE vf where_less(vf a, vf b, vf then, vf other) {
    return v_where_positive(v_sub(b, a), then, other);
}

INLINE void look(const float *x, size_t apart, const float *entries, int first, int dim, vf *least,
                 vf *found, const int count) {
    vf sum[TOGETHER];
    UNROLL for (int k = 0; k < count; k++) sum[k] = v_set(0);
    for (size_t d = 0; d < (size_t)dim; d++) {
        const vf value = v_load(x + d * apart);
        UNROLL for (int k = 0; k < count; k++) {
            const vf away = v_sub(value, v_set(entries[(size_t)(first + k) * (size_t)dim + d]));
            sum[k] = v_fma(away, away, sum[k]);
        }
    }
    UNROLL for (int k = 0; k < count; k++) {
        *found = where_less(sum[k], *least, v_set((float)(first + k)), *found);
        *least = where_less(sum[k], *least, sum[k], *least);
    }
}

void EMB_NAME(nearest)(const float *x, size_t apart, size_t from, size_t to, const float *entries,
                       int count, int dim, float *nearest) {
    for (size_t i = from * LANES; i < to * LANES; i += VL) {
        vf least = v_set(__builtin_inff()), found = v_set(0);
        int k = 0;
        for (; k + TOGETHER <= count; k += TOGETHER) {
            look(x + i, apart * LANES, entries, k, dim, &least, &found, TOGETHER);
        }
        for (; k < count; k++) look(x + i, apart * LANES, entries, k, dim, &least, &found, 1);
        v_store(nearest + i, found);
    }
}

#if LANES == 16
/* The distances of 16 entries. */
INLINE void measure(const float *x, const float *packed, int dim, float *distances) {
    enum { PARTS = EMB__LANES / VL };
    vf sum[PARTS];
    UNROLL for (int p = 0; p < PARTS; p++) sum[p] = v_set(0);
    for (size_t d = 0; d < (size_t)dim; d++) {
        UNROLL for (int p = 0; p < PARTS; p++) {
            const vf away = v_sub(v_set(x[d]), v_load(packed + d * EMB__LANES + p * VL));
            sum[p] = v_fma(away, away, sum[p]);
        }
    }
    UNROLL for (int p = 0; p < PARTS; p++) v_store(distances + p * VL, sum[p]);
}

void EMB_NAME(single_nearest)(const float *x, size_t places, const float *packed, int count,
                              int dim, float *out) {
    const size_t each = (size_t)dim, group = each * EMB__LANES;
    for (size_t place = 0; place < places; place++, x += each, out += each) {
        const float *found = packed;
        float least = __builtin_inff(), distances[EMB__LANES];
        for (size_t k = 0; k < (size_t)count; k++) {
            if (k % EMB__LANES == 0) measure(x, packed + k / EMB__LANES * group, dim, distances);
            if (!(distances[k % EMB__LANES] < least)) continue;
            least = distances[k % EMB__LANES];
            found = packed + k / EMB__LANES * group + k % EMB__LANES;
        }
        for (size_t d = 0; d < each; d++) out[d] = found[d * EMB__LANES];
    }
}
#endif
