/* The notation's names and the values of its expressions. See notation_scan.h. */
#include "base/translate.h"
#include "net/notation/notation_scan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near_word.h"
#include "codec/number.h"
#include "net/notation/notation_operation.h"

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

/* The name's place among the symbols; -1 if it is none. */
static int find_symbol(const emb__scan *scan, const emb__token *name) {
    for (int i = 0; i < scan->symbol_count; i++) {
        const emb__symbol *symbol = &scan->symbols[i];
        if (symbol->length == name->length && memcmp(symbol->text, name->text, name->length) == 0) {
            return i;
        }
    }
    return -1;
}

const emb__symbol *emb__scan_unused(const emb__scan *scan) {
    for (int i = 0; i < scan->symbol_count; i++) {
        if (scan->symbols[i].is_number && !scan->symbols[i].is_used) return &scan->symbols[i];
    }
    return NULL;
}

bool emb__scan_uses(const emb__scan *scan, const char *name) {
    const emb__token token = {.kind = EMB__TOKEN_NAME, .text = name, .length = strlen(name)};
    const int found = find_symbol(scan, &token);
    return found >= 0 && scan->symbols[found].is_used;
}

emb_status emb__scan_may_define(const emb__scan *scan, const emb__token *name) {
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (emb__token_is(name, constants[i].name)) {
            return emb__scan_fail(scan, name->line, "expects a name to set, gets '%s'",
                                  constants[i].name);
        }
    }
    const int former = find_symbol(scan, name);
    if (former >= 0) {
        return emb__scan_fail(scan, name->line,
                              "'%.*s' is already set on line %d: a name is set once",
                              emb__token_shown(name), name->text, scan->symbols[former].line);
    }
    if (scan->symbol_count == EMB__NOTATION_NAMES) {
        return emb__scan_fail(scan, name->line, "expects at most %d names to be set",
                              EMB__NOTATION_NAMES);
    }
    return EMB_OK;
}

void emb__scan_define(emb__scan *scan, const emb__token *name, const emb__value *value) {
    scan->symbols[scan->symbol_count++] =
        (emb__symbol){.text = name->text,
                      .length = name->length,
                      .line = name->line,
                      .is_number = value != NULL,
                      .is_real = value && value->type == EMB__VALUE_REAL,
                      .number = value ? value->v[0] : 0,
                      .real = value ? value->real : 0};
}

/* ---- expressions ----------------------------------------------------------------------------- */

const char *emb__value_name(const emb__value *value) {
    static const char *const names[] = {
        [EMB__VALUE_NUMBER] = N_("a number"), [EMB__VALUE_REAL] = N_("a number"),
        [EMB__VALUE_TUPLE] = N_("a tuple"),   [EMB__VALUE_BOOL] = N_("True or False"),
        [EMB__VALUE_STRING] = N_("a string"), [EMB__VALUE_NONE] = N_("None"),
    };
    return _(names[value->type]);
}

static emb_status read_level(emb__scan *scan, int level, emb__value *value);

static bool is_number(const emb__value *value) {
    return value->type == EMB__VALUE_NUMBER || value->type == EMB__VALUE_REAL;
}

/* `sign` is what it stands beside, or NULL in a tuple. */
static emb_status need_number(const emb__scan *scan, const emb__value *value, const char *sign) {
    if (is_number(value)) return EMB_OK;
    const char *gets = emb__value_name(value);
    if (!sign)
        return emb__scan_fail(scan, value->line, "expects a number in a tuple, gets %s", gets);
    return emb__scan_fail(scan, value->line, "expects a number beside %s, gets %s", sign, gets);
}

static emb_status read_brackets(emb__scan *scan, emb__value *value);

static bool only_whole(const emb__scan *scan) { return scan->numbers <= EMB__NUMBERS_OR_NONE; }

/* Whether MODULE.NAME comes next, and then `after`, if that is a character. */
static bool is_member(const emb__scan *scan, const char *module, const char *name, char after) {
    const char *at = scan->ahead.text + 1, *end = scan->text + scan->length;
    const size_t length = strlen(name);
    return emb__token_is(&scan->token, module) && scan->ahead.kind == '.' &&
           (size_t)(end - at) > length && memcmp(at, name, length) == 0 &&
           (!after || at[length] == after);
}

/* "torch.Size(" only says that its argument is a tuple. */
static bool is_size(const emb__scan *scan) { return is_member(scan, "torch", "Size", '('); }

