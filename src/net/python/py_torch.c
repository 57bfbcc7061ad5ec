/* See py_torch.h. */
#include "net/python/py_torch.h"

#include "base/translate.h"

#include <stdio.h>
#include <string.h>

#include "net/layers/kinds.h"
#include "net/python/py_random.h"
#include "net/python/py_sample.h"
#include "net/python/py_shape.h"

static bool is_true(const emb__py_value *value) {
    return value && value->type == EMB__PY_BOOL && value->u.whole;
}

/* ---- functions that are layers --------------------------------------------------------------- */

/* A function by its name in torch, in functional or as a tensor's method. `order`: the names of its
 * arguments behind the tensor, where they are not the layer's. */
typedef struct function {
    const char *name, *kind;
    const char *order;
} function;

static const function functions[] = {
    {"relu", "ReLU", NULL},
    {"relu6", "ReLU6", NULL},
    {"leaky_relu", "LeakyReLU", NULL},
    {"elu", "ELU", NULL},
    {"selu", "SELU", NULL},
    {"celu", "CELU", NULL},
    {"gelu", "GELU", NULL},
    {"silu", "SiLU", NULL},
    {"mish", "Mish", NULL},
    {"hardswish", "Hardswish", NULL},
    {"hardsigmoid", "Hardsigmoid", NULL},
    {"softsign", "Softsign", NULL},
    {"logsigmoid", "LogSigmoid", NULL},
    {"softplus", "Softplus", NULL},
    {"hardtanh", "Hardtanh", NULL},
    {"tanh", "Tanh", NULL},
    {"sigmoid", "Sigmoid", NULL},
    {"clamp", "Hardtanh", "min_val max_val"}, /* with both ends */
    {"clip", "Hardtanh", "min_val max_val"},
    {"softmax", "Softmax", "dim"},
    {"log_softmax", "LogSoftmax", "dim"},
    {"max_pool2d", "MaxPool2d", "kernel_size stride padding dilation ceil_mode return_indices"},
    {"avg_pool2d", "AvgPool2d", NULL},
    {"adaptive_avg_pool2d", "AdaptiveAvgPool2d", NULL},
    {"adaptive_max_pool2d", "AdaptiveMaxPool2d", NULL},
    {"interpolate", "Upsample", NULL},
    {"upsample", "Upsample", NULL},
    {"pixel_shuffle", "PixelShuffle", NULL},
    {"pixel_unshuffle", "PixelUnshuffle", NULL},
    {"flatten", "Flatten", NULL},
    {"unflatten", "Unflatten", "dim unflattened_size"},
    {"dropout", "Dropout", "p training inplace"},
    {"dropout2d", "Dropout2d", "p training inplace"},
};

/* The name of argument i in a row of names; NULL: there are fewer. */
static const char *name_at(emb__py *py, const char *order, int i) {
    while (order && i-- > 0) {
        order = strchr(order, ' ');
        if (order) order++;
    }
    return order ? emb__py_copy(&py->arena, order, strcspn(order, " ")) : NULL;
}

/* A method's `min` is a layer's `min_val`. */
static const char *layer_name(const char *name) {
    static const char *const names[][2] = {
        {"min", "min_val"}, {"max", "max_val"}, {"axis", "dim"}, {"sizes", "unflattened_size"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i][0], name) == 0) return names[i][1];
    }
    return name;
}

static void note_always_on(emb__py *py, int line) {
    emb__py_note(py,
                 "line %d: a dropout that is always on is taken as one that is off outside of "
                 "training",
                 line);
}

/* Whether an argument changes nothing that is computed. */
static emb_status passed_over(emb__py *py, int line, const char *name, const emb__py_value *value,
                              bool *passed, bool *off) {
    static const char *const nothing[] = {"inplace", "input", "_stacklevel", "antialias", NULL};
    *passed = false;
    for (int i = 0; nothing[i]; i++) *passed = *passed || strcmp(name, nothing[i]) == 0;
    if (strcmp(name, "antialias") == 0 && is_true(value)) *passed = false;
    if (strcmp(name, "training") != 0) return EMB_OK;
    *passed = true;
    if (value->type == EMB__PY_TRAINING) return EMB_OK;
    if (value->type != EMB__PY_BOOL) return emb__py_need(py, line, value, "training=self.training");
    *off = !value->u.whole;
    if (!*off) note_always_on(py, line);
    return EMB_OK;
}

