/* What may be done to a tensor in forward: torch's functions, functional's, a tensor's methods and
 * its operators, each as a layer of the table of layers. */
#ifndef EMB_NET_PYTHON_PY_TORCH_H
#define EMB_NET_PYTHON_PY_TORCH_H

#include "net/python/py_layer.h"

/* Calls torch.NAME or torch.nn.functional.NAME, or the method NAME of the first argument. */
emb_status emb__py_torch_call(emb__py *py, int line, const char *name, const emb__py_row *arguments,
                              const emb__py_map *keywords, emb__py_value *out);
/* A tensor's attribute; a method if it is none. */
emb_status emb__py_tensor_attribute(emb__py *py, int line, const emb__py_value *tensor,
                                    const char *name, emb__py_value *out);
/* Runs a layer that is a module on its arguments. */
emb_status emb__py_layer_call(emb__py *py, int line, emb__py_object *object,
                              const emb__py_row *arguments, const emb__py_map *keywords,
                              emb__py_value *out);

#endif
