/* Reading a command line by a command's row. See options.h. */
#include "core/options.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/general_options.h"
#include "core/message.h"
#include "core/seed.h"
#include "core/suggest.h"

/* ---- did you mean ---------------------------------------------------------------------------- */

enum { MAX_WORD = 32, CHOICES = 160 /* letters of an option's words */ };

/* "; did you mean '--epochs'?", or "". */
static const char *suggestion(const char *nearest, const char *prefix, char text[64]) {
    text[0] = '\0';
    if (nearest) snprintf(text, 64, _("; did you mean '%s%s'?"), prefix, nearest);
    return text;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool in_range(const cli_option *option, double number) {
    if (option->open & CLI_ABOVE_LEAST ? number <= option->least : number < option->least) {
        return false;
    }
    return !(option->open & CLI_BELOW_MOST ? number >= option->most : number > option->most);
}

/* strtoll and strtod would take leading spaces, "0x10", "inf" and "nan" as well. */
static bool only_of(const char *text, const char *allowed) {
    return *text != '\0' && text[strspn(text, allowed)] == '\0';
}

static bool read_int(const cli_option *option, const char *text, cli_value *value) {
    if (!only_of(text, "+-0123456789")) return false;
    char *end;
    value->whole =
        strtoll(text, &end, 10); /* too large: the largest value, which no range includes */
    return *end == '\0' && in_range(option, (double)value->whole);
}

static bool read_seed(const cli_option *option, const char *text, cli_value *value) {
    const char *end;
    (void)option;
    return cli_seed_read(text, &end, &value->seed) && *end == '\0';
}

static bool read_real(const cli_option *option, const char *text, cli_value *value) {
    if (!only_of(text, "+-.0123456789eE")) return false;
    char *end;
    value->real = strtod(text, &end);
    return *end == '\0' && isfinite(value->real) && in_range(option, value->real);
}

static bool read_text(const cli_option *option, const char *text, cli_value *value) {
    (void)option;
    value->text = text;
    return *text != '\0';
}

/* The words of "auto|cpu", NULL-ended, in `words`; `copy` holds their letters. */
static void split_words(const char *value, char copy[CHOICES], const char *words[MAX_WORD]) {
    int count = 0;
    snprintf(copy, CHOICES, "%s", value);
    for (char *word = copy; word && count < MAX_WORD - 1; count++) {
        words[count] = word;
        word = strchr(word, '|');
        if (word) *word++ = '\0';
    }
    words[count] = NULL;
}

static bool read_choice(const cli_option *option, const char *text, cli_value *value) {
    char copy[CHOICES];
    const char *words[MAX_WORD];
    value->text = text;
    split_words(option->value, copy, words);
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], text) == 0) return true;
    }
    return false;
}

static bool (*const readers[])(const cli_option *, const char *, cli_value *) = {
    [CLI_INT] = read_int,   [CLI_SEED] = read_seed,     [CLI_REAL] = read_real,
    [CLI_TEXT] = read_text, [CLI_CHOICE] = read_choice,
};

/* "a whole number from 1 to 1000000" into `text`. */
static void describe(const cli_option *option, char *text, size_t size) {
    static const char *const ranges[2][5] = {
        {N_("a number from %s to %s"), N_("a number above %s to %s"),
         N_("a number from %s to below %s"), N_("a number above %s to below %s"),
         N_("a number from %s")},
        {N_("a whole number from %s to %s"), N_("a whole number above %s to %s"),
         N_("a whole number from %s to below %s"), N_("a whole number above %s to below %s"),
         N_("a whole number from %s")},
    };
    const char *const *range = ranges[option->type == CLI_INT];
    char least[CLI_NUMBER_SIZE], most[CLI_NUMBER_SIZE]; /* as they are typed */
    snprintf(least, sizeof least, "%.15g", option->least);
    snprintf(most, sizeof most, "%.15g", option->most);
    if (option->type == CLI_TEXT) {
        snprintf(text, size, "%s", _(option->value));
    } else if (option->type == CLI_SEED) {
        snprintf(text, size, _("a whole number from %s to %s"), CLI_SEED_LEAST, CLI_SEED_MOST);
    } else if (option->type == CLI_CHOICE) {
        snprintf(text, size, _("one of %s"), option->value);
    } else if (isinf(option->most)) {
        snprintf(text, size, option->open & CLI_ABOVE_LEAST ? _("a number above %s") : _(range[4]),
                 least);
    } else {
        snprintf(text, size, _(range[option->open]), least, most);
    }
}

