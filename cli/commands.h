/* The commands. A new one is a row in commands.c, a line here and a file with its function. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "options.h"

/* Ends with a NULL name. */
extern const cli_command cli_commands[];

/* NULL where there is none of that name. */
const cli_command *cli_command_find(const char *name);

/* "embudo: there is no command 'trian'; did you mean 'train'?" Returns CLI_USAGE. */
int cli_command_unknown(const char *name);

/* Each reads its arguments, does its work and returns the exit code. */
int cli_train(const cli_args *args);
int cli_eval(const cli_args *args);
int cli_reconstruct(const cli_args *args);
int cli_info(const cli_args *args);
int cli_bench_main(const cli_args *args);
int cli_help(const cli_args *args);

#endif
