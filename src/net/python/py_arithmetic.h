/* Numbers, texts and lists with signs between them, and comparisons. */
#ifndef EMB_NET_PYTHON_PY_ARITHMETIC_H
#define EMB_NET_PYTHON_PY_ARITHMETIC_H

#include "net/python/py_value.h"

/* a sign b of values that are no tensors; what cannot be known gives an unknown value. */
emb_status emb__py_binary(emb__py *py, int line, int sign, const emb__py_value *a,
                          const emb__py_value *b, emb__py_value *out);
emb_status emb__py_unary(emb__py *py, int line, int sign, const emb__py_value *a,
                         emb__py_value *out);
/* `sign` as the parser has it: 'i' for in, 's' for is, ... */
emb_status emb__py_compare(emb__py *py, int line, int sign, const emb__py_value *a,
                           const emb__py_value *b, emb__py_value *out);
/* a[index] of a list, a tuple, a text or a dict. */
emb_status emb__py_item(emb__py *py, int line, const emb__py_value *a, const emb__py_value *index,
                        emb__py_value *out);

#endif
