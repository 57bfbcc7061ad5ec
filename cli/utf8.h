/* Characters in bytes that may be anything: names of files, contents of files. */
#ifndef CLI_UTF8_H
#define CLI_UTF8_H

#include <stddef.h>

/* Bytes of the UTF-8 character at s, or 0 where there is none: truncated, overlong, a surrogate or
 * above U+10FFFF. `s` ends with a NUL, which is a character of one byte. */
size_t cli_utf8_length(const unsigned char *s);

#endif
