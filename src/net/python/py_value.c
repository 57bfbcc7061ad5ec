/* See py_value.h. */
#include "net/python/py_value.h"
#include "base/translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/number.h"

/* ---- values ---------------------------------------------------------------------------------- */

const char *emb__py_print(emb__py *py, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return emb__py_copy(&py->arena, text, (size_t)emb__utf8_fit(text, strlen(text), sizeof text));
}

emb_status emb__py_unknown(emb__py *py, int line, emb__py_value *out, const char *format, ...) {
    char text[400];
    va_list args;
    va_start(args, format);
    emb__say_list(text, sizeof text, format, args);
    va_end(args);
    *out = (emb__py_value){
        .type = EMB__PY_UNKNOWN, .line = line, .u.text = emb__py_print(py, "%s", text)};
    return out->u.text ? EMB_OK : emb__last_status();
}

const char *emb__py_type_name(const emb__py_value *value) {
    static const char *const names[] = {
        [EMB__PY_UNKNOWN] = N_("something unknown"),
        [EMB__PY_NONE] = N_("None"),
        [EMB__PY_BOOL] = N_("True or False"),
        [EMB__PY_INT] = N_("a number"),
        [EMB__PY_FLOAT] = N_("a number"),
        [EMB__PY_STR] = N_("a text"),
        [EMB__PY_ROW] = N_("a list"),
        [EMB__PY_MAP] = N_("a dict"),
        [EMB__PY_BATCH] = N_("the batch's size"),
        [EMB__PY_TENSOR] = N_("a tensor"),
        [EMB__PY_FUNCTION] = N_("a function"),
        [EMB__PY_TYPE] = N_("a class"),
        [EMB__PY_MODULE] = N_("a module"),
        [EMB__PY_PATH] = N_("an imported name"),
        [EMB__PY_METHOD] = N_("a method"),
        [EMB__PY_RANGE] = N_("a slice"),
        [EMB__PY_PARENT] = N_("super()"),
        [EMB__PY_TRAINING] = N_("self.training"),
        [EMB__PY_DRAWN] = N_("a part of a drawn code"),
    };
    if (value->type == EMB__PY_ROW && value->u.row->fixed) return _("a tuple");
    return _(names[value->type]);
}

bool emb__py_is(const emb__py_value *value, const char *text) {
    return (value->type == EMB__PY_STR || value->type == EMB__PY_PATH) &&
           strcmp(value->u.text, text) == 0;
}

bool emb__py_number(const emb__py_value *value, double *number) {
    if (value->type == EMB__PY_FLOAT) *number = value->u.real;
    if (value->type == EMB__PY_INT || value->type == EMB__PY_BOOL) *number = (double)value->u.whole;
    return value->type == EMB__PY_FLOAT || value->type == EMB__PY_INT ||
           value->type == EMB__PY_BOOL;
}

bool emb__py_truth(const emb__py_value *value, bool *truth) {
    double number;
    *truth = true;
    if (value->type == EMB__PY_NONE) {
        *truth = false;
    } else if (emb__py_number(value, &number)) {
        *truth = number != 0;
    } else if (value->type == EMB__PY_STR) {
        *truth = *value->u.text != '\0';
    } else if (value->type == EMB__PY_ROW) {
        *truth = value->u.row->count > 0;
    } else if (value->type == EMB__PY_MAP) {
        *truth = value->u.map->count > 0;
    } else {
        return value->type == EMB__PY_FUNCTION || value->type == EMB__PY_TYPE ||
               value->type == EMB__PY_MODULE || value->type == EMB__PY_BATCH;
    }
    return true;
}

static bool same_rows(const emb__py_row *a, const emb__py_row *b) {
    bool same = a->count == b->count;
    for (int i = 0; i < a->count && same; i++) {
        /* A list may hold itself: only what is flat is compared. */
        same = a->items[i].type != EMB__PY_ROW && emb__py_same(&a->items[i], &b->items[i]);
    }
    return same;
}

