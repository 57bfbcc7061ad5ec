/* A manual page's source, in the macros of man(7): text is escaped, so that any of it may be
 * anything. */
#ifndef CLI_ROFF_H
#define CLI_ROFF_H

#include "core/strings.h"

/* Text in a line, in a font ('R', 'B' or 'I'). */
void cli_roff_add(cli_text *out, char font, const char *text);

/* The page's first line, and what it is called and does. `section` is "1". */
void cli_roff_begin(cli_text *out, const char *name, const char *section, const char *summary);
void cli_roff_title(cli_text *out, const char *title);
void cli_roff_paragraph(cli_text *out, const char *text);

/* A label with a text behind it. Words of the label that begin with a dash are bold, others
 * italic. */
void cli_roff_option(cli_text *out, const char *label, const char *text);
/* The same with all of the label in one font. */
void cli_roff_row(cli_text *out, char font, const char *label, const char *text);

/* One line that stays as it is; `first` and `last` of such lines. */
void cli_roff_code(cli_text *out, const char *line, bool first, bool last);

/* "embudo-train(1)" among others; `more`: a comma follows. */
void cli_roff_reference(cli_text *out, const char *name, const char *section, bool more);

#endif
