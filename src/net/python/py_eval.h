/* Expressions: what a tree is worth in a scope. */
#ifndef EMB_NET_PYTHON_PY_EVAL_H
#define EMB_NET_PYTHON_PY_EVAL_H

#include "net/python/py_value.h"

emb_status emb__py_eval(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                        emb__py_value *out);

#endif
