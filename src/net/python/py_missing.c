/* See py_missing.h.
 *
 * How lines are broken tells what was meant: what a bracket in the middle of a line opens is closed
 * in that line or behind something else, and a bracket that closes at the beginning of a line was
 * opened at the end of one. */
#include "net/python/py_missing.h"

#include <string.h>

enum { NESTED = 256 };

static const char openers[] = "([{", closers[] = ")]}";

static bool is_in(const char *signs, const emb__py_token *t) {
    return t->kind > 0 && t->kind < 0x80 && strchr(signs, t->kind);
}

static bool begins_line(const emb__py_token *first, const emb__py_token *t) {
    return t == first || t[-1].line < t->line;
}

/* The first token of a token's line. */
static const emb__py_token *line_of(const emb__py_token *first, const emb__py_token *t) {
    while (t > first && t[-1].line == t->line) t--;
    while (t->length == 0 && t->kind != EMB__PY_END) t++; /* an indent */
    return t;
}

/* How far a token's line is indented. */
static int column_of(const emb__py_token *first, const emb__py_token *t) {
    if (t->kind == EMB__PY_END) return 0;
    const char *text = line_of(first, t)->text;
    int column = 0;
    while (text - column > first->text && text[-column - 1] != '\n') column++;
    return column;
}

/* Brackets that are open, and what the closed ones of the statement say. */
typedef struct brackets {
    const emb__py_token *open[NESTED];
    int depth;
    const emb__py_token *unclosed; /* closed by another's bracket, as it seems */
    const emb__py_token *extra;    /* closes another's bracket, as it seems */
    const emb__py_token *before;   /* that of the statement before */
} brackets;

static void take(brackets *b, const emb__py_token *first, const emb__py_token *t) {
    if (t->kind == EMB__PY_NEWLINE) {
        b->depth = 0;
        b->before = b->extra;
        b->unclosed = b->extra = NULL;
    }
    if (is_in(openers, t) && b->depth < NESTED) b->open[b->depth++] = t;
    if (!is_in(closers, t) || b->depth == 0) return;
    const emb__py_token *opener = b->open[--b->depth];
    const bool ends = opener[1].line > opener->line, begins = begins_line(first, t);
    if (opener->line == t->line || ends == begins) return;
    if (ends) {
        b->extra = t;
    } else if (!b->unclosed) {
        b->unclosed = opener;
    }
}

/* The innermost open bracket with something of its own behind it in its line, or with nothing of
 * its own at all, as what follows is not indented; NULL. */
static const emb__py_token *open_within(const brackets *b, const emb__py_token *first) {
    for (int i = b->depth - 1; i >= 0; i--) {
        const emb__py_token *opener = b->open[i];
        if (opener[1].line == opener->line ||
            column_of(first, opener + 1) <= column_of(first, opener)) {
            return opener;
        }
    }
    return NULL;
}

static bool is_head(const emb__py_token *t) {
    return emb__py_token_is(t, "def") || emb__py_token_is(t, "class");
}

static char closing(const emb__py_token *opener) {
    return closers[strchr(openers, opener->kind) - openers];
}

/* A new statement begins in brackets that are open. */
static void unclosed(const brackets *b, const emb__py_token *first, const emb__py_token *before,
                     emb__py_missing *missing) {
    const emb__py_token *opener = b->unclosed ? b->unclosed : open_within(b, first);
    const emb__py_token *inner = b->open[b->depth - 1];
    *missing = opener ? (emb__py_missing){closing(opener), opener->line, false}
                      : (emb__py_missing){closing(inner), before->line, true};
}

bool emb__py_missing_find(const emb__py_token *first, const emb__py_token *at, bool more,
                          emb__py_missing *missing) {
    brackets b = {0};
    for (const emb__py_token *t = first; t < at; t++) take(&b, first, t);
    const emb__py_token *extra = b.extra ? b.extra : b.before;
    if (is_in(closers, at) && b.depth == 0 && extra) {
        *missing = (emb__py_missing){'(', extra->line, false};
        return true;
    }
    if (b.depth == 0) return false;
    const emb__py_token *start = at->kind == EMB__PY_END ? at : line_of(first, at);
    const emb__py_token *before = start > first ? start - 1 : first;
    while (before > first && before->length == 0) before--;
    const emb__py_token *outer = b.open[0];
    const bool head = is_head(line_of(first, outer));
    if (outer->line < start->line && (head || column_of(first, start) <= column_of(first, outer))) {
        unclosed(&b, first, before, missing);
        return true;
    }
    if (!more || start != at || before->line >= at->line) return false;
    *missing = (emb__py_missing){',', before->line, true};
    return true;
}
