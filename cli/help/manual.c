/* The manual pages. See manual.h. */
#include "help/manual.h"

#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/command_table.h"
#include "core/folders.h"
#include "core/message.h"
#include "help/help_topics.h"
#include "help/help_words.h"
#include "help/roff.h"

/* "embudo-data-get", to be freed. */
static char *page_name(const char *name) {
    char *page = cli_format("embudo-%s", name);
    for (char *c = page; *c; c++) {
        if (*c == ' ') *c = '-';
    }
    return page;
}

/* ---- a command ------------------------------------------------------------------------------- */

static void add_common(cli_text *out) {
    char *label, *text;
    for (size_t i = 0; cli_common_option(i, &label, &text); i++) {
        cli_roff_option(out, label, text);
        free(label);
        free(text);
    }
}

static void add_synopsis(cli_text *out, const cli_command *command) {
    char *usage = cli_command_usage(command);
    char *own = cli_format("embudo %s", command->name);
    cli_roff_title(out, _("SYNOPSIS"));
    cli_roff_add(out, 'B', own);
    cli_roff_add(out, 'I', usage + strlen(own));
    cli_text_add(out, "\n");
    free(own);
    free(usage);
}

static void add_positionals(cli_text *out, const cli_command *command) {
    if (!command->positionals[0].name) return;
    cli_roff_title(out, _("ARGUMENTS"));
    for (const cli_positional *p = command->positionals; p->name; p++) {
        char *text = cli_positional_text(p);
        cli_roff_row(out, 'I', _(p->name), text);
        free(text);
    }
}

static void add_commands(cli_text *out, const cli_command *const *commands, const char *title) {
    cli_roff_title(out, title);
    for (; *commands; commands++) {
        char *page = page_name((*commands)->name), *label = cli_format("%s(1)", page);
        cli_roff_row(out, 'B', label, _((*commands)->summary));
        free(label);
        free(page);
    }
}

static void add_options(cli_text *out, const cli_command *command) {
    cli_roff_title(out, _("OPTIONS"));
    for (const cli_option *option = command->options; option->name; option++) {
        char *label = cli_option_label(option), *text = cli_option_text(option);
        cli_roff_option(out, label, text);
        free(label);
        free(text);
    }
    add_common(out);
}

static void add_exit_codes(cli_text *out) {
    const char *codes, *meaning;
    cli_roff_title(out, _("EXIT STATUS"));
    for (size_t i = 0; cli_exit_code(i, &codes, &meaning); i++) {
        cli_roff_row(out, 'B', codes, meaning);
    }
}

static void add_examples(cli_text *out, const cli_command *command) {
    cli_roff_title(out, _("EXAMPLES"));
    for (int i = 0; i < CLI_MAX_EXAMPLES && command->examples[i].line; i++) {
        cli_roff_row(out, 'B', command->examples[i].line, _(command->examples[i].meaning));
    }
}

/* `within`: the command that this is an action of, or NULL. */
static cli_text command_page(const cli_command *command, const cli_command *within) {
    cli_text out = {0};
    char *name = page_name(command->name);
    cli_roff_begin(&out, name, "1", _(command->summary));
    free(name);
    add_synopsis(&out, command);
    if (command->about) {
        cli_roff_title(&out, _("DESCRIPTION"));
        cli_roff_paragraph(&out, _(command->about));
    }
    if (command->actions) add_commands(&out, command->actions, _("ACTIONS"));
    add_positionals(&out, command);
    add_options(&out, command);
    add_exit_codes(&out);
    add_examples(&out, command);
    cli_roff_title(&out, _("SEE ALSO"));
    cli_roff_reference(&out, "embudo", "1", true);
    if (within) {
        char *other = page_name(within->name);
        cli_roff_reference(&out, other, "1", true);
        free(other);
    }
    cli_roff_reference(&out, "embudo-notation", "7", true);
    cli_roff_reference(&out, "embudo-datasets", "7", true);
    cli_roff_reference(&out, "embudo-formats", "7", false);
    return out;
}

/* ---- a topic, and the program ---------------------------------------------------------------- */

