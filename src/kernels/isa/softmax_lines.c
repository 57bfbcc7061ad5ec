/* Softmax and its logarithm over a dimension. */
#include "kernels/isa.h"
#include "kernels/vec_math.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* Places that are worked on together: vectors whose exponentials overlap. */
enum { TOGETHER = 4 };

INLINE void forward(const float *x, int classes, size_t apart, bool logarithm, float *y,
                    const int places) {
    vf most[TOGETHER], sum[TOGETHER];
    UNROLL for (int p = 0; p < places; p++) {
        most[p] = v_load(x + p * VL);
        sum[p] = v_set(0);
    }
    for (size_t c = 1; c < (size_t)classes; c++) {
        UNROLL for (int p = 0; p < places; p++) {
            most[p] = v_max(most[p], v_load(x + c * apart + p * VL));
        }
    }
    for (size_t c = 0; c < (size_t)classes; c++) {
        UNROLL for (int p = 0; p < places; p++) {
            const vf z = v_sub(v_load(x + c * apart + p * VL), most[p]), e = exp_of(z);
            sum[p] = v_add(sum[p], e);
            v_store(y + c * apart + p * VL, logarithm ? z : e);
        }
    }
    UNROLL for (int p = 0; p < places; p++) {
        if (logarithm) sum[p] = log_of(sum[p]);
    }
    for (size_t c = 0; c < (size_t)classes; c++) {
        UNROLL for (int p = 0; p < places; p++) {
            float *at = y + c * apart + p * VL;
            v_store(at, logarithm ? v_sub(v_load(at), sum[p]) : v_div(v_load(at), sum[p]));
        }
    }
}

INLINE void backward(const float *y, const float *go, int classes, size_t apart, bool logarithm,
                     float *back, const int places) {
    vf sum[TOGETHER];
    UNROLL for (int p = 0; p < places; p++) sum[p] = v_set(0);
    for (size_t c = 0; c < (size_t)classes; c++) {
        UNROLL for (int p = 0; p < places; p++) {
            const size_t at = c * apart + (size_t)p * VL;
            const vf g = v_load(go + at);
            sum[p] = logarithm ? v_add(sum[p], g) : v_fma(g, v_load(y + at), sum[p]);
        }
    }
    for (size_t c = 0; c < (size_t)classes; c++) {
        UNROLL for (int p = 0; p < places; p++) {
            const size_t at = c * apart + (size_t)p * VL;
            const vf g = v_load(go + at), value = v_load(y + at);
            v_store(back + at, logarithm ? v_fma(v_sub(v_set(0), exp_of(value)), sum[p], g)
                                         : v_mul(value, v_sub(g, sum[p])));
        }
    }
}

void EMB_NAME(softmax)(const float *x, int classes, size_t apart, size_t positions, bool logarithm,
                       float *y) {
    size_t i = 0;
    apart *= LANES;
    for (; i + TOGETHER * VL <= positions * LANES; i += TOGETHER * VL) {
        forward(x + i, classes, apart, logarithm, y + i, TOGETHER);
    }
    for (; i < positions * LANES; i += VL) forward(x + i, classes, apart, logarithm, y + i, 1);
}

void EMB_NAME(softmax_back)(const float *y, const float *go, int classes, size_t apart,
                            size_t positions, bool logarithm, float *back) {
    size_t i = 0;
    apart *= LANES;
    for (; i + TOGETHER * VL <= positions * LANES; i += TOGETHER * VL) {
        backward(y + i, go + i, classes, apart, logarithm, back + i, TOGETHER);
    }
    for (; i < positions * LANES; i += VL) {
        backward(y + i, go + i, classes, apart, logarithm, back + i, 1);
    }
}
