/* See py_eval.h. */
#include "net/python/py_eval.h"

#include <stdio.h>
#include <string.h>

#include "net/python/py_arithmetic.h"
#include "net/python/py_assign.h"
#include "net/python/py_crop.h"
#include "net/python/py_hints.h"
#include "net/python/py_layer.h"
#include "net/python/py_names.h"
#include "net/python/py_sample.h"

/* ---- calls ----------------------------------------------------------------------------------- */

/* Puts what *of and **of stand for into the arguments. */
static emb_status spread(emb__py *py, const emb__py_node *node, const emb__py_value *of,
                         emb__py_row *row, emb__py_map *map) {
    emb__py_row *items;
    emb_status status = EMB_OK;
    if (node->kind == EMB__PY_STARS) {
        if (of->type != EMB__PY_MAP) return emb__py_need(py, node->line, of, "a dict after **");
        for (int i = 0; i < of->u.map->count && status == EMB_OK; i++) {
            const emb__py_entry *entry = &of->u.map->entries[i];
            if (entry->key.type != EMB__PY_STR) continue;
            status = emb__py_set(py, map, entry->key.u.text, &entry->value);
        }
        return status;
    }
    status = emb__py_items(py, node->line, of, &items);
    for (int i = 0; status == EMB_OK && i < items->count; i++) {
        status = emb__py_row_add(py, row, &items->items[i]);
    }
    return status;
}

static emb_status read_arguments(emb__py *py, emb__py_scope *scope, const emb__py_node *list,
                                 emb__py_row *row, emb__py_map *map, emb__py_value *unknown) {
    emb_status status = EMB_OK;
    for (const emb__py_node *n = list; n && status == EMB_OK; n = n->next) {
        emb__py_value value;
        const bool star = n->kind == EMB__PY_STAR || n->kind == EMB__PY_STARS;
        status = emb__py_eval(py, scope, star || n->kind == EMB__PY_KEYWORD ? n->a : n, &value);
        if (status != EMB_OK) break;
        if (star && value.type == EMB__PY_UNKNOWN) {
            *unknown = value;
        } else if (star) {
            status = spread(py, n, &value, row, map);
        } else if (n->kind == EMB__PY_KEYWORD) {
            status = emb__py_set(py, map, n->text, &value);
        } else {
            status = emb__py_row_add(py, row, &value);
        }
    }
    return status;
}

/* super() and super(Class, self) */
static emb_status read_super(emb__py *py, const emb__py_scope *scope, const emb__py_node *node,
                             emb__py_value *out) {
    const emb__py_scope *s = scope;
    while (s && !s->class) s = s->outer;
    if (!s || s->self.type != EMB__PY_MODULE) {
        return emb__py_unknown(py, node->line, out, "super() outside of a method");
    }
    *out = (emb__py_value){.type = EMB__PY_PARENT, .u.object = s->self.u.object, .above = s->class};
    return EMB_OK;
}

static emb_status call(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                       emb__py_value *out) {
    emb__py_value function, unknown = emb__py_none();
    emb_status status = emb__py_eval(py, scope, node->a, &function);
    if (status != EMB_OK) return status;
    if (emb__py_is(&function, "super") && function.type == EMB__PY_PATH) {
        return read_super(py, scope, node, out);
    }
    emb__py_row *row = emb__py_row_new(py, true);
    emb__py_map *map = emb__py_map_new(py);
    if (!row || !map) return emb__last_status();
    status = read_arguments(py, scope, node->list, row, map, &unknown);
    if (status != EMB_OK) return status;
    if (unknown.type == EMB__PY_UNKNOWN) {
        *out = unknown;
        return EMB_OK;
    }
    emb__py_weights_changed(py, node->a, &function);
    return py->call(py, node->line, &function, row, map, out);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static emb_status row_of(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                         emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, node->kind == EMB__PY_TUPLE);
    emb__py_map none = {0};
    emb__py_value unknown = emb__py_none();
    if (!row) return emb__last_status();
    emb_status status = read_arguments(py, scope, node->list, row, &none, &unknown);
    *out = unknown.type == EMB__PY_UNKNOWN ? unknown : emb__py_row_value(row);
    return status;
}

