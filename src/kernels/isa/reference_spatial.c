/* The definition of pixels that are made of neighbouring ones: weighed sums, largest numbers. */
#include <math.h>
#include <string.h>

#include "kernels/isa.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b)  JOIN_(a, b)
#define NAME(name)  JOIN(emb__##name##_reference_, LANES)

EMB_DECLARE_KERNELS(NAME)

/* Output i of a line of numbers that lie `apart` floats from each other. */
static float sum_of(const emb__line *line, int i, const float *in, size_t apart) {
    const int from = line->starts[i], to = line->starts[i + 1];
    if (from == to) return 0;
    float sum = in[(size_t)line->at[from] * apart] * line->weight[from];
    for (int t = from + 1; t < to; t++) {
        sum = fmaf(in[(size_t)line->at[t] * apart], line->weight[t], sum);
    }
    return sum;
}

/* One row of one channel and lane; neighbours are `pixel` floats apart. */
static void resample_row(const emb__resample *r, int y, size_t pixel, const float *in, float *out,
                         float *scratch) {
    const size_t width = (size_t)r->columns.in_size * pixel;
    for (int x = 0; x < r->columns.in_size; x++) {
        scratch[x] = sum_of(&r->rows, y, in + (size_t)x * pixel, width);
    }
    for (int x = 0; x < r->columns.out_size; x++) {
        out[(size_t)x * pixel] = sum_of(&r->columns, x, scratch, 1);
    }
}

void NAME(resample)(const emb__resample *r, const emb__share *share, const float *in, float *out,
                    float *scratch) {
    const size_t width = (size_t)r->columns.out_size * LANES;
    const size_t in_plane = (size_t)r->rows.in_size * (size_t)r->columns.in_size * LANES;
    const size_t plane = (size_t)r->rows.out_size * width;
    for (int c = share->channel; c < share->channel_end; c++) {
        for (int y = share->row; y < share->row_end; y++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                resample_row(r, y, LANES, in + (size_t)c * in_plane + lane,
                             out + (size_t)c * plane + (size_t)y * width + lane, scratch);
            }
        }
    }
}

#if LANES == 16
void NAME(single_resample)(const emb__resample *r, int channels, const float *in, float *out,
                           float *scratch) {
    const size_t pixel = (size_t)channels, width = (size_t)r->columns.out_size * pixel;
    for (int y = 0; y < r->rows.out_size; y++) {
        for (size_t c = 0; c < pixel; c++) {
            resample_row(r, y, pixel, in + c, out + (size_t)y * width + c, scratch);
        }
    }
}
#endif

/* The place of the window's largest number among its own, row by row. `in`: its first number. */
static int place_of(const emb__pool *p, int y, int x, size_t pixel, const float *in, float *value) {
    const size_t row = (size_t)p->columns.in_size * pixel * (size_t)p->rows.step;
    const size_t column = pixel * (size_t)p->columns.step;
    int place = 0;
    *value = -INFINITY;
    for (int k = 0; k < p->rows.count[y] * p->columns.count[x]; k++) {
        const float number = in[(size_t)(k / p->columns.count[x]) * row +
                                (size_t)(k % p->columns.count[x]) * column];
        if (!(number > *value) && !isnan(number)) continue;
        *value = number;
        place = k;
    }
    return place;
}

static size_t first_of(const emb__pool *p, int y, int x, size_t pixel) {
    return ((size_t)p->rows.first[y] * (size_t)p->columns.in_size + (size_t)p->columns.first[x]) *
           pixel;
}

void NAME(max_pool)(const emb__pool *p, const emb__share *share, const float *in, float *out) {
    const size_t in_plane = (size_t)p->rows.in_size * (size_t)p->columns.in_size * LANES;
    for (int c = share->channel; c < share->channel_end; c++) {
        for (int y = share->row; y < share->row_end; y++) {
            for (int x = 0; x < p->columns.out_size; x++) {
                const size_t at = ((size_t)c * (size_t)p->rows.out_size + (size_t)y) *
                                      (size_t)p->columns.out_size +
                                  (size_t)x;
                for (size_t lane = 0; lane < LANES; lane++) {
                    place_of(p, y, x, LANES,
                             in + (size_t)c * in_plane + first_of(p, y, x, LANES) + lane,
                             &out[at * LANES + lane]);
                }
            }
        }
    }
}

void NAME(max_pool_back)(const emb__pool *p, const emb__share *share, const float *in,
                         const float *grad_out, float *grad_in) {
    const size_t width = (size_t)p->columns.in_size * LANES;
    const size_t in_plane = (size_t)p->rows.in_size * width;
    const size_t windows = (size_t)p->rows.out_size * (size_t)p->columns.out_size;
    for (int c = share->channel; c < share->channel_end; c++) {
        float *plane = grad_in + (size_t)c * in_plane;
        memset(plane + (size_t)share->row * width, 0,
               (size_t)(share->row_end - share->row) * width * sizeof *plane);
        for (size_t i = 0; i < windows * LANES; i++) {
            const int y = (int)(i / LANES) / p->columns.out_size;
            const int x = (int)(i / LANES) % p->columns.out_size;
            const size_t lane = i % LANES;
            float value;
            const int place =
                place_of(p, y, x, LANES,
                         in + (size_t)c * in_plane + first_of(p, y, x, LANES) + lane, &value);
            const int row = p->rows.first[y] + place / p->columns.count[x] * p->rows.step;
            const int column = p->columns.first[x] + place % p->columns.count[x] * p->columns.step;
            if (row < share->row || row >= share->row_end) continue;
            plane[(size_t)row * width + (size_t)column * LANES + lane] +=
                grad_out[(size_t)c * windows * LANES + i];
        }
    }
}

#if LANES == 16
void NAME(single_max_pool)(const emb__pool *p, int channels, const float *in, float *out) {
    const size_t pixel = (size_t)channels;
    for (int y = 0; y < p->rows.out_size; y++) {
        for (int x = 0; x < p->columns.out_size; x++) {
            for (size_t c = 0; c < pixel; c++) {
                place_of(p, y, x, pixel, in + first_of(p, y, x, pixel) + c,
                         &out[((size_t)y * (size_t)p->columns.out_size + (size_t)x) * pixel + c]);
            }
        }
    }
}
#endif
