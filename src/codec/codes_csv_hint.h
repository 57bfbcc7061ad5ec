/* Guesses at why a table cannot be read, from the habits of other programs. Only codes_csv.c uses
 * it. */
#ifndef EMB_CODEC_CODES_CSV_HINT_H
#define EMB_CODEC_CODES_CSV_HINT_H

#include <stdbool.h>
#include <stddef.h>

enum { EMB__CSV_HINT = 256 };

/* Writes the probable cause, with ": " before it, into `hint`, which is returned; "" if none is
 * known. `row` is a line of the file, `place` the number of rows before it, `columns` the number of
 * its fields and `wanted` the right number. */
const char *emb__csv_hint(const char *row, size_t length, size_t place, size_t columns,
                          size_t wanted, char hint[EMB__CSV_HINT]);

/* Whether a field is a name: it begins with a letter and is not a word for a missing number. */
bool emb__csv_is_name(const char *text, size_t length);

#endif
