/* Numbers as text and back. They rely on the C locale, which base/entry.h sets. */
#ifndef EMB_CODEC_NUMBER_H
#define EMB_CODEC_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* x as "%.9g" prints it, which reads back as the same float; returns its length without the NUL.
 */
enum { EMB__NUMBER_ROOM = 24 };
size_t emb__number_print(float x, char text[EMB__NUMBER_ROOM]);

/* Reads `length` bytes that are a decimal number and nothing else; false if they are not, or if the
 * number is too large for a float. The byte after them must be readable and not part of a
 * number. */
bool emb__number_read(const char *text, size_t length, float *x);

/* Writes x as Python reads it back: a finite number with the fewest digits that make the same
 * double, such as 0.01, 1e-05 or 1.0, an infinite one as float('inf'). Returns `text`. */
enum { EMB__REPR_ROOM = 32 };
const char *emb__number_repr(double x, char text[EMB__REPR_ROOM]);

/* The double with the fewest digits that becomes x as a float: 0.1 for 0.1f. */
double emb__number_of_float(float x);

#endif
