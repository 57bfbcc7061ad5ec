/* Help texts, made from the table of commands. Decides their layout; the words are the commands'
 * own. */
#include "help.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/command_table.h"
#include "core/message.h"
#include "core/terminal.h"

enum {
    NARROWEST = 40, /* the narrowest and the widest help text, in columns */
    WIDEST = 88,
    WIDEST_LABEL = 24 /* a longer one has its text on the line below */
};

/* Adds words from column `at` on, broken at `width`, continued at column `indent`. */
static void add_wrapped(cli_text *out, const char *words, size_t at, size_t indent, size_t width) {
    bool first = true;
    while (*words) {
        size_t length = strcspn(words, " ");
        if (!first && at + 1 + length > width) {
            cli_text_add(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            cli_text_add(out, " ");
            at++;
        }
        cli_text_bytes(out, words, length);
        at += length;
        first = false;
        words += length + (words[length] == ' ');
    }
    cli_text_add(out, "\n");
}

/* A label; one that is too wide is broken behind a '|'. Returns the columns that are taken. */
static size_t add_label(cli_text *out, const char *label, size_t width) {
    size_t indent = 2, length = strlen(label);
    while (indent + length > width) {
        size_t end = width - indent;
        while (end > 0 && label[end - 1] != '|') end--;
        if (end == 0) break;
        cli_text_add(out, "%*s%.*s\n", (int)indent, "", (int)end, label);
        label += end;
        length -= end;
        indent = 6;
    }
    cli_text_add(out, "%*s%s", (int)indent, "", label);
    return indent + length;
}

/* "  label      text", the text starting at `column`. */
static void add_row(cli_text *out, const char *label, const char *text, size_t column,
                    size_t width) {
    size_t used = add_label(out, label, width);
    if (used + 2 > column) {
        cli_text_add(out, "\n");
        used = 0;
    }
    cli_text_add(out, "%*s", (int)(column - used), "");
    add_wrapped(out, text, column, column, width);
}

/* "-o, --output DIR", to be freed. */
static char *option_label(const cli_option *option) {
    char letter[8] = "";
    if (option->letter) snprintf(letter, sizeof letter, "-%c, ", option->letter);
    return cli_format("%s--%s%s%s", letter, option->name, option->value ? " " : "",
                      option->value ? option->value : "");
}

/* The help line with range and default: "images in a step (1 to 65536; default 16)". */
static char *option_text(const cli_option *option) {
    cli_text range = {0};
    bool number = option->type == CLI_INT || option->type == CLI_REAL;
    if (number && isinf(option->most)) {
        cli_text_add(&range, "%s %.15g", option->open & CLI_ABOVE_LEAST ? "above" : "at least",
                     option->least);
    } else if (number) {
        cli_text_add(&range, "%s%.15g to %s%.15g", option->open & CLI_ABOVE_LEAST ? "above " : "",
                     option->least, option->open & CLI_BELOW_MOST ? "below " : "", option->most);
    }
    if (option->type == CLI_SEED) cli_text_add(&range, "-2^63 to 2^64 - 1");
    if (option->fallback) {
        cli_text_add(&range, "%sdefault %s", range.length ? "; " : "", option->fallback);
    }
    char *text = range.length ? cli_format("%s (%s)", option->help, range.bytes)
                              : cli_format("%s", option->help);
    cli_text_free(&range);
    return text;
}

static size_t label_column(const cli_command *command) {
    size_t widest = strlen("-h, --help");
    for (const cli_command *const *a = command->actions; a && *a; a++) {
        if (strlen((*a)->name) > widest) widest = strlen((*a)->name);
    }
    for (const cli_option *option = command->options; option->name; option++) {
        char *label = option_label(option);
        size_t length = strlen(label);
        if (length > widest && length <= WIDEST_LABEL) widest = length;
        free(label);
    }
    return widest + 4;
}

static void add_usage(cli_text *out, const cli_command *command) {
    cli_text_add(out, "usage: embudo %s%s", command->name,
                 command->options[0].name ? " [OPTIONS]" : "");
    for (const cli_positional *p = command->positionals; p->name; p++) {
        const char *more = command->many && !p[1].name ? "..." : "";
        cli_text_add(out, p->fallback ? " [%s%s]" : " %s%s", p->name, more);
    }
    cli_text_add(out, "\n");
}

static void add_positionals(cli_text *out, const cli_command *command, size_t column,
                            size_t width) {
    if (!command->positionals[0].name) return;
    cli_text_add(out, "\narguments\n");
    for (const cli_positional *p = command->positionals; p->name; p++) {
        bool has_default = p->fallback && *p->fallback;
        char *text = has_default ? cli_format("%s (default %s)", p->help, p->fallback)
                                 : cli_format("%s", p->help);
        add_row(out, p->name, text, column, width);
        free(text);
    }
}

static void add_actions(cli_text *out, const cli_command *command, size_t column, size_t width) {
    if (!command->actions) return;
    cli_text_add(out, "\nactions, each with a --help of its own\n");
    for (const cli_command *const *a = command->actions; *a; a++) {
        add_row(out, (*a)->name, (*a)->summary, column, width);
    }
}

static void add_options(cli_text *out, const cli_command *command, size_t column, size_t width) {
    cli_text_add(out, "\noptions\n");
    for (const cli_option *option = command->options; option->name; option++) {
        char *label = option_label(option), *text = option_text(option);
        add_row(out, label, text, column, width);
        free(label);
        free(text);
    }
    add_row(out, "-h, --help", "print this text", column, width);
}

static void add_examples(cli_text *out, const cli_example *examples, size_t width) {
    cli_text_add(out, "\n%s\n", examples[0].line && examples[1].line ? "examples" : "example");
    for (int i = 0; i < CLI_MAX_EXAMPLES && examples[i].line; i++) {
        cli_text_add(out, "  %s\n      ", examples[i].line);
        add_wrapped(out, examples[i].meaning, 6, 6, width);
    }
}

cli_text cli_help_command(const cli_command *command, int width) {
    cli_text out = {0};
    size_t column = label_column(command), columns = (size_t)width;
    cli_text_add(&out, "embudo %s: ", command->name);
    add_wrapped(&out, command->summary, out.length, 2, columns);
    cli_text_add(&out, "\n");
    add_usage(&out, command);
    if (command->about) {
        cli_text_add(&out, "\n");
        add_wrapped(&out, command->about, 0, 0, columns);
    }
    add_actions(&out, command, column, columns);
    add_positionals(&out, command, column, columns);
    add_options(&out, command, column, columns);
    add_examples(&out, command->examples, columns);
    return out;
}

cli_text cli_help_program(int width) {
    static const cli_example start[CLI_MAX_EXAMPLES] = {
        {"embudo train", "train the notebook's network on MNIST; the run is kept in runs/001"},
        {"embudo eval runs/001", "measure it on images that it has not seen"},
        {"embudo reconstruct runs/001", "draw test images beside their reconstructions"},
    };
    cli_text out = {0};
    size_t columns = (size_t)width;
    add_wrapped(&out, "embudo: train an autoencoder on images, and use what it learned", 0, 2,
                columns);
    cli_text_add(&out, "\nusage: embudo COMMAND [OPTIONS] [ARGUMENTS]\n\ncommands\n");
    for (const cli_command *const *command = cli_commands(); *command; command++) {
        add_row(&out, (*command)->name, (*command)->summary, 15, columns);
    }
    cli_text_add(&out, "\noptions\n");
    add_row(&out, "-h, --help", "print this text; after a command, that command's help", 15,
            columns);
    add_row(&out, "--version", "print the version and the libraries of this build", 15, columns);
    cli_text_add(&out, "\nexit codes\n");
    add_row(&out, "0", "success, even if a message could not be shown", 15, columns);
    add_row(&out, "1",
            "failure: the last line on standard error says why. Also if the result goes only to "
            "standard output and not all of it could be written",
            15, columns);
    add_row(&out, "2", "the command line is wrong", 15, columns);
    add_row(&out, "3", "score --check: an image is above the threshold", 15, columns);
    add_row(&out, "130, 143", "interrupted by Ctrl-C or SIGTERM; a line says what was saved", 15,
            columns);
    add_examples(&out, start, columns);
    return out;
}

int cli_help_print(const cli_command *command) {
    int width = cli_terminal_columns(stdout);
    width = width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
    cli_text text = command ? cli_help_command(command, width) : cli_help_program(width);
    fputs(text.bytes, stdout);
    cli_text_free(&text);
    return CLI_DONE;
}

static int run_help(const cli_args *args) {
    const char *name = cli_arg(args, "COMMAND")->text;
    if (*name == '\0') return cli_help_print(NULL);
    const char *word = cli_arg(args, "ACTION")->text;
    const cli_command *command = cli_command_find(name);
    if (!command) return cli_command_unknown(name);
    if (*word == '\0') return cli_help_print(command);
    if (!command->actions) return cli_usage("help", "unexpected argument '%s'", word);
    const cli_command *action = cli_command_action(command, word);
    return action ? cli_help_print(action) : cli_command_no_action(command, word);
}

const cli_command cli_command_help = {
    .name = "help",
    .summary = "explain a command",
    .run = run_help,
    .examples = {{"embudo help train", "the same as embudo train --help"}},
    .positionals = {{"COMMAND", "", "a command's name; without one, all are listed"},
                    {"ACTION", "", "for embudo data: which action of it"}},
};