/* The arguments behind the tensor, with names where the function has an order of its own. */
static emb_status sort_arguments(emb__py *py, int line, const function *f,
                                 const emb__py_row *arguments, const emb__py_map *keywords,
                                 emb__py_row *row, emb__py_map *map, bool *off) {
    emb_status status = EMB_OK;
    bool passed;
    for (int i = 1; i < arguments->count && status == EMB_OK; i++) {
        const emb__py_value *value = &arguments->items[i];
        const char *name = f->order ? name_at(py, f->order, i - 1) : NULL;
        if (f->order && !name) {
            return emb__py_fail(py->source, line, "%s gets too many arguments", f->name);
        }
        if (!name) {
            status = emb__py_row_add(py, row, value);
            continue;
        }
        status = passed_over(py, line, name, value, &passed, off);
        if (status == EMB_OK && !passed) status = emb__py_set(py, map, name, value);
    }
    for (int i = 0; i < keywords->count && status == EMB_OK; i++) {
        const char *name = layer_name(keywords->entries[i].key.u.text);
        const emb__py_value *value = &keywords->entries[i].value;
        status = passed_over(py, line, name, value, &passed, off);
        if (status == EMB_OK && !passed) status = emb__py_set(py, map, name, value);
    }
    return status;
}

/* clamp(min=0) is ReLU; a Hardtanh has two ends. */
static emb_status close_ends(emb__py *py, int line, const emb__layer_kind **kind,
                             emb__py_map *map) {
    const emb__py_value *low = emb__py_find(map, "min_val"), *high = emb__py_find(map, "max_val");
    double x;
    if (low && low->type == EMB__PY_NONE) low = NULL;
    if (high && high->type == EMB__PY_NONE) high = NULL;
    if (low && high) return EMB_OK;
    if (!low || !emb__py_number(low, &x) || x != 0) {
        return emb__py_fail(py->source, line,
                            "clamp with one end is followed as clamp(min=0) alone");
    }
    *kind = emb__layer_kind_find("ReLU", strlen("ReLU"));
    map->count = 0;
    return EMB_OK;
}

static emb_status run_function(emb__py *py, int line, const function *f, bool in_place,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out) {
    const emb__py_value *in = emb__py_given(arguments, keywords, 0, "input");
    const emb__layer_kind *kind = emb__layer_kind_find(f->kind, strlen(f->kind));
    bool off = false;
    emb_status status = emb__py_need_tensor(py, line, in, f->name);
    if (status != EMB_OK) return status;
    if (!kind) {
        return emb__py_fail(py->source, line, "%s has no layer in embudo (nn.%s)", f->name,
                            f->kind);
    }
    emb__py_row *row = emb__py_row_new(py, true);
    emb__py_map *map = emb__py_map_new(py);
    if (!row || !map) return emb__last_status();
    status = sort_arguments(py, line, f, arguments, keywords, row, map, &off);
    if (status != EMB_OK) return status;
    *out = *in;
    if (off) return EMB_OK;
    if (strncmp(f->name, "dropout", 7) == 0 && !emb__py_given(arguments, keywords, 2, "training")) {
        note_always_on(py, line); /* training=True is the function's default */
    }
    /* flatten without an argument begins at the batch */
    if (strcmp(f->name, "flatten") == 0 && row->count == 0 && !emb__py_find(map, "start_dim")) {
        return emb__py_fail(py->source, line,
                            "flatten() makes one row of all images; expects flatten(1)");
    }
    emb__layer_spec layer;
    if (f->name[0] == 'c' && f->name[1] == 'l') status = close_ends(py, line, &kind, map);
    if (status == EMB_OK) status = emb__py_layer_read(py, line, kind, row, map, &layer);
    if (status == EMB_OK) status = emb__py_apply(py, line, &layer, NULL, in, 1, out);
    if (status == EMB_OK && (in_place || is_true(emb__py_find(keywords, "inplace")))) {
        status = emb__py_overwrite(py, line, in, out);
    }
    return status;
}

static emb_status sum_of_two(emb__py *py, int line, const emb__py_row *arguments,
                             const emb__py_map *keywords, emb__py_value *out) {
    const emb__py_value *a = emb__py_given(arguments, keywords, 0, "input");
    const emb__py_value *b = emb__py_given(arguments, keywords, 1, "other");
    if (!a || !b || emb__py_given(arguments, keywords, 2, "alpha")) {
        return emb__py_fail(py->source, line, "add expects two tensors");
    }
    return emb__py_sample_binary(py, line, '+', a, b, out);
}

/* ---- all of them ----------------------------------------------------------------------------- */

typedef enum how { SAME, AS, VIEW, SQUEEZE, UNSQUEEZE, SIZE, DIM, CAT, PAD, MEAN, ADD, COUNT } how;

