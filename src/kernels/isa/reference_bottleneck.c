/* The definition of a variational bottleneck's kernels (Kingma and Welling, 2013). */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

void NAME(sample)(const float *mean, const float *logvar, const float *noise, size_t vectors,
                  float *out) {
    for (size_t i = 0; i < vectors * LANES; i++) {
        out[i] = fmaf(exp_of(0.5f * logvar[i]), noise[i], mean[i]);
    }
}

void NAME(sample_back)(const emb__normal_code *code, const float *g, size_t vectors, int lanes,
                       float by, float *by_mean, float *by_logvar) {
    for (size_t i = 0; i < vectors * LANES; i++) {
        const float keep = i % LANES < (size_t)lanes ? 1 : 0, factor = by * keep;
        const float slope = g[i] * keep, s = exp_of(0.5f * code->logvar[i]);
        const float spread = factor * fmaf(s, s, -1), noise = code->noise ? code->noise[i] : 0;
        by_mean[i] = fmaf(factor, code->mean[i], slope);
        by_logvar[i] = 0.5f * fmaf(slope * noise, s, spread);
    }
}

void NAME(divergence)(const float *mean, const float *logvar, size_t vectors, double *sums) {
    enum { CHAIN = 32 };
    for (size_t n = 0; n < LANES; n++) {
        float sum = 0;
        sums[n] = 0;
        for (size_t i = 0; i < vectors; i++) {
            const float m = mean[i * LANES + n], lv = logvar[i * LANES + n];
            const float s = exp_of(0.5f * lv);
            sum = fmaf(0.5f, fmaf(m, m, fmaf(s, s, -1)) - lv, sum);
            if ((i + 1) % CHAIN == 0 || i + 1 == vectors) {
                sums[n] += (double)sum;
                sum = 0;
            }
        }
    }
}
