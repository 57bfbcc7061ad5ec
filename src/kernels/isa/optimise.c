/* What changes the weights: gradients are added up, and Adam. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* g[i] = the sums of n buffers by the balanced tree, for a constant n. */
INLINE void add_tree(float *grads, const size_t n, size_t stride, size_t from, size_t to) {
    for (size_t i = from; i < to; i += VL) {
        vf t[EMB__MOST_SETS];
        UNROLL for (size_t s = 0; s < n; s++) t[s] = v_load(grads + s * stride + i);
        UNROLL for (size_t apart = 1; apart < EMB__MOST_SETS; apart *= 2) {
            UNROLL for (size_t s = 0; s + apart < n; s += 2 * apart) t[s] =
                v_add(t[s], t[s + apart]);
        }
        v_store(grads + i, t[0]);
    }
}

#define EACH_NUMBER(_)                                                                             \
    _(2) _(3) _(4) _(5) _(6) _(7) _(8) _(9) _(10) _(11) _(12) _(13) _(14) _(15) _(16)
#define TREE(n)                                                                                    \
    case n:                                                                                        \
        add_tree(grads, n, stride, from, to);                                                      \
        break;

void EMB_NAME(add_sets)(float *grads, size_t sets, size_t stride, size_t from, size_t to) {
    switch (sets) {
        EACH_NUMBER(TREE)
    default:
        break;
    }
}

void EMB_NAME(adam)(const emb__adam_step *s, float *params, const float *grads, float *m, float *v,
                    size_t from, size_t to) {
    const vf beta1 = v_set(s->beta1), rest1 = v_set(s->one_minus_beta1);
    const vf beta2 = v_set(s->beta2), rest2 = v_set(s->one_minus_beta2);
    const vf size = v_set(-s->step_size), scale = v_set(s->root_scale), eps = v_set(s->epsilon);
    for (size_t i = from; i < to; i += VL) {
        const vf g = v_load(grads + i);
        const vf mean = v_fma(beta1, v_load(m + i), v_mul(rest1, g));
        const vf square = v_fma(beta2, v_load(v + i), v_mul(v_mul(rest2, g), g));
        const vf root = v_fma(v_sqrt(square), scale, eps);
        v_store(m + i, mean);
        v_store(v + i, square);
        v_store(params + i, v_fma(size, v_div(mean, root), v_load(params + i)));
    }
}
