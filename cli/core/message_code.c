/* The codes of failures. See message_code.h. */
#include "core/message_code.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/strings.h"

/* A failure that is told later, when others may have followed. */
static char *kept_text, kept_code[CLI_CODE_SIZE];

static bool find(const char *format, char text[CLI_CODE_SIZE]) {
    char code[EMB_CODE_SIZE];
    if (!emb_error_code(format, code)) return false;
    snprintf(text, CLI_CODE_SIZE, " [%s]", code);
    return true;
}

const char *cli_message_code(const char *format, const char *message, char code[CLI_CODE_SIZE]) {
    code[0] = '\0';
    if (find(format, code)) return code;
    if (*emb_error() && strstr(message, emb_error()) && find(emb_error_id(), code)) return code;
    if (kept_text && strstr(message, kept_text)) snprintf(code, CLI_CODE_SIZE, "%s", kept_code);
    return code;
}

void cli_message_code_keep(const char *message, const char *code) {
    if (!*message || !*code) return;
    free(kept_text);
    kept_text = cli_format("%s", message);
    snprintf(kept_code, sizeof kept_code, "%s", code);
}

char *cli_error_kept(void) {
    char code[CLI_CODE_SIZE];
    if (find(emb_error_id(), code)) cli_message_code_keep(emb_error(), code);
    return cli_format("%s", emb_error());
}
