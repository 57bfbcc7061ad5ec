/* The machine's own limit, for `embudo bench`: multiply-adds that wait for nothing. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* Chains side by side: at least any processor's latency times its units (Intel: 4 x 2, Apple: 4 x
 * 4), few enough to stay in registers. */
enum { CHAINS = REGISTERS == 32 ? 16 : 12, ROUND = 64 };

double EMB_NAME(peak)(size_t rounds, float *kept) {
    vf sum[CHAINS];
    const vf a = v_set(kept[0]), b = v_set(kept[1]);
    UNROLL for (int i = 0; i < CHAINS; i++) sum[i] = v_set((float)i);
    for (size_t r = 0; r < rounds * ROUND; r++) {
        UNROLL for (int i = 0; i < CHAINS; i++) sum[i] = v_fma(sum[i], a, b);
    }
    UNROLL for (int i = 1; i < CHAINS; i++) sum[0] = v_add(sum[0], sum[i]);
    v_store(kept, sum[0]);
    return 2.0 * VL * CHAINS * ROUND * (double)rounds;
}
