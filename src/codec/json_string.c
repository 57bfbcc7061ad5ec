/* See json_string.h. */
#include "codec/json_string.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "base/translate.h"

/* The four hexadecimal digits at `at`; false if there are other characters. */
static bool read_hex(const char *at, const char *end, uint32_t *unit) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    *unit = 0;
    if (end - at < 4) return false;
    for (int i = 0; i < 4; i++) {
        const char *digit = at[i] ? strchr(digits, at[i]) : NULL;
        if (!digit) return false;
        *unit = *unit << 4 | (uint32_t)((digit - digits) % 16);
    }
    return true;
}

static char *put_utf8(char *to, uint32_t c) {
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint32_t marks[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = (char)(marks[more] | c >> (6 * more));
    for (int i = more - 1; i >= 0; i--) *to++ = (char)(0x80 | (c >> (6 * i) & 0x3f));
    return to;
}

/* Reads what follows \u; a pair of surrogates is one character. What it writes is never longer than
 * what it read. */
static const char *read_unicode(const char **at, const char *end, char **to) {
    uint32_t c, low;
    if (!read_hex(*at, end, &c)) return N_("\\u without four hexadecimal digits");
    *at += 4;
    if (c == 0) return N_("U+0000 in a string");
    if (c >= 0xdc00 && c <= 0xdfff) return N_("half a surrogate pair");
    if (c >= 0xd800 && c <= 0xdbff) {
        const bool escaped = end - *at >= 2 && (*at)[0] == '\\' && (*at)[1] == 'u';
        if (!escaped || !read_hex(*at + 2, end, &low) || low < 0xdc00 || low > 0xdfff) {
            return N_("half a surrogate pair");
        }
        *at += 6;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    *to = put_utf8(*to, c);
    return NULL;
}

const char *emb__json_unescape(char *begin, const char *end) {
    static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *at = begin;
    char *to = begin;
    while (at < end) {
        if ((unsigned char)*at < 0x20) return N_("a control character in a string");
        if (*at != '\\') {
            uint32_t c;
            const size_t length = emb__utf8_read(at, (size_t)(end - at), &c);
            if (length == 0) return N_("the string is not UTF-8");
            memmove(to, at, length);
            at += length;
            to += length;
            continue;
        }
        const char escape = at[1], *name = escape ? strchr(names, escape) : NULL;
        at += 2;
        if (escape == 'u') {
            const char *wrong = read_unicode(&at, end, &to);
            if (wrong) return wrong;
            continue;
        }
        if (!name) return N_("an unknown escape in a string");
        *to++ = meanings[name - names];
    }
    *to = '\0';
    return NULL;
}
