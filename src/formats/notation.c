/* The notation's lines, parts, layers and arguments. See notation.h. */
#include "formats/notation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/layer.h"
#include "formats/notation_scan.h"

typedef struct parser {
    emb__scan scan;
    emb__spec *spec;
    int layer_capacity;
    emb_net_options overrides;
} parser;

/* ---- what errors say ------------------------------------------------------------------------- */

static bool same_but_case(const emb__token *token, const char *word) {
    if (strlen(word) != token->length) return false;
    for (size_t i = 0; i < token->length; i++) {
        /* Letters of either case differ in one bit; a name holds none of the signs that do, too. */
        if ((token->text[i] | 0x20) != (word[i] | 0x20)) return false;
    }
    return true;
}

/* Adds "groups=1" or, where there is no default, "kernel_size". */
static void add_argument(emb__text *text, const emb__arg_kind *arg) {
    if (arg->required) {
        emb__text_add(text, "%s", arg->name);
    } else if (arg->type == EMB__BOOL) {
        emb__text_add(text, "%s=%s", arg->name, arg->value ? "True" : "False");
    } else {
        emb__text_add(text, "%s=%d", arg->name, arg->value);
    }
}

/* "encoder.7 Linear(in_features, out_features, bias=True): " before what is wrong: the call as it
 * should be is what a reader needs when its arguments do not match. */
static emb_status fail_call(const parser *p, const emb__layer_spec *layer, int line,
                            const char *format, ...) EMB__PRINTF(4, 5);
static emb_status fail_call(const parser *p, const emb__layer_spec *layer, int line,
                            const char *format, ...) {
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    emb__text call = {0};
    for (const emb__arg_kind *arg = layer->kind->args; arg->name; arg++) {
        if (arg > layer->kind->args) emb__text_add(&call, ", ");
        add_argument(&call, arg);
    }
    emb_status status =
        emb__scan_fail(&p->scan, line, "%s.%d %s(%s): %s", p->spec->parts[layer->part],
                       layer->index, layer->kind->name, call.bytes ? call.bytes : "", what);
    emb__free(call.bytes);
    return status;
}

/* "encoder.7 Linear: out_features expects WHAT, gets ...". */
static emb_status fail_argument(const parser *p, const emb__layer_spec *layer, int arg,
                                const char *what, const emb__value *value) {
    char gets[32];
    snprintf(gets, sizeof gets, "%s", emb__value_name(value));
    if (value->type == EMB__VALUE_TUPLE) snprintf(gets, sizeof gets, "a tuple of %d", value->n);
    if (value->type == EMB__VALUE_STRING) {
        const int shown = value->text_length < 16 ? (int)value->text_length : 16;
        snprintf(gets, sizeof gets, "'%.*s'", shown, value->text);
    }
    return emb__scan_fail(&p->scan, value->line, "%s.%d %s: %s expects %s, gets %s",
                          p->spec->parts[layer->part], layer->index, layer->kind->name,
                          layer->kind->args[arg].name, what, gets);
}

