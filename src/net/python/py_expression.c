/* See py_expression.h. */
#include "net/python/py_expression.h"

#include "net/python/py_atom.h"

#define SIGN EMB__PY_SIGN

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
            item = emb__py_starred(p);
            if (item && emb__py_token_is(p->token, "for")) {
                emb__py_node *all = emb__py_node_new(p, EMB__PY_COMPREHENSION);
                if (!all) return NULL;
                all->sign = '(';
                all->a = item;
                if (!emb__py_loops(p, all)) return NULL;
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
            if (!(part[colons] = emb__py_starred(p))) return NULL;
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
    emb__py_node *node = emb__py_atom(p);
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
            if (!node || !emb__py_parser_enter(p)) return NULL;
            node->list = emb__py_arguments(p, &good);
            p->depth--;
        } else if (p->token->kind == '[') {
            p->token++;
            node = emb__py_node_new(p, EMB__PY_INDEX);
            if (!node || !emb__py_parser_enter(p)) return NULL;
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
    if (!emb__py_parser_enter(p)) return NULL;
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
    if (!emb__py_parser_enter(p)) return NULL;
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
    if (!emb__py_parser_enter(p)) return NULL;
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
    return tuple ? row(p, emb__py_starred) : test(p);
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

static emb__py_node *condition(emb__py_parser *p) { return logic(p, true); }
static emb__py_node *row_of(emb__py_parser *p) { return emb__py_expression(p, true); }

const emb__py_grammar emb__py_expressions = {
    .test = test, .condition = condition, .targets = emb__py_targets, .row = row_of};
