/* The commands, for cli_commands_set. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "core/options.h"

extern const cli_command *const cli_command_rows[];

#endif
