/* Constants and their numbers. See onnx_array.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx_array.h"

const emb__onnx_value *emb__onnx_constant(const emb__onnx_chain *chain, size_t i) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    const bool is = value && (value->kind == EMB__ONNX_TENSOR || value->kind == EMB__ONNX_FLOATS);
    if (is && !value->each) return value;
    emb__onnx_fail(chain, EMB__ONNX_FOLD, "its input %zu is not a constant", i + 1);
    return NULL;
}

emb_status emb__onnx_present(const emb__onnx_chain *chain, const emb__onnx_value *value,
                             size_t *count) {
    if (value->kind == EMB__ONNX_TENSOR) {
        return emb__onnx_locate(chain->file, value->tensor, count);
    }
    *count = emb__onnx_count(value->rank, value->d);
    return EMB_OK;
}

emb_status emb__onnx_read(const emb__onnx_chain *chain, const emb__onnx_value *value,
                          float **values, size_t *count) {
    if (value->kind == EMB__ONNX_TENSOR) {
        return emb__onnx_floats(chain->file, value->tensor, values, count);
    }
    *count = value->kind == EMB__ONNX_INTEGERS ? (size_t)value->rank
                                               : emb__onnx_count(value->rank, value->d);
    *values = emb__calloc(*count, sizeof **values);
    if (!*values) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < *count; i++) {
        (*values)[i] = value->kind == EMB__ONNX_INTEGERS ? (float)value->d[i] : value->floats[i];
    }
    return EMB_OK;
}

bool emb__onnx_array_is(const emb__onnx_chain *chain, size_t i) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    if (!value) return false;
    if (value->kind == EMB__ONNX_TENSOR) return emb__onnx_is_floats(value->tensor);
    return value->kind == EMB__ONNX_FLOATS;
}

emb_status emb__onnx_array_load(emb__onnx_chain *chain, size_t i, emb__onnx_array *out) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    *out = (emb__onnx_array){.values = NULL};
    if (!value || value->kind == EMB__ONNX_IMAGES || value->each) {
        return emb__onnx_fail(chain, EMB__ONNX_FOLD, "its input %zu is not a constant", i + 1);
    }
    emb_status status = EMB_OK;
    if (value->kind == EMB__ONNX_INTEGERS) {
        const int columns = value->columns;
        out->rank = value->scalar ? 0 : columns ? 2 : 1;
        out->d[0] = columns ? value->rank / columns : value->rank;
        out->d[1] = columns;
        out->count = (size_t)value->rank;
        if (out->count == 0)
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "computes with no numbers at all");
    } else {
        if (value->rank > EMB__ONNX_RANK) {
            return emb__onnx_fail(chain, EMB__ONNX_FOLD, "computes with more than %d dimensions",
                                  EMB__ONNX_RANK);
        }
        out->rank = value->rank;
        memcpy(out->d, value->d, sizeof out->d);
        const bool whole = value->kind == EMB__ONNX_TENSOR && !emb__onnx_is_floats(value->tensor);
        status = whole ? emb__onnx_locate_whole(chain->file, value->tensor, &out->count)
                       : emb__onnx_present(chain, value, &out->count);
    }
    if (status == EMB_OK) status = emb__onnx_more(chain, out->count);
    return status == EMB_OK ? emb__onnx_read(chain, value, &out->values, &out->count) : status;
}

emb_status emb__onnx_array_room(emb__onnx_chain *chain, emb__onnx_array *out) {
    out->count = 1;
    for (int i = 0; i < out->rank; i++) {
        if (out->d[i] < 1 || !emb__mul(out->count, (size_t)out->d[i], &out->count)) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                  "makes a constant of an impossible shape");
        }
    }
    emb_status status = emb__onnx_more(chain, out->count);
    if (status != EMB_OK) return status;
    out->values = emb__calloc(out->count, sizeof *out->values);
    return out->values ? EMB_OK : EMB_ERR_MEMORY;
}

size_t emb__onnx_array_spread(const emb__onnx_array *a, int rank, const int64_t *at) {
    size_t place = 0;
    for (int i = 0; i < a->rank; i++) {
        const int64_t k = a->d[i] == 1 ? 0 : at[rank - a->rank + i];
        place = place * (size_t)a->d[i] + (size_t)k;
    }
    return place;
}

void emb__onnx_array_next(int rank, const int64_t *d, int64_t *at) {
    for (int i = rank - 1; i >= 0 && ++at[i] == d[i]; i--) at[i] = 0;
}

#endif
