/* The formula by which a language counts. */
#ifndef CLI_PLURAL_FORM_H
#define CLI_PLURAL_FORM_H

#include <stddef.h>

/* Which form of a language counts for `n`, by the formula of its catalogue ("nplurals=2; plural=n
 * != 1;", a formula of C); 0 if the formula cannot be read. */
size_t cli_plural_form(const char *text, unsigned long n);

#endif
