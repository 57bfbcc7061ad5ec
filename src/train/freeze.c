/* See freeze.h. */
#include "train/freeze.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/near_word.h"
#include "base/text.h"
#include "net/graph_gradients.h"

struct emb__frozen {
    bool *layers;              /* [layer_count] */
    emb__gradient_plan *plans; /* [layer_count]: of the net with frozen layers, or without */
    size_t batch_sums;         /* likewise */
    size_t edge_count, *edges; /* numbers at the ends of frozen tensors */
    float *values;             /* [edge_count] */
};

/* ---- which layers ---------------------------------------------------------------------------- */

/* A word of the text: a path, or neighbours of one parent. */
typedef struct word {
    const char *text;
    size_t length; /* of the path; or of the parent's, with its dot */
    bool is_range;
    int first, last;
} word;

enum { FULL_PATH = EMB__NAME_SIZE + EMB__PATH_SIZE };

/* "4" of "4.body.0": -1 if it is no number. */
static int place_of(const char *text) {
    char *end;
    if (*text < '0' || *text > '9') return -1;
    const long place = strtol(text, &end, 10);
    return (*end == '\0' || *end == '.') && place < EMB__MAX_LAYERS ? (int)place : -1;
}

static bool is_meant(const word *w, const emb_net *net, int i, int *place) {
    char full[FULL_PATH];
    const emb__layer_spec *spec = net->layers[i].spec;
    snprintf(full, sizeof full, "%s.%s", net->spec.parts[spec->part], spec->path);
    *place = -1;
    if (strncmp(full, w->text, w->length) != 0) return false;
    if (!w->is_range) return full[w->length] == '\0' || full[w->length] == '.';
    *place = place_of(full + w->length);
    return *place >= w->first && *place <= w->last;
}

/* Reads "3-5" at the end of a word. */
static void read_range(word *w) {
    size_t dot = w->length, dash = w->length;
    while (dot > 0 && w->text[dot - 1] != '.') dot--;
    for (size_t i = dot; i < w->length; i++) {
        if (w->text[i] == '-') dash = i;
    }
    const size_t digits = strspn(w->text + dot, "0123456789");
    const size_t more = dash < w->length ? strspn(w->text + dash + 1, "0123456789") : 0;
    if (dot == 0 || digits == 0 || digits > 4 || dot + digits != dash || more == 0 || more > 4 ||
        dash + 1 + more != w->length) {
        return;
    }
    *w = (word){.text = w->text,
                .length = dot,
                .is_range = true,
                .first = (int)strtol(w->text + dot, NULL, 10),
                .last = (int)strtol(w->text + dash + 1, NULL, 10)};
}

static emb_status freeze_word(const emb_net *net, const char *text, size_t length, bool *layers) {
    word w = {.text = text, .length = length};
    bool first = false, last = false;
    read_range(&w);
    for (int i = 0; i < net->layer_count; i++) {
        int place;
        if (!is_meant(&w, net, i, &place)) continue;
        layers[i] = true;
        first = first || !w.is_range || place == w.first;
        last = last || !w.is_range || place == w.last;
    }
    if (first && last) return EMB_OK;
    emb__near_word near = {.typed = text, .length = length};
    for (int i = 0; i < net->spec.part_count && !w.is_range; i++) {
        emb__near_word_see(&near, net->spec.parts[i]);
    }
    if (near.word) {
        return emb__fail(EMB_ERR_ARGUMENT, "freeze: %s has nothing called '%.*s'; did you mean %s?",
                         net->spec.name, emb__utf8_fit(text, length, 80), text, near.word);
    }
    return emb__fail(EMB_ERR_ARGUMENT,
                     "freeze: %s has nothing called '%.*s'; expected a part (%s) or layers in it, "
                     "such as %s.0 or %s.0-1",
                     net->spec.name, emb__utf8_fit(text, length, 80), text, net->spec.parts[0],
                     net->spec.parts[0], net->spec.parts[0]);
}

/* Words are separated by commas; spaces do not matter. */
static emb_status find_layers(const emb_net *net, const char *text, bool *layers) {
    static const char between[] = ", ";
    emb_status status = EMB_OK;
    for (text += strspn(text, between); *text && status == EMB_OK; text += strspn(text, between)) {
        const size_t length = strcspn(text, between);
        status = freeze_word(net, text, length, layers);
        text += length;
    }
    /* A layer that is run twice is frozen as a whole. */
    for (int i = 0; net->shares && i < net->layer_count; i++) {
        for (int k = 0; k < net->layer_count && net->layers[i].param_count > 0; k++) {
            const emb__layer *a = &net->layers[i], *b = &net->layers[k];
            const bool same = b->param_count > 0 && a->params[0].at == b->params[0].at;
            layers[k] = layers[k] || (same && layers[i]);
        }
    }
    return status;
}

