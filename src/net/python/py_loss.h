/* The loss in a training_step: where it compares something with the image. */
#ifndef EMB_NET_PYTHON_PY_LOSS_H
#define EMB_NET_PYTHON_PY_LOSS_H

#include "net/python/py_value.h"

/* In a training_step: whether a call of a function that is not followed is the loss, as one of its
 * arguments is the image. `function` NULL: a difference. */
bool emb__py_compares(emb__py *py, const emb__py_value *function, const emb__py_row *arguments,
                      const emb__py_map *keywords);
/* The failure by which the way ends there. */
emb_status emb__py_compared(const emb__py *py, int line);

#endif
