/* See py_eval.h. */
#include "net/python/py_eval.h"

#include <stdio.h>
#include <string.h>

#include "net/python/py_arithmetic.h"
#include "net/python/py_crop.h"
#include "net/python/py_layer.h"
#include "net/python/py_sample.h"
#include "net/python/py_torch.h"

/* ---- names ----------------------------------------------------------------------------------- */

/* Names that a text has without setting them: what everybody imports so, and Python's own. */
static const char *const known_names[][2] = {
    {"torch", "torch"},
    {"nn", "torch.nn"},
    {"F", "torch.nn.functional"},
    {"np", "numpy"},
    {"numpy", "numpy"},
    {"math", "math"},
    {"optim", "torch.optim"},
    {"Tensor", "torch.Tensor"},
    {"OrderedDict", "collections.OrderedDict"},
};
static const char *const own_names[] = {"len",
                                        "range",
                                        "int",
                                        "float",
                                        "str",
                                        "bool",
                                        "list",
                                        "tuple",
                                        "dict",
                                        "set",
                                        "zip",
                                        "enumerate",
                                        "print",
                                        "max",
                                        "min",
                                        "sum",
                                        "abs",
                                        "round",
                                        "reversed",
                                        "sorted",
                                        "super",
                                        "isinstance",
                                        "hasattr",
                                        "getattr",
                                        "setattr",
                                        "map",
                                        "type",
                                        "any",
                                        "all",
                                        "pow",
                                        "object",
                                        "property",
                                        "staticmethod",
                                        "classmethod",
                                        "NotImplementedError",
                                        "ValueError",
                                        "Exception",
                                        NULL};

static emb_status read_name(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                            emb__py_value *out) {
    for (emb__py_scope *s = scope; s; s = s->outer) {
        py->steps += s->names.count / 16;
        const emb__py_value *found = emb__py_find(&s->names, node->text);
        if (!found) continue;
        *out = *found;
        return EMB_OK;
    }
    if (strcmp(node->text, "__name__") == 0) {
        *out = emb__py_str("__main__");
        return EMB_OK;
    }
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++) {
        if (strcmp(known_names[i][0], node->text) != 0) continue;
        *out = emb__py_path(known_names[i][1]);
        return EMB_OK;
    }
    for (int i = 0; own_names[i]; i++) {
        if (strcmp(own_names[i], node->text) != 0) continue;
        *out = emb__py_path(own_names[i]);
        return EMB_OK;
    }
    if (py->stars && node->text[0] >= 'A' && node->text[0] <= 'Z') {
        const char *path = emb__py_print(py, "torch.nn.%.80s", node->text);
        *out = emb__py_path(path);
        return path ? EMB_OK : emb__last_status();
    }
    return emb__py_unknown(py, node->line, out, "'%.60s' has no value here%s%s", node->text,
                           py->failed_cell ? "; " : "", py->failed_cell ? py->failed_cell : "");
}

/* ---- attributes ------------------------------------------------------------------------------ */

const emb__py_value *emb__py_class_find(emb__py_class *class, const char *name,
                                        emb__py_class **of) {
    for (int depth = 0; class && depth < EMB__PY_NESTING; class = class->parent, depth++) {
        const emb__py_value *found = emb__py_find(&class->names, name);
        if (!found) continue;
        *of = class;
        return found;
    }
    return NULL;
}

/* A function of a class as a method of a value. */
static emb_status bind(emb__py *py, const emb__py_value *self, const emb__py_value *found,
                       emb__py_value *out) {
    *out = *found;
    if (found->type != EMB__PY_FUNCTION || found->u.function->is_static) return EMB_OK;
    emb__py_function *bound = emb__py_alloc(&py->arena, sizeof *bound);
    if (!bound) return emb__last_status();
    *bound = *found->u.function;
    bound->bound = true;
    bound->self = *self;
    out->u.function = bound;
    return EMB_OK;
}

