/* The numbers of a variational bottleneck: a normal distribution for each, by its mean and the
 * logarithm of its variance. */
#include "kernels/isa.h"
#include "kernels/vec_math.h"

EMB_DECLARE_KERNELS(EMB_NAME)

INLINE vf deviation_of(const float *logvar) { return exp_of(v_mul(v_set(0.5f), v_load(logvar))); }

void EMB_NAME(sample)(const float *mean, const float *logvar, const float *noise, size_t vectors,
                      float *out) {
    for (size_t i = 0; i < vectors * LANES; i += VL) {
        v_store(out + i, v_fma(deviation_of(logvar + i), v_load(noise + i), v_load(mean + i)));
    }
}

void EMB_NAME(sample_back)(const emb__normal_code *code, const float *g, size_t vectors, int lanes,
                           float by, float *by_mean, float *by_logvar) {
    float scales[LANES];
    for (int n = 0; n < LANES; n++) scales[n] = n < lanes ? 1 : 0;
    for (size_t i = 0; i < vectors * LANES; i += VL) {
        const vf keep = v_load(scales + i % LANES), factor = v_mul(v_set(by), keep);
        const vf slope = v_mul(v_load(g + i), keep), s = deviation_of(code->logvar + i);
        const vf spread = v_mul(factor, v_fma(s, s, v_set(-1)));
        const vf noise = code->noise ? v_load(code->noise + i) : v_set(0);
        const vf moved = v_fma(v_mul(slope, noise), s, spread);
        v_store(by_mean + i, v_fma(factor, v_load(code->mean + i), slope));
        v_store(by_logvar + i, v_mul(v_set(0.5f), moved));
    }
}

void EMB_NAME(divergence)(const float *mean, const float *logvar, size_t vectors, double *sums) {
    enum { CHAIN = 32 };
    float kept[LANES];
    for (int n = 0; n < LANES; n++) sums[n] = 0;
    for (size_t first = 0; first < vectors; first += CHAIN) {
        const size_t end = vectors - first < CHAIN ? vectors : first + CHAIN;
        for (int half = 0; half < LANES; half += VL) {
            vf sum = v_set(0);
            for (size_t i = first * LANES + (size_t)half; i < end * LANES; i += LANES) {
                const vf m = v_load(mean + i), s = deviation_of(logvar + i);
                const vf both = v_fma(m, m, v_fma(s, s, v_set(-1)));
                sum = v_fma(v_set(0.5f), v_sub(both, v_load(logvar + i)), sum);
            }
            v_store(kept + half, sum);
        }
        for (int n = 0; n < LANES; n++) sums[n] += (double)kept[n];
    }
}