static emb_status fail_layer_name(const parser *p, const emb__token *name) {
    emb__text known = {0};
    for (int i = 0; emb__layer_kinds[i]; i++) {
        const char *kind = emb__layer_kinds[i]->name;
        if (same_but_case(name, kind)) {
            emb__free(known.bytes);
            return emb__scan_fail(&p->scan, name->line,
                                  "there is no layer '%.*s': did you mean %s?",
                                  emb__token_shown(name), name->text, kind);
        }
        emb__text_add(&known, "%s%s", i ? ", " : "", kind);
    }
    emb_status status =
        emb__scan_fail(&p->scan, name->line, "there is no layer '%.*s': expects one of %s",
                       emb__token_shown(name), name->text, known.bytes ? known.bytes : "");
    emb__free(known.bytes);
    return status;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static int arg_count(const emb__layer_kind *kind) {
    int n = 0;
    while (kind->args[n].name) n++;
    return n;
}

/* What each type of argument takes: values of one type, and perhaps a number for all of a pair. */
static const struct {
    emb__value_type type;
    bool number_too;
    int least, most; /* numbers in the value */
    const char *what;
} arg_types[] = {
    [EMB__INT] = {EMB__VALUE_NUMBER, false, 1, 1, "a number"},
    [EMB__PAIR] = {EMB__VALUE_TUPLE, true, 2, 2, "a number or a tuple of 2"},
    [EMB__PADDING] = {EMB__VALUE_TUPLE, true, 2, 2, "a number, a tuple of 2, 'valid' or 'same'"},
    [EMB__BOOL] = {EMB__VALUE_BOOL, false, 1, 1, "True or False"},
    [EMB__SIZES] = {EMB__VALUE_TUPLE, false, 1, EMB__MAX_DIMS, "a tuple such as (32, 4, 4)"},
};

static bool is_word(const emb__value *value, const char *word) {
    return value->type == EMB__VALUE_STRING && value->text_length == strlen(word) &&
           memcmp(value->text, word, value->text_length) == 0;
}

/* What PyTorch takes in place of a type's own value: numbers and None for True and False, words for
 * numbers. False where this is none of that. */
static bool store_other(const emb__arg_kind *kind, const emb__value *value, emb__arg *arg) {
    const bool truth = value->type == EMB__VALUE_NUMBER || value->type == EMB__VALUE_NONE;
    if (kind->type == EMB__BOOL && truth) {
        *arg = (emb__arg){.n = 1, .v = {value->v[0] != 0}};
        return true;
    }
    if (kind->type != EMB__PADDING || (!is_word(value, "same") && !is_word(value, "valid"))) {
        return false;
    }
    *arg = (emb__arg){.n = 2, .is_same = is_word(value, "same")};
    return true;
}

static emb_status store_argument(parser *p, emb__layer_spec *layer, int i,
                                 const emb__value *value) {
    const emb__arg_kind *kind = &layer->kind->args[i];
    emb__arg *arg = &layer->args[i];
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
        if (kind->type != EMB__BOOL && (number < kind->least || number > kind->most)) {
            return emb__scan_fail(&p->scan, value->line,
                                  "%s.%d %s: %s expects a number in %d..%d, gets %lld",
                                  p->spec->parts[layer->part], layer->index, layer->kind->name,
                                  kind->name, kind->least, kind->most, (long long)number);
        }
        arg->v[k] = (int)number;
    }
    arg->is_latent = value->is_latent && kind->type == EMB__INT;
    return EMB_OK;
}

/* The argument that is given next: by its keyword, which is stepped over, or by its position. */
static emb_status pick_argument(parser *p, const emb__layer_spec *layer, int position, int keywords,
                                int *arg) {
    emb__scan *scan = &p->scan;
    const emb__token name = scan->token;
    int count = arg_count(layer->kind);
    *arg = position;
    if (name.kind == EMB__TOKEN_NAME && (scan->ahead.kind == '(' || scan->ahead.kind == '.') &&
        !emb__token_is(&name, "self")) {
        char what[96];
        snprintf(what, sizeof what, "')' to close %s( of line %d", layer->kind->name, layer->line);
        return emb__scan_missing(scan, what);
    }
    if (name.kind != EMB__TOKEN_NAME || scan->ahead.kind != '=') {
        if (keywords) {
            return fail_call(p, layer, name.line,
                             "an argument without a name may not follow one with a name");
        }
        if (position < count) return EMB_OK;
        return fail_call(p, layer, name.line, "expects at most %d argument%s", count,
                         count == 1 ? "" : "s");
    }
    const bool first = scan->last.line < name.line; /* of its line */
    emb__scan_next(scan);
    emb__scan_next(scan);
    for (*arg = 0; *arg < count; (*arg)++) {
        if (emb__token_is(&name, layer->kind->args[*arg].name)) return EMB_OK;
    }
    return fail_call(p, layer, name.line, "there is no argument '%.*s'%s", emb__token_shown(&name),
                     name.text, first ? " (or a ')' is missing before it)" : "");
}

