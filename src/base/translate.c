/* Messages in the reader's language. See translate.h. */
#include "base/translate.h"

#include <stdatomic.h>
#include <stdio.h>

static _Atomic(emb_translator) current;

void emb_set_translator(emb_translator translator) { atomic_store(&current, translator); }

const char *emb__translated_plural(const char *one, const char *many, unsigned long n) {
    emb_translator translator = atomic_load(&current);
    if (!translator) return many && n != 1 ? many : one;
    return translator(one, many, n);
}

const char *emb__translated(const char *english) {
    return emb__translated_plural(english, NULL, 1);
}

void emb__say_list(char *text, size_t size, const char *format, va_list list) {
    if (vsnprintf(text, size, emb__translated(format), list) < 0) text[0] = '\0';
}
