/* What may come next on a command line that is being typed, from the same table as the help. */
#ifndef CLI_COMPLETION_WORDS_H
#define CLI_COMPLETION_WORDS_H

#include "core/strings.h"

/* Adds one line for each word that may stand in place of `current` behind `before` (NULL-ended,
 * without the program's name) and begins as it does: the word, a tab, what it means. A line
 * ":files" or ":folders" asks the shell for these as well. */
void cli_completion_words(cli_text *out, const char *const *before, const char *current);

#endif
