/* Modules: a layer with its arguments, or a container with the modules in it. See
 * notation_module.h. */
#include "net/notation/notation_module.h"

#include <stdio.h>
#include <string.h>

#include "base/near_word.h"
#include "net/layers/kinds.h"

/* ---- what errors say ------------------------------------------------------------------------- */

static emb_status fail_layer_name(const emb__parser *p, const emb__token *name) {
    emb__text known = {0};
    emb__near_word near = {.typed = name->text, .length = name->length};
    for (int i = 0; emb__layer_kind_at(i); i++) {
        const char *kind = emb__layer_kind_at(i)->name;
        emb__near_word_see(&near, kind);
        emb__text_add(&known, "%s%s", i ? ", " : "", kind);
    }
    const int shown = emb__token_shown(name);
    const emb_status status =
        near.word
            ? emb__scan_fail(&p->scan, name->line, "there is no layer '%.*s': did you mean %s?",
                             shown, name->text, near.word)
            : emb__scan_fail(&p->scan, name->line, "there is no layer '%.*s': expects one of %s",
                             shown, name->text, known.bytes ? known.bytes : "");
    emb__free(known.bytes);
    return status;
}

/* How far the line's first token is indented; -1 for any other token. */
static int indent_of(const emb__scan *scan, const char *token) {
    const char *line = token;
    while (line > scan->text && line[-1] != '\n') line--;
    const size_t blank = strspn(line, " \t");
    return line + blank == token ? (int)blank : -1;
}

/* Where a module stands. */
typedef struct place {
    const emb__layer_kind *container;
    int opened;       /* the line of that */
    const char *path; /* that one's path; "" for a part */
    int depth;        /* of modules; 0: a part's own */
    int index;        /* of the module, or of what it is in, among the part's own */
} place;

/* The container's ')' is missing; without `at`, it or a comma. */
static emb_status missing_close(const emb__scan *scan, const place *at) {
    if (!at) return emb__scan_missing(scan, "',' or ')' after a layer");
    return emb__scan_missing(scan, "')' to close the %s( of line %d", at->container->name,
                             at->opened);
}

/* A ')' is missing at the end of a container. If the last layer's ')' is on a line of its own,
 * further left than the layer, it was meant for the container, and the layer's is missing. */
static emb_status missing_bracket(emb__parser *p, const place *at) {
    emb__scan *scan = &p->scan;
    const emb__spec *spec = p->spec;
    if (spec->layer_count == 0 || !p->name.text || scan->last.text != p->closing.text) {
        return missing_close(scan, at);
    }
    const int layer = indent_of(scan, p->name.text), closing = indent_of(scan, p->closing.text);
    if (closing < 0 || layer <= closing) return missing_close(scan, at);
    scan->last = p->before;
    scan->token.kind = EMB__TOKEN_NEWLINE;
    return emb__scan_missing(scan, "')' to close %s( of line %d",
                             spec->layers[spec->layer_count - 1].kind->name, p->name.line);
}

/* ---- modules --------------------------------------------------------------------------------- */

