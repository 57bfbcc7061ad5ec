/* What expressions are made of: numbers, texts, names, brackets. py_expression.c goes on from here,
 * and is in turn what stands in brackets: the parser's grammar has it. */
#ifndef EMB_NET_PYTHON_PY_ATOM_H
#define EMB_NET_PYTHON_PY_ATOM_H

#include "net/python/py_parser.h"

/* Each returns NULL with the error text set. */
emb__py_node *emb__py_atom(emb__py_parser *p);
/* An expression, or *a. */
emb__py_node *emb__py_starred(emb__py_parser *p);
/* for TARGET in OF if CONDITION ..., one or more, of a comprehension. */
bool emb__py_loops(emb__py_parser *p, emb__py_node *comprehension);

#endif
