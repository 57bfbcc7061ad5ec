/* See py_assign.h. */
#include "net/python/py_assign.h"

#include <string.h>

#include "net/python/py_layer.h"
#include "net/python/py_names.h"

static emb_status assign_several(emb__py *py, emb__py_scope *scope, const emb__py_node *target,
                                 const emb__py_value *value) {
    int count = 0, stars = 0, at = 0;
    emb__py_row *items = NULL;
    emb_status status = EMB_OK;
    for (const emb__py_node *t = target->list; t; t = t->next) {
        count++;
        stars += t->kind == EMB__PY_STAR;
    }
    if (value->type != EMB__PY_UNKNOWN) {
        status = emb__py_items(py, target->line, value, &items);
        if (status != EMB_OK) return status;
        if (stars == 0 ? items->count != count : items->count < count - 1) {
            return emb__py_fail(py->source, target->line, "%d names for %d values", count,
                                items->count);
        }
    }
    for (const emb__py_node *t = target->list; t && status == EMB_OK; t = t->next) {
        emb__py_value item = *value;
        if (items && t->kind == EMB__PY_STAR) {
            emb__py_row *rest = emb__py_row_new(py, false);
            status = rest ? EMB_OK : emb__last_status();
            for (int i = items->count - count + 1; i > 0 && status == EMB_OK; i--) {
                status = emb__py_row_add(py, rest, &items->items[at++]);
            }
            if (status == EMB_OK) item = emb__py_row_value(rest);
        } else if (items) {
            item = items->items[at++];
        }
        const emb__py_node *to = t->kind == EMB__PY_STAR ? t->a : t;
        if (status == EMB_OK) status = emb__py_assign(py, scope, to, &item);
    }
    return status;
}

static emb_status assign_item(emb__py *py, int line, const emb__py_value *of,
                              const emb__py_value *index, const emb__py_value *value) {
    if (of->type == EMB__PY_UNKNOWN || (py->loose && of->type != EMB__PY_MAP)) return EMB_OK;
    if (of->type == EMB__PY_MAP) return emb__py_map_set(py, of->u.map, index, value);
    if (of->type == EMB__PY_MODULE && index->type == EMB__PY_STR) {
        return emb__py_child_add(py, line, of->u.object, index->u.text, value);
    }
    if (of->type == EMB__PY_MODULE && index->type == EMB__PY_INT) {
        emb__py_value *child =
            index->u.whole >= 0 ? emb__py_child(of->u.object, (int)index->u.whole) : NULL;
        if (child) *child = *value;
        if (child) return EMB_OK;
    }
    if (of->type == EMB__PY_ROW && index->type == EMB__PY_INT && !of->u.row->fixed) {
        const int64_t i = index->u.whole < 0 ? index->u.whole + of->u.row->count : index->u.whole;
        if (i >= 0 && i < of->u.row->count) {
            of->u.row->items[i] = *value;
            return EMB_OK;
        }
    }
    return emb__py_fail(py->source, line, "an item of %s cannot be set here",
                        emb__py_type_name(of));
}

/* A layer's weights are its own: another layer's would be shared, and others are not followed. */
static emb_status check_weights(emb__py *py, const emb__py_node *target, const emb__py_value *of) {
    static const char *const names[] = {"weight", "bias", "data"};
    bool named = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        named = named || strcmp(target->text, names[i]) == 0;
    }
    const emb__py_node *inner = target->a;
    const bool layer = of->type == EMB__PY_MODULE && of->u.object->container == EMB__PY_LAYER;
    const bool weights = (of->type == EMB__PY_UNKNOWN || of->type == EMB__PY_INT) &&
                         inner->kind == EMB__PY_ATTRIBUTE &&
                         (strcmp(inner->text, "weight") == 0 || strcmp(inner->text, "bias") == 0);
    if (py->loose) return EMB_OK;
    if (weights && strcmp(target->text, "requires_grad") == 0) {
        emb__py_note(py, "line %d: that weights are frozen there is left out; see --freeze",
                     target->line);
    }
    if (!named || (!layer && !weights)) return EMB_OK;
    return emb__py_fail(py->source, target->line,
                        "weights that are set here, such as another layer's, are not followed; "
                        "expects layers, which bring theirs");
}

/* self.fc.weight.data.normal_(0, 0.02); of a bias is only known whether there is one. */
void emb__py_weights_changed(emb__py *py, const emb__py_node *node, const emb__py_value *function) {
    const size_t length = node->text ? strlen(node->text) : 0;
    if (py->loose || py->tracing || node->kind != EMB__PY_ATTRIBUTE || length < 2) return;
    const bool weights =
        function->type == EMB__PY_UNKNOWN ||
        (function->type == EMB__PY_METHOD && (function->u.method->of.type == EMB__PY_METHOD ||
                                              function->u.method->of.type == EMB__PY_INT));
    if (weights && node->text[length - 1] == '_' && node->text[length - 2] != '_') {
        emb__py_note_weights(py);
    }
}

