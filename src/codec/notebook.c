/* See notebook.h. A walk over the JSON that keeps nothing but the code: most of a notebook's bytes
 * are pictures that it shows. */
#include "codec/notebook.h"

#include <string.h>

#include "base/translate.h"
#include "codec/json_string.h"

enum { DEPTH = 64, MOST_CELLS = 10000 };

typedef struct walk {
    char *at, *end;
    const char *name;
    int depth;
    size_t capacity;
    int line;
    emb__text text;
    emb__notebook *out;
} walk;

static emb_status fail(const walk *w, const char *what) {
    return emb__fail(EMB_ERR_FORMAT, "%s: is not a notebook: %s", w->name, _(what));
}

static void blanks(walk *w) {
    while (w->at < w->end && strchr(" \t\r\n", *w->at) && *w->at) w->at++;
}

/* Whether this sign comes next, which is then skipped. */
static bool accept(walk *w, char sign) {
    blanks(w);
    if (w->at == w->end || *w->at != sign) return false;
    w->at++;
    return true;
}

/* A string's inside, up to its closing quote; the walk goes on behind it. */
static emb_status find_string(walk *w, char **begin, char **end) {
    if (!accept(w, '"')) return fail(w, N_("a JSON string is missing"));
    *begin = w->at;
    while (w->at < w->end && *w->at != '"') w->at += *w->at == '\\' ? 2 : 1;
    if (w->at >= w->end) return fail(w, N_("a JSON string does not end"));
    *end = w->at++;
    return EMB_OK;
}

static emb_status read_string(walk *w, char **text) {
    char *end = NULL;
    *text = NULL;
    emb_status status = find_string(w, text, &end);
    if (status != EMB_OK) return status;
    const char *wrong = emb__json_unescape(*text, end);
    return wrong ? fail(w, wrong) : EMB_OK;
}

/* Passes over a value. Brackets are counted, nothing recurses. */
static emb_status skip(walk *w) {
    int depth = 0;
    do {
        char *begin, *end;
        blanks(w);
        if (w->at == w->end) return fail(w, N_("its JSON ends too soon"));
        if (*w->at == '"') {
            const emb_status status = find_string(w, &begin, &end);
            if (status != EMB_OK) return status;
            continue;
        }
        if (*w->at == '{' || *w->at == '[') depth++;
        if (*w->at == '}' || *w->at == ']') depth--;
        if (depth < 0) return fail(w, N_("its JSON has a bracket too many"));
        const bool word = !strchr("{}[],:", *w->at);
        w->at++;
        while (word && w->at < w->end && !strchr("{}[],: \t\r\n\"", *w->at)) w->at++;
    } while (depth > 0);
    return EMB_OK;
}

/* A source is a string, or a list of its lines. *from, *to: where it lies in the text. */
static emb_status read_source(walk *w) {
    char *line;
    w->text.length = 0;
    if (!accept(w, '[')) {
        const emb_status status = read_string(w, &line);
        if (status == EMB_OK) emb__text_add(&w->text, "%s", line);
        return status;
    }
    if (accept(w, ']')) return EMB_OK;
    do {
        const emb_status status = read_string(w, &line);
        if (status != EMB_OK) return status;
        emb__text_bytes(&w->text, line, strlen(line));
    } while (accept(w, ','));
    return accept(w, ']') ? EMB_OK : fail(w, N_("a cell's source is neither a text nor lines"));
}

/* Puts the source that was read last behind the others. */
static emb_status add_cell(walk *w, emb__text *all) {
    emb__notebook *out = w->out;
    if (out->cell_count == MOST_CELLS) return fail(w, N_("it has more than 10000 cells"));
    if (out->cell_count == w->capacity) {
        const size_t grown = w->capacity ? 2 * w->capacity : 64;
        emb__notebook_cell *cells = emb__realloc(out->cells, grown * sizeof *cells);
        if (!cells) return EMB_ERR_MEMORY;
        out->cells = cells;
        w->capacity = grown;
    }
    out->cells[out->cell_count] = (emb__notebook_cell){
        .begin = all->length, .line = w->line, .number = (int)out->cell_count + 1};
    out->cell_count++;
    const size_t from = all->length;
    if (w->text.length > 0) emb__text_bytes(all, w->text.bytes, w->text.length);
    emb__text_add(all, "\n");
    for (size_t i = from; i < all->length && !all->failed; i++) w->line += all->bytes[i] == '\n';
    return all->failed || w->text.failed ? EMB_ERR_MEMORY : EMB_OK;
}

