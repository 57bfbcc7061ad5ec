/* Tokens and expressions of the notation. See notation_scan.h.
 *
 * A byte that cannot start a token becomes an error token, which is reported only once the parser
 * reaches it: the error that a reader sees is the text's first. */
#include "formats/notation_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 40 };

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static bool is_letter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* ---- errors ---------------------------------------------------------------------------------- */

emb_status emb__scan_fail(const emb__scan *scan, int line, const char *format, ...) {
    char what[768];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return emb__fail(EMB_ERR_FORMAT, "%s:%d: %s", scan->name, line, what);
}

int emb__token_shown(const emb__token *token) {
    return token->length < SHOWN ? (int)token->length : SHOWN;
}

emb_status emb__scan_unexpected(const emb__scan *scan, const char *what) {
    const emb__token *token = &scan->token;
    switch (token->kind) {
    case EMB__TOKEN_ERROR:
        return emb__last_status();
    case EMB__TOKEN_NEWLINE:
        return emb__scan_fail(scan, token->line, "expects %s, gets the end of the line", what);
    case EMB__TOKEN_STRING:
        return emb__scan_fail(scan, token->line, "expects %s, gets a string", what);
    case EMB__TOKEN_END:
        if (scan->depth > 0) {
            return emb__scan_fail(scan, token->line,
                                  "expects %s, gets the end of the text: the ( of line %d is not "
                                  "closed",
                                  what, scan->open_lines[scan->depth - 1]);
        }
        return emb__scan_fail(scan, token->line, "expects %s, gets the end of the text", what);
    default:
        return emb__scan_fail(scan, token->line, "expects %s, gets '%.*s'", what,
                              emb__token_shown(token), token->text);
    }
}

/* ---- tokens ---------------------------------------------------------------------------------- */

/* The byte at `at`, or -1 behind the end. */
static int byte_at(const emb__scan *scan, size_t at) {
    return at < scan->length ? (unsigned char)scan->text[at] : -1;
}

/* Length of the line end at `at`: 0 (none), 1 or 2. */
static size_t line_end(const emb__scan *scan, size_t at) {
    if (byte_at(scan, at) == '\n') return 1;
    return byte_at(scan, at) == '\r' && byte_at(scan, at + 1) == '\n' ? 2 : 0;
}

/* Skips blanks, comments, continued line ends and, within brackets, all line ends. */
static void skip_blank(emb__scan *scan) {
    for (;;) {
        int c = byte_at(scan, scan->at);
        size_t continued = c == '\\' ? line_end(scan, scan->at + 1) : 0;
        size_t end = line_end(scan, scan->at);
        if (c == ' ' || c == '\t') {
            scan->at++;
        } else if (c == '#') {
            while (scan->at < scan->length && !line_end(scan, scan->at)) scan->at++;
        } else if (continued) {
            scan->at += 1 + continued;
            scan->line++;
        } else if (end && scan->depth > 0) {
            scan->at += end;
            scan->line++;
        } else {
            return;
        }
    }
}

/* Signs that Python has and the notation has not. */
static const struct {
    char sign;
    const char *hint;
} refused[] = {
    {'[', "a tuple is written in round brackets, as (32, 4, 4)"},
    {']', "a tuple is written in round brackets, as (32, 4, 4)"},
    {';', "each name is set on a line of its own"},
    {':', "a line is NAME = ..., such as latent = 2"},
    {'\\', "only a line's end may follow the \\ that continues it"},
};

static void refuse_byte(const emb__scan *scan, emb__token *token, int c) {
    token->kind = EMB__TOKEN_ERROR;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (refused[i].sign == c) {
            emb__scan_fail(scan, token->line, "'%c' has no place here: %s", c, refused[i].hint);
            return;
        }
    }
    if (c < 0x80) {
        emb__scan_fail(scan, token->line, "'%c' has no place here", c);
    } else {
        emb__scan_fail(scan, token->line,
                       "byte 0x%02X has no place here: outside comments the text is plain ASCII",
                       (unsigned)c);
    }
}