static bool remove_entry(emb__py_map *map, const emb__py_value *key) {
    const emb__py_value *found = emb__py_map_find(map, key);
    if (!found) return false;
    int at = 0;
    while (&map->entries[at].value != found) at++;
    map->count--;
    for (int i = at; i < map->count; i++) map->entries[i] = map->entries[i + 1];
    return true;
}

static bool remove_item(emb__py_row *row, const emb__py_value *index) {
    const int64_t at = index->u.whole < 0 ? index->u.whole + row->count : index->u.whole;
    if (row->fixed || index->type != EMB__PY_INT || at < 0 || at >= row->count) return false;
    row->count--;
    for (int64_t i = at; i < row->count; i++) row->items[i] = row->items[i + 1];
    return true;
}

emb_status emb__py_delete(emb__py *py, emb__py_scope *scope, const emb__py_node *target) {
    emb__py_value of, key;
    emb_status status = EMB_OK;
    if (target->kind == EMB__PY_TUPLE) {
        for (const emb__py_node *t = target->list; t && status == EMB_OK; t = t->next) {
            status = emb__py_delete(py, scope, t);
        }
        return status;
    }
    const bool member = target->kind == EMB__PY_ATTRIBUTE;
    if (py->loose || (!member && target->kind != EMB__PY_INDEX)) return EMB_OK;
    status = py->eval(py, scope, target->a, &of);
    if (status == EMB_OK && member) key = emb__py_str(target->text);
    if (status == EMB_OK && !member) status = py->eval(py, scope, target->b, &key);
    if (status != EMB_OK) return status;
    const bool gone = member ? of.type == EMB__PY_MODULE && remove_entry(&of.u.object->names, &key)
                      : of.type == EMB__PY_MAP
                          ? remove_entry(of.u.map, &key)
                          : of.type == EMB__PY_ROW && remove_item(of.u.row, &key);
    return gone ? EMB_OK
                : emb__py_fail(py->source, target->line,
                               "this del is not followed; expects one of a member of self, or of "
                               "an item of a list or a dict");
}

emb_status emb__py_assign(emb__py *py, emb__py_scope *scope, const emb__py_node *target,
                          const emb__py_value *value) {
    emb__py_value of, index;
    const emb__py_value *set;
    emb__py_scope *to;
    emb_status status = emb__py_enter(py, target->line);
    if (status == EMB_OK) {
        switch (target->kind) {
        case EMB__PY_NAME:
            to = emb__py_owner(py, scope, target->text);
            set = to == py->globals ? emb__py_find(&py->settings, target->text) : NULL;
            status = emb__py_set(py, &to->names, target->text, set ? set : value);
            break;
        case EMB__PY_TUPLE:
        case EMB__PY_LIST:
            status = assign_several(py, scope, target, value);
            break;
        case EMB__PY_ATTRIBUTE:
            status = py->eval(py, scope, target->a, &of);
            if (status == EMB_OK) status = check_weights(py, target, &of);
            if (status == EMB_OK && of.type == EMB__PY_MODULE) {
                const bool layers = value->type == EMB__PY_MODULE && of.u.object->class;
                if (py->loose && layers) of.u.object->class->given = target->line;
                status = emb__py_set(py, &of.u.object->names, target->text, value);
            } else if (status == EMB_OK && of.type == EMB__PY_MAP) {
                status = emb__py_set(py, of.u.map, target->text, value);
            } else if (status == EMB_OK && of.type == EMB__PY_TYPE) {
                status = emb__py_set(py, &of.u.class->names, target->text, value);
            }
            break;
        case EMB__PY_INDEX:
            status = py->eval(py, scope, target->a, &of);
            if (status == EMB_OK) status = py->eval(py, scope, target->b, &index);
            if (status == EMB_OK) status = assign_item(py, target->line, &of, &index, value);
            break;
        default:
            status = emb__py_fail(py->source, target->line, "this cannot be given a value");
        }
    }
    emb__py_leave(py);
    return status;
}

/* ---- defaults -------------------------------------------------------------------------------- */

emb_status emb__py_defaults_keep(emb__py *py, emb__py_scope *scope, emb__py_function *function) {
    emb__py_map *defaults = NULL;
    emb_status status = EMB_OK;
    for (const emb__py_node *p = function->node->list; p && status == EMB_OK; p = p->next) {
        emb__py_value value;
        if (!p->a || p->sign) continue;
        if (!defaults) defaults = emb__py_map_new(py);
        if (!defaults) return emb__last_status();
        status = py->eval(py, scope, p->a, &value);
        /* What is not known here may be known once it is needed. */
        if (status != EMB_OK && !emb__py_is_fatal(py, status)) {
            status = EMB_OK;
        } else if (status == EMB_OK && value.type != EMB__PY_UNKNOWN) {
            status = emb__py_set(py, defaults, p->text, &value);
        }
    }
    function->defaults = defaults;
    return status;
}

emb_status emb__py_default(emb__py *py, const emb__py_function *function,
                           const emb__py_node *parameter, emb__py_value *out) {
    const emb__py_value *kept =
        function->defaults ? emb__py_find(function->defaults, parameter->text) : NULL;
    if (!kept) return py->eval(py, function->around, parameter->a, out);
    *out = *kept;
    return EMB_OK;
}
