/* See py_method.h. */
#include "net/python/py_method.h"

#include <string.h>

#include "net/python/py_hints.h"
#include "net/python/py_names.h"
#include "net/python/py_torch.h"

/* A call of a method. */
typedef struct asked {
    int line;
    const char *name;
    const emb__py_value *of;
    const emb__py_row *arguments;
    const emb__py_map *keywords;
    const emb__py_value *first, *second; /* NULL: not given */
} asked;

typedef emb_status method_fn(emb__py *py, const asked *a, emb__py_value *out);

static emb_status unknown(emb__py *py, const asked *a, emb__py_value *out) {
    return emb__py_unknown(py, a->line, out, "a method of %s", emb__py_type_name(a->of));
}

/* ---- lists ----------------------------------------------------------------------------------- */

static emb_status append(emb__py *py, const asked *a, emb__py_value *out) {
    *out = emb__py_none();
    if (!a->first) return unknown(py, a, out);
    if (a->of->type == EMB__PY_MODULE) {
        *out = *a->of;
        return emb__py_child_add(py, a->line, a->of->u.object, NULL, a->first);
    }
    return emb__py_row_add(py, a->of->u.row, a->first);
}

static emb_status extend(emb__py *py, const asked *a, emb__py_value *out) {
    emb__py_row *items;
    if (!a->first) return unknown(py, a, out);
    emb_status status = emb__py_items(py, a->line, a->first, &items);
    const int count = status == EMB_OK ? items->count : 0; /* x.extend(x) ends, too */
    for (int i = 0; i < count && status == EMB_OK; i++) {
        const emb__py_row one = {.fixed = true, .count = 1, .items = &items->items[i]};
        asked each = *a;
        each.arguments = &one;
        each.first = one.items;
        status = append(py, &each, out);
    }
    *out = emb__py_none();
    return status;
}

static emb_status insert(emb__py *py, const asked *a, emb__py_value *out) {
    emb__py_row *row = a->of->u.row;
    *out = emb__py_none();
    if (!a->second || a->first->type != EMB__PY_INT) return unknown(py, a, out);
    int64_t at = a->first->u.whole < 0 ? a->first->u.whole + row->count : a->first->u.whole;
    at = at < 0 ? 0 : at > row->count ? row->count : at;
    emb_status status = emb__py_row_add(py, row, a->second);
    for (int64_t i = row->count - 1; status == EMB_OK && i > at; i--) {
        row->items[i] = row->items[i - 1];
    }
    if (status == EMB_OK) row->items[at] = *a->second;
    return status;
}

static emb_status pop(emb__py *py, const asked *a, emb__py_value *out) {
    emb__py_row *row = a->of->u.row;
    int64_t at = a->first && a->first->type == EMB__PY_INT ? a->first->u.whole : -1;
    if (at < 0) at += row->count;
    if (at < 0 || at >= row->count) return unknown(py, a, out);
    *out = row->items[at];
    row->count--;
    for (int64_t i = at; i < row->count; i++) row->items[i] = row->items[i + 1];
    return EMB_OK;
}

static emb_status reverse(emb__py *py, const asked *a, emb__py_value *out) {
    (void)py;
    emb__py_row *row = a->of->u.row;
    *out = emb__py_none();
    for (int i = 0; i < row->count / 2; i++) {
        const emb__py_value item = row->items[i];
        row->items[i] = row->items[row->count - 1 - i];
        row->items[row->count - 1 - i] = item;
    }
    return EMB_OK;
}