bool emb__py_same(const emb__py_value *a, const emb__py_value *b) {
    double x, y;
    if (emb__py_number(a, &x) && emb__py_number(b, &y)) return x == y;
    if (a->type != b->type) return false;
    if (a->type == EMB__PY_STR || a->type == EMB__PY_PATH) {
        return strcmp(a->u.text, b->u.text) == 0;
    }
    if (a->type == EMB__PY_NONE || a->type == EMB__PY_BATCH) return true;
    if (a->type == EMB__PY_ROW) return same_rows(a->u.row, b->u.row);
    if (a->type == EMB__PY_TENSOR) return a->u.whole == b->u.whole;
    return a->type != EMB__PY_UNKNOWN && a->u.object == b->u.object;
}

/* Appends a value as Python writes it; what is deeper than a few lists is left out. */
static void write_value(const emb__py_value *value, bool quotes, int depth, emb__text *out) {
    char number[EMB__REPR_ROOM];
    static const char *const words[] = {"False", "True"};
    if (out->length > EMB__PY_TEXT_MOST) return;
    switch (value->type) {
    case EMB__PY_NONE:
        emb__text_add(out, "None");
        return;
    case EMB__PY_BOOL:
        emb__text_add(out, "%s", words[value->u.whole != 0]);
        return;
    case EMB__PY_INT:
        emb__text_add(out, "%lld", (long long)value->u.whole);
        return;
    case EMB__PY_FLOAT:
        emb__text_add(out, "%s", emb__number_repr(value->u.real, number));
        return;
    case EMB__PY_STR:
        emb__text_add(out, quotes ? "'%s'" : "%s", value->u.text);
        return;
    case EMB__PY_PATH:
        emb__text_add(out, "%s", value->u.text);
        return;
    case EMB__PY_ROW:
        if (depth == 0) break;
        emb__text_add(out, value->u.row->fixed ? "(" : "[");
        for (int i = 0; i < value->u.row->count; i++) {
            if (i > 0) emb__text_add(out, ", ");
            write_value(&value->u.row->items[i], true, depth - 1, out);
        }
        if (value->u.row->fixed && value->u.row->count == 1) emb__text_add(out, ",");
        emb__text_add(out, value->u.row->fixed ? ")" : "]");
        return;
    default:
        break;
    }
    emb__text_add(out, "<%s>", emb__py_type_name(value));
}

const char *emb__py_text_of(emb__py *py, const emb__py_value *value, bool quotes) {
    emb__text out = {0};
    const char *text = NULL;
    write_value(value, quotes, 4, &out);
    if (!out.failed) text = emb__py_copy(&py->arena, out.bytes ? out.bytes : "", out.length);
    emb__free(out.bytes);
    return text;
}

/* ---- rows and maps --------------------------------------------------------------------------- */

/* Room for one more of `count` things of `size` bytes: grows *items, or fails. */
static emb_status grow(emb__py *py, void **items, int count, int *capacity, size_t size) {
    if (count < *capacity) return EMB_OK;
    if (count >= EMB__PY_ITEMS) {
        return emb__py_fail(py->source, py->line, "a list has more than %d values", EMB__PY_ITEMS);
    }
    const int grown = *capacity ? 2 * *capacity : 4;
    void *bigger = emb__py_alloc(&py->arena, (size_t)grown * size);
    if (!bigger) return emb__last_status();
    if (count > 0) memcpy(bigger, *items, (size_t)count * size);
    *items = bigger;
    *capacity = grown;
    return EMB_OK;
}

emb__py_row *emb__py_row_new(emb__py *py, bool fixed) {
    emb__py_row *row = emb__py_alloc(&py->arena, sizeof *row);
    if (row) row->fixed = fixed;
    return row;
}

