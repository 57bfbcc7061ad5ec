/* PyTorch's modules: layers, whose arguments go to their rows, and what holds modules. */
#ifndef EMB_NET_PYTHON_PY_LAYER_H
#define EMB_NET_PYTHON_PY_LAYER_H

#include "net/python/py_value.h"

/* A layer with evaluated arguments, which its row in the table of layers judges. */
emb_status emb__py_layer_read(emb__py *py, int line, const emb__layer_kind *kind,
                              const emb__py_row *arguments, const emb__py_map *keywords,
                              emb__layer_spec *layer);

/* Calls nn.NAME: a layer, a container, or an unknown value for what is neither. */
emb_status emb__py_make(emb__py *py, int line, const char *name, const emb__py_row *arguments,
                        const emb__py_map *keywords, emb__py_value *out);

/* A new module without anything in it. */
emb__py_object *emb__py_object_new(emb__py *py, emb__py_class *class, emb__py_container container,
                                   int line);
/* Puts a container's arguments into it: modules, a list of them, a dict. */
emb_status emb__py_fill(emb__py *py, int line, emb__py_object *object,
                        const emb__py_row *arguments);
/* Adds a module to a container under a name, or under its number. */
emb_status emb__py_child_add(emb__py *py, int line, emb__py_object *object, const char *name,
                             const emb__py_value *child);
/* A child of a container by its number, or NULL. */
emb__py_value *emb__py_child(const emb__py_object *object, int i);

/* The layer of this kind with default arguments: of a step that the class does not name. */
emb_status emb__py_plain(const char *text, emb__layer_spec *layer);

#endif
