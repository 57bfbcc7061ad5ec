/* Status codes and the thread's error text.
 *
 * Owns: the text behind emb_error(). Does not own: any printing; the library prints nothing. */
#ifndef EMB_BASE_STATUS_H
#define EMB_BASE_STATUS_H

#include "embudo.h"

#if defined(__GNUC__)
#define EMB__PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define EMB__PRINTF(text, first)
#endif

/* Sets the thread's error text, as emb_text_for writes it for EMB_SHOWN (of more than 1023 bytes
 * the middle is left out), and returns `status`, so that a failing function ends with
 * `return emb__fail(...)`. */
emb_status emb__fail(emb_status status, const char *format, ...) EMB__PRINTF(2, 3);

/* Puts "prefix" before the text that is set already; returns `status`. Adds the file or the layer
 * that a lower room does not know. */
emb_status emb__fail_prefix(emb_status status, const char *format, ...) EMB__PRINTF(2, 3);

/* The status of the last failure on this thread; EMB_OK if nothing has failed yet. */
emb_status emb__last_kept(void);

/* The status of the last emb__fail on this thread: a caller that got NULL from a constructor passes
 * it on. Never EMB_OK. */
static inline emb_status emb__last_status(void) {
    const emb_status last = emb__last_kept();
    return last != EMB_OK ? last : EMB_ERR_MEMORY;
}

#endif
