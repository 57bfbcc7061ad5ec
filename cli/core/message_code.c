/* The codes of failures. See message_code.h. */
#include "core/message_code.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <embudo.h>

static bool find(const char *format, char text[CLI_CODE_SIZE]) {
    char code[EMB_CODE_SIZE];
    if (!emb_error_code(format, code)) return false;
    snprintf(text, CLI_CODE_SIZE, " [%s]", code);
    return true;
}

const char *cli_message_code(const char *format, const char *message, char code[CLI_CODE_SIZE]) {
    code[0] = '\0';
    if (find(format, code) || !*emb_error() || !strstr(message, emb_error())) return code;
    find(emb_error_id(), code);
    return code;
}
