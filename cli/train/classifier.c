/* The network that a classifier begins with. See classifier.h. */
#include "train/classifier.h"

#include <string.h>

#include "core/message.h"
#include "core/network.h"

char *cli_classifier_name(const char *name, const char *const *words, const char *prefix) {
    for (; *words; words++) {
        if (strcmp(*words, name) == 0) return cli_format("%s%s", prefix, name);
    }
    return cli_format("%s", name);
}

emb_net *cli_classifier_open(const char *name, int classes, int inputs) {
    emb_net_options options = {.classes = classes};
    int shape[3] = {0};
    emb_net *net = emb_net_open(name, &options);
    if (net) emb_net_input_shape(net, shape);
    if (net && inputs > 0 && shape[0] * shape[1] * shape[2] != inputs) {
        options.latent = inputs;
        emb_net_free(net);
        net = emb_net_open(name, &options);
    }
    if (net && emb_net_has_part(net, "classifier") && !emb_net_has_part(net, "encoder")) {
        cli_network_anew(net, name);
        return net;
    }
    if (net) {
        cli_fail("%s: expected a network of one part called classifier", name);
    } else {
        cli_fail("%s", emb_error());
    }
    emb_net_free(net);
    return NULL;
}