static bool is_property(const emb__py_value *found) {
    if (found->type != EMB__PY_FUNCTION) return false;
    for (const emb__py_node *d = found->u.function->node->decorators; d; d = d->next) {
        if (d->kind == EMB__PY_NAME && strcmp(d->text, "property") == 0) return true;
    }
    return false;
}

/* The method of that name of something whose methods are not the text's. */
static emb_status method(emb__py *py, const emb__py_value *of, const char *name,
                         emb__py_value *out) {
    emb__py_method *made = emb__py_alloc(&py->arena, sizeof *made);
    if (!made) return emb__last_status();
    made->of = *of;
    made->name = name;
    *out = (emb__py_value){.type = EMB__PY_METHOD, .u.method = made};
    return EMB_OK;
}

/* A layer's argument, as its attribute: self.fc.in_features. */
static bool layer_argument(const emb__py_object *object, const char *name, emb__py_value *out) {
    const emb__arg *arg = emb__layer_arg(&object->layer, name);
    if (!arg || arg->is_none || arg->n != 1) return false;
    *out = emb__py_int(arg->v[0]);
    return true;
}

static emb_status object_attribute(emb__py *py, int line, const emb__py_value *of, const char *name,
                                   emb__py_value *out) {
    emb__py_object *object = of->u.object;
    emb__py_class *class;
    const emb__py_value *found = emb__py_find(&object->names, name);
    py->steps += object->names.count / 16;
    if (found) {
        *out = *found;
        return EMB_OK;
    }
    found = emb__py_class_find(object->class, name, &class);
    if (found && is_property(found)) {
        emb__py_value bound;
        const emb__py_row none = {.fixed = true};
        const emb__py_map no_names = {0};
        emb_status status = bind(py, of, found, &bound);
        return status == EMB_OK ? py->call(py, line, &bound, &none, &no_names, out) : status;
    }
    if (found) return bind(py, of, found, out);
    if (strcmp(name, "training") == 0) {
        *out = (emb__py_value){.type = EMB__PY_TRAINING};
        return EMB_OK;
    }
    if (object->container == EMB__PY_LAYER && layer_argument(object, name, out)) return EMB_OK;
    if (strcmp(name, "weight") == 0 || strcmp(name, "bias") == 0 || strcmp(name, "device") == 0) {
        return emb__py_unknown(py, line, out, "'%s' itself: layers are used as a whole", name);
    }
    return method(py, of, name, out);
}

static emb_status parent_attribute(emb__py *py, const emb__py_value *of, const char *name,
                                   emb__py_value *out) {
    emb__py_class *class;
    const emb__py_value self = {.type = EMB__PY_MODULE, .u.object = of->u.object};
    const emb__py_value *found =
        emb__py_class_find(of->above ? of->above->parent : NULL, name, &class);
    return found ? bind(py, &self, found, out) : method(py, of, name, out);
}

emb_status emb__py_attribute(emb__py *py, int line, const emb__py_value *of, const char *name,
                             emb__py_value *out) {
    emb__py_class *class;
    const emb__py_value *found;
    const char *path;
    switch (of->type) {
    case EMB__PY_UNKNOWN:
        *out = *of;
        return EMB_OK;
    case EMB__PY_PATH:
        if (strcmp(name, "inf") == 0) return emb__py_unknown(py, line, out, "infinity");
        path = emb__py_print(py, "%.200s.%.100s", of->u.text, name);
        *out = emb__py_path(path);
        if (path && strcmp(path, "math.pi") == 0) *out = emb__py_float(3.141592653589793);
        return path ? EMB_OK : emb__last_status();
    case EMB__PY_MODULE:
        return object_attribute(py, line, of, name, out);
    case EMB__PY_PARENT:
        return parent_attribute(py, of, name, out);
    case EMB__PY_TENSOR:
    case EMB__PY_DRAWN:
        return emb__py_tensor_attribute(py, line, of, name, out);
    case EMB__PY_TYPE:
        found = emb__py_class_find(of->u.class, name, &class);
        if (found) *out = *found;
        return found ? EMB_OK : method(py, of, name, out);
    case EMB__PY_MAP:
        found = emb__py_find(of->u.map, name);
        if (found && of->u.map->count > 0) {
            *out = *found;
            return EMB_OK;
        }
        return method(py, of, name, out);
    default:
        return method(py, of, name, out);
    }
}

