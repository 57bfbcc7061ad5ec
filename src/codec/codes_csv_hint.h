/* Why a table is not as it should be: what other programs write. Used by codes_csv.c alone. */
#ifndef EMB_CODEC_CODES_CSV_HINT_H
#define EMB_CODEC_CODES_CSV_HINT_H

#include <stdbool.h>
#include <stddef.h>

enum { EMB__CSV_HINT = 128 };

/* What seems to be the cause, ": " before it, into `hint`, which is returned; "" where nothing is
 * known. `row` is a line of the file, `place` how many rows stand before it, `columns` its fields
 * and `wanted` those that are right. */
const char *emb__csv_hint(const char *row, size_t length, size_t place, size_t columns,
                          size_t wanted, char hint[EMB__CSV_HINT]);

/* Whether a field is a name: it begins with a letter, and is no word for a missing number. */
bool emb__csv_is_name(const char *text, size_t length);

#endif
