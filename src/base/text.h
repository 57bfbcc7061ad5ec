/* Foreign text: bytes from files, names and options, on their way to a reader.
 *
 * Owns: what UTF-8 is, which characters are shown as themselves, and how each target writes the
 * others (emb_text_for and emb_text_back in embudo/base.h). */
#ifndef EMB_BASE_TEXT_H
#define EMB_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "embudo.h"

/* The length of the UTF-8 character with which the `left` bytes at `text` begin; the character goes
 * into *character. 0 if there is none: cut short, overlong, a surrogate, above U+10FFFF, or nothing
 * left. */
size_t emb__utf8_read(const char *text, size_t left, uint32_t *character);

/* Whether all of the text is UTF-8. */
bool emb__utf8_whole(const char *text, size_t length);

/* At most `most` of the `length` bytes, so that no character is cut in two: for "%.*s". */
int emb__utf8_fit(const char *text, size_t length, size_t most);
/* Both arguments of a "%.*s" that gives a string's first `most` bytes. */
#define EMB__CUT(text, most) emb__utf8_fit((text), strlen(text), (most)), (text)

#endif
