/* The activations, which do one thing to each number: what is particular to each, for the passes
 * and for the bridges to other formats. All of it is plain numbers and text. */
#ifndef EMB_NET_LAYERS_ACTIVATION_H
#define EMB_NET_LAYERS_ACTIVATION_H

#include "net/layer.h"
#include "net/layers/curve_tables.h"

/* How whole numbers (model/int8/quantise.h) compute a curve. */
typedef enum emb__whole_way {
    EMB__WHOLE_NONE,     /* they cannot: the export is refused */
    EMB__WHOLE_LIMITS,   /* y = x, within the kind's range */
    EMB__WHOLE_SLOPE,    /* y = x from 0 on, numbers[0] x below */
    EMB__WHOLE_TABLE,    /* y = table(x) */
    EMB__WHOLE_LOGISTIC, /* y = (1 + table(x / 2)) / 2 */
    EMB__WHOLE_BENT,     /* y = x from 0 on, numbers[0] table(x) below */
    EMB__WHOLE_RISE,     /* y = max(x, 0) + table(x) */
    EMB__WHOLE_WAYS
} emb__whole_way;

enum { EMB__CURVE_HELPERS = 3 };

/* A curve y = f(x; numbers): numbers[EMB__CURVE_ARGS] are the layer's arguments that are real
 * numbers or words, in their order; a word is its place among the words. */
struct emb__activation {
    emb__curve curve;             /* the kernels' */
    float fixed[EMB__CURVE_ARGS]; /* the numbers of a kind without arguments */
    /* Unless NULL: the error text, like compile's, if these numbers make no curve. */
    emb_status (*check)(const float *numbers);
    /* Whether the output does not tell the slope, so that the input must be kept; NULL: it does. */
    bool (*by_input)(const float *numbers);
    /* ONNX's operator, and its names for the numbers; they are its inputs if `inputs`, else its
     * attributes. Their defaults are PyTorch's. NULL: there is no operator. */
    struct {
        const char *op, *names[EMB__CURVE_ARGS];
        bool inputs;
        /* Unless NULL, what is written instead of the operator, of ONNX's version 17: operators
         * with their inputs and, last, their output, separated by "; ". x stands for the input, y
         * for the output, a and b for the numbers; each constant occurs once. It reads "Sigmoid x
         * s; Mul x s y", and may give NULL for the operator after all. */
        const char *(*formula)(const float *numbers);
    } onnx;
    /* A C99 expression of @, which stands for x, and of a and b, the numbers; and the functions
     * that it needs. $ stands for the prefix of all identifiers. NULL: it cannot be written in
     * C. */
    struct {
        const char *value, *helpers[EMB__CURVE_HELPERS];
    } c;
    struct {
        emb__whole_way way;
        const emb__curve_table *table;
        /* Unless NULL, instead of `table`: the one for these numbers; NULL if there is none, and
         * the export is refused. */
        const emb__curve_table *(*table_of)(const float *numbers);
        bool stretches; /* of a rise: it is that of x and y times numbers[0] */
    } whole;
};

/* The table of a layer's activation, NULL if it has none; and whether whole numbers compute it. */
const emb__curve_table *emb__activation_table(const emb__layer *layer);
bool emb__activation_is_whole(const emb__layer *layer);

/* NAME_exp_of(x) in C, as the rows' helpers. */
extern const char emb__c_exp[];

/* Whether an argument is one of the numbers, and how many of them a kind has. */
bool emb__activation_is_number(const emb__arg_kind *arg);
int emb__activation_numbers(const emb__layer_kind *kind);

#endif
