/* A layer's arguments, by position and by name, of PyTorch's types. See notation_args.h. */
#include "net/notation/notation_args.h"
#include "base/translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/near_word.h"
#include "codec/number.h"
#include "net/layers/kinds.h"

enum { WHERE = EMB__NAME_SIZE + EMB__PATH_SIZE + 32 };
/* "encoder.7 Linear"; of a call that stands by itself "Linear". */
static const char *where(const emb__parser *p, const emb__layer_spec *layer, char text[WHERE]) {
    if (p->spec->part_count == 0) return layer->kind->name;
    snprintf(text, WHERE, "%s.%s %s", p->spec->parts[layer->part], layer->path, layer->kind->name);
    return text;
}

/* "encoder.7 Linear(in_features, out_features, bias=True): " before what is wrong: when arguments
 * do not match, a reader needs to see the call as it should be. */
static emb_status fail_call(const emb__parser *p, const emb__layer_spec *layer, int line,
                            const char *format, ...) EMB__PRINTF(4, 5);
static emb_status fail_call(const emb__parser *p, const emb__layer_spec *layer, int line,
                            const char *format, ...) {
    char what[768], place[WHERE];
    va_list args;
    va_start(args, format);
    emb__fail_part(what, sizeof what, format, args);
    va_end(args);
    emb__text call = {0};
    emb__usage_print(layer->kind, &call);
    /* The place has the kind's name, which the call begins with. */
    const char *arguments = call.bytes ? strchr(call.bytes, '(') : "()";
    emb_status status =
        emb__scan_fail(&p->scan, line, "%s%s: %s", where(p, layer, place), arguments, what);
    emb__free(call.bytes);
    return status;
}

