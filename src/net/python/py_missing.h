/* Which sign is missing where a text cannot be read: seldom where the reading ends. */
#ifndef EMB_NET_PYTHON_PY_MISSING_H
#define EMB_NET_PYTHON_PY_MISSING_H

#include <stdbool.h>

#include "net/python/py_tokens.h"

typedef struct emb__py_missing {
    char sign;
    int line;
    bool at_end; /* of the line; else somewhere in it */
} emb__py_missing;

/* Looks at brackets and lines up to `at`, which does not fit. `more`: a comma or a bracket could
 * stand there. False if nothing tells. */
bool emb__py_missing_find(const emb__py_token *first, const emb__py_token *at, bool more,
                          emb__py_missing *missing);

#endif
