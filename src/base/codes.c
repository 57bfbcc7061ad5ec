/* The codes of messages. See codes.h. */
#include "base/codes.h"

#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "embudo.h"

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

bool emb_error_code(const char *id, char code[EMB_CODE_SIZE]) {
    EMB__ENTER;
    code[0] = '\0';
    for (const char *line = emb__codes; id && *line; line += strcspn(line, "\n") + 1) {
        const size_t length = strcspn(line, "\t");
        if (length >= EMB_CODE_SIZE || !is_format(line + length + 1, id)) continue;
        snprintf(code, EMB_CODE_SIZE, "%.*s", (int)length, line);
        return true;
    }
    return false;
}
