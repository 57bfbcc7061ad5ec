/* Notations parsed and printed, for the tests of each side of them. */
#ifndef EMB_TESTS_NOTATIONS_H
#define EMB_TESTS_NOTATIONS_H

#include <stdbool.h>

#include "net/layer.h"
#include "net/notation/notation.h"
#include "support/support.h"

/* Parses a copy of exactly `length` bytes as "t", so that a sanitizer sees a read past its end. */
emb_status notation_parse(const char *text, size_t length, int latent, emb__spec *spec);

bool notation_same(const emb__spec *a, const emb__spec *b);

/* Prints the spec, checks that this parses back to it and prints the same; returns the text. */
char *notation_round_trip(const emb__spec *spec);

/* The text parses, and prints as `canonical`; or it does not, with this error and no spec. */
void notation_prints(const char *text, size_t length, int latent, const char *canonical);
void notation_fails(const char *text, size_t length, int latent, const char *error);
void notation_cleared(const emb__spec *spec);

#endif
