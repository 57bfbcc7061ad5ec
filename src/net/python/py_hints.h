/* What a text says of training: batch size, learning rate, epochs, seed, and which classes it
 * makes. */
#ifndef EMB_NET_PYTHON_PY_HINTS_H
#define EMB_NET_PYTHON_PY_HINTS_H

#include "net/python/py_value.h"

/* A call outside of classes, such as torch.optim.Adam(..., lr=0.001). */
void emb__py_hint_call(emb__py *py, const char *path, const emb__py_row *arguments,
                       const emb__py_map *keywords);
/* A name that gets a value outside of classes: epochs = 10. */
void emb__py_hint_name(emb__py *py, const emb__py_node *assignment, const emb__py_value *value);

/* The same of a function's argument, an option of argparse, a key of a dict. */
void emb__py_hint_value(emb__py *py, const char *name, const emb__py_value *value);
/* for epoch in range(12), outside of classes. */
void emb__py_hint_loop(emb__py *py, const emb__py_node *loop, const emb__py_row *items);
/* The loss of a function's body, as long as nothing else names one. */
void emb__py_hint_body(emb__py *py, const emb__py_node *node, int depth);

emb_status emb__py_construction_add(emb__py *py, emb__py_class *class, const emb__py_row *arguments,
                                    const emb__py_map *keywords, int line);

#endif
