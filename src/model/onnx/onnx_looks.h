/* Whether a file is an ONNX model, also in builds that cannot read one.
 *
 * Owns: recognising one by its bytes. Does not own: reading it (onnx_import.h). */
#ifndef EMB_MODEL_ONNX_LOOKS_H
#define EMB_MODEL_ONNX_LOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a file's first bytes can be an ONNX model's: fields of its message, up to the graph. */
bool emb__onnx_looks(const uint8_t *bytes, size_t count, size_t file_size);

#endif