static emb_status copy_row(emb__py *py, const asked *a, emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, false);
    emb_status status = row ? EMB_OK : emb__last_status();
    for (int i = 0; i < a->of->u.row->count && status == EMB_OK; i++) {
        status = emb__py_row_add(py, row, &a->of->u.row->items[i]);
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

/* ---- dicts ----------------------------------------------------------------------------------- */

static emb_status get(emb__py *py, const asked *a, emb__py_value *out) {
    (void)py;
    const emb__py_value *found = a->first ? emb__py_map_find(a->of->u.map, a->first) : NULL;
    *out = found ? *found : a->second ? *a->second : emb__py_none();
    return EMB_OK;
}

/* Keys, values or both of a dict or of a module's children. */
static emb_status entries(emb__py *py, const asked *a, bool keys, bool values, emb__py_value *out) {
    const emb__py_map *map = a->of->type == EMB__PY_MAP ? a->of->u.map : &a->of->u.object->names;
    emb__py_row *row = emb__py_row_new(py, false);
    emb_status status = row ? EMB_OK : emb__last_status();
    for (int i = 0; i < map->count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &map->entries[i];
        if (a->of->type == EMB__PY_MODULE && entry->value.type != EMB__PY_MODULE) continue;
        emb__py_value item = keys ? entry->key : entry->value;
        if (keys && values) {
            emb__py_row *pair = emb__py_row_new(py, true);
            status = pair ? emb__py_row_add(py, pair, &entry->key) : emb__last_status();
            if (status == EMB_OK) status = emb__py_row_add(py, pair, &entry->value);
            if (status == EMB_OK) item = emb__py_row_value(pair);
        }
        if (status == EMB_OK) status = emb__py_row_add(py, row, &item);
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

static emb_status items(emb__py *py, const asked *a, emb__py_value *out) {
    return entries(py, a, true, true, out);
}
static emb_status keys(emb__py *py, const asked *a, emb__py_value *out) {
    return entries(py, a, true, false, out);
}
static emb_status values(emb__py *py, const asked *a, emb__py_value *out) {
    return entries(py, a, false, true, out);
}

static emb_status update(emb__py *py, const asked *a, emb__py_value *out) {
    emb_status status = EMB_OK;
    const emb__py_map *maps[2] = {
        a->first && a->first->type == EMB__PY_MAP ? a->first->u.map : NULL, a->keywords};
    for (int m = 0; m < 2; m++) {
        const int count = maps[m] ? maps[m]->count : 0;
        for (int i = 0; i < count && status == EMB_OK; i++) {
            const emb__py_entry entry = maps[m]->entries[i];
            status = emb__py_map_set(py, a->of->u.map, &entry.key, &entry.value);
        }
    }
    *out = emb__py_none();
    return status;
}

/* parser.add_argument('--latent-dim', default=2): a name and its value. */
static emb_status add_argument(emb__py *py, const asked *a, emb__py_value *out) {
    const emb__py_value *fallback = emb__py_find(a->keywords, "default");
    const emb__py_value *dest = emb__py_find(a->keywords, "dest");
    const emb__py_value *action = emb__py_find(a->keywords, "action");
    const char *name = NULL;
    for (int i = 0; i < a->arguments->count; i++) {
        const emb__py_value *option = &a->arguments->items[i];
        if (option->type != EMB__PY_STR) continue;
        name = option->u.text + strspn(option->u.text, "-");
        if (strncmp(option->u.text, "--", 2) == 0) break;
    }
    if (dest && dest->type == EMB__PY_STR) name = dest->u.text;
    *out = emb__py_none();
    if (!name) return EMB_OK;
    char *key = emb__py_copy(&py->arena, name, strlen(name));
    if (!key) return emb__last_status();
    for (char *c = key; *c; c++) {
        if (*c == '-') *c = '_';
    }
    emb__py_value value = fallback ? *fallback : emb__py_none();
    if (!fallback && action && emb__py_is(action, "store_true")) value = emb__py_bool(false);
    if (!fallback && action && emb__py_is(action, "store_false")) value = emb__py_bool(true);
    emb__py_hint_value(py, key, &value);
    return emb__py_set(py, a->of->u.map, key, &value);
}

static emb_status itself(emb__py *py, const asked *a, emb__py_value *out) {
    (void)py;
    *out = *a->of;
    return EMB_OK;
}

static emb_status known_arguments(emb__py *py, const asked *a, emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, true), *rest = emb__py_row_new(py, false);
    if (!row || !rest) return emb__last_status();
    const emb__py_value none = emb__py_row_value(rest);
    emb_status status = emb__py_row_add(py, row, a->of);
    if (status == EMB_OK) status = emb__py_row_add(py, row, &none);
    *out = emb__py_row_value(row);
    return status;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static emb_status lower(emb__py *py, const asked *a, emb__py_value *out) {
    char *text = emb__py_copy(&py->arena, a->of->u.text, strlen(a->of->u.text));
    *out = emb__py_str(text);
    for (char *c = text; c && *c; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
    }
    return text ? EMB_OK : emb__last_status();
}

/* '{}_{}'.format(a, b), by position alone. */
static emb_status format(emb__py *py, const asked *a, emb__py_value *out) {
    emb__text all = {0};
    int next = 0;
    bool good = a->keywords->count == 0;
    for (const char *c = a->of->u.text; *c && good; c++) {
        if (*c != '{') {
            emb__text_bytes(&all, c, 1);
            continue;
        }
        const char *end = strchr(c, '}');
        const int i = c[1] >= '0' && c[1] <= '9' ? c[1] - '0' : next++;
        good = end && i < a->arguments->count && end - c <= 2 &&
               a->arguments->items[i].type != EMB__PY_UNKNOWN;
        const char *text = good ? emb__py_text_of(py, &a->arguments->items[i], false) : NULL;
        good = good && text && all.length < EMB__PY_TEXT_MOST;
        if (good) emb__text_add(&all, "%s", text);
        if (good) c = end;
    }
    const char *text = good && !all.failed
                           ? emb__py_copy(&py->arena, all.bytes ? all.bytes : "", all.length)
                           : NULL;
    emb__free(all.bytes);
    *out = emb__py_str(text);
    return text ? EMB_OK : unknown(py, a, out);
}

/* ---- modules --------------------------------------------------------------------------------- */

static emb_status add_module(emb__py *py, const asked *a, emb__py_value *out) {
    *out = emb__py_none();
    const emb__py_value *module = a->second ? a->second : emb__py_find(a->keywords, "module");
    const emb__py_value *name = a->first ? a->first : emb__py_find(a->keywords, "name");
    if (!module || !name || name->type != EMB__PY_STR) {
        return emb__py_fail(py->source, a->line, "add_module expects a name and a module");
    }
    return emb__py_child_add(py, a->line, a->of->u.object, name->u.text, module);
}

/* Loops over all parameters set initial weights: there is nothing to go over here. */
static emb_status parameters(emb__py *py, const asked *a, emb__py_value *out) {
    emb__py_row *none = emb__py_row_new(py, false);
    if (!none) return emb__last_status();
    *out = emb__py_row_value(none);
    (void)a;
    if (!py->loose) {
        emb__py_note(py, "what the class does to all of its modules or parameters, such as initial "
                         "weights of its own, or freezing them (see --freeze), is left out");
    }
    return EMB_OK;
}

static emb_status apply(emb__py *py, const asked *a, emb__py_value *out) {
    const emb_status status = parameters(py, a, out);
    *out = *a->of;
    return status;
}

static emb_status nothing(emb__py *py, const asked *a, emb__py_value *out) {
    (void)py, (void)a;
    *out = emb__py_none();
    return EMB_OK;
}

/* A buffer that the state dict has not, or that is None, may be one that nobody reads. */
static bool is_out_of_state(const asked *a) {
    const emb__py_value *lasts = emb__py_find(a->keywords, "persistent");
    const emb__py_value *tensor = a->second ? a->second : emb__py_find(a->keywords, "tensor");
    if (strcmp(a->name, "register_buffer") != 0) return false;
    if (!lasts && a->arguments->count > 2) lasts = &a->arguments->items[2];
    return (lasts && lasts->type == EMB__PY_BOOL && !lasts->u.whole) ||
           (tensor && tensor->type == EMB__PY_NONE);
}

static emb_status own_tensor(emb__py *py, const asked *a, emb__py_value *out) {
    *out = emb__py_none();
    if (py->loose) return EMB_OK;
    if (is_out_of_state(a) && a->first && a->first->type == EMB__PY_STR) {
        emb__py_value value;
        emb_status status =
            emb__py_unknown(py, a->line, &value, "a tensor of the class's own is not followed");
        if (status != EMB_OK) return status;
        return emb__py_set(py, &a->of->u.object->names, a->first->u.text, &value);
    }
    return emb__py_fail(py->source, a->line,
                        "a tensor of the class's own is not followed; expects layers, which bring "
                        "theirs");
}

static emb_status start(emb__py *py, const asked *a, emb__py_value *out) {
    *out = emb__py_none();
    emb__py_object *object = a->of->u.object;
    if (object->container >= EMB__PY_SEQUENTIAL) {
        return emb__py_fill(py, a->line, object, a->arguments);
    }
    return EMB_OK;
}

static emb_status run_layer(emb__py *py, const asked *a, emb__py_value *out) {
    const emb__py_value module = {.type = EMB__PY_MODULE, .u.object = a->of->u.object};
    if (a->of->type == EMB__PY_PARENT && a->of->u.object->container == EMB__PY_NO_CONTAINER) {
        return emb__py_fail(py->source, a->line, "the parent's forward is not in this file");
    }
    return py->call(py, a->line, &module, a->arguments, a->keywords, out);
}

static const struct {
    emb__py_type type;
    const char *name;
    method_fn *run;
} methods[] = {
    {EMB__PY_ROW, "append", append},
    {EMB__PY_ROW, "extend", extend},
    {EMB__PY_ROW, "insert", insert},
    {EMB__PY_ROW, "pop", pop},
    {EMB__PY_ROW, "reverse", reverse},
    {EMB__PY_ROW, "copy", copy_row},
    {EMB__PY_MAP, "get", get},
    {EMB__PY_MAP, "items", items},
    {EMB__PY_MAP, "keys", keys},
    {EMB__PY_MAP, "values", values},
    {EMB__PY_MAP, "update", update},
    {EMB__PY_MAP, "copy", itself},
    {EMB__PY_MAP, "add_argument", add_argument},
    {EMB__PY_MAP, "add_argument_group", itself},
    {EMB__PY_MAP, "parse_args", itself},
    {EMB__PY_MAP, "parse_known_args", known_arguments},
    {EMB__PY_STR, "lower", lower},
    {EMB__PY_STR, "format", format},
    {EMB__PY_MODULE, "append", append},
    {EMB__PY_MODULE, "extend", extend},
    {EMB__PY_MODULE, "add_module", add_module},
    {EMB__PY_MODULE, "register_module", add_module},
    {EMB__PY_MODULE, "items", items},
    {EMB__PY_MODULE, "named_children", items},
    {EMB__PY_MODULE, "keys", keys},
    {EMB__PY_MODULE, "values", values},
    {EMB__PY_MODULE, "children", values},
    {EMB__PY_MODULE, "modules", parameters},
    {EMB__PY_MODULE, "named_modules", parameters},
    {EMB__PY_MODULE, "parameters", parameters},
    {EMB__PY_MODULE, "named_parameters", parameters},
    {EMB__PY_MODULE, "apply", apply},
    {EMB__PY_MODULE, "requires_grad_", apply},
    {EMB__PY_MODULE, "to", itself},
    {EMB__PY_MODULE, "cuda", itself},
    {EMB__PY_MODULE, "cpu", itself},
    {EMB__PY_MODULE, "float", itself},
    {EMB__PY_MODULE, "train", itself},
    {EMB__PY_MODULE, "eval", itself},
    {EMB__PY_MODULE, "forward", run_layer},
    {EMB__PY_MODULE, "__call__", run_layer},
    {EMB__PY_MODULE, "save_hyperparameters", nothing},
    {EMB__PY_MODULE, "log", nothing},
    {EMB__PY_MODULE, "register_buffer", own_tensor},
    {EMB__PY_MODULE, "register_parameter", own_tensor},
    {EMB__PY_PARENT, "__init__", start},
    {EMB__PY_PARENT, "forward", run_layer},
    {EMB__PY_PARENT, "add_module", add_module},
};

emb_status emb__py_method_call(emb__py *py, int line, const emb__py_method *method,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out) {
    const asked a = {.line = line,
                     .name = method->name,
                     .of = &method->of,
                     .arguments = arguments,
                     .keywords = keywords,
                     .first = arguments->count > 0 ? &arguments->items[0] : NULL,
                     .second = arguments->count > 1 ? &arguments->items[1] : NULL};
    if (emb__py_is_traced(&method->of)) {
        emb__py_row *row = emb__py_row_new(py, true);
        emb_status status = row ? emb__py_row_add(py, row, &method->of) : emb__last_status();
        for (int i = 0; i < arguments->count && status == EMB_OK; i++) {
            status = emb__py_row_add(py, row, &arguments->items[i]);
        }
        if (status != EMB_OK) return status;
        return emb__py_torch_call(py, line, method->name, row, keywords, out);
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (methods[i].type != method->of.type || strcmp(methods[i].name, method->name) != 0) {
            continue;
        }
        return methods[i].run(py, &a, out);
    }
    return emb__py_unknown(py, line, out, "%.60s() of %s is not followed", method->name,
                           emb__py_type_name(&method->of));
}
