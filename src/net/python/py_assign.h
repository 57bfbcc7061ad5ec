/* Targets: names, attributes, items, and several of these. */
#ifndef EMB_NET_PYTHON_PY_ASSIGN_H
#define EMB_NET_PYTHON_PY_ASSIGN_H

#include "net/python/py_value.h"

/* Gives a target its value. */
emb_status emb__py_assign(emb__py *py, emb__py_scope *scope, const emb__py_node *target,
                          const emb__py_value *value);

/* del of a target. */
emb_status emb__py_delete(emb__py *py, emb__py_scope *scope, const emb__py_node *target);

/* Before a call: if it sets a layer's weights, the user is told that it is left out. */
void emb__py_weights_changed(emb__py *py, const emb__py_node *node, const emb__py_value *function);

/* Keeps the defaults of a function's parameters as they are where it is defined. */
emb_status emb__py_defaults_keep(emb__py *py, emb__py_scope *scope, emb__py_function *function);
/* The default of a parameter that has one. */
emb_status emb__py_default(emb__py *py, const emb__py_function *function,
                           const emb__py_node *parameter, emb__py_value *out);

#endif
