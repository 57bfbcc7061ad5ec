/* A network from its spec, with the texts that go with it. */
#ifndef EMB_FORMATS_MODEL_H
#define EMB_FORMATS_MODEL_H

#include "engine/net.h"

/* The net of an ONNX file; emb_net_import. NULL on failure. */
emb_net *emb__onnx_import(const char *path, const emb_import_options *options);

/* The net of a spec, which is taken over on success and on failure. NULL on failure. */
emb_net *emb__net_compile(emb__spec *spec);

#endif
