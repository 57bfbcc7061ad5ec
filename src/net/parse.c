/* See parse.h. */
#include "net/parse.h"

#include <string.h>

#include "base/entry.h"
#include "net/compile.h"
#include "net/notation/notation.h"
#include "net/shape_advice.h"

/* Shaping took the spec over, so it is read again. */
static void advise(const char *text, size_t length, const char *name,
                   const emb_net_options *options) {
    emb__spec spec = {0};
    if (emb__notation_parse(text, length, name, options, &spec) != EMB_OK) return;
    emb__shape_advise(&spec);
    emb__spec_clear(&spec);
}

emb_net *emb__net_parse(const char *text, size_t length, const char *name,
                        const emb_net_options *options) {
    emb_net *net = emb__net_complete(emb__net_parse_shape(text, length, name, options));
    if (!net && emb__last_status() == EMB_ERR_SHAPE) advise(text, length, name, options);
    return net;
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
