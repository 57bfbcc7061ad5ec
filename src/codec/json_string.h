/* The inside of a JSON string (RFC 8259, section 7), without allocating: libjansson ends the
 * process where its memory ends in the middle of a long string, and copies a string twice. */
#ifndef EMB_CODEC_JSON_STRING_H
#define EMB_CODEC_JSON_STRING_H

/* Replaces the escapes between `begin`, behind the opening quote, and `end`, the closing one, by
 * what they stand for, in place, with a NUL behind. NULL, or what is wrong: not UTF-8, a control
 * character, an unknown escape, half a surrogate pair, U+0000. */
const char *emb__json_unescape(char *begin, const char *end);

#endif
