/* See py_text.h. */
#include "net/python/py_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void emb__py_quoted_read(const char *token, size_t length, emb__py_quoted *quoted) {
    *quoted = (emb__py_quoted){0};
    size_t at = 0;
    while (token[at] != '"' && token[at] != '\'') {
        const int letter = token[at++] | 0x20;
        if (letter == 'r') quoted->raw = true;
        if (letter == 'f') quoted->format = true;
    }
    const size_t left = length - at;
    const size_t ends =
        left >= 6 && token[at] == token[at + 1] && token[at] == token[at + 2] ? 3 : 1;
    quoted->text = token + at + ends;
    quoted->length = left - 2 * ends;
}

/* What an escape of one letter stands for; 0: it is no such escape. */
static char escaped(char letter) {
    static const char letters[] = "\\'\"abfnrtv", meanings[] = "\\'\"\a\b\f\n\r\t\v";
    const char *found = letter ? strchr(letters, letter) : NULL;
    return found ? meanings[found - letters] : 0;
}

const char *emb__py_unescape(emb__py_arena *arena, const char *text, size_t length, bool raw,
                             int *out_length) {
    char *copy = emb__py_alloc(arena, length + 1), *to = copy;
    if (!copy) return NULL;
    for (size_t i = 0; i < length; i++) {
        const char next = i + 1 < length ? text[i + 1] : 0;
        if (raw || text[i] != '\\' || !next) {
            *to++ = text[i] ? text[i] : '?';
        } else if (next == '\n') {
            i++;
        } else if (escaped(next)) {
            *to++ = escaped(next);
            i++;
        } else if (next >= '0' && next <= '7') {
            *to++ = '?';
            i++;
        } else {
            *to++ = text[i];
        }
    }
    *out_length = (int)(to - copy);
    return copy;
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 16;
}

bool emb__py_read_whole(const char *text, size_t length, int64_t *number) {
    const int letter = length > 2 && text[0] == '0' ? text[1] | 0x20 : 0;
    const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
    *number = 0;
    for (size_t i = base == 10 ? 0 : 2; i < length; i++) {
        if (text[i] == '_') continue;
        if (digit_of(text[i]) >= base) return false;
        if (__builtin_mul_overflow(*number, base, number) ||
            __builtin_add_overflow(*number, digit_of(text[i]), number)) {
            return false;
        }
    }
    return length > 0;
}

bool emb__py_read_real(const char *text, size_t length, double *number) {
    char plain[65], *end;
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '_') continue;
        if (count == sizeof plain - 1 || !strchr("0123456789.eE+-", text[i])) return false;
        plain[count++] = text[i];
    }
    plain[count] = '\0';
    *number = strtod(plain, &end);
    return count > 0 && *end == '\0' && isfinite(*number);
}
