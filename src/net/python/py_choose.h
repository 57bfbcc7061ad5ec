/* Which class of a text is the network, and with which arguments it is made. */
#ifndef EMB_NET_PYTHON_PY_CHOOSE_H
#define EMB_NET_PYTHON_PY_CHOOSE_H

#include "net/python/py_trace.h"

/* `name`: the class that is asked for, or NULL. */
emb_status emb__py_choose(emb__py *py, const char *name, const emb__shape *input,
                          emb__py_traced *traced);

#endif