static cli_text topic_page(const cli_topic *topic) {
    cli_text out = {0};
    cli_topic_line *lines = cli_topic_lines(topic);
    char *name = page_name(topic->name);
    cli_roff_begin(&out, name, "7", _(topic->summary));
    free(name);
    cli_roff_title(&out, _("DESCRIPTION"));
    for (size_t i = 0; lines[i].kind != CLI_TOPIC_END; i++) {
        const cli_topic_line *line = &lines[i];
        const bool first = i == 0 || lines[i - 1].kind != line->kind;
        switch (line->kind) {
        case CLI_TOPIC_TITLE:
            cli_text_add(&out, ".SS ");
            cli_roff_add(&out, 'R', _(line->text));
            cli_text_add(&out, "\n");
            break;
        case CLI_TOPIC_ROW:
            cli_roff_row(&out, 'B', _(line->label), _(line->text));
            break;
        case CLI_TOPIC_CODE:
            cli_roff_code(&out, line->text, first, lines[i + 1].kind != line->kind);
            break;
        default:
            cli_roff_paragraph(&out, _(line->text));
        }
    }
    cli_roff_title(&out, _("SEE ALSO"));
    cli_roff_reference(&out, "embudo", "1", false);
    free(lines);
    return out;
}

static cli_text program_page(void) {
    cli_text out = {0};
    cli_roff_begin(&out, "embudo", "1",
                   _("train an autoencoder on images, and use what it learned"));
    cli_roff_title(&out, _("SYNOPSIS"));
    cli_roff_add(&out, 'B', "embudo");
    cli_text_add(&out, " ");
    cli_roff_add(&out, 'I', _("COMMAND [OPTIONS] [ARGUMENTS]"));
    cli_text_add(&out, "\n");
    cli_roff_title(&out, _("DESCRIPTION"));
    cli_roff_paragraph(&out, _("embudo trains autoencoders and classifiers on images. A training "
                               "leaves a folder, its run, which the other commands read. Each "
                               "command has a page of its own, and says the same with --help."));
    add_commands(&out, cli_commands(), _("COMMANDS"));
    cli_roff_title(&out, _("TOPICS"));
    for (const cli_topic *topic = cli_topics; topic->name; topic++) {
        char *page = page_name(topic->name), *label = cli_format("%s(7)", page);
        cli_roff_row(&out, 'B', label, _(topic->summary));
        free(label);
        free(page);
    }
    cli_roff_title(&out, _("OPTIONS"));
    add_common(&out);
    cli_roff_option(&out, "--version", _("print the version and the libraries of this build"));
    add_exit_codes(&out);
    cli_roff_title(&out, _("EXAMPLES"));
    cli_roff_row(&out, 'B', "embudo train",
                 _("train the notebook's network on MNIST; the run is kept in runs/001"));
    cli_roff_row(&out, 'B', "embudo reconstruct runs/001",
                 _("draw test images beside their reconstructions"));
    cli_roff_title(&out, _("SEE ALSO"));
    cli_roff_reference(&out, "embudo-environment", "7", true);
    cli_roff_reference(&out, "embudo-results", "7", false);
    return out;
}

cli_text cli_manual_page(const cli_command *command, const cli_command *action,
                         const cli_topic *topic) {
    return action    ? command_page(action, command)
           : command ? command_page(command, NULL)
           : topic   ? topic_page(topic)
                     : program_page();
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Frees the page and the name. False with the error printed. */
static bool save(const char *folder, char *name, const char *section, cli_text page) {
    char *path = cli_format("%s/man%s/%s.%s", folder, section, name, section);
    const bool good = emb_file_write(path, page.bytes, page.length) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    cli_text_free(&page);
    free(path);
    free(name);
    return good;
}

static bool save_command(const char *folder, const cli_command *command,
                         const cli_command *within) {
    bool good = save(folder, page_name(command->name), "1", command_page(command, within));
    for (const cli_command *const *a = command->actions; good && a && *a; a++) {
        good = save(folder, page_name((*a)->name), "1", command_page(*a, command));
    }
    return good;
}

static bool make_section(const char *folder, const char *section) {
    char *path = cli_format("%s/man%s", folder, section);
    const bool good = cli_folder_make(path);
    free(path);
    return good;
}

int cli_manual_write(const char *folder) {
    bool good = make_section(folder, "1") && make_section(folder, "7") &&
                save(folder, cli_format("embudo"), "1", program_page());
    for (const cli_command *const *c = cli_commands(); good && *c; c++) {
        good = save_command(folder, *c, NULL);
    }
    for (const cli_topic *topic = cli_topics; good && topic->name; topic++) {
        good = save(folder, page_name(topic->name), "7", topic_page(topic));
    }
    return good ? CLI_DONE : CLI_FAILED;
}
