/* The notation, printed. See notation.h. */
#include <limits.h>
#include <string.h>

#include "base/entry.h"
#include "codec/number.h"
#include "net/layer.h"
#include "net/layers/kinds.h"
#include "net/notation/notation.h"

static void print_reals(const emb__arg *arg, emb__text *out) {
    char number[EMB__REPR_ROOM];
    const bool one = arg->real == arg->second;
    emb__text_add(out, "%s%s", one ? "" : "(", emb__number_repr(arg->real, number));
    if (!one) emb__text_add(out, ", %s)", emb__number_repr(arg->second, number));
}

/* A pair prints as one number if both are equal, as PyTorch's users write it. */
void emb__arg_print(const emb__arg_kind *kind, const emb__arg *arg, emb__text *out) {
    char number[EMB__REPR_ROOM];
    if (arg->is_none) {
        emb__text_add(out, "None");
        return;
    }
    if (kind->type == EMB__BOOL) {
        emb__text_add(out, "%s", arg->v[0] ? "True" : "False");
        return;
    }
    if (kind->type == EMB__REAL) {
        emb__text_add(out, "%s", emb__number_repr(arg->real, number));
        return;
    }
    if (kind->type == EMB__WORD) {
        emb__text_add(out, "'%s'", kind->words[arg->v[0]]);
        return;
    }
    if (kind->type == EMB__REALS) {
        print_reals(arg, out);
        return;
    }
    bool one = kind->type != EMB__SIZES && (kind->type != EMB__DIMS || arg->n == 1);
    for (int i = 1; i < arg->n; i++) one = one && arg->v[i] == arg->v[0];
    if (arg->is_same) {
        emb__text_add(out, "'same'");
        return;
    }
    if (one && (kind->type != EMB__OPEN || arg->v[0] != 0)) {
        emb__text_add(out, "%d", arg->v[0]);
        return;
    }
    for (int i = 0; i < arg->n; i++) {
        emb__text_add(out, "%s", i ? ", " : "(");
        const bool none = kind->type == EMB__OPEN && arg->v[i] == 0;
        if (none) emb__text_add(out, "None");
        if (!none) emb__text_add(out, "%d", arg->v[i]);
    }
    emb__text_add(out, arg->n == 1 ? ",)" : ")");
}

static bool is_default(const emb__arg_kind *kind, const emb__arg *arg) {
    if (kind->required || arg->is_latent || arg->is_same) return false;
    if (arg->is_none || kind->is_none) return arg->is_none && kind->is_none;
    for (int i = 0; i < arg->n; i++) {
        if (arg->v[i] != kind->value) return false;
    }
    return kind->type != EMB__REAL || arg->real == kind->real.value;
}

void emb__layer_print(const emb__layer_spec *layer, bool latent_by_name, emb__text *out) {
    bool by_position = true;
    const char *comma = "";
    emb__text_add(out, "%s(", layer->kind->name);
    for (int i = 0; layer->kind->args[i].name; i++) {
        const emb__arg_kind *kind = &layer->kind->args[i];
        const emb__arg *arg = &layer->args[i];
        if (!kind->required) by_position = false;
        if (is_default(kind, arg)) continue;
        emb__text_add(out, "%s", comma);
        if (!by_position) emb__text_add(out, "%s=", kind->name);
        if (arg->is_latent && latent_by_name) {
            emb__text_add(out, "latent");
        } else {
            emb__arg_print(kind, arg, out);
        }
        comma = ", ";
    }
    if (layer->name[0] && latent_by_name) emb__text_add(out, "%sname='%s'", comma, layer->name);
    emb__text_add(out, ")");
}

/* A container's modules: "body, shortcut=None", or any number of them. */
static void print_children(const emb__layer_kind *kind, emb__text *out) {
    for (const char *const *child = kind->children; child && *child; child++) {
        emb__text_add(out, child == kind->children ? "%s" : ", %s=None", *child);
    }
    if (!kind->children) emb__text_add(out, "...");
}

void emb__usage_print(const emb__layer_kind *kind, emb__text *out) {
    emb__text_add(out, "%s(", kind->name);
    if (kind->is_container) print_children(kind, out);
    for (const emb__arg_kind *arg = kind->args; arg->name; arg++) {
        if (arg > kind->args) emb__text_add(out, ", ");
        emb__text_add(out, "%s", arg->name);
        if (arg->required) continue;
        const emb__arg value = emb__arg_default(arg);
        emb__text_add(out, "=");
        emb__arg_print(arg, &value, out);
    }
    emb__text_add(out, ")");
}

