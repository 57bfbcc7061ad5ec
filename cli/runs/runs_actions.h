/* What `embudo runs` does: each action is a command's row at the end of its file, runs_NAME.c. A
 * new one is a line here and in runs_command.c. */
#ifndef CLI_RUNS_ACTIONS_H
#define CLI_RUNS_ACTIONS_H

#include "core/options.h"

extern const cli_command cli_runs_compare, cli_runs_remove, cli_runs_rename;

#endif
