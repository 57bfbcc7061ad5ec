/* Files of options (--config): a line "NAME = VALUE" for each, named as on the command line without
 * the dashes; for a flag NAME alone, or yes or no; arguments by their names in small letters
 * ("dataset = mnist"). # begins a comment; "..." keeps blanks and #.
 *
 * A file becomes words before those of the command line, which therefore wins. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "core/options.h"

typedef struct cli_config {
    char **words; /* the whole line, NULL-ended; the program's own where there is no file */
    int count;
    cli_text text; /* the file's */
    char **made;   /* `words`, where they are ours */
    char *missing; /* an argument of the file that leads nowhere from here; NULL: none */
} cli_config;

/* The line with the file's options in it, if the line has --config; else the line. CLI_DONE, or
 * CLI_USAGE or CLI_FAILED with the message printed. Free it in any case, after the last use of its
 * words. */
int cli_config_read(cli_config *config, const cli_command *command, int argc, char **argv);
void cli_config_free(cli_config *config);

#endif
