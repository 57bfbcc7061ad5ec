/* Statements and calls: following a text line by line. */
#ifndef EMB_NET_PYTHON_PY_RUN_H
#define EMB_NET_PYTHON_PY_RUN_H

#include "net/python/py_value.h"

/* Follows a text's own statements, outside of any function. What cannot be followed is passed
 * over; an error is only memory that runs out, or steps. */
emb_status emb__py_run_text(emb__py *py, const emb__py_node *block);

/* Makes a module of a class with its arguments. */
emb_status emb__py_instantiate(emb__py *py, int line, emb__py_class *class,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out);

/* Calls a value: emb__py.call. */
emb_status emb__py_run_call(emb__py *py, int line, const emb__py_value *function,
                            const emb__py_row *arguments, const emb__py_map *keywords,
                            emb__py_value *out);

#endif
