/* See py_call.h. */
#include "net/python/py_call.h"

#include "base/translate.h"

#include <string.h>

#include "net/python/py_assign.h"
#include "net/python/py_builtin.h"
#include "net/python/py_crop.h"
#include "net/python/py_eval.h"
#include "net/python/py_hints.h"
#include "net/python/py_layer.h"
#include "net/python/py_loss.h"
#include "net/python/py_method.h"
#include "net/python/py_names.h"
#include "net/python/py_random.h"
#include "net/python/py_run.h"
#include "net/python/py_torch.h"

/* ---- calling functions ----------------------------------------------------------------------- */

/* Gives a parameter its value: by its place, its name or its default. */
static emb_status bind_one(emb__py *py, emb__py_scope *scope, const emb__py_function *function,
                           const emb__py_node *parameter, const emb__py_row *arguments, int *at,
                           const emb__py_map *keywords, int line) {
    const emb__py_value *named = emb__py_find(keywords, parameter->text);
    emb__py_value value;
    emb_status status = EMB_OK;
    if (*at < arguments->count) {
        value = arguments->items[(*at)++];
    } else if (named) {
        value = *named;
    } else if (parameter->a) {
        status = emb__py_default(py, function, parameter, &value);
    } else if (py->loose) {
        status = emb__py_unknown(py, line, &value, "'%.60s' gets no value", parameter->text);
    } else {
        return emb__py_fail(py->source, line, "%.60s() gets no value for '%.60s'",
                            function->node->text ? function->node->text : _("a function"),
                            parameter->text);
    }
    if (status == EMB_OK && py->loose) emb__py_hint_value(py, parameter->text, &value);
    return status == EMB_OK ? emb__py_set(py, &scope->names, parameter->text, &value) : status;
}

/* Named arguments that no parameter takes. */
static emb_status bind_rest(emb__py *py, emb__py_scope *scope, const emb__py_node *parameters,
                            const emb__py_node *stars, const emb__py_map *keywords, int line) {
    emb__py_map *map = emb__py_map_new(py);
    emb_status status = map ? EMB_OK : emb__last_status();
    for (int i = 0; i < keywords->count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &keywords->entries[i];
        const emb__py_node *p = parameters;
        while (p && (p->sign || strcmp(p->text, entry->key.u.text) != 0)) p = p->next;
        if (p) continue;
        if (!stars && !py->loose) {
            return emb__py_fail(py->source, line, "there is no parameter '%.60s'",
                                entry->key.u.text);
        }
        status = emb__py_map_set(py, map, &entry->key, &entry->value);
    }
    const emb__py_value value = {.type = EMB__PY_MAP, .u.map = map};
    if (status == EMB_OK && stars) status = emb__py_set(py, &scope->names, stars->text, &value);
    return status;
}

static emb_status bind(emb__py *py, emb__py_scope *scope, const emb__py_function *function,
                       const emb__py_row *arguments, const emb__py_map *keywords, int line) {
    const emb__py_node *parameters = function->node->list, *stars = NULL;
    int at = 0;
    emb_status status = EMB_OK;
    if (function->bound && parameters) {
        status = emb__py_set(py, &scope->names, parameters->text, &function->self);
        parameters = parameters->next;
    }
    for (const emb__py_node *p = parameters; p && status == EMB_OK; p = p->next) {
        if (p->sign == '*') {
            emb__py_row *rest = emb__py_row_new(py, true);
            status = rest ? EMB_OK : emb__last_status();
            while (at < arguments->count && status == EMB_OK) {
                status = emb__py_row_add(py, rest, &arguments->items[at++]);
            }
            const emb__py_value value = emb__py_row_value(rest);
            if (status == EMB_OK) status = emb__py_set(py, &scope->names, p->text, &value);
        } else if (p->sign) {
            stars = p;
        } else {
            status = bind_one(py, scope, function, p, arguments, &at, keywords, line);
        }
    }
    if (status == EMB_OK && at < arguments->count && !py->loose) {
        return emb__py_fail(py->source, line, "%.60s() expects at most %d values, gets %d",
                            function->node->text ? function->node->text : _("a function"), at,
                            arguments->count);
    }
    return status == EMB_OK ? bind_rest(py, scope, parameters, stars, keywords, line) : status;
}

