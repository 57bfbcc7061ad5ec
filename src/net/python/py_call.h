/* Calls: of functions, classes, modules, and of what an import names. */
#ifndef EMB_NET_PYTHON_PY_CALL_H
#define EMB_NET_PYTHON_PY_CALL_H

#include "net/python/py_value.h"

/* Makes a module of a class with its arguments. */
emb_status emb__py_instantiate(emb__py *py, int line, emb__py_class *class,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out);

/* Calls a value: emb__py.call. */
emb_status emb__py_run_call(emb__py *py, int line, const emb__py_value *function,
                            const emb__py_row *arguments, const emb__py_map *keywords,
                            emb__py_value *out);

#endif