/* Any run of digits, letters and points that starts with a digit, so that an error can show all of
 * 3.0, 1e-3's 1e or 0x10. */
static void read_number(emb__scan *scan, emb__token *token) {
    size_t end = scan->at;
    bool whole = true, fits = true;
    int64_t number = 0;
    for (int c; c = byte_at(scan, end), is_digit(c) || is_letter(c) || c == '.'; end++) {
        if (!is_digit(c)) whole = false;
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, whole ? c - '0' : 0, &number)) {
            fits = false;
        }
    }
    token->length = end - scan->at;
    token->number = number;
    /* Python has no 007 either. */
    if (token->text[0] == '0' && number != 0) whole = false;
    token->kind = whole && fits ? EMB__TOKEN_NUMBER : EMB__TOKEN_ERROR;
    if (!whole) {
        emb__scan_fail(scan, token->line, "expects a whole number such as 3, gets '%.*s'",
                       emb__token_shown(token), token->text);
    } else if (!fits) {
        emb__scan_fail(scan, token->line, "'%.*s' is too large: a number has at most 63 bits",
                       emb__token_shown(token), token->text);
    }
}

static void read_string(const emb__scan *scan, emb__token *token) {
    int quote = byte_at(scan, scan->at);
    size_t end = scan->at + 1;
    while (end < scan->length && !line_end(scan, end) && byte_at(scan, end) != quote) end++;
    bool closed = byte_at(scan, end) == quote;
    token->kind = closed ? EMB__TOKEN_STRING : EMB__TOKEN_ERROR;
    token->length = end - scan->at + (closed ? 1 : 0);
    if (!closed) emb__scan_fail(scan, token->line, "expects a closing %c on the same line", quote);
}

static void read_sign(emb__scan *scan, emb__token *token, int c) {
    token->kind = c;
    if ((c == '/' || c == '*') && byte_at(scan, scan->at + 1) == c) {
        token->kind = c == '/' ? EMB__TOKEN_FLOOR_DIVIDE : EMB__TOKEN_POWER;
        token->length = 2;
    } else if (c == '(' && scan->depth == EMB__NOTATION_DEPTH) {
        token->kind = EMB__TOKEN_ERROR;
        emb__scan_fail(scan, token->line, "expects at most %d brackets within brackets",
                       EMB__NOTATION_DEPTH);
    } else if (c == '(') {
        scan->open_lines[scan->depth++] = token->line;
    } else if (c == ')' && scan->depth > 0) {
        scan->depth--;
    }
}

static emb__token read_token(emb__scan *scan) {
    skip_blank(scan);
    emb__token token = {EMB__TOKEN_END, scan->line, scan->text + scan->at, 1, 0};
    int c = byte_at(scan, scan->at);
    size_t end = line_end(scan, scan->at);
    if (c < 0) {
        /* The last line is the one with something in it. */
        if (scan->at > 0 && byte_at(scan, scan->at - 1) == '\n') token.line--;
        token.length = 0;
    } else if (end) {
        token.kind = EMB__TOKEN_NEWLINE;
        token.length = end;
        scan->line++;
    } else if (is_letter(c)) {
        token.kind = EMB__TOKEN_NAME;
        for (int d; d = byte_at(scan, scan->at + token.length), is_letter(d) || is_digit(d);) {
            token.length++;
        }
    } else if (is_digit(c) || (c == '.' && is_digit(byte_at(scan, scan->at + 1)))) {
        read_number(scan, &token);
    } else if (c == '\'' || c == '"') {
        read_string(scan, &token);
    } else if (strchr("(),=.+-*/%", c)) {
        read_sign(scan, &token, c);
    } else {
        refuse_byte(scan, &token, c);
    }
    /* An error token stays where it is: it is met again and again, and nothing behind it. */
    if (token.kind != EMB__TOKEN_ERROR) scan->at += token.length;
    return token;
}

