/* See py_statement.h. */
#include "net/python/py_statement.h"

#include <string.h>

#include "net/python/py_expression.h"

#define SIGN EMB__PY_SIGN

/* ---- simple statements ----------------------------------------------------------------------- */

/* a.b.c as one text in a NAME node. */
static emb__py_node *read_path(emb__py_parser *p) {
    emb__text path = {0};
    emb__py_node *node = emb__py_node_new(p, EMB__PY_NAME);
    while (emb__py_accept(p, '.') || emb__py_accept(p, SIGN('.', '.', '.'))) {
        emb__text_add(&path, ".");
    }
    while (node && emb__py_is_name(p->token)) {
        emb__text_bytes(&path, p->token->text, (size_t)p->token->length);
        p->token++;
        if (p->token->kind != '.') break;
        emb__text_add(&path, ".");
        p->token++;
    }
    if (node && path.length == 0) {
        node = emb__py_unexpected(p, "a module's name");
    } else if (node) {
        node->length = (int)path.length;
        node->text = path.failed ? NULL : emb__py_copy(p->arena, path.bytes, path.length);
        if (!node->text) node = NULL;
    }
    emb__free(path.bytes);
    return node;
}

/* One name that an import sets: NAME with the text, in `a` a NAME of what it stands for. */
static emb__py_node *imported(emb__py_parser *p, const char *as, size_t length, const char *module,
                              const char *name) {
    emb__text full = {0};
    emb__py_node *node = emb__py_node_new(p, EMB__PY_NAME);
    emb__py_node *of = emb__py_node_new(p, EMB__PY_NAME);
    emb__text_add(&full, "%s%s%s", module, *name ? "." : "", name);
    if (node && of && !full.failed) {
        node->text = emb__py_copy(p->arena, as, length);
        node->length = (int)length;
        of->text = emb__py_copy(p->arena, full.bytes, full.length);
        of->length = (int)full.length;
        node->a = of;
    }
    emb__free(full.bytes);
    return node && node->text && of && of->text ? node : NULL;
}

/* After `as`, or else what the name begins with. */
static emb__py_node *read_as(emb__py_parser *p, const emb__py_node *path, const char *module,
                             const char *name) {
    if (emb__py_accept_word(p, "as")) {
        const emb__py_token *as = p->token;
        if (!emb__py_is_name(as)) return emb__py_unexpected(p, "a name after 'as'");
        p->token++;
        return imported(p, as->text, (size_t)as->length, module, name);
    }
    if (*name) return imported(p, name, strlen(name), module, name);
    const size_t first = strcspn(path->text, ".");
    char *head = emb__py_copy(p->arena, path->text, first);
    return head ? imported(p, head, first, head, "") : NULL;
}

static emb__py_node *read_import(emb__py_parser *p) {
    emb__py_node *node = emb__py_node_new(p, EMB__PY_IMPORT), **end = node ? &node->list : NULL;
    const bool from = emb__py_token_is(p->token, "from");
    p->token++;
    emb__py_node *path = node ? read_path(p) : NULL;
    if (!path) return NULL;
    if (from && !emb__py_accept_word(p, "import")) return emb__py_unexpected(p, "'import'");
    if (from && emb__py_accept(p, '*')) {
        node->a = path;
        return node;
    }
    const bool brackets = from && emb__py_accept(p, '(');
    for (;;) {
        emb__py_node *name = NULL;
        if (from) {
            if (!emb__py_is_name(p->token)) return emb__py_unexpected(p, "a name to import");
            name = emb__py_word_node(p, EMB__PY_NAME);
            if (!name) return NULL;
        }
        emb__py_node *set = read_as(p, path, path->text, name ? name->text : "");
        if (!set) return NULL;
        *end = set;
        end = &set->next;
        if (!emb__py_accept(p, ',')) break;
        if (brackets && p->token->kind == ')') break;
        if (!from && !(path = read_path(p))) return NULL;
    }
    if (brackets && !emb__py_expect(p, ')', "',' or ')'")) return NULL;
    return node;
}

