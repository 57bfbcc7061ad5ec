/* Messages as the reader's language has them. A message is a printf format in English that is
 * translated here, so who writes one need not mark it; numbers get the language's decimal sign, and
 * the width of a text counts columns. What scripts read is made by cli_format and cli_text_add
 * (strings.h), which change nothing.
 *
 * A translation may order conversions ("%2$s"). Known are d i u x c s f g e %, with the lengths h,
 * l, ll, z and j, widths and precisions. */
#ifndef CLI_TOLD_H
#define CLI_TOLD_H

#include <stdarg.h>

#include "core/language.h"
#include "core/strings.h"

/* To be freed with free(). */
char *cli_told(const char *format, ...) CLI_PRINTF(1, 2);
char *cli_told_list(const char *format, va_list list);

/* The same behind what the text has. */
void cli_text_tell(cli_text *text, const char *format, ...) CLI_PRINTF(2, 3);

/* The same on standard output, as part of a result that people read. */
void cli_print(const char *format, ...) CLI_PRINTF(1, 2);

#endif
