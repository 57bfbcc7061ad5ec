/* The notation's lines and parts. See notation.h. */
#include "net/notation/notation.h"
#include "base/translate.h"

#include <stdio.h>
#include <string.h>

#include "base/near_word.h"
#include "net/notation/notation_latent.h"
#include "net/notation/notation_module.h"

/* ---- parts ----------------------------------------------------------------------------------- */

/* The layers of the part `unused` are not run: they stand behind all others. */
static emb_status set_aside(emb__parser *p, int before) {
    emb__spec *spec = p->spec;
    for (int i = before; i < spec->layer_count; i++) {
        const emb__layer_spec *layer = &spec->layers[i];
        if (!layer->kind->is_container && layer->name[0]) continue;
        return emb__scan_fail(&p->scan, layer->line,
                              "unused expects layers, each with its name in the state dict, as in "
                              "Linear(3, 4, name='fc')");
    }
    spec->unused_count = spec->layer_count - before;
    spec->layer_count = before;
    spec->part_count--;
    return EMB_OK;
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
    if (spec->unused_count > 0) {
        return emb__scan_fail(scan, name->line, "expects the part 'unused' after all others");
    }
    const int before = spec->layer_count;
    memset(spec->parts[spec->part_count], 0, EMB__NAME_SIZE);
    memcpy(spec->parts[spec->part_count++], name->text, name->length);
    emb__scan_next(scan);
    emb__scan_next(scan);
    emb_status status = emb__parse_sequential(p, opened);
    if (status != EMB_OK) return status;
    emb__scan_define(scan, name, NULL);
    return emb__token_is(name, "unused") ? set_aside(p, before) : EMB_OK;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Reads "1, 28, 28", "(1, 28, 28)" or "784". */
static emb_status parse_input(emb__parser *p, const emb__token *name) {
    static const char wrong[] =
        E_("expects input = channels, height, width (or one number of features), gets %s");
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
            return emb__scan_fail(scan, next.line, wrong, emb__value_name(&next));
        }
        if (shape.n < EMB__MAX_DIMS) shape.v[shape.n] = next.v[0];
        shape.n++;
    }
    const bool ends = scan->token.kind == EMB__TOKEN_NEWLINE || scan->token.kind == EMB__TOKEN_END;
    if (shape.type == EMB__VALUE_NUMBER && shape.n < 3 && !ends) {
        return emb__scan_missing(scan, "',' or the end of the line");
    }
    if (shape.type != EMB__VALUE_NUMBER && shape.type != EMB__VALUE_TUPLE) {
        return emb__scan_fail(scan, shape.line, wrong, emb__value_name(&shape));
    }
    if (shape.n != 1 && shape.n != 3) {
        return emb__scan_fail(
            scan, shape.line,
            "expects input = channels, height, width (or one number of features), gets %d numbers",
            shape.n);
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

/* The layers that have this name in the state dict get the turn; false: none has. */
static bool set_turn(emb__spec *spec, const char *name, size_t length, int turn) {
    char usual[EMB__NAME_SIZE + EMB__PATH_SIZE];
    bool found = false;
    for (int i = 0; i < spec->layer_count + spec->unused_count; i++) {
        emb__layer_spec *layer = &spec->layers[i];
        snprintf(usual, sizeof usual, "%s.%s", spec->parts[layer->part], layer->path);
        const char *own = layer->name[0] ? layer->name : usual;
        if (strlen(own) != length || memcmp(own, name, length) != 0) continue;
        layer->turn = turn;
        found = true;
    }
    return found;
}

/* Reads "'fc2', 'fc1', ...": the order in which the weights are drawn. */
static emb_status parse_order(emb__parser *p, const emb__token *name) {
    emb__scan *scan = &p->scan;
    int turn = 0;
    do {
        const emb__token text = scan->token;
        if (turn > 0 && (text.kind == EMB__TOKEN_NEWLINE || text.kind == EMB__TOKEN_END)) break;
        if (text.kind != EMB__TOKEN_STRING) {
            return emb__scan_unexpected(scan, "a layer's name such as 'conv1'");
        }
        if (!set_turn(p->spec, text.text + 1, text.length - 2, ++turn)) {
            return emb__scan_fail(scan, text.line, "no layer before this line is called %.*s",
                                  emb__token_shown(&text), text.text);
        }
        emb__scan_next(scan);
    } while (emb__scan_accept(scan, ','));
    emb__scan_define(scan, name, NULL);
    return EMB_OK;
}

/* A part that is no Sequential( ... ). */
static emb_status fail_part(const emb__scan *scan) {
    const emb__token *name = &scan->token;
    emb__near_word near = {.typed = name->text, .length = name->length};
    emb__near_word_see(&near, "Sequential");
    if (!near.word) return emb__scan_unexpected(scan, "a number or Sequential( ... )");
    return emb__scan_fail(scan, name->line, "expects Sequential( ... ), gets '%.*s'",
                          emb__token_shown(name), name->text);
}

/* Several numbers, which only an input has. */
static emb_status refuse_list(const emb__scan *scan, const emb__token *name) {
    emb__near_word near = {.typed = name->text, .length = name->length};
    emb__near_word_see(&near, "input");
    if (!near.word) return EMB_OK; /* the comma is too much */
    return emb__scan_fail(scan, name->line, "'%.*s' has several numbers: did you mean input?",
                          emb__token_shown(name), name->text);
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
    emb__skip_module(scan);
    if (emb__token_is(&scan->token, "Sequential") && scan->ahead.kind != '(') {
        emb__scan_next(scan);
        return emb__scan_missing(scan, "'(' after Sequential");
    }
    if (scan->token.kind == EMB__TOKEN_NAME && scan->ahead.kind == '(') {
        if (!emb__token_is(&scan->token, "Sequential")) return fail_part(scan);
        status = parse_part(p, &name);
    } else if (emb__token_is(&name, "input")) {
        status = parse_input(p, &name);
    } else if (emb__token_is(&name, "order") && scan->token.kind == EMB__TOKEN_STRING) {
        status = parse_order(p, &name);
    } else {
        status = parse_number(p, &name);
        if (!status && scan->token.kind == ',') status = refuse_list(scan, &name);
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
    const int wanted = p->overrides.latent;
    if (wanted && !p->spec->has_latent) return emb__latent_unused(p, line, false, wanted);
    if (wanted && !emb__scan_uses(scan, "latent")) {
        return emb__latent_unused(p, line, true, wanted);
    }
    const emb__symbol *unused = emb__scan_unused(scan);
    if (!unused) return EMB_OK;
    const emb__token name = {
        .kind = EMB__TOKEN_NAME, .text = unused->text, .length = unused->length};
    if (emb__token_is(&name, "latent")) return emb__latent_unused(p, unused->line, true, 0);
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