void cli_option_wanted(const cli_option *option, const char *got, char wanted[CLI_WANTED],
                       char hint[CLI_HINT]) {
    char copy[CHOICES];
    const char *words[MAX_WORD];
    describe(option, wanted, CLI_WANTED);
    *hint = '\0';
    if (option->type != CLI_CHOICE) return;
    split_words(option->value, copy, words);
    suggestion(cli_nearest(got, words), "", hint);
}

bool cli_option_reads(const cli_option *option, const char *text) {
    cli_value value;
    return readers[option->type](option, text, &value);
}

static int refuse_value(const cli_command *command, const cli_option *option, const char *got) {
    char wanted[CLI_WANTED], hint[CLI_HINT];
    cli_option_wanted(option, got, wanted, hint);
    return cli_usage(command->name, "--%s: expected %s, got '%s'%s", option->name, wanted, got,
                     hint);
}

/* ---- the line -------------------------------------------------------------------------------- */

const cli_option *cli_option_find(const cli_command *command, const char *name) {
    const cli_option *option = command->options;
    while (option->name && strcmp(option->name, name) != 0) option++;
    return option->name ? option : NULL;
}

const char *cli_option_nearest(const cli_command *command, const char *typed) {
    const char *names[CLI_MAX_OPTIONS + 16];
    int count = 0;
    for (; command->options[count].name; count++) names[count] = command->options[count].name;
    names[count++] = "help";
    for (const cli_option *o = cli_general_options(); o->name; o++) names[count++] = o->name;
    names[count] = NULL;
    return cli_nearest(typed, names);
}

static int unknown_option(const cli_command *command, const char *typed) {
    char name[MAX_WORD + 1], hint[CLI_HINT];
    size_t dashes = strspn(typed, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(typed + dashes, "="), typed + dashes);
    return cli_usage(command->name, "unknown option '%s'%s", typed,
                     suggestion(cli_option_nearest(command, name), "--", hint));
}

/* The option that `word` ("--name", "--name=value", "-o" or "-oVALUE") names, or -1; *attached is
 * the value within the word, or NULL. */
static int find_option(const cli_command *command, const char *word, const char **attached) {
    bool is_long = word[1] == '-';
    const char *name = word + (is_long ? 2 : 1);
    size_t length = is_long ? strcspn(name, "=") : 1;
    const char *rest = name + length;
    *attached = *rest == '\0' ? NULL : rest + is_long;
    for (int i = 0; command->options[i].name; i++) {
        const cli_option *option = &command->options[i];
        if (is_long ? strlen(option->name) == length && strncmp(option->name, name, length) == 0
                    : option->letter != 0 && option->letter == *name) {
            return i;
        }
    }
    return -1;
}

static bool begins_like_number(const char *word) {
    word += *word == '-';
    word += *word == '.';
    return *word >= '0' && *word <= '9';
}

/* Reads the option at argv[*at], which moves to its last word. */
static int read_option(cli_args *args, int *at) {
    const cli_command *command = args->command;
    const char *attached, *word = args->argv[*at];
    int i = find_option(command, word, &attached);
    if (i < 0) return unknown_option(command, word);
    const cli_option *option = &command->options[i];
    cli_value *value = &args->options[i];
    value->given = true;
    if (option->type == CLI_FLAG) {
        if (!attached || cli_flag_read(attached, &value->given)) return CLI_DONE;
        return cli_usage(command->name, "--%s takes no value, got '%s'", option->name, attached);
    }
    const char *text = attached;
    if (!text) {
        const char *next = *at + 1 < args->argc ? args->argv[*at + 1] : NULL;
        /* A number may be negative; any other word that begins with a dash means that the value was
         * forgotten. */
        bool looks_like_option = next && next[0] == '-' && next[1] != '\0' &&
                                 !begins_like_number(next) && next[1] != '.' &&
                                 (option->type == CLI_TEXT || option->type == CLI_CHOICE);
        if (!next || looks_like_option) {
            return cli_usage(command->name, "--%s needs a value: --%s %s", option->name,
                             option->name, option->value);
        }
        text = next;
        (*at)++;
    }
    if (readers[option->type](option, text, value)) return CLI_DONE;
    return refuse_value(command, option, text);
}

static int positional_count(const cli_command *command) {
    int count = 0;
    while (count < CLI_MAX_POSITIONALS && command->positionals[count].name) count++;
    return count;
}

