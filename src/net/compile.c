/* See compile.h. */
#include "net/compile.h"

#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/near_word.h"
#include "net/describe.h"
#include "net/graph.h"
#include "net/graph_gradients.h"
#include "net/notation/notation.h"
#include "net/python/py_read.h"

enum { MOST_ALIASES = 4096 };

/* The most that one network may need. */
static const size_t max_plan_cost = (size_t)1 << 24; /* kernel positions times outputs */

/* Where the next of a layer's names begins; NULL: there is none. */
static const char *next_name(const char *name) {
    name += strcspn(name, " ");
    return *name ? name + 1 : NULL;
}

/* The tensors of a layer under further names that it has. */
static emb_status name_aliases(emb_net *net, const emb__layer *layer) {
    const char *name = layer->spec->name;
    while ((name = next_name(name))) {
        for (int p = 0; p < layer->param_count; p++) {
            char made[EMB__TENSOR_NAME];
            snprintf(made, sizeof made, "%.*s.%s", (int)strcspn(name, " "), name,
                     layer->params[p].role);
            if (emb__net_tensor_find(net, made)) {
                emb__fail(EMB_ERR_SHAPE, "there are two tensors of the name %.200s", made);
                return emb__graph_fail(net, layer);
            }
            emb__tensor *tensor = &net->tensors[net->tensor_count + net->alias_count++];
            memcpy(tensor->name, made, sizeof made);
            tensor->param = &layer->params[p];
        }
    }
    return EMB_OK;
}

static emb_status name_tensors(emb_net *net) {
    const int all = net->layer_count + net->unused_count;
    size_t count = (size_t)net->tensor_count;
    for (int i = 0; i < all; i++) {
        const emb__layer *layer = emb__net_any_layer(net, i);
        if (layer->repeats) continue;
        for (const char *name = layer->spec->name; (name = next_name(name));) {
            count += (size_t)layer->param_count;
        }
    }
    if (count - (size_t)net->tensor_count > MOST_ALIASES) {
        return emb__fail(EMB_ERR_SHAPE, "%s: expects at most %d tensors with a further name",
                         net->spec.name, MOST_ALIASES);
    }
    net->tensors = emb__calloc(count, sizeof *net->tensors);
    if (!net->tensors) return EMB_ERR_MEMORY;
    emb__tensor *tensor = net->tensors;
    for (int i = 0; i < all; i++) {
        const emb__layer *layer = emb__net_any_layer(net, i);
        for (int p = 0; p < layer->param_count && !layer->repeats; p++, tensor++) {
            const emb__layer_spec *spec = layer->spec;
            if (spec->name[0]) {
                snprintf(tensor->name, sizeof tensor->name, "%.*s.%s",
                         (int)strcspn(spec->name, " "), spec->name, layer->params[p].role);
            } else {
                snprintf(tensor->name, sizeof tensor->name, "%s.%s.%s", net->spec.parts[spec->part],
                         spec->path, layer->params[p].role);
            }
            tensor->param = &layer->params[p];
        }
    }
    emb_status status = EMB_OK;
    for (int i = 0; i < all && status == EMB_OK; i++) {
        const emb__layer *layer = emb__net_any_layer(net, i);
        if (!layer->repeats) status = name_aliases(net, layer);
    }
    return status;
}

static bool are_parts(const emb__spec *spec, const char *first, const char *second) {
    return spec->part_count == (second ? 2 : 1) && strcmp(spec->parts[0], first) == 0 &&
           (!second || strcmp(spec->parts[1], second) == 0);
}

static emb_status check_classifier(const emb_net *net) {
    const emb__shape *out = &net->layers[net->layer_count - 1].out;
    if (out->rank == 1 && out->d[0] >= 2 && out->d[0] <= EMB_MAX_CLASSES) return EMB_OK;
    char made[EMB__SHAPE_TEXT];
    return emb__fail(EMB_ERR_SHAPE, "%s: the classifier gives %s, expected 2 to %d numbers",
                     net->spec.name, emb__shape_print(out, made), EMB_MAX_CLASSES);
}

/* The output of a part must be a row of numbers or an image. */
static emb_status check_end(const emb_net *net, const emb__shape *out, const char *part) {
    char made[EMB__SHAPE_TEXT];
    if (out->rank == 1 || out->rank == 3) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "%s: the %s gives %s, expected one dimension or three",
                     net->spec.name, part, emb__shape_print(out, made));
}

/* Finds the layer that makes a network one of a kind of autoencoders. */
static emb_status find_bottleneck(emb_net *net) {
    int code = net->encoder_end - 1;
    while (code >= 0 && net->layers[code].kind->alias) code = net->layers[code].inputs[0];
    net->bottleneck = -1;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        if (!layer->kind->bottleneck) continue;
        if (i != code) {
            emb__fail(EMB_ERR_SHAPE,
                      "expects to be the encoder's last layer, whose output is the code");
            return emb__graph_fail(net, layer);
        }
        if (!net->classifies && !net->is_part) net->bottleneck = i;
    }
    return EMB_OK;
}

