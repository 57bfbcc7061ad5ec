/* The arithmetic of the notation: Python's, of whole numbers with 63 bits and of real ones.
 *
 * Owns: which operations there are, how tightly they bind, what each makes and refuses. Does not
 * own: where their numbers come from (notation_value.c). */
#ifndef EMB_NET_NOTATION_OPERATION_H
#define EMB_NET_NOTATION_OPERATION_H

#include <stdint.h>

/* apply() sets *out and returns NULL, or returns what is wrong: the format of a failure that gets
 * the left number, the sign and the right number, as texts. */
typedef struct emb__operation {
    int sign, level;
    const char *name;
    const char *(*apply)(int64_t a, int64_t b, int64_t *out);
    double (*real)(double a, double b); /* if one of them is not whole; NULL: refused */
} emb__operation;

enum { EMB__OPERATION_LEVELS = 2 };

/* The operation of a sign, a token's kind, at a level; NULL if there is none. */
const emb__operation *emb__operation_find(int sign, int level);

/* As apply(), of numbers of which one is not whole. */
const char *emb__operation_of_reals(const emb__operation *op, double a, double b, double *out);

#endif
