/* Reading run.json. See report_record.h. */
#include "report_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <embudo.h>

#include "message.h"

enum { MOST_BYTES = 1 << 20, MOST_WORDS = 1000 };

bool cli_record_read(json_t **record, const char *path) {
    struct stat found;
    char *text = NULL;
    size_t length = 0;
    json_error_t error;
    *record = NULL;
    if (stat(path, &found) != 0 && errno == ENOENT) return true;
    bool good = emb_file_read(path, MOST_BYTES, &text, &length) == EMB_OK;
    if (!good) {
        cli_fail("%s", emb_error());
    } else {
        *record = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
        good = json_is_object(*record);
        if (!*record) {
            cli_fail("%s:%d: not the JSON of a run's record: %s", path, error.line, error.text);
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

json_t *cli_record_group(const json_t *record, const char *group) {
    json_t *found = json_object_get(record, group);
    return json_is_object(found) ? found : NULL;
}

static const json_t *member(const json_t *record, const char *group, const char *name) {
    return json_object_get(group ? cli_record_group(record, group) : record, name);
}

const char *cli_record_string(const json_t *record, const char *group, const char *name) {
    return json_string_value(member(record, group, name));
}

bool cli_record_number(const json_t *record, const char *group, const char *name, double *value) {
    const json_t *found = member(record, group, name);
    if (json_is_number(found)) *value = json_number_value(found);
    return json_is_number(found);
}

/* One word for a POSIX shell: as it is where that is safe, else between single quotes. (One with =
 * in front of a command would be an assignment.) */
void cli_record_quote(cli_text *out, const char *word) {
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "-_./,:=+@%";
    const bool assigns = *word != '-' && strchr(word, '=');
    if (*word && !assigns && word[strspn(word, safe)] == '\0') {
        cli_text_add(out, "%s", word);
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

char *cli_record_command(const json_t *record, bool *names_folder) {
    const json_t *command = json_object_get(record, "command");
    const size_t count = json_array_size(command);
    cli_text text = {0};
    *names_folder = false;
    if (count == 0 || count > MOST_WORDS) return NULL;
    for (size_t i = 0; i < count; i++) {
        const char *word = json_string_value(json_array_get(command, i));
        if (!word) {
            cli_text_free(&text);
            return NULL;
        }
        *names_folder |= is_folder_option(word);
        if (i > 0) cli_text_add(&text, " ");
        cli_record_quote(&text, word);
    }
    return text.bytes;
}

char *cli_record_text(const json_t *value) {
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
