/* The table of commands, in the order in which help lists them. See commands.h. */
#include "commands.h"

#include <stddef.h>

const cli_command *const cli_command_rows[] = {
    &cli_command_train,  &cli_command_eval,   &cli_command_reconstruct, &cli_command_encode,
    &cli_command_decode, &cli_command_plot,   &cli_command_classify,    &cli_command_compare,
    &cli_command_report, &cli_command_export, &cli_command_import,      &cli_command_info,
    &cli_command_data,   &cli_command_bench,  &cli_command_help,        NULL,
};
