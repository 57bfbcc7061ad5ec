/* Standard error, without allocating memory. See say.h. */
#include "core/say.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/language.h"

enum {
    MESSAGE_SIZE = 16 * 1024
}; /* room for three of the longest paths and the words about them */

static bool live, quiet;
static bool told; /* a failure was printed */

void cli_live_quiet(bool on) { quiet = on; }

void cli_live(const char *text) {
    if (quiet) return;
    /* Standard error is not buffered: one call is one write, so the line never flickers. */
    fprintf(stderr, "\r%s\033[K", text);
    live = true;
}

void cli_live_clear(void) {
    if (live) fputs("\r\033[K", stderr);
    live = false;
}

void cli_say(const char *prefix, const char *message, const char *tail) {
    char shown[6 * MESSAGE_SIZE];
    emb_text_for(EMB_SHOWN, message, strlen(message), shown, sizeof shown);
    cli_live_clear();
    fprintf(stderr, "%s%s%s\n", prefix, shown, tail);
}

void cli_say_failure(const char *message, const char *tail) {
    cli_say("embudo: ", message, tail);
    told = true;
}

void cli_fail_memory(size_t bytes) {
    char text[256];
    snprintf(text, sizeof text, _("out of memory: could not get %zu bytes"), bytes);
    if (!told) cli_say_failure(text, "");
    exit(EXIT_FAILURE);
}