static emb_status call_function(emb__py *py, int line, const emb__py_function *function,
                                const emb__py_row *arguments, const emb__py_map *keywords,
                                emb__py_value *out) {
    emb__py_scope *scope = emb__py_alloc(&py->arena, sizeof *scope);
    if (!scope) return emb__last_status();
    scope->outer = function->around;
    scope->class = function->class;
    if (function->bound) scope->self = function->self;
    emb_status status = bind(py, scope, function, arguments, keywords, line);
    if (status != EMB_OK) return status;
    if (function->node->kind == EMB__PY_LAMBDA) {
        return emb__py_eval(py, scope, function->node->a, out);
    }
    py->calls++;
    status = emb__py_run_body(py, scope, function->node->body, out);
    py->calls--;
    if (status == EMB_OK && function->class && function->node->text) {
        status = emb__py_mark_add(py, function->node->text, out);
    }
    return status;
}

/* ---- modules --------------------------------------------------------------------------------- */

/* A configuration's values, by their places and names. */
static emb_status fill_data(emb__py *py, emb__py_object *object, const emb__py_row *arguments,
                            const emb__py_map *keywords) {
    emb_status status = EMB_OK;
    int at = 0;
    for (const emb__py_node *n = object->class->node->body; n && status == EMB_OK; n = n->next) {
        const bool field = n->kind == EMB__PY_ASSIGN || n->kind == EMB__PY_PASS;
        if (!field || !n->list || n->list->kind != EMB__PY_NAME) continue;
        if (at < arguments->count) {
            status = emb__py_set(py, &object->names, n->list->text, &arguments->items[at++]);
        }
    }
    for (int i = 0; i < keywords->count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &keywords->entries[i];
        emb__py_hint_value(py, entry->key.u.text, &entry->value);
        status = emb__py_set(py, &object->names, entry->key.u.text, &entry->value);
    }
    return status;
}

/* What Lightning's save_hyperparameters would keep. */
static emb_status keep_arguments(emb__py *py, emb__py_object *object, const emb__py_function *init,
                                 const emb__py_row *arguments, const emb__py_map *keywords) {
    emb__py_map *map = emb__py_map_new(py);
    emb_status status = map ? EMB_OK : emb__last_status();
    int at = 0;
    const emb__py_node *p = init->node->list;
    for (p = p ? p->next : NULL; p && status == EMB_OK; p = p->next) {
        emb__py_value value = emb__py_none();
        if (p->sign) continue;
        const emb__py_value *named = emb__py_find(keywords, p->text);
        if (at < arguments->count) {
            value = arguments->items[at++];
        } else if (named) {
            value = *named;
        } else if (p->a) {
            status = emb__py_default(py, init, p, &value);
        }
        if (status == EMB_OK) status = emb__py_set(py, map, p->text, &value);
    }
    const emb__py_value value = {.type = EMB__PY_MAP, .u.map = map};
    return status == EMB_OK ? emb__py_set(py, &object->names, "hparams", &value) : status;
}

static emb_status construct(emb__py *py, int line, emb__py_class *class,
                            const emb__py_row *arguments, const emb__py_map *keywords,
                            emb__py_value *out) {
    emb__py_class *of;
    emb__py_object *object = emb__py_object_new(py, class, class->container, line);
    if (!object) return emb__last_status();
    *out = (emb__py_value){.type = EMB__PY_MODULE, .u.object = object};
    const emb__py_value *init = emb__py_class_find(class, "__init__", &of);
    if (!init || init->type != EMB__PY_FUNCTION) {
        if (class->is_data) return fill_data(py, object, arguments, keywords);
        if (class->container >= EMB__PY_SEQUENTIAL)
            return emb__py_fill(py, line, object, arguments);
        return EMB_OK;
    }
    emb_status status = keep_arguments(py, object, init->u.function, arguments, keywords);
    emb__py_function bound = *init->u.function;
    emb__py_value none;
    bound.bound = true;
    bound.self = *out;
    return status == EMB_OK ? call_function(py, line, &bound, arguments, keywords, &none) : status;
}

