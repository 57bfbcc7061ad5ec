/* The commands. A new one is a line here, one in commands.c, and a file with its row and function:
 * the row stands at that file's end, and needs nothing but the type in options.h. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "core/options.h"

extern const cli_command cli_command_train, cli_command_eval, cli_command_reconstruct,
    cli_command_encode, cli_command_decode, cli_command_plot, cli_command_classify,
    cli_command_compare, cli_command_report, cli_command_export, cli_command_import,
    cli_command_info, cli_command_data, cli_command_bench, cli_command_help;

/* For cli_commands_set. */
extern const cli_command *const cli_command_rows[];

#endif