/* Finds how many labels are read. */
static emb_status find_conditions(emb_net *net) {
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        if (!layer->kind->reads_labels) continue;
        const int labels = layer->out.d[0] - layer->in.d[0];
        if (net->classifies) {
            emb__fail(EMB_ERR_SHAPE, "reads the label, which a classifier is to find out");
            return emb__graph_fail(net, layer);
        }
        if (net->conditions > 0 && labels != net->conditions) {
            emb__fail(EMB_ERR_SHAPE, "expects %d labels, as the Condition before it, gets %d",
                      net->conditions, labels);
            return emb__graph_fail(net, layer);
        }
        net->conditions = labels;
    }
    return EMB_OK;
}

/* A part's name may be misspelt; one that has its name is not meant by another. */
static emb_status refuse_parts(const emb__spec *spec) {
    static const char *const known[] = {"encoder", "decoder", "classifier"};
    enum { KNOWN = sizeof known / sizeof *known };
    for (int i = 0; i < spec->part_count; i++) {
        emb__near_word near = {.typed = spec->parts[i], .length = strlen(spec->parts[i])};
        for (int k = 0; k < KNOWN; k++) emb__near_word_see(&near, known[k]);
        bool there = !near.word;
        for (int j = 0; j < spec->part_count && !there; j++) {
            there = strcmp(spec->parts[j], near.word) == 0;
        }
        if (there) continue;
        return emb__fail(EMB_ERR_FORMAT, "%s: there is no part '%s': did you mean %s?", spec->name,
                         spec->parts[i], near.word);
    }
    return emb__fail(EMB_ERR_SHAPE,
                     "%s: expected an encoder and then a decoder, or a classifier, with an encoder "
                     "before it or alone; or an encoder or a decoder alone",
                     spec->name);
}

/* Checks which parts there are, and the last one's output. */
static emb_status check_parts(emb_net *net) {
    const emb__spec *spec = &net->spec;
    const bool encodes = are_parts(spec, "encoder", "classifier");
    net->classifies = encodes || are_parts(spec, "classifier", NULL);
    net->is_part = are_parts(spec, "encoder", NULL) || are_parts(spec, "decoder", NULL);
    if (!net->classifies && !net->is_part && !are_parts(spec, "encoder", "decoder")) {
        return refuse_parts(spec);
    }
    while (strcmp(spec->parts[0], "encoder") == 0 && net->encoder_end < net->layer_count &&
           net->layers[net->encoder_end].spec->part == 0) {
        net->encoder_end++;
    }
    if (net->encoder_end > 0) {
        emb_status status = check_end(net, &net->layers[net->encoder_end - 1].out, "encoder");
        if (status != EMB_OK) return status;
    }
    emb_status found = find_bottleneck(net);
    if (found == EMB_OK) found = find_conditions(net);
    if (found != EMB_OK) return found;
    if (net->classifies) return check_classifier(net);
    if (net->is_part) return check_end(net, &net->layers[net->layer_count - 1].out, spec->parts[0]);
    const emb__shape *out = &net->layers[net->layer_count - 1].out;
    if (out->rank != net->input.rank || memcmp(out->d, net->input.d, sizeof out->d) != 0) {
        char made[EMB__SHAPE_TEXT], wanted[EMB__SHAPE_TEXT];
        return emb__fail(EMB_ERR_SHAPE, "%s: the decoder's output is %s, but the input is %s",
                         spec->name, emb__shape_print(out, made),
                         emb__shape_print(&net->input, wanted));
    }
    return EMB_OK;
}

static emb_status shape(emb_net *net) {
    const emb__spec *spec = &net->spec;
    net->kernels = emb__kernels_choose();
    if (!net->kernels) return emb__last_status();
    net->input.rank = spec->input_rank;
    memcpy(net->input.d, spec->input, sizeof net->input.d);
    if (emb__shape_count(&net->input) > EMB__MAX_ELEMENTS) {
        return emb__fail(EMB_ERR_SHAPE,
                         "%s:%d: input expects at most %d numbers an image, gets %zu", spec->name,
                         spec->input_line, EMB__MAX_ELEMENTS, emb__shape_count(&net->input));
    }
    emb_status status = emb__graph_build(net);
    if (status == EMB_OK) status = check_parts(net);
    return status == EMB_OK ? name_tensors(net) : status;
}

