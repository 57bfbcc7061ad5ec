/* The thread's error text: one line, kept until the next failure on the same thread. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
    TEXT_SIZE = 1024,
    MESSAGE_SIZE = 12 * 1024 /* two of the longest paths and the words around them */
};

static _Thread_local char text[TEXT_SIZE];
static _Thread_local emb_status last = EMB_OK;

const char *emb_error(void) { return text; }

const char *emb_version(void) { return EMB_VERSION; }

emb_status emb__last_kept(void) { return last; }

/* Stores the message as EMB_SHOWN writes it, so that nothing from a file breaks the line or acts on
 * a terminal. A message that is too long loses its middle: its end says what would be right. */
static emb_status keep(emb_status status, const char *message, size_t length) {
    static const char gap[] = " ... ";
    enum { TAIL = TEXT_SIZE / 2 };
    if (emb_text_for(EMB_SHOWN, message, length, text, TEXT_SIZE) >= TEXT_SIZE) {
        emb_text_for(EMB_SHOWN, message, length, text, TEXT_SIZE - TAIL);
        const size_t head = strlen(text), room = TEXT_SIZE - head - sizeof gap;
        const char *at = message + length - (length < TAIL ? length : TAIL);
        const char *end = message + length;
        while (((unsigned char)*at & 0xc0) == 0x80 ||
               emb_text_for(EMB_SHOWN, at, (size_t)(end - at), NULL, 0) > room) {
            at++;
        }
        memcpy(text + head, gap, sizeof gap);
        emb_text_for(EMB_SHOWN, at, (size_t)(end - at), text + head + sizeof gap - 1, room + 1);
    }
    last = status;
    return status;
}

emb_status emb__fail(emb_status status, const char *format, ...) {
    /* The old text may be among the arguments. */
    char fresh[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(fresh, sizeof fresh, format, args);
    va_end(args);
    if (length < 0) fresh[0] = '\0';
    return keep(status, fresh, strlen(fresh));
}

emb_status emb__fail_prefix(emb_status status, const char *format, ...) {
    char fresh[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    const int used = vsnprintf(fresh, sizeof fresh - TEXT_SIZE, format, args);
    va_end(args);
    if (used < 0) fresh[0] = '\0';
    const size_t at = strlen(fresh);
    snprintf(fresh + at, sizeof fresh - at, "%s", text);
    return keep(status, fresh, strlen(fresh));
}
