/* See py_atom.h. */
#include "net/python/py_atom.h"

#include <stdio.h>
#include <string.h>

#include "base/translate.h"
#include "net/python/py_text.h"

#define SIGN EMB__PY_SIGN

/* ---- atoms ----------------------------------------------------------------------------------- */

static emb__py_node *read_number(emb__py_parser *p) {
    emb__py_node *node = emb__py_node_new(p, EMB__PY_WHOLE);
    const emb__py_token *t = p->token;
    if (!node) return NULL;
    if (t->kind == EMB__PY_NUMBER && emb__py_read_whole(t->text, (size_t)t->length, &node->whole)) {
        p->token++;
        return node;
    }
    node->kind = EMB__PY_REAL;
    if (!emb__py_read_real(t->text, (size_t)t->length, &node->real)) {
        return emb__py_unexpected(p, "a number");
    }
    p->token++;
    return node;
}

/* {expression} within f"...": text[length] is what is between the braces. */
static emb__py_node *read_inside(emb__py_parser *p, const char *text, size_t length) {
    emb__py_tokens tokens = {0};
    size_t end = 0;
    int depth = 0;
    for (; end < length; end++) {
        const bool same = end + 1 < length && text[end + 1] == '=';
        if (strchr("([{", text[end]) && text[end]) depth++;
        if (strchr(")]}", text[end]) && text[end]) depth--;
        if (depth == 0 && (text[end] == ':' || (text[end] == '!' && !same))) break;
    }
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '=')) end--; /* f"{a=}" */
    emb__py_node *node = NULL;
    if (emb__py_parser_enter(p) &&
        emb__py_tokens_read(p->source, text, end, p->token->line, true, &tokens) == EMB_OK) {
        const emb__py_parser outside = *p;
        p->first = p->token = tokens.all;
        node = p->grammar->row(p);
        if (node && p->token->kind != EMB__PY_END) node = emb__py_unexpected(p, "'}' in a text");
        *p = outside;
        emb__free(tokens.all);
    } else if (p->depth <= EMB__PY_NESTING) {
        emb__free(tokens.all);
    }
    p->depth--;
    return node;
}

/* The pieces of f"...", from one brace to the next. */
static emb__py_node *read_pieces(emb__py_parser *p, const emb__py_quoted *q) {
    emb__py_node *all = emb__py_node_new(p, EMB__PY_FORMAT), **list = all ? &all->list : NULL;
    for (size_t at = 0; all && at < q->length;) {
        size_t end = at;
        while (end < q->length && q->text[end] != '{' && q->text[end] != '}') end++;
        const bool twice = end + 1 < q->length && q->text[end] == q->text[end + 1];
        emb__py_node *piece = NULL;
        if (end > at || twice) {
            piece = emb__py_node_new(p, EMB__PY_TEXT);
            if (!piece) return NULL;
            end += twice ? 1 : 0;
            piece->text =
                emb__py_unescape(p->arena, q->text + at, end - at, q->raw, &piece->length);
            if (!piece->text) return NULL;
            at = end + (twice ? 1 : 0);
        } else {
            int depth = 0;
            size_t close = end;
            do {
                depth += q->text[close] == '{' ? 1 : q->text[close] == '}' ? -1 : 0;
                close++;
            } while (close < q->length && depth > 0);
            if (depth != 0 || close < end + 2) return emb__py_unexpected(p, "'{' and '}' in pairs");
            piece = read_inside(p, q->text + end + 1, close - end - 2);
            if (!piece) return NULL;
            at = close;
        }
        *list = piece;
        list = &piece->next;
    }
    return all;
}

/* Texts side by side are one. */
static emb__py_node *read_texts(emb__py_parser *p) {
    emb__py_node *all = NULL, **end = NULL;
    while (p->token->kind == EMB__PY_QUOTED) {
        emb__py_quoted q;
        emb__py_quoted_read(p->token->text, (size_t)p->token->length, &q);
        emb__py_node *node = q.format ? read_pieces(p, &q) : emb__py_node_new(p, EMB__PY_TEXT);
        if (!node) return NULL;
        if (!q.format) {
            node->text = emb__py_unescape(p->arena, q.text, q.length, q.raw, &node->length);
            if (!node->text) return NULL;
        }
        p->token++;
        if (!all) {
            all = node;
            continue;
        }
        if (all->kind != EMB__PY_FORMAT) {
            emb__py_node *first = all;
            all = emb__py_node_new(p, EMB__PY_FORMAT);
            if (!all) return NULL;
            all->line = first->line;
            all->list = first;
        }
        if (!end) end = &all->list;
        emb__py_append(end, node->kind == EMB__PY_FORMAT ? node->list : node);
        while (*end) end = &(*end)->next;
    }
    return all;
}

/* for TARGET in OF if CONDITION ..., one or more. */
bool emb__py_loops(emb__py_parser *p, emb__py_node *comprehension) {
    while (emb__py_token_is(p->token, "for") || emb__py_token_is(p->token, "async")) {
        emb__py_accept_word(p, "async");
        emb__py_node *loop = emb__py_node_new(p, EMB__PY_FOR);
        if (!loop || !emb__py_accept_word(p, "for")) return false;
        loop->a = p->grammar->targets(p);
        if (!loop->a) return false;
        if (!emb__py_accept_word(p, "in")) return emb__py_unexpected(p, "'in'");
        loop->b = p->grammar->condition(p); /* an `if` behind it is the loop's */
        if (!loop->b) return false;
        while (emb__py_accept_word(p, "if")) {
            emb__py_node *condition = p->grammar->condition(p);
            if (!condition) return false;
            emb__py_append(&loop->list, condition);
        }
        emb__py_append(&comprehension->list, loop);
    }
    return true;
}

