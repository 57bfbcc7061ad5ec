/* See py_run.h. */
#include "net/python/py_run.h"

#include <string.h>

#include "net/python/py_arithmetic.h"
#include "net/python/py_assign.h"
#include "net/python/py_eval.h"
#include "net/python/py_hints.h"
#include "net/python/py_method.h"
#include "net/python/py_names.h"
#include "net/python/py_sample.h"
#include "net/python/py_shape.h"

/* How a block was left. */
typedef enum leaving { GOES_ON, BREAKS, CONTINUES, RETURNS } leaving;

typedef struct frame {
    emb__py_scope *scope;
    emb__py_value result;
    leaving leaving;
} frame;

static emb_status run_block(emb__py *py, frame *f, const emb__py_node *block);
static emb_status run_one(emb__py *py, frame *f, const emb__py_node *node);

/* ---- what cannot be followed ----------------------------------------------------------------- */

/* Gives all names that a target sets the unknown value. */
static void poison(emb__py *py, frame *f, const emb__py_node *target, const emb__py_value *value) {
    if (target->kind == EMB__PY_NAME || target->kind == EMB__PY_ATTRIBUTE ||
        target->kind == EMB__PY_TUPLE) {
        (void)emb__py_assign(py, f->scope, target, value);
    }
}

/* After a statement that could not be followed outside of a class. */
static emb_status pass_over(emb__py *py, frame *f, const emb__py_node *node, emb_status status) {
    if (emb__py_is_fatal(py, status)) return status;
    emb__py_value value = {
        .type = EMB__PY_UNKNOWN, .line = node->line, .u.text = emb__py_reason(py)};
    if (!value.u.text) return EMB_ERR_MEMORY;
    for (const emb__py_node *t = node->kind == EMB__PY_ASSIGN ? node->list : NULL; t; t = t->next) {
        poison(py, f, t, &value);
    }
    return EMB_OK;
}

/* ---- simple statements ----------------------------------------------------------------------- */

/* Whether what is assigned is what a class makes, and not what is only asked of it, as the shape in
 * AE(16)(x).shape. */
static bool keeps_made(const emb__py_node *node, const emb__py_value *value) {
    int calls = 0;
    if (value->type == EMB__PY_MODULE) return true;
    for (; node && (node->kind == EMB__PY_CALL || node->kind == EMB__PY_ATTRIBUTE ||
                    node->kind == EMB__PY_INDEX);
         node = node->a) {
        calls += node->kind == EMB__PY_CALL;
    }
    return calls <= 1;
}

static emb_status assign(emb__py *py, frame *f, const emb__py_node *node) {
    emb__py_value value;
    const int made = py->made_count;
    emb_status status = emb__py_eval(py, f->scope, node->a, &value);
    if (status == EMB_OK && keeps_made(node->a, &value)) {
        for (int i = made; i < py->made_count; i++) py->made[i].named = true;
    }
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
        if (status == EMB_OK) status = emb__py_overwrite(py, node->line, &a, &made);
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

/* global a, b */
static emb_status share(emb__py *py, frame *f, const emb__py_node *node) {
    emb_status status = EMB_OK;
    const emb__py_value global = emb__py_bool(node->sign == 'g');
    const bool several = node->a && node->a->kind == EMB__PY_TUPLE;
    for (const emb__py_node *n = several ? node->a->list : node->a; n && status == EMB_OK;
         n = n->next) {
        if (n->kind != EMB__PY_NAME || f->scope == py->globals) continue;
        status = emb__py_set(py, &f->scope->shared, n->text, &global);
    }
    return status;
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

/* `body`: the scope whose names its defaults have. */
static emb_status define(emb__py *py, frame *f, const emb__py_node *node, emb__py_class *class,
                         emb__py_scope *body) {
    emb__py_function *function = emb__py_alloc(&py->arena, sizeof *function);
    if (!function) return emb__last_status();
    function->node = node;
    function->around = f->scope;
    function->class = class;
    function->is_static = has_decorator(node, "staticmethod");
    const emb_status status = emb__py_defaults_keep(py, body, function);
    if (status != EMB_OK) return status;
    if (py->loose) emb__py_hint_body(py, node->body, 0);
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
    if (path && strstr(path, "NamedTuple")) class->is_data = true;
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
            status = define(py, f, n, class, inner);
            continue;
        }
        if (n->kind == EMB__PY_EXPRESSION) continue; /* a docstring */
        status = run_one(py, &body, n);
        if (status != EMB_OK && !emb__py_is_fatal(py, status)) status = EMB_OK;
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
static bool mentions_tensor(const frame *f, const emb__py_node *node, int depth) {
    if (!node || depth == EMB__PY_NESTING) return false;
    for (const emb__py_scope *s = f->scope; node->kind == EMB__PY_NAME && s; s = s->outer) {
        const emb__py_value *value = emb__py_find(&s->names, node->text);
        if (value) return value->type == EMB__PY_TENSOR;
    }
    bool found = mentions_tensor(f, node->a, depth + 1) || mentions_tensor(f, node->b, depth + 1);
    for (const emb__py_node *n = node->list; n && !found; n = n->next) {
        found = mentions_tensor(f, n, depth + 1);
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
    if (known || !py->tracing || emb__py_is_fatal(py, status) || !mentions_tensor(f, node->a, 0)) {
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
    if (py->loose && !emb__py_is_fatal(py, status)) {
        /* Outside of classes nothing is repeated: the last time is what counts. */
        emb__py_value item;
        const bool known = status == EMB_OK && items->count > 0;
        status = emb__py_unknown(py, node->line, &item, "what a loop goes over");
        if (known) item = items->items[items->count - 1];
        if (known) emb__py_hint_loop(py, node, items);
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
    if (py->loose && !emb__py_is_fatal(py, status)) status = EMB_OK;
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
        return define(py, f, node, NULL, f->scope);
    case EMB__PY_CLASS:
        return define_class(py, f, node);
    case EMB__PY_WITH:
        return run_with(py, f, node);
    case EMB__PY_TRY:
        return run_try(py, f, node);
    case EMB__PY_IMPORT:
        return import(py, f, node);
    case EMB__PY_GLOBAL:
        return share(py, f, node);
    case EMB__PY_BREAK:
        f->leaving = BREAKS;
        return EMB_OK;
    case EMB__PY_CONTINUE:
        f->leaving = CONTINUES;
        return EMB_OK;
    case EMB__PY_RAISE:
        if (py->loose) return EMB_OK;
        return emb__py_fail(py->source, node->line, "the class raises an error here");
    case EMB__PY_DELETE:
        return emb__py_delete(py, f->scope, node->a);
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

emb_status emb__py_run_body(emb__py *py, emb__py_scope *scope, const emb__py_node *block,
                            emb__py_value *result) {
    frame f = {.scope = scope, .result = emb__py_none()};
    const emb_status status = run_block(py, &f, block);
    *result = f.result;
    return status;
}