/* "encoder.7 Linear: out_features expects WHAT, gets ...". */
static emb_status fail_argument(const emb__parser *p, const emb__layer_spec *layer, int arg,
                                const char *what, const emb__value *value) {
    char gets[64], place[WHERE];
    snprintf(gets, sizeof gets, "%s", emb__value_name(value));
    if (value->type == EMB__VALUE_TUPLE) snprintf(gets, sizeof gets, _("a tuple of %d"), value->n);
    if (value->type == EMB__VALUE_STRING) {
        const int shown = value->text_length < 16 ? (int)value->text_length : 16;
        snprintf(gets, sizeof gets, "'%.*s'", shown, value->text);
    }
    const emb__arg_kind *kind = &layer->kind->args[arg];
    if (value->type == EMB__VALUE_TUPLE && value->n == 1 && kind->type == EMB__PAIR) {
        const long long one = value->v[0];
        return emb__scan_fail(&p->scan, value->line,
                              "%s: %s expects %s, gets %s; write %lld or (%lld, %lld)",
                              where(p, layer, place), kind->name, _(what), gets, one, one, one);
    }
    return emb__scan_fail(&p->scan, value->line, "%s: %s expects %s, gets %s",
                          where(p, layer, place), kind->name, _(what), gets);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static int arg_count(const emb__layer_kind *kind) {
    int n = 0;
    while (kind->args[n].name) n++;
    return n;
}

/* The values that each type of argument takes: of one type, and perhaps one number for both of a
 * pair. */
static const struct {
    emb__value_type type;
    bool number_too;
    int least, most; /* numbers in the value */
    const char *what;
    emb__numbers numbers;
} arg_types[] = {
    [EMB__INT] = {EMB__VALUE_NUMBER, false, 1, 1, N_("a number"), EMB__NUMBERS_WHOLE},
    [EMB__PAIR] = {EMB__VALUE_TUPLE, true, 2, 2, N_("a number or a tuple of 2"),
                   EMB__NUMBERS_WHOLE},
    [EMB__PADDING] = {EMB__VALUE_TUPLE, true, 2, 2, N_("a number, a tuple of 2, 'valid' or 'same'"),
                      EMB__NUMBERS_WHOLE},
    [EMB__OPEN] = {EMB__VALUE_TUPLE, true, 2, 2, N_("a number or a tuple of 2"),
                   EMB__NUMBERS_OR_NONE},
    [EMB__QUAD] = {EMB__VALUE_TUPLE, true, 4, 4, N_("a number or a tuple of 4"),
                   EMB__NUMBERS_WHOLE},
    [EMB__BOOL] = {EMB__VALUE_BOOL, false, 1, 1, N_("True or False"), EMB__NUMBERS_ANY},
    [EMB__SIZES] = {EMB__VALUE_TUPLE, false, 1, EMB__MAX_DIMS,
                    N_("a tuple such as (32, 4, 4), of at most 5"), EMB__NUMBERS_WHOLE},
    [EMB__DIMS] = {EMB__VALUE_TUPLE, true, 1, EMB__MAX_DIMS,
                   N_("a number or a tuple such as (32, 4, 4), of at most 5"), EMB__NUMBERS_WHOLE},
    [EMB__REAL] = {EMB__VALUE_REAL, false, 1, 1, N_("a number"), EMB__NUMBERS_REAL},
    [EMB__REALS] = {EMB__VALUE_REAL, false, 1, 2, N_("a number or a tuple of 2"),
                    EMB__NUMBERS_REALS},
    [EMB__WORD] = {EMB__VALUE_STRING, false, 0, 0, N_("a word"), EMB__NUMBERS_ANY},
};

static bool is_word(const emb__value *value, const char *word) {
    return value->type == EMB__VALUE_STRING && value->text_length == strlen(word) &&
           memcmp(value->text, word, value->text_length) == 0;
}

/* Python's bool(): for a text or a tuple, whether it is not empty. */
static bool truth(const emb__value *value) {
    if (value->type == EMB__VALUE_STRING) return value->text_length > 0;
    if (value->type == EMB__VALUE_REAL) return value->real != 0;
    return value->type == EMB__VALUE_TUPLE ? value->n > 0 : value->v[0] != 0;
}

/* Stores what PyTorch accepts instead of a type's own values: anything for True and False, one
 * number in brackets for both of a pair (but not for a shape of weights or of an output),
 * words for numbers. False if the value is none of these. */
static bool store_other(const emb__arg_kind *kind, emb__value *value, emb__arg *arg) {
    const bool pair = kind->type == EMB__PAIR || kind->type == EMB__PADDING;
    if (kind->type == EMB__BOOL) {
        *arg = (emb__arg){.n = 1, .v = {truth(value)}};
        return true;
    }
    if (pair && (!kind->required || kind->one_is_both) && value->type == EMB__VALUE_TUPLE &&
        value->n == 1) {
        value->type = EMB__VALUE_NUMBER;
    }
    if (kind->type != EMB__PADDING || (!is_word(value, "same") && !is_word(value, "valid"))) {
        return false;
    }
    *arg = (emb__arg){.n = 2, .is_same = is_word(value, "same")};
    return true;
}

static emb_status store_real(const emb__parser *p, emb__layer_spec *layer, int i,
                             const emb__value *value) {
    const emb__arg_kind *kind = &layer->kind->args[i];
    const bool pair = kind->type == EMB__REALS && value->type == EMB__VALUE_TUPLE && value->n == 2;
    if (!pair && value->type != EMB__VALUE_NUMBER && value->type != EMB__VALUE_REAL) {
        return fail_argument(p, layer, i, arg_types[kind->type].what, value);
    }
    double reals[2] = {value->reals[0], value->reals[1]};
    if (!pair) reals[0] = value->type == EMB__VALUE_REAL ? value->real : (double)value->v[0];
    if (!pair) reals[1] = reals[0];
    for (int k = 0; k < 2; k++) {
        const double real = reals[k];
        if (real >= kind->real.least && real <= kind->real.most) continue;
        char gets[EMB__REPR_ROOM], place[WHERE];
        return emb__scan_fail(&p->scan, value->line, "%s: %s expects a number in %lg..%lg, gets %s",
                              where(p, layer, place), kind->name, kind->real.least, kind->real.most,
                              emb__number_repr(real, gets));
    }
    layer->args[i] = (emb__arg){.real = reals[0]};
    if (kind->type == EMB__REALS) layer->args[i].second = reals[1];
    return EMB_OK;
}

static emb_status store_word(const emb__parser *p, emb__layer_spec *layer, int i,
                             const emb__value *value) {
    const char *const *words = layer->kind->args[i].words;
    emb__text what = {0};
    for (int k = 0; words[k]; k++) {
        if (is_word(value, words[k])) {
            emb__free(what.bytes);
            layer->args[i] = (emb__arg){.n = 1, .v = {k}};
            return EMB_OK;
        }
        emb__text_add(&what, "%s'%s'", k == 0 ? "" : words[k + 1] ? ", " : _(" or "), words[k]);
    }
    const emb_status status =
        fail_argument(p, layer, i, what.bytes ? what.bytes : arg_types[EMB__WORD].what, value);
    emb__free(what.bytes);
    return status;
}

static emb_status store_argument(emb__parser *p, emb__layer_spec *layer, int i, emb__value *value) {
    const emb__arg_kind *kind = &layer->kind->args[i];
    emb__arg *arg = &layer->args[i];
    if (kind->may_be_none && value->type == EMB__VALUE_NONE) {
        *arg = (emb__arg){.is_none = true};
        return EMB_OK;
    }
    if (kind->type == EMB__REAL || kind->type == EMB__REALS) return store_real(p, layer, i, value);
    if (kind->type == EMB__WORD) return store_word(p, layer, i, value);
    if (store_other(kind, value, arg)) return EMB_OK;
    bool spread = value->type == EMB__VALUE_NUMBER && arg_types[kind->type].number_too;
    if (!spread &&
        (value->type != arg_types[kind->type].type || value->n < arg_types[kind->type].least ||
         value->n > arg_types[kind->type].most)) {
        return fail_argument(p, layer, i, arg_types[kind->type].what, value);
    }
    arg->n = spread ? arg_types[kind->type].least : value->n;
    for (int k = 0; k < arg->n; k++) {
        int64_t number = value->v[spread ? 0 : k];
        const bool none = kind->type == EMB__OPEN && number == EMB__NO_NUMBER;
        if (kind->type != EMB__BOOL && !none && (number < kind->least || number > kind->most)) {
            char place[WHERE];
            return emb__scan_fail(
                &p->scan, value->line, "%s: %s expects a number in %d..%d, gets %lld",
                where(p, layer, place), kind->name, kind->least, kind->most, (long long)number);
        }
        arg->v[k] = none ? 0 : (int)number;
    }
    arg->is_latent = value->is_latent && (kind->type == EMB__INT || kind->type == EMB__DIMS);
    return EMB_OK;
}

/* Finds the argument that is given next: by its keyword, which is skipped, or by its position. */
static emb_status pick_argument(emb__parser *p, const emb__layer_spec *layer, int position,
                                int keywords, int *arg) {
    emb__scan *scan = &p->scan;
    const emb__token name = scan->token;
    int count = arg_count(layer->kind);
    *arg = position;
    if (name.kind == ',') return emb__scan_missing(scan, "an argument or ')'");
    const bool module = scan->ahead.kind == '.' && emb__token_is(&name, "nn");
    if (module || (name.kind == EMB__TOKEN_NAME && scan->ahead.kind == '(' &&
                   emb__layer_kind_find(name.text, name.length))) {
        return emb__scan_missing(scan, "')' to close %s( of line %d", layer->kind->name,
                                 layer->line);
    }
    if (name.kind != EMB__TOKEN_NAME || scan->ahead.kind != '=') {
        if (keywords) {
            return fail_call(p, layer, name.line,
                             "an argument without a name may not follow one with a name");
        }
        if (position < count) return EMB_OK;
        return fail_call(p, layer, name.line,
                         count == 1 ? E_("expects at most %d argument")
                                    : E_("expects at most %d arguments"),
                         count);
    }
    const bool first = scan->last.line < name.line; /* the first of its line */
    emb__scan_next(scan);
    emb__scan_next(scan);
    for (*arg = 0; *arg < count; (*arg)++) {
        if (emb__token_is(&name, layer->kind->args[*arg].name)) return EMB_OK;
    }
    if (first) {
        return fail_call(p, layer, name.line,
                         "there is no argument '%.*s' (or a ')' is missing before it)",
                         emb__token_shown(&name), name.text);
    }
    emb__near_word near = {.typed = name.text, .length = name.length};
    for (int i = 0; i < count; i++) emb__near_word_see(&near, layer->kind->args[i].name);
    if (near.word) {
        return fail_call(p, layer, name.line, "there is no argument '%.*s': did you mean %s?",
                         emb__token_shown(&name), name.text, near.word);
    }
    return fail_call(p, layer, name.line, "there is no argument '%.*s'", emb__token_shown(&name),
                     name.text);
}

/* ---- arguments that change nothing ----------------------------------------------------------- */

/* PyTorch's arguments of layers with weights, which may be given with their defaults. */
static const struct {
    const char *name;
    const char *word, *torch[2]; /* its allowed value: a text, or a name in torch */
    bool may_be_none;
    const char *beside[2]; /* a layer with one of these arguments has that one, too */
    const char *what;
} others[] = {
    {"padding_mode", "zeros", {"", ""}, false, {"output_padding", NULL}, "'zeros'"},
    {"device", "cpu", {"", ""}, true, {"bias", "eps"}, N_("None or 'cpu'")},
    {"dtype", "", {"float32", "float"}, true, {"bias", "eps"}, N_("None or torch.float32")},
};

static bool has_argument(const emb__layer_spec *layer, const char *name) {
    for (int i = 0; name && layer->kind->args[i].name; i++) {
        if (strcmp(layer->kind->args[i].name, name) == 0) return true;
    }
    return false;
}

/* Which of them is named next; -1 for none. */
static int find_other(const emb__scan *scan, const emb__layer_spec *layer) {
    for (int i = 0; i < (int)(sizeof others / sizeof others[0]); i++) {
        if (scan->ahead.kind == '=' && emb__token_is(&scan->token, others[i].name) &&
            (has_argument(layer, others[i].beside[0]) ||
             has_argument(layer, others[i].beside[1]))) {
            return i;
        }
    }
    return -1;
}

/* Reads name='conv1', which a class's layers have where they are not called by their places. */
static emb_status parse_name(emb__parser *p, emb__layer_spec *layer) {
    emb__scan *scan = &p->scan;
    const int line = scan->token.line;
    if (layer->name[0]) return fail_call(p, layer, line, "name is given twice");
    emb__scan_next(scan);
    emb__scan_next(scan);
    const emb__token text = scan->token;
    const size_t length = text.kind == EMB__TOKEN_STRING ? text.length - 2 : 0;
    bool good = length > 0 && length < sizeof layer->name;
    for (size_t i = 1; i <= length && good; i++) {
        const unsigned char c = (unsigned char)text.text[i];
        const bool between = c == ' ' && i > 1 && i < length && text.text[i - 1] != ' ';
        good = (c > ' ' && c != 0x7f && c != '\\') || between;
    }
    if (!good) {
        return fail_call(p, layer, line, "name expects a text such as 'conv1', of at most %d bytes",
                         EMB__PATH_SIZE - 1);
    }
    memcpy(layer->name, text.text + 1, length);
    emb__scan_next(scan);
    return EMB_OK;
}

static emb_status parse_other(emb__parser *p, const emb__layer_spec *layer, int i,
                              unsigned *given) {
    emb__scan *scan = &p->scan;
    const int line = scan->token.line;
    if (*given & 1U << i) return fail_call(p, layer, line, "%s is given twice", others[i].name);
    *given |= 1U << i;
    emb__scan_next(scan);
    emb__scan_next(scan);
    if (emb__scan_prefix(scan, "torch")) {
        const emb__token name = scan->token;
        for (int k = 0; k < 2; k++) {
            if (!emb__token_is(&name, others[i].torch[k])) continue;
            emb__scan_next(scan);
            return EMB_OK;
        }
    } else {
        emb__value value = {0};
        const emb_status status = emb__scan_value(scan, EMB__NUMBERS_WHOLE, &value);
        if (status != EMB_OK || (value.type == EMB__VALUE_NONE && others[i].may_be_none) ||
            (others[i].word[0] && is_word(&value, others[i].word))) {
            return status;
        }
    }
    return fail_call(p, layer, line, "%s expects %s, the only choice here", others[i].name,
                     _(others[i].what));
}

/* ---- all of a call --------------------------------------------------------------------------- */

/* Fills in defaults, and what depends on other arguments. */
static emb_status fill_arguments(emb__parser *p, emb__layer_spec *layer, const bool *given) {
    const emb__arg_kind *kinds = layer->kind->args;
    for (int i = 0; kinds[i].name; i++) {
        if (given[i]) continue;
        if (kinds[i].required) {
            return fail_call(p, layer, layer->line, "%s is missing", kinds[i].name);
        }
        layer->args[i] = emb__arg_default(&kinds[i]);
    }
    if (!layer->kind->settle || layer->kind->settle(layer) == EMB_OK) return EMB_OK;
    char place[WHERE];
    return emb__fail_prefix(emb__last_status(), "%s:%d: %s ", p->spec->name, layer->line,
                            where(p, layer, place));
}

/* Reads one argument, by its position or its name. */
static emb_status parse_argument(emb__parser *p, emb__layer_spec *layer, int position, int keywords,
                                 bool *given) {
    emb__scan *scan = &p->scan;
    int arg;
    const int line = scan->token.line;
    emb__value value = {0};
    emb_status status = pick_argument(p, layer, position, keywords, &arg);
    if (status != EMB_OK) return status;
    if (given[arg]) {
        return fail_call(p, layer, line, "%s is given twice", layer->kind->args[arg].name);
    }
    given[arg] = true;
    status = emb__scan_value(scan, arg_types[layer->kind->args[arg].type].numbers, &value);
    return status == EMB_OK ? store_argument(p, layer, arg, &value) : status;
}

emb_status emb__parse_arguments(emb__parser *p, emb__layer_spec *layer) {
    emb__scan *scan = &p->scan;
    bool given[EMB__MAX_ARGS] = {false};
    unsigned others_given = 0;
    int position = 0, keywords = 0;
    while (scan->token.kind != ')') {
        const bool named = scan->ahead.kind == '=';
        const int other = find_other(scan, layer);
        const emb_status status = other >= 0 ? parse_other(p, layer, other, &others_given)
                                  : named && emb__token_is(&scan->token, "name")
                                      ? parse_name(p, layer)
                                      : parse_argument(p, layer, position, keywords, given);
        if (status != EMB_OK) return status;
        position++;
        if (named) keywords++;
        if (!emb__scan_accept(scan, ',') && scan->token.kind != ')') {
            return emb__scan_missing(scan, "',' or ')'");
        }
    }
    p->before = scan->last;
    p->closing = scan->token;
    emb__scan_next(scan);
    return fill_arguments(p, layer, given);
}