emb__py_node *emb__py_starred(emb__py_parser *p) {
    const int line = p->token->line;
    if (!emb__py_accept(p, '*')) return p->grammar->test(p);
    emb__py_node *of = p->grammar->test(p), *node = of ? emb__py_node_new(p, EMB__PY_STAR) : NULL;
    if (!node) return NULL;
    node->line = line;
    node->a = of;
    return node;
}

/* What comes after '(' or '[', with its closing bracket. */
static emb__py_node *read_row(emb__py_parser *p, int close) {
    const int line = p->token->line;
    emb__py_node *row = emb__py_node_new(p, close == ']' ? EMB__PY_LIST : EMB__PY_TUPLE);
    if (!row) return NULL;
    if (emb__py_accept(p, close)) return row;
    emb__py_node **list = &row->list;
    bool comma = false;
    for (;;) {
        emb__py_node *item = emb__py_starred(p);
        if (!item) return NULL;
        if (!row->list &&
            (emb__py_token_is(p->token, "for") || emb__py_token_is(p->token, "async"))) {
            row->kind = EMB__PY_COMPREHENSION;
            row->sign = close == ']' ? '[' : '(';
            row->a = item;
            if (!emb__py_loops(p, row) || !emb__py_expect(p, close, "a closing bracket"))
                return NULL;
            return row;
        }
        *list = item;
        list = &item->next;
        if (emb__py_accept(p, ',')) {
            comma = true;
            if (emb__py_accept(p, close)) break;
            continue;
        }
        if (emb__py_accept(p, close)) break;
        char what[64];
        snprintf(what, sizeof what, _("',' or '%c' to close the bracket of line %d"), close, line);
        return emb__py_unexpected(p, what);
    }
    return close == ')' && !comma && !row->list->next ? row->list : row;
}

/* What comes after '{'. */
static emb__py_node *read_braces(emb__py_parser *p) {
    emb__py_node *all = emb__py_node_new(p, EMB__PY_DICT), **end = all ? &all->list : NULL;
    if (!all) return NULL;
    while (!emb__py_accept(p, '}')) {
        emb__py_node *item = emb__py_node_new(p, EMB__PY_PAIR);
        if (!item) return NULL;
        if (emb__py_accept(p, SIGN('*', '*', 0))) {
            item->kind = EMB__PY_STARS;
            item->a = p->grammar->test(p);
        } else {
            item->a = emb__py_starred(p);
            if (item->a && emb__py_accept(p, ':')) {
                item->b = p->grammar->test(p);
                if (!item->b) return NULL;
            } else {
                all->kind = EMB__PY_SET;
                item = item->a;
            }
        }
        if (!item || (item->kind != EMB__PY_PAIR && all->kind == EMB__PY_DICT && !item->a)) {
            return NULL;
        }
        if (item->kind == EMB__PY_PAIR && !item->a) return NULL;
        if (!all->list && emb__py_token_is(p->token, "for")) {
            all->sign = item->kind == EMB__PY_PAIR ? ':' : '{';
            all->kind = EMB__PY_COMPREHENSION;
            all->a = all->sign == ':' ? item->a : item;
            if (all->sign == ':') all->b = item->b;
            return emb__py_loops(p, all) && emb__py_expect(p, '}', "'}'") ? all : NULL;
        }
        *end = item;
        end = &item->next;
        if (!emb__py_accept(p, ',') && p->token->kind != '}') {
            return emb__py_unexpected(p, "',' or '}'");
        }
    }
    return all;
}

static emb__py_node *read_word(emb__py_parser *p) {
    static const char *const constants[] = {"False", "True", "None", NULL};
    static const char *const others[] = {"await", "yield", NULL};
    for (int i = 0; constants[i]; i++) {
        if (!emb__py_token_is(p->token, constants[i])) continue;
        emb__py_node *node = emb__py_node_new(p, EMB__PY_CONSTANT);
        if (node) node->whole = i;
        p->token++;
        return node;
    }
    for (int i = 0; others[i]; i++) {
        if (!emb__py_token_is(p->token, others[i])) continue;
        emb__py_node *node = emb__py_word_node(p, EMB__PY_OTHER);
        (void)emb__py_accept_word(p, "from");
        const int next = p->token->kind;
        if (next == EMB__PY_NEWLINE || next == ')' || next == EMB__PY_END) return node;
        return p->grammar->row(p) ? node : NULL;
    }
    if (!emb__py_is_name(p->token)) return emb__py_unexpected(p, "a value");
    return emb__py_word_node(p, EMB__PY_NAME);
}

emb__py_node *emb__py_atom(emb__py_parser *p) {
    emb__py_node *node = NULL;
    switch (p->token->kind) {
    case EMB__PY_WORD:
        return read_word(p);
    case EMB__PY_NUMBER:
    case EMB__PY_DECIMAL:
        return read_number(p);
    case EMB__PY_QUOTED:
        return read_texts(p);
    case SIGN('.', '.', '.'):
        node = emb__py_node_new(p, EMB__PY_CONSTANT);
        if (node) node->whole = 3;
        p->token++;
        return node;
    case '(':
    case '[':
    case '{': {
        const int open = p->token->kind;
        p->token++;
        if (!emb__py_parser_enter(p)) return NULL;
        node = open == '{' ? read_braces(p) : read_row(p, open == '(' ? ')' : ']');
        p->depth--;
        return node;
    }
    default:
        return emb__py_unexpected(p, "a value");
    }
}
