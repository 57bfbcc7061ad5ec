/* Help texts, made from the table of commands. Decides their order; the words are the commands'
 * own. */
#include "help/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/command_table.h"
#include "core/message.h"
#include "core/suggest.h"
#include "help/help_layout.h"
#include "help/help_words.h"
#include "help/manual.h"

enum { WIDEST_LABEL = 24 /* a longer one has its text on the line below */, COLUMN = 15 };

static size_t label_column(const cli_command *command) {
    size_t widest = strlen("-h, --help"); /* in columns */
    for (const cli_command *const *a = command->actions; a && *a; a++) {
        if (strlen((*a)->name) > widest) widest = strlen((*a)->name);
    }
    for (const cli_option *option = command->options; option->name; option++) {
        char *label = cli_option_label(option);
        size_t length = cli_layout_columns(label, strlen(label));
        if (length > widest && length <= WIDEST_LABEL) widest = length;
        free(label);
    }
    return widest + 4;
}

static void add_common(cli_text *out, size_t column, size_t width) {
    char *label, *text;
    for (size_t i = 0; cli_common_option(i, &label, &text); i++) {
        cli_layout_row(out, label, text, column, width);
        free(label);
        free(text);
    }
}

static void add_positionals(cli_text *out, const cli_command *command, size_t column,
                            size_t width) {
    if (!command->positionals[0].name) return;
    cli_layout_title(out, _("arguments"));
    for (const cli_positional *p = command->positionals; p->name; p++) {
        char *text = cli_positional_text(p);
        cli_layout_row(out, _(p->name), text, column, width);
        free(text);
    }
}

static void add_actions(cli_text *out, const cli_command *command, size_t column, size_t width) {
    if (!command->actions) return;
    cli_layout_title(out, _("actions, each with a --help of its own"));
    for (const cli_command *const *a = command->actions; *a; a++) {
        cli_layout_row(out, (*a)->name, _((*a)->summary), column, width);
    }
}

static void add_options(cli_text *out, const cli_command *command, size_t column, size_t width) {
    cli_layout_title(out, _("options"));
    for (const cli_option *option = command->options; option->name; option++) {
        char *label = cli_option_label(option), *text = cli_option_text(option);
        cli_layout_row(out, label, text, column, width);
        free(label);
        free(text);
    }
    add_common(out, column, width);
}

static void add_examples(cli_text *out, const cli_example *examples, size_t width) {
    cli_layout_title(out, examples[0].line && examples[1].line ? _("examples") : _("example"));
    for (int i = 0; i < CLI_MAX_EXAMPLES && examples[i].line; i++) {
        cli_text_add(out, "  %s\n      ", examples[i].line);
        cli_layout_words(out, _(examples[i].meaning), 6, 6, width);
    }
}

cli_text cli_help_command(const cli_command *command, size_t width) {
    cli_text out = {0};
    const size_t column = label_column(command);
    char *usage = cli_command_usage(command);
    cli_text_add(&out, "embudo %s: ", command->name);
    cli_layout_words(&out, _(command->summary), out.length, 2, width);
    cli_text_add(&out, "\n");
    cli_text_tell(&out, "usage: %s\n", usage);
    free(usage);
    if (command->about) {
        cli_text_add(&out, "\n");
        cli_layout_words(&out, _(command->about), 0, 0, width);
    }
    add_actions(&out, command, column, width);
    add_positionals(&out, command, column, width);
    add_options(&out, command, column, width);
    add_examples(&out, command->examples, width);
    return out;
}

static void add_topics(cli_text *out, size_t width) {
    cli_layout_title(out, _("topics of embudo help"));
    for (const cli_topic *topic = cli_topics; topic->name; topic++) {
        cli_layout_row(out, topic->name, _(topic->summary), COLUMN, width);
    }
}

cli_text cli_help_program(size_t width) {
    static const cli_example start[CLI_MAX_EXAMPLES] = {
        {"embudo train", N_("train the notebook's network on MNIST; the run is kept in runs/001")},
        {"embudo eval runs/001", N_("measure it on images that it has not seen")},
        {"embudo reconstruct runs/001", N_("draw test images beside their reconstructions")},
    };
    cli_text out = {0};
    const char *codes, *meaning;
    cli_layout_words(&out, _("embudo: train an autoencoder on images, and use what it learned"), 0,
                     2, width);
    cli_text_tell(&out, "\nusage: embudo COMMAND [OPTIONS] [ARGUMENTS]\n");
    cli_layout_title(&out, _("commands"));
    for (const cli_command *const *command = cli_commands(); *command; command++) {
        cli_layout_row(&out, (*command)->name, _((*command)->summary), COLUMN, width);
    }
    add_topics(&out, width);
    cli_layout_title(&out, _("options"));
    add_common(&out, COLUMN, width);
    cli_layout_row(&out, "--version", _("print the version and the libraries of this build"),
                   COLUMN, width);
    cli_layout_title(&out, _("exit codes"));
    for (size_t i = 0; cli_exit_code(i, &codes, &meaning); i++) {
        cli_layout_row(&out, codes, meaning, COLUMN, width);
    }
    add_examples(&out, start, width);
    return out;
}

