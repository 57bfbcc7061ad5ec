/* What a file that stands for a network is: by its bytes where those are plain, else by its name.
 *
 * Owns: telling them apart. Does not own: reading them. */
#ifndef EMB_MODEL_FILE_KIND_H
#define EMB_MODEL_FILE_KIND_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef enum emb__kind {
    EMB__KIND_SAFETENSORS,
    EMB__KIND_ONNX,
    EMB__KIND_PICKLED, /* what torch.save writes */
    EMB__KIND_BINARY,  /* none of these, and no text */
    EMB__KIND_NOTATION
} emb__kind;

/* Fails where the file cannot be read. */
emb_status emb__kind_of(const char *path, emb__kind *kind);

/* Whether a file's first bytes can be an ONNX model's: messages of its fields, as far as the graph.
 */
bool emb__kind_is_onnx(const uint8_t *bytes, size_t count, size_t file_size);

#endif
