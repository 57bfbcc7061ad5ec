/* The numbers of an axis: 1, 2 or 5 times a power of ten, and how they are written. */
#ifndef EMB_DRAW_TICKS_H
#define EMB_DRAW_TICKS_H

#include "base/status.h"

enum {
    EMB__MOST_TICKS = 64,
    EMB__TICK_LETTERS = 24, /* of a name; a longer one is cut and ends in "..." */
    EMB__TICK_TEXT = 4 * EMB__TICK_LETTERS + 16
};

typedef struct emb__ticks {
    int count;
    double at[EMB__MOST_TICKS];
    char text[EMB__MOST_TICKS][EMB__TICK_TEXT]; /* with a minus sign, not a hyphen */
} emb__ticks;

/* At most `most` (2..EMB__MOST_TICKS) steps within [from, to], from < to, both finite. `whole`: no
 * step below 1. */
emb__ticks emb__ticks_linear(double from, double to, int most, bool whole);
/* The same for a logarithmic axis, 0 < from < to: powers of ten, and 2 and 5 times those if there
 * is room. */
emb__ticks emb__ticks_log(double from, double to, int most);

/* Those of `count` given places that are within [from, to], in their order. */
emb__ticks emb__ticks_at(const double *at, size_t count, double from, double to);

/* Widens [*from, *to] to whole steps of its linear ticks. */
void emb__ticks_widen(double *from, double *to, int most);

#endif
