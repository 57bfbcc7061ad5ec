/* Messages in the reader's language. See translate.h. */
#include "base/translate.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT = 2048, BEGIN = '\1', END = '\2' }; /* signs around a number that vsnprintf writes */

static _Atomic(emb_translator) current;
static _Atomic char decimal_sign = '.';

void emb__set_decimal_sign(char sign) { atomic_store(&decimal_sign, sign); }

void emb_set_translator(emb_translator translator) { atomic_store(&current, translator); }

const char *emb__translated_plural(const char *one, const char *many, unsigned long n) {
    emb_translator translator = atomic_load(&current);
    if (!translator) return many && n != 1 ? many : one;
    return translator(one, many, n);
}

const char *emb__translated(const char *english) {
    return emb__translated_plural(english, NULL, 1);
}

/* Puts the signs around each conversion of a real number. False: there is none, or no room. */
static bool mark_reals(const char *format, char marked[FORMAT]) {
    size_t used = 0;
    bool any = false;
    for (const char *at = format; *at;) {
        const size_t plain = strcspn(at, "%");
        size_t length = 0;
        if (at[plain]) length = 1 + strspn(at + plain + 1, "0123456789.*$-+ #hlzjt") + 1;
        if (used + plain + length + 3 > FORMAT) return false;
        memcpy(marked + used, at, plain);
        used += plain;
        at += plain;
        if (length == 0) break;
        if (!at[length - 1]) return false;
        const bool real = strchr("eEfFgG", at[length - 1]) && at[length - 2] != 'l';
        if (real) marked[used++] = BEGIN;
        memcpy(marked + used, at, length);
        used += length;
        if (real) marked[used++] = END;
        at += length;
        any = any || real;
    }
    marked[used] = '\0';
    return any;
}

/* Takes the signs out again, with the reader's decimal sign in the numbers. */
static void write_reals(char *text, char sign) {
    char *to = text;
    for (const char *at = text; *at;) {
        const size_t length = *at == BEGIN ? strspn(at + 1, " 0123456789.+-einfaINFEA") : 0;
        const char end = length > 0 ? at[length + 1] : BEGIN;
        if (end != END && end != '\0') { /* a sign of the text's own, or none */
            *to++ = *at++;
            continue;
        }
        at++;
        for (size_t i = 0; i < length; i++, at++) *to++ = *at == '.' ? sign : *at;
        if (*at) at++;
    }
    *to = '\0';
}

void emb__say_list(char *text, size_t size, const char *format, va_list list) {
    char marked[FORMAT];
    const char sign = atomic_load(&decimal_sign), *translated = emb__translated(format);
    const bool reals = sign != '.' && mark_reals(translated, marked);
    if (vsnprintf(text, size, reals ? marked : translated, list) < 0) {
        text[0] = '\0';
    } else if (reals) {
        write_reals(text, sign);
    }
}