static emb_status read_cell(walk *w, emb__text *all) {
    bool code = false, source = false;
    if (!accept(w, '{')) return fail(w, N_("a cell is no object"));
    if (accept(w, '}')) return EMB_OK;
    do {
        char *key, *type;
        emb_status status = read_string(w, &key);
        if (status == EMB_OK && !accept(w, ':')) status = fail(w, N_("a ':' is missing"));
        if (status != EMB_OK || !key) return status;
        if (strcmp(key, "cell_type") == 0) {
            status = read_string(w, &type);
            code = status == EMB_OK && strcmp(type, "code") == 0;
        } else if (strcmp(key, "source") == 0 || strcmp(key, "input") == 0) {
            status = read_source(w);
            source = true;
        } else {
            status = skip(w);
        }
        if (status != EMB_OK) return status;
    } while (accept(w, ','));
    if (!accept(w, '}')) return fail(w, N_("a cell does not end"));
    return code && source ? add_cell(w, all) : EMB_OK;
}

static emb_status read_cells(walk *w, emb__text *all) {
    if (!accept(w, '[')) return fail(w, N_("its cells are no list"));
    if (accept(w, ']')) return EMB_OK;
    do {
        const emb_status status = read_cell(w, all);
        if (status != EMB_OK) return status;
    } while (accept(w, ','));
    return accept(w, ']') ? EMB_OK : fail(w, N_("its cells do not end"));
}

/* The notebook itself or, in the older format, a worksheet of it. */
static emb_status read_object(walk *w, emb__text *all, bool outer, bool *found) {
    if (!accept(w, '{')) return fail(w, N_("it is no JSON object"));
    if (accept(w, '}')) return EMB_OK;
    do {
        char *key;
        emb_status status = read_string(w, &key);
        if (status == EMB_OK && !accept(w, ':')) status = fail(w, N_("a ':' is missing"));
        if (status != EMB_OK || !key) return status;
        if (strcmp(key, "cells") == 0) {
            *found = true;
            status = read_cells(w, all);
        } else if (outer && strcmp(key, "worksheets") == 0 && accept(w, '[')) {
            status = read_object(w, all, false, found);
            while (status == EMB_OK && accept(w, ',')) status = skip(w);
            if (status == EMB_OK && !accept(w, ']'))
                status = fail(w, N_("its worksheets do not end"));
        } else {
            status = skip(w);
        }
        if (status != EMB_OK) return status;
    } while (accept(w, ','));
    return accept(w, '}') ? EMB_OK : fail(w, N_("its JSON ends too soon"));
}

emb_status emb__notebook_read(const char *name, char *bytes, size_t count,
                              emb__notebook *notebook) {
    *notebook = (emb__notebook){0};
    walk w = {.at = bytes, .end = bytes + count, .name = name, .line = 1, .out = notebook};
    emb__text all = {0};
    bool found = false;
    if (count >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) w.at += 3;
    emb_status status = read_object(&w, &all, true, &found);
    if (status == EMB_OK && !found) status = fail(&w, N_("it has no cells"));
    if (status == EMB_OK && all.failed) status = EMB_ERR_MEMORY;
    emb__free(w.text.bytes);
    notebook->text = all.bytes;
    notebook->length = all.length;
    if (status != EMB_OK) emb__notebook_clear(notebook);
    return status;
}

void emb__notebook_clear(emb__notebook *notebook) {
    emb__free(notebook->text);
    emb__free(notebook->cells);
    *notebook = (emb__notebook){0};
}
