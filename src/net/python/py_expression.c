/* See py_expression.h. */
#include "net/python/py_expression.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/python/py_text.h"

#define SIGN EMB__PY_SIGN

/* ---- what all need --------------------------------------------------------------------------- */

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
    char gets[80] = "the end of the line";
    const emb__py_token *t = p->token;
    if (t->kind == EMB__PY_INDENT || t->kind == EMB__PY_DEDENT) {
        snprintf(gets, sizeof gets, "another indent");
    } else if (t->kind != EMB__PY_NEWLINE && t->kind != EMB__PY_END) {
        snprintf(gets, sizeof gets, "'%.*s'", emb__utf8_fit(t->text, (size_t)t->length, 40),
                 t->text);
    }
    while (t > p->first && t->length == 0) t--; /* the end is where the last token is */
    emb__py_fail(p->source, t->line, "expects %s, gets %s", what, gets);
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

/* Goes one level deeper, if that is not too deep. */
static bool enter(emb__py_parser *p) {
    if (p->depth++ < EMB__PY_NESTING) return true;
    emb__py_fail(p->source, p->token->line, "more than %d brackets within one another",
                 EMB__PY_NESTING);
    return false;
}

static emb__py_node *two(emb__py_parser *p, emb__py_kind kind, int sign, emb__py_node *a,
                         emb__py_node *b, int line) {
    emb__py_node *node = a && b ? emb__py_node_new(p, kind) : NULL;
    if (!node) return NULL;
    node->sign = sign;
    node->a = a;
    node->b = b;
    node->line = line;
    return node;
}

static emb__py_node *test(emb__py_parser *p);
static emb__py_node *logic(emb__py_parser *p, bool either);

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
    emb__py_tokens tokens;
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
    if (enter(p) &&
        emb__py_tokens_read(p->source, text, end, p->token->line, true, &tokens) == EMB_OK) {
        emb__py_parser inside = *p;
        inside.first = inside.token = tokens.all;
        node = emb__py_expression(&inside, true);
        if (node && inside.token->kind != EMB__PY_END) {
            node = emb__py_unexpected(&inside, "'}' in a text");
        }
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
static bool read_loops(emb__py_parser *p, emb__py_node *comprehension) {
    while (emb__py_token_is(p->token, "for") || emb__py_token_is(p->token, "async")) {
        emb__py_accept_word(p, "async");
        emb__py_node *loop = emb__py_node_new(p, EMB__PY_FOR);
        if (!loop || !emb__py_accept_word(p, "for")) return false;
        loop->a = emb__py_targets(p);
        if (!loop->a) return false;
        if (!emb__py_accept_word(p, "in")) return emb__py_unexpected(p, "'in'");
        loop->b = logic(p, true); /* an `if` behind it is the loop's */
        if (!loop->b) return false;
        while (emb__py_accept_word(p, "if")) {
            emb__py_node *condition = logic(p, true);
            if (!condition) return false;
            emb__py_append(&loop->list, condition);
        }
        emb__py_append(&comprehension->list, loop);
    }
    return true;
}

static emb__py_node *starred(emb__py_parser *p) {
    const int line = p->token->line;
    if (!emb__py_accept(p, '*')) return test(p);
    emb__py_node *of = test(p), *node = of ? emb__py_node_new(p, EMB__PY_STAR) : NULL;
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
        emb__py_node *item = starred(p);
        if (!item) return NULL;
        if (!row->list &&
            (emb__py_token_is(p->token, "for") || emb__py_token_is(p->token, "async"))) {
            row->kind = EMB__PY_COMPREHENSION;
            row->sign = close == ']' ? '[' : '(';
            row->a = item;
            if (!read_loops(p, row) || !emb__py_expect(p, close, "a closing bracket")) return NULL;
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
        snprintf(what, sizeof what, "',' or '%c' to close the bracket of line %d", close, line);
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
            item->a = test(p);
        } else {
            item->a = starred(p);
            if (item->a && emb__py_accept(p, ':')) {
                item->b = test(p);
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
            return read_loops(p, all) && emb__py_expect(p, '}', "'}'") ? all : NULL;
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
        return emb__py_expression(p, true) ? node : NULL;
    }
    if (!emb__py_is_name(p->token)) return emb__py_unexpected(p, "a value");
    return emb__py_word_node(p, EMB__PY_NAME);
}

static emb__py_node *atom(emb__py_parser *p) {
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
        if (!enter(p)) return NULL;
        node = open == '{' ? read_braces(p) : read_row(p, open == '(' ? ')' : ']');
        p->depth--;
        return node;
    }
    default:
        return emb__py_unexpected(p, "a value");
    }
}

