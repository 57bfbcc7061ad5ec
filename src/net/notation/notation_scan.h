/* The notation's tokens, and the values of expressions made of them.
 *
 * Owns: reading the text byte by byte, line numbers, names and their numbers, arithmetic.
 * Does not own: what a line means. */
#ifndef EMB_NET_NOTATION_SCAN_H
#define EMB_NET_NOTATION_SCAN_H

#include "net/notation/notation.h"

/* A token's kind: a sign's own character, or one of these. */
enum {
    EMB__TOKEN_END = 256,
    EMB__TOKEN_ERROR, /* the error text is set */
    EMB__TOKEN_NEWLINE,
    EMB__TOKEN_NAME,
    EMB__TOKEN_NUMBER,
    EMB__TOKEN_REAL, /* a number with a point or an exponent */
    EMB__TOKEN_STRING,
    EMB__TOKEN_FLOOR_DIVIDE, /* the sign // */
    EMB__TOKEN_POWER         /* the sign ** */
};

typedef struct emb__token {
    int kind, line;
    int depth;        /* brackets that are open after it */
    const char *text; /* in the notation, not terminated */
    size_t length;
    int64_t number;
    double real;
} emb__token;

typedef enum emb__value_type {
    EMB__VALUE_NUMBER, /* a whole one */
    EMB__VALUE_REAL,
    EMB__VALUE_TUPLE, /* or a list */
    EMB__VALUE_BOOL,
    EMB__VALUE_STRING,
    EMB__VALUE_NONE
} emb__value_type;

#define EMB__NO_NUMBER INT64_MIN

typedef struct emb__value {
    emb__value_type type;
    int line;
    int n; /* numbers; those of a tuple beyond EMB__MAX_DIMS are counted but not kept */
    int64_t v[EMB__MAX_DIMS];
    double real;
    double reals[2];  /* the first numbers of a tuple, as real ones */
    bool is_latent;   /* the name `latent` and nothing else */
    const char *text; /* of a string, without its quotes; not terminated */
    size_t text_length;
} emb__value;

/* A name that the text has set. */
typedef struct emb__symbol {
    const char *text;
    size_t length;
    int line;
    bool is_number; /* not a part, not the input */
    bool is_used;
    bool is_real;
    int64_t number;
    double real;
} emb__symbol;

/* Which numbers an expression may be made of, which depends on its place. */
typedef enum emb__numbers {
    EMB__NUMBERS_WHOLE,
    EMB__NUMBERS_OR_NONE, /* in a tuple None, too, which is kept as EMB__NO_NUMBER */
    EMB__NUMBERS_ANY,     /* real ones, too, but / of whole numbers is refused */
    EMB__NUMBERS_REAL,    /* / as in Python */
    EMB__NUMBERS_REALS    /* in a tuple, too */
} emb__numbers;

typedef struct emb__scan {
    const char *name; /* of the text */
    const char *text;
    size_t length, at;
    int line;
    int depth, open_lines[EMB__NOTATION_DEPTH]; /* the lines of the open brackets, ... */
    char open_signs[EMB__NOTATION_DEPTH];       /* ... and the brackets */
    emb__token last, token, ahead;              /* the one before, the current one, the next */
    emb__numbers numbers;                       /* of the expression that is being read */
    int symbol_count;
    emb__symbol symbols[EMB__NOTATION_NAMES];
} emb__scan;

/* Checks the text's bytes and reads the first tokens. `text` and `name` are borrowed. */
emb_status emb__scan_start(emb__scan *scan, const char *text, size_t length, const char *name);

void emb__scan_next(emb__scan *scan);

/* Skips the token if it is of this kind. */
bool emb__scan_accept(emb__scan *scan, int kind);

/* Skips "word." if that comes next. */
bool emb__scan_prefix(emb__scan *scan, const char *word);

bool emb__token_is(const emb__token *token, const char *word);

/* Bytes of the token to show in an error: long ones are cut. */
int emb__token_shown(const emb__token *token);

/* Fails with "NAME:LINE: ...". */
emb_status emb__scan_fail(const emb__scan *scan, int line, const char *format, ...)
    EMB__PRINTF(3, 4);

/* Fails with "expects WHAT, gets" and the current token; if that is an error token, with its
 * error. */
emb_status emb__scan_unexpected(const emb__scan *scan, const char *what);

/* The same if something is missing: "NAME:LINE:COLUMN: ..." is the place after the last token,
 * where it should be. `what` is a format, which is translated here. */
emb_status emb__scan_missing(const emb__scan *scan, const char *what, ...) EMB__PRINTF(2, 3);

/* Skips from '(' past the ')' that closes it, over any arguments that Python may have between them.
 * In notation_skip.c. */
emb_status emb__scan_skip_brackets(emb__scan *scan);
/* Its last step: continues after the ')' at `at`, which closes `open`. */
emb_status emb__scan_go_on(emb__scan *scan, const emb__token *open, size_t at, int line);

/* EMB_OK if a line may set this name, as emb__scan_define then does. */
emb_status emb__scan_may_define(const emb__scan *scan, const emb__token *name);
/* `value` is a number, or NULL for a part and the input. */
void emb__scan_define(emb__scan *scan, const emb__token *name, const emb__value *value);

/* The first name that is set to a number and not used, or NULL. */
const emb__symbol *emb__scan_unused(const emb__scan *scan);
/* Whether a number of that name was used. */
bool emb__scan_uses(const emb__scan *scan, const char *name);

/* Reads an expression. */
emb_status emb__scan_value(emb__scan *scan, emb__numbers numbers, emb__value *value);

/* "a number", "a tuple", ... */
const char *emb__value_name(const emb__value *value);

#endif
