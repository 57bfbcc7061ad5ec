/* See py_trace.h. */
#include "net/python/py_trace.h"

#include <stdio.h>
#include <string.h>

#include "net/layers/kind_rows.h"
#include "net/python/py_forward.h"
#include "net/python/py_layer.h"
#include "net/python/py_shape.h"

/* ---- names ----------------------------------------------------------------------------------- */

static emb_status add_layer(emb__py *py, emb__py_members *members, emb__py_object *object) {
    if (members->count == members->capacity) {
        const int grown = members->capacity ? 2 * members->capacity : 32;
        emb__py_object **layers = emb__py_alloc(&py->arena, (size_t)grown * sizeof(void *));
        if (!layers) return emb__last_status();
        if (members->count > 0) {
            memcpy(layers, members->layers, (size_t)members->count * sizeof(void *));
        }
        members->layers = layers;
        members->capacity = grown;
    }
    members->layers[members->count++] = object;
    return EMB_OK;
}

/* A member that embudo has not and the state dict has. */
static void note_unknown(emb__py_members *members, const char *path, const emb__py_value *value) {
    if (members->unknown || !value->in_state) return;
    members->unknown = path;
    members->unknown_why = value->u.text;
    members->unknown_line = value->line;
}

/* One more name of a layer that stands in the class twice. Of an activation there may be many, and
 * nobody needs them: what is too long for a layer's name is not made longer. */
static emb_status add_name(emb__py *py, emb__py_object *object, const char *path) {
    if (object->also && strlen(object->also) >= EMB__PATH_SIZE) return EMB_OK;
    object->also = emb__py_print(py, "%s %s", object->also ? object->also : "", path);
    return object->also ? EMB_OK : emb__last_status();
}

/* Names an object's modules as its state dict does; the first name that each has is its path. */
static emb_status name_members(emb__py *py, emb__py_object *object, const char *path, int depth,
                               emb__py_members *members) {
    const bool again = object->path != NULL;
    emb_status status = emb__py_enter(py, object->line);
    emb__py_leave(py);
    if (status == EMB_OK && depth > EMB__PY_NESTING) {
        status = emb__py_fail(py->source, object->line, "modules within one another without end");
    }
    if (status != EMB_OK) return status;
    if (again && object->container == EMB__PY_LAYER) return add_name(py, object, path);
    if (!again) {
        object->path = path;
        object->also = NULL;
        object->used = false;
    }
    if (object->container == EMB__PY_LAYER) return add_layer(py, members, object);
    for (int i = 0; i < object->names.count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &object->names.entries[i];
        emb__py_object *child = entry->value.u.object;
        if (entry->value.type != EMB__PY_MODULE && entry->value.type != EMB__PY_UNKNOWN) continue;
        const char *name = emb__py_print(py, "%s%s%s", path, *path ? "." : "", entry->key.u.text);
        if (!name) return emb__last_status();
        if (entry->value.type == EMB__PY_UNKNOWN) {
            note_unknown(members, name, &entry->value);
        } else if (!child->class || child->class->is_module) {
            status = name_members(py, child, name, depth + 1, members);
        }
    }
    return status;
}

/* Takes names off that an attempt before has given. */
static void forget_names(emb__py_object *object, int depth) {
    if (depth > EMB__PY_NESTING) return;
    object->path = NULL;
    for (int i = 0; i < object->names.count; i++) {
        const emb__py_value *value = &object->names.entries[i].value;
        if (value->type == EMB__PY_MODULE && value->u.object->path) {
            forget_names(value->u.object, depth + 1);
        }
    }
}

/* ---- what forward gives ---------------------------------------------------------------------- */

enum { RESULTS = 16 };

/* Tensors of a value: itself, or those of a tuple or a dict. */
static void collect(const emb__py *py, const emb__py_value *value, int depth, int *steps,
                    int *count) {
    if (value->type == EMB__PY_TENSOR && *count < RESULTS) {
        steps[(*count)++] = emb__py_step_of(py, value);
    }
    for (int i = 0; value->type == EMB__PY_ROW && depth > 0 && i < value->u.row->count; i++) {
        collect(py, &value->u.row->items[i], depth - 1, steps, count);
    }
    const bool data =
        value->type == EMB__PY_MODULE && value->u.object->class && value->u.object->class->is_data;
    for (int i = 0; data && depth > 0 && i < value->u.object->names.count; i++) {
        collect(py, &value->u.object->names.entries[i].value, depth - 1, steps, count);
    }
    for (int i = 0; value->type == EMB__PY_MAP && depth > 0 && i < value->u.map->count; i++) {
        collect(py, &value->u.map->entries[i].value, depth - 1, steps, count);
    }
}

