/* The table's words. See help_words.h. */
#include "help/help_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/general_options.h"
#include "core/message.h"

char *cli_option_label(const cli_option *option) {
    char letter[8] = "";
    const char *value = !option->value               ? ""
                        : option->type == CLI_CHOICE ? option->value
                                                     : _(option->value);
    if (option->letter) snprintf(letter, sizeof letter, "-%c, ", option->letter);
    return cli_format("%s--%s%s%s", letter, option->name, *value ? " " : "", value);
}

/* What "-" writes to standard output; NULL: the option names no such file. */
static const char *written_kind(const cli_option *option) {
    if (option->type != CLI_TEXT || !(option->open & CLI_TO_ANY & ~CLI_TO_FOLDER)) return NULL;
    return option->open & CLI_TO_PICTURE ? "PNG"
           : option->open & CLI_TO_PAGE  ? "HTML"
           : option->open & CLI_TO_MODEL ? "safetensors"
           : option->open & CLI_TO_NET   ? _("the text")
                                         : "CSV";
}

char *cli_option_text(const cli_option *option) {
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
    const char *kind = written_kind(option);
    char *help = kind ? cli_told("%s; -: %s on standard output", _(option->help), kind)
                      : cli_format("%s", _(option->help));
    char *text = range.length ? cli_format("%s (%s)", help, range.bytes) : cli_format("%s", help);
    free(help);
    cli_text_free(&range);
    return text;
}

char *cli_positional_text(const cli_positional *positional) {
    const char *fallback = positional->fallback;
    if (!fallback || !*fallback) return cli_format("%s", _(positional->help));
    return cli_told("%s (default %s)", _(positional->help), fallback);
}

bool cli_common_option(size_t i, char **label, char **text) {
    const cli_option *option = cli_general_options();
    while (i > 0 && option->name) option++, i--;
    if (option->name) {
        *label = cli_option_label(option);
        *text = cli_option_text(option);
        return true;
    }
    if (i > 0) return false;
    *label = cli_format("-h, --help");
    *text = cli_format("%s", _("print this text"));
    return true;
}

char *cli_command_usage(const cli_command *command) {
    cli_text out = {0};
    cli_text_add(&out, "embudo %s", command->name);
    if (command->options[0].name) cli_text_add(&out, " %s", _("[OPTIONS]"));
    for (const cli_positional *p = command->positionals; p->name; p++) {
        const char *more = command->many && !p[1].name ? "..." : "";
        cli_text_add(&out, p->fallback ? " [%s%s]" : " %s%s", _(p->name), more);
    }
    return out.bytes;
}

bool cli_exit_code(size_t i, const char **codes, const char **meaning) {
    static const cli_example rows[] = {
        {"0", N_("success, even if a message could not be shown")},
        {"1",
         N_("failure: the last line on standard error says why. Also if the result goes only to "
            "standard output and not all of it could be written")},
        {"2", N_("the command line is wrong")},
        {"3", N_("score --check: an image is above the threshold")},
        {"4", N_("--strict: the doctor warned; all work is done")},
        {"130, 143", N_("interrupted by Ctrl-C or SIGTERM; a line says what was saved")},
    };
    if (i >= sizeof rows / sizeof rows[0]) return false;
    *codes = rows[i].line;
    *meaning = _(rows[i].meaning);
    return true;
}
