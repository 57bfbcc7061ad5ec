/* Targets: names, attributes, items, and several of these. */
#ifndef EMB_NET_PYTHON_PY_ASSIGN_H
#define EMB_NET_PYTHON_PY_ASSIGN_H

#include "net/python/py_value.h"

/* Gives a target its value. */
emb_status emb__py_assign(emb__py *py, emb__py_scope *scope, const emb__py_node *target,
                          const emb__py_value *value);

#endif
