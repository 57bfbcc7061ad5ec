/* Help texts, made from the table of commands. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "core/options.h"
#include "help/help_topics.h"

/* The program's own help, a command's and a topic's, to be freed with cli_text_free. `width` in
 * columns. */
cli_text cli_help_program(size_t width);
cli_text cli_help_command(const cli_command *command, size_t width);
cli_text cli_help_topic(const cli_topic *topic, size_t width);

/* Prints the command's help, or the program's for NULL, on standard output. The exit code. */
int cli_help_print(const cli_command *command);

#endif
