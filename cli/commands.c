/* The table of commands. Each command's own row, with its options, ranges, defaults and help,
 * stands at the end of its file. See options.h. */
#include "core/commands.h"

#include <stddef.h>
#include <string.h>

#include "core/message.h"

const cli_command *const cli_commands[] = {
    &cli_command_train,  &cli_command_eval,   &cli_command_reconstruct, &cli_command_encode,
    &cli_command_decode, &cli_command_plot,   &cli_command_classify,    &cli_command_compare,
    &cli_command_report, &cli_command_export, &cli_command_import,      &cli_command_info,
    &cli_command_data,   &cli_command_bench,  &cli_command_help,        NULL,
};

const cli_command *cli_command_find(const char *name) {
    for (const cli_command *const *command = cli_commands; *command; command++) {
        if (strcmp((*command)->name, name) == 0) return *command;
    }
    return NULL;
}

int cli_command_unknown(const char *name) {
    enum { MOST = 64 };
    const char *names[MOST + 1] = {NULL};
    int count = 0;
    for (const cli_command *const *c = cli_commands; *c && count < MOST; c++) {
        names[count++] = (*c)->name;
    }
    const char *nearest = cli_nearest(name, names);
    return cli_usage(NULL, "there is no command '%s'%s%s%s", name,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
}