emb_status emb__py_row_add(emb__py *py, emb__py_row *row, const emb__py_value *value) {
    if (!row) return emb__last_status(); /* there was no memory for it */
    void *items = row->items;
    const emb__py_value copy = *value;
    emb_status status = grow(py, &items, row->count, &row->capacity, sizeof copy);
    if (status != EMB_OK) return status;
    row->items = items;
    row->items[row->count++] = copy;
    return EMB_OK;
}

emb__py_value emb__py_row_value(emb__py_row *row) {
    return (emb__py_value){.type = EMB__PY_ROW, .u.row = row};
}

emb__py_map *emb__py_map_new(emb__py *py) { return emb__py_alloc(&py->arena, sizeof(emb__py_map)); }

emb__py_value *emb__py_map_find(const emb__py_map *map, const emb__py_value *key) {
    for (int i = 0; i < map->count; i++) {
        if (emb__py_same(&map->entries[i].key, key)) return &map->entries[i].value;
    }
    return NULL;
}

emb__py_value *emb__py_find(const emb__py_map *map, const char *name) {
    const emb__py_value key = emb__py_str(name);
    return emb__py_map_find(map, &key);
}

emb_status emb__py_map_set(emb__py *py, emb__py_map *map, const emb__py_value *key,
                           const emb__py_value *value) {
    emb__py_value *found = emb__py_map_find(map, key);
    if (found) {
        *found = *value;
        return EMB_OK;
    }
    /* Looking for a name goes through all of them, so they are counted as steps. */
    py->steps += map->count / 16;
    void *entries = map->entries;
    emb_status status = grow(py, &entries, map->count, &map->capacity, sizeof *map->entries);
    if (status != EMB_OK) return status;
    map->entries = entries;
    map->entries[map->count++] = (emb__py_entry){*key, *value};
    return EMB_OK;
}

emb_status emb__py_set(emb__py *py, emb__py_map *map, const char *name,
                       const emb__py_value *value) {
    const emb__py_value key = emb__py_str(name);
    return emb__py_map_set(py, map, &key, value);
}

/* ---- following ------------------------------------------------------------------------------- */

emb_status emb__py_enter(emb__py *py, int line) {
    py->depth++;
    py->line = line;
    if (++py->steps > EMB__PY_STEPS) {
        return emb__py_fail(py->source, line,
                            "this takes more than %d steps to follow, such as a long loop",
                            EMB__PY_STEPS);
    }
    if (py->depth > EMB__PY_DEPTH) {
        return emb__py_fail(py->source, line,
                            "calls or values within one another that are too deep to follow");
    }
    return EMB_OK;
}

bool emb__py_is_fatal(const emb__py *py, emb_status status) {
    return status == EMB_ERR_MEMORY || py->steps > EMB__PY_STEPS;
}

const char *emb__py_reason(emb__py *py) {
    const char *text = emb_error(), *place = strstr(text, ": ");
    return emb__py_print(py, "%s", place ? place + 2 : text);
}

emb_status emb__py_need(emb__py *py, int line, const emb__py_value *value, const char *what) {
    if (value->type == EMB__PY_DRAWN) {
        return emb__py_fail(py->source, value->line ? value->line : line,
                            "this is followed only on the way to a code that is drawn, mu + eps * "
                            "exp(logvar / 2); otherwise two tensors may be added (+), and nothing "
                            "else");
    }
    if (value->type == EMB__PY_METHOD) {
        return emb__py_fail(py->source, line, "expects %s; there is no value called '%.60s' here",
                            _(what), value->u.method->name);
    }
    if (value->type != EMB__PY_UNKNOWN) {
        return emb__py_fail(py->source, line, "expects %s, gets %s", _(what),
                            emb__py_type_name(value));
    }
    /* Where it came from is what the reader has to look at. */
    return emb__py_fail(py->source, value->line ? value->line : line, "%s", value->u.text);
}

