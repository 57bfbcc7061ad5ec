/* emb_net_attach: puts a classifier on codes after the encoder that makes them; emb_net_take:
 * weights from another network. */
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "net/compile.h"
#include "net/layers/kind_rows.h"

/* How many of a spec's layers, containers included, are its first part's. */
static int first_part(const emb__spec *spec) {
    int count = 0;
    while (count < spec->layer_count && spec->layers[count].part == 0) count++;
    return count;
}

/* Whether codes are images, such as those of a codebook, which a classifier of rows cannot read. */
static bool needs_flatten(const emb_net *autoencoder) {
    return autoencoder->layers[autoencoder->encoder_end - 1].out.rank != 1;
}

/* Begins part `part` with a Flatten(). */
static void add_flatten(emb__spec *spec, int part) {
    emb__layer_spec *layer = &spec->layers[spec->layer_count++];
    *layer = (emb__layer_spec){.kind = &emb__flatten, .part = part, .path = "0"};
    for (int i = 0; emb__flatten.args[i].name; i++) {
        layer->args[i] = emb__arg_default(&emb__flatten.args[i]);
    }
}

/* One layer stands before it in its part: "3.body.0" becomes "4.body.0". */
static void move_on(emb__layer_spec *layer) {
    char rest[EMB__PATH_SIZE];
    snprintf(rest, sizeof rest, "%s", layer->path + strspn(layer->path, "0123456789"));
    snprintf(layer->path, sizeof layer->path, "%d%.*s", ++layer->index, EMB__PATH_SIZE - 12, rest);
}

/* Copies the first part of `source` to the end of `spec` as its part `part`, behind the layers that
 * this has. */
static void add_part(emb__spec *spec, const emb__spec *source, int part, const char *name) {
    const int begun = spec->layer_count;
    const bool behind = begun > 0 && spec->layers[begun - 1].part == part;
    snprintf(spec->parts[part], sizeof spec->parts[part], "%s", name);
    for (int i = 0; i < first_part(source); i++) {
        emb__layer_spec *layer = &spec->layers[spec->layer_count++];
        *layer = source->layers[i];
        layer->part = part;
        layer->turn = 0;
        if (behind) move_on(layer);
    }
    spec->part_count = part + 1;
}

static emb_status check(const emb_net *autoencoder, const emb_net *classifier) {
    const size_t codes = (size_t)emb_net_latent(autoencoder);
    const size_t wanted = emb__shape_count(&classifier->input);
    emb_status status = emb__net_needs(autoencoder, "encoder");
    if (status == EMB_OK) status = emb__net_needs(classifier, "classifier");
    if (status != EMB_OK) return status;
    if (emb_net_has_part(classifier, "encoder") || classifier->input.rank != 1 || wanted != codes) {
        char text[EMB__SHAPE_TEXT];
        return emb__fail(EMB_ERR_SHAPE, "%s takes %s, expected the codes of %s, %zu numbers",
                         classifier->spec.name, emb__shape_print(&classifier->input, text),
                         autoencoder->spec.name, codes);
    }
    return EMB_OK;
}

/* An argument that is printed as `latent` must have the value that `latent` has in the whole
 * network. */
static void check_latent_names(emb__spec *spec) {
    for (int i = 0; i < spec->layer_count; i++) {
        for (int a = 0; a < EMB__MAX_ARGS; a++) {
            emb__arg *arg = &spec->layers[i].args[a];
            arg->is_latent = arg->is_latent && arg->v[0] == spec->latent;
        }
    }
}

/* Puts the layers of both into one spec. */
static emb_status join(const emb_net *autoencoder, const emb_net *classifier, emb__spec *spec) {
    const emb__spec *encoder = &autoencoder->spec, *head = &classifier->spec;
    const bool flat = needs_flatten(autoencoder);
    const int layers = first_part(encoder) + flat + first_part(head);
    *spec = (emb__spec){.has_latent = encoder->has_latent || head->has_latent,
                        .latent = encoder->has_latent ? encoder->latent : head->latent,
                        .input_rank = encoder->input_rank};
    if (layers > EMB__MAX_LAYERS) {
        return emb__fail(EMB_ERR_SHAPE, "%d layers in all; expected at most %d", layers,
                         EMB__MAX_LAYERS);
    }
    snprintf(spec->name, sizeof spec->name, "%s", encoder->name);
    memcpy(spec->input, encoder->input, sizeof spec->input);
    spec->layers = emb__calloc((size_t)layers, sizeof *spec->layers);
    if (!spec->layers) return EMB_ERR_MEMORY;
    add_part(spec, encoder, 0, "encoder");
    if (flat) add_flatten(spec, 1);
    add_part(spec, head, 1, "classifier");
    check_latent_names(spec);
    return EMB_OK;
}

/* Copies the weights of the layers [from, ...) from a net that has the same ones from its first on.
 */
static void copy_layers(emb_net *net, int from, const emb_net *source, int count) {
    for (int i = 0; i < count; i++) {
        const emb__layer *to = &net->layers[from + i], *of = &source->layers[i];
        for (int p = 0; p < to->param_count; p++) {
            memcpy(net->params + to->params[p].at, source->params + of->params[p].at,
                   to->params[p].count * sizeof *net->params);
        }
    }
}

emb_net *emb_net_attach(const emb_net *autoencoder, const emb_net *classifier) {
    EMB__ENTER;
    emb__spec spec;
    if (check(autoencoder, classifier) != EMB_OK) return NULL;
    if (join(autoencoder, classifier, &spec) != EMB_OK) return NULL;
    emb_net *net = emb__net_compile(&spec);
    if (!net) return NULL;
    copy_layers(net, 0, autoencoder, autoencoder->encoder_end);
    copy_layers(net, net->encoder_end + needs_flatten(autoencoder), classifier,
                classifier->layer_count);
    net->origin = autoencoder->origin;
    emb__net_changed(net);
    return net;
}

static bool same_shape(const emb__param *a, const emb__param *b) {
    return a->rank == b->rank && a->count == b->count && a->is_buffer == b->is_buffer &&
           memcmp(a->d, b->d, sizeof a->d) == 0;
}

size_t emb_net_take(emb_net *net, const emb_net *source) {
    EMB__ENTER;
    size_t taken = 0;
    for (int i = 0; i < net->tensor_count; i++) {
        const emb__param *param = net->tensors[i].param;
        const emb__tensor *from = emb__net_tensor_find(source, net->tensors[i].name);
        if (!from || !same_shape(param, from->param)) continue;
        memcpy(net->params + param->at, source->params + from->param->at,
               param->count * sizeof *net->params);
        taken++;
    }
    emb__net_changed(net);
    return taken;
}
