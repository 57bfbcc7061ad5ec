/* Python's functions that make lists, tuples and dicts; py_builtin.c has the table of functions and
 * the others. */
#ifndef EMB_NET_PYTHON_PY_LIST_H
#define EMB_NET_PYTHON_PY_LIST_H

#include "net/python/py_value.h"

/* A call of such a function. */
typedef struct emb__py_asked {
    int line;
    const emb__py_row *arguments;
    const emb__py_map *keywords;
    const emb__py_value *first; /* NULL: there is none */
} emb__py_asked;

/* What is not known among the arguments or, if all are, `what` as the reason. */
emb_status emb__py_asked_unknown(emb__py *py, const emb__py_asked *a, const char *what,
                                 emb__py_value *out);

emb_status emb__py_to_list(emb__py *py, const emb__py_asked *a, emb__py_value *out);
emb_status emb__py_to_tuple(emb__py *py, const emb__py_asked *a, emb__py_value *out);
emb_status emb__py_reversed(emb__py *py, const emb__py_asked *a, emb__py_value *out);
emb_status emb__py_zip(emb__py *py, const emb__py_asked *a, emb__py_value *out);
emb_status emb__py_enumerate(emb__py *py, const emb__py_asked *a, emb__py_value *out);
emb_status emb__py_to_map(emb__py *py, const emb__py_asked *a, emb__py_value *out);

#endif
