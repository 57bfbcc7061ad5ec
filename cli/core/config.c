/* See config.h. */
#include "core/config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/general_options.h"
#include "core/language_option.h"
#include "core/message.h"
#include "core/way.h"

enum { LONGEST = 1 << 16 /* bytes of a file */ };

static const char blanks[] = " \t\r";

/* What is being read. */
typedef struct reader {
    const cli_command *command;
    const char *path;
    int line;
    char **words;
    int count, first; /* the file's words begin here */
    /* Values of the command's arguments; of one that takes many, all. */
    char **arguments[CLI_MAX_POSITIONALS];
    int argument_counts[CLI_MAX_POSITIONALS];
    char *missing; /* one of them that is in the line now, and leads nowhere */
} reader;

/* ---- a line ---------------------------------------------------------------------------------- */

static char *trim(char *text) {
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1])) length--;
    text[length] = '\0';
    return text;
}

/* The value at `text`, in place; NULL if its quotes do not end. */
static char *unquote(char *text) {
    char *out = text, *in = text;
    if (*in != '"') {
        for (; *in; in++) { /* up to a comment */
            if (*in == '#' && (in == text || strchr(blanks, in[-1]))) break;
        }
        *in = '\0';
        return trim(text);
    }
    for (in++; *in && *in != '"'; in++) {
        if (*in == '\\' && in[1]) {
            in++;
            *out++ = *in == 'n' ? '\n' : *in == 't' ? '\t' : *in == 'r' ? '\r' : *in;
        } else {
            *out++ = *in;
        }
    }
    if (*in != '"') return NULL;
    in += 1 + strspn(in + 1, blanks);
    if (*in && *in != '#') return NULL;
    *out = '\0';
    return text;
}

static int refuse_value(const reader *r, const char *name, const char *wanted, const char *got,
                        const char *hint) {
    return cli_usage(r->command->name, "%s:%d: %s: expected %s, got '%s'%s", r->path, r->line, name,
                     wanted, got, hint);
}

static int refuse_name(const reader *r, const char *name) {
    const char *near = cli_option_nearest(r->command, name);
    if (near && strcmp(near, name) != 0) { /* --help is no option of a file */
        return cli_usage(r->command->name, "%s:%d: unknown option '%s'; did you mean '%s'?",
                         r->path, r->line, name, near);
    }
    return cli_usage(r->command->name, "%s:%d: unknown option '%s'", r->path, r->line, name);
}

static void add_word(reader *r, char *word) {
    r->words = realloc(r->words, ((size_t)r->count + 2) * sizeof *r->words);
    if (!r->words) cli_fail_memory(((size_t)r->count + 2) * sizeof *r->words);
    r->words[r->count++] = word;
    r->words[r->count] = NULL;
}

static int take_option(reader *r, const cli_option *option, const char *value) {
    char wanted[CLI_WANTED], hint[CLI_HINT];
    bool on = true;
    if (option->type == CLI_FLAG) {
        if (value && !cli_flag_read(value, &on)) {
            return refuse_value(r, option->name, _("yes or no"), value, "");
        }
        add_word(r, cli_format("--%s%s", option->name, on ? "" : "=no"));
        return CLI_DONE;
    }
    if (!value || !cli_option_reads(option, value)) {
        cli_option_wanted(option, value ? value : "", wanted, hint);
        return refuse_value(r, option->name, wanted, value ? value : "", hint);
    }
    add_word(r, cli_format("--%s=%s", option->name, value));
    return CLI_DONE;
}

/* "RUN|MODEL" is run or model. */
static bool is_called(const char *argument, const char *name) {
    const size_t length = strlen(name);
    while (argument) {
        const size_t word = strcspn(argument, "|");
        if (word == length && strncasecmp(argument, name, length) == 0) return true;
        argument = argument[word] ? argument + word + 1 : NULL;
    }
    return false;
}

/* Its place among the command's arguments; -1: there is none of that name. */
static int find_argument(const cli_command *command, const char *name) {
    for (int i = 0; i < CLI_MAX_POSITIONALS && command->positionals[i].name; i++) {
        if (is_called(command->positionals[i].name, name)) return i;
    }
    return -1;
}

static int take_argument(reader *r, int i, const char *name, const char *value) {
    const cli_positional *rows = r->command->positionals;
    const bool many = r->command->many && (i + 1 == CLI_MAX_POSITIONALS || !rows[i + 1].name);
    int *count = &r->argument_counts[i];
    if (!value || !*value) return refuse_value(r, name, _("a name"), "", "");
    if (!many && *count > 0) free(r->arguments[i][--*count]);
    const size_t bytes = ((size_t)*count + 1) * sizeof **r->arguments;
    r->arguments[i] = realloc(r->arguments[i], bytes);
    if (!r->arguments[i]) cli_fail_memory(bytes);
    r->arguments[i][(*count)++] = cli_format("%s", value);
    return CLI_DONE;
}

/* Whether a line before this one has the option. */
static bool is_named(const reader *r, const char *name) {
    const size_t length = strlen(name);
    for (int i = r->first; i < r->count; i++) {
        const char *word = r->words[i] + 2;
        if (strncmp(word, name, length) == 0 && (!word[length] || word[length] == '=')) return true;
    }
    return false;
}

