/* Weights side by side, as the tiles of convolutions read them. */
#ifndef EMB_KERNELS_PACK_H
#define EMB_KERNELS_PACK_H

#include "kernels/geometry.h"
#include "kernels/vec.h"

_Static_assert(EMB__OUT_TILE == 8, "v_transpose_8 packs a tile");

/* packed[i][o] = weight[o * out_stride + i] for o < outs of EMB__OUT_TILE, i < count. */
static inline void pack_run(const float *weight, size_t out_stride, int outs, size_t count,
                            float *packed) {
    size_t i = 0;
    for (; outs == EMB__OUT_TILE && i + EMB__OUT_TILE <= count; i += EMB__OUT_TILE) {
        v_transpose_8(weight + i, out_stride, packed + i * EMB__OUT_TILE, EMB__OUT_TILE);
    }
    for (; i < count; i++) {
        for (int o = 0; o < outs; o++) {
            packed[i * EMB__OUT_TILE + (size_t)o] = weight[(size_t)o * out_stride + i];
        }
    }
}

#endif
