/* Statements: following a text line by line. */
#ifndef EMB_NET_PYTHON_PY_RUN_H
#define EMB_NET_PYTHON_PY_RUN_H

#include "net/python/py_value.h"

/* Follows a text's own statements, outside of any function. What cannot be followed is passed
 * over; an error is only memory that runs out, or steps. */
emb_status emb__py_run_text(emb__py *py, const emb__py_node *block);

/* Follows a function's statements; *result is what it returns, or None. */
emb_status emb__py_run_body(emb__py *py, emb__py_scope *scope, const emb__py_node *block,
                            emb__py_value *result);

#endif
