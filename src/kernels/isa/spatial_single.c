/* One image alone, [row][column][channel]: pixels made of neighbouring ones. Each number's sum is
 * that of a block, and the loops over channels become vectors. */
#include <math.h>

#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* to[count] = from[count] * weight, or that added to `to`. */
static void weigh(const float *restrict from, float weight, size_t count, bool first,
                  float *restrict to) {
    if (first) {
        for (size_t i = 0; i < count; i++) to[i] = from[i] * weight;
    } else {
        for (size_t i = 0; i < count; i++) to[i] = fmaf(from[i], weight, to[i]);
    }
}

/* to = the sums that output i of a line is, over pieces of `count` floats. */
static void sum(const emb__line *line, int i, const float *in, size_t count, float *to) {
    if (line->starts[i] == line->starts[i + 1]) memset(to, 0, count * sizeof *to);
    for (int t = line->starts[i]; t < line->starts[i + 1]; t++) {
        weigh(in + (size_t)line->at[t] * count, line->weight[t], count, t == line->starts[i], to);
    }
}

void EMB_NAME(single_resample)(const emb__resample *r, int channels, const float *in, float *out,
                               float *scratch) {
    const size_t pixel = (size_t)channels, width = (size_t)r->columns.in_size * pixel;
    for (int y = 0; y < r->rows.out_size; y++) {
        const float *row = scratch;
        if (r->rows.copies) row = in + (size_t)r->rows.at[y] * width;
        if (!r->rows.copies) sum(&r->rows, y, in, width, scratch);
        for (int x = 0; x < r->columns.out_size; x++, out += pixel) {
            sum(&r->columns, x, row, pixel, out);
        }
    }
}

static void take_larger(const float *restrict x, int count, float *restrict best) {
    for (int i = 0; i < count; i++) {
        const int larger = (x[i] > best[i]) | (x[i] != x[i]);
        best[i] = larger ? x[i] : best[i];
    }
}

void EMB_NAME(single_max_pool)(const emb__pool *p, int channels, const float *in, float *out) {
    const emb__windows *rows = &p->rows, *columns = &p->columns;
    for (int y = 0; y < rows->out_size; y++) {
        for (int x = 0; x < columns->out_size; x++, out += channels) {
            for (int i = 0; i < channels; i++) out[i] = -INFINITY;
            for (int k = 0; k < rows->count[y] * columns->count[x]; k++) {
                const int row = rows->first[y] + k / columns->count[x] * rows->step;
                const int column = columns->first[x] + k % columns->count[x] * columns->step;
                take_larger(in + ((size_t)row * (size_t)columns->in_size + (size_t)column) *
                                     (size_t)channels,
                            channels, out);
            }
        }
    }
}