static emb_status map_of(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                         emb__py_value *out) {
    emb__py_map *map = emb__py_map_new(py);
    emb_status status = map ? EMB_OK : emb__last_status();
    for (const emb__py_node *n = node->list; n && status == EMB_OK; n = n->next) {
        emb__py_value key, value;
        status = emb__py_eval(py, scope, n->a, &key);
        if (status == EMB_OK && n->kind == EMB__PY_STARS) {
            status = spread(py, n, &key, NULL, map);
            continue;
        }
        if (status == EMB_OK) status = emb__py_eval(py, scope, n->b, &value);
        if (status == EMB_OK && key.type == EMB__PY_STR) {
            emb__py_hint_value(py, key.u.text, &value);
        }
        if (status == EMB_OK) status = emb__py_map_set(py, map, &key, &value);
    }
    if (status == EMB_OK) *out = (emb__py_value){.type = EMB__PY_MAP, .u.map = map};
    return status;
}

static emb_status slice_of(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                           emb__py_value *out) {
    const emb__py_node *parts[3] = {node->a, node->b, node->c};
    emb__py_row *row = emb__py_row_new(py, true);
    emb_status status = row ? EMB_OK : emb__last_status();
    for (int i = 0; i < 3 && status == EMB_OK; i++) {
        emb__py_value part = emb__py_none();
        if (parts[i]) status = emb__py_eval(py, scope, parts[i], &part);
        if (status == EMB_OK) status = emb__py_row_add(py, row, &part);
    }
    if (status == EMB_OK) *out = (emb__py_value){.type = EMB__PY_RANGE, .u.row = row};
    return status;
}

static emb_status index_of(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                           emb__py_value *out) {
    emb__py_value of, index;
    emb_status status = emb__py_eval(py, scope, node->a, &of);
    if (status == EMB_OK) status = emb__py_eval(py, scope, node->b, &index);
    if (status != EMB_OK) return status;
    if (of.type == EMB__PY_TENSOR && index.type != EMB__PY_UNKNOWN) {
        bool half;
        status = emb__py_sample_item(py, node->line, &of, &index, out, &half);
        if (half || status != EMB_OK) return status;
        return emb__py_tensor_item(py, node->line, &of, &index, out);
    }
    if (of.type != EMB__PY_MODULE) return emb__py_item(py, node->line, &of, &index, out);
    emb__py_object *object = of.u.object;
    const emb__py_value *found = NULL;
    if (index.type == EMB__PY_STR) found = emb__py_find(&object->names, index.u.text);
    if (index.type == EMB__PY_INT && index.u.whole > -EMB__PY_ITEMS &&
        index.u.whole < EMB__PY_ITEMS) {
        int i = (int)index.u.whole, count = 0;
        while (i < 0 && emb__py_child(object, count)) count++;
        found = i + count >= 0 ? emb__py_child(object, i + count) : NULL;
    }
    if (found) {
        *out = *found;
        return EMB_OK;
    }
    if (index.type == EMB__PY_RANGE &&
        (object->container == EMB__PY_SEQUENTIAL || object->container == EMB__PY_MODULE_LIST)) {
        emb__py_row *all, *none;
        emb__py_value part, list;
        status = emb__py_items(py, node->line, &of, &all);
        if (status != EMB_OK) return status;
        list = emb__py_row_value(all);
        status = emb__py_item(py, node->line, &list, &index, &part);
        if (status == EMB_OK) status = emb__py_items(py, node->line, &part, &none);
        emb__py_object *made = emb__py_object_new(py, NULL, object->container, node->line);
        if (status != EMB_OK || !made) return emb__last_status();
        *out = (emb__py_value){.type = EMB__PY_MODULE, .u.object = made};
        return emb__py_fill(py, node->line, made, none);
    }
    return emb__py_fail(py->source, node->line, "there is no such module in the list");
}

static emb_status choose(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                         emb__py_value *out) {
    emb__py_value condition;
    bool truth;
    emb_status status = emb__py_eval(py, scope, node->b, &condition);
    if (status != EMB_OK) return status;
    if (condition.type == EMB__PY_TRAINING && !py->loose) { /* as an if is */
        if (py->by_training == 0) py->by_training = node->line;
        return emb__py_eval(py, scope, condition.u.whole ? node->c : node->a, out);
    }
    if (!emb__py_truth(&condition, &truth)) {
        if (py->loose) { /* either may make the network */
            (void)emb__py_eval(py, scope, node->a, out);
            (void)emb__py_eval(py, scope, node->c, out);
        }
        *out = condition;
        if (condition.type == EMB__PY_UNKNOWN) return EMB_OK;
        return emb__py_unknown(py, node->line, out, "a choice by %s",
                               emb__py_type_name(&condition));
    }
    return emb__py_eval(py, scope, truth ? node->a : node->c, out);
}