static int take_line(reader *r, char *line) {
    line = trim(line);
    if (*line == '\0' || *line == '#') return CLI_DONE;
    char *equals = strchr(line, '='), *value = NULL;
    if (equals) {
        *equals = '\0';
        value = unquote(trim(equals + 1));
        if (!value) {
            return cli_usage(r->command->name, "%s:%d: the quotes do not end, or more follows them",
                             r->path, r->line);
        }
    }
    const char *name = equals ? trim(line) : unquote(line);
    bool good;
    const cli_option *option = name ? cli_option_find(r->command, name) : NULL;
    if (option) {
        if (strcmp(name, "set") != 0 && is_named(r, name)) {
            cli_note("%s:%d: %s stands in this file twice; this line counts", r->path, r->line,
                     name);
        }
        return take_option(r, option, value);
    }
    if (name && cli_general_take(name, value, &good)) {
        return good ? CLI_DONE : refuse_value(r, name, _("another value"), value ? value : "", "");
    }
    const int argument = find_argument(r->command, name ? name : "");
    return argument >= 0 ? take_argument(r, argument, name, value)
                         : refuse_name(r, name ? name : line);
}

/* The language before all else: what is wrong in a line above is said in it, too. */
static void take_language(const char *text) {
    static const char option[] = "language";
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += strspn(line, " \t\r\n");
        if (strncmp(line, option, sizeof option - 1) != 0) continue;
        const char *equals = line + sizeof option - 1;
        equals += strspn(equals, blanks);
        if (*equals != '=' || cli_general_given()->language) continue;
        char *copy = cli_format("%.*s", (int)strcspn(equals + 1, "\n"), equals + 1);
        const char *value = unquote(trim(copy));
        if (value) cli_language_choose(value);
        free(copy);
    }
}

/* ---- the file -------------------------------------------------------------------------------- */

static int take_lines(reader *r, char *text) {
    int code = CLI_DONE;
    for (char *line = text; line && code == CLI_DONE;) {
        char *end = strchr(line, '\n');
        if (end) *end++ = '\0';
        r->line++;
        code = take_line(r, line);
        line = end;
    }
    return code;
}

static int take_file(reader *r, const char *path, cli_text *text) {
    size_t length;
    r->path = path;
    if (emb_file_read(path, LONGEST, &text->bytes, &length) != EMB_OK) {
        return cli_fail("--config: %s", emb_error());
    }
    text->length = length;
    if (memchr(text->bytes, '\0', length)) return cli_fail("--config: %s is not text", path);
    const size_t mark = length >= 3 && memcmp(text->bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    take_language(text->bytes + mark);
    return take_lines(r, text->bytes + mark);
}

/* Arguments that the line lacks, behind its words. */
static int add_arguments(reader *r, int on_line) {
    int last = CLI_MAX_POSITIONALS - 1;
    while (last >= 0 && r->argument_counts[last] == 0) last--;
    bool ended = false;
    for (int i = 0; i < r->count; i++) ended |= strcmp(r->words[i], "--") == 0;
    for (int i = on_line; i <= last && !ended; i++) {
        for (int k = 0; k < r->argument_counts[i]; k++) ended |= *r->arguments[i][k] == '-';
        if (ended) add_word(r, cli_format("--")); /* what follows is no option */
    }
    for (int i = on_line; i <= last; i++) {
        const cli_positional *row = &r->command->positionals[i];
        if (r->argument_counts[i] == 0 && !(row->fallback && *row->fallback)) {
            return cli_usage(r->command->name, "%s is missing: %s", _(row->name), _(row->help));
        }
        for (int k = 0; k < r->argument_counts[i] && !r->missing; k++) {
            const char *value = r->arguments[i][k];
            const bool leads = *value == '/' || cli_place_exists(value);
            if (!leads) r->missing = cli_format("%s", value);
        }
        if (r->argument_counts[i] == 0) add_word(r, cli_format("%s", row->fallback));
        for (int k = 0; k < r->argument_counts[i]; k++) {
            add_word(r, cli_format("%s", r->arguments[i][k]));
        }
    }
    return CLI_DONE;
}

static int count_arguments(const cli_command *command, int argc, char **argv) {
    cli_scan scan = {.command = command, .argc = argc, .argv = argv};
    int count = 0;
    for (cli_scanned word; cli_scan_next(&scan, &word);) count += !word.option && word.value;
    return count;
}

static void free_arguments(reader *r) {
    for (int i = 0; i < CLI_MAX_POSITIONALS; i++) {
        for (int k = 0; k < r->argument_counts[i]; k++) free(r->arguments[i][k]);
        free(r->arguments[i]);
    }
}

/* The program's words but for --config and its file. */
static void add_line(reader *r, int from, int argc, char **argv) {
    static const char option[] = "--config";
    bool ended = false;
    for (int i = from; i < argc; i++) {
        ended |= strcmp(argv[i], "--") == 0;
        const bool is = !ended && strncmp(argv[i], option, sizeof option - 1) == 0;
        const char after = is ? argv[i][sizeof option - 1] : 'x';
        if (after == '\0') i++;
        if (after != '\0' && after != '=') add_word(r, cli_format("%s", argv[i]));
    }
}

int cli_config_read(cli_config *config, const cli_command *command, int argc, char **argv) {
    const char *path = cli_general_given()->config;
    *config = (cli_config){.words = argv, .count = argc};
    if (!path) return CLI_DONE;
    reader r = {.command = command};
    add_line(&r, 0, argc < 2 ? argc : 2, argv);
    r.first = r.count;
    int code = take_file(&r, path, &config->text);
    add_line(&r, 2, argc, argv);
    if (code == CLI_DONE) {
        code = add_arguments(&r, count_arguments(command, argc, argv));
    }
    free_arguments(&r);
    config->words = config->made = r.words;
    config->count = r.count;
    config->missing = r.missing;
    return code;
}

void cli_config_free(cli_config *config) {
    for (char **word = config->made; word && *word; word++) free(*word);
    free(config->made);
    free(config->missing);
    cli_text_free(&config->text);
    *config = (cli_config){0};
}
