/* What changes the weights: gradients are added up, and Adam. */
#include "kernels/isa.h"
#include "kernels/vec_math.h"

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

double EMB_NAME(squares)(const float *x, size_t from, size_t to) {
    double sums[EMB__LANES] = {0};
    for (size_t i = from; i < to; i += EMB__LANES) {
        for (size_t n = 0; n < EMB__LANES; n++) sums[n] += (double)x[i + n] * (double)x[i + n];
    }
    for (size_t apart = EMB__LANES / 2; apart > 0; apart /= 2) {
        for (size_t n = 0; n < apart; n++) sums[n] += sums[n + apart];
    }
    return sums[0];
}

void EMB_NAME(scale)(float *x, float by, size_t from, size_t to) {
    for (size_t i = from; i < to; i += VL) v_store(x + i, v_mul(v_load(x + i), v_set(by)));
}

void EMB_NAME(limit)(float *x, float most, size_t from, size_t to) {
    const vf high = v_set(most), low = v_set(-most);
    for (size_t i = from; i < to; i += VL) {
        v_store(x + i, v_max(low, v_min(high, v_load(x + i))));
    }
}

void EMB_NAME(add_scaled)(float *x, float by, const float *y, size_t from, size_t to) {
    for (size_t i = from; i < to; i += VL) {
        v_store(x + i, v_fma(v_set(by), v_load(y + i), v_load(x + i)));
    }
}

void EMB_NAME(average)(float *mean, float rest, const float *x, size_t from, size_t to) {
    for (size_t i = from; i < to; i += VL) {
        const vf old = v_load(mean + i);
        v_store(mean + i, v_fma(v_set(rest), v_sub(v_load(x + i), old), old));
    }
}

INLINE vf square_mean(vf decay, vf rest, vf mean, vf g) {
    return v_fma(decay, mean, v_mul(v_mul(rest, g), g));
}

INLINE void adam_of(const emb__adam_step *s, float *params, const float *grads, float *m, float *v,
                    float *most, size_t from, size_t to) {
    const vf beta1 = v_set(s->beta1), rest1 = v_set(s->one_minus_beta1);
    const vf beta2 = v_set(s->beta2), rest2 = v_set(s->one_minus_beta2);
    const vf size = v_set(-s->step_size);
    const vf minus_scale = v_set(-s->root_scale), minus_eps = v_set(-s->epsilon);
    for (size_t i = from; i < to; i += VL) {
        const vf g = v_load(grads + i);
        const vf mean = v_fma(beta1, v_load(m + i), v_mul(rest1, g));
        const vf square = square_mean(beta2, rest2, v_load(v + i), g);
        vf used = square;
        if (most) {
            used = v_max(v_load(most + i), square);
            v_store(most + i, used);
        }
        const vf minus_root = v_fma(v_sqrt(used), minus_scale, minus_eps);
        v_store(m + i, mean);
        v_store(v + i, square);
        v_store(params + i,
                v_fma(size, v_mul(mean, reciprocal_of_minus(minus_root)), v_load(params + i)));
    }
}

void EMB_NAME(adam)(const emb__adam_step *s, float *params, const float *grads, float *m, float *v,
                    float *most, size_t from, size_t to) {
    if (most) {
        adam_of(s, params, grads, m, v, most, from, to);
    } else {
        adam_of(s, params, grads, m, v, NULL, from, to);
    }
}

void EMB_NAME(nadam)(const emb__nadam_step *s, float *params, const float *grads, float *m,
                     float *v, size_t from, size_t to) {
    const vf beta1 = v_set(s->beta1), rest1 = v_set(s->one_minus_beta1);
    const vf beta2 = v_set(s->beta2), rest2 = v_set(s->one_minus_beta2);
    const vf now = v_set(-s->now_size), mean_size = v_set(-s->mean_size);
    const vf minus_scale = v_set(-s->root_scale), minus_eps = v_set(-s->epsilon);
    for (size_t i = from; i < to; i += VL) {
        const vf g = v_load(grads + i);
        const vf mean = v_fma(beta1, v_load(m + i), v_mul(rest1, g));
        const vf square = square_mean(beta2, rest2, v_load(v + i), g);
        const vf minus_root = v_fma(v_sqrt(square), minus_scale, minus_eps);
        const vf way = v_fma(mean_size, mean, v_mul(now, g));
        v_store(m + i, mean);
        v_store(v + i, square);
        v_store(params + i, v_fma(way, reciprocal_of_minus(minus_root), v_load(params + i)));
    }
}

void EMB_NAME(sgd)(const emb__sgd_step *s, float *params, const float *grads, float *buffer,
                   size_t from, size_t to) {
    const vf rate = v_set(-s->rate), momentum = v_set(s->momentum), rest = v_set(s->rest);
    for (size_t i = from; i < to; i += VL) {
        vf g = v_load(grads + i);
        if (buffer) {
            const vf moved = v_fma(momentum, v_load(buffer + i), v_mul(rest, g));
            v_store(buffer + i, moved);
            g = s->nesterov ? v_fma(v_set(s->ahead), moved, g) : moved;
        }
        v_store(params + i, v_fma(rate, g, v_load(params + i)));
    }
}

void EMB_NAME(rmsprop)(const emb__rmsprop_step *s, float *params, const float *grads,
                       float *squares, float *means, float *buffer, size_t from, size_t to) {
    const vf alpha = v_set(s->alpha), rest = v_set(s->one_minus_alpha);
    const vf rate = v_set(-s->rate), momentum = v_set(s->momentum), eps = v_set(s->epsilon);
    for (size_t i = from; i < to; i += VL) {
        const vf g = v_load(grads + i), square = square_mean(alpha, rest, v_load(squares + i), g);
        vf spread = square;
        v_store(squares + i, square);
        if (means) {
            const vf old = v_load(means + i), mean = v_fma(rest, v_sub(g, old), old);
            v_store(means + i, mean);
            spread = v_max(v_set(0), v_fma(v_sub(v_set(0), mean), mean, square));
        }
        vf way = v_mul(g, reciprocal_of_minus(v_sub(v_sub(v_set(0), v_sqrt(spread)), eps)));
        if (buffer) {
            way = v_fma(momentum, v_load(buffer + i), way);
            v_store(buffer + i, way);
        }
        v_store(params + i, v_fma(rate, way, v_load(params + i)));
    }
}