/* The sign of a += b without its '='; 0: it is none. */
static int change_sign(int kind) {
    static const int changes[] = {SIGN('+', '=', 0),   SIGN('-', '=', 0),   SIGN('*', '=', 0),
                                  SIGN('/', '=', 0),   SIGN('%', '=', 0),   SIGN('@', '=', 0),
                                  SIGN('&', '=', 0),   SIGN('|', '=', 0),   SIGN('^', '=', 0),
                                  SIGN('*', '*', '='), SIGN('/', '/', '='), SIGN('>', '>', '='),
                                  SIGN('<', '<', '=')};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (changes[i] == kind) return kind >> 16 ? kind & 0xffff : kind & 0xff;
    }
    return 0;
}

/* An expression, or something that gets its value. */
static emb__py_node *read_assignment(emb__py_parser *p) {
    const int line = p->token->line;
    emb__py_node *first = emb__py_expression(p, true);
    if (!first) return NULL;
    emb__py_node *node = emb__py_node_new(p, EMB__PY_EXPRESSION);
    if (!node) return NULL;
    node->line = line;
    node->a = first;
    const int sign = change_sign(p->token->kind);
    if (sign) {
        p->token++;
        node->kind = EMB__PY_CHANGE;
        node->sign = sign;
        node->b = emb__py_expression(p, true);
        return node->b ? node : NULL;
    }
    if (emb__py_accept(p, ':')) { /* an annotation */
        if (!emb__py_expression(p, false)) return NULL;
        if (p->token->kind != '=') {
            node->kind = EMB__PY_PASS;
            node->list = first;
            return node;
        }
    }
    while (emb__py_accept(p, '=')) {
        node->kind = EMB__PY_ASSIGN;
        emb__py_append(&node->list, node->a);
        node->a = emb__py_expression(p, true);
        if (!node->a) return NULL;
    }
    return node;
}

static bool line_ends(const emb__py_parser *p) {
    return p->token->kind == EMB__PY_NEWLINE || p->token->kind == ';' ||
           p->token->kind == EMB__PY_END;
}

/* Statements of one word, and of a word with values that do not matter. */
static emb__py_node *read_word_statement(emb__py_parser *p) {
    static const struct {
        const char *word;
        emb__py_kind kind;
        bool values;
    } words[] = {{"pass", EMB__PY_PASS, false},    {"break", EMB__PY_BREAK, false},
                 {"raise", EMB__PY_RAISE, true},   {"continue", EMB__PY_CONTINUE, false},
                 {"global", EMB__PY_GLOBAL, true}, {"nonlocal", EMB__PY_GLOBAL, true},
                 {"del", EMB__PY_DELETE, true},    {"assert", EMB__PY_PASS, true},
                 {"return", EMB__PY_RETURN, true}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!emb__py_token_is(p->token, words[i].word)) continue;
        emb__py_node *node = emb__py_node_new(p, words[i].kind);
        p->token++;
        if (node) node->sign = (unsigned char)words[i].word[0];
        if (!node || !words[i].values || line_ends(p)) return node;
        node->a = emb__py_expression(p, true);
        if (!node->a) return NULL;
        if (emb__py_accept_word(p, "from") && !emb__py_expression(p, true)) return NULL;
        return node;
    }
    return NULL;
}

static emb__py_node *read_simple(emb__py_parser *p) {
    static const char *const words[] = {"pass", "break",  "raise",  "continue", "global",
                                        "del",  "assert", "return", "nonlocal", NULL};
    if (emb__py_token_is(p->token, "import") || emb__py_token_is(p->token, "from")) {
        return read_import(p);
    }
    for (int i = 0; words[i]; i++) {
        if (emb__py_token_is(p->token, words[i])) return read_word_statement(p);
    }
    return read_assignment(p);
}