static emb_status logic(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                        emb__py_value *out) {
    bool truth;
    emb_status status = emb__py_eval(py, scope, node->a, out);
    if (status != EMB_OK) return status;
    if (!emb__py_truth(out, &truth)) {
        if (out->type == EMB__PY_UNKNOWN) return EMB_OK;
        return emb__py_unknown(py, node->line, out, "a choice by %s", emb__py_type_name(out));
    }
    if (truth == (node->sign == 'o')) return EMB_OK;
    return emb__py_eval(py, scope, node->b, out);
}

static emb_status compare(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                          emb__py_value *out) {
    emb__py_value left, right;
    bool truth = true;
    emb_status status = emb__py_eval(py, scope, node->a, &left);
    for (const emb__py_node *n = node->list; n && status == EMB_OK && truth; n = n->next) {
        status = emb__py_eval(py, scope, n->b, &right);
        if (status == EMB_OK) {
            status = emb__py_compare(py, n->line, n->sign, &left, &right, out);
        }
        if (status == EMB_OK && !emb__py_truth(out, &truth)) return EMB_OK;
        left = right;
    }
    return status;
}

static emb_status format(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                         emb__py_value *out) {
    emb__text all = {0};
    emb_status status = EMB_OK;
    emb__py_value value = emb__py_none();
    for (const emb__py_node *n = node->list; n && status == EMB_OK; n = n->next) {
        status = emb__py_eval(py, scope, n, &value);
        if (status != EMB_OK || value.type == EMB__PY_UNKNOWN) break;
        const char *text = emb__py_text_of(py, &value, false);
        if (!text) status = emb__last_status();
        if (text && all.length < EMB__PY_TEXT_MOST) emb__text_add(&all, "%s", text);
    }
    if (status == EMB_OK && all.failed) status = EMB_ERR_MEMORY;
    *out = value;
    if (status == EMB_OK && value.type != EMB__PY_UNKNOWN) {
        const char *text = emb__py_copy(&py->arena, all.bytes ? all.bytes : "", all.length);
        *out = emb__py_str(text);
        if (!text) status = emb__last_status();
    }
    emb__free(all.bytes);
    return status;
}

/* The loops of a comprehension from `loop` on; each item goes to `row`, or to `map`. */
static emb_status comprehend(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                             const emb__py_node *loop, emb__py_row *row, emb__py_map *map) {
    emb__py_value of, value, key;
    emb__py_row *items;
    emb_status status = emb__py_enter(py, node->line);
    if (status == EMB_OK && !loop) {
        status = emb__py_eval(py, scope, node->a, &value);
        if (status == EMB_OK && row) status = emb__py_row_add(py, row, &value);
        if (status == EMB_OK && map) {
            key = value;
            status = emb__py_eval(py, scope, node->b, &value);
            if (status == EMB_OK) status = emb__py_map_set(py, map, &key, &value);
        }
    } else if (status == EMB_OK) {
        status = emb__py_eval(py, scope, loop->b, &of);
        if (status == EMB_OK) status = emb__py_items(py, loop->line, &of, &items);
        for (int i = 0; status == EMB_OK && i < items->count; i++) {
            bool taken = true;
            status = emb__py_assign(py, scope, loop->a, &items->items[i]);
            for (const emb__py_node *c = loop->list; c && status == EMB_OK && taken; c = c->next) {
                status = emb__py_eval(py, scope, c, &value);
                if (status == EMB_OK && !emb__py_truth(&value, &taken)) {
                    status = emb__py_need(py, c->line, &value, "a condition");
                }
            }
            if (status == EMB_OK && taken) {
                status = comprehend(py, scope, node, loop->next, row, map);
            }
        }
    }
    emb__py_leave(py);
    return status;
}

static emb_status comprehension(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                                emb__py_value *out) {
    emb__py_scope *inner = emb__py_alloc(&py->arena, sizeof *inner);
    const bool pairs = node->sign == ':';
    emb__py_row *row = pairs ? NULL : emb__py_row_new(py, false);
    emb__py_map *map = pairs ? emb__py_map_new(py) : NULL;
    if (!inner || (!row && !map)) return emb__last_status();
    inner->outer = scope;
    emb_status status = comprehend(py, inner, node, node->list, row, map);
    if (status != EMB_OK && py->loose && status != EMB_ERR_MEMORY && py->steps < EMB__PY_STEPS) {
        return emb__py_unknown(py, node->line, out, "a list that is made of what is not known");
    }
    *out = pairs ? (emb__py_value){.type = EMB__PY_MAP, .u.map = map} : emb__py_row_value(row);
    return status;
}

