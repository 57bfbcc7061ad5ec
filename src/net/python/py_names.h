/* What a name stands for in a scope, attributes, and what a loop goes over. */
#ifndef EMB_NET_PYTHON_PY_NAMES_H
#define EMB_NET_PYTHON_PY_NAMES_H

#include "net/python/py_value.h"

/* The scope in which a statement of this one sets a name: another one after `global`. */
emb__py_scope *emb__py_owner(emb__py *py, emb__py_scope *scope, const char *name);
/* The value of a NAME; an unknown one if it has none. */
emb_status emb__py_name(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                        emb__py_value *out);
/* An attribute of a value. */
emb_status emb__py_attribute(emb__py *py, int line, const emb__py_value *of, const char *name,
                             emb__py_value *out);
/* A name of a class or of what it inherits; NULL: it has none. *of: the class that has it. */
const emb__py_value *emb__py_class_find(emb__py_class *class, const char *name, emb__py_class **of);
/* The items of what a loop goes over: a list, a dict's keys, a range, a container's modules. */
emb_status emb__py_items(emb__py *py, int line, const emb__py_value *of, emb__py_row **items);

#endif
