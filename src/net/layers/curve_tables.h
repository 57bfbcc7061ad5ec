/* Curves that whole numbers (model/int8/quantise.h) look up. */
#ifndef EMB_NET_LAYERS_CURVE_TABLES_H
#define EMB_NET_LAYERS_CURVE_TABLES_H

/* f(x), from -1 to 1, for 0 <= x <= 8; beyond that it is as at 8. In exported C it is a function
 * and an array of these names. */
typedef struct emb__curve_table {
    const char *function, *array;
    double (*of)(double x);
    double (*below)(double x); /* f(-x), which may be `of` itself; NULL: -f(x) */
} emb__curve_table;

extern const emb__curve_table emb__curve_tanh, emb__curve_decay; /* 1 - e^-x */

/* What these curves are without max(x, 0). */
extern const emb__curve_table emb__curve_silu, emb__curve_gelu, emb__curve_gelu_tanh,
    emb__curve_mish, emb__curve_hardswish, emb__curve_softplus;

#endif