void emb__scan_next(emb__scan *scan) {
    scan->token = scan->ahead;
    /* Nothing is read behind an error, whose text the next one would replace. */
    if (scan->token.kind != EMB__TOKEN_ERROR) scan->ahead = read_token(scan);
}

bool emb__scan_accept(emb__scan *scan, int kind) {
    if (scan->token.kind != kind) return false;
    emb__scan_next(scan);
    return true;
}

bool emb__token_is(const emb__token *token, const char *word) {
    size_t length = strlen(word);
    return token->kind == EMB__TOKEN_NAME && token->length == length &&
           memcmp(token->text, word, length) == 0;
}

bool emb__scan_prefix(emb__scan *scan, const char *word) {
    if (!emb__token_is(&scan->token, word) || scan->ahead.kind != '.') return false;
    emb__scan_next(scan);
    emb__scan_next(scan);
    return true;
}

emb_status emb__scan_start(emb__scan *scan, const char *text, size_t length, const char *name) {
    *scan = (emb__scan){.name = name, .text = text, .length = length, .line = 1};
    if (length > EMB__NOTATION_BYTES) {
        return emb__scan_fail(scan, 1, "expects a notation of at most %d bytes, gets %zu",
                              EMB__NOTATION_BYTES, length);
    }
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) scan->at = 3;
    int line = 1;
    for (size_t i = 0; i < length; i++) {
        int c = byte_at(scan, i);
        if (c == '\n') line++;
        if ((c < 0x20 && c != '\t' && !line_end(scan, i)) || c == 0x7F) {
            return emb__scan_fail(scan, line, "expects plain text, gets the control byte 0x%02X",
                                  (unsigned)c);
        }
    }
    scan->ahead = read_token(scan);
    emb__scan_next(scan);
    return EMB_OK;
}

/* ---- names ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    emb__value_type type;
    int number;
} constants[] = {
    {"True", EMB__VALUE_BOOL, 1},
    {"False", EMB__VALUE_BOOL, 0},
    {"None", EMB__VALUE_NONE, 0},
};

static const emb__symbol *find_symbol(const emb__scan *scan, const emb__token *name) {
    for (int i = 0; i < scan->symbol_count; i++) {
        const emb__symbol *symbol = &scan->symbols[i];
        if (symbol->length == name->length && memcmp(symbol->text, name->text, name->length) == 0) {
            return symbol;
        }
    }
    return NULL;
}

emb_status emb__scan_may_define(const emb__scan *scan, const emb__token *name) {
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (emb__token_is(name, constants[i].name)) {
            return emb__scan_fail(scan, name->line, "expects a name to set, gets '%s'",
                                  constants[i].name);
        }
    }
    const emb__symbol *former = find_symbol(scan, name);
    if (former) {
        return emb__scan_fail(scan, name->line,
                              "'%.*s' is already set on line %d: a name is set once",
                              emb__token_shown(name), name->text, former->line);
    }
    if (scan->symbol_count == EMB__NOTATION_NAMES) {
        return emb__scan_fail(scan, name->line, "expects at most %d names to be set",
                              EMB__NOTATION_NAMES);
    }
    return EMB_OK;
}

void emb__scan_define(emb__scan *scan, const emb__token *name, bool is_number, int64_t number) {
    scan->symbols[scan->symbol_count++] =
        (emb__symbol){name->text, name->length, name->line, is_number, number};
}

/* ---- expressions ----------------------------------------------------------------------------- */

const char *emb__value_name(const emb__value *value) {
    static const char *const names[] = {
        [EMB__VALUE_NUMBER] = "a number",    [EMB__VALUE_TUPLE] = "a tuple",
        [EMB__VALUE_BOOL] = "True or False", [EMB__VALUE_STRING] = "a string",
        [EMB__VALUE_NONE] = "None",
    };
    return names[value->type];
}

