/* See py_graph.h. A step that joins several is the end of branches, which begin at the last step
 * through which all ways to it go. What lies between must be these branches and nothing else. */
#include "net/python/py_graph.h"

#include "base/translate.h"

#include <stdio.h>
#include <string.h>

#include "net/layers/kind_rows.h"
#include "net/unused.h"

typedef struct builder {
    emb__py *py;
    emb__spec *spec;
    int capacity;
    const int *before; /* emb__py_dominators */
    int *owner;        /* of each step: the end of the branch that it was written in; 0: none */
} builder;

/* Where layers are added. */
typedef struct place {
    int part, index, depth;
    const char *path; /* of what they are in */
} place;

static emb__layer_spec *add(builder *b, const place *at, const char *name,
                            const emb__layer_spec *layer, int line) {
    emb__spec *spec = b->spec;
    if (spec->layer_count == EMB__MAX_LAYERS || at->depth >= EMB__MAX_DEPTH) {
        emb__py_fail(b->py->source, line, "expects at most %d layers, and branches at most %d deep",
                     EMB__MAX_LAYERS, EMB__MAX_DEPTH);
        return NULL;
    }
    if (spec->layer_count == b->capacity) {
        const int grown = b->capacity ? 2 * b->capacity : 32;
        emb__layer_spec *layers = emb__realloc(spec->layers, (size_t)grown * sizeof *layers);
        if (!layers) return NULL;
        spec->layers = layers;
        b->capacity = grown;
    }
    emb__layer_spec *made = &spec->layers[spec->layer_count++];
    *made = *layer;
    made->part = at->part;
    made->index = at->index;
    made->depth = at->depth;
    made->line = line;
    if ((size_t)snprintf(made->path, sizeof made->path, "%s%s%s", at->path, *at->path ? "." : "",
                         name) >= sizeof made->path) {
        emb__py_fail(b->py->source, line, "branches that are too deep");
        return NULL;
    }
    return made;
}

/* The names that a layer has in the state dict. */
static emb_status write_names(const builder *b, emb__layer_spec *made,
                              const emb__py_object *object) {
    if ((size_t)snprintf(made->name, sizeof made->name, "%s%s", object->path,
                         object->also ? object->also : "") < sizeof made->name) {
        return EMB_OK;
    }
    return emb__py_fail(b->py->source, object->line,
                        "the names of %.60s in the state dict are longer than %d bytes together",
                        object->path, EMB__PATH_SIZE - 1);
}

/* The state dict's name, if it is not what the place says. */
static emb_status set_name(const builder *b, emb__layer_spec *made, const emb__py_step *step) {
    char usual[EMB__NAME_SIZE + EMB__PATH_SIZE];
    made->name[0] = '\0';
    if (step->object && !step->object->path && step->has_tensors) {
        return emb__py_fail(b->py->source, step->line,
                            "this %s is no member of the class, so PyTorch neither saves nor "
                            "trains it; expects self.NAME = nn.%s(...) in __init__ and, of "
                            "several, an nn.ModuleList or nn.ModuleDict",
                            step->layer.kind->name, step->layer.kind->name);
    }
    if (!step->object || !step->object->path) return EMB_OK;
    step->object->used = true;
    if (step->draws) made->turn = step->object->turn;
    if (!step->has_tensors) return EMB_OK;
    snprintf(usual, sizeof usual, "%s.%s", b->spec->parts[made->part], made->path);
    if (!step->object->also && strcmp(usual, step->object->path) == 0) return EMB_OK;
    return write_names(b, made, step->object);
}

static emb_status crossing(const builder *b, int step) {
    return emb__py_fail(b->py->source, b->py->trace[step].line,
                        "the branches that end here cross others; expects each to begin where the "
                        "others do, and to be read nowhere else");
}

static emb_status add_chain(builder *b, const place *at, int from, int to, int end);

