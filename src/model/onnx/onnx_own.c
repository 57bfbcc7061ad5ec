/* See onnx_own.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "base/text.h"
#include "model/onnx/onnx_own.h"
#include "model/preprocessing_text.h"

/* The parts, as an export calls them. */
static const char *const parts[] = {[EMB__ONNX_ENCODER] = "encoder",
                                    [EMB__ONNX_DECODER] = "decoder",
                                    [EMB__ONNX_AUTOENCODER] = "autoencoder",
                                    [EMB__ONNX_CLASSIFIER] = "classifier",
                                    [EMB__ONNX_HEAD] = "head"};
enum { PARTS = sizeof parts / sizeof *parts };

static emb_status refuse(const emb__onnx_chain *chain, const char *key, const char *value) {
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: %s is '%.*s', which is not known; export the model again with embudo "
                     "export --onnx",
                     chain->file->path, key, EMB__CUT(value, 80));
}

emb_status emb__onnx_read_own(emb__onnx_chain *chain) {
    const Emb__Onnx__Model *model = chain->file->model;
    for (size_t i = 0; i < model->n_metadata_props; i++) {
        const char *key = model->metadata_props[i]->key, *value = model->metadata_props[i]->value;
        if (!key || !value) continue;
        if (strcmp(key, EMB__ONNX_PART_KEY) == 0) {
            int own = EMB__ONNX_ENCODER;
            if (strcmp(value, "score") == 0) {
                return emb__fail(EMB_ERR_FORMAT,
                                 "%s: gives scores of images beside their reconstructions; use "
                                 "autoencoder.onnx, which was written with it",
                                 chain->file->path);
            }
            while (own < PARTS && strcmp(value, parts[own]) != 0) own++;
            if (own == PARTS) return refuse(chain, key, value);
            chain->said = (emb__onnx_part)own;
        }
        if (strcmp(key, EMB__PREPROCESSING_KEY) == 0) {
            if (!emb__preprocessing_read(value, &chain->origin)) return refuse(chain, key, value);
            chain->has_origin = true;
        }
    }
    return EMB_OK;
}

#endif