/* Each sets *out, or returns what is wrong. */
static const char *too_large = "the result is too large: a number has at most 63 bits";
static const char *by_zero = "division by zero";

static const char *add(int64_t a, int64_t b, int64_t *out) {
    return __builtin_add_overflow(a, b, out) ? too_large : NULL;
}

static const char *subtract(int64_t a, int64_t b, int64_t *out) {
    return __builtin_sub_overflow(a, b, out) ? too_large : NULL;
}

static const char *multiply(int64_t a, int64_t b, int64_t *out) {
    return __builtin_mul_overflow(a, b, out) ? too_large : NULL;
}

/* Rounded down, where C rounds towards zero. */
static const char *floor_divide(int64_t a, int64_t b, int64_t *out) {
    if (b == 0) return by_zero;
    if (b == -1) return subtract(0, a, out);
    *out = a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
    return NULL;
}

/* Of the divisor's sign, where C's has the dividend's. */
static const char *modulo(int64_t a, int64_t b, int64_t *out) {
    if (b == 0) return by_zero;
    /* INT64_MIN % -1 traps. */
    int64_t rest = b == -1 ? 0 : a % b;
    *out = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    return NULL;
}

static const char *divide(int64_t a, int64_t b, int64_t *out) {
    (void)a, (void)b, (void)out;
    return "whole numbers are divided with //";
}

static const char *power(int64_t a, int64_t b, int64_t *out) {
    (void)a, (void)b, (void)out;
    return "a power is written as a product";
}

typedef struct operation {
    int sign, level;
    const char *name;
    const char *(*apply)(int64_t a, int64_t b, int64_t *out);
} operation;

enum { LEVELS = 2 };

static const operation operations[] = {
    {'+', 0, "+", add},
    {'-', 0, "-", subtract},
    {'*', 1, "*", multiply},
    {EMB__TOKEN_FLOOR_DIVIDE, 1, "//", floor_divide},
    {'%', 1, "%", modulo},
    {'/', 1, "/", divide},
    {EMB__TOKEN_POWER, 1, "**", power},
};

static const operation *find_operation(int sign, int level) {
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (operations[i].sign == sign && operations[i].level == level) return &operations[i];
    }
    return NULL;
}

static emb_status read_level(emb__scan *scan, int level, emb__value *value);

static emb_status need_number(const emb__scan *scan, const emb__value *value, const char *where) {
    if (value->type == EMB__VALUE_NUMBER) return EMB_OK;
    return emb__scan_fail(scan, value->line, "expects a number %s, gets %s", where,
                          emb__value_name(value));
}

static emb_status read_name(emb__scan *scan, emb__value *value) {
    emb__scan_prefix(scan, "self");
    emb__token name = scan->token;
    if (name.kind != EMB__TOKEN_NAME) return emb__scan_unexpected(scan, "a name behind 'self.'");
    if (scan->ahead.kind == '(' || scan->ahead.kind == '.') {
        return emb__scan_fail(scan, name.line, "expects a number, gets '%.*s%c'",
                              emb__token_shown(&name), name.text, scan->ahead.kind);
    }
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (!emb__token_is(&name, constants[i].name)) continue;
        *value = (emb__value){constants[i].type, name.line, 1, {constants[i].number}, false};
        emb__scan_next(scan);
        return EMB_OK;
    }
    const emb__symbol *symbol = find_symbol(scan, &name);
    if (!symbol) {
        return emb__scan_fail(
            scan, name.line, "'%.*s' has no value: a line above should set it, as in %.*s = 2",
            emb__token_shown(&name), name.text, emb__token_shown(&name), name.text);
    }
    if (!symbol->is_number) {
        return emb__scan_fail(scan, name.line, "expects a number, gets '%.*s' of line %d",
                              emb__token_shown(&name), name.text, symbol->line);
    }
    bool is_latent = emb__token_is(&name, "latent");
    if (is_latent) scan->latent_used = true;
    *value = (emb__value){EMB__VALUE_NUMBER, name.line, 1, {symbol->number}, is_latent};
    emb__scan_next(scan);
    return EMB_OK;
}

