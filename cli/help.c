/* Help texts, made from the table of commands. Decides their layout; the words are the commands'
 * own. */
#include "help.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/command_table.h"
#include "core/general_options.h"
#include "core/message.h"
#include "core/terminal.h"

enum {
    NARROWEST = 40, /* the narrowest and the widest help text, in columns */
    WIDEST = 88,
    WIDEST_LABEL = 24 /* a longer one has its text on the line below */
};

static size_t columns_of(const char *text, size_t length) {
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    return columns;
}

/* Adds words from column `at` on, broken at `width`, continued at column `indent`. */
static void add_wrapped(cli_text *out, const char *words, size_t at, size_t indent, size_t width) {
    bool first = true;
    while (*words) {
        const size_t length = strcspn(words, " "), wide = columns_of(words, length);
        if (!first && at + 1 + wide > width) {
            cli_text_add(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            cli_text_add(out, " ");
            at++;
        }
        cli_text_bytes(out, words, length);
        at += wide;
        first = false;
        words += length + (words[length] == ' ');
    }
    cli_text_add(out, "\n");
}

/* A label; one that is too wide is broken behind a '|'. Returns the columns that are taken. */
static size_t add_label(cli_text *out, const char *label, size_t width) {
    size_t indent = 2, length = strlen(label);
    while (indent + columns_of(label, length) > width) {
        size_t end = width - indent;
        while (end > 0 && label[end - 1] != '|') end--;
        if (end == 0) break;
        cli_text_add(out, "%*s%.*s\n", (int)indent, "", (int)end, label);
        label += end;
        length -= end;
        indent = 6;
    }
    cli_text_add(out, "%*s%s", (int)indent, "", label);
    return indent + columns_of(label, length);
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
    const char *value = !option->value               ? ""
                        : option->type == CLI_CHOICE ? option->value
                                                     : _(option->value);
    if (option->letter) snprintf(letter, sizeof letter, "-%c, ", option->letter);
    return cli_format("%s--%s%s%s", letter, option->name, *value ? " " : "", value);
}

/* The help line with range and default: "images in a step (1 to 65536; default 16)". */
static char *option_text(const cli_option *option) {
    static const char *const ranges[] = {
        [0] = N_("%s to %s"),
        [CLI_ABOVE_LEAST] = N_("above %s to %s"),
        [CLI_BELOW_MOST] = N_("%s to below %s"),
        [CLI_ABOVE_LEAST | CLI_BELOW_MOST] = N_("above %s to below %s"),
    };
    cli_text range = {0};
    char least[CLI_NUMBER_SIZE], most[CLI_NUMBER_SIZE]; /* as they are typed */
    snprintf(least, sizeof least, "%.15g", option->least);
    snprintf(most, sizeof most, "%.15g", option->most);
    bool number = option->type == CLI_INT || option->type == CLI_REAL;
    if (number && isinf(option->most)) {
        cli_text_tell(&range, option->open & CLI_ABOVE_LEAST ? N_("above %s") : N_("at least %s"),
                      least);
    } else if (number) {
        cli_text_tell(&range, ranges[option->open], least, most);
    }
    if (option->type == CLI_SEED) cli_text_tell(&range, "-2^63 to 2^64 - 1");
    if (option->fallback) {
        cli_text_add(&range, "%s", range.length ? "; " : "");
        cli_text_tell(&range, "default %s", option->fallback);
    }
    char *text = range.length ? cli_format("%s (%s)", _(option->help), range.bytes)
                              : cli_format("%s", _(option->help));
    cli_text_free(&range);
    return text;
}

static size_t label_column(const cli_command *command) {
    size_t widest = strlen("-h, --help"); /* in columns */
    for (const cli_command *const *a = command->actions; a && *a; a++) {
        if (strlen((*a)->name) > widest) widest = strlen((*a)->name);
    }
    for (const cli_option *option = command->options; option->name; option++) {
        char *label = option_label(option);
        size_t length = columns_of(label, strlen(label));
        if (length > widest && length <= WIDEST_LABEL) widest = length;
        free(label);
    }
    return widest + 4;
}

static void add_title(cli_text *out, const char *title) { cli_text_add(out, "\n%s\n", title); }

static void add_option(cli_text *out, const cli_option *option, size_t column, size_t width) {
    char *label = option_label(option), *text = option_text(option);
    add_row(out, label, text, column, width);
    free(label);
    free(text);
}

/* Those that all commands take. */
static void add_general(cli_text *out, size_t column, size_t width) {
    for (const cli_option *option = cli_general_options(); option->name; option++) {
        add_option(out, option, column, width);
    }
}

static void add_usage(cli_text *out, const cli_command *command) {
    cli_text_tell(
        out, command->options[0].name ? N_("usage: embudo %s [OPTIONS]") : N_("usage: embudo %s"),
        command->name);
    for (const cli_positional *p = command->positionals; p->name; p++) {
        const char *more = command->many && !p[1].name ? "..." : "";
        cli_text_add(out, p->fallback ? " [%s%s]" : " %s%s", _(p->name), more);
    }
    cli_text_add(out, "\n");
}

static void add_positionals(cli_text *out, const cli_command *command, size_t column,
                            size_t width) {
    if (!command->positionals[0].name) return;
    add_title(out, _("arguments"));
    for (const cli_positional *p = command->positionals; p->name; p++) {
        bool has_default = p->fallback && *p->fallback;
        char *text = has_default ? cli_told("%s (default %s)", _(p->help), p->fallback)
                                 : cli_format("%s", _(p->help));
        add_row(out, _(p->name), text, column, width);
        free(text);
    }
}

static void add_actions(cli_text *out, const cli_command *command, size_t column, size_t width) {
    if (!command->actions) return;
    add_title(out, _("actions, each with a --help of its own"));
    for (const cli_command *const *a = command->actions; *a; a++) {
        add_row(out, (*a)->name, _((*a)->summary), column, width);
    }
}

static void add_options(cli_text *out, const cli_command *command, size_t column, size_t width) {
    add_title(out, _("options"));
    for (const cli_option *option = command->options; option->name; option++) {
        add_option(out, option, column, width);
    }
    add_general(out, column, width);
    add_row(out, "-h, --help", _("print this text"), column, width);
}

static void add_examples(cli_text *out, const cli_example *examples, size_t width) {
    add_title(out, examples[0].line && examples[1].line ? _("examples") : _("example"));
    for (int i = 0; i < CLI_MAX_EXAMPLES && examples[i].line; i++) {
        cli_text_add(out, "  %s\n      ", examples[i].line);
        add_wrapped(out, _(examples[i].meaning), 6, 6, width);
    }
}

cli_text cli_help_command(const cli_command *command, int width) {
    cli_text out = {0};
    size_t column = label_column(command), columns = (size_t)width;
    cli_text_add(&out, "embudo %s: ", command->name);
    add_wrapped(&out, _(command->summary), out.length, 2, columns);
    cli_text_add(&out, "\n");
    add_usage(&out, command);
    if (command->about) {
        cli_text_add(&out, "\n");
        add_wrapped(&out, _(command->about), 0, 0, columns);
    }
    add_actions(&out, command, column, columns);
    add_positionals(&out, command, column, columns);
    add_options(&out, command, column, columns);
    add_examples(&out, command->examples, columns);
    return out;
}

cli_text cli_help_program(int width) {
    static const cli_example codes[] = {
        {"0", N_("success, even if a message could not be shown")},
        {"1",
         N_("failure: the last line on standard error says why. Also if the result goes only to "
            "standard output and not all of it could be written")},
        {"2", N_("the command line is wrong")},
        {"3", N_("score --check: an image is above the threshold")},
        {"4", N_("--strict: the doctor warned; all work is done")},
        {"130, 143", N_("interrupted by Ctrl-C or SIGTERM; a line says what was saved")},
    };
    static const cli_example start[CLI_MAX_EXAMPLES] = {
        {"embudo train", N_("train the notebook's network on MNIST; the run is kept in runs/001")},
        {"embudo eval runs/001", N_("measure it on images that it has not seen")},
        {"embudo reconstruct runs/001", N_("draw test images beside their reconstructions")},
    };
    cli_text out = {0};
    size_t columns = (size_t)width;
    add_wrapped(&out, _("embudo: train an autoencoder on images, and use what it learned"), 0, 2,
                columns);
    cli_text_tell(&out, "\nusage: embudo COMMAND [OPTIONS] [ARGUMENTS]\n");
    add_title(&out, _("commands"));
    for (const cli_command *const *command = cli_commands(); *command; command++) {
        add_row(&out, (*command)->name, _((*command)->summary), 15, columns);
    }
    add_title(&out, _("options"));
    add_row(&out, "-h, --help", _("print this text; after a command, that command's help"), 15,
            columns);
    add_row(&out, "--version", _("print the version and the libraries of this build"), 15, columns);
    add_general(&out, 15, columns);
    add_title(&out, _("exit codes"));
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        add_row(&out, codes[i].line, _(codes[i].meaning), 15, columns);
    }
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