static emb_status check_rest(const emb_net *net, const char *text, const bool *layers) {
    for (int i = 0; i < net->layer_count; i++) {
        for (int p = 0; p < net->layers[i].param_count && !layers[i]; p++) {
            if (!net->layers[i].params[p].is_buffer) return EMB_OK;
        }
    }
    return emb__fail(EMB_ERR_ARGUMENT, "freeze: '%s' leaves nothing of %s to train", text,
                     net->spec.name);
}

/* ---- what follows from it -------------------------------------------------------------------- */

/* The numbers in the first and the last vector of each frozen tensor: 2 * 16 at most. */
static emb_status find_edges(const emb_net *net, emb__frozen *f) {
    f->edges = emb__calloc(2 * EMB__LANES * (size_t)net->tensor_count, sizeof *f->edges);
    if (!f->edges) return EMB_ERR_MEMORY;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        for (int p = 0; p < layer->param_count && f->layers[i]; p++) {
            const emb__param *param = &layer->params[p];
            const size_t first = param->at / EMB__LANES, end = param->at + param->count;
            const size_t last = param->count > 0 ? (end - 1) / EMB__LANES : first;
            if (param->is_buffer) continue;
            for (size_t at = param->at; at < end; at++) {
                if (at / EMB__LANES == first || at / EMB__LANES == last) {
                    f->edges[f->edge_count++] = at;
                } else {
                    at = last * EMB__LANES - 1;
                }
            }
        }
    }
    f->values = emb__calloc(f->edge_count + 1, sizeof *f->values);
    return f->values ? EMB_OK : EMB_ERR_MEMORY;
}

/* The net's plan with these layers frozen. A block needs no more than without, a thread perhaps
 * another buffer. */
static emb_status plan(emb_net *net, emb__frozen *f) {
    const int buffers = net->gradient_count, lasting = net->lasting_count;
    const size_t vectors = net->lasting_vectors;
    bool whole = false;
    for (int i = 0; i < net->layer_count; i++) {
        f->plans[i] = net->layers[i].gradient;
        net->layers[i].frozen = f->layers[i];
        whole = whole || (net->layers[i].kind->batch && !f->layers[i]);
    }
    f->batch_sums = whole ? net->batch_sums : 0;
    const emb_status status = emb__graph_plan_gradients(net);
    for (int i = 0; i < net->layer_count; i++) {
        const emb__gradient_plan own = f->plans[i];
        f->plans[i] = net->layers[i].gradient;
        net->layers[i].gradient = own;
        net->layers[i].frozen = false;
    }
    /* What no longer lasts is a thread's. */
    if (net->gradient_count < buffers) net->gradient_count = buffers;
    net->lasting_count = lasting;
    net->lasting_vectors = vectors;
    return status;
}

emb_status emb__frozen_new(emb_net *net, const char *text, emb__frozen **frozen) {
    if (strspn(text, ", ") == strlen(text)) return EMB_OK;
    const size_t count = (size_t)net->layer_count;
    emb__frozen *f = *frozen = emb__calloc(1, sizeof *f);
    if (!f) return EMB_ERR_MEMORY;
    f->layers = emb__calloc(count, sizeof *f->layers);
    f->plans = emb__calloc(count, sizeof *f->plans);
    if (!f->layers || !f->plans) return EMB_ERR_MEMORY;
    emb_status status = find_layers(net, text, f->layers);
    if (status == EMB_OK) status = check_rest(net, text, f->layers);
    if (status == EMB_OK) status = find_edges(net, f);
    return status == EMB_OK ? plan(net, f) : status;
}

void emb__frozen_free(emb__frozen *f) {
    if (!f) return;
    emb__free(f->layers);
    emb__free(f->plans);
    emb__free(f->edges);
    emb__free(f->values);
    emb__free(f);
}

/* ---- a step ---------------------------------------------------------------------------------- */

void emb__frozen_exchange(emb__frozen *f, emb_net *net) {
    if (!f) return;
    const size_t sums = net->batch_sums;
    net->batch_sums = f->batch_sums;
    f->batch_sums = sums;
    for (int i = 0; i < net->layer_count; i++) {
        emb__layer *layer = &net->layers[i];
        const emb__gradient_plan gradient = layer->gradient;
        layer->gradient = f->plans[i];
        f->plans[i] = gradient;
        layer->frozen = !layer->frozen && f->layers[i];
    }
}

void emb__frozen_keep(emb__frozen *f, const float *params) {
    for (size_t i = 0; f && i < f->edge_count; i++) f->values[i] = params[f->edges[i]];
}

void emb__frozen_put(const emb__frozen *f, float *params) {
    for (size_t i = 0; f && i < f->edge_count; i++) params[f->edges[i]] = f->values[i];
}

void emb__frozen_clear(const emb__frozen *f, float *numbers) {
    for (size_t i = 0; f && i < f->edge_count; i++) numbers[f->edges[i]] = 0;
}