/* ---- where the code is ----------------------------------------------------------------------- */

void emb__py_dominators(const emb__py *py, int *before) {
    before[0] = -1;
    for (int i = 1; i < py->trace_count; i++) {
        const emb__py_step *step = &py->trace[i];
        int common = step->inputs[0];
        for (int k = 1; k < step->input_count; k++) {
            int other = step->inputs[k];
            while (common != other) {
                if (common > other) common = before[common];
                if (other > common) other = before[other];
            }
        }
        before[i] = common;
    }
}

/* Whether every way to `end` goes through the step. */
static bool is_cut(const int *before, int end, int step) {
    for (int i = end; i > 0; i = before[i]) {
        if (i == step) return i != end;
    }
    return false;
}

/* "encoder", "Encode", "codificador" */
static bool names_encoder(const char *name) {
    static const char *const begins[] = {"enc", "codif"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        size_t same = 0;
        const char *at = name + (*name == '_');
        while (begins[i][same] && (at[same] | 0x20) == begins[i][same]) same++;
        if (!begins[i][same]) return true;
    }
    return false;
}

/* The end of what is called an encoder; -1: nothing is. */
static int marked_code(const emb__py *py, const int *before, int end) {
    int found = -1, depth = 0;
    for (int i = 0; i < py->mark_count; i++) {
        const emb__py_mark *mark = &py->marks[i];
        if (!names_encoder(mark->name) || !is_cut(before, end, mark->step)) continue;
        if (found >= 0 && mark->depth > depth) continue;
        found = mark->step;
        depth = mark->depth;
    }
    return found;
}

/* The narrowest step; of neighbours that are as narrow, the last that is not only another way to
 * look at the same numbers, and of others the first. 0 if there is no step between the input and
 * the end. */
static int narrowest(const emb__py *py, const int *before, int end) {
    int found = 0, last = 0; /* last: of the neighbours as narrow as `found`, towards the end */
    size_t least = SIZE_MAX;
    int after = end;
    for (int i = before[end]; i > 0; after = i, i = before[i]) {
        const emb__py_step *step = &py->trace[i];
        const size_t count = emb__shape_count(&step->out);
        if (step->out.rank != 1 && step->out.rank != 3) continue;
        const bool neighbour = found > 0 && count == least && after == last;
        if (count > least) continue;
        if (!neighbour || py->trace[found].layer.kind->alias) found = i;
        last = i;
        least = count;
    }
    return found;
}

static size_t numbers(const emb__py *py, int step) {
    return emb__shape_count(&py->trace[step].out);
}

