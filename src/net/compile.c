/* See compile.h. */
#include "net/compile.h"

#include <string.h>

#include "base/entry.h"
#include "net/describe.h"
#include "net/notation/notation.h"

emb_net *emb__net_complete(emb_net *net) {
    if (!net) return NULL;
    if (emb__net_plan(net) == EMB_OK && emb__net_describe(net) == EMB_OK) return net;
    emb_net_free(net);
    return NULL;
}

emb_net *emb__net_compile(emb__spec *spec) { return emb__net_complete(emb__net_shape(spec)); }

emb_net *emb__net_parse_shape(const char *text, size_t length, const char *name,
                              const emb_net_options *options) {
    emb__spec spec = {0};
    if (emb__notation_parse(text, length, name, options, &spec) != EMB_OK) return NULL;
    return emb__net_shape(&spec);
}

emb_net *emb__net_parse(const char *text, size_t length, const char *name,
                        const emb_net_options *options) {
    return emb__net_complete(emb__net_parse_shape(text, length, name, options));
}

bool emb__net_options_fit(const emb_net_options *options) {
    const int latent = options ? options->latent : 0, classes = options ? options->classes : 0;
    const bool bad = latent < 0 || latent > EMB__MAX_SIZE;
    if (!bad && classes >= 0 && classes <= EMB__MAX_SIZE) return true;
    emb__fail(EMB_ERR_ARGUMENT, "%s is %d, expected 1 to %d", bad ? "latent" : "classes",
              bad ? latent : classes, EMB__MAX_SIZE);
    return false;
}

emb_net *emb_net_parse(const char *text, const char *name, const emb_net_options *options) {
    EMB__ENTER;
    if (!emb__net_options_fit(options)) return NULL;
    if (!text) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_net_parse needs a text");
        return NULL;
    }
    return emb__net_parse(text, strlen(text), name ? name : "network", options);
}
