/* See onnx_net.h. */
#include "base/status.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx_net.h"
#include "net/compile.h"
#include "net/describe.h"
#include "net/layers/kinds.h"
#include "net/notation/notation.h"

/* ---- parts ----------------------------------------------------------------------------------- */

/* The parts, and the number of layers of the first. */
typedef struct cut {
    const char *first, *second; /* names; second NULL: one part */
    int at;
} cut;

/* The number of layers before the narrowest tensor, a flat one if several are as narrow; 0 if none
 * is narrower than the input. What lies in a branch ends no encoder. */
static int narrowest(const emb__onnx_chain *chain, size_t input) {
    int at = 0;
    size_t least = input;
    bool flat = false;
    for (int i = 0, next; (next = emb__onnx_next_own(chain, i)) < chain->layer_count; i = next) {
        const emb__onnx_layer *layer = &chain->layers[i];
        if (layer->count < least ||
            (at > 0 && layer->count == least && (layer->rank == 1 || !flat))) {
            at = next;
            least = layer->count;
            flat = layer->rank == 1;
        }
    }
    return at;
}

/* Whether an Add after the tensor has become part of the layer that makes it. */
static bool is_overtaken(const emb__onnx_chain *chain, const emb__onnx_value *value) {
    for (int i = 0; i < chain->layer_count; i++) {
        const emb__onnx_layer *layer = &chain->layers[i];
        if (layer->made == value->layers - 1 && layer->spec.kind != &emb__sequential) {
            return (size_t)(value - chain->values) < layer->before;
        }
    }
    return false;
}

/* Whether it lies between two of the network's own layers. */
static bool is_between(const emb__onnx_chain *chain, const emb__onnx_value *value) {
    return value && value->kind == EMB__ONNX_IMAGES && value->layers > 0 &&
           emb__onnx_place_of(chain, value->layers) < chain->layer_count;
}

static emb_status find_code(const emb__onnx_chain *chain, const char *name, int *at) {
    const emb__onnx_value *value = emb__onnx_find(chain, name);
    if (!is_between(chain, value)) {
        return emb__onnx_fail_of(chain, "name one that is there (--code)",
                                 "has no tensor between its layers called", name);
    }
    if (is_overtaken(chain, value)) {
        return emb__onnx_fail_of(chain, "name the tensor behind the bias (--code)",
                                 "adds a bias after the tensor that should end the encoder,", name);
    }
    *at = emb__onnx_place_of(chain, value->layers);
    return EMB_OK;
}

static bool names_code(const emb__onnx_chain *chain) {
    const emb__onnx_value *value = emb__onnx_find(chain, "code");
    return is_between(chain, value) && !is_overtaken(chain, value);
}

/* Whether the model takes an image and gives its numbers in a row, in the layers' order, as
 * autoencoders that compare flat numbers do. An output called code or logits is not an image. */
static bool gives_flat_image(const emb__onnx_chain *chain) {
    const emb__onnx_value *input = &chain->input, *head = &chain->head;
    const char *name = emb__onnx_text(head->name);
    return input->rank == 3 && head->rank == 1 &&
           emb__onnx_count(1, head->d) == emb__onnx_count(3, input->d) &&
           (chain->channels_at <= 0 || input->d[0] == 1) && strcmp(name, "code") != 0 &&
           strcmp(name, "logits") != 0;
}

/* Adds an Unflatten, so that the autoencoder gives images. */
static emb_status make_image(emb__onnx_chain *chain) {
    const emb__onnx_value *input = &chain->input;
    emb__onnx_layer *layer = emb__onnx_layer_new(chain, &emb__unflatten);
    if (!layer) return emb__last_status();
    emb__onnx_set(layer, "dim", 1);
    emb__onnx_set_all(layer, "unflattened_size", 3, input->d);
    layer->rank = 3;
    layer->count = emb__onnx_count(3, input->d);
    emb__onnx_note(chain,
                   "it gives an image's numbers in a row; here they are %lldx%lldx%lld again",
                   (long long)input->d[0], (long long)input->d[1], (long long)input->d[2]);
    return EMB_OK;
}

