/* The thread's error text: one line, kept until the next failure on the same thread. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/translate.h"

enum {
    TEXT_SIZE = 1024,
    MESSAGE_SIZE = 12 * 1024 /* two of the longest paths and the words around them */
};

static _Thread_local char text[TEXT_SIZE];
static _Thread_local emb_status last = EMB_OK;
static _Thread_local const char *id = "";     /* what the text was made of */
static _Thread_local const char *part = NULL; /* what the next one is made of, see emb__fail_part */

const char *emb_error(void) { return text; }

const char *emb_error_id(void) { return id; }

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

/* Whether a format has words of its own, or only passes texts on, as "%s: %s" does. */
static bool has_words(const char *format) {
    for (; *format; format++) {
        if (*format == '%') {
            format += 1 + strspn(format + 1, "0123456789.*$-+ #hlzjt");
            if (*format == '\0') return false;
        } else if ((*format >= 'a' && *format <= 'z') || (*format >= 'A' && *format <= 'Z')) {
            return true;
        }
    }
    return false;
}

void emb__fail_part(char *out, size_t size, const char *format, va_list list) {
    if (has_words(format)) part = format;
    emb__say_list(out, size, format, list);
}

emb_status emb__fail(emb_status status, const char *format, ...) {
    /* The old text may be among the arguments. */
    char fresh[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    emb__say_list(fresh, sizeof fresh, format, args);
    va_end(args);
    if (part) {
        id = part;
    } else if (has_words(format)) {
        id = format;
    }
    part = NULL;
    return keep(status, fresh, strlen(fresh));
}

emb_status emb__fail_prefix(emb_status status, const char *format, ...) {
    char fresh[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    emb__say_list(fresh, sizeof fresh - TEXT_SIZE, format, args);
    va_end(args);
    const size_t at = strlen(fresh);
    snprintf(fresh + at, sizeof fresh - at, "%s", text);
    return keep(status, fresh, strlen(fresh));
}