/* `image`: the step that was returned as the reconstruction. */
static emb_status find_code(emb__py *py, const int *steps, int count, int image,
                            emb__py_traced *traced) {
    int *before = emb__py_alloc(&py->arena, (size_t)py->trace_count * sizeof *before);
    if (!before) return emb__last_status();
    emb__py_dominators(py, before);
    int found = -1;
    for (int i = 0; i < count; i++) {
        if (steps[i] == image || !is_cut(before, traced->end, steps[i])) continue;
        if (found < 0 ||
            emb__shape_count(&py->trace[steps[i]].out) < emb__shape_count(&py->trace[found].out)) {
            found = steps[i];
        }
    }
    /* A code that is drawn is the code, whatever else is returned. */
    for (int i = before[traced->end]; i > 0; i = before[i]) {
        if (py->trace[i].layer.kind == &emb__variational) found = i;
    }
    const int narrow = narrowest(py, before, traced->end);
    if (found < 0) {
        /* What is called an encoder may end before the code does: enc_conv, then enc_fc. */
        found = marked_code(py, before, traced->end);
        if (found >= 0 && narrow > found && numbers(py, narrow) < numbers(py, found)) found = -1;
    }
    traced->code = found >= 0 ? found : narrow;
    if (numbers(py, traced->code) >= emb__shape_count(&traced->input)) {
        emb__py_note(py, "the code is no smaller than an image: nothing makes it narrower");
    }
    return EMB_OK;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static emb_status begin(emb__py *py, const emb__shape *input, bool flattened, emb__py_value *in) {
    py->trace_count = py->mark_count = py->calls = py->samples = py->by_training = 0;
    py->tracing = true;
    py->depth = 0;
    emb_status status = emb__py_apply(py, 0, NULL, NULL, NULL, 0, in);
    if (status != EMB_OK) return status;
    py->trace[0].out = *input;
    if (!flattened) return EMB_OK;
    const emb__py_value image = *in;
    const emb__shape row = {.rank = 1, .d = {(int)emb__shape_count(input)}};
    return emb__py_reshape(py, 0, &image, &row, in);
}

/* What is not known, or not drawn, of the values that forward returns; NULL. */
static const emb__py_value *unknown_of(const emb__py_value *result) {
    const int count = result->type == EMB__PY_ROW   ? result->u.row->count
                      : result->type == EMB__PY_MAP ? result->u.map->count
                                                    : 0;
    for (int i = 0; i < count; i++) {
        const emb__py_value *value = result->type == EMB__PY_ROW ? &result->u.row->items[i]
                                                                 : &result->u.map->entries[i].value;
        if (value->type == EMB__PY_UNKNOWN || value->type == EMB__PY_DRAWN) return value;
    }
    return NULL;
}

/* Sorts the results out: which is the reconstruction, which the code. */
static emb_status judge(emb__py *py, const emb__py_value *result, emb__py_traced *traced) {
    int steps[RESULTS] = {0}, count = 0, end = -1;
    const size_t size = emb__shape_count(&traced->input);
    const int line = traced->root->class ? traced->root->class->line : traced->root->line;
    collect(py, result, 3, steps, &count);
    const emb__py_value *what = unknown_of(result);
    if (count == 0) {
        return emb__py_need(py, line, what ? what : result, "forward to return a tensor");
    }
    for (int i = 0; i < count && end < 0; i++) {
        if (!emb__py_is_image(py, steps[i]) && emb__shape_count(&py->trace[steps[i]].out) == size) {
            end = steps[i];
        }
    }
    if (end < 0 && what) return emb__py_need(py, line, what, "the image");
    if (py->by_training > 0 && py->samples == 0) {
        return emb__py_fail(
            py->source, py->by_training,
            "forward does one thing in training and another in evaluation, which is "
            "not followed");
    }
    traced->role = EMB__PY_AUTOENCODER;
    if (end < 0) {
        const emb__shape *out = &py->trace[steps[0]].out;
        traced->end = steps[0];
        traced->role =
            out->rank == 1 && out->d[0] >= 2 && out->d[0] <= EMB_MAX_CLASSES && count == 1
                ? EMB__PY_CLASSIFIER
                : EMB__PY_OTHER_ROLE;
        return EMB_OK;
    }
    const emb__py_value image = {.type = EMB__PY_TENSOR, .u.whole = end};
    emb__py_value shaped;
    emb_status status = emb__py_reshape(py, line, &image, &traced->input, &shaped);
    if (status != EMB_OK) return status;
    traced->end = emb__py_step_of(py, &shaped);
    return find_code(py, steps, count, end, traced);
}

static emb_status trace_way(emb__py *py, emb__py_object *object, emb__py_way way,
                            emb__py_traced *traced) {
    emb__py_value in = emb__py_none(), out = emb__py_none();
    emb_status status = begin(py, &traced->input, traced->flattened, &in);
    if (status == EMB_OK) status = emb__py_go(py, object, way, &in, &out);
    return status == EMB_OK ? judge(py, &out, traced) : status;
}

/* Lightning's forward, if there is one, is what is used afterwards, often the encoder alone. */
static emb_status trace_one(emb__py *py, emb__py_object *object, emb__py_traced *traced) {
    const bool forward = emb__py_has_way(object, EMB__PY_FORWARD);
    emb_status status = EMB_OK;
    if (forward) {
        status = trace_way(py, object, EMB__PY_FORWARD, traced);
        if (status != EMB_OK || traced->role == EMB__PY_AUTOENCODER) return status;
    }
    bool tried = false;
    for (int way = EMB__PY_FORWARD + 1; way < EMB__PY_WAYS; way++) {
        if (!emb__py_has_way(object, (emb__py_way)way)) continue;
        tried = true;
        status = trace_way(py, object, (emb__py_way)way, traced);
        const bool done = status == EMB_OK && traced->role == EMB__PY_AUTOENCODER;
        if (done || emb__py_is_fatal(py, status)) return status;
    }
    if (!forward && !tried) {
        return emb__py_fail(py->source, object->class->line,
                            "%s has no forward, nor an encoder and a decoder to put one after the "
                            "other; expects def forward(self, x)",
                            object->class->name);
    }
    if (!forward || !tried || emb__py_has_way(object, EMB__PY_PARTS)) return status;
    return trace_way(py, object, EMB__PY_FORWARD, traced);
}

static emb_status trace_once(emb__py *py, emb__py_object *first, emb__py_object *second,
                             emb__py_traced *traced) {
    if (!second) return trace_one(py, first, traced);
    emb__py_value in = emb__py_none(), out = emb__py_none();
    int steps[RESULTS] = {0}, count = 0;
    emb_status status = begin(py, &traced->input, traced->flattened, &in);
    if (status == EMB_OK) status = emb__py_go(py, first, EMB__PY_FORWARD, &in, &out);
    if (status != EMB_OK) return status;
    collect(py, &out, 2, steps, &count);
    if (count == 0) return emb__py_need(py, first->line, &out, "forward to return a tensor");
    const emb__py_value code = {.type = EMB__PY_TENSOR, .u.whole = steps[0]};
    status = emb__py_mark_add(py, "encoder", &code);
    if (status == EMB_OK) status = emb__py_go(py, second, EMB__PY_FORWARD, &code, &out);
    return status == EMB_OK ? judge(py, &out, traced) : status;
}

/* Images first as they are, then as rows; a row of numbers is one of these. */
static emb_status trace(emb__py *py, emb__py_object *root, emb__py_object *first,
                        emb__py_object *second, const emb__shape *input, emb__py_traced *traced) {
    *traced = (emb__py_traced){.root = root, .input = *input};
    forget_names(root, 0);
    emb_status status = name_members(py, root, "", 0, &traced->members);
    if (status != EMB_OK) return status;
    status = trace_once(py, first, second, traced);
    if (status == EMB_OK || status == EMB_ERR_MEMORY || input->rank == 1) return status;
    char why[1024];
    snprintf(why, sizeof why, "%s", emb_error());
    const int came = py->trace_count; /* how far an image comes */
    traced->flattened = true;
    const emb_status as_row = trace_once(py, first, second, traced);
    if (as_row == EMB_OK && traced->role == EMB__PY_AUTOENCODER) return EMB_OK;
    if (as_row != EMB_OK && py->trace_count > came + 1) return as_row; /* beside its Flatten */
    traced->flattened = false;
    return emb__fail(status, "%s", why);
}

emb_status emb__py_trace(emb__py *py, emb__py_object *root, const emb__shape *input,
                         emb__py_traced *traced) {
    return trace(py, root, root, NULL, input, traced);
}

emb_status emb__py_trace_both(emb__py *py, emb__py_object *first, emb__py_object *second,
                              bool numbered, const emb__shape *input, emb__py_traced *traced) {
    emb__py_object *root = emb__py_object_new(py, NULL, EMB__PY_NO_CONTAINER, first->line);
    if (!root) return emb__last_status();
    const emb__py_value parts[2] = {{.type = EMB__PY_MODULE, .u.object = first},
                                    {.type = EMB__PY_MODULE, .u.object = second}};
    emb_status status = emb__py_set(py, &root->names, numbered ? "0" : "encoder", &parts[0]);
    if (status == EMB_OK)
        status = emb__py_set(py, &root->names, numbered ? "1" : "decoder", &parts[1]);
    return status == EMB_OK ? trace(py, root, first, second, input, traced) : status;
}
