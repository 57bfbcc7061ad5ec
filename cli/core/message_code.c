/* The codes of failures. See message_code.h. */
#include "core/message_code.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <embudo.h>

/* Whether a line's text, written as in C, is this format. */
static bool is_format(const char *line, const char *format) {
    for (; *line && *line != '\n'; line++, format++) {
        if (*line != '\\') {
            if (*line != *format) return false;
            continue;
        }
        line++;
        if (*format != (*line == 'n' ? '\n' : *line == 't' ? '\t' : *line)) return false;
    }
    return *format == '\0';
}

static bool find(const char *format, char code[CLI_CODE_SIZE]) {
    for (const char *line = cli_message_codes; *line; line += strcspn(line, "\n") + 1) {
        const size_t length = strcspn(line, "\t");
        if (length > CLI_CODE_SIZE - 4 || !is_format(line + length + 1, format)) continue;
        snprintf(code, CLI_CODE_SIZE, " [%.*s]", (int)length, line);
        return true;
    }
    return false;
}

const char *cli_message_code(const char *format, const char *message, char code[CLI_CODE_SIZE]) {
    code[0] = '\0';
    if (find(format, code) || !*emb_error() || !strstr(message, emb_error())) return code;
    find(emb_error_id(), code);
    return code;
}
