/* Text for the program: strings that grow, strings that are made, numbers as people read them.
 *
 * If the system has no memory, the program ends with one line and exit code 1: nothing here returns
 * NULL. (The library never ends a process; the program may.) */
#ifndef CLI_STRINGS_H
#define CLI_STRINGS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <embudo.h>

#if defined(__GNUC__)
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

void *cli_alloc(size_t bytes);

/* A text that grows. Zeroed is empty; `bytes` is then NULL. */
typedef struct cli_text {
    char *bytes;
    size_t length, capacity;
} cli_text;

void cli_text_add(cli_text *text, const char *format, ...) CLI_PRINTF(2, 3);
void cli_text_bytes(cli_text *text, const void *bytes, size_t count);
/* Adds foreign text as emb_text_for writes it. */
void cli_text_for(cli_text *text, emb_target target, const char *foreign);
void cli_text_free(cli_text *text);

/* Foreign text made safe for a terminal, for printf's "%s": a file's name, or text from a file.
 * Every such text on standard output goes through this; messages on standard error do so by
 * themselves. Returns the text itself if it is plain; else a copy that is valid for the next
 * CLI_SHOWN_AT_ONCE calls. */
enum { CLI_SHOWN_AT_ONCE = 16 };
const char *cli_shown(const char *foreign);

/* A file's name as UTF-8, from which cli_name_back restores it; both to be freed. */
char *cli_name_kept(const char *name);
char *cli_name_back(const char *kept);

/* A new string, to be freed with free(). */
char *cli_format(const char *format, ...) CLI_PRINTF(1, 2);
char *cli_format_list(const char *format, va_list list);

/* Columns that UTF-8 text takes, for letters of one column each. */
int cli_columns(const char *text);

/* So many columns of it at most, to be freed: "..." is in the place of what is left out at its end
 * or, `end` true, before its end. */
char *cli_cut(const char *text, int columns, bool end);

bool cli_ends_with(const char *text, const char *ending);

/* Numbers for people, with the signs of the language (language.h); not for what scripts read. */

/* 48000 as "48,000" or "48.000". Returns `text`. */
enum { CLI_NUMBER_SIZE = 32 };
const char *cli_thousands(uint64_t number, char text[CLI_NUMBER_SIZE]);

/* The number in the text, which printf wrote, gets the language's decimal sign. Returns `text`. */
const char *cli_decimals(char *text);

/* A number of which nothing is known, with six digits at most. */
const char *cli_number(double number, char text[CLI_NUMBER_SIZE]);

/* As it is typed, in every language: the shortest decimal that reads back as the same double: 0.2,
 * not 0.20000000000000001. */
const char *cli_shortest(double number, char text[CLI_NUMBER_SIZE]);

/* An error with so many digits after the point or, if these would not show it, as 3.2e-09. */
const char *cli_error_text(double error, int digits, char text[CLI_NUMBER_SIZE]);

/* Seconds as "0:12" or "2:03:45". */
const char *cli_duration(double seconds, char text[CLI_NUMBER_SIZE]);

/* Bytes as "812 bytes", "1.9 MB" (10^6) or "2.1 GB". */
const char *cli_size(size_t bytes, char text[CLI_NUMBER_SIZE]);

#endif
