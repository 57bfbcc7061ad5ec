/* Numbers as text and back, the same in every locale. */
#ifndef EMB_FORMATS_NUMBER_H
#define EMB_FORMATS_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* While it lasts, this thread writes and reads numbers with a point, as in C. */
typedef struct emb__locale {
    void *c, *before; /* locale_t */
} emb__locale;
emb__locale emb__locale_begin(void);
void emb__locale_end(emb__locale locale);

/* x as "%.9g" prints it, which reads back as the same float; returns its length without the NUL. An
 * emb__locale must last. */
enum { EMB__NUMBER_ROOM = 24 };
size_t emb__number_print(float x, char text[EMB__NUMBER_ROOM]);

/* Reads `length` bytes that are a decimal number and nothing else; false where they are not, or too
 * large for a float. What follows them must be readable and no part of a number. An emb__locale
 * must last. */
bool emb__number_read(const char *text, size_t length, float *x);

#endif
