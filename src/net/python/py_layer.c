/* See py_layer.h. */
#include "net/python/py_layer.h"

#include <stdio.h>
#include <string.h>

#include "base/near_word.h"
#include "base/translate.h"
#include "net/layers/kinds.h"
#include "net/notation/notation.h"

/* ---- layers ---------------------------------------------------------------------------------- */

/* Appends an argument as the notation reads it. */
static emb_status write_argument(emb__py *py, int line, const char *name,
                                 const emb__py_value *value, emb__text *call) {
    char what[80];
    bool good = value->type >= EMB__PY_NONE && value->type <= EMB__PY_ROW;
    for (int i = 0; value->type == EMB__PY_ROW && i < value->u.row->count; i++) {
        const emb__py_value *item = &value->u.row->items[i];
        good = good && item->type >= EMB__PY_NONE && item->type <= EMB__PY_FLOAT;
        if (item->type == EMB__PY_UNKNOWN) return emb__py_need(py, line, item, "a number");
    }
    if (value->type == EMB__PY_PATH) good = true;
    if (!good) {
        snprintf(what, sizeof what, _("a value for %.60s"), name);
        return emb__py_need(py, line, value, what);
    }
    const char *text = emb__py_text_of(py, value, true);
    if (!text) return emb__last_status();
    emb__text_add(call, "%s", text);
    return EMB_OK;
}

/* Reads a call in the notation; its error, which names another text, is told of this line. */
static emb_status read_call(emb__py *py, int line, const emb__text *call, emb__layer_spec *layer) {
    emb_status status = emb__notation_call(call->bytes, call->length, layer);
    if (status == EMB_OK || status == EMB_ERR_MEMORY) return status;
    char why[900];
    snprintf(why, sizeof why, "%s", emb_error());
    return emb__py_fail(py->source, line, "%s", why);
}

emb_status emb__py_layer_read(emb__py *py, int line, const emb__layer_kind *kind,
                              const emb__py_row *arguments, const emb__py_map *keywords,
                              emb__layer_spec *layer) {
    emb__text call = {0};
    emb_status status = EMB_OK;
    emb__text_add(&call, "%s(", kind->name);
    for (int i = 0; i < arguments->count && status == EMB_OK && !kind->any_args; i++) {
        if (i > 0) emb__text_add(&call, ", ");
        status = write_argument(py, line, kind->args[0].name ? kind->name : _("a layer"),
                                &arguments->items[i], &call);
    }
    for (int i = 0; i < keywords->count && status == EMB_OK && !kind->any_args; i++) {
        emb__text_add(&call, "%s%s=", i + arguments->count > 0 ? ", " : "",
                      keywords->entries[i].key.u.text);
        status = write_argument(py, line, keywords->entries[i].key.u.text,
                                &keywords->entries[i].value, &call);
    }
    emb__text_add(&call, ")");
    if (status == EMB_OK && call.failed) status = EMB_ERR_MEMORY;
    if (status == EMB_OK) status = read_call(py, line, &call, layer);
    emb__free(call.bytes);
    return status;
}

emb_status emb__py_plain(const char *text, emb__layer_spec *layer) {
    return emb__notation_call(text, strlen(text), layer);
}

/* ---- containers ------------------------------------------------------------------------------ */

emb__py_object *emb__py_object_new(emb__py *py, emb__py_class *class, emb__py_container container,
                                   int line) {
    emb__py_object *object = emb__py_alloc(&py->arena, sizeof *object);
    if (!object) return NULL;
    object->class = class;
    object->container = container;
    object->line = line;
    object->turn = ++py->turns;
    return object;
}

emb__py_value *emb__py_child(const emb__py_object *object, int i) {
    /* A container of a class of the text may have attributes besides: its children are modules. */
    for (int k = 0; k < object->names.count; k++) {
        emb__py_value *value = &object->names.entries[k].value;
        const bool module =
            value->type == EMB__PY_MODULE || (value->type == EMB__PY_UNKNOWN && !object->class);
        if (module && i-- == 0) return value;
    }
    return NULL;
}

static int count_children(const emb__py_object *object) {
    int count = 0;
    while (emb__py_child(object, count)) count++;
    return count;
}

emb_status emb__py_child_add(emb__py *py, int line, emb__py_object *object, const char *name,
                             const emb__py_value *child) {
    if (!child) return emb__py_fail(py->source, line, "expects a module");
    if (child->type != EMB__PY_MODULE && child->type != EMB__PY_UNKNOWN) {
        return emb__py_need(py, line, child, "a module");
    }
    py->steps += object->names.count / 8;
    if (!name) name = emb__py_print(py, "%d", count_children(object));
    return name ? emb__py_set(py, &object->names, name, child) : emb__last_status();
}

