/* Faults in the pieces of work: each call of a kind fails in turn, the first, the second, ... until
 * the piece needs no more. After the hundredth every seventh does; with FAULTS=all in the
 * environment every one, and with FAULTS=few fewer.
 *
 * Each time there is an error of one line or the very result of a run without faults, nothing is
 * left allocated or open, no half-written file lies about, and what was on disk before can be
 * opened. */
#ifndef EMB_TESTS_FAULT_PIECES_H
#define EMB_TESTS_FAULT_PIECES_H

#include "support/faults.h"
#include "support/pieces.h"

typedef struct fault_kind {
    fault_call call;
    int error;      /* as in faults.h */
    size_t most[3]; /* how many calls then fail, one after the other; 0 ends them */
} fault_kind;

/* How many calls have failed. */
size_t fault_piece(const piece *p, const fault_kind *kinds, size_t count);

#endif
