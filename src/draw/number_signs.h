/* Numbers on pictures, with the signs of the reader's language. */
#ifndef EMB_DRAW_NUMBER_SIGNS_H
#define EMB_DRAW_NUMBER_SIGNS_H

#include <stddef.h>

/* Gives a number that printf wrote ("48000", "0.25", "1e-06", and whatever follows it) the signs of
 * emb_set_number_signs. text[size]; thousands that find no room stay as they are. */
void emb__number_signs(char *text, size_t size);

#endif