/* Reads float('inf'), math.inf, torch.inf or, as PyTorch prints it, inf; sets *found. */
static emb_status read_infinity(emb__scan *scan, emb__value *value, bool *found) {
    static const char *const texts[] = {"'inf'", "\"inf\"", "'-inf'", "\"-inf\""};
    const emb__token name = scan->token;
    const bool call = emb__token_is(&name, "float") && scan->ahead.kind == '(';
    const bool module = is_member(scan, "math", "inf", 0) || is_member(scan, "torch", "inf", 0);
    const bool bare = emb__token_is(&name, "inf") && find_symbol(scan, &name) < 0;
    size_t text = 0;
    *found = call || module || bare;
    if (!*found) return EMB_OK;
    for (int i = 0; i < 2 && (call || module); i++) emb__scan_next(scan);
    while (call && text < 4 &&
           (scan->token.length != strlen(texts[text]) ||
            memcmp(scan->token.text, texts[text], scan->token.length) != 0)) {
        text++;
    }
    if (text == 4 || (module && !emb__token_is(&scan->token, "inf"))) {
        return emb__scan_fail(scan, name.line, "expects float('inf') or float('-inf')");
    }
    if (only_whole(scan)) {
        return emb__scan_fail(scan, name.line, "expects a whole number such as 3, gets infinity");
    }
    *value = (emb__value){.type = EMB__VALUE_REAL,
                          .line = name.line,
                          .n = 1,
                          .real = text >= 2 ? -INFINITY : INFINITY};
    emb__scan_next(scan);
    if (!call) return EMB_OK;
    if (scan->token.kind != ')') return emb__scan_missing(scan, "')'");
    emb__scan_next(scan);
    return EMB_OK;
}

static emb_status fail_symbol(const emb__scan *scan, const emb__token *name) {
    emb__near_word near = {.typed = name->text, .length = name->length};
    for (int i = 0; i < scan->symbol_count; i++) {
        const emb__symbol *symbol = &scan->symbols[i];
        if (symbol->is_number) emb__near_word_see_part(&near, symbol->text, symbol->length);
    }
    const int shown = emb__token_shown(name);
    if (near.word) {
        return emb__scan_fail(scan, name->line, "'%.*s' has no value: did you mean %.*s?", shown,
                              name->text, (int)near.word_length, near.word);
    }
    return emb__scan_fail(scan, name->line,
                          "'%.*s' has no value: a line above should set it, as in %.*s = 2", shown,
                          name->text, shown, name->text);
}

static emb_status read_name(emb__scan *scan, emb__value *value) {
    bool infinite;
    if (is_size(scan)) {
        for (int i = 0; i < 3; i++) emb__scan_next(scan);
        return read_brackets(scan, value);
    }
    const emb_status status = read_infinity(scan, value, &infinite);
    if (status != EMB_OK || infinite) return status;
    emb__scan_prefix(scan, "self");
    emb__token name = scan->token;
    if (name.kind != EMB__TOKEN_NAME) return emb__scan_unexpected(scan, "a name after 'self.'");
    if (scan->ahead.kind == '(' || scan->ahead.kind == '.') {
        return emb__scan_fail(scan, name.line, "expects a number, gets '%.*s%c'",
                              emb__token_shown(&name), name.text, scan->ahead.kind);
    }
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (!emb__token_is(&name, constants[i].name)) continue;
        *value = (emb__value){
            .type = constants[i].type, .line = name.line, .n = 1, .v = {constants[i].number}};
        emb__scan_next(scan);
        return EMB_OK;
    }
    const int found = find_symbol(scan, &name);
    emb__symbol *symbol = found >= 0 ? &scan->symbols[found] : NULL;
    if (!symbol) return fail_symbol(scan, &name);
    if (!symbol->is_number) {
        return emb__scan_fail(scan, name.line, "expects a number, gets '%.*s' of line %d",
                              emb__token_shown(&name), name.text, symbol->line);
    }
    if (symbol->is_real && only_whole(scan)) {
        return emb__scan_fail(scan, name.line, "expects a whole number, gets '%.*s' of line %d",
                              emb__token_shown(&name), name.text, symbol->line);
    }
    symbol->is_used = true;
    *value = (emb__value){.type = symbol->is_real ? EMB__VALUE_REAL : EMB__VALUE_NUMBER,
                          .line = name.line,
                          .n = 1,
                          .v = {symbol->number},
                          .real = symbol->real,
                          .is_latent = emb__token_is(&name, "latent")};
    emb__scan_next(scan);
    return EMB_OK;
}

static double as_real(const emb__value *value) {
    return value->type == EMB__VALUE_REAL ? value->real : (double)value->v[0];
}

static emb_status add_item(const emb__scan *scan, emb__value *tuple, const emb__value *item) {
    const bool none = item->type == EMB__VALUE_NONE && scan->numbers == EMB__NUMBERS_OR_NONE;
    emb_status status = none ? EMB_OK : need_number(scan, item, NULL);
    if (!status && item->type == EMB__VALUE_REAL && scan->numbers != EMB__NUMBERS_REALS) {
        status = emb__scan_fail(scan, item->line, "expects whole numbers in a tuple");
    }
    if (tuple->n < EMB__MAX_DIMS) tuple->v[tuple->n] = none ? EMB__NO_NUMBER : item->v[0];
    if (tuple->n < 2) tuple->reals[tuple->n] = as_real(item);
    tuple->n++;
    return status;
}

