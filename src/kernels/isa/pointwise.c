/* Work on each number by itself: activations and their gradients, the loss, Adam, and laying out a
 * batch. */
#include "kernels/isa.h"
#include "kernels/math.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* exp(x) = 2^n (1 + p): *shifted holds n in its low bits, for v_power_of_two. */
INLINE vf exp_parts(vf x, vf *shifted) {
    *shifted = v_fma(x, v_set(EXP_LOG2E), v_set(EXP_ROUND));
    const vf n = v_sub(*shifted, v_set(EXP_ROUND));
    vf r = v_fma(n, v_set(-EXP_LN2_HIGH), x);
    r = v_fma(n, v_set(-EXP_LN2_LOW), r);
    vf e = v_fma(v_set(EXP_E4), r, v_set(EXP_E3));
    e = v_fma(e, r, v_set(EXP_E2));
    e = v_fma(e, r, v_set(EXP_E1));
    e = v_fma(e, r, v_set(EXP_E0));
    return v_fma(v_mul(r, r), e, r);
}

/* A NaN stays one. */
INLINE vf clamp(vf x, float least, float most) {
    return v_max(v_set(least), v_min(v_set(most), x));
}

INLINE vf tanh_of(vf x, const float *args) {
    (void)args;
    const vf a = v_min(v_set(TANH_LIMIT), v_abs(x));
    const vf shifted = v_fma(a, v_set(TANH_LOG2E), v_set(EXP_ROUND));
    const vf r = v_fma(v_sub(shifted, v_set(EXP_ROUND)), v_set(-TANH_HALF_LN2), a);
    vf e = v_fma(v_set(TANH_E4), r, v_set(TANH_E3));
    e = v_fma(e, r, v_set(TANH_E2));
    e = v_fma(e, r, v_set(TANH_E1));
    e = v_fma(e, r, v_set(TANH_E0));
    const vf p = v_fma(v_mul(r, r), e, v_add(r, r)), scale = v_power_of_two(shifted);
    e = v_fma(scale, p, v_sub(scale, v_set(1)));
    return v_with_sign(v_div(e, v_add(e, v_set(2))), x);
}

INLINE vf exp_of(vf x) {
    vf shifted;
    const vf p = exp_parts(clamp(x, EXP_LEAST, EXP_MOST), &shifted);
    return v_mul(v_add(p, v_set(1)), v_power_of_two(shifted));
}

INLINE vf tanh_slope(vf y, vf g, const float *args) {
    (void)args;
    return v_mul(g, v_fma(v_sub(v_set(0), y), y, v_set(1)));
}

INLINE vf sigmoid_of(vf x, const float *args) {
    (void)args;
    return v_div(v_set(1), v_add(v_set(1), exp_of(v_sub(v_set(0), x))));
}

INLINE vf sigmoid_slope(vf y, vf g, const float *args) {
    (void)args;
    return v_mul(g, v_mul(y, v_sub(v_set(1), y)));
}

INLINE vf relu_of(vf x, const float *args) {
    (void)args;
    return v_max(v_set(0), x);
}

INLINE vf relu_slope(vf y, vf g, const float *args) {
    (void)args;
    return v_where_positive(y, g, v_set(0));
}

INLINE vf leaky_of(vf x, const float *args) {
    return v_where_positive(x, x, v_mul(v_set(args[0]), x));
}

INLINE vf leaky_slope(vf y, vf g, const float *args) {
    return v_where_positive(y, g, v_mul(v_set(args[0]), g));
}

INLINE vf elu_of(vf x, const float *args) {
    vf shifted;
    const vf p = exp_parts(clamp(x, EXP_LEAST, 0), &shifted), scale = v_power_of_two(shifted);
    const vf below = v_fma(scale, p, v_sub(scale, v_set(1)));
    return v_where_positive(x, x, v_mul(v_set(args[0]), below));
}

