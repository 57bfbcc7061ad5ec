/* Python's tokens, lines and indents. Only the parser uses them. */
#ifndef EMB_NET_PYTHON_PY_TOKENS_H
#define EMB_NET_PYTHON_PY_TOKENS_H

#include "net/python/py_tree.h"

/* A token's kind: a sign as EMB__PY_SIGN has it, or one of these. */
enum {
    EMB__PY_END = 1 << 24,
    EMB__PY_NEWLINE,
    EMB__PY_INDENT,
    EMB__PY_DEDENT,
    EMB__PY_WORD,
    EMB__PY_NUMBER,  /* a whole one */
    EMB__PY_DECIMAL, /* with a point or an exponent, or too large */
    EMB__PY_QUOTED   /* quotes and letters before them included */
};

typedef struct emb__py_token {
    int kind, line;
    int length;
    const char *text; /* in the source, not terminated */
} emb__py_token;

typedef struct emb__py_tokens {
    emb__py_token *all; /* ends with END */
    size_t count, capacity;
} emb__py_tokens;

/* Reads text[length], whose first line is `line`. `bare`: an expression in a text, without lines.
 * To be freed with emb__free(tokens->all), on failure, too. */
emb_status emb__py_tokens_read(const emb__py_source *source, const char *text, size_t length,
                               int line, bool bare, emb__py_tokens *tokens);

bool emb__py_token_is(const emb__py_token *token, const char *word);

#endif