/* ---- what loops go over ---------------------------------------------------------------------- */

static emb_status container_items(emb__py *py, int line, const emb__py_value *of,
                                  emb__py_row *items) {
    const emb__py_object *object = of->u.object;
    if (object->container < EMB__PY_SEQUENTIAL) {
        return emb__py_fail(py->source, line, "a module that is no list cannot be looped over");
    }
    emb_status status = EMB_OK;
    for (int i = 0; status == EMB_OK; i++) {
        const emb__py_value *child = emb__py_child(object, i);
        if (!child) break;
        py->steps += i / 8;
        if (object->container == EMB__PY_MODULE_DICT) {
            status = emb__py_row_add(py, items, &object->names.entries[i].key);
        } else {
            status = emb__py_row_add(py, items, child);
        }
    }
    return status;
}

emb_status emb__py_items(emb__py *py, int line, const emb__py_value *of, emb__py_row **items) {
    *items = of->type == EMB__PY_ROW ? of->u.row : emb__py_row_new(py, false);
    if (!*items) return emb__last_status();
    emb_status status = EMB_OK;
    switch (of->type) {
    case EMB__PY_ROW:
        return EMB_OK;
    case EMB__PY_MAP:
        for (int i = 0; i < of->u.map->count && status == EMB_OK; i++) {
            status = emb__py_row_add(py, *items, &of->u.map->entries[i].key);
        }
        return status;
    case EMB__PY_MODULE:
        return container_items(py, line, of, *items);
    case EMB__PY_STR:
        for (const char *c = of->u.text; *c && status == EMB_OK; c++) {
            const char *text = emb__py_copy(&py->arena, c, 1);
            const emb__py_value letter = emb__py_str(text);
            status = text ? emb__py_row_add(py, *items, &letter) : emb__last_status();
        }
        return status;
    default:
        return emb__py_need(py, line, of, "a list or a range to loop over");
    }
}

/* ---- targets --------------------------------------------------------------------------------- */

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

emb_status emb__py_assign(emb__py *py, emb__py_scope *scope, const emb__py_node *target,
                          const emb__py_value *value) {
    emb__py_value of, index;
    const emb__py_value *set;
    emb_status status = emb__py_enter(py, target->line);
    if (status == EMB_OK) {
        switch (target->kind) {
        case EMB__PY_NAME:
            set = scope == py->globals ? emb__py_find(&py->settings, target->text) : NULL;
            status = emb__py_set(py, &scope->names, target->text, set ? set : value);
            break;
        case EMB__PY_TUPLE:
        case EMB__PY_LIST:
            status = assign_several(py, scope, target, value);
            break;
        case EMB__PY_ATTRIBUTE:
            status = emb__py_eval(py, scope, target->a, &of);
            if (status == EMB_OK && of.type == EMB__PY_MODULE) {
                status = emb__py_set(py, &of.u.object->names, target->text, value);
            } else if (status == EMB_OK && of.type == EMB__PY_MAP) {
                status = emb__py_set(py, of.u.map, target->text, value);
            } else if (status == EMB_OK && of.type == EMB__PY_TYPE) {
                status = emb__py_set(py, &of.u.class->names, target->text, value);
            }
            break;
        case EMB__PY_INDEX:
            status = emb__py_eval(py, scope, target->a, &of);
            if (status == EMB_OK) status = emb__py_eval(py, scope, target->b, &index);
            if (status == EMB_OK) status = assign_item(py, target->line, &of, &index, value);
            break;
        default:
            status = emb__py_fail(py->source, target->line, "this cannot be given a value");
        }
    }
    emb__py_leave(py);
    return status;
}

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
        return read_name(py, scope, node, out);
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