char *emb_net_layer_usage(size_t i) {
    EMB__ENTER;
    const emb__layer_kind *kind = i < INT_MAX ? emb__layer_kind_at((int)i) : NULL;
    if (!kind) return NULL;
    emb__text usage = {0};
    emb__usage_print(kind, &usage);
    if (!usage.failed) return usage.bytes;
    emb__free(usage.bytes);
    return NULL;
}

static bool uses_latent(const emb__spec *spec) {
    for (int i = 0; i < spec->layer_count; i++) {
        for (int arg = 0; arg < EMB__MAX_ARGS; arg++) {
            if (spec->layers[i].args[arg].is_latent) return true;
        }
    }
    return false;
}

static void indent(emb__text *out, int depth) {
    for (int i = 0; i <= depth; i++) emb__text_add(out, "    ");
}

/* The name of a container's child, unless it is the first or has only a number. */
static const char *keyword_of(const emb__spec *spec, int i) {
    int container = i;
    while (container > 0 && spec->layers[container].depth >= spec->layers[i].depth) container--;
    if (spec->layers[i].depth == 0 || !spec->layers[container].kind->children) return NULL;
    const char *name = strrchr(spec->layers[i].path, '.') + 1;
    return strcmp(name, spec->layers[container].kind->children[0]) == 0 ? NULL : name;
}

static void close_containers(int *depth, int to, emb__text *out) {
    while (*depth > to) {
        indent(out, --*depth);
        emb__text_add(out, "),\n");
    }
}

/* A part's modules; one that is deeper than the one before is in it. */
static void print_modules(const emb__spec *spec, int part, emb__text *out) {
    int depth = 0;
    for (int i = 0; i < spec->layer_count + spec->unused_count; i++) {
        const emb__layer_spec *layer = &spec->layers[i];
        if (layer->part != part) continue;
        close_containers(&depth, layer->depth, out);
        indent(out, depth);
        const char *keyword = keyword_of(spec, i);
        if (keyword) emb__text_add(out, "%s=", keyword);
        if (layer->kind->is_container) {
            emb__text_add(out, "%s(\n", layer->kind->name);
            depth++;
            continue;
        }
        emb__layer_print(layer, true, out);
        emb__text_add(out, ",\n");
    }
    close_containers(&depth, 0, out);
}

/* The names of the layers that have a turn, by their turns, each once. */
static void print_order(const emb__spec *spec, emb__text *out) {
    const int all = spec->layer_count + spec->unused_count;
    const char *before = "order = ";
    for (int last = 0;;) {
        const emb__layer_spec *next = NULL;
        for (int i = 0; i < all; i++) {
            const emb__layer_spec *layer = &spec->layers[i];
            if (layer->turn > last && (!next || layer->turn < next->turn)) next = layer;
        }
        if (!next) break;
        last = next->turn;
        if (next->name[0]) {
            emb__text_add(out, "%s'%s'", before, next->name);
        } else {
            emb__text_add(out, "%s'%s.%s'", before, spec->parts[next->part], next->path);
        }
        before = ", ";
    }
    if (*before == ',') emb__text_add(out, "\n");
}

char *emb__notation_print(const emb__spec *spec) {
    emb__text out = {0};
    bool latent = uses_latent(spec);
    if (latent) emb__text_add(&out, "latent = %d\n", spec->latent);
    emb__text_add(&out, latent ? "input  = " : "input = ");
    for (int i = 0; i < spec->input_rank; i++) {
        emb__text_add(&out, "%s%d", i ? ", " : "", spec->input[i]);
    }
    emb__text_add(&out, "\n");
    for (int part = 0; part < spec->part_count; part++) {
        emb__text_add(&out, "%s = Sequential(\n", spec->parts[part]);
        print_modules(spec, part, &out);
        emb__text_add(&out, ")\n");
    }
    if (spec->unused_count > 0) {
        emb__text_add(&out, "unused = Sequential(\n");
        print_modules(spec, spec->part_count, &out);
        emb__text_add(&out, ")\n");
    }
    print_order(spec, &out);
    if (out.failed) {
        emb__free(out.bytes);
        return NULL;
    }
    return out.bytes;
}