emb_net *emb__net_attempt(emb__spec *spec, bool *fits) {
    emb_net *net = emb__calloc(1, sizeof *net);
    *fits = false;
    if (!net) {
        emb__spec_clear(spec);
        return NULL;
    }
    net->spec = *spec;
    net->bottleneck = -1;
    memset(spec, 0, sizeof *spec);
    *fits = shape(net) == EMB_OK;
    return net;
}

emb_net *emb__net_shape(emb__spec *spec) {
    bool fits;
    emb_net *net = emb__net_attempt(spec, &fits);
    if (fits) return net;
    emb_net_free(net);
    return NULL;
}

static emb_status plan_layer(emb_net *net, emb__layer *layer, size_t *cost) {
    if (layer->kind->plan_cost) *cost += layer->kind->plan_cost(layer);
    emb_status status = EMB_OK;
    if (*cost > max_plan_cost) {
        status =
            emb__fail(EMB_ERR_SHAPE,
                      "expects kernels and outputs of %zu positions, one side times the other, "
                      "in all layers up to it, gets %zu",
                      max_plan_cost, *cost);
    } else if (layer->kind->plan) {
        status = layer->kind->plan(layer);
    }
    if (status != EMB_OK) return emb__graph_fail(net, layer);
    const size_t scratch = layer->kind->scratch ? layer->kind->scratch(layer) : 0;
    if (scratch > net->scratch_vectors) net->scratch_vectors = scratch;
    return EMB_OK;
}

static emb_status plan_layers(emb_net *net) {
    size_t cost = 0;
    for (int i = 0; i < net->layer_count; i++) {
        emb_status status = plan_layer(net, &net->layers[i], &cost);
        if (status != EMB_OK) return status;
    }
    emb_status status = emb__graph_plan_enlarged(net);
    return status == EMB_OK ? emb__graph_plan_gradients(net) : status;
}

emb_status emb__net_plan(emb_net *net) {
    emb_status planned = plan_layers(net);
    if (planned != EMB_OK) return planned;
    net->params = emb__calloc(net->number_count, sizeof *net->params);
    return net->params ? EMB_OK : EMB_ERR_MEMORY;
}

emb_net *emb__net_complete(emb_net *net) {
    if (!net) return NULL;
    if (emb__net_plan(net) == EMB_OK && emb__net_describe(net) == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

bool emb__net_can_compile(emb__spec *spec) {
    emb_net *net = emb__net_shape(spec);
    const bool can = net && plan_layers(net) == EMB_OK;
    emb_net_free(net);
    return can;
}

emb_net *emb__net_compile(emb__spec *spec) { return emb__net_complete(emb__net_shape(spec)); }

emb_net *emb__net_parse_shape(const char *text, size_t length, const char *name,
                              const emb_net_options *options) {
    emb__spec spec = {0};
    if (emb__notation_parse(text, length, name, options, &spec) != EMB_OK) return NULL;
    return emb__net_shape(&spec);
}

emb_net *emb__net_read_class(const char *name, emb__notebook *code,
                             const emb_net_options *options) {
    emb__spec spec;
    emb__text notes;
    emb_written written;
    emb__py_wish wish = {0};
    if (options) {
        wish = (emb__py_wish){.class_name = options->class_name, .set = options->set};
        memcpy(wish.input, options->input, sizeof wish.input);
    }
    if (wish.input[0] == 0) {
        emb__fail(EMB_ERR_ARGUMENT,
                  "%s: a class does not say the shape of its images: embudo train has it from the "
                  "data set, info, import and plot from --input, such as --input 1x28x28",
                  name);
        return NULL;
    }
    if (emb__py_read(name, code, &wish, &spec, &notes, &written) != EMB_OK) return NULL;
    emb_net *net = emb__net_complete(emb__net_shape(&spec));
    if (net) {
        emb__net_set_notes(net, notes.bytes);
        net->written = written;
    } else {
        emb__free(notes.bytes);
    }
    return net;
}

bool emb__net_options_fit(const emb_net_options *options) {
    const int latent = options ? options->latent : 0, classes = options ? options->classes : 0;
    for (int i = 0; options && i < 3; i++) {
        const int *input = options->input, least = input[0] != 0 ? 1 : 0;
        if (input[i] >= least && input[i] <= EMB__MAX_SIZE) continue;
        emb__fail(EMB_ERR_ARGUMENT,
                  "input is %dx%dx%d, expected channels, height and width of 1 "
                  "to %d",
                  input[0], input[1], input[2], EMB__MAX_SIZE);
        return false;
    }
    const bool bad = latent < 0 || latent > EMB__MAX_SIZE;
    if (!bad && classes >= 0 && classes <= EMB__MAX_SIZE) return true;
    emb__fail(EMB_ERR_ARGUMENT, "%s is %d, expected 1 to %d", bad ? "latent" : "classes",
              bad ? latent : classes, EMB__MAX_SIZE);
    return false;
}
