/* "-" for a file that is written: standard output. What a command writes goes into a file of a
 * folder of its own first, and from there to standard output once the command is done; a command
 * that prints its table anyway, or a stream, needs none.
 *
 * "-.svg" is the same as another kind of file than the usual one. */
#ifndef CLI_DASH_H
#define CLI_DASH_H

#include "core/options.h"

/* What the options that name files say in place of "-"; and --json, if the command has it, leaves
 * standard output to its answer. CLI_DONE, or the exit code with the message
 * printed: where a folder is wanted, a terminal would get bytes that are no text, or standard
 * output is wanted twice. */
int cli_dash_begin(cli_args *args);

/* Whether a command that writes this file writes to standard output. */
bool cli_dash_is(const char *file);

/* After the command: sends what it wrote, and removes it here. */
void cli_dash_end(void);

#endif
