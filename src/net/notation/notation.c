/* The notation's lines, parts, layers and arguments. See notation.h. */
#include "net/notation/notation.h"

#include <stdio.h>
#include <string.h>

#include "net/layers/kinds.h"
#include "net/notation/notation_args.h"

/* ---- what errors say ------------------------------------------------------------------------- */

static bool same_but_case(const emb__token *token, const char *word) {
    if (strlen(word) != token->length) return false;
    for (size_t i = 0; i < token->length; i++) {
        /* Letters of either case differ in one bit; so do some signs, but a name has none of
         * these. */
        if ((token->text[i] | 0x20) != (word[i] | 0x20)) return false;
    }
    return true;
}

static emb_status fail_layer_name(const emb__parser *p, const emb__token *name) {
    emb__text known = {0};
    for (int i = 0; emb__layer_kind_at(i); i++) {
        const char *kind = emb__layer_kind_at(i)->name;
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

/* ---- parts ----------------------------------------------------------------------------------- */

/* Skips `nn.` and `torch.nn.`. */
static void skip_module(emb__scan *scan) {
    if (emb__token_is(&scan->token, "torch")) emb__scan_prefix(scan, "torch");
    emb__scan_prefix(scan, "nn");
}

/* A cleared layer at the end of the spec's, or NULL with the error text set. */
static emb__layer_spec *new_layer(emb__parser *p, int line) {
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

/* How far the line's first token is indented; -1 for any other token. */
static int indent_of(const emb__scan *scan, const char *token) {
    const char *line = token;
    while (line > scan->text && line[-1] != '\n') line--;
    const size_t blank = strspn(line, " \t");
    return line + blank == token ? (int)blank : -1;
}

/* A ')' is missing at the end of a part. If the last layer's ')' is on a line of its own, further
 * left than the layer, it was meant for the part, and the layer's is missing. */
static emb_status missing_bracket(emb__parser *p, const char *what) {
    emb__scan *scan = &p->scan;
    const emb__spec *spec = p->spec;
    if (spec->layer_count == 0 || !p->name.text || scan->last.text != p->closing.text) {
        return emb__scan_missing(scan, what);
    }
    const int layer = indent_of(scan, p->name.text), closing = indent_of(scan, p->closing.text);
    if (closing < 0 || layer <= closing) return emb__scan_missing(scan, what);
    char closes[64];
    scan->last = p->before;
    scan->token.kind = EMB__TOKEN_NEWLINE;
    snprintf(closes, sizeof closes, "')' to close %s( of line %d",
             spec->layers[spec->layer_count - 1].kind->name, p->name.line);
    return emb__scan_missing(scan, closes);
}

static emb_status parse_layer(emb__parser *p, int index, int opened) {
    emb__scan *scan = &p->scan;
    skip_module(scan);
    const emb__token name = scan->token;
    if (name.kind != EMB__TOKEN_NAME) {
        return emb__scan_unexpected(scan, "a layer such as Linear(64, 2)");
    }
    if (scan->ahead.kind == '=') {
        char what[64];
        snprintf(what, sizeof what, "')' to close the Sequential( of line %d", opened);
        return missing_bracket(p, what);
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
        snprintf(what, sizeof what, "'(' after %s", kind->name);
        return emb__scan_missing(scan, what);
    }
    emb__layer_spec *layer = new_layer(p, name.line);
    if (!layer) return emb__last_status();
    layer->kind = kind;
    layer->index = index;
    p->name = name;
    p->closing = (emb__token){0};
    if (kind->any_args) return emb__scan_skip_brackets(scan);
    emb__scan_next(scan);
    return emb__parse_arguments(p, layer);
}

/* Reads "Sequential( layers )". */
static emb_status parse_part(emb__parser *p, const emb__token *name) {
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
            return missing_bracket(p, "',' or ')' after a layer");
        }
    }
    if (index == 0) {
        return emb__scan_fail(scan, opened, "expects at least one layer in %s, such as Identity()",
                              spec->parts[spec->part_count - 1]);
    }
    emb__scan_define(scan, name, NULL);
    return EMB_OK;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Reads "1, 28, 28", "(1, 28, 28)" or "784". */
static emb_status parse_input(emb__parser *p, const emb__token *name) {
    static const char what[] = "input = channels, height, width (or one number of features)";
    emb__scan *scan = &p->scan;
    emb__spec *spec = p->spec;
    emb__value shape = {0};
    emb_status status = emb__scan_value(scan, EMB__NUMBERS_WHOLE, &shape);
    if (status) return status;
    while (shape.type == EMB__VALUE_NUMBER && emb__scan_accept(scan, ',')) {
        emb__value next = {0};
        if (scan->token.kind == EMB__TOKEN_NEWLINE || scan->token.kind == EMB__TOKEN_END) break;
        status = emb__scan_value(scan, EMB__NUMBERS_WHOLE, &next);
        if (status) return status;
        if (next.type != EMB__VALUE_NUMBER) {
            return emb__scan_fail(scan, next.line, "expects %s, gets %s", what,
                                  emb__value_name(&next));
        }
        if (shape.n < EMB__MAX_DIMS) shape.v[shape.n] = next.v[0];
        shape.n++;
    }
    const bool ends = scan->token.kind == EMB__TOKEN_NEWLINE || scan->token.kind == EMB__TOKEN_END;
    if (shape.type == EMB__VALUE_NUMBER && shape.n < 3 && !ends) {
        return emb__scan_missing(scan, "',' or the end of the line");
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
    emb__scan_define(scan, name, NULL);
    return EMB_OK;
}

static emb_status parse_number(emb__parser *p, const emb__token *name) {
    emb__scan *scan = &p->scan;
    emb__value value = {0};
    const bool sizes = emb__token_is(name, "latent") || emb__token_is(name, "classes");
    emb_status status =
        emb__scan_value(scan, sizes ? EMB__NUMBERS_WHOLE : EMB__NUMBERS_ANY, &value);
    if (status) return status;
    if (value.type != EMB__VALUE_NUMBER && value.type != EMB__VALUE_REAL) {
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
    value.v[0] = number;
    emb__scan_define(scan, name, &value);
    return EMB_OK;
}

static emb_status parse_line(emb__parser *p) {
    emb__scan *scan = &p->scan;
    emb__scan_prefix(scan, "self");
    const emb__token name = scan->token;
    if (name.kind != EMB__TOKEN_NAME) {
        return emb__scan_unexpected(scan, "a line NAME = ..., such as latent = 2");
    }
    if (scan->ahead.kind != '=') {
        emb__scan_next(scan);
        return emb__scan_missing(scan, "'=' after the name that starts a line");
    }
    emb_status status = emb__scan_may_define(scan, &name);
    if (status) return status;
    emb__scan_next(scan);
    emb__scan_next(scan);
    skip_module(scan);
    if (emb__token_is(&scan->token, "Sequential") && scan->ahead.kind != '(') {
        emb__scan_next(scan);
        return emb__scan_missing(scan, "'(' after Sequential");
    }
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

static emb_status parse_text(emb__parser *p) {
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
                              "latent is to be %d, but there is no line latent = N to change",
                              p->overrides.latent);
    }
    if (p->overrides.latent && !emb__scan_uses(scan, "latent")) {
        return emb__scan_fail(scan, line, "latent is to be %d, but nothing uses it",
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
    emb__parser p = {.spec = spec};
    if (overrides) p.overrides = *overrides;
    emb_status status = check_override("latent", p.overrides.latent);
    if (!status) status = check_override("classes", p.overrides.classes);
    if (!status) status = emb__scan_start(&p.scan, text, length, spec->name);
    if (!status) status = parse_text(&p);
    if (status) emb__spec_clear(spec);
    return status;
}
