/* The table of commands, as main hands it down. commands.c lists the rows; options.h says what a
 * row holds. */
#ifndef CLI_COMMAND_TABLE_H
#define CLI_COMMAND_TABLE_H

#include "core/options.h"

/* The rows from here on, ended by NULL; they are kept, not copied. */
void cli_commands_set(const cli_command *const *commands);
const cli_command *const *cli_commands(void);

/* NULL if there is none of that name. */
const cli_command *cli_command_find(const char *name);

/* The action of a command that a word names; NULL. */
const cli_command *cli_command_action(const cli_command *command, const char *word);

/* The action that a word may be meant for, which names none; NULL. */
const char *cli_command_near_action(const cli_command *command, const char *word);

/* "embudo: expected one of get, list, got 'gte'; did you mean 'get'?" Returns CLI_USAGE. */
int cli_command_no_action(const cli_command *command, const char *word);

/* "embudo: there is no command 'trian'; did you mean 'train'?" Returns CLI_USAGE. */
int cli_command_unknown(const char *name);

#endif
