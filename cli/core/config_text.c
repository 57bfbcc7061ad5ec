/* See config_text.h. */
#include "core/config_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/message.h"

/* An option of the line, or an argument. */
typedef struct entry {
    const cli_option *option; /* NULL: an argument */
    int argument;
    const char *value; /* NULL: a flag */
} entry;

/* Those that say where something is written, or how it is told: they are not the work. */
static bool is_left_out(const cli_option *option) {
    static const char *const names[] = {"output", "step-log", "json", "print-folder", "open",
                                        "resume", "serve",    "stay", "port",         "host"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(option->name, names[i]) == 0) return true;
    }
    return false;
}

/* The last one counts, but for --set, of which each does. */
static bool comes_again(const entry *entries, int count, int i) {
    const cli_option *option = entries[i].option;
    if (!option || strcmp(option->name, "set") == 0) return false;
    for (int k = i + 1; k < count; k++) {
        if (entries[k].option == option) return true;
    }
    return false;
}

/* Quoted if the reader would take it for something else. */
static void add_value(cli_text *out, const char *value) {
    const size_t length = strlen(value);
    const char *hash = strchr(value, '#');
    bool plain = length > 0 && !hash && *value != '"' && value[strcspn(value, "\n\r\t")] == '\0';
    plain = plain && *value != ' ' && value[length - 1] != ' ';
    if (plain) {
        cli_text_add(out, "%s", value);
        return;
    }
    cli_text_add(out, "\"");
    for (; *value; value++) {
        const char letter = *value == '\n' ? 'n' : *value == '\t' ? 't' : *value == '\r' ? 'r' : 0;
        if (letter || *value == '"' || *value == '\\') cli_text_add(out, "\\");
        cli_text_bytes(out, letter ? &letter : value, 1);
    }
    cli_text_add(out, "\"");
}

static void add_entry(cli_text *out, const cli_command *command, const entry *e) {
    if (e->option) {
        cli_text_add(out, "%s", e->option->name);
    } else {
        const char *name = command->positionals[e->argument].name;
        for (; *name && *name != '|'; name++) {
            const char letter = (char)tolower((unsigned char)*name);
            cli_text_bytes(out, &letter, 1);
        }
    }
    cli_text_add(out, " = ");
    add_value(out, e->value ? e->value : "yes");
    cli_text_add(out, "\n");
}

/* All that the line has, in its order. Returns how many. */
static int find_entries(cli_scan scan, entry *entries) {
    const cli_command *command = scan.command;
    int count = 0, argument = 0;
    for (cli_scanned word; cli_scan_next(&scan, &word);) {
        const cli_positional *rows = command->positionals;
        if (word.option && !is_left_out(word.option)) {
            entries[count++] = (entry){.option = word.option, .value = word.value};
        } else if (!word.option && word.value && rows[argument].name) {
            entries[count++] = (entry){.argument = argument, .value = word.value};
            const bool more = argument + 1 < CLI_MAX_POSITIONALS && rows[argument + 1].name;
            argument += more || !command->many;
        }
    }
    return count;
}

/* What the lines alone do not say, as comments: any letter may be in a folder's name. */
static void add_origin(cli_text *out, const cli_config_origin *origin) {
    char *here = realpath(".", NULL);
    const char *directory = origin->directory ? origin->directory : here;
    if (directory) {
        cli_text shown = {0};
        cli_text_for(&shown, EMB_SHOWN, directory);
        cli_text_tell(out, "# Names of files are as in the folder %s\n", shown.bytes);
        free(shown.bytes);
    }
    free(here);
    if (!origin->respanned) return;
    cli_text_add(out, "%s",
                 _("# The run was planned with fewer epochs at first, and its schedule spanned "
                   "those: a run of this file has\n# other learning rates, and other bits.\n"));
}

static cli_text print(const cli_command *command, int argc, char **argv,
                      const cli_config_origin *origin) {
    cli_text out = {0};
    entry *entries = cli_alloc(((size_t)argc + 1) * sizeof *entries);
    const int count =
        find_entries((cli_scan){.command = command, .argc = argc, .argv = argv}, entries);
    cli_text_tell(&out,
                  "# embudo %s: embudo %s --config FILE repeats this. What is not named has its "
                  "default.\n",
                  emb_version(), command->name);
    add_origin(&out, origin);
    for (int i = 0; i < count; i++) {
        if (!comes_again(entries, count, i)) add_entry(&out, command, &entries[i]);
    }
    free(entries);
    return out;
}

bool cli_config_keep(const cli_command *command, int argc, char **argv, const char *folder,
                     const cli_config_origin *origin) {
    cli_text text = print(command, argc, argv, origin);
    char *path = cli_format("%s/config.txt", folder);
    const bool good = emb_file_write(path, text.bytes, text.length) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    free(path);
    cli_text_free(&text);
    return good;
}
