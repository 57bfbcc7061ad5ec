/* See class_options.h. */
#include "core/class_options.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/strings.h"

/* What holds for the command. */
static const char *class_name;
static cli_text settings;
static int input[3];

bool cli_class_file(const char *name) {
    static const char *const endings[] = {".py", ".ipynb"};
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t tail = strlen(endings[i]);
        if (length > tail && strcmp(name + length - tail, endings[i]) == 0) return true;
    }
    return false;
}

static int add_setting(const cli_args *args, const char *text) {
    if (*text == '=' || !strchr(text, '=')) {
        return cli_usage(args->command->name,
                         "--set: expected a name and a value, such as hidden=64, got '%s'", text);
    }
    cli_text_add(&settings, "%s%s", settings.length ? ", " : "", text);
    return CLI_DONE;
}

static bool given(const cli_args *args, const char *name) {
    for (const cli_option *option = args->command->options; option->name; option++) {
        if (strcmp(option->name, name) == 0) return cli_arg(args, name)->given;
    }
    return false;
}

/* *is: --input is given. */
static int read_input(const cli_args *args, bool *is) {
    int rank;
    *is = given(args, "input");
    return *is ? cli_input_size(args, "input", input, &rank) : CLI_DONE;
}

/* Options of a class, for a network that is none. */
static int check(const cli_args *args, const char *network) {
    static const char *const names[] = {"class", "set", "as-written"};
    if (!network || cli_class_file(network)) return CLI_DONE;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!given(args, names[i])) continue;
        return cli_usage(
            args->command->name,
            "--%s is for a class in a Python file or a notebook (.py, .ipynb); '%s' is "
            "none",
            names[i], network);
    }
    return CLI_DONE;
}

int cli_class_read(const cli_args *args, const char *network) {
    static const char set[] = "--set";
    const size_t length = sizeof set - 1;
    bool is;
    int code = check(args, network);
    if (code == CLI_DONE) code = read_input(args, &is);
    if (code != CLI_DONE) return code;
    class_name = cli_arg(args, "class")->text;
    cli_text_free(&settings);
    if (!cli_arg(args, "set")->given) return CLI_DONE;
    /* It may stand there several times, of which cli_arg has the last. */
    for (int i = 2; i < args->argc && code == CLI_DONE; i++) {
        const char *word = args->argv[i];
        if (strcmp(word, "--") == 0) break;
        if (strncmp(word, set, length) != 0) continue;
        if (word[length] == '=') code = add_setting(args, word + length + 1);
        if (word[length] == '\0' && i + 1 < args->argc) code = add_setting(args, args->argv[++i]);
    }
    return code;
}

void cli_class_input(const int shape[3]) { memcpy(input, shape, sizeof input); }

void cli_class_fill(emb_net_options *options) {
    options->class_name = class_name;
    options->set = settings.bytes;
    memcpy(options->input, input, sizeof input);
}

void cli_class_fill_for(emb_net_options *options, const char *network) {
    static const int usual[3] = {1, 28, 28};
    if (cli_class_file(network) && input[0] == 0) {
        cli_note("%s: read for images of 1x28x28, as MNIST's are; --input CxHxW says others",
                 network);
        cli_class_input(usual);
    }
    cli_class_fill(options);
}
