/* See dash.h. */
#include "core/dash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/message.h"
#include "core/system_error.h"

static char *folder, *path; /* NULL: nothing is written there */

static const char *text(const cli_option *option, const cli_value *value) {
    return option->type == CLI_TEXT && value->given ? value->text : NULL;
}

static bool is_dash(const char *text) {
    return text && text[0] == '-' && (text[1] == '\0' || text[1] == '.');
}

/* What "-" is, as a file's name ends. */
static const char *usual_ending(int kind) {
    return kind & CLI_TO_PICTURE ? ".png"
           : kind & CLI_TO_PAGE  ? ".html"
           : kind & CLI_TO_MODEL ? ".safetensors"
           : kind & CLI_TO_NET   ? ".net"
                                 : ".csv";
}

static bool is_text(const char *ending) {
    static const char *const endings[] = {".csv", ".json", ".svg", ".html", ".net"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (strcmp(ending, endings[i]) == 0) return true;
    }
    return false;
}

static int make_place(const char *ending) {
    const char *where = getenv("TMPDIR");
    folder = cli_format("%s/embudo-XXXXXX", where && *where ? where : "/tmp");
    if (!mkdtemp(folder)) {
        const int code =
            cli_fail("%s: cannot make the folder: %s", folder, cli_system_error(errno));
        free(folder);
        folder = NULL;
        return code;
    }
    path = cli_format("%s/out%s", folder, ending);
    cli_output_aside(true);
    return CLI_DONE;
}

/* Of an option that is "-" or "-.svg". */
static int take(const cli_args *args, const cli_option *option, cli_value *value) {
    const char *command = args->command->name;
    const bool plain = value->text[1] == '\0';
    const char *ending = plain ? usual_ending(option->open) : value->text + 1;
    if (option->open & CLI_TO_FOLDER) {
        return cli_usage(command, "--%s: %s is standard output, and what is written is a folder",
                         option->name, value->text);
    }
    if (!is_text(ending) && isatty(STDOUT_FILENO)) {
        return cli_usage(command,
                         "--%s: %s files are no text, and standard output is a terminal; name a "
                         "file, or write > FILE or | PROGRAM behind the command",
                         option->name, ending);
    }
    if (!cli_output_take()) return CLI_FAILED;
    const cli_option *json = cli_option_find(args->command, "json");
    const bool in_json = json && cli_arg(args, "json")->given;
    if (option->open & CLI_TO_TABLE && plain && !in_json)
        return CLI_DONE; /* the command prints it */
    if (option->open & (CLI_TO_NET | CLI_TO_TABLE) && plain) {
        value->text = NULL; /* it is printed without a name, a table as JSON */
        return CLI_DONE;
    }
    if (option->open & CLI_TO_STREAM) {
        path = cli_format("/dev/fd/%d", cli_output_file());
    } else if (make_place(ending) != CLI_DONE) {
        return CLI_FAILED;
    }
    cli_message_alias(path, _("standard output"));
    value->text = path;
    return CLI_DONE;
}

/* Another option that wants standard output, or NULL. */
static const char *other(const cli_args *args) {
    static const char *const names[] = {"json", "print-folder"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const cli_option *option = cli_option_find(args->command, names[i]);
        if (option && cli_arg(args, names[i])->given) return names[i];
    }
    return NULL;
}

int cli_dash_begin(cli_args *args) {
    const cli_option *rows = args->command->options, *taken = NULL;
    for (int i = 0; rows[i].name; i++) {
        if (!(rows[i].open & CLI_TO_ANY) || !is_dash(text(&rows[i], &args->options[i]))) continue;
        const char *twice = taken ? taken->name : other(args);
        /* A table's --json says of which kind it is. */
        const bool plain = args->options[i].text[1] == '\0';
        if (twice && !(rows[i].open & CLI_TO_TABLE && plain)) {
            return cli_usage(args->command->name, "--%s and --%s both take standard output",
                             rows[i].name, twice);
        }
        const int code = take(args, &rows[i], &args->options[i]);
        if (code != CLI_DONE) return code;
        taken = &rows[i];
    }
    const cli_option *json = cli_option_find(args->command, "json");
    if (json && cli_arg(args, "json")->given && !cli_output_take()) return CLI_FAILED;
    return CLI_DONE;
}

bool cli_dash_is(const char *file) { return path && strcmp(file, path) == 0; }

static void send(int file) {
    char bytes[1 << 14];
    ssize_t count;
    while ((count = read(file, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR)) {
        if (count > 0) cli_output(bytes, (size_t)count);
    }
    if (count < 0) cli_fail("%s: cannot read: %s", path, cli_system_error(errno));
}

/* Beside the file there may be labels. */
static void remove_all(void) {
    DIR *all = opendir(folder);
    for (const struct dirent *entry; all && (entry = readdir(all));) {
        unlinkat(dirfd(all), entry->d_name, 0);
    }
    if (all) closedir(all);
    rmdir(folder);
}

void cli_dash_end(void) {
    cli_output_aside(false);
    if (folder) {
        const int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file >= 0) {
            send(file);
            close(file);
        }
        remove_all();
    }
    cli_message_alias(NULL, NULL);
    free(folder);
    free(path);
    folder = path = NULL;
}
