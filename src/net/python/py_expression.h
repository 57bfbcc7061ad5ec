/* Reading expressions. py_statement.c goes on from here. */
#ifndef EMB_NET_PYTHON_PY_EXPRESSION_H
#define EMB_NET_PYTHON_PY_EXPRESSION_H

#include "net/python/py_parser.h"

/* Each returns NULL with the error text set. */

/* What stands in brackets: set in a new parser. */
extern const emb__py_grammar emb__py_expressions;

/* An expression; `tuple`: a, b and *a too. */
emb__py_node *emb__py_expression(emb__py_parser *p, bool tuple);
/* The target of a for: names, attributes, without `in`. */
emb__py_node *emb__py_targets(emb__py_parser *p);
/* What comes after '(' in a call or a class, up to its ')'; *good says whether it is right. */
emb__py_node *emb__py_arguments(emb__py_parser *p, bool *good);
/* Parameters up to `end`; likewise. `annotated`: of a def, not of a lambda. */
emb__py_node *emb__py_parameters(emb__py_parser *p, int end, bool annotated, bool *good);

#endif