/* A branch as one child: a layer, or a Sequential of several. */
static emb_status add_branch(builder *b, const place *at, const char *name, int from, int to,
                             int end) {
    static const emb__layer_spec sequential = {.kind = &emb__sequential},
                                 identity = {.kind = &emb__identity};
    const emb__py_step *step = &b->py->trace[to];
    if (to == from) return add(b, at, name, &identity, step->line) ? EMB_OK : emb__last_status();
    char path[EMB__PATH_SIZE];
    if (b->before[to] == from && step->input_count == 1 && b->owner[to] == 0) {
        b->owner[to] = end;
        emb__layer_spec *made = add(b, at, name, &step->layer, step->line);
        return made ? set_name(b, made, step) : emb__last_status();
    }
    const emb__layer_spec *made = add(b, at, name, &sequential, step->line);
    if (!made) return emb__last_status();
    snprintf(path, sizeof path, "%s", made->path);
    const place inside = {
        .part = at->part, .index = at->index, .depth = at->depth + 1, .path = path};
    return add_chain(b, &inside, from, to, end);
}

/* A join with the branches that end in it. */
static emb_status add_join(builder *b, const place *at, const char *name, int from, int to) {
    const emb__py_step *step = &b->py->trace[to];
    const bool sum = step->layer.kind == &emb__residual;
    int inputs[EMB__MAX_INPUTS], count = step->input_count;
    memcpy(inputs, step->inputs, sizeof inputs);
    const emb__layer_spec *made = add(b, at, name, &step->layer, step->line);
    if (!made) return emb__last_status();
    char path[EMB__PATH_SIZE];
    snprintf(path, sizeof path, "%s", made->path);
    const place inside = {
        .part = at->part, .index = at->index, .depth = at->depth + 1, .path = path};
    if (sum && inputs[0] == from) { /* x + body(x) */
        inputs[0] = inputs[1];
        inputs[1] = from;
    }
    if (sum && inputs[1] == from) count = 1;
    emb_status status = EMB_OK;
    for (int i = 0; i < count && status == EMB_OK; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        status =
            add_branch(b, &inside, sum ? (i ? "shortcut" : "body") : number, from, inputs[i], to);
    }
    return status;
}

/* The steps behind `from` up to `to`, through which all ways go; each is a child of `at`. */
static emb_status add_chain(builder *b, const place *at, int from, int to, int end) {
    int count = 0;
    for (int i = to; i != from; i = b->before[i]) {
        if (i <= from) return crossing(b, to);
        count++;
    }
    int *steps = emb__py_alloc(&b->py->arena, (size_t)(count + 1) * sizeof *steps);
    if (!steps) return emb__last_status();
    for (int i = to, k = count; i != from; i = b->before[i]) steps[--k] = i;
    emb_status status = EMB_OK;
    for (int k = 0; k < count && status == EMB_OK; k++) {
        const emb__py_step *step = &b->py->trace[steps[k]];
        char number[16];
        place here = *at;
        if (at->depth == 0) here.index = k;
        snprintf(number, sizeof number, "%d", k);
        if (b->owner[steps[k]] != 0) return crossing(b, end);
        b->owner[steps[k]] = end;
        if (step->input_count > 1) {
            status = add_join(b, &here, number, k ? steps[k - 1] : from, steps[k]);
            continue;
        }
        if (step->inputs[0] != (k ? steps[k - 1] : from)) return crossing(b, steps[k]);
        emb__layer_spec *made = add(b, &here, number, &step->layer, step->line);
        status = made ? set_name(b, made, step) : emb__last_status();
    }
    return status;
}

/* ---- layers that forward does not use -------------------------------------------------------- */

/* Adds a member that is not run, if it has tensors. */
static emb_status add_unused(builder *b, const emb__py_object *object, int index,
                             emb__text *names) {
    emb__layer layer = {.kind = object->layer.kind, .spec = &object->layer};
    const place at = {.part = b->spec->part_count, .path = ""};
    if (emb__unused_compile(&layer) != EMB_OK) {
        char why[400];
        snprintf(why, sizeof why, "%s", emb_error());
        return emb__py_fail(b->py->source, object->line, "%s %s %s", object->path, layer.kind->name,
                            why);
    }
    if (layer.param_count == 0) return EMB_OK;
    char number[16];
    snprintf(number, sizeof number, "%d", index);
    emb__layer_spec *made = add(b, &at, number, &object->layer, object->line);
    if (!made) return emb__last_status();
    const emb_status status = write_names(b, made, object);
    if (status != EMB_OK) return status;
    for (int p = 0; p < layer.param_count; p++) {
        if (!layer.params[p].is_constant) made->turn = object->turn;
    }
    /* Those that are not run stand behind the others, which are complete. */
    emb__text_add(names, "%s%s", names->length ? ", " : "", object->path);
    return EMB_OK;
}

