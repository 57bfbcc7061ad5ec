/* Opening what a command line names as a network. See network.h. */
#include "core/network.h"

#include <stdlib.h>

#include "core/class_options.h"
#include "core/folders.h"
#include "core/label_names.h"
#include "core/message.h"
#include "core/rows.h"

emb_net *cli_network_open(const char *name, int latent) {
    emb_net_options options = {.latent = latent};
    cli_class_fill_for(&options, name);
    if (cli_is_folder(name) && !cli_folder_hold(name)) return NULL;
    emb_net *net = emb_net_open(name, &options);
    if (!net) {
        cli_fail("%s", emb_error());
        return NULL;
    }
    cli_notes(emb_net_notes(net));
    return net;
}

/* Calls `test` for each weight until it is true; returns whether it was. */
static bool any_weight(const emb_net *net, bool (*test)(float)) {
    emb_tensor_info tensor;
    for (size_t i = 0; i < emb_net_tensor_count(net); i++) {
        emb_net_tensor(net, i, &tensor);
        for (size_t k = 0; k < tensor.count; k++) {
            if (test(tensor.values[k])) return true;
        }
    }
    return false;
}

static bool not_zero(float x) { return x != 0; }

emb_net *cli_network_open_trained(const char *name) { return cli_network_open_weights(name, 0); }

emb_net *cli_network_open_weights(const char *name, int latent) {
    /* A run's folder comes before a built-in network of the same name. */
    const bool folder = cli_is_folder(name);
    if (folder && !cli_folder_hold(name)) return NULL;
    char *model = cli_format("%s/model.safetensors", name);
    emb_net *net = cli_network_open(
        folder && cli_folder_has(name, "model.safetensors") ? model : name, latent);
    free(model);
    if (!net || emb_net_tensor_count(net) == 0 || any_weight(net, not_zero)) return net;
    cli_fail("%s has no trained weights; name a run's folder or its model.safetensors", name);
    emb_net_free(net);
    return NULL;
}

bool cli_network_takes_part(const emb_net *net, const char *name, const char *part) {
    if (emb_net_classes(net) == 0 || emb_net_has_part(net, part)) return true;
    cli_fail("%s is a classifier, and has no part called %s; embudo predict says what it makes of "
             "pictures",
             name, part);
    return false;
}

bool cli_network_is_trained(const emb_net *net) { return any_weight(net, not_zero); }

void cli_network_anew(const emb_net *net, const char *name) {
    if (cli_network_is_trained(net)) {
        cli_note("%s: its weights are not used: this training begins with new ones", name);
    }
}

bool cli_network_set_label(emb_net *net, const char *text) {
    int label;
    if (!cli_label_find(net, text, &label)) return false;
    if (emb_net_set_labels(net, &label, 1) == EMB_OK) return true;
    cli_fail("--label %s: %s", text, emb_error());
    return false;
}

bool cli_network_label(emb_net *net, const cli_args *args, bool needed) {
    const cli_value *value = cli_arg(args, "label");
    const int labels = emb_net_conditions(net);
    if (value->given) return cli_network_set_label(net, value->text);
    if (labels == 0 || !needed) return true;
    cli_fail("%s is conditional: say which label to draw, --label 0 to %d",
             cli_arg(args, "RUN|MODEL")->text, labels - 1);
    return false;
}

bool cli_network_label_images(emb_net *net, const cli_args *args, const emb_images *images) {
    const bool given = cli_arg(args, "label")->given, own = emb_images_classes(images) > 0;
    const int labels = emb_net_conditions(net);
    if (given && own && labels > 0) {
        cli_fail("--label %s: the images have labels of their own, which %s reads",
                 cli_arg(args, "label")->text, cli_arg(args, "RUN|MODEL")->text);
        return false;
    }
    if (given || own || labels == 0) return cli_network_label(net, args, false);
    cli_fail("%s is conditional, and the images have no labels: say which one they have, "
             "--label 0 to %d",
             cli_arg(args, "RUN|MODEL")->text, labels - 1);
    return false;
}

size_t cli_network_parameters(const emb_net *net) {
    emb_tensor_info tensor;
    size_t sum = 0;
    for (size_t i = 0; i < emb_net_tensor_count(net); i++) {
        emb_net_tensor(net, i, &tensor);
        sum += tensor.count;
    }
    return sum;
}

size_t cli_network_pixels(const emb_net *net) {
    int shape[3];
    emb_net_input_shape(net, shape);
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

size_t cli_network_outputs(const emb_net *net) {
    int shape[3];
    emb_net_output_shape(net, shape);
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

size_t cli_network_chunk(const emb_net *net) {
    enum { NUMBERS = 1 << 21, MOST = 1 << 24, WELL = 64 };
    const size_t in = cli_network_pixels(net), out = cli_network_outputs(net);
    const size_t size = in > out ? in : out, images = NUMBERS / size, fit = MOST / size;
    if (images >= WELL) return images / WELL * WELL;
    return fit < 1 ? 1 : fit < WELL ? fit : WELL;
}

emb_status cli_network_reconstruct(emb_net *net, const emb_images *images, size_t i, float *image,
                                   float *reconstruction) {
    const uint32_t index = (uint32_t)i;
    const emb_status status = cli_rows(images, NULL, i, 1, image);
    return status == EMB_OK ? emb_net_reconstruct_images(net, images, &index, 1, reconstruction, 1)
                            : status;
}
