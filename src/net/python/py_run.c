/* See py_run.h. */
#include "net/python/py_run.h"

#include <stdio.h>
#include <string.h>

#include "net/python/py_arithmetic.h"
#include "net/python/py_builtin.h"
#include "net/python/py_crop.h"
#include "net/python/py_eval.h"
#include "net/python/py_hints.h"
#include "net/python/py_method.h"
#include "net/python/py_sample.h"
#include "net/python/py_torch.h"

/* How a block was left. */
typedef enum leaving { GOES_ON, BREAKS, CONTINUES, RETURNS } leaving;

typedef struct frame {
    emb__py_scope *scope;
    emb__py_value result;
    leaving leaving;
} frame;

static emb_status run_block(emb__py *py, frame *f, const emb__py_node *block);
static emb_status run_one(emb__py *py, frame *f, const emb__py_node *node);

static bool is_fatal(const emb__py *py, emb_status status) {
    return status == EMB_ERR_MEMORY || py->steps > EMB__PY_STEPS;
}

/* ---- what cannot be followed ----------------------------------------------------------------- */

/* The error text without its place, which the reader of a value is told besides. */
static const char *last_reason(emb__py *py) {
    const char *text = emb_error(), *place = strstr(text, ": ");
    return emb__py_print(py, "%s", place ? place + 2 : text);
}

/* Gives all names that a target sets the unknown value. */
static void poison(emb__py *py, frame *f, const emb__py_node *target, const emb__py_value *value) {
    if (target->kind == EMB__PY_NAME || target->kind == EMB__PY_ATTRIBUTE ||
        target->kind == EMB__PY_TUPLE) {
        (void)emb__py_assign(py, f->scope, target, value);
    }
}

/* After a statement that could not be followed outside of a class. */
static emb_status pass_over(emb__py *py, frame *f, const emb__py_node *node, emb_status status) {
    if (is_fatal(py, status)) return status;
    emb__py_value value = {.type = EMB__PY_UNKNOWN, .line = node->line, .u.text = last_reason(py)};
    if (!value.u.text) return EMB_ERR_MEMORY;
    for (const emb__py_node *t = node->kind == EMB__PY_ASSIGN ? node->list : NULL; t; t = t->next) {
        poison(py, f, t, &value);
    }
    return EMB_OK;
}

/* ---- simple statements ----------------------------------------------------------------------- */

static emb_status assign(emb__py *py, frame *f, const emb__py_node *node) {
    emb__py_value value;
    emb_status status = emb__py_eval(py, f->scope, node->a, &value);
    if (status == EMB_OK && py->loose) emb__py_hint_name(py, node, &value);
    if (py->loose && value.type == EMB__PY_UNKNOWN) value.line = node->line;
    for (const emb__py_node *t = node->list; t && status == EMB_OK; t = t->next) {
        status = emb__py_assign(py, f->scope, t, &value);
    }
    return status;
}

static emb_status change(emb__py *py, frame *f, const emb__py_node *node) {
    emb__py_value a, b, made;
    emb_status status = emb__py_eval(py, f->scope, node->a, &a);
    if (status == EMB_OK) status = emb__py_eval(py, f->scope, node->b, &b);
    if (status != EMB_OK) return status;
    if (emb__py_is_traced(&a) || emb__py_is_traced(&b)) {
        status = emb__py_sample_binary(py, node->line, node->sign, &a, &b, &made);
    } else if (a.type == EMB__PY_ROW && !a.u.row->fixed && node->sign == '+') {
        const emb__py_method extend = {.of = a, .name = "extend"}; /* the list itself grows */
        emb__py_value none;
        const emb__py_row one = {.fixed = true, .count = 1, .items = &b};
        const emb__py_map no_names = {0};
        status = emb__py_method_call(py, node->line, &extend, &one, &no_names, &none);
        made = a;
    } else {
        status = emb__py_binary(py, node->line, node->sign, &a, &b, &made);
    }
    return status == EMB_OK ? emb__py_assign(py, f->scope, node->a, &made) : status;
}

static emb_status import(emb__py *py, frame *f, const emb__py_node *node) {
    if (node->a && strcmp(node->a->text, "torch.nn") == 0) py->stars = true;
    emb_status status = EMB_OK;
    for (const emb__py_node *n = node->list; n && status == EMB_OK; n = n->next) {
        const emb__py_value path = emb__py_path(n->a->text);
        status = emb__py_set(py, &f->scope->names, n->text, &path);
    }
    return status;
}

/* ---- classes and functions ------------------------------------------------------------------- */