/* Word number *count, which counts up to the command's positionals. */
static int read_positional(cli_args *args, int *count, const char *word) {
    const cli_command *command = args->command;
    const int most = positional_count(command);
    const bool many = command->many && *count >= most - 1;
    const int i = many ? most - 1 : *count;
    if (i >= most) return cli_usage(command->name, "unexpected argument '%s'", word);
    if (*word == '\0') {
        return cli_usage(command->name, "%s: expected a name, got ''",
                         command->positionals[i].name);
    }
    if (many) args->words[args->word_count++] = word;
    if (args->positionals[i].given) return CLI_DONE;
    args->positionals[i].given = true;
    args->positionals[i].text = word;
    (*count)++;
    return CLI_DONE;
}

static void set_defaults(cli_args *args) {
    const cli_command *command = args->command;
    for (int i = 0; command->options[i].name; i++) {
        const cli_option *option = &command->options[i];
        if (!option->fallback) continue;
        bool good = readers[option->type](option, option->fallback, &args->options[i]);
        assert(good && "a default of its row is out of its range");
        (void)good;
    }
    const int positionals = positional_count(command);
    for (int i = 0; i < positionals; i++) {
        args->positionals[i].text = command->positionals[i].fallback;
    }
}

bool cli_asks_for_help(int argc, char **argv) {
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    }
    return false;
}

bool cli_scan_next(cli_scan *scan, cli_scanned *word) {
    const int begin = 2; /* behind the program and the command */
    const int i = begin + scan->at;
    const char *attached;
    *word = (cli_scanned){0};
    if (i >= scan->argc) return false;
    const char *text = scan->argv[i], *next = i + 1 < scan->argc ? scan->argv[i + 1] : NULL;
    const bool dashed = text[0] == '-' && text[1] != '\0' && !begins_like_number(text);
    const int general = scan->ended ? 0 : cli_general_words(text, next);
    scan->at += general > 0 ? general : 1;
    if (general > 0) return true;
    if (scan->ended || !dashed) {
        word->value = text;
    } else if (strcmp(text, "--") == 0) {
        scan->ended = true;
    } else {
        const int option = find_option(scan->command, text, &attached);
        if (option < 0) return true;
        word->option = &scan->command->options[option];
        word->value = attached;
        if (word->option->type == CLI_FLAG || attached || !next) return true;
        word->value = next;
        scan->at++;
    }
    return true;
}

/* Words, once their command's row has said what they are. *positionals = how many it took. */
static int read_words(cli_args *args, int *positionals) {
    bool options_ended = false;
    for (int i = 2; i < args->argc; i++) {
        const char *word = args->argv[i];
        const bool dashed = word[0] == '-' && word[1] != '\0' && !begins_like_number(word);
        int code = CLI_DONE;
        const int general =
            options_ended ? 0
                          : cli_general_words(word, i + 1 < args->argc ? args->argv[i + 1] : NULL);
        if (general > 0) {
            i += general - 1;
        } else if (!options_ended && strcmp(word, "--") == 0) {
            options_ended = true;
        } else if (!options_ended && dashed) {
            code = read_option(args, &i);
        } else {
            code = read_positional(args, positionals, word);
        }
        if (code != CLI_DONE) return code;
    }
    return CLI_DONE;
}

int cli_parse(const cli_command *command, int argc, char **argv, cli_args *args) {
    *args = (cli_args){.command = command, .argc = argc, .argv = argv};
    set_defaults(args);
    args->wants_help = cli_asks_for_help(argc, argv);
    if (args->wants_help) return CLI_DONE;
    if (command->many) args->words = cli_alloc(((size_t)argc + 1) * sizeof *args->words);
    int given = 0;
    const int code = read_words(args, &given);
    if (code != CLI_DONE || given == positional_count(command)) return code;
    const cli_positional *missing = &command->positionals[given];
    if (!missing->fallback) {
        return cli_usage(command->name, "%s is missing: %s", _(missing->name), _(missing->help));
    }
    if (command->many) {
        args->words[0] = command->positionals[positional_count(command) - 1].fallback;
        args->word_count = 1;
    }
    return CLI_DONE;
}

void cli_args_free(cli_args *args) {
    free(args->words);
    free(args->dataset);
    args->words = NULL;
    args->dataset = NULL;
    args->word_count = 0;
}

const cli_value *cli_arg(const cli_args *args, const char *name) {
    const cli_command *command = args->command;
    for (int i = 0; command->options[i].name; i++) {
        if (strcmp(command->options[i].name, name) == 0) return &args->options[i];
    }
    const int positionals = positional_count(command);
    for (int i = 0; i < positionals; i++) {
        if (strcmp(command->positionals[i].name, name) == 0) return &args->positionals[i];
    }
    assert(false && "an option that the command's row does not have");
    abort();
}
