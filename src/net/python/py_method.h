/* Methods of lists, dicts, texts and modules that are not the text's own. */
#ifndef EMB_NET_PYTHON_PY_METHOD_H
#define EMB_NET_PYTHON_PY_METHOD_H

#include "net/python/py_value.h"

emb_status emb__py_method_call(emb__py *py, int line, const emb__py_method *method,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out);

#endif