/* (3 + 4) is a number, (3,) and (3, 4) are tuples. */
static emb_status read_brackets(emb__scan *scan, emb__value *value) {
    emb__value tuple = {.type = EMB__VALUE_TUPLE, .line = scan->token.line};
    emb__scan_next(scan);
    for (;;) {
        emb__value item = {0};
        emb_status status = read_level(scan, 0, &item);
        if (status) return status;
        if (tuple.n == 0 && emb__scan_accept(scan, ')')) {
            *value = item;
            value->is_latent = false;
            return EMB_OK;
        }
        status = need_number(scan, &item, "in a tuple");
        if (status) return status;
        if (tuple.n < EMB__MAX_DIMS) tuple.v[tuple.n] = item.v[0];
        tuple.n++;
        bool comma = emb__scan_accept(scan, ',');
        if (emb__scan_accept(scan, ')')) break;
        if (!comma) return emb__scan_unexpected(scan, "',' or ')'");
    }
    *value = tuple;
    return EMB_OK;
}

static emb_status read_atom(emb__scan *scan, emb__value *value) {
    const emb__token token = scan->token;
    switch (token.kind) {
    case EMB__TOKEN_NAME:
        return read_name(scan, value);
    case '(':
        return read_brackets(scan, value);
    case EMB__TOKEN_NUMBER:
        *value = (emb__value){EMB__VALUE_NUMBER, token.line, 1, {token.number}, false};
        break;
    case EMB__TOKEN_STRING:
        *value = (emb__value){.type = EMB__VALUE_STRING, .line = token.line};
        break;
    default:
        return emb__scan_unexpected(scan, "a number");
    }
    emb__scan_next(scan);
    return EMB_OK;
}

static emb_status apply(const emb__scan *scan, const operation *op, emb__value *left,
                        const emb__value *right) {
    char where[16];
    snprintf(where, sizeof where, "beside %s", op->name);
    emb_status status = need_number(scan, left, where);
    if (!status) status = need_number(scan, right, where);
    if (status) return status;
    int64_t result = 0;
    const char *wrong = op->apply(left->v[0], right->v[0], &result);
    if (wrong) {
        return emb__scan_fail(scan, left->line, "%lld %s %lld: %s", (long long)left->v[0], op->name,
                              (long long)right->v[0], wrong);
    }
    left->v[0] = result;
    left->is_latent = false;
    return EMB_OK;
}

/* A run of signs is read in a loop: only brackets nest, and their depth is limited. */
static emb_status read_signed(emb__scan *scan, emb__value *value) {
    bool any = false, minus = false;
    while (scan->token.kind == '-' || scan->token.kind == '+') {
        any = true;
        if (scan->token.kind == '-') minus = !minus;
        emb__scan_next(scan);
    }
    emb__value operand = {0};
    emb_status status = read_atom(scan, &operand);
    if (status) return status;
    *value = operand;
    if (!any) return EMB_OK;
    *value = (emb__value){.type = EMB__VALUE_NUMBER, .line = operand.line, .n = 1};
    return apply(scan, find_operation(minus ? '-' : '+', 0), value, &operand);
}

static emb_status read_level(emb__scan *scan, int level, emb__value *value) {
    if (level == LEVELS) return read_signed(scan, value);
    emb_status status = read_level(scan, level + 1, value);
    const operation *op;
    while (!status && (op = find_operation(scan->token.kind, level))) {
        emb__value right = {0};
        emb__scan_next(scan);
        status = read_level(scan, level + 1, &right);
        if (!status) status = apply(scan, op, value, &right);
    }
    return status;
}

emb_status emb__scan_value(emb__scan *scan, emb__value *value) {
    return read_level(scan, 0, value);
}
