/* Python text as a tree: what the parser makes and the evaluator walks.
 *
 * Owns: the nodes, the memory that they and everything made of them lie in, and where a line of the
 * text stands in its file. Does not own: what a tree means. */
#ifndef EMB_NET_PYTHON_PY_TREE_H
#define EMB_NET_PYTHON_PY_TREE_H

#include "base/memory.h"
#include "codec/notebook.h"

enum {
    EMB__PY_MEMORY = 1 << 26, /* bytes of trees and values of one text */
    EMB__PY_NESTING = 60      /* brackets, blocks and signs within one another */
};

/* Memory that is freed at once. */
typedef struct emb__py_arena {
    struct emb__py_chunk *chunks;
    size_t used, room; /* of the newest chunk */
    size_t total;
} emb__py_arena;

/* Zeroed memory, or NULL with the error text set. */
void *emb__py_alloc(emb__py_arena *arena, size_t bytes);
/* A copy with a NUL, or NULL. */
char *emb__py_copy(emb__py_arena *arena, const char *text, size_t length);
void emb__py_arena_clear(emb__py_arena *arena);

/* A sign is its characters, the first lowest: '+', EMB__PY_SIGN('*', '*', 0). */
#define EMB__PY_SIGN(a, b, c) ((a) | (b) << 8 | (c) << 16)

typedef enum emb__py_kind {
    /* expressions */
    EMB__PY_NAME,
    EMB__PY_WHOLE,
    EMB__PY_REAL,
    EMB__PY_TEXT,          /* text[length], escapes resolved; bytes too */
    EMB__PY_FORMAT,        /* f"...": list of texts and expressions */
    EMB__PY_CONSTANT,      /* whole: 0 False, 1 True, 2 None, 3 ... */
    EMB__PY_TUPLE,         /* list */
    EMB__PY_LIST,          /* list */
    EMB__PY_SET,           /* list */
    EMB__PY_DICT,          /* list of PAIR and of DOUBLE_STAR */
    EMB__PY_PAIR,          /* a: key, b: value */
    EMB__PY_ATTRIBUTE,     /* a.text */
    EMB__PY_INDEX,         /* a[b] */
    EMB__PY_SLICE,         /* a:b:c, each may be NULL */
    EMB__PY_CALL,          /* a(list) */
    EMB__PY_KEYWORD,       /* text=a in a call */
    EMB__PY_STAR,          /* *a */
    EMB__PY_STARS,         /* **a */
    EMB__PY_UNARY,         /* sign: '-', '+', '~', or 'n' for not */
    EMB__PY_BINARY,        /* a sign b */
    EMB__PY_COMPARE,       /* a, then list of BINARY whose b is the right side: a < b < c */
    EMB__PY_LOGIC,         /* a and b: sign 'a'; or: 'o' */
    EMB__PY_CHOICE,        /* a if b else c */
    EMB__PY_LAMBDA,        /* list: parameters; a: the value */
    EMB__PY_COMPREHENSION, /* sign: '[', '(', '{', ':'; a: the item (b its value); list: FOR, with
                              conditions in its list */
    EMB__PY_NAMED,         /* a := b */
    EMB__PY_OTHER,         /* await, yield: not followed; text says which */
    /* statements */
    EMB__PY_EXPRESSION, /* a */
    EMB__PY_ASSIGN,     /* list: targets; a: the value */
    EMB__PY_CHANGE,     /* a sign= b */
    EMB__PY_RETURN,     /* a, or NULL */
    EMB__PY_IF,         /* a: condition; body; rest */
    EMB__PY_FOR,        /* a: target; b: of what; body; rest */
    EMB__PY_WHILE,      /* a; body; rest */
    EMB__PY_DEF,        /* text; list: parameters; body */
    EMB__PY_PARAMETER,  /* text; a: default, or NULL; sign: 0, '*' or EMB__PY_SIGN('*','*',0) */
    EMB__PY_CLASS,      /* text; list: what it inherits; body */
    EMB__PY_WITH,       /* list: ASSIGN or EXPRESSION; body */
    EMB__PY_TRY,        /* body; rest: finally */
    EMB__PY_IMPORT,     /* list: NAME with text (as what) and a NAME (the module) */
    EMB__PY_DELETE,     /* a: the target */
    EMB__PY_PASS,       /* also: assert; an annotation: list: its NAME */
    EMB__PY_GLOBAL,     /* a: NAME or a TUPLE of them; sign: 'n' of nonlocal */
    EMB__PY_BREAK,
    EMB__PY_CONTINUE,
    EMB__PY_RAISE
} emb__py_kind;

typedef struct emb__py_node {
    emb__py_kind kind;
    int line; /* of the whole text, from 1 */
    int sign;
    int length;
    const char *text; /* NUL-terminated */
    int64_t whole;
    double real;
    struct emb__py_node *a, *b, *c, *list, *body, *rest;
    struct emb__py_node *decorators;
    struct emb__py_node *next; /* in the list that it is part of */
} emb__py_node;

/* A text that is being read. */
typedef struct emb__py_source {
    const char *name; /* of the file */
    const emb__notebook *cells;
} emb__py_source;

/* Fails with "FILE:LINE: ..." or "FILE, cell C, line L: ...". */
emb_status emb__py_fail(const emb__py_source *source, int line, const char *format, ...)
    EMB__PRINTF(3, 4);

enum { EMB__PY_PLACE = 64 };
/* "line 12" or "cell 3, line 2". */
const char *emb__py_place(const emb__py_source *source, int line, char text[EMB__PY_PLACE]);

#endif