/* ---- what follows an atom -------------------------------------------------------------------- */

emb__py_node *emb__py_arguments(emb__py_parser *p, bool *good) {
    emb__py_node *list = NULL, **end = &list;
    *good = false;
    while (!emb__py_accept(p, ')')) {
        emb__py_node *item;
        if (emb__py_is_name(p->token) && p->token[1].kind == '=') {
            item = emb__py_word_node(p, EMB__PY_KEYWORD);
            p->token++;
            if (item && !(item->a = test(p))) return NULL;
        } else if (emb__py_accept(p, SIGN('*', '*', 0))) {
            item = emb__py_node_new(p, EMB__PY_STARS);
            if (item && !(item->a = test(p))) return NULL;
        } else {
            item = starred(p);
            if (item && emb__py_token_is(p->token, "for")) {
                emb__py_node *all = emb__py_node_new(p, EMB__PY_COMPREHENSION);
                if (!all) return NULL;
                all->sign = '(';
                all->a = item;
                if (!read_loops(p, all)) return NULL;
                item = all;
            }
        }
        if (!item) return NULL;
        *end = item;
        end = &item->next;
        if (!emb__py_accept(p, ',') && p->token->kind != ')') {
            emb__py_unexpected(p, "',' or ')'");
            return NULL;
        }
    }
    *good = true;
    return list;
}

/* a[...] : one index, a slice, or several with commas. */
static emb__py_node *read_index(emb__py_parser *p) {
    emb__py_node *first = NULL, **end = &first;
    const int line = p->token->line;
    bool comma = false;
    while (!emb__py_accept(p, ']')) {
        emb__py_node *part[3] = {NULL}, *item;
        int colons = 0;
        while (p->token->kind != ',' && p->token->kind != ']') {
            if (emb__py_accept(p, ':')) {
                if (++colons > 2) return emb__py_unexpected(p, "']'");
                continue;
            }
            if (part[colons]) return emb__py_unexpected(p, "']'");
            if (!(part[colons] = starred(p))) return NULL;
        }
        item = part[0];
        if (colons > 0) {
            item = emb__py_node_new(p, EMB__PY_SLICE);
            if (!item) return NULL;
            item->a = part[0];
            item->b = part[1];
            item->c = part[2];
        }
        if (!item) return emb__py_unexpected(p, "an index");
        *end = item;
        end = &item->next;
        if (emb__py_accept(p, ',')) comma = true;
    }
    if (!first) return emb__py_unexpected(p, "an index");
    if (!comma) return first;
    emb__py_node *all = emb__py_node_new(p, EMB__PY_TUPLE);
    if (!all) return NULL;
    all->line = line;
    all->list = first;
    return all;
}

static emb__py_node *trailers(emb__py_parser *p) {
    emb__py_node *node = atom(p);
    while (node) {
        emb__py_node *of = node;
        const int line = p->token->line;
        bool good = true;
        if (emb__py_accept(p, '.')) {
            if (p->token->kind != EMB__PY_WORD) return emb__py_unexpected(p, "a name after '.'");
            node = emb__py_word_node(p, EMB__PY_ATTRIBUTE);
        } else if (p->token->kind == '(') {
            p->token++;
            node = emb__py_node_new(p, EMB__PY_CALL);
            if (!node || !enter(p)) return NULL;
            node->list = emb__py_arguments(p, &good);
            p->depth--;
        } else if (p->token->kind == '[') {
            p->token++;
            node = emb__py_node_new(p, EMB__PY_INDEX);
            if (!node || !enter(p)) return NULL;
            node->b = read_index(p);
            p->depth--;
            good = node->b != NULL;
        } else {
            return node;
        }
        if (!node || !good) return NULL;
        node->a = of;
        node->line = node->kind == EMB__PY_CALL ? of->line : line;
    }
    return NULL;
}

