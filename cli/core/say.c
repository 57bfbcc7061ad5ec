/* Standard error, without allocating memory. See say.h. */
#include "core/say.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

enum {
    MESSAGE_SIZE = 16 * 1024
}; /* room for three of the longest paths and the words about them */

static bool live;
static bool told; /* a failure was printed */

void cli_live(const char *text) {
    /* Standard error is not buffered: one call is one write, so the line never flickers. */
    fprintf(stderr, "\r%s\033[K", text);
    live = true;
}

void cli_live_clear(void) {
    if (live) fputs("\r\033[K", stderr);
    live = false;
}

void cli_say(const char *prefix, const char *tail, const char *format, va_list list) {
    char text[MESSAGE_SIZE], shown[6 * MESSAGE_SIZE];
    if (vsnprintf(text, sizeof text, format, list) < 0) text[0] = '\0';
    emb_text_for(EMB_SHOWN, text, strlen(text), shown, sizeof shown);
    cli_live_clear();
    fprintf(stderr, "%s%s%s\n", prefix, shown, tail);
}

void cli_say_failure(const char *tail, const char *format, va_list list) {
    cli_say("embudo: ", tail, format, list);
    told = true;
}

static void tell(const char *format, ...) {
    va_list list;
    va_start(list, format);
    cli_say_failure("", format, list);
    va_end(list);
}

void cli_fail_memory(size_t bytes) {
    if (!told) tell("out of memory: could not get %zu bytes", bytes);
    exit(EXIT_FAILURE);
}
