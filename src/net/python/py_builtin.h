/* Python's own functions, and methods of numbers, texts, lists, dicts and modules. */
#ifndef EMB_NET_PYTHON_PY_BUILTIN_H
#define EMB_NET_PYTHON_PY_BUILTIN_H

#include "net/python/py_value.h"

/* Calls what an import or Python itself names; *found says whether there is such a function. */
emb_status emb__py_builtin(emb__py *py, int line, const char *path, const emb__py_row *arguments,
                           const emb__py_map *keywords, emb__py_value *out, bool *found);

#endif