static bool has_decorator(const emb__py_node *node, const char *name) {
    for (const emb__py_node *d = node->decorators; d; d = d->next) {
        const emb__py_node *of = d->kind == EMB__PY_CALL ? d->a : d;
        if (of->text && strcmp(of->text, name) == 0) return true;
    }
    return false;
}

static emb_status define(emb__py *py, frame *f, const emb__py_node *node, emb__py_class *class) {
    emb__py_function *function = emb__py_alloc(&py->arena, sizeof *function);
    if (!function) return emb__last_status();
    function->node = node;
    function->around = f->scope;
    function->class = class;
    function->is_static = has_decorator(node, "staticmethod");
    const emb__py_value value = {.type = EMB__PY_FUNCTION, .u.function = function};
    return emb__py_set(py, class ? &class->names : &f->scope->names, node->text, &value);
}

/* What a class inherits: of the text, or of PyTorch. */
static emb_status inherit(emb__py *py, frame *f, const emb__py_node *base, emb__py_class *class) {
    static const struct {
        const char *ending;
        emb__py_container container;
    } bases[] = {{"Module", EMB__PY_NO_CONTAINER},
                 {"Sequential", EMB__PY_SEQUENTIAL},
                 {"ModuleList", EMB__PY_MODULE_LIST},
                 {"ModuleDict", EMB__PY_MODULE_DICT}};
    emb__py_value of;
    if (base->kind == EMB__PY_KEYWORD) return EMB_OK;
    const emb_status status = emb__py_eval(py, f->scope, base, &of);
    if (status != EMB_OK) return status;
    /* Of several, a module: what else is inherited beside it hardly matters to forward. */
    const bool better = of.type == EMB__PY_TYPE && of.u.class != class &&
                        (!class->parent || (of.u.class->is_module && !class->parent->is_module));
    if (better) {
        class->parent = of.u.class;
        class->is_module = class->is_module || of.u.class->is_module;
        if (of.u.class->container) class->container = of.u.class->container;
    }
    const char *path = of.type == EMB__PY_PATH ? of.u.text : base->text;
    for (size_t i = 0; path && of.type != EMB__PY_TYPE && i < sizeof bases / sizeof *bases; i++) {
        const size_t length = strlen(path), tail = strlen(bases[i].ending);
        if (length < tail || strcmp(path + length - tail, bases[i].ending) != 0) continue;
        class->is_module = true;
        class->container = bases[i].container;
    }
    return EMB_OK;
}

static emb_status define_class(emb__py *py, frame *f, const emb__py_node *node) {
    emb__py_class *class = emb__py_alloc(&py->arena, sizeof *class);
    emb__py_scope *inner = emb__py_alloc(&py->arena, sizeof *inner);
    if (!class || !inner) return emb__last_status();
    class->name = node->text;
    class->node = node;
    class->around = f->scope;
    class->line = node->line;
    class->is_data = has_decorator(node, "dataclass");
    emb_status status = EMB_OK;
    for (const emb__py_node *base = node->list; base && status == EMB_OK; base = base->next) {
        status = inherit(py, f, base, class);
    }
    inner->outer = f->scope;
    frame body = {.scope = inner};
    for (const emb__py_node *n = node->body; n && status == EMB_OK; n = n->next) {
        if (n->kind == EMB__PY_DEF) {
            status = define(py, f, n, class);
            continue;
        }
        if (n->kind == EMB__PY_EXPRESSION) continue; /* a docstring */
        status = run_one(py, &body, n);
        if (status != EMB_OK && !is_fatal(py, status)) status = EMB_OK;
    }
    for (int i = 0; i < inner->names.count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &inner->names.entries[i];
        status = emb__py_set(py, &class->names, entry->key.u.text, &entry->value);
    }
    const emb__py_value value = {.type = EMB__PY_TYPE, .u.class = class};
    return status == EMB_OK ? emb__py_set(py, &f->scope->names, node->text, &value) : status;
}

/* ---- choices and loops ----------------------------------------------------------------------- */

/* Whether a name in an expression is a tensor's. */
static bool mentions_tensor(const frame *f, const emb__py_node *node) {
    if (!node) return false;
    for (const emb__py_scope *s = f->scope; node->kind == EMB__PY_NAME && s; s = s->outer) {
        const emb__py_value *value = emb__py_find(&s->names, node->text);
        if (value) return value->type == EMB__PY_TENSOR;
    }
    bool found = mentions_tensor(f, node->a) || mentions_tensor(f, node->b);
    for (const emb__py_node *n = node->list; n && !found; n = n->next) {
        found = mentions_tensor(f, n);
    }
    return found;
}

