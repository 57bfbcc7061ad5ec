/* See py_parser.h. */
#include "net/python/py_parser.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/translate.h"
#include "net/python/py_missing.h"

emb__py_node *emb__py_node_new(emb__py_parser *p, emb__py_kind kind) {
    emb__py_node *node = emb__py_alloc(p->arena, sizeof *node);
    if (!node) return NULL;
    node->kind = kind;
    node->line = p->token->line;
    return node;
}

emb__py_node *emb__py_word_node(emb__py_parser *p, emb__py_kind kind) {
    emb__py_node *node = emb__py_node_new(p, kind);
    if (!node) return NULL;
    node->length = p->token->length;
    node->text = emb__py_copy(p->arena, p->token->text, (size_t)p->token->length);
    p->token++;
    return node->text ? node : NULL;
}

void emb__py_append(emb__py_node **list, emb__py_node *node) {
    while (*list) list = &(*list)->next;
    *list = node;
}

bool emb__py_accept(emb__py_parser *p, int kind) {
    if (p->token->kind != kind) return false;
    p->token++;
    return true;
}

bool emb__py_accept_word(emb__py_parser *p, const char *word) {
    if (!emb__py_token_is(p->token, word)) return false;
    p->token++;
    return true;
}

emb__py_node *emb__py_unexpected(emb__py_parser *p, const char *what) {
    char gets[80];
    const emb__py_token *t = p->token;
    emb__py_missing missing;
    if (emb__py_missing_find(p->first, t, strchr(what, ','), &missing)) {
        emb__py_fail(p->source, missing.line,
                     missing.at_end ? E_("'%c' is missing at the end of this line")
                                    : E_("'%c' is missing in this line"),
                     missing.sign);
        return NULL;
    }
    snprintf(gets, sizeof gets, "%s", _("the end of the line"));
    if (t->kind == EMB__PY_INDENT || t->kind == EMB__PY_DEDENT) {
        snprintf(gets, sizeof gets, "%s", _("another indent"));
    } else if (t->kind != EMB__PY_NEWLINE && t->kind != EMB__PY_END) {
        snprintf(gets, sizeof gets, "'%.*s'", emb__utf8_fit(t->text, (size_t)t->length, 40),
                 t->text);
    }
    while (t > p->first && t->length == 0) t--; /* the end is where the last token is */
    emb__py_fail(p->source, t->line, "expects %s, gets %s", _(what), gets);
    return NULL;
}

bool emb__py_expect(emb__py_parser *p, int kind, const char *what) {
    return emb__py_accept(p, kind) || emb__py_unexpected(p, what);
}

bool emb__py_is_name(const emb__py_token *token) {
    static const char *const words[] = {
        "and",    "as",   "assert", "async",  "await",    "break", "class", "continue", "def",
        "del",    "elif", "else",   "except", "finally",  "for",   "from",  "global",   "if",
        "import", "in",   "is",     "lambda", "nonlocal", "not",   "or",    "pass",     "raise",
        "return", "try",  "while",  "with",   "yield",    NULL};
    for (int i = 0; words[i]; i++) {
        if (emb__py_token_is(token, words[i])) return false;
    }
    return token->kind == EMB__PY_WORD;
}

bool emb__py_parser_enter(emb__py_parser *p) {
    if (p->depth++ < EMB__PY_NESTING) return true;
    emb__py_fail(p->source, p->token->line, "more than %d brackets within one another",
                 EMB__PY_NESTING);
    return false;
}