/* The rest of a line: statements with ';' between them, up to its end. */
static bool read_line(emb__py_parser *p, emb__py_node ***end) {
    for (;;) {
        emb__py_node *node = read_simple(p);
        if (!node) return false;
        **end = node;
        *end = &node->next;
        if (!emb__py_accept(p, ';')) break;
        if (p->token->kind == EMB__PY_NEWLINE) break;
    }
    return emb__py_expect(p, EMB__PY_NEWLINE, "the end of the line");
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static bool read_statement(emb__py_parser *p, emb__py_node ***end);

/* What follows a ':', on the same line or indented. */
static bool read_block(emb__py_parser *p, emb__py_node **block) {
    emb__py_node **end = block;
    while (*end) end = &(*end)->next;
    if (!emb__py_expect(p, ':', "':'")) return false;
    if (!emb__py_accept(p, EMB__PY_NEWLINE)) return read_line(p, &end);
    if (!emb__py_expect(p, EMB__PY_INDENT, "an indented block")) return false;
    if (p->depth++ >= EMB__PY_NESTING) return emb__py_unexpected(p, "fewer blocks in blocks");
    while (!emb__py_accept(p, EMB__PY_DEDENT)) {
        if (!read_statement(p, &end)) return false;
    }
    p->depth--;
    return true;
}

/* if, and each elif as the rest of the one before. */
static bool read_if(emb__py_parser *p, emb__py_node *node) {
    for (;;) {
        p->token++;
        node->a = emb__py_expression(p, false);
        if (!node->a || !read_block(p, &node->body)) return false;
        if (emb__py_accept_word(p, "else")) return read_block(p, &node->rest);
        if (!emb__py_token_is(p->token, "elif")) return true;
        node->rest = emb__py_node_new(p, EMB__PY_IF);
        node = node->rest;
        if (!node) return false;
    }
}

static bool read_loop(emb__py_parser *p, emb__py_node *node) {
    p->token++;
    if (node->kind == EMB__PY_FOR) {
        node->a = emb__py_targets(p);
        if (!node->a) return false;
        if (!emb__py_accept_word(p, "in")) return emb__py_unexpected(p, "'in'");
        node->b = emb__py_expression(p, true);
        if (!node->b) return false;
    } else {
        node->a = emb__py_expression(p, false);
        if (!node->a) return false;
    }
    if (!read_block(p, &node->body)) return false;
    return !emb__py_accept_word(p, "else") || read_block(p, &node->rest);
}

static bool read_def(emb__py_parser *p, emb__py_node *node) {
    bool good;
    p->token++;
    if (!emb__py_is_name(p->token)) return emb__py_unexpected(p, "a function's name");
    node->text = emb__py_copy(p->arena, p->token->text, (size_t)p->token->length);
    node->length = p->token->length;
    p->token++;
    if (!node->text || !emb__py_expect(p, '(', "'('")) return false;
    node->list = emb__py_parameters(p, ')', true, &good);
    if (!good) return false;
    if (emb__py_accept(p, SIGN('-', '>', 0)) && !emb__py_expression(p, false)) return false;
    return read_block(p, &node->body);
}

static bool read_class(emb__py_parser *p, emb__py_node *node) {
    bool good = true;
    p->token++;
    if (!emb__py_is_name(p->token)) return emb__py_unexpected(p, "a class's name");
    node->text = emb__py_copy(p->arena, p->token->text, (size_t)p->token->length);
    node->length = p->token->length;
    p->token++;
    if (!node->text) return false;
    if (emb__py_accept(p, '(')) node->list = emb__py_arguments(p, &good);
    return good && read_block(p, &node->body);
}

/* with A as b, C as d: each is an ASSIGN, or an EXPRESSION if nothing gets it. */
static bool read_with(emb__py_parser *p, emb__py_node *node) {
    emb__py_node **end = &node->list;
    p->token++;
    do {
        emb__py_node *item = emb__py_node_new(p, EMB__PY_EXPRESSION);
        if (!item || !(item->a = emb__py_expression(p, false))) return false;
        if (emb__py_accept_word(p, "as")) {
            item->kind = EMB__PY_ASSIGN;
            item->list = emb__py_targets(p);
            if (!item->list) return false;
            if (item->list->kind == EMB__PY_TUPLE) item->list->next = NULL;
        }
        *end = item;
        end = &item->next;
    } while (emb__py_accept(p, ','));
    return read_block(p, &node->body);
}

/* What stands in an except is never run; else and finally are. */
static bool read_try(emb__py_parser *p, emb__py_node *node) {
    emb__py_node *passed = NULL;
    p->token++;
    if (!read_block(p, &node->body)) return false;
    while (emb__py_accept_word(p, "except")) {
        passed = NULL;
        (void)emb__py_accept(p, '*');
        if (p->token->kind != ':' && !emb__py_expression(p, true)) return false;
        if (emb__py_accept_word(p, "as")) p->token++;
        if (!read_block(p, &passed)) return false;
    }
    if (emb__py_accept_word(p, "else") && !read_block(p, &node->rest)) return false;
    return !emb__py_accept_word(p, "finally") || read_block(p, &node->rest);
}

static bool read_decorated(emb__py_parser *p, emb__py_node **list) {
    emb__py_node **end = list;
    while (emb__py_accept(p, '@')) {
        emb__py_node *of = emb__py_expression(p, false);
        if (!of || !emb__py_expect(p, EMB__PY_NEWLINE, "the end of the line")) return false;
        *end = of;
        end = &of->next;
    }
    return true;
}

static bool read_statement(emb__py_parser *p, emb__py_node ***end) {
    static const struct {
        const char *word;
        emb__py_kind kind;
        bool (*read)(emb__py_parser *p, emb__py_node *node);
    } compound[] = {{"if", EMB__PY_IF, read_if},          {"for", EMB__PY_FOR, read_loop},
                    {"while", EMB__PY_WHILE, read_loop},  {"def", EMB__PY_DEF, read_def},
                    {"class", EMB__PY_CLASS, read_class}, {"with", EMB__PY_WITH, read_with},
                    {"try", EMB__PY_TRY, read_try}};
    emb__py_node *decorators = NULL;
    if (!read_decorated(p, &decorators)) return false;
    if (emb__py_token_is(p->token, "async")) p->token++;
    for (size_t i = 0; i < sizeof compound / sizeof *compound; i++) {
        if (!emb__py_token_is(p->token, compound[i].word)) continue;
        emb__py_node *node = emb__py_node_new(p, compound[i].kind);
        if (!node || !compound[i].read(p, node)) return false;
        node->decorators = decorators;
        **end = node;
        *end = &node->next;
        return true;
    }
    if (p->token->kind == EMB__PY_INDENT) return emb__py_unexpected(p, "a line without indent");
    return read_line(p, end);
}

emb_status emb__py_parse(const emb__py_source *source, emb__py_arena *arena, const char *text,
                         size_t length, int line, emb__py_node **block) {
    emb__py_tokens tokens;
    *block = NULL;
    emb_status status = emb__py_tokens_read(source, text, length, line, false, &tokens);
    if (status == EMB_OK) {
        emb__py_parser p = {.grammar = &emb__py_expressions,
                            .source = source,
                            .arena = arena,
                            .first = tokens.all,
                            .token = tokens.all};
        emb__py_node **end = block;
        while (status == EMB_OK && p.token->kind != EMB__PY_END) {
            if (emb__py_accept(&p, EMB__PY_NEWLINE)) continue;
            if (!read_statement(&p, &end)) status = emb__last_status();
        }
    }
    emb__free(tokens.all);
    return status;
}
