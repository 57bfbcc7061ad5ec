/* Reading run.json. See run_json.h. */
#include "core/run_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <embudo.h>

#include "core/command_table.h"
#include "core/json.h"
#include "core/message.h"

enum { MOST_BYTES = 1 << 20, MOST_WORDS = 1000 };

bool cli_run_json_read(json_t **record, const char *path) {
    struct stat found;
    char *text = NULL;
    size_t length = 0;
    json_error_t error;
    *record = NULL;
    if (lstat(path, &found) != 0 && (errno == ENOENT || errno == ENOTDIR)) return true;
    bool good = emb_file_read(path, MOST_BYTES, &text, &length) == EMB_OK;
    if (!good) {
        cli_fail("%s", emb_error());
    } else {
        *record = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
        good = json_is_object(*record);
        if (!*record) {
            cli_fail("%s:%d: column %d: not the JSON of a run's record", path, error.line,
                     error.column);
        } else if (!good) {
            cli_fail("%s: expected a run's record, an object in JSON", path);
        }
    }
    free(text);
    if (good) return true;
    json_decref(*record);
    *record = NULL;
    return false;
}

/* A record is not deep; deeper members are left out. */
enum { DEEPEST = 16 };

static void add_value(cli_json *json, const char *key, json_t *value) {
    const bool array = json_is_array(value);
    const char *name;
    json_t *member;
    size_t i;
    if (array || json_is_object(value)) {
        if (json->depth > DEEPEST) return;
        cli_json_open(json, key, array ? '[' : '{');
        json_object_foreach(value, name, member) { add_value(json, name, member); }
        json_array_foreach(value, i, member) { add_value(json, NULL, member); }
        cli_json_close(json, array ? ']' : '}');
    } else if (json_is_integer(value)) {
        cli_json_whole(json, key, json_integer_value(value));
    } else if (json_is_real(value)) {
        cli_json_real(json, key, json_real_value(value));
    } else if (json_is_boolean(value)) {
        cli_json_bool(json, key, json_is_true(value));
    } else {
        cli_json_string(json, key, json_string_value(value));
    }
}

bool cli_run_json_write(json_t *record, const char *path) {
    cli_json json = {0};
    add_value(&json, NULL, record);
    const bool written = emb_file_write(path, json.text.bytes, json.text.length) == EMB_OK;
    cli_text_free(&json.text);
    return written;
}

json_t *cli_run_json_group(const json_t *record, const char *group) {
    json_t *found = json_object_get(record, group);
    return json_is_object(found) ? found : NULL;
}

static const json_t *member(const json_t *record, const char *group, const char *name) {
    return json_object_get(group ? cli_run_json_group(record, group) : record, name);
}

const char *cli_run_json_string(const json_t *record, const char *group, const char *name) {
    return json_string_value(member(record, group, name));
}

bool cli_run_json_number(const json_t *record, const char *group, const char *name, double *value) {
    const json_t *found = member(record, group, name);
    if (json_is_number(found)) *value = json_number_value(found);
    return json_is_number(found);
}

/* Puts what a page cannot show unchanged between $' and ': POSIX has had that since 2024, and
 * shells for much longer. */
static void add_escaped(cli_text *out, const char *word) {
    cli_text_add(out, "$'");
    for (; *word; word++) {
        const unsigned char byte = (unsigned char)*word;
        if (byte < ' ' || byte >= 0x7f) {
            cli_text_add(out, "\\%03o", byte);
        } else {
            cli_text_add(out, byte == '\'' || byte == '\\' ? "\\%c" : "%c", byte);
        }
    }
    cli_text_add(out, "'");
}

/* One word for a POSIX shell: unchanged if that is safe, else between single quotes. (One with = in
 * front of a command would be an assignment.) */
void cli_run_json_quote(cli_text *out, const char *word) {
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "-_./,:=+@%";
    const bool assigns = *word != '-' && strchr(word, '=');
    if (*word && !assigns && word[strspn(word, safe)] == '\0') {
        cli_text_add(out, "%s", word);
        return;
    }
    if (strcmp(cli_shown(word), word) != 0) {
        add_escaped(out, word);
        return;
    }
    cli_text_add(out, "'");
    for (; *word; word++) {
        if (*word == '\'') {
            cli_text_add(out, "'\\''");
        } else {
            cli_text_bytes(out, word, 1);
        }
    }
    cli_text_add(out, "'");
}

static bool is_folder_option(const char *word) {
    return strcmp(word, "-o") == 0 || strcmp(word, "--output") == 0 ||
           strncmp(word, "--output=", 9) == 0;
}

/* Whether a command line of so many words makes a run, or a comparison. */
static bool makes_run(char **words, int count) {
    static const char *const makers[] = {"train", "classify", "compare"};
    bool made = false;
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        made |= strcmp(words[1], makers[i]) == 0;
    }
    if (!made) return false;
    cli_text why = {0}, *before = cli_fail_into(&why);
    cli_args args;
    made = cli_parse(cli_command_find(words[1]), count, words, &args) == CLI_DONE;
    made = made && !args.wants_help;
    /* A line with --resume does not make a run again, and a resumed run records its first line. */
    for (int i = 0; made && args.command->options[i].name; i++) {
        made = strcmp(args.command->options[i].name, "resume") != 0 || !args.options[i].given;
    }
    cli_args_free(&args);
    cli_fail_into(before);
    cli_text_free(&why);
    return made;
}

void cli_run_json_words_free(char **words) {
    for (int i = 0; words && words[i]; i++) free(words[i]);
    free(words);
}

char **cli_run_json_words(const json_t *record, int *count) {
    const json_t *command = json_object_get(record, "command");
    const size_t size = json_array_size(command);
    *count = 0;
    if (size < 2 || size > MOST_WORDS) return NULL;
    char **words = cli_alloc((size + 1) * sizeof *words);
    bool good = true;
    for (size_t i = 0; i < size; i++) {
        const char *word = json_string_value(json_array_get(command, i));
        good = good && word;
        /* Whatever name the program was called by, the page shows this one. */
        words[i] = i == 0 ? cli_format("embudo") : cli_name_back(word ? word : "");
    }
    words[size] = NULL;
    *count = (int)size;
    if (good && makes_run(words, *count)) return words;
    cli_run_json_words_free(words);
    *count = 0;
    return NULL;
}

char *cli_run_json_command(const json_t *record, bool *names_folder) {
    int count = 0;
    char **words = cli_run_json_words(record, &count);
    cli_text text = {0};
    *names_folder = false;
    for (int i = 0; i < count; i++) {
        /* The step log would be overwritten, and it does not change the model. */
        const bool alone = strcmp(words[i], "--step-log") == 0;
        if (alone || strncmp(words[i], "--step-log=", 11) == 0) {
            i += alone;
            continue;
        }
        *names_folder |= is_folder_option(words[i]);
        if (i > 0) cli_text_add(&text, " ");
        cli_run_json_quote(&text, words[i]);
    }
    cli_run_json_words_free(words);
    return text.bytes;
}

char *cli_run_json_text(const json_t *value) {
    char number[CLI_NUMBER_SIZE];
    switch (json_typeof(value)) {
    case JSON_STRING:
        return cli_format("%s", json_string_value(value));
    case JSON_INTEGER:
        return cli_format("%lld", (long long)json_integer_value(value));
    case JSON_REAL:
        return cli_format("%s", cli_shortest(json_real_value(value), number));
    case JSON_TRUE:
        return cli_format("true");
    case JSON_FALSE:
        return cli_format("false");
    case JSON_NULL:
        return cli_format("null");
    default:
        return NULL;
    }
}