emb_status emb__py_instantiate(emb__py *py, int line, emb__py_class *class,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out) {
    emb_status status = EMB_OK;
    const bool loose = py->loose;
    if (loose && class->is_module) {
        status = emb__py_construction_add(py, class, arguments, keywords, line);
        if (status != EMB_OK) return status;
    }
    if (class->open == EMB__PY_WITHIN) {
        return emb__py_fail(py->source, line, "%.60s makes a %.60s in its __init__, without end",
                            class->name, class->name);
    }
    py->loose = loose && !class->is_module;
    class->is_part = class->is_part || py->making > 0;
    class->open++;
    py->making++;
    status = construct(py, line, class, arguments, keywords, out);
    py->making--;
    class->open--;
    py->loose = loose;
    if (status == EMB_OK || !loose || emb__py_is_fatal(py, status)) return status;
    const char *why = emb__py_reason(py);
    if (!why) return EMB_ERR_MEMORY;
    *out = (emb__py_value){.type = EMB__PY_UNKNOWN, .line = line, .u.text = why};
    return EMB_OK;
}

static emb_status run_sequence(emb__py *py, int line, emb__py_object *object,
                               const emb__py_row *arguments, emb__py_value *out) {
    const emb__py_map none = {0};
    const emb__py_value *child;
    if (arguments->count != 1) {
        return emb__py_fail(py->source, line, "a Sequential expects one tensor");
    }
    *out = arguments->items[0];
    emb_status status = EMB_OK;
    for (int i = 0; status == EMB_OK && (child = emb__py_child(object, i)); i++) {
        const emb__py_value in = *out;
        const emb__py_row one = {.fixed = true, .count = 1, .items = (emb__py_value *)&in};
        py->steps += i / 8;
        status = emb__py_run_call(py, line, child, &one, &none, out);
    }
    return status;
}

static emb_status call_module(emb__py *py, int line, emb__py_object *object,
                              const emb__py_row *arguments, const emb__py_map *keywords,
                              emb__py_value *out) {
    emb__py_class *of;
    const emb__py_value *forward = emb__py_class_find(object->class, "forward", &of);
    if (!forward) forward = emb__py_class_find(object->class, "__call__", &of);
    emb_status status;
    for (int i = 0; i < arguments->count; i++) {
        *out = arguments->items[i];
        if (out->type == EMB__PY_UNKNOWN) return EMB_OK;
    }
    if (py->loose) return emb__py_unknown(py, line, out, "what a module gives");
    if (forward && forward->type == EMB__PY_FUNCTION) {
        emb__py_function bound = *forward->u.function;
        bound.bound = true;
        bound.self = (emb__py_value){.type = EMB__PY_MODULE, .u.object = object};
        bound.class = of;
        status = call_function(py, line, &bound, arguments, keywords, out);
    } else if (object->container == EMB__PY_LAYER) {
        return emb__py_layer_call(py, line, object, arguments, keywords, out);
    } else if (object->container == EMB__PY_SEQUENTIAL) {
        py->calls++;
        status = run_sequence(py, line, object, arguments, out);
        py->calls--;
    } else {
        return emb__py_fail(py->source, line, "%s has no forward",
                            object->class ? object->class->name : _("a list of modules"));
    }
    const char *name = object->path ? strrchr(object->path, '.') : NULL;
    if (status == EMB_OK) {
        status = emb__py_mark_add(py, name ? name + 1 : object->path, out);
    }
    return status;
}

