/* From a traced class to a spec: chains, sums and branches side by side, in two parts. */
#ifndef EMB_NET_PYTHON_PY_GRAPH_H
#define EMB_NET_PYTHON_PY_GRAPH_H

#include "net/python/py_trace.h"

/* Fills a spec, whose name is set; it is cleared on failure. */
emb_status emb__py_spec(emb__py *py, const emb__py_traced *traced, emb__spec *spec);

#endif