/* Defaults, and what hangs on other arguments. */
static emb_status fill_arguments(parser *p, emb__layer_spec *layer, const bool *given) {
    const emb__arg_kind *kinds = layer->kind->args;
    for (int i = 0; kinds[i].name; i++) {
        const bool pair = kinds[i].type == EMB__PAIR || kinds[i].type == EMB__PADDING;
        if (given[i]) continue;
        if (kinds[i].required) {
            return fail_call(p, layer, layer->line, "%s is missing", kinds[i].name);
        }
        layer->args[i].n = pair ? 2 : 1;
        layer->args[i].v[0] = kinds[i].value;
        if (pair) layer->args[i].v[1] = kinds[i].value;
    }
    if (!layer->kind->settle || layer->kind->settle(layer) == EMB_OK) return EMB_OK;
    return emb__fail_prefix(emb__last_status(), "%s:%d: %s.%d %s ", p->spec->name, layer->line,
                            p->spec->parts[layer->part], layer->index, layer->kind->name);
}

/* Reads "...)" behind "Conv2d(". */
static emb_status parse_arguments(parser *p, emb__layer_spec *layer) {
    emb__scan *scan = &p->scan;
    const emb__arg_kind *kinds = layer->kind->args;
    bool given[EMB__MAX_ARGS] = {false};
    int position = 0, keywords = 0;
    while (!emb__scan_accept(scan, ')')) {
        int arg, line = scan->token.line;
        bool named = scan->ahead.kind == '=';
        emb__value value = {0};
        emb_status status = pick_argument(p, layer, position, keywords, &arg);
        if (!status && given[arg]) {
            status = fail_call(p, layer, line, "%s is given twice", kinds[arg].name);
        }
        if (!status) status = emb__scan_value(scan, &value);
        if (!status) status = store_argument(p, layer, arg, &value);
        if (status) return status;
        given[arg] = true;
        position++;
        if (named) keywords++;
        if (!emb__scan_accept(scan, ',') && scan->token.kind != ')') {
            return emb__scan_missing(scan, "',' or ')'");
        }
    }
    return fill_arguments(p, layer, given);
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* Steps over `nn.` and `torch.nn.`. */
static void skip_module(emb__scan *scan) {
    if (emb__token_is(&scan->token, "torch")) emb__scan_prefix(scan, "torch");
    emb__scan_prefix(scan, "nn");
}

/* A cleared layer at the end of the spec's, or NULL with the error text set. */
static emb__layer_spec *new_layer(parser *p, int line) {
    emb__spec *spec = p->spec;
    if (spec->layer_count == EMB__MAX_LAYERS) {
        emb__scan_fail(&p->scan, line, "expects at most %d layers", EMB__MAX_LAYERS);
        return NULL;
    }
    if (spec->layer_count == p->layer_capacity) {
        int grown = p->layer_capacity ? 2 * p->layer_capacity : 32;
        emb__layer_spec *layers =
            emb__realloc(spec->layers, (size_t)grown * sizeof spec->layers[0]);
        if (!layers) return NULL;
        spec->layers = layers;
        p->layer_capacity = grown;
    }
    emb__layer_spec *layer = &spec->layers[spec->layer_count++];
    *layer = (emb__layer_spec){.part = spec->part_count - 1, .line = line};
    return layer;
}

static emb_status parse_layer(parser *p, int index, int opened) {
    emb__scan *scan = &p->scan;
    skip_module(scan);
    const emb__token name = scan->token;
    if (name.kind != EMB__TOKEN_NAME) {
        return emb__scan_unexpected(scan, "a layer such as Linear(64, 2)");
    }
    if (scan->ahead.kind == '=') {
        char what[64];
        snprintf(what, sizeof what, "')' to close the Sequential( of line %d", opened);
        return emb__scan_missing(scan, what);
    }
    if (same_but_case(&name, "Sequential")) {
        return emb__scan_fail(scan, name.line,
                              "a Sequential may not stand in another: write its layers here");
    }
    const emb__layer_kind *kind = emb__layer_kind_find(name.text, name.length);
    if (!kind) return fail_layer_name(p, &name);
    emb__scan_next(scan);
    if (scan->token.kind != '(') {
        char what[64];
        snprintf(what, sizeof what, "'(' behind %s", kind->name);
        return emb__scan_missing(scan, what);
    }
    emb__layer_spec *layer = new_layer(p, name.line);
    if (!layer) return emb__last_status();
    layer->kind = kind;
    layer->index = index;
    if (kind->any_args) return emb__scan_skip_brackets(scan);
    emb__scan_next(scan);
    return parse_arguments(p, layer);
}

/* Reads "Sequential( layers )". */
static emb_status parse_part(parser *p, const emb__token *name) {
    emb__scan *scan = &p->scan;
    emb__spec *spec = p->spec;
    int opened = scan->token.line;
    if (emb__token_is(name, "latent") || emb__token_is(name, "input")) {
        return emb__scan_fail(scan, name->line, "expects a number for '%.*s', gets a Sequential",
                              (int)name->length, name->text);
    }
    if (name->length >= EMB__NAME_SIZE) {
        return emb__scan_fail(scan, name->line, "expects a part's name of at most %d letters",
                              EMB__NAME_SIZE - 1);
    }
    if (spec->part_count == EMB__MAX_PARTS) {
        return emb__scan_fail(scan, name->line, "expects at most %d parts", EMB__MAX_PARTS);
    }
    memcpy(spec->parts[spec->part_count++], name->text, name->length);
    emb__scan_next(scan);
    emb__scan_next(scan);
    int index = 0;
    while (!emb__scan_accept(scan, ')')) {
        emb_status status = parse_layer(p, index++, opened);
        if (status) return status;
        if (!emb__scan_accept(scan, ',') && scan->token.kind != ')') {
            return emb__scan_missing(scan, "',' or ')' behind a layer");
        }
    }
    if (index == 0) {
        return emb__scan_fail(scan, opened, "expects at least one layer in %s, such as Identity()",
                              spec->parts[spec->part_count - 1]);
    }
    emb__scan_define(scan, name, false, 0);
    return EMB_OK;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Reads "1, 28, 28", "(1, 28, 28)" or "784". */
static emb_status parse_input(parser *p, const emb__token *name) {
    static const char what[] = "input = channels, height, width (or one number of features)";
    emb__scan *scan = &p->scan;
    emb__spec *spec = p->spec;
    emb__value shape = {0};
    emb_status status = emb__scan_value(scan, &shape);
    if (status) return status;
    while (shape.type == EMB__VALUE_NUMBER && emb__scan_accept(scan, ',')) {
        emb__value next = {0};
        if (scan->token.kind == EMB__TOKEN_NEWLINE || scan->token.kind == EMB__TOKEN_END) break;
        status = emb__scan_value(scan, &next);
        if (status) return status;
        if (next.type != EMB__VALUE_NUMBER) {
            return emb__scan_fail(scan, next.line, "expects %s, gets %s", what,
                                  emb__value_name(&next));
        }
        if (shape.n < EMB__MAX_DIMS) shape.v[shape.n] = next.v[0];
        shape.n++;
    }
    if (shape.type != EMB__VALUE_NUMBER && shape.type != EMB__VALUE_TUPLE) {
        return emb__scan_fail(scan, shape.line, "expects %s, gets %s", what,
                              emb__value_name(&shape));
    }
    if (shape.n != 1 && shape.n != 3) {
        return emb__scan_fail(scan, shape.line, "expects %s, gets %d numbers", what, shape.n);
    }
    for (int i = 0; i < shape.n; i++) {
        if (shape.v[i] < 1 || shape.v[i] > EMB__MAX_SIZE) {
            return emb__scan_fail(scan, shape.line, "input expects numbers in 1..%d, gets %lld",
                                  EMB__MAX_SIZE, (long long)shape.v[i]);
        }
        spec->input[i] = (int)shape.v[i];
    }
    spec->input_rank = shape.n;
    spec->input_line = name->line;
    emb__scan_define(scan, name, false, 0);
    return EMB_OK;
}

static emb_status parse_number(parser *p, const emb__token *name) {
    emb__scan *scan = &p->scan;
    emb__value value = {0};
    emb_status status = emb__scan_value(scan, &value);
    if (status) return status;
    if (value.type != EMB__VALUE_NUMBER) {
        return emb__scan_fail(scan, value.line, "expects a number for '%.*s', gets %s",
                              emb__token_shown(name), name->text, emb__value_name(&value));
    }
    int64_t number = value.v[0];
    if (emb__token_is(name, "classes") && p->overrides.classes) number = p->overrides.classes;
    if (emb__token_is(name, "latent")) {
        if (p->overrides.latent) number = p->overrides.latent;
        if (number < 1 || number > EMB__MAX_SIZE) {
            return emb__scan_fail(scan, value.line, "latent expects a number in 1..%d, gets %lld",
                                  EMB__MAX_SIZE, (long long)number);
        }
        p->spec->has_latent = true;
        p->spec->latent = (int)number;
    }
    emb__scan_define(scan, name, true, number);
    return EMB_OK;
}

static emb_status parse_line(parser *p) {
    emb__scan *scan = &p->scan;
    emb__scan_prefix(scan, "self");
    const emb__token name = scan->token;
    if (name.kind != EMB__TOKEN_NAME) {
        return emb__scan_unexpected(scan, "a line NAME = ..., such as latent = 2");
    }
    if (scan->ahead.kind != '=') {
        emb__scan_next(scan);
        return emb__scan_missing(scan, "'=' behind the name that starts a line");
    }
    emb_status status = emb__scan_may_define(scan, &name);
    if (status) return status;
    emb__scan_next(scan);
    emb__scan_next(scan);
    skip_module(scan);
    if (scan->token.kind == EMB__TOKEN_NAME && scan->ahead.kind == '(') {
        if (!emb__token_is(&scan->token, "Sequential")) {
            return emb__scan_unexpected(scan, "a number or Sequential( ... )");
        }
        status = parse_part(p, &name);
    } else if (emb__token_is(&name, "input")) {
        status = parse_input(p, &name);
    } else {
        status = parse_number(p, &name);
    }
    if (status) return status;
    if (scan->token.kind == EMB__TOKEN_END || emb__scan_accept(scan, EMB__TOKEN_NEWLINE)) {
        return EMB_OK;
    }
    return emb__scan_missing(scan, "the end of the line");
}

static emb_status parse_text(parser *p) {
    emb__scan *scan = &p->scan;
    while (scan->token.kind != EMB__TOKEN_END) {
        if (emb__scan_accept(scan, EMB__TOKEN_NEWLINE)) continue;
        emb_status status = parse_line(p);
        if (status) return status;
    }
    int line = scan->token.line;
    if (!p->spec->input_rank) {
        return emb__scan_fail(scan, line, "the input's shape is missing, as in input = 1, 28, 28");
    }
    if (!p->spec->part_count) {
        return emb__scan_fail(scan, line,
                              "a part is missing, as in encoder = Sequential( layers )");
    }
    if (p->overrides.latent && !p->spec->has_latent) {
        return emb__scan_fail(scan, line,
                              "latent is asked to be %d, but no line latent = N is there to change",
                              p->overrides.latent);
    }
    if (p->overrides.latent && !emb__scan_uses(scan, "latent")) {
        return emb__scan_fail(scan, line, "latent is asked to be %d, but nothing uses it",
                              p->overrides.latent);
    }
    const emb__symbol *unused = emb__scan_unused(scan);
    if (!unused) return EMB_OK;
    return emb__scan_fail(scan, unused->line, "'%.*s' is set, but nothing uses it",
                          unused->length < 40 ? (int)unused->length : 40, unused->text);
}

static emb_status check_override(const char *name, int value) {
    if (value >= 0 && value <= EMB__MAX_SIZE) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%s expects a number in 1..%d, gets %d", name, EMB__MAX_SIZE,
                     value);
}

emb_status emb__notation_parse(const char *text, size_t length, const char *name,
                               const emb_net_options *overrides, emb__spec *spec) {
    *spec = (emb__spec){0};
    snprintf(spec->name, sizeof spec->name, "%s", name);
    parser p = {.spec = spec};
    if (overrides) p.overrides = *overrides;
    emb_status status = check_override("latent", p.overrides.latent);
    if (!status) status = check_override("classes", p.overrides.classes);
    if (!status) status = emb__scan_start(&p.scan, text, length, spec->name);
    if (!status) status = parse_text(&p);
    if (status) emb__spec_clear(spec);
    return status;
}