static const struct {
    const char *name;
    how how;
} others[] = {
    {"contiguous", SAME}, {"to", SAME},         {"float", SAME},      {"cuda", SAME},
    {"cpu", SAME},        {"clone", SAME},      {"type", SAME},       {"requires_grad_", SAME},
    {"view_as", AS},      {"reshape_as", AS},   {"view", VIEW},       {"reshape", VIEW},
    {"size", SIZE},       {"squeeze", SQUEEZE}, {"dim", DIM},         {"unsqueeze", UNSQUEEZE},
    {"cat", CAT},         {"concat", CAT},      {"concatenate", CAT}, {"pad", PAD},
    {"mean", MEAN},       {"add", ADD},         {"numel", COUNT},     {"nelement", COUNT},
};

/* Arguments without the first. */
static emb__py_row behind(const emb__py_row *arguments) {
    return (emb__py_row){
        .fixed = true, .count = arguments->count - 1, .items = arguments->items + 1};
}

static emb_status run_other(emb__py *py, int line, how what, const char *name,
                            const emb__py_row *arguments, const emb__py_map *keywords,
                            emb__py_value *out) {
    if (what == CAT) return emb__py_cat(py, line, arguments, keywords, out);
    if (what == PAD) return emb__py_pad(py, line, arguments, keywords, out);
    if (what == ADD) return sum_of_two(py, line, arguments, keywords, out);
    const emb__py_value *in = arguments->count > 0 ? &arguments->items[0] : NULL;
    emb_status status = emb__py_need_tensor(py, line, in, name);
    if (status != EMB_OK || !in) return emb__last_status();
    const emb__py_row rest = behind(arguments);
    const emb__py_value *dim = emb__py_given(&rest, keywords, 0, "dim");
    emb__py_value all;
    switch (what) {
    case VIEW: {
        const emb__py_value *shape = emb__py_find(keywords, "shape");
        const emb__py_row named = {.count = 1, .items = (emb__py_value *)shape};
        return emb__py_view(py, line, in, shape ? &named : &rest, out);
    }
    case AS:
        if (rest.count != 1 || rest.items[0].type != EMB__PY_TENSOR) {
            return emb__py_fail(py->source, line, "%s expects a tensor of the wanted shape", name);
        }
        status = emb__py_sizes(py, &rest.items[0], &all);
        return status == EMB_OK ? emb__py_view(py, line, in, all.u.row, out) : status;
    case SQUEEZE:
    case UNSQUEEZE:
        return emb__py_squeeze(py, line, in, dim, what == UNSQUEEZE, out);
    case MEAN:
        return emb__py_mean(py, line, arguments, keywords, out);
    case COUNT: /* of all images: in forward nobody knows */
        if (py->tracing) return emb__py_unknown(py, line, out, "the numbers of a batch");
        *out = emb__py_int((int64_t)emb__shape_count(emb__py_shape(py, in)));
        return EMB_OK;
    case DIM:
        *out = emb__py_int(emb__py_shape(py, in)->rank + 1);
        return EMB_OK;
    case SIZE:
        status = emb__py_sizes(py, in, &all);
        if (status != EMB_OK || !dim) {
            *out = all;
            return status;
        }
        if (dim->type != EMB__PY_INT) return emb__py_need(py, line, dim, "a dimension");
        if (dim->u.whole >= all.u.row->count || dim->u.whole < -all.u.row->count) {
            return emb__py_fail(py->source, line, "size(%lld): there are %d dimensions",
                                (long long)dim->u.whole, all.u.row->count);
        }
        *out = all.u.row->items[dim->u.whole < 0 ? dim->u.whole + all.u.row->count : dim->u.whole];
        return EMB_OK;
    default:
        *out = *in;
        return EMB_OK;
    }
}

/* Methods that say where a tensor is, or its type. */
static bool moves(const char *name) {
    static const char *const names[] = {"to", "cuda", "cpu", "type", "type_as", NULL};
    int i = 0;
    while (names[i] && strcmp(names[i], name) != 0) i++;
    return names[i];
}

/* Whether x.to(value) still has its numbers: a device, or float32. */
static bool keeps_type(const emb__py_value *value) {
    static const char *const types[] = {"torch.float32", "torch.float", "torch.FloatTensor",
                                        "torch.cuda.FloatTensor"};
    if (value->type != EMB__PY_PATH && value->type != EMB__PY_STR) return true;
    if (strncmp(value->u.text, "torch.", 6) != 0) return true;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(value->u.text, types[i]) == 0) return true;
    }
    return false;
}

