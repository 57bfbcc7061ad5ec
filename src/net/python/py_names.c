/* See py_names.h. */
#include "net/python/py_names.h"

#include <string.h>

#include "net/python/py_layer.h"
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

emb__py_scope *emb__py_owner(emb__py *py, emb__py_scope *scope, const char *name) {
    const emb__py_value *shared = emb__py_find(&scope->shared, name);
    if (!shared) return scope;
    for (emb__py_scope *s = scope->outer; s && !shared->u.whole; s = s->outer) {
        if (emb__py_find(&s->names, name)) return s;
    }
    return py->globals;
}

emb_status emb__py_name(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                        emb__py_value *out) {
    for (emb__py_scope *s = emb__py_owner(py, scope, node->text); s; s = s->outer) {
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
