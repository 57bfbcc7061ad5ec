/* See curve_tables.h. */
#include "net/layers/curve_tables.h"

#include <stddef.h>

#include "kernels/math.h"

static double tanh_at(double x) {
    const double e = emb__exp(2 * x);
    return (e - 1) / (e + 1);
}

static double decay_at(double x) { return 1 - emb__exp(-x); }

/* ---- what is left of a curve without max(x, 0): 0 from 8 on, where so little is left ----------
 */

static double silu_at(double x) { return x < 8 ? -x / (1 + emb__exp(x)) : 0; }

/* -x times the normal distribution's tail, as exported C has it (c_gelu of activation.c). */
static double gelu_at(double x) {
    const double above =
        (((0.0040777979 * x + 0.0403738170) * x + 0.182465536) * x + 0.437255832) * x + 0.5;
    const double below =
        ((((0.0102213948 * x + 0.101208960) * x + 0.467438883) * x + 1.19930600) * x + 1.67239662) *
            x +
        1;
    return x < 8 ? -x * emb__exp(-0.5 * x * x) * above / below : 0;
}

static double gelu_tanh_at(double x) {
    return x < 8 ? -x / (1 + emb__exp(1.5957691216057308 * x * (1 + 0.044715 * x * x))) : 0;
}

static double mish_at(double x) {
    const double e = emb__exp(x);
    return x < 8 ? -2 * x / (e * (e + 2) + 2) : 0;
}

static double mish_below(double x) {
    const double e = emb__exp(-x), n = e * (e + 2);
    return x < 8 ? -x * n / (n + 2) : 0;
}

static double hardswish_at(double x) { return x < 3 ? x * (x / 6 - 0.5) : 0; }

static double softplus_at(double x) { return x < 8 ? emb__log(1 + emb__exp(-x)) : 0; }

const emb__curve_table emb__curve_tanh = {"tanh", "curve", tanh_at, NULL};
const emb__curve_table emb__curve_decay = {"decay", "decay_curve", decay_at, NULL};
const emb__curve_table emb__curve_silu = {"silu_rest", "silu_curve", silu_at, silu_at};
const emb__curve_table emb__curve_gelu = {"gelu_rest", "gelu_curve", gelu_at, gelu_at};
const emb__curve_table emb__curve_gelu_tanh = {"gelu_tanh_rest", "gelu_tanh_curve", gelu_tanh_at,
                                               gelu_tanh_at};
const emb__curve_table emb__curve_mish = {"mish_rest", "mish_curve", mish_at, mish_below};
const emb__curve_table emb__curve_hardswish = {"hardswish_rest", "hardswish_curve", hardswish_at,
                                               hardswish_at};
const emb__curve_table emb__curve_softplus = {"softplus_rest", "softplus_curve", softplus_at,
                                              softplus_at};