/* The condition of an if or a while. */
static emb_status decide(emb__py *py, frame *f, const emb__py_node *node,
                         emb__py_value *condition) {
    bool truth;
    emb_status status = emb__py_eval(py, f->scope, node->a, condition);
    const bool known = status == EMB_OK &&
                       (condition->type == EMB__PY_TRAINING || emb__py_truth(condition, &truth));
    if (known || !py->tracing || is_fatal(py, status) || !mentions_tensor(f, node->a)) {
        return status;
    }
    return emb__py_fail(py->source, node->line,
                        "decides by the numbers of an image, which only a run knows; forward may "
                        "decide by constants, sizes and arguments of the class");
}

static emb_status run_if(emb__py *py, frame *f, const emb__py_node *node) {
    emb__py_value condition;
    bool truth;
    emb_status status = decide(py, f, node, &condition);
    if (status != EMB_OK) return status;
    if (emb__py_truth(&condition, &truth)) {
        return run_block(py, f, truth ? node->body : node->rest);
    }
    if (!py->loose) {
        if (condition.type == EMB__PY_TRAINING) {
            /* A drawn code, which is the mean in evaluation: judged once forward has ended. */
            if (py->by_training == 0) py->by_training = node->line;
            return run_block(py, f, condition.u.whole ? node->rest : node->body);
        }
        return emb__py_need(py, node->line, &condition, "a condition that is known");
    }
    status = run_block(py, f, node->body);
    return status == EMB_OK ? run_block(py, f, node->rest) : status;
}

/* Runs a loop's body once more; *ends says that it is the last time. */
static emb_status run_body(emb__py *py, frame *f, const emb__py_node *node, bool *ends) {
    emb_status status = emb__py_enter(py, node->line);
    if (status == EMB_OK) status = run_block(py, f, node->body);
    emb__py_leave(py);
    *ends = f->leaving == BREAKS || f->leaving == RETURNS;
    if (f->leaving != RETURNS) f->leaving = GOES_ON;
    return status;
}

static emb_status run_for(emb__py *py, frame *f, const emb__py_node *node) {
    emb__py_value of;
    emb__py_row *items = NULL;
    bool ends = false;
    emb_status status = emb__py_eval(py, f->scope, node->b, &of);
    if (status == EMB_OK) status = emb__py_items(py, node->line, &of, &items);
    if (py->loose && !is_fatal(py, status)) {
        /* Outside of classes nothing is repeated: the last time is what counts. */
        emb__py_value item;
        const bool known = status == EMB_OK && items->count > 0;
        status = emb__py_unknown(py, node->line, &item, "what a loop goes over");
        if (known) item = items->items[items->count - 1];
        if (status == EMB_OK) poison(py, f, node->a, &item);
        return status == EMB_OK ? run_body(py, f, node, &ends) : status;
    }
    for (int i = 0; status == EMB_OK && i < items->count && !ends; i++) {
        status = emb__py_assign(py, f->scope, node->a, &items->items[i]);
        if (status == EMB_OK) status = run_body(py, f, node, &ends);
    }
    if (status == EMB_OK && !ends && node->rest) status = run_block(py, f, node->rest);
    return status;
}

static emb_status run_while(emb__py *py, frame *f, const emb__py_node *node) {
    bool ends = false, truth = true;
    emb_status status = EMB_OK;
    if (py->loose) return run_body(py, f, node, &ends);
    while (status == EMB_OK && !ends) {
        emb__py_value condition;
        status = decide(py, f, node, &condition);
        if (status == EMB_OK && !emb__py_truth(&condition, &truth)) {
            status = emb__py_need(py, node->line, &condition, "a condition that is known");
        }
        if (status != EMB_OK || !truth) break;
        status = run_body(py, f, node, &ends);
    }
    return status;
}

static emb_status run_with(emb__py *py, frame *f, const emb__py_node *node) {
    emb_status status = EMB_OK;
    for (const emb__py_node *n = node->list; n && status == EMB_OK; n = n->next) {
        emb__py_value value;
        status = emb__py_eval(py, f->scope, n->a, &value);
        const emb__py_node *call = n->a->kind == EMB__PY_CALL ? n->a->a : n->a;
        if (status == EMB_OK && py->tracing && call->text && strcmp(call->text, "no_grad") == 0) {
            status = emb__py_fail(py->source, node->line,
                                  "a part of forward without gradients is not followed");
        }
        if (status == EMB_OK && n->kind == EMB__PY_ASSIGN) poison(py, f, n->list, &value);
    }
    if (py->loose && !is_fatal(py, status)) status = EMB_OK;
    return status == EMB_OK ? run_block(py, f, node->body) : status;
}

static emb_status run_try(emb__py *py, frame *f, const emb__py_node *node) {
    emb_status status = run_block(py, f, node->body);
    return status == EMB_OK && f->leaving == GOES_ON ? run_block(py, f, node->rest) : status;
}

