/* The definition of the kernels that change weights; see reference.c. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

/* The sum of a number's `count` copies: by halves, the first of which is the largest power of two
 * below count. */
static float tree(const float *copies, size_t count, size_t stride) {
    if (count == 1) return *copies;
    size_t half = 1;
    while (2 * half < count) half *= 2;
    return tree(copies, half, stride) + tree(copies + half * stride, count - half, stride);
}

void NAME(add_sets)(float *grads, size_t sets, size_t stride, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) grads[i] = tree(grads + i, sets, stride);
}

double NAME(squares)(const float *x, size_t from, size_t to) {
    double sums[EMB__LANES] = {0};
    for (size_t i = from; i < to; i++) sums[i % EMB__LANES] += (double)x[i] * (double)x[i];
    for (int apart = EMB__LANES / 2; apart > 0; apart /= 2) {
        for (int n = 0; n < apart; n++) sums[n] += sums[n + apart];
    }
    return sums[0];
}

void NAME(scale)(float *x, float by, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) x[i] = x[i] * by;
}

void NAME(limit)(float *x, float high, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) x[i] = clamp(x[i], -high, high);
}

void NAME(add_scaled)(float *x, float by, const float *y, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) x[i] = fmaf(by, y[i], x[i]);
}

void NAME(average)(float *mean, float rest, const float *x, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) mean[i] = fmaf(rest, x[i] - mean[i], mean[i]);
}

void NAME(adam)(const emb__adam_step *s, float *params, const float *grads, float *m, float *v,
                float *largest, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        const float g = grads[i];
        m[i] = fmaf(s->beta1, m[i], s->one_minus_beta1 * g);
        v[i] = fmaf(s->beta2, v[i], s->one_minus_beta2 * g * g);
        if (largest) largest[i] = most(largest[i], v[i]);
        const float used = largest ? largest[i] : v[i];
        const float root = fmaf(sqrtf(used), s->root_scale, s->epsilon);
        params[i] = fmaf(-s->step_size, m[i] * reciprocal(root), params[i]);
    }
}

void NAME(nadam)(const emb__nadam_step *s, float *params, const float *grads, float *m, float *v,
                 size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        const float g = grads[i];
        m[i] = fmaf(s->beta1, m[i], s->one_minus_beta1 * g);
        v[i] = fmaf(s->beta2, v[i], s->one_minus_beta2 * g * g);
        const float root = fmaf(sqrtf(v[i]), s->root_scale, s->epsilon);
        params[i] = fmaf(fmaf(-s->mean_size, m[i], -s->now_size * g), reciprocal(root), params[i]);
    }
}

void NAME(sgd)(const emb__sgd_step *s, float *params, const float *grads, float *buffer,
               size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        float g = grads[i];
        if (buffer) {
            buffer[i] = fmaf(s->momentum, buffer[i], s->rest * g);
            g = s->nesterov ? fmaf(s->ahead, buffer[i], g) : buffer[i];
        }
        params[i] = fmaf(-s->rate, g, params[i]);
    }
}

void NAME(rmsprop)(const emb__rmsprop_step *s, float *params, const float *grads, float *squares,
                   float *means, float *buffer, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        const float g = grads[i];
        squares[i] = fmaf(s->alpha, squares[i], s->one_minus_alpha * g * g);
        float spread = squares[i];
        if (means) {
            means[i] = fmaf(s->one_minus_alpha, g - means[i], means[i]);
            spread = most(0, fmaf(-means[i], means[i], squares[i]));
        }
        float way = g * reciprocal(sqrtf(spread) + s->epsilon);
        if (buffer) way = buffer[i] = fmaf(s->momentum, buffer[i], way);
        params[i] = fmaf(-s->rate, way, params[i]);
    }
}
