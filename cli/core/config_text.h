/* The file of options that repeats a command line. */
#ifndef CLI_CONFIG_TEXT_H
#define CLI_CONFIG_TEXT_H

#include <stdbool.h>

#include "core/options.h"

/* What a file says of the run besides its line. */
typedef struct cli_config_origin {
    const char *directory; /* where the line was typed; NULL: here */
    bool respanned;        /* its schedule spans more epochs than it did when it began */
} cli_config_origin;

/* Writes it to folder/config.txt: all that the line has, except for the general options and for
 * where it writes what. False with the error printed. */
bool cli_config_keep(const cli_command *command, int argc, char **argv, const char *folder,
                     const cli_config_origin *origin);

#endif
