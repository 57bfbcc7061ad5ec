/* See command_table.h. */
#include "core/command_table.h"

#include <stddef.h>
#include <string.h>

#include "core/message.h"
#include "core/suggest.h"

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

/* The word behind the command's own. */
static const char *action_word(const cli_command *action) { return strchr(action->name, ' ') + 1; }

const cli_command *cli_command_action(const cli_command *command, const char *word) {
    const cli_command *const *action = command->actions ? command->actions : none;
    for (; word && *action; action++) {
        if (strcmp(action_word(*action), word) == 0) return *action;
    }
    return NULL;
}

const char *cli_command_near_action(const cli_command *command, const char *word) {
    enum { MOST = 16 };
    const char *words[MOST + 1] = {NULL};
    for (int i = 0; i < MOST && command->actions && command->actions[i]; i++) {
        words[i] = action_word(command->actions[i]);
    }
    return cli_nearest(word, words);
}

int cli_command_no_action(const cli_command *command, const char *word) {
    cli_text all = {0};
    for (int i = 0; command->actions[i]; i++) {
        cli_text_add(&all, "%s%s", i ? ", " : "", action_word(command->actions[i]));
    }
    const char *nearest = cli_command_near_action(command, word);
    const int code = cli_usage(command->name, "expected one of %s, got '%s'%s%s%s", all.bytes, word,
                               nearest ? _("; did you mean '") : "", nearest ? nearest : "",
                               nearest ? "'?" : "");
    cli_text_free(&all);
    return code;
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
                     nearest ? _("; did you mean '") : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
}