/* ---- all statements -------------------------------------------------------------------------- */

static emb_status run_statement(emb__py *py, frame *f, const emb__py_node *node) {
    emb__py_value value;
    switch (node->kind) {
    case EMB__PY_EXPRESSION:
        return emb__py_eval(py, f->scope, node->a, &value);
    case EMB__PY_ASSIGN:
        return assign(py, f, node);
    case EMB__PY_CHANGE:
        return change(py, f, node);
    case EMB__PY_RETURN:
        f->result = emb__py_none();
        f->leaving = RETURNS;
        return node->a ? emb__py_eval(py, f->scope, node->a, &f->result) : EMB_OK;
    case EMB__PY_IF:
        return run_if(py, f, node);
    case EMB__PY_FOR:
        return run_for(py, f, node);
    case EMB__PY_WHILE:
        return run_while(py, f, node);
    case EMB__PY_DEF:
        return define(py, f, node, NULL);
    case EMB__PY_CLASS:
        return define_class(py, f, node);
    case EMB__PY_WITH:
        return run_with(py, f, node);
    case EMB__PY_TRY:
        return run_try(py, f, node);
    case EMB__PY_IMPORT:
        return import(py, f, node);
    case EMB__PY_BREAK:
        f->leaving = BREAKS;
        return EMB_OK;
    case EMB__PY_CONTINUE:
        f->leaving = CONTINUES;
        return EMB_OK;
    case EMB__PY_RAISE:
        if (py->loose) return EMB_OK;
        return emb__py_fail(py->source, node->line, "the class raises an error here");
    default:
        return EMB_OK;
    }
}

static emb_status run_one(emb__py *py, frame *f, const emb__py_node *node) {
    const bool loose = py->loose;
    emb_status status = emb__py_enter(py, node->line);
    if (status == EMB_OK) status = run_statement(py, f, node);
    emb__py_leave(py);
    py->loose = loose;
    return status != EMB_OK && loose ? pass_over(py, f, node, status) : status;
}

static emb_status run_block(emb__py *py, frame *f, const emb__py_node *block) {
    emb_status status = EMB_OK;
    for (const emb__py_node *n = block; n && status == EMB_OK && f->leaving == GOES_ON;
         n = n->next) {
        status = run_one(py, f, n);
    }
    return status;
}

emb_status emb__py_run_text(emb__py *py, const emb__py_node *block) {
    frame f = {.scope = py->globals};
    py->loose = true;
    emb_status status = EMB_OK;
    for (const emb__py_node *n = block; n && status == EMB_OK; n = n->next) {
        status = run_one(py, &f, n);
        f.leaving = GOES_ON;
    }
    return status;
}

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
        status = emb__py_eval(py, function->around, parameter->a, &value);
    } else if (py->loose) {
        status = emb__py_unknown(py, line, &value, "'%.60s' gets no value", parameter->text);
    } else {
        return emb__py_fail(py->source, line, "%.60s() gets no value for '%.60s'",
                            function->node->text ? function->node->text : "a function",
                            parameter->text);
    }
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
                            function->node->text ? function->node->text : "a function", at,
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
    frame f = {.scope = scope, .result = emb__py_none()};
    py->calls++;
    status = run_block(py, &f, function->node->body);
    py->calls--;
    *out = f.result;
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
        if (n->kind != EMB__PY_ASSIGN || n->list->kind != EMB__PY_NAME) continue;
        if (at < arguments->count) {
            status = emb__py_set(py, &object->names, n->list->text, &arguments->items[at++]);
        }
    }
    for (int i = 0; i < keywords->count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &keywords->entries[i];
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
            status = emb__py_eval(py, init->around, p->a, &value);
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
    if (status == EMB_OK || !loose || is_fatal(py, status)) return status;
    const char *why = last_reason(py);
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
        return emb__py_layer_call(py, line, object, arguments, out);
    } else if (object->container == EMB__PY_SEQUENTIAL) {
        py->calls++;
        status = run_sequence(py, line, object, arguments, out);
        py->calls--;
    } else {
        return emb__py_fail(py->source, line, "%s has no forward",
                            object->class ? object->class->name : "a list of modules");
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
    const bool draws = of_torch && py->tracing && strncmp(name, "rand", 4) == 0;
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
    const bool known = strncmp(path, own, sizeof own - 1) == 0 || !strchr(path, '.');
    return emb__py_unknown(py, line, out, "%.80s() is not followed%s", path,
                           known ? "" : ": other files are not read");
}

emb_status emb__py_run_call(emb__py *py, int line, const emb__py_value *function,
                            const emb__py_row *arguments, const emb__py_map *keywords,
                            emb__py_value *out) {
    emb_status status = emb__py_enter(py, line);
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
