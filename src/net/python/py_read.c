/* See py_read.h. */
#include "net/python/py_read.h"

#include "base/translate.h"

#include <stdio.h>
#include <string.h>

#include "net/python/py_call.h"
#include "net/python/py_choose.h"
#include "net/python/py_eval.h"
#include "net/python/py_graph.h"
#include "net/python/py_run.h"
#include "net/python/py_statement.h"

/* ---- cells ----------------------------------------------------------------------------------- */

/* Magics of a whole cell that is Python all the same. */
static bool keeps_cell(const char *line, size_t length) {
    static const char *const magics[] = {"%%time", "%%capture", "%%timeit", "%%prun", "%%memit"};
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        if (length >= strlen(magics[i]) && memcmp(line, magics[i], strlen(magics[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Takes the lines out that are Jupyter's and not Python's; what is left has as many. False if
 * nothing of the cell is Python. */
static bool clean_cell(char *text, size_t length) {
    bool first = true;
    for (size_t at = 0; at < length;) {
        size_t end = at, word = at;
        while (end < length && text[end] != '\n') end++;
        while (word < end && (text[word] == ' ' || text[word] == '\t')) word++;
        size_t last = end;
        while (last > word && (text[last - 1] == ' ' || text[last - 1] == '\r')) last--;
        const bool cell = word + 1 < end && text[word] == '%' && text[word + 1] == '%';
        if (cell && first && !keeps_cell(text + word, end - word)) return false;
        if (word < end && (text[word] == '%' || text[word] == '!' || text[word] == '?' ||
                           text[last - 1] == '?')) {
            text[word] = '0';
            if (word + 1 < end) text[word + 1] = '#';
        }
        if (word < end && text[word] != '#') first = false;
        at = end + 1;
    }
    return true;
}

/* Follows one cell, or the whole file. A cell that is no Python is left out, as Jupyter would. */
static emb_status run_cell(emb__py *py, emb__notebook *code, size_t i) {
    const bool cells = code->cell_count > 0;
    const size_t begin = cells ? code->cells[i].begin : 0;
    const size_t end = i + 1 < code->cell_count ? code->cells[i + 1].begin : code->length;
    const int line = cells ? code->cells[i].line : 1;
    char none[1] = "", *text = code->text ? code->text + begin : none; /* a file may be empty */
    emb__py_node *block;
    if (cells && !clean_cell(text, end - begin)) return EMB_OK;
    emb_status status = emb__py_parse(py->source, &py->arena, text, end - begin, line, &block);
    if (status == EMB_OK) return emb__py_run_text(py, block);
    if (!cells || status == EMB_ERR_MEMORY) return status;
    const char *why = emb_error();
    const size_t length = strlen(py->source->name);
    if (strncmp(why, py->source->name, length) == 0 && strncmp(why + length, ", ", 2) == 0) {
        why += length + 2; /* the cell and the line */
    }
    py->failed_cell = emb__py_print(py, "%.300s", why);
    if (!py->failed_cell) return EMB_ERR_MEMORY;
    emb__py_note(py, "a cell that is not Python is left out (%s)", py->failed_cell);
    return EMB_OK;
}

/* Functions that nothing calls may make a class all the same. */
static emb_status run_functions(emb__py *py) {
    const emb__py_row none = {.fixed = true};
    const emb__py_map no_names = {0};
    emb_status status = EMB_OK;
    const int count = py->made_count > 0 ? 0 : py->globals->names.count;
    py->loose = true;
    for (int i = 0; i < count && status == EMB_OK; i++) {
        const emb__py_value function = py->globals->names.entries[i].value;
        emb__py_value out;
        if (function.type != EMB__PY_FUNCTION) continue;
        py->depth = 0;
        status = py->call(py, 0, &function, &none, &no_names, &out);
        if (status != EMB_ERR_MEMORY && py->steps < EMB__PY_STEPS) status = EMB_OK;
    }
    return status;
}

/* ---- settings -------------------------------------------------------------------------------- */

/* "hidden=64, activation='relu'" as keywords of a call. */
static emb_status read_settings(emb__py *py, const char *set) {
    static const char before[] = "f(";
    if (!set || !*set) return EMB_OK;
    const emb__notebook no_cells = {0};
    const emb__py_source source = {.name = "--set", .cells = &no_cells};
    emb__text text = {0};
    emb__py_node *block = NULL;
    emb__text_add(&text, "%s%s)\n", before, set);
    emb_status status =
        text.failed ? EMB_ERR_MEMORY
                    : emb__py_parse(&source, &py->arena, text.bytes, text.length, 1, &block);
    emb__free(text.bytes);
    const emb__py_node *call = status == EMB_OK && block ? block->a : NULL;
    bool good = call && call->kind == EMB__PY_CALL && !block->next && call->list;
    for (const emb__py_node *n = good ? call->list : NULL; n && status == EMB_OK; n = n->next) {
        emb__py_value value;
        good = good && n->kind == EMB__PY_KEYWORD;
        if (!good) break;
        status = emb__py_eval(py, py->globals, n->a, &value);
        if (status != EMB_OK) break;
        if (value.type == EMB__PY_UNKNOWN && n->a->kind == EMB__PY_NAME) {
            value = emb__py_str(n->a->text); /* --set mode=bilinear */
        }
        status = emb__py_set(py, &py->settings, n->text, &value);
    }
    if (status == EMB_ERR_MEMORY) return status;
    if (status != EMB_OK || !good) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "--set %.80s: expects names with values, such as hidden=64", set);
    }
    py->settings_used =
        emb__py_alloc(&py->arena, (size_t)py->settings.count * sizeof *py->settings_used);
    return py->settings_used ? EMB_OK : emb__last_status();
}

static emb_status check_settings(const emb__py *py) {
    for (int i = 0; i < py->settings.count; i++) {
        const char *name = py->settings.entries[i].key.u.text;
        if (py->settings_used[i] || emb__py_find(&py->globals->names, name)) continue;
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%s: --set %.60s: neither the class's __init__ nor the file has such a "
                         "name",
                         py->source->name, name);
    }
    return EMB_OK;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static emb_status read(emb__py *py, emb__notebook *code, const emb__py_wish *wish,
                       emb__spec *spec) {
    emb__shape input = {.rank = 3, .d = {wish->input[0], wish->input[1], wish->input[2]}};
    if (wish->input[1] == 1 && wish->input[2] == 1) input = (emb__shape){1, {wish->input[0]}};
    if (code->length > EMB__PYTHON_BYTES) {
        return emb__fail(EMB_ERR_FORMAT, "%s: expects at most %d bytes of code, gets %zu",
                         py->source->name, EMB__PYTHON_BYTES, code->length);
    }
    /* An old Mac's lines end in CR alone. */
    for (size_t i = 0; i < code->length; i++) {
        const bool alone = i + 1 == code->length || code->text[i + 1] != '\n';
        if (code->text[i] == '\r' && alone) code->text[i] = '\n';
    }
    py->globals = emb__py_alloc(&py->arena, sizeof *py->globals);
    if (!py->globals) return emb__last_status();
    emb_status status = read_settings(py, wish->set);
    const size_t cells = code->cell_count > 0 ? code->cell_count : 1;
    for (size_t i = 0; i < cells && status == EMB_OK; i++) {
        py->depth = 0;
        status = run_cell(py, code, i);
    }
    if (status == EMB_OK) status = run_functions(py);
    emb__py_traced traced = {0};
    py->steps = 0;
    if (status == EMB_OK) status = emb__py_choose(py, wish->class_name, &input, &traced);
    if (status == EMB_OK) status = check_settings(py);
    if (status == EMB_OK && traced.root->class && traced.root->class->given) {
        status = emb__py_fail(py->source, traced.root->class->given,
                              "a model that is given other layers once it is made is not followed; "
                              "expects them in __init__");
    }
    if (status == EMB_OK && traced.members.unknown) {
        status = emb__py_fail(py->source, traced.members.unknown_line, "%s: %s",
                              traced.members.unknown, traced.members.unknown_why);
    }
    if (status == EMB_OK && traced.flattened) {
        emb__py_note(py, "%s takes images as rows of numbers: a Flatten is put before it",
                     traced.root->class ? traced.root->class->name : _("the encoder"));
    }
    return status == EMB_OK ? emb__py_spec(py, &traced, spec) : status;
}

emb_status emb__py_read(const char *name, emb__notebook *code, const emb__py_wish *wish,
                        emb__spec *spec, emb__text *notes, emb_written *hints) {
    const emb__py_source source = {.name = name, .cells = code};
    *spec = (emb__spec){0};
    *hints = (emb_written){0};
    *notes = (emb__text){0};
    snprintf(spec->name, sizeof spec->name, "%s", name);
    emb__py *py = emb__calloc(1, sizeof *py);
    if (!py) return EMB_ERR_MEMORY;
    py->source = &source;
    py->eval = emb__py_eval;
    py->call = emb__py_run_call;
    py->hints = hints;
    emb_status status = read(py, code, wish, spec);
    if (status == EMB_OK && py->notes.failed) status = EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        *notes = py->notes;
    } else {
        emb__free(py->notes.bytes);
        emb__spec_clear(spec);
    }
    emb__py_arena_clear(&py->arena);
    emb__free(py);
    /* What stands nowhere in the text, such as too much memory. */
    const bool named = strncmp(emb_error(), name, strlen(name)) == 0;
    if (status == EMB_ERR_FORMAT && !named) return emb__fail_prefix(status, "%s: ", name);
    return status;
}