/* ---- what an import names -------------------------------------------------------------------- */

/* Whether a tensor is among the arguments, or in a list that is. */
static bool has_tensor(const emb__py_row *arguments, const emb__py_map *keywords) {
    for (int i = 0; i < arguments->count; i++) {
        const emb__py_value *value = &arguments->items[i];
        if (value->type == EMB__PY_TENSOR || value->type == EMB__PY_DRAWN) return true;
        for (int k = 0; value->type == EMB__PY_ROW && k < value->u.row->count; k++) {
            if (value->u.row->items[k].type == EMB__PY_TENSOR) return true;
        }
    }
    for (int i = 0; i < keywords->count; i++) {
        if (keywords->entries[i].value.type == EMB__PY_TENSOR) return true;
    }
    return false;
}

static emb_status call_path(emb__py *py, int line, const char *path, const emb__py_row *arguments,
                            const emb__py_map *keywords, emb__py_value *out) {
    static const char nn[] = "torch.nn.", functional[] = "torch.nn.functional.", own[] = "torch.";
    bool found;
    emb_status status;
    if (emb__py_trial(py, path, arguments, out, &status)) return status;
    status = emb__py_builtin(py, line, path, arguments, keywords, out, &found);
    if (status != EMB_OK || found) return status;
    if (py->loose) emb__py_hint_call(py, path, arguments, keywords);
    const char *name = strrchr(path, '.');
    name = name ? name + 1 : path;
    const bool of_torch = strncmp(path, own, sizeof own - 1) == 0;
    const bool draws = of_torch && emb__py_random_path(path, py->tracing);
    if (strncmp(path, functional, sizeof functional - 1) == 0 || draws ||
        (of_torch && has_tensor(arguments, keywords))) {
        return emb__py_torch_call(py, line, name, arguments, keywords, out);
    }
    if (strncmp(path, nn, sizeof nn - 1) == 0 && !strchr(path + sizeof nn - 1, '.')) {
        return emb__py_make(py, line, name, arguments, keywords, out);
    }
    for (int i = 0; i < arguments->count; i++) {
        *out = arguments->items[i];
        if (out->type == EMB__PY_UNKNOWN) return EMB_OK; /* with its reason */
    }
    const bool known = of_torch || !strchr(path, '.');
    return emb__py_unknown(py, line, out, "%.80s() is not followed%s", path,
                           known ? "" : _(": other files are not read"));
}

emb_status emb__py_run_call(emb__py *py, int line, const emb__py_value *function,
                            const emb__py_row *arguments, const emb__py_map *keywords,
                            emb__py_value *out) {
    emb_status status = emb__py_enter(py, line);
    if (status == EMB_OK && emb__py_compares(py, function, arguments, keywords)) {
        status = emb__py_compared(py, line);
    }
    if (status == EMB_OK) {
        switch (function->type) {
        case EMB__PY_FUNCTION:
            status = call_function(py, line, function->u.function, arguments, keywords, out);
            break;
        case EMB__PY_TYPE:
            status = emb__py_instantiate(py, line, function->u.class, arguments, keywords, out);
            break;
        case EMB__PY_MODULE:
            status = call_module(py, line, function->u.object, arguments, keywords, out);
            break;
        case EMB__PY_PATH:
            status = call_path(py, line, function->u.text, arguments, keywords, out);
            break;
        case EMB__PY_METHOD:
            status = emb__py_method_call(py, line, function->u.method, arguments, keywords, out);
            break;
        case EMB__PY_UNKNOWN:
            *out = *function;
            for (int i = 0; i < arguments->count; i++) {
                if (arguments->items[i].type != EMB__PY_UNKNOWN) continue;
                *out = arguments->items[i]; /* it came first */
                break;
            }
            break;
        default:
            status = emb__py_unknown(py, line, out, "a call of %s", emb__py_type_name(function));
        }
    }
    emb__py_leave(py);
    return status;
}