/* ---- operators ------------------------------------------------------------------------------- */

static emb__py_node *unary(emb__py_parser *p);

static emb__py_node *power(emb__py_parser *p) {
    emb__py_node *left = trailers(p);
    const int line = p->token->line;
    if (!left || !emb__py_accept(p, SIGN('*', '*', 0))) return left;
    return two(p, EMB__PY_BINARY, SIGN('*', '*', 0), left, unary(p), line);
}

static emb__py_node *unary(emb__py_parser *p) {
    const int sign = p->token->kind, line = p->token->line;
    if (sign != '-' && sign != '+' && sign != '~') return power(p);
    p->token++;
    if (!enter(p)) return NULL;
    emb__py_node *of = unary(p), *node = of ? emb__py_node_new(p, EMB__PY_UNARY) : NULL;
    p->depth--;
    if (!node) return NULL;
    node->sign = sign;
    node->line = line;
    node->a = of;
    return node;
}

enum { SIGN_LEVELS = 6 };

/* Signs from those that bind least. */
static const int signs[SIGN_LEVELS][6] = {
    {'|'},      {'^'},
    {'&'},      {SIGN('<', '<', 0), SIGN('>', '>', 0)},
    {'+', '-'}, {'*', '/', SIGN('/', '/', 0), '%', '@'},
};

static emb__py_node *arithmetic(emb__py_parser *p, int level) {
    if (level == SIGN_LEVELS) return unary(p);
    emb__py_node *left = arithmetic(p, level + 1);
    while (left) {
        const int sign = p->token->kind, line = p->token->line;
        bool here = false;
        for (int i = 0; i < 6 && signs[level][i]; i++) here = here || signs[level][i] == sign;
        if (!here) break;
        p->token++;
        left = two(p, EMB__PY_BINARY, sign, left, arithmetic(p, level + 1), line);
    }
    return left;
}

/* The comparison that comes next, which is skipped; 0: none. 'i' in, 'j' not in, 's' is, 't' is
 * not. */
static int comparison_sign(emb__py_parser *p) {
    static const int compared[] = {
        '<', '>', SIGN('<', '=', 0), SIGN('>', '=', 0), SIGN('=', '=', 0), SIGN('!', '=', 0)};
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        if (emb__py_accept(p, compared[i])) return compared[i];
    }
    if (emb__py_accept_word(p, "in")) return 'i';
    if (emb__py_token_is(p->token, "not") && emb__py_token_is(p->token + 1, "in")) {
        p->token += 2;
        return 'j';
    }
    if (!emb__py_accept_word(p, "is")) return 0;
    return emb__py_accept_word(p, "not") ? 't' : 's';
}

static emb__py_node *comparison(emb__py_parser *p) {
    emb__py_node *left = arithmetic(p, 0), *all = NULL, **end = NULL;
    int line = p->token->line;
    for (int sign; left && (sign = comparison_sign(p)); line = p->token->line) {
        if (!all) {
            all = emb__py_node_new(p, EMB__PY_COMPARE);
            if (!all) return NULL;
            all->line = line;
            all->a = left;
            end = &all->list;
        }
        emb__py_node *right = arithmetic(p, 0), *next = NULL;
        if (right) next = two(p, EMB__PY_BINARY, sign, left, right, line);
        if (!next) return NULL;
        *end = next;
        end = &next->next;
    }
    return all ? all : left;
}

static emb__py_node *negation(emb__py_parser *p) {
    const int line = p->token->line;
    if (!emb__py_accept_word(p, "not")) return comparison(p);
    if (!enter(p)) return NULL;
    emb__py_node *of = negation(p), *node = of ? emb__py_node_new(p, EMB__PY_UNARY) : NULL;
    p->depth--;
    if (!node) return NULL;
    node->sign = 'n';
    node->line = line;
    node->a = of;
    return node;
}

static emb__py_node *logic(emb__py_parser *p, bool either) {
    emb__py_node *left = either ? logic(p, false) : negation(p);
    while (left) {
        const int line = p->token->line;
        if (!emb__py_accept_word(p, either ? "or" : "and")) break;
        left = two(p, EMB__PY_LOGIC, either ? 'o' : 'a', left,
                   either ? logic(p, false) : negation(p), line);
    }
    return left;
}

