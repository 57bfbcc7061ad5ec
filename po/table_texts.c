/* Prints the texts of the commands' tables as a C file for xgettext: they are put together by
 * macros, which xgettext does not follow. */
#include <stdio.h>

#include "commands.h"

static void put(const char *text) {
    if (!text || !*text) return;
    printf("N_(\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') putchar('\\');
        if (*text == '\n') {
            printf("\\n");
        } else {
            putchar(*text);
        }
    }
    printf("\")\n");
}

static void put_command(const cli_command *command) {
    put(command->summary);
    put(command->about);
    for (int i = 0; i < CLI_MAX_EXAMPLES; i++) put(command->examples[i].meaning);
    for (const cli_positional *p = command->positionals; p->name; p++) {
        put(p->name);
        put(p->help);
    }
    for (const cli_option *option = command->options; option->name; option++) {
        if (option->type != CLI_CHOICE) put(option->value);
        put(option->help);
    }
    for (const cli_command *const *a = command->actions; a && *a; a++) put_command(*a);
}

int main(void) {
    for (const cli_command *const *row = cli_command_rows; *row; row++) put_command(*row);
    return 0;
}
