/* See py_choose.h. */
#include "net/python/py_choose.h"

#include "base/translate.h"
#include "net/python/py_call.h"
#include "net/python/py_names.h"

#include <stdio.h>
#include <string.h>

enum { CANDIDATES = 64, ALL_STEPS = 4 * EMB__PY_STEPS /* of all attempts */ };

/* Classes that may be meant, the likeliest first. */
typedef struct candidates {
    const emb__py_construction *made[CANDIDATES]; /* NULL: the text does not make it */
    emb__py_class *classes[CANDIDATES];
    int count, made_count;
} candidates;

static void add(candidates *c, emb__py_class *class, const emb__py_construction *made) {
    for (int i = 0; i < c->count; i++) {
        if (c->classes[i] == class) return;
    }
    if (c->count == CANDIDATES) return;
    c->classes[c->count] = class;
    c->made[c->count++] = made;
}

/* The class that has this name at the end: a notebook may have defined it several times. */
static emb__py_class *latest(const emb__py *py, const char *name) {
    const emb__py_value *found = emb__py_find(&py->globals->names, name);
    return found && found->type == EMB__PY_TYPE && found->u.class->is_module ? found->u.class
                                                                             : NULL;
}

/* The construction that is meant: of one class, what has a name comes before what is made for one
 * line alone, such as print(AE(16)(x).shape). */
static int meant(const emb__py *py, int i) {
    for (int k = i; k >= 0; k--) {
        if (py->made[k].named && strcmp(py->made[k].class->name, py->made[i].class->name) == 0) {
            return k;
        }
    }
    return i;
}

static void list(const emb__py *py, candidates *c) {
    *c = (candidates){.count = 0};
    for (int i = py->made_count - 1; i >= 0; i--) {
        emb__py_class *class = latest(py, py->made[i].class->name);
        if (class) add(c, class, &py->made[meant(py, i)]);
    }
    c->made_count = c->count;
    for (int i = py->globals->names.count - 1; i >= 0; i--) {
        const emb__py_value *value = &py->globals->names.entries[i].value;
        if (value->type == EMB__PY_TYPE && value->u.class->is_module) {
            add(c, value->u.class, NULL);
        }
    }
}

/* ---- making ---------------------------------------------------------------------------------- */

/* The parameter of a class's __init__ of that name. */
static bool has_parameter(emb__py_class *class, const char *name) {
    emb__py_class *of;
    const emb__py_value *init = emb__py_class_find(class, "__init__", &of);
    if (!init || init->type != EMB__PY_FUNCTION) return false;
    for (const emb__py_node *p = init->u.function->node->list; p; p = p->next) {
        if (!p->sign && strcmp(p->text, name) == 0) return true;
    }
    return false;
}

/* The arguments by their names, so that a setting may take one's place. */
static emb_status name_arguments(emb__py *py, emb__py_class *class,
                                 const emb__py_construction *made, emb__py_row *row,
                                 emb__py_map *map) {
    emb__py_class *of;
    const emb__py_value *init = emb__py_class_find(class, "__init__", &of);
    const emb__py_node *p =
        init && init->type == EMB__PY_FUNCTION ? init->u.function->node->list : NULL;
    emb_status status = EMB_OK;
    if (p) p = p->next; /* self */
    for (int i = 0; made && i < made->arguments->count && status == EMB_OK; i++) {
        const bool named = p && !p->sign;
        if (named && row->count == 0) {
            status = emb__py_set(py, map, p->text, &made->arguments->items[i]);
        } else {
            status = emb__py_row_add(py, row, &made->arguments->items[i]);
        }
        if (named) p = p->next;
    }
    for (int i = 0; made && i < made->keywords->count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &made->keywords->entries[i];
        status = emb__py_set(py, map, entry->key.u.text, &entry->value);
    }
    for (int i = 0; i < py->settings.count && status == EMB_OK; i++) {
        const emb__py_entry *entry = &py->settings.entries[i];
        if (!has_parameter(class, entry->key.u.text)) continue;
        py->settings_used[i] = 1;
        status = emb__py_set(py, map, entry->key.u.text, &entry->value);
    }
    return status;
}

/* A required argument that nobody gives: the advice names the option. */
static emb_status check_required(emb__py *py, emb__py_class *class, const emb__py_row *row,
                                 const emb__py_map *map) {
    emb__py_class *of;
    const emb__py_value *init = emb__py_class_find(class, "__init__", &of);
    if (!init || init->type != EMB__PY_FUNCTION || row->count > 0) return EMB_OK;
    const emb__py_node *p = init->u.function->node->list;
    for (p = p ? p->next : NULL; p; p = p->next) {
        const emb__py_value *value = emb__py_find(map, p->text);
        if (p->sign || p->a || (value && value->type != EMB__PY_UNKNOWN)) continue;
        if (value) {
            return emb__py_fail(py->source,
                                value->line ? value->line : init->u.function->node->line,
                                "%.60s needs a value for '%.60s', and that of the file is not "
                                "known (%.200s); add --set %.60s=...",
                                class->name, p->text, value->u.text, p->text);
        }
        return emb__py_fail(
            py->source, init->u.function->node->line,
            "%.60s needs a value for '%.60s', and nothing in the file makes it; add "
            "--set %.60s=...",
            class->name, p->text, p->text);
    }
    return EMB_OK;
}