static emb_status add_all_unused(builder *b, const emb__py_members *members) {
    emb__text names = {0};
    emb_status status = EMB_OK;
    const int run = b->spec->layer_count;
    snprintf(b->spec->parts[b->spec->part_count], EMB__NAME_SIZE, "unused");
    for (int i = 0; i < members->count && status == EMB_OK; i++) {
        if (!members->layers[i]->used) {
            status = add_unused(b, members->layers[i], b->spec->layer_count - run, &names);
        }
    }
    const int count = b->spec->layer_count - run;
    b->spec->layer_count = run;
    b->spec->unused_count = count;
    if (status == EMB_OK && names.failed) status = EMB_ERR_MEMORY;
    if (status == EMB_OK && count > 0) {
        emb__py_note(b->py,
                     count > 1 ? N_("forward does not use %s: they are kept with the model as they "
                                    "are, and not trained")
                               : N_("forward does not use %s: it is kept with the model as it is, "
                                    "and not trained"),
                     names.bytes);
    }
    emb__free(names.bytes);
    return status;
}

/* Weights are drawn in the order in which the class makes its layers. Where that is the layers' own
 * order, no turns are needed; else they become 1, 2, ... */
static void settle_turns(emb__spec *spec) {
    const int all = spec->layer_count + spec->unused_count;
    int last = 0;
    bool in_order = true;
    for (int i = 0; i < all; i++) {
        const int turn = spec->layers[i].turn;
        bool again = turn == 0;
        for (int k = 0; k < i && !again; k++) again = spec->layers[k].turn == turn;
        if (again) continue;
        in_order = in_order && turn > last;
        last = turn;
    }
    for (int i = 0; i < all && in_order; i++) spec->layers[i].turn = 0;
    for (int number = 1, done = 0; !in_order; number++) {
        int next = 0;
        for (int i = 0; i < all; i++) {
            const int turn = spec->layers[i].turn;
            if (turn > done && (next == 0 || turn < next)) next = turn;
        }
        if (next == 0) break;
        for (int i = 0; i < all; i++) {
            /* Numbers that are given are not above those that are left. */
            if (spec->layers[i].turn == next) spec->layers[i].turn = number;
        }
        done = next;
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static emb_status add_part(builder *b, const char *name, int from, int to) {
    static const emb__layer_spec identity = {.kind = &emb__identity};
    emb__spec *spec = b->spec;
    const place at = {.part = spec->part_count, .path = ""};
    snprintf(spec->parts[spec->part_count++], EMB__NAME_SIZE, "%s", name);
    if (from == to) return add(b, &at, "0", &identity, 0) ? EMB_OK : emb__last_status();
    return add_chain(b, &at, from, to, to);
}

emb_status emb__py_spec(emb__py *py, const emb__py_traced *traced, emb__spec *spec) {
    builder b = {.py = py, .spec = spec};
    int *before = emb__py_alloc(&py->arena, (size_t)py->trace_count * sizeof *before);
    b.owner = emb__py_alloc(&py->arena, (size_t)py->trace_count * sizeof *b.owner);
    if (!before || !b.owner) return emb__last_status();
    emb__py_dominators(py, before);
    b.before = before;
    for (int i = 0; i < traced->members.count; i++) traced->members.layers[i]->used = false;
    spec->input_rank = traced->input.rank;
    memcpy(spec->input, traced->input.d, sizeof spec->input);
    emb_status status;
    if (traced->role == EMB__PY_CLASSIFIER) {
        status = add_part(&b, "classifier", 0, traced->end);
    } else {
        status = add_part(&b, "encoder", 0, traced->code);
        if (status == EMB_OK) status = add_part(&b, "decoder", traced->code, traced->end);
    }
    if (status == EMB_OK) status = add_all_unused(&b, &traced->members);
    if (status == EMB_OK) settle_turns(spec);
    if (status != EMB_OK) emb__spec_clear(spec);
    return status;
}
