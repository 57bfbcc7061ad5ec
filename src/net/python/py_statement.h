/* Reading statements: blocks of them, from lines and indents. */
#ifndef EMB_NET_PYTHON_PY_STATEMENT_H
#define EMB_NET_PYTHON_PY_STATEMENT_H

#include "net/python/py_tree.h"

/* Reads text[length], whose first line is `line`: *block is its statements, in their order. */
emb_status emb__py_parse(const emb__py_source *source, emb__py_arena *arena, const char *text,
                         size_t length, int line, emb__py_node **block);

#endif
