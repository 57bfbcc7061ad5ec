/* Options that every command takes, also before its name: one row each, from which help is made and
 * whatever else lists options. */
#ifndef CLI_GENERAL_OPTIONS_H
#define CLI_GENERAL_OPTIONS_H

#include <stdbool.h>

#include "core/option_row.h"

/* What they say. Zeroed: none is given. */
typedef struct cli_general {
    const char *language, *config; /* borrowed; NULL: not given */
    bool quiet, strict, no_doctor;
} cli_general;

/* The rows, ended by a NULL name. */
const cli_option *cli_general_options(void);

/* Called first in the program: reads them from the whole line, up to "--", and chooses the
 * language. CLI_DONE, or CLI_USAGE with the message printed. */
int cli_general_begin(int argc, char **argv);

const cli_general *cli_general_given(void);

/* One of them as a file says it; what the line says stays. False if there is no such option; else
 * *good says whether it takes that value. `value` is kept; NULL: none. */
bool cli_general_take(const char *name, const char *value, bool *good);

/* How many of a command line's word and the one behind it (or NULL) are such an option and its
 * value; 0: the word is something else. */
int cli_general_words(const char *word, const char *next);

/* A flag's value, "yes", "true", "no" or "false". False if it is none of them. */
bool cli_flag_read(const char *text, bool *value);

#endif
