/* What is said of a network whose decoder does not give back its input: the last layers with their
 * shapes, and what would fit, found by trying. */
#ifndef EMB_NET_SHAPE_ADVICE_H
#define EMB_NET_SHAPE_ADVICE_H

#include "net/spec.h"

/* After such a failure: puts a longer text in the place of the error's. Any other failure stays as
 * it is. */
void emb__shape_advise(const emb__spec *spec);

#endif
