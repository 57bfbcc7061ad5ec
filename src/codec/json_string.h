/* The inside of a JSON string (RFC 8259, section 7), without allocating: libjansson ends the
 * process if memory runs out in the middle of a long string, and it copies a string twice. */
#ifndef EMB_CODEC_JSON_STRING_H
#define EMB_CODEC_JSON_STRING_H

/* Replaces, in place, the escapes between `begin`, after the opening quote, and `end`, the closing
 * quote, by what they stand for, and ends the text with a NUL. Returns NULL, or what is wrong: not
 * UTF-8, a control character, an unknown escape, half a surrogate pair, U+0000. */
const char *emb__json_unescape(char *begin, const char *end);

#endif