void emb__skip_module(emb__scan *scan) {
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

static emb_status parse_module(emb__parser *p, const place *at, const char *name);

/* *name = which of a container's children comes next: by its keyword, which is skipped, or by its
 * position. `given`: a bit for each child that is there, and the last one once one had a name. */
static emb_status pick_child(emb__parser *p, const place *at, int position, unsigned *given,
                             const char **name) {
    emb__scan *scan = &p->scan;
    const char *const *names = at->container->children;
    const emb__token token = scan->token;
    const bool keyword = token.kind == EMB__TOKEN_NAME && scan->ahead.kind == '=';
    int child = keyword ? 0 : position;
    while (keyword && names[child] && !emb__token_is(&token, names[child])) child++;
    int count = 0;
    while (names[count]) count++;
    if (keyword && child == count && scan->last.line == token.line) {
        return emb__scan_fail(scan, token.line, "%s has no argument '%.*s'", at->container->name,
                              emb__token_shown(&token), token.text);
    }
    if (keyword && child == count) return EMB_OK; /* a ')' is missing: parse_module says so */
    if (child >= count) {
        return emb__scan_fail(scan, token.line, "%s expects at most %d modules",
                              at->container->name, count);
    }
    static const unsigned by_name = 1U << 31;
    if (!keyword && *given & by_name) {
        return emb__scan_fail(scan, token.line,
                              "an argument without a name may not follow one with a name");
    }
    if (*given & 1U << child) {
        return emb__scan_fail(scan, token.line, "%s is given twice", names[child]);
    }
    *given |= 1U << child | (keyword ? by_name : 0);
    *name = names[child];
    if (!keyword) return EMB_OK;
    emb__scan_next(scan);
    emb__scan_next(scan);
    return EMB_OK;
}

/* Whether None stands for a child, which is then skipped. */
static bool skip_none(emb__scan *scan, int position) {
    if (position == 0 || !emb__token_is(&scan->token, "None")) return false;
    emb__scan_next(scan);
    return true;
}

/* Reads the modules of a container up to its ')'. */
static emb_status parse_children(emb__parser *p, const place *at) {
    emb__scan *scan = &p->scan;
    int count = 0;
    unsigned given = 0;
    while (!emb__scan_accept(scan, ')')) {
        char number[16];
        const char *name = number;
        place child = *at;
        emb_status status = EMB_OK;
        snprintf(number, sizeof number, "%d", count);
        if (at->depth == 0) child.index = count;
        if (at->container->children) status = pick_child(p, at, count, &given, &name);
        if (status == EMB_OK && !(at->container->children && skip_none(scan, count))) {
            status = parse_module(p, &child, name);
        }
        if (status != EMB_OK) return status;
        count++;
        if (!emb__scan_accept(scan, ',') && scan->token.kind != ')') {
            return missing_bracket(p, NULL);
        }
    }
    if (at->container->children && !(given & 1)) {
        return emb__scan_fail(scan, at->opened, "%s expects %s", at->container->name,
                              at->container->children[0]);
    }
    if (count > 0) return EMB_OK;
    return emb__scan_fail(scan, at->opened, "expects at least one layer in %s, such as Identity()",
                          at->depth == 0 ? p->spec->parts[p->spec->part_count - 1]
                                         : at->container->name);
}

/* Reads "...)" after "Residual(": `layer` is the container's row in the spec, which may move. */
static emb_status parse_container(emb__parser *p, int layer, int depth) {
    const emb__layer_spec *spec = &p->spec->layers[layer];
    char path[EMB__PATH_SIZE];
    snprintf(path, sizeof path, "%s", spec->path);
    const place inside = {.container = spec->kind,
                          .opened = spec->line,
                          .path = path,
                          .depth = depth + 1,
                          .index = spec->index};
    if (depth + 1 == EMB__MAX_DEPTH) {
        return emb__scan_fail(&p->scan, spec->line, "expects containers at most %d deep",
                              EMB__MAX_DEPTH);
    }
    return parse_children(p, &inside);
}

/* Reads a layer or a container that is called `name` in what it stands in. */
static emb_status parse_module(emb__parser *p, const place *at, const char *name) {
    emb__scan *scan = &p->scan;
    emb__skip_module(scan);
    const emb__token token = scan->token;
    if (token.kind != EMB__TOKEN_NAME) {
        return emb__scan_unexpected(scan, "a layer such as Linear(64, 2)");
    }
    if (scan->ahead.kind == '=' && at->container) {
        return missing_bracket(p, at);
    }
    const emb__layer_kind *kind = emb__layer_kind_find(token.text, token.length);
    if (!kind) return fail_layer_name(p, &token);
    emb__scan_next(scan);
    if (scan->token.kind != '(') {
        return emb__scan_missing(scan, "'(' after %s", kind->name);
    }
    emb__layer_spec *layer = new_layer(p, token.line);
    if (!layer) return emb__last_status();
    layer->kind = kind;
    layer->index = at->index;
    layer->depth = at->depth;
    snprintf(layer->path, sizeof layer->path, "%s%s%.12s", at->path, *at->path ? "." : "", name);
    p->name = token;
    p->closing = (emb__token){0};
    if (kind->any_args) return emb__scan_skip_brackets(scan);
    emb__scan_next(scan);
    if (kind->is_container) return parse_container(p, p->spec->layer_count - 1, at->depth);
    return emb__parse_arguments(p, layer);
}

emb_status emb__parse_sequential(emb__parser *p, int opened) {
    static const char name[] = "Sequential";
    const place part = {
        .container = emb__layer_kind_find(name, sizeof name - 1), .opened = opened, .path = ""};
    return parse_children(p, &part);
}

emb_status emb__notation_call(const char *text, size_t length, emb__layer_spec *layer) {
    static const char name[] = "call";
    emb__spec spec = {0};
    emb__parser *p = emb__calloc(1, sizeof *p);
    if (!p) return EMB_ERR_MEMORY;
    p->spec = &spec;
    snprintf(spec.name, sizeof spec.name, "%s", name);
    emb_status status = emb__scan_start(&p->scan, text, length, name);
    const place at = {.path = "", .depth = 1};
    if (status == EMB_OK) status = parse_module(p, &at, "0");
    if (status == EMB_OK && p->scan.token.kind != EMB__TOKEN_END) {
        status = emb__scan_missing(&p->scan, "the end");
    }
    if (status == EMB_OK) *layer = spec.layers[0];
    emb__spec_clear(&spec);
    emb__free(p);
    if (status == EMB_OK || status == EMB_ERR_MEMORY) return status;
    /* "call:1: Linear(...): ..." without its beginning. */
    const char *told = strstr(emb_error(), ": ");
    char why[1000];
    snprintf(why, sizeof why, "%s", told ? told + 2 : emb_error());
    return emb__fail(status, "%s", why);
}