static emb_status lambda(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                         emb__py_value *out) {
    emb__py_function *made = emb__py_alloc(&py->arena, sizeof *made);
    if (!made) return emb__last_status();
    made->node = node;
    made->around = scope;
    const emb_status status = emb__py_defaults_keep(py, scope, made);
    if (status != EMB_OK) return status;
    *out = (emb__py_value){.type = EMB__PY_FUNCTION, .u.function = made};
    return EMB_OK;
}

static emb_status binary(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                         emb__py_value *out) {
    emb__py_value a, b;
    emb_status status = emb__py_eval(py, scope, node->a, &a);
    if (status == EMB_OK) status = emb__py_eval(py, scope, node->b, &b);
    if (status != EMB_OK) return status;
    if (emb__py_is_traced(&a) || emb__py_is_traced(&b)) {
        return emb__py_sample_binary(py, node->line, node->sign, &a, &b, out);
    }
    return emb__py_binary(py, node->line, node->sign, &a, &b, out);
}

static emb_status constant(const emb__py_node *node, emb__py_value *out) {
    *out = node->whole == 2 ? emb__py_none() : emb__py_bool(node->whole == 1);
    if (node->whole == 3) *out = emb__py_path("Ellipsis");
    return EMB_OK;
}

static emb_status eval(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                       emb__py_value *out) {
    emb__py_value of;
    emb_status status;
    switch (node->kind) {
    case EMB__PY_NAME:
        return emb__py_name(py, scope, node, out);
    case EMB__PY_WHOLE:
        *out = emb__py_int(node->whole);
        return EMB_OK;
    case EMB__PY_REAL:
        *out = emb__py_float(node->real);
        return EMB_OK;
    case EMB__PY_TEXT:
        *out = emb__py_str(node->text);
        return EMB_OK;
    case EMB__PY_FORMAT:
        return format(py, scope, node, out);
    case EMB__PY_CONSTANT:
        return constant(node, out);
    case EMB__PY_TUPLE:
    case EMB__PY_LIST:
    case EMB__PY_SET:
        return row_of(py, scope, node, out);
    case EMB__PY_DICT:
        return map_of(py, scope, node, out);
    case EMB__PY_SLICE:
        return slice_of(py, scope, node, out);
    case EMB__PY_INDEX:
        return index_of(py, scope, node, out);
    case EMB__PY_CALL:
        return call(py, scope, node, out);
    case EMB__PY_BINARY:
        return binary(py, scope, node, out);
    case EMB__PY_COMPARE:
        return compare(py, scope, node, out);
    case EMB__PY_LOGIC:
        return logic(py, scope, node, out);
    case EMB__PY_CHOICE:
        return choose(py, scope, node, out);
    case EMB__PY_LAMBDA:
        return lambda(py, scope, node, out);
    case EMB__PY_COMPREHENSION:
        return comprehension(py, scope, node, out);
    case EMB__PY_ATTRIBUTE:
        status = emb__py_eval(py, scope, node->a, &of);
        return status == EMB_OK ? emb__py_attribute(py, node->line, &of, node->text, out) : status;
    case EMB__PY_UNARY:
        status = emb__py_eval(py, scope, node->a, &of);
        if (status == EMB_OK && emb__py_is_traced(&of)) {
            return emb__py_unknown(py, node->line, out, "%c of a tensor is not followed",
                                   node->sign);
        }
        return status == EMB_OK ? emb__py_unary(py, node->line, node->sign, &of, out) : status;
    case EMB__PY_NAMED:
        status = emb__py_eval(py, scope, node->b, out);
        return status == EMB_OK ? emb__py_assign(py, scope, node->a, out) : status;
    default:
        return emb__py_unknown(py, node->line, out, "'%s' is not followed",
                               node->text ? node->text : "*");
    }
}

emb_status emb__py_eval(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                        emb__py_value *out) {
    emb_status status = emb__py_enter(py, node->line);
    if (status == EMB_OK) status = eval(py, scope, node, out);
    emb__py_leave(py);
    return status;
}
