/* Work on each number by itself: the losses, and laying out a batch. */
#include "kernels/isa.h"
#include "kernels/vec_math.h"

EMB_DECLARE_KERNELS(EMB_NAME)

void EMB_NAME(sum)(const float *a, const float *b, float *to, size_t vectors) {
    for (size_t i = 0; i < vectors * LANES; i += VL) {
        v_store(to + i, v_add(v_load(a + i), v_load(b + i)));
    }
}

void EMB_NAME(to_lanes)(const float *rows, int lanes, size_t count, float *x) {
    size_t i = 0;
    for (; lanes == LANES && i + LANES <= count; i += LANES) {
        if (LANES == 16) v_transpose(rows + i, count, x + i * LANES, LANES);
        if (LANES == 8) v_transpose_8(rows + i, count, x + i * LANES, LANES);
    }
    for (; i < count; i++) {
        for (int n = 0; n < LANES; n++) {
            x[i * LANES + (size_t)n] = n < lanes ? rows[(size_t)n * count + i] : 0;
        }
    }
}

void EMB_NAME(from_lanes)(const float *x, int lanes, size_t count, float *rows) {
    size_t i = 0;
    for (; lanes == LANES && i + LANES <= count; i += LANES) {
        if (LANES == 16) v_transpose(x + i * LANES, LANES, rows + i, count);
        if (LANES == 8) v_transpose_8(x + i * LANES, LANES, rows + i, count);
    }
    for (; i < count; i++) {
        for (int n = 0; n < lanes; n++) rows[(size_t)n * count + i] = x[i * LANES + (size_t)n];
    }
}

/* byte / 255, rounded like a division: the error of the product, times 1/255, is added to the
 * product. */
INLINE vf pixel(vf byte) {
    const vf q = v_mul(byte, v_set(1.0f / 255));
    return v_fma(v_fma(v_sub(v_set(0), q), v_set(255), byte), v_set(1.0f / 255), q);
}

void EMB_NAME(lay_out)(const uint8_t *const *images, int lanes, size_t pixels, float *x) {
    enum { TILE = 16 };
    /* Lanes past the last read the first image, and are then made 0. */
    const uint8_t *image[TILE];
    for (int n = 0; n < TILE; n++) image[n] = images[n < lanes ? n : 0];
    for (size_t p = 0; p < pixels; p += TILE) {
        uint8_t bytes[TILE][TILE] = {{0}};
        const size_t here = pixels - p < TILE ? pixels - p : TILE;
        if (here == TILE) {
            v_transpose_bytes(image, p, bytes);
        } else {
            for (size_t i = 0; i < here * TILE; i++) {
                bytes[i / TILE][i % TILE] = image[i % TILE][p + i / TILE];
            }
        }
        for (size_t i = 0; i < here; i++, x += LANES) {
            for (int n = lanes; n < LANES; n++) bytes[i][n] = 0;
            UNROLL for (int half = 0; half < LANES; half += VL) {
                v_store(x + half, pixel(v_from_bytes(bytes[i] + half)));
            }
        }
    }
}

void EMB_NAME(squared_error)(const float *y, const float *target, size_t vectors, int lanes,
                             float scale, float *g, double *errors) {
    enum { CHAIN = 32 };
    float kept[LANES], scales[LANES];
    for (int n = 0; n < LANES; n++) {
        errors[n] = 0;
        scales[n] = n < lanes ? scale : 0;
    }
    for (size_t first = 0; first < vectors; first += CHAIN) {
        const size_t end = vectors - first < CHAIN ? vectors : first + CHAIN;
        for (int half = 0; half < LANES; half += VL) {
            const vf by = v_load(scales + half);
            vf sum = v_set(0);
            for (size_t i = first * LANES + (size_t)half; i < end * LANES; i += LANES) {
                const vf d = v_sub(v_load(y + i), v_load(target + i));
                sum = v_fma(d, d, sum);
                if (g) v_store(g + i, v_mul(d, by));
            }
            v_store(kept + half, sum);
        }
        for (int n = 0; n < LANES; n++) errors[n] += (double)kept[n];
    }
}

/* sum[lane] = chain over the classes of exp(x - largest[lane]), whose terms go to g unless NULL. */
static void softmax_terms(const float *x, int classes, float *g, float *largest, float *sums) {
    for (size_t half = 0; half < LANES; half += VL) {
        vf most = v_load(x + half), sum = v_set(0);
        for (size_t c = 1; c < (size_t)classes; c++) {
            most = v_max(most, v_load(x + c * LANES + half));
        }
        for (size_t c = 0; c < (size_t)classes; c++) {
            const vf e = exp_of(v_sub(v_load(x + c * LANES + half), most));
            sum = v_add(sum, e);
            if (g) v_store(g + c * LANES + half, e);
        }
        v_store(largest + half, most);
        v_store(sums + half, sum);
    }
}

/* The sum over the classes of one lane's logits. */
static double logit_sum(const float *x, int classes, size_t lane) {
    double sum = 0;
    for (size_t c = 0; c < (size_t)classes; c++) sum += (double)x[c * LANES + lane];
    return sum;
}

void EMB_NAME(cross_entropy)(const float *x, int classes, const uint8_t *labels, int lanes,
                             float smoothing, float scale, float *g, double *errors,
                             uint8_t *predicted) {
    float largest[LANES], sums[LANES], scales[LANES];
    const float rest = 1 - smoothing, share = smoothing / (float)classes;
    softmax_terms(x, classes, g, largest, sums);
    for (size_t n = 0; n < LANES; n++) {
        const bool used = (int)n < lanes;
        double target = (double)x[((size_t)(used ? labels[n] : 0)) * LANES + n];
        if (smoothing > 0) {
            target = (double)rest * target + (double)share * logit_sum(x, classes, n);
        }
        scales[n] = used ? scale : 0;
        errors[n] = emb__log((double)sums[n]) + ((double)largest[n] - target);
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (x[(size_t)c * LANES + n] > x[(size_t)best * LANES + n]) best = c;
        }
        predicted[n] = (uint8_t)best;
    }
    for (size_t i = 0; g && i < (size_t)classes * LANES; i += VL) {
        const vf p = v_div(v_load(g + i), v_load(sums + i % LANES));
        v_store(g + i, v_sub(p, v_set(share)));
    }
    for (int n = 0; g && n < lanes; n++) g[labels[n] * LANES + n] -= rest;
    for (size_t i = 0; g && i < (size_t)classes * LANES; i += VL) {
        v_store(g + i, v_mul(v_load(g + i), v_load(scales + i % LANES)));
    }
}