/* (3 + 4) is a number, (3,) and (3, 4) are tuples, and a list counts as a tuple. */
static emb_status read_brackets(emb__scan *scan, emb__value *value) {
    emb__value tuple = {.type = EMB__VALUE_TUPLE, .line = scan->token.line};
    const bool list = scan->token.kind == '[';
    const int closing = list ? ']' : ')';
    emb__scan_next(scan);
    *value = tuple;
    if (emb__scan_accept(scan, closing)) return EMB_OK;
    for (;;) {
        emb__value item = {0};
        if (scan->token.kind == EMB__TOKEN_NAME && scan->ahead.kind == '=') {
            return emb__scan_missing(scan, "'%c' to close the %c of line %d", closing,
                                     list ? '[' : '(', tuple.line);
        }
        emb_status status = read_level(scan, 0, &item);
        if (status) return status;
        if (tuple.n == 0 && !list && emb__scan_accept(scan, ')')) {
            *value = item;
            value->is_latent = false;
            return EMB_OK;
        }
        status = add_item(scan, &tuple, &item);
        if (status) return status;
        bool comma = emb__scan_accept(scan, ',');
        if (emb__scan_accept(scan, closing)) break;
        if (!comma) return emb__scan_missing(scan, list ? N_("',' or ']'") : N_("',' or ')'"));
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
    case '[':
        return read_brackets(scan, value);
    case EMB__TOKEN_NUMBER:
        *value = (emb__value){
            .type = EMB__VALUE_NUMBER, .line = token.line, .n = 1, .v = {token.number}};
        break;
    case EMB__TOKEN_REAL:
        if (only_whole(scan)) {
            return emb__scan_fail(scan, token.line, "expects a whole number such as 3, gets '%.*s'",
                                  emb__token_shown(&token), token.text);
        }
        *value =
            (emb__value){.type = EMB__VALUE_REAL, .line = token.line, .n = 1, .real = token.real};
        break;
    case EMB__TOKEN_STRING:
        *value = (emb__value){.type = EMB__VALUE_STRING,
                              .line = token.line,
                              .text = token.text + 1,
                              .text_length = token.length - 2};
        break;
    default:
        return emb__scan_unexpected(scan, "a number");
    }
    emb__scan_next(scan);
    return EMB_OK;
}

/* Sets *left, or returns the format of what is wrong, as emb__operation has it. */
static const char *apply_to_reals(const emb__operation *op, emb__value *left,
                                  const emb__value *right) {
    double result;
    const char *wrong = emb__operation_of_reals(op, as_real(left), as_real(right), &result);
    if (wrong) return wrong;
    *left = (emb__value){.type = EMB__VALUE_REAL, .line = left->line, .n = 1, .real = result};
    return NULL;
}

static const char *print_number(const emb__value *value, char text[EMB__REPR_ROOM]) {
    if (value->type == EMB__VALUE_REAL) return emb__number_repr(value->real, text);
    snprintf(text, EMB__REPR_ROOM, "%lld", (long long)value->v[0]);
    return text;
}

static emb_status apply(const emb__scan *scan, const emb__operation *op, emb__value *left,
                        const emb__value *right) {
    emb_status status = need_number(scan, left, op->name);
    if (!status) status = need_number(scan, right, op->name);
    if (status) return status;
    const bool real = left->type == EMB__VALUE_REAL || right->type == EMB__VALUE_REAL ||
                      (op->sign == '/' && scan->numbers >= EMB__NUMBERS_REAL);
    int64_t result = left->v[0];
    const char *wrong =
        real ? apply_to_reals(op, left, right) : op->apply(left->v[0], right->v[0], &result);
    if (wrong) {
        char a[EMB__REPR_ROOM], b[EMB__REPR_ROOM];
        return emb__scan_fail(scan, left->line, wrong, print_number(left, a), op->name,
                              print_number(right, b));
    }
    if (!real) left->v[0] = result;
    left->is_latent = false;
    return EMB_OK;
}

/* A run of signs is read in a loop, so that only brackets nest, and their depth is limited. */
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
    if (value->type == EMB__VALUE_REAL) value->real = minus ? -operand.real : operand.real;
    if (!any || value->type == EMB__VALUE_REAL) return EMB_OK;
    *value = (emb__value){.type = EMB__VALUE_NUMBER, .line = operand.line, .n = 1};
    const emb__operation *op = emb__operation_find(minus ? '-' : '+', 0);
    return op ? apply(scan, op, value, &operand) : emb__scan_unexpected(scan, "a number");
}

static emb_status read_level(emb__scan *scan, int level, emb__value *value) {
    if (level == EMB__OPERATION_LEVELS) return read_signed(scan, value);
    emb_status status = read_level(scan, level + 1, value);
    const emb__operation *op;
    while (!status && (op = emb__operation_find(scan->token.kind, level))) {
        emb__value right = {0};
        emb__scan_next(scan);
        status = read_level(scan, level + 1, &right);
        if (!status) status = apply(scan, op, value, &right);
    }
    return status;
}

emb_status emb__scan_value(emb__scan *scan, emb__numbers numbers, emb__value *value) {
    scan->numbers = numbers;
    return read_level(scan, 0, value);
}