emb__py_node *emb__py_parameters(emb__py_parser *p, int end, bool annotated, bool *good) {
    emb__py_node *list = NULL, **last = &list;
    *good = false;
    while (!emb__py_accept(p, end)) {
        const int sign = p->token->kind;
        const bool star = sign == '*' || sign == SIGN('*', '*', 0);
        if (star) p->token++;
        if (sign == '/' || (sign == '*' && p->token->kind == ',')) {
            p->token += sign == '/';
        } else {
            if (!emb__py_is_name(p->token)) {
                emb__py_unexpected(p, "a parameter's name");
                return NULL;
            }
            emb__py_node *node = emb__py_word_node(p, EMB__PY_PARAMETER);
            if (!node) return NULL;
            node->sign = star ? sign : 0;
            if (annotated && emb__py_accept(p, ':') && !test(p)) return NULL;
            if (emb__py_accept(p, '=') && !(node->a = test(p))) return NULL;
            *last = node;
            last = &node->next;
        }
        if (!emb__py_accept(p, ',') && p->token->kind != end) {
            emb__py_unexpected(p, end == ')' ? "',' or ')'" : "',' or ':'");
            return NULL;
        }
    }
    *good = true;
    return list;
}

static emb__py_node *lambda(emb__py_parser *p) {
    bool good;
    emb__py_node *node = emb__py_node_new(p, EMB__PY_LAMBDA);
    p->token++;
    if (!node) return NULL;
    node->list = emb__py_parameters(p, ':', false, &good);
    if (!good) return NULL;
    node->a = test(p);
    return node->a ? node : NULL;
}

static emb__py_node *choice(emb__py_parser *p) {
    if (emb__py_token_is(p->token, "lambda")) return lambda(p);
    emb__py_node *left = logic(p, true);
    const int line = p->token->line;
    if (!left) return NULL;
    if (emb__py_accept(p, SIGN(':', '=', 0))) {
        return two(p, EMB__PY_NAMED, 0, left, test(p), line);
    }
    if (!emb__py_token_is(p->token, "if")) return left;
    p->token++;
    emb__py_node *condition = logic(p, true);
    if (!condition) return NULL;
    if (!emb__py_accept_word(p, "else")) return emb__py_unexpected(p, "'else'");
    emb__py_node *node = two(p, EMB__PY_CHOICE, 0, left, condition, line);
    if (!node) return NULL;
    node->c = test(p);
    return node->c ? node : NULL;
}

static emb__py_node *test(emb__py_parser *p) {
    if (!enter(p)) return NULL;
    emb__py_node *node = choice(p);
    p->depth--;
    return node;
}

/* ---- rows without brackets ------------------------------------------------------------------- */

/* Whether a row ends here: a, b = ... or for a, in ... */
static bool row_ends(const emb__py_token *t) {
    return t->kind == '=' || t->kind == EMB__PY_NEWLINE || t->kind == EMB__PY_END ||
           t->kind == ')' || t->kind == ':' || t->kind == ';' || t->kind == '}' ||
           emb__py_token_is(t, "in");
}

static emb__py_node *row(emb__py_parser *p, emb__py_node *(*read)(emb__py_parser *p)) {
    emb__py_node *first = read(p);
    if (!first || p->token->kind != ',') return first;
    emb__py_node *all = emb__py_node_new(p, EMB__PY_TUPLE), **end = all ? &all->list : NULL;
    while (all && first) {
        *end = first;
        end = &first->next;
        if (!emb__py_accept(p, ',') || row_ends(p->token)) return all;
        first = read(p);
    }
    return NULL;
}

emb__py_node *emb__py_expression(emb__py_parser *p, bool tuple) {
    return tuple ? row(p, starred) : test(p);
}

static emb__py_node *target(emb__py_parser *p) {
    const int line = p->token->line;
    const bool star = emb__py_accept(p, '*');
    emb__py_node *of = trailers(p);
    if (!star || !of) return of;
    emb__py_node *node = emb__py_node_new(p, EMB__PY_STAR);
    if (!node) return NULL;
    node->line = line;
    node->a = of;
    return node;
}

emb__py_node *emb__py_targets(emb__py_parser *p) { return row(p, target); }
