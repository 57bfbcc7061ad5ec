/* The language of messages: what the host gave to emb_set_translator. */
#ifndef EMB_BASE_TRANSLATE_H
#define EMB_BASE_TRANSLATE_H

#include <stdarg.h>
#include <stddef.h>

#include "embudo.h"

#if defined(__GNUC__)
#define EMB__FORMAT_OF(text) __attribute__((format_arg(text)))
#else
#define EMB__FORMAT_OF(text)
#endif

/* The text in the reader's language; the text itself if there is no translator. */
const char *emb__translated(const char *english) EMB__FORMAT_OF(1);

/* Of two forms, the one for `n` things, translated. */
const char *emb__translated_plural(const char *one, const char *many, unsigned long n)
    EMB__FORMAT_OF(1) EMB__FORMAT_OF(2);

/* vsnprintf with the format translated, and %g and its kin in it written with the reader's decimal
 * sign, but %lg as it is typed, with a point. `text` is empty if that fails. */
void emb__say_list(char *text, size_t size, const char *format, va_list list);

/* The same for a part of an error text: the next emb__fail on this thread is known by this
 * format. */
void emb__fail_part(char *out, size_t size, const char *format, va_list list);

void emb__set_decimal_sign(char sign);

/* A text that is picked from a table and translated where it is used. */
#define N_(text) text
/* The same, of a failure. */
#define E_(text) text
#define _(text)  emb__translated(text)
/* The form for `n` things. */
#define P_(n, one, many) emb__translated_plural(one, many, (unsigned long)(n))

#endif
