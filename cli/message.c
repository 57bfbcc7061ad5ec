/* Messages, results and the live line. See message.h. */
#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_SIZE = 16 * 1024 }; /* three of the longest paths and what is said of them */

static bool live;
static cli_text *failures; /* NULL: printed */
static bool told;          /* one was printed */

void cli_live(const char *text) {
    /* Standard error is not buffered: one call is one write, so the line never flickers. */
    fprintf(stderr, "\r%s\033[K", text);
    live = true;
}

void cli_live_clear(void) {
    if (live) fputs("\r\033[K", stderr);
    live = false;
}

/* Prints "PREFIX message TAIL\n" in one write. No memory is taken here where there is none left. */
static void say(const char *prefix, const char *tail, const char *format, va_list list) {
    char text[MESSAGE_SIZE], shown[6 * MESSAGE_SIZE];
    if (vsnprintf(text, sizeof text, format, list) < 0) text[0] = '\0';
    emb_text_for(EMB_SHOWN, text, strlen(text), shown, sizeof shown);
    cli_live_clear();
    fprintf(stderr, "%s%s%s\n", prefix, shown, tail);
}

cli_text *cli_fail_into(cli_text *sink) {
    cli_text *before = failures;
    failures = sink;
    return before;
}

int cli_fail(const char *format, ...) {
    va_list list;
    va_start(list, format);
    if (!failures) {
        say("embudo: ", "", format, list);
        told = true;
    } else if (failures->length == 0) {
        char *text = cli_format_list(format, list);
        cli_text_add(failures, "%s", text);
        free(text);
    }
    va_end(list);
    return CLI_FAILED;
}

void cli_fail_memory(size_t bytes) {
    failures = NULL; /* whoever keeps them goes too */
    if (!told) cli_fail("out of memory: could not get %zu bytes", bytes);
    exit(CLI_FAILED);
}

int cli_usage(const char *command, const char *format, ...) {
    char tail[64];
    if (failures) { /* a line that was read, not typed */
        if (failures->length == 0) cli_text_add(failures, "usage");
        return CLI_USAGE;
    }
    snprintf(tail, sizeof tail, " (see embudo %s%s--help)", command ? command : "",
             command ? " " : "");
    va_list list;
    va_start(list, format);
    say("embudo: ", tail, format, list);
    va_end(list);
    return CLI_USAGE;
}

void cli_note(const char *format, ...) {
    va_list list;
    va_start(list, format);
    say("", "", format, list);
    va_end(list);
}

/* Lines that were said are kept, each with its newline. */
static void say_once(const char *line, size_t length) {
    static cli_text said;
    for (const char *at = said.bytes; at && *at; at = strchr(at, '\n') + 1) {
        if (strncmp(at, line, length) == 0 && at[length] == '\n') return;
    }
    cli_text_bytes(&said, line, length);
    cli_text_add(&said, "\n");
    cli_note("%.*s", (int)length, line);
}

void cli_notes(const char *notes) {
    while (*notes) {
        const size_t length = strcspn(notes, "\n");
        if (length > 0) say_once(notes, length);
        notes += length + (notes[length] == '\n');
    }
}

bool cli_line(const char *format, ...) {
    cli_live_clear();
    va_list list;
    va_start(list, format);
    char *line = cli_format_list(format, list);
    va_end(list);
    printf("%s\n", cli_shown(line));
    free(line);
    return cli_close_output();
}

bool cli_close_output(void) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    cli_fail("cannot write to standard output: %s", strerror(errno));
    clearerr(stdout);
    return false;
}
