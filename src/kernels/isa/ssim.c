/* The structural similarity: a window's local means, the index and its slopes. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

void EMB_NAME(window)(const emb__window *w, const float *in, float *out) {
    for (size_t o = 0; o < w->out_count; o++, out += w->width) {
        const size_t from = o < w->pad ? w->pad - o : 0, end = w->in_count + w->pad - o;
        const size_t to = end < w->size ? end : w->size;
        const float *first = in + (o + from - w->pad) * w->width;
        for (size_t i = 0; i < w->width; i += VL) {
            vf sum = v_set(0);
            for (size_t k = from; k < to; k++) {
                sum = v_fma(v_load(first + (k - from) * w->width + i), v_set(w->taps[k]), sum);
            }
            v_store(out + i, sum);
        }
    }
}

/* What SSIM is made of at one position: numerators and denominators of its two parts. */
typedef struct parts {
    vf a1, b1, a2, b2;
} parts;

INLINE parts parts_of(const emb__similarity *s, size_t i) {
    const vf y = v_load(s->y + i), x = v_load(s->x + i), zero = v_set(0), two = v_set(2);
    const vf not_y = v_sub(zero, y), not_x = v_sub(zero, x), shift = v_load(s->shift + i % LANES);
    const vf all_y = v_add(y, shift), all_x = v_add(x, shift);
    const vf vary = v_add(v_fma(not_y, y, v_load(s->yy + i)), v_fma(not_x, x, v_load(s->xx + i)));
    return (parts){.a1 = v_fma(two, v_mul(all_y, all_x), v_set(s->c1)),
                   .b1 = v_add(v_add(v_mul(all_y, all_y), v_mul(all_x, all_x)), v_set(s->c1)),
                   .a2 = v_fma(two, v_fma(not_y, x, v_load(s->yx + i)), v_set(s->c2)),
                   .b2 = v_add(vary, v_set(s->c2))};
}

void EMB_NAME(similarity)(const emb__similarity *s, double *ssim, double *contrast) {
    enum { CHAIN = 32 };
    float whole[LANES], part[LANES];
    for (int n = 0; n < LANES; n++) ssim[n] = contrast[n] = 0;
    for (size_t first = 0; first < s->vectors; first += CHAIN) {
        const size_t end = s->vectors - first < CHAIN ? s->vectors : first + CHAIN;
        for (size_t half = 0; half < LANES; half += VL) {
            vf sum = v_set(0), sum_part = v_set(0);
            for (size_t i = first * LANES + half; i < end * LANES; i += LANES) {
                const parts p = parts_of(s, i);
                const vf cs = v_div(p.a2, p.b2);
                sum = v_fma(v_div(p.a1, p.b1), cs, sum);
                sum_part = v_add(sum_part, cs);
            }
            v_store(whole + half, sum);
            v_store(part + half, sum_part);
        }
        for (int n = 0; n < LANES; n++) {
            ssim[n] += (double)whole[n];
            contrast[n] += (double)part[n];
        }
    }
}

void EMB_NAME(similarity_slopes)(const emb__similarity *s, const float *by_ssim,
                                 const float *by_contrast) {
    const vf one = v_set(1), two = v_set(2), zero = v_set(0);
    for (size_t i = 0; i < s->vectors * LANES; i += VL) {
        const parts p = parts_of(s, i);
        const vf y = v_load(s->y + i), x = v_load(s->x + i), shift = v_load(s->shift + i % LANES);
        const vf all_y = v_add(y, shift), all_x = v_add(x, shift);
        const vf whole = v_load(by_ssim + i % LANES), part = v_load(by_contrast + i % LANES);
        const vf inv1 = v_div(one, p.b1), inv2 = v_div(one, p.b2);
        const vf l = v_mul(p.a1, inv1), cs = v_mul(p.a2, inv2);
        const vf t = v_mul(v_fma(whole, l, part), inv2);
        const vf light = v_mul(v_mul(v_mul(whole, cs), inv1), v_fma(v_sub(zero, all_y), l, all_x));
        v_store(s->y + i, v_mul(two, v_fma(t, v_fma(y, cs, v_sub(zero, x)), light)));
        v_store(s->yy + i, v_sub(zero, v_mul(t, cs)));
        v_store(s->yx + i, v_mul(two, t));
    }
}

void EMB_NAME(lane_means)(const float *x, size_t vectors, float *means) {
    enum { CHAIN = 32 };
    double sums[LANES] = {0};
    float part[LANES];
    for (size_t first = 0; first < vectors; first += CHAIN) {
        const size_t end = vectors - first < CHAIN ? vectors : first + CHAIN;
        for (size_t half = 0; half < LANES; half += VL) {
            vf sum = v_set(0);
            for (size_t i = first * LANES + half; i < end * LANES; i += LANES) {
                sum = v_add(sum, v_load(x + i));
            }
            v_store(part + half, sum);
        }
        for (int n = 0; n < LANES; n++) sums[n] += (double)part[n];
    }
    for (int n = 0; n < LANES; n++) means[n] = (float)(sums[n] / (double)vectors);
}

void EMB_NAME(subtract_lanes)(const float *x, const float *means, size_t vectors,
                              float *difference) {
    for (size_t i = 0; i < vectors * LANES; i += VL) {
        v_store(difference + i, v_sub(v_load(x + i), v_load(means + i % LANES)));
    }
}

void EMB_NAME(multiply)(const float *a, const float *b, size_t vectors, float *product) {
    for (size_t i = 0; i < vectors * LANES; i += VL) {
        v_store(product + i, v_mul(v_load(a + i), v_load(b + i)));
    }
}

void EMB_NAME(halve)(const float *in, size_t rows, size_t columns, float *out) {
    for (size_t r = 0; r < rows / 2; r++) {
        const float *row = in + 2 * r * columns * LANES, *next = row + columns * LANES;
        for (size_t c = 0; c < columns / 2; c++, row += 2 * LANES, next += 2 * LANES) {
            for (size_t i = 0; i < LANES; i += VL, out += VL) {
                const vf above = v_add(v_load(row + i), v_load(row + LANES + i));
                const vf below = v_add(v_load(next + i), v_load(next + LANES + i));
                v_store(out, v_mul(v_add(above, below), v_set(0.25f)));
            }
        }
    }
}

void EMB_NAME(halve_back)(const float *out, size_t rows, size_t columns, float *in) {
    for (size_t r = 0; r < rows / 2 * 2; r++) {
        const float *from = out + r / 2 * (columns / 2) * LANES;
        float *to = in + r * columns * LANES;
        for (size_t c = 0; c < columns / 2 * 2; c++, to += LANES) {
            for (size_t i = 0; i < LANES; i += VL) {
                const vf share = v_load(from + c / 2 * LANES + i);
                v_store(to + i, v_fma(share, v_set(0.25f), v_load(to + i)));
            }
        }
    }
}
