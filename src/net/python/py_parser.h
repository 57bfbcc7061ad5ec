/* A parser over tokens, and what all that reads with it needs. */
#ifndef EMB_NET_PYTHON_PY_PARSER_H
#define EMB_NET_PYTHON_PY_PARSER_H

#include "net/python/py_tokens.h"

/* One parser: its tokens and where it stands. */
typedef struct emb__py_parser emb__py_parser;

/* Expressions, from what they are made of. */
typedef struct emb__py_grammar {
    emb__py_node *(*test)(emb__py_parser *p);      /* a value */
    emb__py_node *(*condition)(emb__py_parser *p); /* one without an `if` in it */
    emb__py_node *(*targets)(emb__py_parser *p);
    emb__py_node *(*row)(emb__py_parser *p); /* a, b */
} emb__py_grammar;

struct emb__py_parser {
    const emb__py_grammar *grammar;
    const emb__py_source *source;
    emb__py_arena *arena;
    const emb__py_token *first, *token; /* of all; the next */
    int depth;
};

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
/* Goes one level deeper, if that is not too deep; p->depth-- goes back. */
bool emb__py_parser_enter(emb__py_parser *p);

#endif
