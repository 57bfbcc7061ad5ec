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

void NAME(adam)(const emb__adam_step *s, float *params, const float *grads, float *m, float *v,
                size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        const float g = grads[i];
        m[i] = fmaf(s->beta1, m[i], s->one_minus_beta1 * g);
        v[i] = fmaf(s->beta2, v[i], s->one_minus_beta2 * g * g);
        const float root = fmaf(sqrtf(v[i]), s->root_scale, s->epsilon);
        params[i] = fmaf(-s->step_size, m[i] / root, params[i]);
    }
}
