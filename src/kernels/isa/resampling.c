/* Pixels made of neighbouring ones by fixed weights, which are the same for every channel:
 * averages, interpolations, paddings, and their gradients. A row is made at a time: first the sums
 * over rows, then those over columns. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* Vectors of one pixel. */
enum { PARTS = LANES / VL };

/* to[width] = the sums over the rows that output row y meets. */
INLINE void sum_rows(const emb__line *rows, int y, const float *in, size_t width, float *to) {
    const int from = rows->starts[y], count = rows->starts[y + 1] - from;
    const int *at = rows->at + from;
    const float *weight = rows->weight + from;
    const size_t floats = width * LANES;
    if (count == 0) {
        memset(to, 0, floats * sizeof *to);
        return;
    }
    const float *first = in + (size_t)at[0] * floats;
    const vf by = v_set(weight[0]);
    if (count == 2) {
        const float *second = in + (size_t)at[1] * floats;
        const vf next = v_set(weight[1]);
        for (size_t i = 0; i < floats; i += VL) {
            v_store(to + i, v_fma(v_load(second + i), next, v_mul(v_load(first + i), by)));
        }
        return;
    }
    for (size_t i = 0; i < floats; i += VL) {
        vf sum = v_mul(v_load(first + i), by);
        for (int t = 1; t < count; t++) {
            sum = v_fma(v_load(in + (size_t)at[t] * floats + i), v_set(weight[t]), sum);
        }
        v_store(to + i, sum);
    }
}

/* out = the sums over the columns of `row`. */
INLINE void sum_columns(const emb__line *columns, const float *row, float *out) {
    const int *at = columns->at;
    const float *weight = columns->weight;
    int t = 0;
    for (int x = 0; x < columns->out_size; x++, out += LANES) {
        const int end = columns->starts[x + 1];
        vf sum[PARTS];
        UNROLL for (int v = 0; v < PARTS; v++) sum[v] = v_set(0);
        if (t < end) {
            const float *from = row + (size_t)at[t] * LANES;
            const vf by = v_set(weight[t++]);
            UNROLL for (int v = 0; v < PARTS; v++) sum[v] = v_mul(v_load(from + v * VL), by);
        }
        for (; t < end; t++) {
            const float *from = row + (size_t)at[t] * LANES;
            const vf by = v_set(weight[t]);
            UNROLL for (int v = 0; v < PARTS; v++) {
                sum[v] = v_fma(v_load(from + v * VL), by, sum[v]);
            }
        }
        UNROLL for (int v = 0; v < PARTS; v++) v_store(out + v * VL, sum[v]);
    }
}

INLINE void copy_columns(const emb__line *columns, const float *row, float *out) {
    for (int x = 0; x < columns->out_size; x++, out += LANES) {
        const float *from = row + (size_t)columns->at[x] * LANES;
        UNROLL for (int v = 0; v < PARTS; v++) v_store(out + v * VL, v_load(from + v * VL));
    }
}

void EMB_NAME(resample)(const emb__resample *r, const emb__share *share, const float *in,
                        float *out, float *scratch) {
    const emb__line *rows = &r->rows, *columns = &r->columns;
    const size_t width = (size_t)columns->in_size, out_width = (size_t)columns->out_size;
    const size_t plane = (size_t)rows->in_size * width * LANES;
    const size_t out_plane = (size_t)rows->out_size * out_width * LANES;
    for (int c = share->channel; c < share->channel_end; c++) {
        const float *from = in + (size_t)c * plane;
        float *to = out + (size_t)c * out_plane + (size_t)share->row * out_width * LANES;
        for (int y = share->row; y < share->row_end; y++, to += out_width * LANES) {
            const float *row = scratch;
            if (rows->copies) {
                row = from + (size_t)rows->at[y] * width * LANES;
            } else {
                sum_rows(rows, y, from, width, scratch);
            }
            if (columns->copies) {
                copy_columns(columns, row, to);
            } else {
                sum_columns(columns, row, to);
            }
        }
    }
}
