/* What the table of commands says, as the reader's words: labels, ranges, defaults. Help texts and
 * manual pages are made of these. Strings are to be freed with free(). */
#ifndef CLI_HELP_WORDS_H
#define CLI_HELP_WORDS_H

#include "core/options.h"

/* "-o, --output DIR". */
char *cli_option_label(const cli_option *option);
/* What it does, with range and default: "images in a step (1 to 65536; default 16)". */
char *cli_option_text(const cli_option *option);

char *cli_positional_text(const cli_positional *positional);

/* Options of all commands (core/general_options.h) and --help, from 0 on. False behind the
 * last. */
bool cli_common_option(size_t i, char **label, char **text);

/* "embudo train [OPTIONS] [DATASET]". */
char *cli_command_usage(const cli_command *command);

/* The program's exit codes, from 0 on: "130, 143" and what they mean. False behind the last. */
bool cli_exit_code(size_t i, const char **codes, const char **meaning);

#endif