static size_t topic_column(const cli_topic_line *lines) {
    size_t widest = 0;
    for (size_t i = 0; lines[i].kind != CLI_TOPIC_END; i++) {
        const char *label = lines[i].kind == CLI_TOPIC_ROW ? _(lines[i].label) : "";
        const size_t columns = cli_layout_columns(label, strlen(label));
        if (columns > widest && columns <= WIDEST_LABEL) widest = columns;
    }
    return widest + 4;
}

cli_text cli_help_topic(const cli_topic *topic, size_t width) {
    cli_text out = {0};
    cli_topic_line *lines = cli_topic_lines(topic);
    const size_t column = topic_column(lines);
    cli_text_add(&out, "%s: ", topic->name);
    cli_layout_words(&out, _(topic->summary), out.length, 2, width);
    for (size_t i = 0; lines[i].kind != CLI_TOPIC_END; i++) {
        const cli_topic_line *line = &lines[i];
        const bool goes_on = i > 0 && lines[i - 1].kind == line->kind;
        switch (line->kind) {
        case CLI_TOPIC_TITLE:
            cli_layout_title(&out, _(line->text));
            break;
        case CLI_TOPIC_ROW:
            cli_layout_row(&out, _(line->label), _(line->text), column, width);
            break;
        case CLI_TOPIC_CODE:
            cli_text_add(&out, "%s  %s\n", goes_on ? "" : "\n", line->text);
            break;
        default:
            cli_text_add(&out, "\n");
            cli_layout_words(&out, _(line->text), 0, 0, width);
        }
    }
    free(lines);
    return out;
}

static int print(cli_text text) {
    fputs(text.bytes, stdout);
    cli_text_free(&text);
    return CLI_DONE;
}

int cli_help_print(const cli_command *command) {
    const size_t width = cli_layout_width();
    return print(command ? cli_help_command(command, width) : cli_help_program(width));
}

static int unknown(const char *name) {
    enum { MOST = 96 };
    const char *names[MOST + 1] = {NULL};
    int count = 0;
    for (const cli_command *const *c = cli_commands(); *c && count < MOST; c++) {
        names[count++] = (*c)->name;
    }
    for (const cli_topic *t = cli_topics; t->name && count < MOST; t++) names[count++] = t->name;
    const char *nearest = cli_nearest(name, names);
    return nearest ? cli_usage(NULL, "no command or topic is called '%s'; did you mean '%s'?", name,
                               nearest)
                   : cli_usage(NULL, "no command or topic is called '%s'", name);
}

/* For people, or as a manual page. */
static int show(const cli_command *command, const cli_command *action, const cli_topic *topic,
                bool as_page) {
    if (as_page) return print(cli_manual_page(command, action, topic));
    return topic ? print(cli_help_topic(topic, cli_layout_width()))
                 : cli_help_print(action ? action : command);
}

static int run_help(const cli_args *args) {
    const char *name = cli_arg(args, "COMMAND|TOPIC")->text;
    const cli_value *manual = cli_arg(args, "man");
    const bool as_page = manual->given && strcmp(manual->text, "-") == 0;
    if (manual->given && !as_page) {
        if (*name) {
            return cli_usage("help",
                             "--man DIR writes all pages and takes no command; --man - writes one "
                             "to standard output");
        }
        return cli_manual_write(manual->text);
    }
    if (*name == '\0') return show(NULL, NULL, NULL, as_page);
    const char *word = cli_arg(args, "ACTION")->text;
    const cli_command *command = cli_command_find(name);
    const cli_topic *topic = command ? NULL : cli_topic_find(name);
    if (!command && !topic) return unknown(name);
    if (*word && (!command || !command->actions)) {
        return cli_usage("help", "unexpected argument '%s'", word);
    }
    const cli_command *action = *word ? cli_command_action(command, word) : NULL;
    return *word && !action ? cli_command_no_action(command, word)
                            : show(command, action, topic, as_page);
}

const cli_command cli_command_help = {
    .name = "help",
    .summary = "explain a command or a topic, such as notation",
    .run = run_help,
    .examples = {{"embudo help train", "the same as embudo train --help"},
                 {"embudo help notation", "how a network is written; embudo help lists all topics"},
                 {"embudo help --man man",
                  "the manual pages, as make install installs them: man -l man/man1/embudo.1"}},
    .positionals = {{"COMMAND|TOPIC", "",
                     "a command's or a topic's name; without one, all are listed"},
                    {"ACTION", "", "for embudo data: which action of it"}},
    .options = {{"man", 0, CLI_TEXT, "DIR", NULL, 0, 0, 0,
                 "write this help as manual pages into DIR/man1 and DIR/man7, in the language of "
                 "the messages; -: the page of what is named, to standard output"}},
};
