/* Reading expressions. py_statement.c goes on from here. */
#ifndef EMB_NET_PYTHON_PY_EXPRESSION_H
#define EMB_NET_PYTHON_PY_EXPRESSION_H

#include "net/python/py_tokens.h"

/* One parser: its tokens and where it stands. */
typedef struct emb__py_parser {
    const emb__py_source *source;
    emb__py_arena *arena;
    const emb__py_token *first, *token; /* of all; the next */
    int depth;
} emb__py_parser;

/* Each returns NULL with the error text set. */

/* An expression; `stars`: *a may stand for one; `tuple`: a, b too. */
emb__py_node *emb__py_expression(emb__py_parser *p, bool tuple);
/* The target of a for: names, attributes, without `in`. */
emb__py_node *emb__py_targets(emb__py_parser *p);
/* What comes after '(' in a call or a class, up to its ')'; *good says whether it is right. */
emb__py_node *emb__py_arguments(emb__py_parser *p, bool *good);
/* Parameters up to `end`; likewise. `annotated`: of a def, not of a lambda. */
emb__py_node *emb__py_parameters(emb__py_parser *p, int end, bool annotated, bool *good);

emb__py_node *emb__py_node_new(emb__py_parser *p, emb__py_kind kind);
/* The same with the next token, a word, as its text. The word is skipped. */
emb__py_node *emb__py_word_node(emb__py_parser *p, emb__py_kind kind);
void emb__py_append(emb__py_node **list, emb__py_node *node);

bool emb__py_accept(emb__py_parser *p, int kind);
bool emb__py_accept_word(emb__py_parser *p, const char *word);
/* Skips what must come here, or fails. */
bool emb__py_expect(emb__py_parser *p, int kind, const char *what);
/* Fails with "expects WHAT, gets ...": returns NULL. */
emb__py_node *emb__py_unexpected(emb__py_parser *p, const char *what);
/* Whether a token is a name that may be given, and no word of the language. */
bool emb__py_is_name(const emb__py_token *token);

#endif
