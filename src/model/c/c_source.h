/* A network as C99 source: shared by c_source.c (the source), c_header.c (its header),
 * c_loops.c (loop nests), c_norm.c (normalisations), c_joins.c (sums of branches), c_curves.c,
 * c_numbers.c (arrays), c_helpers.c (functions), c_ends.c (the ends of sums) and c_pixels.c (from a
 * picture's bytes).
 *
 * Every loop has constant bounds. A sum's chain runs over kernel rows, kernel columns and input
 * channels; up to EMB__C_TILE neighbouring sums are computed side by side, so that a compiler keeps
 * them in registers and turns them into vectors.
 *
 * Owns: how stages (model/stages.h) and their whole numbers (model/int8/quantise.h) are written in
 * C.
 */
#ifndef EMB_MODEL_C_SOURCE_H
#define EMB_MODEL_C_SOURCE_H

#include "base/memory.h"
#include "model/int8/quantise.h"

enum { EMB__C_TILE = 64 };

/* One part of a network, "encode", while it is printed. */
typedef struct emb__c_part {
    const char *name;     /* before every identifier */
    const char *function; /* "encode" */
    const emb_net *net;
    const emb__stages *stages;
    const emb__quant *quant; /* NULL: float */
    size_t *places;          /* of tensors in the buffer; what is outside has none */
    size_t constants;        /* bytes, counted while printing */
} emb__c_part;

/* The C type of tensor i: "float", "uint8_t", "int8_t", "int16_t". */
const char *emb__c_type(const emb__c_part *part, int tensor);

/* "NAME_encoder_0" of a stage's function and, with an ending, its arrays. */
void emb__c_label(const emb__c_part *part, int stage, emb__text *out);

/* The stage's constant arrays. */
emb_status emb__c_arrays(emb__c_part *part, int stage, emb__text *out);

/* The stage's function, from in, or from in0, in1 and so on, to out. */
void emb__c_function(const emb__c_part *part, int stage, emb__text *out);

/* The body of a normalisation's function, and the function that those of these parts need, if there
 * are any (c_norm.c). */
void emb__c_norm(const emb__c_part *part, int stage, emb__text *out);
void emb__c_norm_helper(const emb__c_part *parts, int count, emb__text *out);

/* The body of the function of a stage that joins (c_joins.c). */
void emb__c_join(const emb__c_part *part, int stage, emb__text *out);

/* The body of the function of PReLU, Softmax or LogSoftmax; false for any other (c_curves.c). */
bool emb__c_own_curve(const emb__c_part *part, int stage, emb__text *out);

/* The body of the function of a codebook; false for any other (c_codebook.c). */
bool emb__c_codebook(const emb__c_part *part, int stage, emb__text *out);

/* Lines that end a sum: out[place] from the sum `sum`, whose number is `index`; all three are C
 * expressions. */
void emb__c_finish(const emb__c_part *part, int stage, const char *indent, const char *place,
                   const char *sum, const char *index, emb__text *out);

/* The helper functions and tables that the stages of these parts need, before the first of them.
 * Adds their constants to parts[0]. */
emb_status emb__c_helpers(emb__c_part *parts, int count, emb__text *out);

/* The table of a curve, which counts as the part's. */
void emb__c_table(emb__c_part *part, const emb__curve_table *curve, emb__text *out);

/* The tables of a stage that moves pixels, none for others, and the body of its function
 * (c_moves.c). */
void emb__c_plan(emb__c_part *part, int stage, emb__text *out);
void emb__c_move(const emb__c_part *part, int stage, emb__text *out);

/* "NAME_relu": the function of a kind of activation. */
void emb__c_curve(const emb__c_part *part, const emb__layer_kind *kind, emb__text *out);

/* A float as a C constant: "0.5f". */
void emb__c_float(float x, emb__text *out);

#endif
