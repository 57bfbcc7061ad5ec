/* The definition of the structural similarity's kernels (Wang, Bovik, Sheikh and Simoncelli, 2004).
 * With the local means y, x, yy, xx, yx of output, target, their squares and their product,
 *   l = (2 y x + c1) / (y^2 + x^2 + c1),
 *   cs = (2 (yx - y x) + c2) / ((yy - y^2) + (xx - x^2) + c2),  SSIM = l cs. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

void NAME(window)(const emb__window *w, const float *in, float *out) {
    for (size_t o = 0; o < w->out_count; o++) {
        for (size_t i = 0; i < w->width; i++) {
            float sum = 0;
            for (size_t k = 0; k < w->size; k++) {
                const size_t at = o + k - w->pad; /* far above in_count if it is below 0 */
                if (at < w->in_count) sum = fmaf(in[at * w->width + i], w->taps[k], sum);
            }
            *out++ = sum;
        }
    }
}

typedef struct parts {
    float a1, b1, a2, b2;
} parts;

static parts parts_of(const emb__similarity *s, size_t i) {
    const float y = s->y[i], x = s->x[i];
    const float all_y = y + s->shift[i % LANES], all_x = x + s->shift[i % LANES];
    const float vary = fmaf(0 - y, y, s->yy[i]) + fmaf(0 - x, x, s->xx[i]);
    return (parts){.a1 = fmaf(2, all_y * all_x, s->c1),
                   .b1 = all_y * all_y + all_x * all_x + s->c1,
                   .a2 = fmaf(2, fmaf(0 - y, x, s->yx[i]), s->c2),
                   .b2 = vary + s->c2};
}

void NAME(similarity)(const emb__similarity *s, double *ssim, double *contrast) {
    enum { CHAIN = 32 };
    for (size_t n = 0; n < LANES; n++) {
        float sum = 0, sum_part = 0;
        ssim[n] = contrast[n] = 0;
        for (size_t i = 0; i < s->vectors; i++) {
            const parts p = parts_of(s, i * LANES + n);
            const float cs = p.a2 / p.b2;
            sum = fmaf(p.a1 / p.b1, cs, sum);
            sum_part = sum_part + cs;
            if ((i + 1) % CHAIN == 0 || i + 1 == s->vectors) {
                ssim[n] += (double)sum;
                contrast[n] += (double)sum_part;
                sum = sum_part = 0;
            }
        }
    }
}

void NAME(similarity_slopes)(const emb__similarity *s, const float *by_ssim,
                             const float *by_contrast) {
    for (size_t i = 0; i < s->vectors * LANES; i++) {
        const parts p = parts_of(s, i);
        const float y = s->y[i], x = s->x[i], whole = by_ssim[i % LANES];
        const float all_y = y + s->shift[i % LANES], all_x = x + s->shift[i % LANES];
        const float inv1 = 1 / p.b1, inv2 = 1 / p.b2, l = p.a1 * inv1, cs = p.a2 * inv2;
        const float t = fmaf(whole, l, by_contrast[i % LANES]) * inv2;
        const float light = whole * cs * inv1 * fmaf(0 - all_y, l, all_x);
        s->y[i] = 2 * fmaf(t, fmaf(y, cs, 0 - x), light);
        s->yy[i] = 0 - t * cs;
        s->yx[i] = 2 * t;
    }
}

void NAME(lane_means)(const float *x, size_t vectors, float *means) {
    enum { CHAIN = 32 };
    for (size_t n = 0; n < LANES; n++) {
        double all = 0;
        float sum = 0;
        for (size_t i = 0; i < vectors; i++) {
            sum = sum + x[i * LANES + n];
            if ((i + 1) % CHAIN == 0 || i + 1 == vectors) {
                all += (double)sum;
                sum = 0;
            }
        }
        means[n] = (float)(all / (double)vectors);
    }
}

void NAME(subtract_lanes)(const float *x, const float *means, size_t vectors, float *difference) {
    for (size_t i = 0; i < vectors * LANES; i++) difference[i] = x[i] - means[i % LANES];
}

void NAME(multiply)(const float *a, const float *b, size_t vectors, float *product) {
    for (size_t i = 0; i < vectors * LANES; i++) product[i] = a[i] * b[i];
}

void NAME(halve)(const float *in, size_t rows, size_t columns, float *out) {
    for (size_t r = 0; r + 1 < rows; r += 2) {
        for (size_t c = 0; c + 1 < columns; c += 2) {
            for (size_t n = 0; n < LANES; n++) {
                const float *at = in + (r * columns + c) * LANES + n;
                const float *below = at + columns * LANES;
                *out++ = ((at[0] + at[LANES]) + (below[0] + below[LANES])) * 0.25f;
            }
        }
    }
}

void NAME(halve_back)(const float *out, size_t rows, size_t columns, float *in) {
    for (size_t r = 0; r < rows / 2 * 2; r++) {
        for (size_t c = 0; c < columns / 2 * 2; c++) {
            for (size_t n = 0; n < LANES; n++) {
                const float share = out[(r / 2 * (columns / 2) + c / 2) * LANES + n];
                float *at = in + (r * columns + c) * LANES + n;
                *at = fmaf(share, 0.25f, *at);
            }
        }
    }
}