emb_status emb__py_torch_call(emb__py *py, int line, const char *name, const emb__py_row *arguments,
                              const emb__py_map *keywords, emb__py_value *out) {
    size_t length = strlen(name);
    bool found;
    emb_status status = emb__py_random_call(py, line, name, arguments, keywords, out, &found);
    if (status != EMB_OK || found) return status;
    const bool elsewhere = moves(name); /* where to is not known, and does not matter */
    for (int i = elsewhere ? 1 : 0; elsewhere && i < arguments->count; i++) {
        if (keeps_type(&arguments->items[i])) continue;
        return emb__py_unknown(py, line, out,
                               "numbers of another type than float32 are not "
                               "followed");
    }
    for (int i = 0; i < (elsewhere ? 1 : arguments->count); i++) {
        *out = arguments->items[i];
        if (out->type == EMB__PY_UNKNOWN) return EMB_OK;
    }
    status = emb__py_sample_call(py, line, name, arguments, keywords, out, &found);
    if (status != EMB_OK || found) return status;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(others[i].name, name) == 0) {
            return run_other(py, line, others[i].how, name, arguments, keywords, out);
        }
    }
    const bool in_place = length > 1 && name[length - 1] == '_' && name[length - 2] != '_';
    if (in_place) length--;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (strncmp(functions[i].name, name, length) == 0 && !functions[i].name[length]) {
            return run_function(py, line, &functions[i], in_place, arguments, keywords, out);
        }
    }
    if (!py->tracing)
        return emb__py_unknown(
            py, line, out,
            "a tensor of the class's own is not followed; expects layers, which bring theirs");
    return emb__py_unknown(py, line, out,
                           "%.60s() of a tensor is not followed: forward may use layers, functions "
                           "that are layers (F.relu, F.max_pool2d, ...), view, flatten, torch.cat "
                           "and +",
                           name);
}

emb_status emb__py_tensor_attribute(emb__py *py, int line, const emb__py_value *tensor,
                                    const char *name, emb__py_value *out) {
    const bool traced = tensor->type == EMB__PY_TENSOR;
    if (strcmp(name, "data") == 0) {
        *out = *tensor;
        return EMB_OK;
    }
    if (traced && strcmp(name, "shape") == 0) return emb__py_sizes(py, tensor, out);
    if (traced && strcmp(name, "ndim") == 0) {
        *out = emb__py_int(emb__py_shape(py, tensor)->rank + 1);
        return EMB_OK;
    }
    if (!traced && strcmp(name, "shape") == 0) return emb__py_sample_sizes(py, tensor, out);
    if (strcmp(name, "device") == 0 || strcmp(name, "dtype") == 0 || strcmp(name, "shape") == 0) {
        return emb__py_unknown(py, line, out, "the tensor's %s", name);
    }
    bool found;
    const emb_status status = emb__py_random_attribute(py, tensor, name, out, &found);
    if (status != EMB_OK || found) return status;
    emb__py_method *method = emb__py_alloc(&py->arena, sizeof *method);
    if (!method) return emb__last_status();
    method->of = *tensor;
    method->name = name;
    *out = (emb__py_value){.type = EMB__PY_METHOD, .u.method = method};
    return EMB_OK;
}

emb_status emb__py_layer_call(emb__py *py, int line, emb__py_object *object,
                              const emb__py_row *arguments, const emb__py_map *keywords,
                              emb__py_value *out) {
    const char *name = object->layer.kind->name;
    const emb__py_value *in = emb__py_given(arguments, keywords, 0, "input");
    for (int i = 0; i < keywords->count; i++) {
        const char *key = keywords->entries[i].key.u.text;
        if (strcmp(key, "input") == 0) continue;
        return emb__py_fail(py->source, line,
                            "%s%s%s gets %.40s=, which is not followed; expects one tensor, and "
                            "all else where the layer is made%s",
                            object->path ? object->path : "", object->path ? " " : "", name, key,
                            strcmp(key, "output_size") == 0 ? _(", such as output_padding=1") : "");
    }
    if (arguments->count > 1) {
        return emb__py_fail(py->source, line, "%s%s%s expects one tensor, gets %d values",
                            object->path ? object->path : "", object->path ? " " : "", name,
                            arguments->count);
    }
    emb_status status = emb__py_need_tensor(py, line, in, name);
    if (status == EMB_OK) status = emb__py_apply(py, line, &object->layer, object, in, 1, out);
    const emb__arg *in_place = emb__layer_arg(&object->layer, "inplace");
    if (status == EMB_OK && in_place && in_place->v[0]) {
        status = emb__py_overwrite(py, line, in, out);
    }
    return status;
}
