/* See py_builtin.h. */
#include "net/python/py_builtin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/python/py_arithmetic.h"
#include "net/python/py_list.h"
#include "net/python/py_names.h"
#include "net/python/py_sample.h"

typedef emb_status builtin(emb__py *py, const emb__py_asked *a, emb__py_value *out);

/* ---- numbers --------------------------------------------------------------------------------- */

static emb_status length(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    emb__py_row *items;
    if (a->first && a->first->type == EMB__PY_TENSOR) {
        *out = (emb__py_value){.type = EMB__PY_BATCH};
        return EMB_OK;
    }
    if (!a->first || a->first->type == EMB__PY_UNKNOWN ||
        (a->first->type != EMB__PY_ROW && a->first->type != EMB__PY_MAP &&
         a->first->type != EMB__PY_STR && a->first->type != EMB__PY_MODULE)) {
        return emb__py_asked_unknown(py, a, "len() of what has no length here", out);
    }
    const emb_status status = emb__py_items(py, a->line, a->first, &items);
    if (status == EMB_OK) *out = emb__py_int(items->count);
    return status;
}

static emb_status range(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    int64_t ends[3] = {0, 0, 1};
    const int count = a->arguments->count;
    for (int i = 0; i < count && i < 3; i++) {
        if (a->arguments->items[i].type != EMB__PY_INT)
            return emb__py_asked_unknown(py, a, "a range", out);
        ends[count == 1 ? 1 : i] = a->arguments->items[i].u.whole;
    }
    if (count < 1 || count > 3 || ends[2] == 0) return emb__py_asked_unknown(py, a, "a range", out);
    emb__py_row *row = emb__py_row_new(py, false);
    emb_status status = row ? EMB_OK : emb__last_status();
    for (int64_t i = ends[0]; status == EMB_OK && (ends[2] > 0 ? i < ends[1] : i > ends[1]);) {
        const emb__py_value item = emb__py_int(i);
        status = emb__py_row_add(py, row, &item);
        if (++py->steps > EMB__PY_STEPS || __builtin_add_overflow(i, ends[2], &i)) break;
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

static emb_status to_int(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    double x;
    int64_t whole;
    if (a->first && a->first->type == EMB__PY_STR) {
        char *end;
        whole = strtoll(a->first->u.text, &end, 10);
        if (*a->first->u.text && !*end) {
            *out = emb__py_int(whole);
            return EMB_OK;
        }
    }
    if (a->first && a->first->type == EMB__PY_BATCH) {
        *out = *a->first;
        return EMB_OK;
    }
    if (!a->first || !emb__py_number(a->first, &x) || !(fabs(x) < 9e15)) {
        return emb__py_asked_unknown(py, a, "int() of what is no number here", out);
    }
    *out = emb__py_int(a->first->type == EMB__PY_FLOAT ? (int64_t)x : a->first->u.whole);
    return EMB_OK;
}

static emb_status to_float(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    double x;
    if (!a->first || !emb__py_number(a->first, &x)) {
        return emb__py_asked_unknown(py, a, "float() of what is no number here", out);
    }
    *out = emb__py_float(x);
    return EMB_OK;
}

static emb_status to_bool(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    bool truth = false;
    if (a->first && !emb__py_truth(a->first, &truth))
        return emb__py_asked_unknown(py, a, "bool()", out);
    *out = emb__py_bool(truth);
    return EMB_OK;
}

static emb_status to_str(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    if (!a->first || a->first->type == EMB__PY_UNKNOWN)
        return emb__py_asked_unknown(py, a, "str()", out);
    const char *text = emb__py_text_of(py, a->first, false);
    *out = emb__py_str(text);
    return text ? EMB_OK : emb__last_status();
}

/* What max, min, sum and prod go over: the arguments, or the list that is the only one. */
static const emb__py_row *numbers_of(const emb__py_asked *a) {
    if (a->arguments->count == 1 && a->first->type == EMB__PY_ROW) return a->first->u.row;
    return a->arguments;
}

static emb_status fold(emb__py *py, const emb__py_asked *a, int sign, emb__py_value *out) {
    const emb__py_row *row = numbers_of(a);
    double x, y;
    emb_status status = EMB_OK;
    if (row->count == 0 && (sign == '<' || sign == '>'))
        return emb__py_asked_unknown(py, a, "of nothing", out);
    emb__py_value result = sign == '+' ? emb__py_int(0) : emb__py_int(1);
    for (int i = 0; i < row->count && status == EMB_OK; i++) {
        const emb__py_value *item = &row->items[i];
        if (sign == '+' || sign == '*') {
            const emb__py_value before = result;
            const bool traced = emb__py_is_traced(item) || emb__py_is_traced(&before);
            if (traced && i == 0 && sign == '+') { /* 0 + a tensor */
                result = *item;
            } else if (traced) {
                status = emb__py_sample_binary(py, a->line, sign, &before, item, &result);
            } else {
                status = emb__py_binary(py, a->line, sign, &before, item, &result);
            }
            continue;
        }
        if (!emb__py_number(item, &x))
            return emb__py_asked_unknown(py, a, "the largest or smallest", out);
        if (i > 0) (void)emb__py_number(&result, &y);
        if (i == 0 || (sign == '<' ? x < y : x > y)) result = *item;
    }
    *out = result;
    return status;
}

static emb_status largest(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return fold(py, a, '>', out);
}
static emb_status smallest(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return fold(py, a, '<', out);
}
static emb_status sum(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return fold(py, a, '+', out);
}
static emb_status product(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return fold(py, a, '*', out);
}

static emb_status absolute(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    double x;
    if (!a->first || !emb__py_number(a->first, &x))
        return emb__py_asked_unknown(py, a, "abs()", out);
    *out = *a->first;
    return x < 0 ? emb__py_unary(py, a->line, '-', a->first, out) : EMB_OK;
}

/* Functions of one number; `whole`: the result is a whole number. */
static emb_status of_number(emb__py *py, const emb__py_asked *a, double (*f)(double), bool whole,
                            emb__py_value *out) {
    double x;
    if (!a->first || a->arguments->count != 1 || !emb__py_number(a->first, &x)) {
        return emb__py_asked_unknown(py, a, "a function of what is no number here", out);
    }
    const double y = f(x);
    if (!(fabs(y) < 9e15)) return emb__py_asked_unknown(py, a, "a number that is too large", out);
    *out = whole ? emb__py_int((int64_t)y) : emb__py_float(y);
    return EMB_OK;
}

static emb_status round_down(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return of_number(py, a, floor, true, out);
}
static emb_status round_up(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return of_number(py, a, ceil, true, out);
}
static emb_status nearest(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return of_number(py, a, rint, true, out);
}
static emb_status root(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return of_number(py, a, sqrt, false, out);
}
static emb_status binary_log(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return of_number(py, a, log2, false, out);
}
static emb_status natural_log(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return of_number(py, a, log, false, out);
}

/* ---- objects --------------------------------------------------------------------------------- */

static emb_status nothing(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    (void)py, (void)a;
    *out = emb__py_none();
    return EMB_OK;
}

/* act = staticmethod(F.relu), in a class */
static emb_status itself(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    if (!a->first) return emb__py_asked_unknown(py, a, "staticmethod()", out);
    *out = *a->first;
    return EMB_OK;
}

static emb_status get_attribute(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    const emb__py_value *name = a->arguments->count > 1 ? &a->arguments->items[1] : NULL;
    if (!name || name->type != EMB__PY_STR)
        return emb__py_asked_unknown(py, a, "an attribute", out);
    if (a->arguments->count > 2 && a->first->type == EMB__PY_MODULE &&
        !emb__py_find(&a->first->u.object->names, name->u.text)) {
        *out = a->arguments->items[2];
        return EMB_OK;
    }
    return emb__py_attribute(py, a->line, a->first, name->u.text, out);
}

static emb_status set_attribute(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    *out = emb__py_none();
    if (a->arguments->count == 3 && a->first->type == EMB__PY_MODULE &&
        a->arguments->items[1].type == EMB__PY_STR) {
        return emb__py_set(py, &a->first->u.object->names, a->arguments->items[1].u.text,
                           &a->arguments->items[2]);
    }
    return EMB_OK;
}

static emb_status has_attribute(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    const emb__py_value *name = a->arguments->count > 1 ? &a->arguments->items[1] : NULL;
    if (!name || name->type != EMB__PY_STR || a->first->type != EMB__PY_MODULE) {
        return emb__py_asked_unknown(py, a, "hasattr()", out);
    }
    *out = emb__py_bool(emb__py_find(&a->first->u.object->names, name->u.text) != NULL);
    return EMB_OK;
}

/* isinstance(x, int), (list, tuple), nn.Conv2d */
static bool is_of(const emb__py_value *value, const emb__py_value *type) {
    static const struct {
        const char *name;
        emb__py_type type;
    } types[] = {{"int", EMB__PY_INT},
                 {"float", EMB__PY_FLOAT},
                 {"str", EMB__PY_STR},
                 {"bool", EMB__PY_BOOL},
                 {"dict", EMB__PY_MAP},
                 {"torch.Tensor", EMB__PY_TENSOR},
                 {"torch.nn.Module", EMB__PY_MODULE}};
    if (type->type == EMB__PY_TYPE) {
        return value->type == EMB__PY_MODULE && value->u.object->class == type->u.class;
    }
    if (type->type != EMB__PY_PATH) return false;
    if (value->type == EMB__PY_ROW) {
        return strcmp(type->u.text, value->u.row->fixed ? "tuple" : "list") == 0;
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (value->type == types[i].type && strcmp(types[i].name, type->u.text) == 0) return true;
    }
    static const char nn[] = "torch.nn.";
    return value->type == EMB__PY_MODULE && value->u.object->container == EMB__PY_LAYER &&
           strncmp(type->u.text, nn, sizeof nn - 1) == 0 &&
           strcmp(type->u.text + sizeof nn - 1, value->u.object->layer.kind->name) == 0;
}

static emb_status is_instance(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    const emb__py_value *type = a->arguments->count > 1 ? &a->arguments->items[1] : NULL;
    if (!type || a->first->type == EMB__PY_UNKNOWN)
        return emb__py_asked_unknown(py, a, "isinstance()", out);
    bool is = type->type != EMB__PY_ROW && is_of(a->first, type);
    for (int i = 0; type->type == EMB__PY_ROW && i < type->u.row->count; i++) {
        is = is || is_of(a->first, &type->u.row->items[i]);
    }
    *out = emb__py_bool(is);
    return EMB_OK;
}

/* ArgumentParser() is a dict, which add_argument fills. */
static emb_status parser(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    (void)a;
    emb__py_map *map = emb__py_map_new(py);
    *out = (emb__py_value){.type = EMB__PY_MAP, .u.map = map};
    return map ? EMB_OK : emb__last_status();
}

static emb_status initial(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    (void)a;
    *out = emb__py_none();
    if (!py->loose) emb__py_note_weights(py);
    return EMB_OK;
}

/* torch.cuda.is_available(): of what is not there when embudo runs. */
static emb_status no(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    (void)py, (void)a;
    *out = emb__py_bool(false);
    return EMB_OK;
}

static const struct {
    const char *path;
    builtin *run;
} builtins[] = {
    {"len", length},
    {"range", range},
    {"int", to_int},
    {"float", to_float},
    {"bool", to_bool},
    {"str", to_str},
    {"max", largest},
    {"min", smallest},
    {"sum", sum},
    {"abs", absolute},
    {"round", nearest},
    {"math.prod", product},
    {"numpy.prod", product},
    {"numpy.product", product},
    {"math.floor", round_down},
    {"numpy.floor", round_down},
    {"math.ceil", round_up},
    {"numpy.ceil", round_up},
    {"math.sqrt", root},
    {"numpy.sqrt", root},
    {"math.log2", binary_log},
    {"numpy.log2", binary_log},
    {"math.log", natural_log},
    {"numpy.log", natural_log},
    {"list", emb__py_to_list},
    {"tuple", emb__py_to_tuple},
    {"set", emb__py_to_list},
    {"torch.Size", emb__py_to_tuple},
    {"reversed", emb__py_reversed},
    {"zip", emb__py_zip},
    {"enumerate", emb__py_enumerate},
    {"dict", emb__py_to_map},
    {"collections.OrderedDict", emb__py_to_map},
    {"argparse.Namespace", emb__py_to_map},
    {"types.SimpleNamespace", emb__py_to_map},
    {"argparse.ArgumentParser", parser},
    {"print", nothing},
    {"staticmethod", itself},
    {"torch.autograd.Variable", itself},
    {"getattr", get_attribute},
    {"setattr", set_attribute},
    {"hasattr", has_attribute},
    {"isinstance", is_instance},
    {"torch.device", itself},
    {"torch.cuda.is_available", no},
    {"torch.backends.mps.is_available", no},
};

emb_status emb__py_builtin(emb__py *py, int line, const char *path, const emb__py_row *arguments,
                           const emb__py_map *keywords, emb__py_value *out, bool *found) {
    static const char init[] = "torch.nn.init.";
    const emb__py_asked a = {.line = line,
                             .arguments = arguments,
                             .keywords = keywords,
                             .first = arguments->count > 0 ? &arguments->items[0] : NULL};
    *found = true;
    if (strncmp(path, init, sizeof init - 1) == 0) return initial(py, &a, out);
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
        if (strcmp(builtins[i].path, path) == 0) return builtins[i].run(py, &a, out);
    }
    *found = false;
    return EMB_OK;
}