/* A construction's values, and its class, as they were. */
static emb_status as_it_was(emb__py *py, const emb__py_construction *made,
                            emb__py_construction *own) {
    *own = *made;
    own->arguments = emb__py_row_copy(py, made->arguments, EMB__PY_COPIED);
    own->keywords = emb__py_map_copy(py, made->keywords, EMB__PY_COPIED);
    const emb__py_map *names = emb__py_map_copy(py, made->names, EMB__PY_COPIED);
    if (!own->arguments || !own->keywords || !names) return emb__last_status();
    made->class->names = *names;
    return EMB_OK;
}

static emb_status make(emb__py *py, emb__py_class *class, const emb__py_construction *made,
                       emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, true);
    emb__py_map *map = emb__py_map_new(py);
    if (!row || !map) return emb__last_status();
    py->loose = py->tracing = false;
    py->trace_count = py->making = 0;
    py->depth = 0;
    py->spent += py->steps;
    py->steps = py->spent > ALL_STEPS ? EMB__PY_STEPS : 0;
    emb__py_construction own; /* what this attempt changes, others do not see */
    emb_status status = made ? as_it_was(py, made, &own) : EMB_OK;
    if (status == EMB_OK) status = name_arguments(py, class, made ? &own : NULL, row, map);
    if (status == EMB_OK) status = check_required(py, class, row, map);
    if (status == EMB_OK) {
        status = emb__py_instantiate(py, made ? made->line : class->line, class, row, map, out);
    }
    return status;
}

/* Those of a class that was tried before. */
static void forget_notes(emb__py *py) {
    py->notes.length = py->notes_kept;
    if (py->notes.bytes) py->notes.bytes[py->notes.length] = '\0';
}

static emb_status try_one(emb__py *py, emb__py_class *class, const emb__py_construction *made,
                          const emb__shape *input, emb__py_traced *traced) {
    emb__py_value out = emb__py_none();
    forget_notes(py);
    const emb_status status = make(py, class, made, &out);
    return status == EMB_OK ? emb__py_trace(py, out.u.object, input, traced) : status;
}

/* ---- choosing -------------------------------------------------------------------------------- */

static emb_status fail_class(const emb__py *py, const char *name, const candidates *c) {
    emb__text names = {0};
    for (int i = 0; i < c->count; i++) {
        emb__text_add(&names, "%s%s", i ? ", " : "", c->classes[i]->name);
    }
    const char *semicolon = py->failed_cell ? "; " : "", *why = py->failed_cell;
    emb_status status =
        c->count
            ? emb__fail(EMB_ERR_FORMAT, "%s: there is no class '%.60s'; it has %s%s%s",
                        py->source->name, name, names.bytes ? names.bytes : "", semicolon,
                        why ? why : "")
            : emb__fail(EMB_ERR_FORMAT, "%s: there is no class '%.60s' that is an nn.Module%s%s",
                        py->source->name, name, semicolon, why ? why : "");
    emb__free(names.bytes);
    return status;
}

/* Whether the text puts modules together, by a class that makes one of these or that is made of
 * modules. */
static bool is_composed(const candidates *c, int a, int b) {
    bool composed = c->classes[a]->is_part || c->classes[b]->is_part;
    for (int i = 0; i < c->made_count; i++) {
        const emb__py_row *row = c->made[i]->arguments;
        const emb__py_map *map = c->made[i]->keywords;
        for (int k = 0; k < row->count; k++) {
            composed = composed || row->items[k].type == EMB__PY_MODULE;
        }
        for (int k = 0; k < map->count; k++) {
            composed = composed || map->entries[k].value.type == EMB__PY_MODULE;
        }
    }
    return composed;
}

/* model = nn.Sequential(Encoder(), Decoder()) */
static bool is_sequence(const emb__py *py, const emb__py_class *a, const emb__py_class *b) {
    const emb__py_row *row = py->sequence;
    return row && row->items[0].u.object->class == a && row->items[1].u.object->class == b;
}

/* An Encoder and a Decoder that the text never puts together, but perhaps in an nn.Sequential: by
 * their shapes. */
