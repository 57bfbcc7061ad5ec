/* Trying networks with inputs, and telling what would let an image through. See embudo/net.h. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "net/attempt.h"
#include "net/compile.h"
#include "net/describe.h"
#include "net/notation/notation.h"
#include "net/remedy.h"

/* A remedy in words. */
typedef struct told {
    emb_remedy remedy;
    emb_change *changes;
} told;

struct emb_trial {
    emb__spec spec;
    emb__shape written;
    emb_net *net; /* as far as it fits */
    char *error;  /* NULL: it does */
    char *stop;   /* the layer that does not, or NULL */
    int told_count;
    told told[EMB__REMEDIES];
};

static char *copy_text(const char *text) {
    emb__text copy = {0};
    emb__text_add(&copy, "%s", text);
    return copy.bytes;
}

void emb_trial_free(emb_trial *trial) {
    if (!trial) return;
    for (int i = 0; i < trial->told_count; i++) {
        told *t = &trial->told[i];
        for (size_t k = 0; k < t->remedy.count; k++) {
            emb__free((char *)t->changes[k].path);
            emb__free((char *)t->changes[k].before);
            emb__free((char *)t->changes[k].after);
        }
        emb__free(t->changes);
    }
    emb_net_free(trial->net);
    emb__free(trial->error);
    emb__free(trial->stop);
    emb__spec_clear(&trial->spec);
    emb__free(trial);
}

/* An image of this shape as the spec's input: a row of numbers stays one. */
static void set_input(emb__spec *spec, const int input[3]) {
    const int all = input[0] * input[1] * input[2];
    const emb__shape row = {1, {all}}, image = {3, {input[0], input[1], input[2]}};
    const emb__shape *in = spec->input_rank == 1 ? &row : &image;
    spec->input_rank = in->rank;
    memcpy(spec->input, in->d, sizeof spec->input);
}

static char *print_stop(const emb__spec *spec, const emb__layer_spec *layer) {
    emb__text text = {0};
    emb__text_add(&text, "%s.%s ", spec->parts[layer->part], layer->path);
    emb__layer_print(layer, false, &text);
    return text.bytes;
}

static bool start(emb_trial *trial, const char *text, const char *name,
                  const emb_net_options *options, const int *input) {
    emb__spec *spec = &trial->spec;
    if (emb__notation_parse(text, strlen(text), name, options, spec) != EMB_OK) return false;
    trial->written.rank = spec->input_rank;
    memcpy(trial->written.d, spec->input, sizeof trial->written.d);
    if (input) set_input(spec, input);
    emb__try t = emb__try_spec(spec);
    trial->net = t.net;
    if (!t.net || (!t.through && emb__last_status() == EMB_ERR_MEMORY)) return false;
    if (!t.through) trial->error = copy_text(emb_error());
    if (t.module >= 0) trial->stop = print_stop(spec, &spec->layers[t.module]);
    return (t.through || trial->error) && (t.module < 0 || trial->stop) &&
           emb__net_describe(t.net) == EMB_OK;
}

emb_trial *emb_trial_new(const char *text, const char *name, const emb_net_options *options,
                         const int input[3]) {
    EMB__ENTER;
    if (!text || (input && (input[0] < 1 || input[1] < 1 || input[2] < 1 ||
                            (double)input[0] * input[1] * input[2] > EMB__MAX_ELEMENTS))) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_trial_new needs a text and an input of 1 to %d numbers",
                  EMB__MAX_ELEMENTS);
        return NULL;
    }
    if (!emb__net_options_fit(options)) return NULL;
    emb_trial *trial = emb__calloc(1, sizeof *trial);
    if (trial && start(trial, text, name ? name : "network", options, input)) return trial;
    emb_trial_free(trial);
    return NULL;
}

const char *emb_trial_error(const emb_trial *trial) { return trial->error; }

void emb_trial_input_shape(const emb_trial *trial, int shape[3]) {
    emb_net_input_shape(trial->net, shape);
}

size_t emb_trial_layer_count(const emb_trial *trial) { return emb_net_layer_count(trial->net); }

void emb_trial_layer(const emb_trial *trial, size_t i, emb_layer_info *info) {
    emb_net_layer(trial->net, i, info);
}

const char *emb_trial_stop(const emb_trial *trial) { return trial->stop; }

const char *emb_trial_notation(const emb_trial *trial) { return trial->net->notation; }

/* ---- remedies -------------------------------------------------------------------------------- */

static char *print_layer(const emb__layer_spec *layer) {
    emb__text text = {0};
    emb__layer_print(layer, false, &text);
    return text.bytes;
}

/* False without memory. */
static bool tell_change(const emb__spec *from, const emb__layer_spec *a, const emb__layer_spec *b,
                        emb_change *change) {
    change->part = from->parts[a->part];
    change->path = copy_text(a->path);
    change->before = print_layer(a);
    change->after = print_layer(b);
    return change->path && change->before && change->after;
}

static bool is_same_layer(const emb__layer_spec *a, const emb__layer_spec *b) {
    for (int i = 0; i < EMB__MAX_ARGS; i++) {
        if (!emb__arg_same(&a->args[i], &b->args[i])) return false;
    }
    return true;
}

/* Puts the difference between two specs in words; false without memory. */
static bool tell(const emb__spec *from, const emb__remedy *to, told *t) {
    const size_t layers = (size_t)from->layer_count;
    t->changes = emb__calloc(layers, sizeof *t->changes);
    t->remedy.changes = t->changes;
    if (!t->changes) return false;
    for (int i = 0; i < 3 && to->is_input; i++) {
        t->remedy.input[i] = i < to->spec.input_rank ? to->spec.input[i] : 1;
    }
    for (size_t i = 0; i < layers; i++) {
        const emb__layer_spec *a = &from->layers[i], *b = &to->spec.layers[i];
        if (is_same_layer(a, b)) continue;
        emb_change *change = &t->changes[t->remedy.count++];
        if (!tell_change(from, a, b, change)) return false;
    }
    return true;
}

emb_status emb_trial_seek(emb_trial *trial) {
    EMB__ENTER;
    emb__remedy found[EMB__REMEDIES] = {0};
    if (!trial->error || trial->told_count > 0) return EMB_OK;
    const int count = emb__remedies_find(&trial->spec, &trial->written, found);
    bool good = true;
    for (int i = 0; i < count && good; i++) {
        good = tell(&trial->spec, &found[i], &trial->told[trial->told_count++]);
    }
    for (int i = 0; i < count; i++) emb__spec_clear(&found[i].spec);
    return good ? EMB_OK : EMB_ERR_MEMORY;
}

size_t emb_trial_remedy_count(const emb_trial *trial) { return (size_t)trial->told_count; }

const emb_remedy *emb_trial_remedy(const emb_trial *trial, size_t i) {
    return &trial->told[i].remedy;
}