void emb__py_note(emb__py *py, const char *format, ...) {
    char line[512];
    va_list args;
    va_start(args, format);
    emb__say_list(line, sizeof line, format, args);
    va_end(args);
    if (py->notes.bytes && strstr(py->notes.bytes, line)) return;
    emb__text_note(&py->notes, line);
}

void emb__py_note_weights(emb__py *py) {
    emb__py_note(py, "the class sets initial weights of its own (torch.nn.init); embudo draws "
                     "PyTorch's usual ones");
}

/* ---- the trace ------------------------------------------------------------------------------- */

int emb__py_step_of(const emb__py *py, const emb__py_value *tensor) {
    int step = (int)tensor->u.whole;
    while (py->trace[step].replaced > 0) step = py->trace[step].replaced;
    return step;
}

const emb__shape *emb__py_shape(const emb__py *py, const emb__py_value *tensor) {
    return &py->trace[emb__py_step_of(py, tensor)].out;
}

/* The layer's output from its inputs' shapes, by its own row. */
static emb_status compile(const emb__py *py, emb__py_step *step) {
    emb__layer layer = {.kind = step->layer.kind, .spec = &step->layer};
    layer.input_count = step->input_count;
    for (int i = 0; i < step->input_count; i++) {
        layer.inputs[i] = step->inputs[i];
        layer.ins[i] = py->trace[step->inputs[i]].out;
    }
    layer.in = layer.ins[0];
    const emb_status status = layer.kind->compile(&layer);
    step->out = layer.out;
    for (int p = 0; p < layer.param_count && status == EMB_OK; p++) {
        step->has_tensors = true;
        step->draws = step->draws || !layer.params[p].is_constant;
    }
    if (status != EMB_OK || emb__shape_count(&step->out) <= EMB__MAX_ELEMENTS) return status;
    return emb__fail(EMB_ERR_SHAPE, "expects at most %d numbers an image, gets %zu",
                     EMB__MAX_ELEMENTS, emb__shape_count(&step->out));
}

emb_status emb__py_apply(emb__py *py, int line, const emb__layer_spec *layer,
                         emb__py_object *object, const emb__py_value *inputs, int count,
                         emb__py_value *out) {
    if (py->trace_count > EMB__MAX_LAYERS) {
        return emb__py_fail(py->source, line, "forward has more than %d layers", EMB__MAX_LAYERS);
    }
    void *trace = py->trace;
    emb_status status = grow(py, &trace, py->trace_count, &py->trace_capacity, sizeof *py->trace);
    if (status != EMB_OK) return status;
    py->trace = trace;
    emb__py_step *step = &py->trace[py->trace_count];
    *step = (emb__py_step){.object = object, .input_count = count, .line = line};
    if (layer) step->layer = *layer;
    step->layer.line = line;
    for (int i = 0; i < count; i++) step->inputs[i] = emb__py_step_of(py, &inputs[i]);
    *out = (emb__py_value){.type = EMB__PY_TENSOR, .u.whole = py->trace_count};
    if (!layer) { /* the input */
        py->trace_count++;
        return EMB_OK;
    }
    status = compile(py, step);
    if (status != EMB_OK) {
        char why[512];
        snprintf(why, sizeof why, "%s", emb_error());
        return emb__py_fail(py->source, line, "%s%s%s %s",
                            object && object->path ? object->path : "",
                            object && object->path ? " " : "", layer->kind->name, why);
    }
    if (object) object->used = true;
    py->trace_count++;
    return EMB_OK;
}

emb_status emb__py_mark_add(emb__py *py, const char *name, const emb__py_value *value) {
    void *marks = py->marks;
    if (value->type != EMB__PY_TENSOR || !name) return EMB_OK;
    emb_status status = grow(py, &marks, py->mark_count, &py->mark_capacity, sizeof *py->marks);
    if (status != EMB_OK) return status;
    py->marks = marks;
    py->marks[py->mark_count++] =
        (emb__py_mark){.name = name, .step = emb__py_step_of(py, value), .depth = py->calls};
    return EMB_OK;
}
