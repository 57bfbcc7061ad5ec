/* What `embudo data` does: each action is a command's row at the end of its file, action_NAME.c. A
 * new one is a line here and in data.c. */
#ifndef CLI_DATA_ACTIONS_H
#define CLI_DATA_ACTIONS_H

#include "core/options.h"

extern const cli_command cli_action_list, cli_action_get, cli_action_export, cli_action_cache,
    cli_action_preview;

#define CLI_LIST_HELP "a list of sets to use instead of the known ones"

#endif
