/* See bridge.h. */
#include "model/bridge.h"

emb_status emb__bridge_missing(const emb_net *net, int layer, const char *to) {
    const emb__layer_spec *spec = net->layers[layer].spec;
    if (net->layers[layer].kind->reads_labels) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: cannot export %s.%s %s to %s as it is: what is written is for one "
                         "label, which must be said (--label 0 to %d), and then a Linear behind it "
                         "takes it over",
                         net->spec.name, net->spec.parts[spec->part], spec->path,
                         net->layers[layer].kind->name, to, net->conditions - 1);
    }
    return emb__fail(
        EMB_ERR_FORMAT,
        "%s: cannot export %s.%s %s to %s: this layer cannot be written in that format; "
        "train a network without it, or export another format",
        net->spec.name, net->spec.parts[spec->part], spec->path, net->layers[layer].kind->name, to);
}
