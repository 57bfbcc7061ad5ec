/* What is written in quotes, and numbers, as Python reads them. */
#ifndef EMB_NET_PYTHON_PY_TEXT_H
#define EMB_NET_PYTHON_PY_TEXT_H

#include "net/python/py_tree.h"

/* The inside of a quoted token. */
typedef struct emb__py_quoted {
    const char *text;
    size_t length;
    bool raw, format;
} emb__py_quoted;

void emb__py_quoted_read(const char *token, size_t length, emb__py_quoted *quoted);

/* A copy with its escapes resolved, NUL-terminated; what is no character becomes '?'. NULL with the
 * error text set. */
const char *emb__py_unescape(emb__py_arena *arena, const char *text, size_t length, bool raw,
                             int *out_length);

/* False if the text is no such number, or does not fit. */
bool emb__py_read_whole(const char *text, size_t length, int64_t *number);
bool emb__py_read_real(const char *text, size_t length, double *number);

#endif
