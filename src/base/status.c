/* The thread's error text: one line, kept until the next failure on the same thread. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 1024 };

static _Thread_local char text[TEXT_SIZE];
static _Thread_local emb_status last = EMB_OK;

const char *emb_error(void) { return text; }

const char *emb_version(void) { return EMB_VERSION; }

emb_status emb__last_status(void) { return last; }

/* A control character from a file must neither break the line nor reach a terminal. */
static void make_one_line(char *s) {
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f) *s = '?';
    }
}

emb_status emb__fail(emb_status status, const char *format, ...) {
    /* The old text may be among the arguments. */
    char fresh[TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(fresh, sizeof fresh, format, args);
    va_end(args);
    make_one_line(fresh);
    memcpy(text, fresh, sizeof text);
    last = status;
    return status;
}

emb_status emb__fail_prefix(emb_status status, const char *format, ...) {
    char fresh[TEXT_SIZE];
    va_list args;
    va_start(args, format);
    int used = vsnprintf(fresh, sizeof fresh, format, args);
    va_end(args);
    if (used < 0) used = 0;
    size_t at = (size_t)used < sizeof fresh ? (size_t)used : sizeof fresh - 1;
    snprintf(fresh + at, sizeof fresh - at, "%s", text);
    make_one_line(fresh);
    memcpy(text, fresh, sizeof text);
    last = status;
    return status;
}
