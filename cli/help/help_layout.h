/* Words in columns: what a help text is laid out with. */
#ifndef CLI_HELP_LAYOUT_H
#define CLI_HELP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/strings.h"

/* The width of help texts on standard output, in columns. */
size_t cli_layout_width(void);

/* Columns that the first `length` bytes of UTF-8 text take. */
size_t cli_layout_columns(const char *text, size_t length);

/* Adds words from column `at` on, broken at `width`, continued at column `indent`, and ends the
 * line. */
void cli_layout_words(cli_text *out, const char *words, size_t at, size_t indent, size_t width);

/* "  label      text", the text starting at `column`, or on the next line if the label is longer. A
 * label that is too wide is broken behind a '|'. */
void cli_layout_row(cli_text *out, const char *label, const char *text, size_t column,
                    size_t width);

/* An empty line and the title. */
void cli_layout_title(cli_text *out, const char *title);

#endif