/* Whether the input and the output have one shape. */
static bool gives_its_shape(const emb__onnx_chain *chain) {
    const emb__onnx_value *input = &chain->input, *head = &chain->head;
    return input->rank == head->rank &&
           memcmp(input->d, head->d, (size_t)input->rank * sizeof *input->d) == 0;
}

bool emb__onnx_reconstructs(const emb__onnx_chain *chain, const emb_import_options *options) {
    if (options && options->part && !options->code) return false;
    if (chain->said != EMB__ONNX_UNKNOWN) return chain->said == EMB__ONNX_AUTOENCODER;
    return !chain->drops_logits_end && (gives_its_shape(chain) || gives_flat_image(chain));
}

/* The part that the whole model is, if that is known; NULL: it may have two, or its ends decide. */
static const char *one_part(const emb__onnx_chain *chain, const emb_import_options *options) {
    if (options && options->code) return NULL;
    if (options && options->part) return options->part;
    return chain->said == EMB__ONNX_ENCODER   ? "encoder"
           : chain->said == EMB__ONNX_DECODER ? "decoder"
           : chain->said == EMB__ONNX_HEAD    ? "classifier"
                                              : NULL;
}

/* A guess may be wrong; then there is more to say than what a classifier must be. */
static emb_status check_classes(const emb__onnx_chain *chain) {
    const size_t count = emb__onnx_count(chain->head.rank, chain->head.d);
    if (count >= 2 && count <= EMB_MAX_CLASSES) return EMB_OK;
    return emb__onnx_fail_of(chain, "use --part encoder if it is an encoder",
                             "ends as a classifier does, which here has 2 to 256 classes, in",
                             emb__onnx_text(chain->head.name));
}

static emb_status choose_parts(emb__onnx_chain *chain, const emb_import_options *options,
                               cut *parts) {
    const emb__onnx_value *input = &chain->input;
    const size_t ins = emb__onnx_count(input->rank, input->d);
    const bool same = emb__onnx_reconstructs(chain, options);
    const bool logits = chain->said == EMB__ONNX_CLASSIFIER || chain->drops_logits_end ||
                        strcmp(emb__onnx_text(chain->head.name), "logits") == 0;
    const char *code = options && options->code ? options->code : names_code(chain) ? "code" : NULL;
    const char *part = one_part(chain, options);
    *parts = (cut){part ? part : "encoder", NULL, chain->layer_count};
    if (part) return EMB_OK;
    int at = same ? narrowest(chain, ins) : 0;
    emb_status status = code ? find_code(chain, code, &at) : EMB_OK;
    if (status == EMB_OK && at > 0 && same && !gives_its_shape(chain)) status = make_image(chain);
    if (status == EMB_OK && logits) status = check_classes(chain);
    if (status != EMB_OK) return status;
    if (at > 0) {
        *parts = (cut){"encoder", same ? "decoder" : "classifier", at};
    } else if (logits) {
        parts->first = "classifier";
    } else if (strcmp(emb__onnx_text(input->name), "code") == 0 ||
               (input->rank == 1 && chain->head.rank == 3)) {
        parts->first = "decoder";
    }
    return EMB_OK;
}

/* ---- the network ----------------------------------------------------------------------------- */