INLINE vf elu_slope(vf y, vf g, const float *args) {
    const vf out = args[0] < 0 ? elu_of(y, args) : y;
    return v_where_positive(y, g, v_mul(g, v_add(out, v_set(args[0]))));
}

INLINE vf hardtanh_of(vf x, const float *args) { return clamp(x, args[0], args[1]); }

INLINE vf hardtanh_slope(vf y, vf g, const float *args) {
    const vf under = v_where_positive(v_sub(v_set(args[1]), y), g, v_set(0));
    return v_where_positive(v_sub(y, v_set(args[0])), under, v_set(0));
}

/* x[i] = f(x[i]), and g[i] = g[i] * f'(x) by y = f(x). The arguments are copied, so that no store
 * can change them. */
#define EACH(N, name)                                                                              \
    void N(name)(float *x, size_t vectors, const float *args) {                                    \
        const float own[EMB__CURVE_ARGS] = {args[0], args[1]};                                     \
        for (size_t i = 0; i < vectors * LANES; i += VL) {                                         \
            v_store(x + i, name##_of(v_load(x + i), own));                                         \
        }                                                                                          \
    }                                                                                              \
    void N(name##_back)(const float *y, float *g, size_t vectors, const float *args) {             \
        const float own[EMB__CURVE_ARGS] = {args[0], args[1]};                                     \
        for (size_t i = 0; i < vectors * LANES; i += VL) {                                         \
            v_store(g + i, name##_slope(v_load(y + i), v_load(g + i), own));                       \
        }                                                                                          \
    }
EMB__CURVES(EACH, EMB_NAME)

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

void EMB_NAME(cross_entropy)(const float *x, int classes, const uint8_t *labels, int lanes,
                             float scale, float *g, double *errors, uint8_t *predicted) {
    float largest[LANES], sums[LANES], scales[LANES];
    softmax_terms(x, classes, g, largest, sums);
    for (size_t n = 0; n < LANES; n++) {
        const bool used = (int)n < lanes;
        const float *label = x + (used ? labels[n] : 0) * LANES + n;
        scales[n] = used ? scale : 0;
        errors[n] = emb__log((double)sums[n]) + ((double)largest[n] - (double)*label);
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (x[(size_t)c * LANES + n] > x[(size_t)best * LANES + n]) best = c;
        }
        predicted[n] = (uint8_t)best;
    }
    for (size_t i = 0; g && i < (size_t)classes * LANES; i += VL) {
        v_store(g + i, v_div(v_load(g + i), v_load(sums + i % LANES)));
    }
    for (int n = 0; g && n < lanes; n++) g[labels[n] * LANES + n] -= 1;
    for (size_t i = 0; g && i < (size_t)classes * LANES; i += VL) {
        v_store(g + i, v_mul(v_load(g + i), v_load(scales + i % LANES)));
    }
}

void EMB_NAME(adam)(const emb__adam_step *s, float *params, const float *grads, size_t sets,
                    size_t stride, float *m, float *v, size_t from, size_t to) {
    const vf beta1 = v_set(s->beta1), rest1 = v_set(s->one_minus_beta1);
    const vf beta2 = v_set(s->beta2), rest2 = v_set(s->one_minus_beta2);
    const vf size = v_set(-s->step_size), scale = v_set(s->root_scale), eps = v_set(s->epsilon);
    for (size_t i = from; i < to; i += VL) {
        vf g = v_load(grads + i);
        for (size_t set = 1; set < sets; set++) g = v_add(g, v_load(grads + set * stride + i));
        const vf mean = v_fma(beta1, v_load(m + i), v_mul(rest1, g));
        const vf square = v_fma(beta2, v_load(v + i), v_mul(v_mul(rest2, g), g));
        const vf root = v_fma(v_sqrt(square), scale, eps);
        v_store(m + i, mean);
        v_store(v + i, square);
        v_store(params + i, v_fma(size, v_div(mean, root), v_load(params + i)));
    }
}