static bool try_pairs(emb__py *py, const candidates *c, const emb__shape *input,
                      emb__py_traced *traced) {
    for (int a = 0; a < c->count; a++) {
        for (int b = 0; b < c->count; b++) {
            emb__py_value first, second;
            const bool sequence = a != b && is_sequence(py, c->classes[a], c->classes[b]);
            if (a == b || (!sequence && (c->classes[a]->name[0] | 0x20) != 'e')) continue;
            if (!sequence && is_composed(c, a, b)) continue;
            forget_notes(py);
            if (make(py, c->classes[a], c->made[a], &first) != EMB_OK ||
                make(py, c->classes[b], c->made[b], &second) != EMB_OK ||
                emb__py_trace_both(py, first.u.object, second.u.object, sequence, input, traced) !=
                    EMB_OK ||
                traced->role != EMB__PY_AUTOENCODER) {
                continue;
            }
            if (sequence) return true;
            emb__py_note(py, "the file does not put %s and %s together: %s reads what %s gives",
                         c->classes[a]->name, c->classes[b]->name, c->classes[b]->name,
                         c->classes[a]->name);
            return true;
        }
    }
    return false;
}

/* Whether a network is what the class gives: it gives back its input's shape, and has layers. */
static bool is_autoencoder(emb__py *py, const candidates *c, int i, const emb__shape *input,
                           emb__py_traced *tried) {
    return try_one(py, c->classes[i], c->made[i], input, tried) == EMB_OK &&
           tried->role == EMB__PY_AUTOENCODER && tried->members.count > 0;
}

/* Of classes that the text does not make: the only one that gives back its input's shape and is no
 * part of another; -2: there are several. */
static int only_autoencoder(emb__py *py, const candidates *c, const emb__shape *input) {
    bool good[CANDIDATES] = {false};
    int found = -1, several = 0;
    emb__text names = {0};
    for (int i = c->made_count; i < c->count; i++) {
        emb__py_traced tried;
        good[i] = is_autoencoder(py, c, i, input, &tried);
    }
    for (int i = c->made_count; i < c->count; i++) {
        if (!good[i] || c->classes[i]->is_part) continue;
        emb__text_add(&names, "%s%s", several++ ? ", " : "", c->classes[i]->name);
        found = i;
    }
    if (several > 1) {
        emb__fail(EMB_ERR_FORMAT,
                  "%s: several of its classes may be meant (%s); name one with --class",
                  py->source->name, names.bytes ? names.bytes : "");
        found = -2;
    }
    emb__free(names.bytes);
    return found;
}

/* Goes over the candidates; the first that is made and gives back its input's shape is it. */
static int first_autoencoder(emb__py *py, const candidates *c, const emb__shape *input,
                             emb__py_traced *traced) {
    for (int i = 0; i < c->made_count; i++) {
        if (is_autoencoder(py, c, i, input, traced)) return i;
    }
    const int found = only_autoencoder(py, c, input);
    /* The trace is of the last that was tried. */
    if (found >= 0 && try_one(py, c->classes[found], c->made[found], input, traced) != EMB_OK) {
        return -2;
    }
    return found;
}

static emb_status not_autoencoder(const emb__py *py, const emb__py_traced *traced) {
    char in[EMB__SHAPE_TEXT], out[EMB__SHAPE_TEXT];
    const emb__py_class *class = traced->root->class;
    return emb__py_fail(py->source, class->line,
                        "%s gives %s for an image of %s; expects the image's shape, or a row of "
                        "numbers, one for each class",
                        class->name, emb__shape_print(&py->trace[traced->end].out, out),
                        emb__shape_print(&traced->input, in));
}

emb_status emb__py_choose(emb__py *py, const char *name, const emb__shape *input,
                          emb__py_traced *traced) {
    candidates *c = emb__py_alloc(&py->arena, sizeof *c);
    if (!c) return emb__last_status();
    list(py, c);
    py->notes_kept = py->notes.length;
    int chosen = -1;
    for (int i = 0; name && i < c->count && chosen < 0; i++) {
        if (strcmp(c->classes[i]->name, name) == 0) chosen = i;
    }
    if (name && chosen < 0) return fail_class(py, name, c);
    if (c->count == 0) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: has no class that is an nn.Module%s%s; expects class Net(nn.Module)",
                         py->source->name, py->failed_cell ? "; " : "",
                         py->failed_cell ? py->failed_cell : "");
    }
    if (!name) {
        chosen = first_autoencoder(py, c, input, traced);
        if (chosen >= 0) return EMB_OK;
        if (chosen == -2) return emb__last_status();
        if (try_pairs(py, c, input, traced)) return EMB_OK;
        chosen = 0;
    }
    const emb_status status = try_one(py, c->classes[chosen], c->made[chosen], input, traced);
    if (status != EMB_OK || traced->role != EMB__PY_OTHER_ROLE) return status;
    return not_autoencoder(py, traced);
}
