/* The reader's language: which it is, texts in it, the signs of its numbers.
 *
 * Translated are what people read: messages, tables, help, figures. What scripts read (CSV, JSON,
 * arrays, models) is the same in all languages. English is the source; po/ has the others. */
#ifndef CLI_LANGUAGE_H
#define CLI_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define CLI_FORMAT_OF(text) __attribute__((format_arg(text)))
#else
#define CLI_FORMAT_OF(text)
#endif

/* From here on texts are in this language, written as "es", "es_ES.UTF-8" or "es@euro", the
 * library's too. False if there is no catalogue of it: nothing has changed then. "en" and "C" have
 * none, and are what the program begins with. */
bool cli_language_use(const char *name);
/* The same with a catalogue from a file that msgfmt made: for who translates, without building the
 * program. False if it is none. */
bool cli_language_use_file(const char *path);

/* While true, texts of this thread are English: for failures that programs read. Returns what it
 * was. */
bool cli_language_plain(bool plain);

/* "en", "es", ...: what texts are in now. */
const char *cli_language(void);
/* The language number `i` that there is, from 0 on; NULL behind the last one. */
const char *cli_language_name(size_t i);

/* The text in the reader's language. */
const char *cli_translated(const char *english) CLI_FORMAT_OF(1);
/* The form for `n` things: cli_plural(n, "%s image", "%s images"). */
const char *cli_plural(unsigned long n, const char *one, const char *many) CLI_FORMAT_OF(2)
    CLI_FORMAT_OF(3);

/* As gettext's manual has them: a text to be translated here, and one of a table that is translated
 * where it is used. */
#define _(text)  cli_translated(text)
#define N_(text) (text)
/* The same of a failure, which has a code. */
#define E_(text) text

/* The sign between a number's whole part and its decimals, '.' or ',', and between thousands. */
char cli_decimal_sign(void);
char cli_thousands_sign(void);

#endif
