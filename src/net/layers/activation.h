/* The kinds that do one thing to each number: what is particular to one, for the passes and for
 * the bridges to other formats. All of it is plain numbers and text. */
#ifndef EMB_NET_LAYERS_ACTIVATION_H
#define EMB_NET_LAYERS_ACTIVATION_H

#include "net/layer.h"

/* tanh or the like, which whole numbers look up: f(x) of 0 <= x <= 8, from 0 to 1, and -f(-x) below
 * 0. In exported C, a function and an array of these names. */
typedef struct emb__curve_table {
    const char *function, *array;
    double (*of)(double x);
} emb__curve_table;

/* How whole numbers (model/int8/quantise.h) compute a curve. */
typedef enum emb__whole_way {
    EMB__WHOLE_NONE,     /* they cannot: exporting it is refused */
    EMB__WHOLE_LIMITS,   /* y = x, within the kind's range */
    EMB__WHOLE_SLOPE,    /* y = x from 0 on, numbers[0] x below */
    EMB__WHOLE_TABLE,    /* y = table(x) */
    EMB__WHOLE_LOGISTIC, /* y = (1 + table(x / 2)) / 2 */
    EMB__WHOLE_BENT,     /* y = x from 0 on, numbers[0] table(x) below */
    EMB__WHOLE_WAYS
} emb__whole_way;

enum { EMB__CURVE_HELPERS = 2 };

/* A curve y = f(x; numbers): numbers[EMB__CURVE_ARGS] are the layer's real arguments, in their
 * order. */
struct emb__activation {
    emb__curve curve; /* the kernels' */
    /* Whether the output doesn't tell the slope, so that the input has to be kept; NULL: it does.
     */
    bool (*by_input)(const float *numbers);
    /* ONNX's operator, and what it calls the numbers; its inputs rather than its attributes where
     * `inputs`. Their defaults are PyTorch's. NULL: it has none. */
    struct {
        const char *op, *names[EMB__CURVE_ARGS];
        bool inputs;
    } onnx;
    /* A C99 expression of @, the number x, and a and b, the numbers; the functions that it needs.
     * $ stands for what all identifiers begin with. NULL: it cannot be. */
    struct {
        const char *value, *helpers[EMB__CURVE_HELPERS];
    } c;
    struct {
        emb__whole_way way;
        const emb__curve_table *table;
    } whole;
};

/* How many of the numbers a kind has. */
int emb__activation_numbers(const emb__layer_kind *kind);

#endif