/* Whether these are two of the text's own modules. */
static bool is_pair(const emb__py_row *row) {
    if (!row->items || row->count != 2) return false;
    for (int i = 0; i < 2; i++) {
        if (row->items[i].type != EMB__PY_MODULE || !row->items[i].u.object->class) return false;
    }
    return true;
}

emb_status emb__py_fill(emb__py *py, int line, emb__py_object *object,
                        const emb__py_row *arguments) {
    const emb__py_value *first = arguments->count > 0 ? &arguments->items[0] : NULL;
    const bool one = first && arguments->count == 1;
    emb_status status = EMB_OK;
    if (one && first->type == EMB__PY_MAP) {
        for (int i = 0; i < first->u.map->count && status == EMB_OK; i++) {
            const emb__py_entry *entry = &first->u.map->entries[i];
            if (entry->key.type != EMB__PY_STR)
                return emb__py_need(py, line, &entry->key, "a name");
            status = emb__py_child_add(py, line, object, entry->key.u.text, &entry->value);
        }
        return status;
    }
    const emb__py_row *items = arguments;
    if (py->loose && object->container == EMB__PY_SEQUENTIAL && is_pair(arguments)) {
        py->sequence = emb__py_row_copy(py, arguments, 0);
        if (!py->sequence) return emb__last_status();
    }
    if (one && first->type == EMB__PY_ROW && object->container != EMB__PY_SEQUENTIAL) {
        items = first->u.row;
    }
    for (int i = 0; items->items && i < items->count && status == EMB_OK; i++) {
        const emb__py_value *item = &items->items[i];
        const bool named = object->container == EMB__PY_MODULE_DICT && item->type == EMB__PY_ROW &&
                           item->u.row->count == 2 && item->u.row->items[0].type == EMB__PY_STR;
        status = named ? emb__py_child_add(py, line, object, item->u.row->items[0].u.text,
                                           &item->u.row->items[1])
                       : emb__py_child_add(py, line, object, NULL, item);
    }
    return status;
}

/* ---- what nn has ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    emb__py_container container;
} containers[] = {{"Sequential", EMB__PY_SEQUENTIAL},
                  {"ModuleList", EMB__PY_MODULE_LIST},
                  {"ModuleDict", EMB__PY_MODULE_DICT}};

static emb_status unknown_layer(emb__py *py, int line, const char *name, emb__py_value *out) {
    emb__near_word near = {.typed = name, .length = strlen(name)};
    for (int i = 0; emb__layer_kind_at(i); i++) {
        const emb__layer_kind *kind = emb__layer_kind_at(i);
        if (!kind->is_container) emb__near_word_see(&near, kind->name);
    }
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
        emb__near_word_see(&near, containers[i].name);
    }
    if (near.word) {
        return emb__py_unknown(py, line, out,
                               "nn.%.40s is no layer that embudo has: did you mean nn.%s?", name,
                               near.word);
    }
    return emb__py_unknown(py, line, out,
                           "nn.%.40s is no layer that embudo has; docs/LAYERS.md lists those that "
                           "it has",
                           name);
}

emb_status emb__py_make(emb__py *py, int line, const char *name, const emb__py_row *arguments,
                        const emb__py_map *keywords, emb__py_value *out) {
    emb__py_container container = EMB__PY_NO_CONTAINER;
    static const char loss[] = "Loss"; /* without numbers of its own */
    const size_t length = strlen(name);
    emb_status status;
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
        if (strcmp(containers[i].name, name) == 0) container = containers[i].container;
    }
    const emb__layer_kind *kind = emb__layer_kind_find(name, strlen(name));
    if (strncmp(name, "Parameter", strlen("Parameter")) == 0) {
        status = emb__py_unknown(py, line, out,
                                 "a parameter of the class's own (nn.%.40s) is not followed; "
                                 "expects layers, which bring theirs",
                                 name);
        out->in_state = true;
        return status;
    }
    if (container == EMB__PY_NO_CONTAINER && (!kind || kind->is_container)) {
        status = unknown_layer(py, line, name, out);
        out->in_state = length < strlen(loss) || strcmp(name + length - strlen(loss), loss) != 0;
        return status;
    }
    emb__py_object *object =
        emb__py_object_new(py, NULL, container ? container : EMB__PY_LAYER, line);
    if (!object) return emb__last_status();
    *out = (emb__py_value){.type = EMB__PY_MODULE, .u.object = object};
    if (container) return emb__py_fill(py, line, object, arguments);
    return emb__py_layer_read(py, line, kind, arguments, keywords, &object->layer);
}
