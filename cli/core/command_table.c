/* See command_table.h. */
#include "core/command_table.h"

#include <stddef.h>
#include <string.h>

#include "core/message.h"

static const cli_command *const none[] = {NULL};
static const cli_command *const *table = none;

void cli_commands_set(const cli_command *const *commands) { table = commands; }

const cli_command *const *cli_commands(void) { return table; }

const cli_command *cli_command_find(const char *name) {
    for (const cli_command *const *command = table; *command; command++) {
        if (strcmp((*command)->name, name) == 0) return *command;
    }
    return NULL;
}

int cli_command_unknown(const char *name) {
    enum { MOST = 64 };
    const char *names[MOST + 1] = {NULL};
    int count = 0;
    for (const cli_command *const *c = table; *c && count < MOST; c++) {
        names[count++] = (*c)->name;
    }
    const char *nearest = cli_nearest(name, names);
    return cli_usage(NULL, "there is no command '%s'%s%s%s", name,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
}
