/* Help texts, made from the table of commands. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "core/options.h"

/* The program's own help, and a command's, to be freed with cli_text_free. `width` in columns. */
cli_text cli_help_program(int width);
cli_text cli_help_command(const cli_command *command, int width);

/* Prints the command's help, or the program's for NULL, on standard output. The exit code. */
int cli_help_print(const cli_command *command);

#endif
