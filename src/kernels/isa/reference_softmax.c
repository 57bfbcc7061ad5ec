/* The definition of softmax and of its logarithm over a dimension. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

void NAME(softmax)(const float *x, int classes, size_t apart, size_t positions, bool logarithm,
                   float *y) {
    apart *= LANES;
    for (size_t i = 0; i < positions * LANES; i++) {
        float largest = x[i], sum = 0;
        for (int c = 1; c < classes; c++) largest = most(largest, x[i + (size_t)c * apart]);
        for (int c = 0; c < classes; c++) sum += exp_of(x[i + (size_t)c * apart] - largest);
        for (int c = 0; c < classes; c++) {
            const float z = x[i + (size_t)c * apart] - largest;
            y[i + (size_t)c * apart] = logarithm ? z - log_of(sum) : exp_of(z) / sum;
        }
    }
}

/* y (g - sum of g y); of the logarithm, g - exp(y) (sum of g). */
void NAME(softmax_back)(const float *y, const float *go, int classes, size_t apart,
                        size_t positions, bool logarithm, float *back) {
    apart *= LANES;
    for (size_t i = 0; i < positions * LANES; i++) {
        float sum = 0;
        for (int c = 0; c < classes; c++) {
            const size_t at = i + (size_t)c * apart;
            sum = logarithm ? sum + go[at] : fmaf(go[at], y[at], sum);
        }
        for (int c = 0; c < classes; c++) {
            const size_t at = i + (size_t)c * apart;
            back[at] = logarithm ? fmaf(0 - exp_of(y[at]), sum, go[at]) : y[at] * (go[at] - sum);
        }
    }
}