/* The spec of the layers; its own are to be freed. */
static emb_status make_spec(const emb__onnx_chain *chain, const cut *parts, emb__spec *spec) {
    const emb__onnx_value *input = &chain->input;
    const size_t count = (size_t)chain->layer_count;
    *spec = (emb__spec){.input_rank = input->rank, .part_count = parts->second ? 2 : 1};
    for (int i = 0; i < input->rank; i++) spec->input[i] = (int)input->d[i]; /* bounded when read */
    snprintf(spec->parts[0], sizeof *spec->parts, "%s", parts->first);
    if (parts->second) snprintf(spec->parts[1], sizeof *spec->parts, "%s", parts->second);
    spec->layers = emb__calloc(count, sizeof *spec->layers);
    if (!spec->layers) return EMB_ERR_MEMORY;
    spec->layer_count = chain->layer_count;
    for (int i = 0; i < chain->layer_count; i++) {
        const emb__onnx_layer *layer = &chain->layers[i];
        emb__layer_spec *made = &spec->layers[i];
        *made = layer->spec;
        made->part = parts->second && i >= parts->at;
        for (int k = 0; emb__onnx_multiplies(layer) && made->kind->args[k].name; k++) {
            if (strcmp(made->kind->args[k].name, "bias") == 0) {
                made->args[k].v[0] = layer->weights[1] != NULL;
            }
            if (strcmp(made->kind->args[k].name, "affine") == 0) {
                made->args[k].v[0] = !emb__onnx_is_plain(layer);
            }
        }
    }
    return EMB_OK;
}

/* The layers' notation, which its own parser then checks: it is the judge of ranges and shapes. */
static char *make_notation(const emb__onnx_chain *chain, const cut *parts) {
    emb__spec spec = {0};
    char *text = make_spec(chain, parts, &spec) == EMB_OK ? emb__notation_print(&spec) : NULL;
    emb__spec_clear(&spec);
    return text;
}

/* The chain's layer of the network's. */
static const emb__onnx_layer *source_of(const emb__onnx_chain *chain, const emb_net *net, int i) {
    return &chain->layers[net->layers[i].spec - net->spec.layers];
}

/* Checks that the weights fit a network that is not planned yet. */
static emb_status check_weights(const emb__onnx_chain *chain, const emb_net *net) {
    if (net->spec.layer_count != chain->layer_count) {
        return emb__fail(EMB_ERR_FORMAT, "%s: its layers are not those of its notation; %s",
                         chain->file->path, _(EMB__ONNX_CHECK));
    }
    for (int i = 0; i < net->layer_count; i++) {
        for (int p = 0; p < net->layers[i].param_count; p++) {
            const size_t count = net->layers[i].params[p].count;
            const emb__onnx_layer *layer = source_of(chain, net, i);
            if (!layer->weights[p] || layer->counts[p] != count) {
                return emb__fail(EMB_ERR_FORMAT, "%s: the weights of layer %d do not fit it; %s",
                                 chain->file->path, i, _(EMB__ONNX_CHECK));
            }
            for (size_t k = 0; k < count; k++) {
                if (isfinite(layer->weights[p][k])) continue;
                return emb__fail(EMB_ERR_FORMAT,
                                 "%s: a weight of layer %d is not finite, or is beyond what "
                                 "float32 can hold; train the model again, or export it in float32",
                                 chain->file->path, i);
            }
        }
    }
    return EMB_OK;
}

/* Copies each layer's weights to their places. */
static void put_weights(const emb__onnx_chain *chain, emb_net *net) {
    for (int i = 0; i < net->layer_count; i++) {
        for (int p = 0; p < net->layers[i].param_count; p++) {
            const emb__param *param = &net->layers[i].params[p];
            memcpy(net->params + param->at, source_of(chain, net, i)->weights[p],
                   param->count * sizeof(float));
        }
    }
    emb__net_changed(net);
}

emb_net *emb__onnx_net_make(emb__onnx_chain *chain, const emb_import_options *options) {
    cut parts;
    if (emb__onnx_arrange(chain) != EMB_OK) return NULL;
    if (choose_parts(chain, options, &parts) != EMB_OK) return NULL;
    char *text = make_notation(chain, &parts);
    emb__text name = {0};
    emb__text_add(&name, _("%s (as notation)"), chain->file->path);
    emb_net *net = NULL;
    if (text && !name.failed) net = emb__net_parse_shape(text, strlen(text), name.bytes, NULL);
    emb__free(text);
    emb__free(name.bytes);
    if (net && check_weights(chain, net) != EMB_OK) {
        emb_net_free(net);
        return NULL;
    }
    net = emb__net_complete(net);
    if (net) put_weights(chain, net);
    return net;
}

#endif
