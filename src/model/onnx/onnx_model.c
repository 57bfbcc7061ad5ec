/* ONNX's messages and tensors. See onnx.h. */
#include "base/status.h"
#include "base/text.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "codec/file.h"
#include "codec/half.h"
#include "model/onnx/onnx.h"

enum {
    FLOAT = 1,
    UINT8 = 2,
    INT8 = 3,
    UINT16 = 4,
    INT16 = 5,
    INT32 = 6,
    INT64 = 7,
    BOOL = 9,
    FLOAT16 = 10,
    DOUBLE = 11,
    BFLOAT16 = 16,
    EXTERNAL = 1,
    LEAST_OPSET = 6,
    MOST_OPSET = 99,
    SPARE_ROOM = 15 << 16,
    BLOCK_HEAD = 8,
    BLOCK_LEAST = 32
};
#define MOST_BYTES ((size_t)INT32_MAX) /* protobuf's own limit */

const char *emb__onnx_text(const char *text) { return text ? text : ""; }

/* ---- messages -------------------------------------------------------------------------------- */

/* Messages take at most the file's size and a little less than 1 MiB: weights are as large in
 * memory as in the file, but an empty message takes two bytes in the file and a hundred in
 * memory. */
static void *take(void *data, size_t bytes) {
    emb__onnx_file *file = data;
    /* Includes what the C library takes for a block: with thousands of small blocks that
     * matters. */
    const size_t whole = (bytes + BLOCK_HEAD + 15) / 16 * 16;
    const size_t cost = whole < BLOCK_LEAST ? BLOCK_LEAST : whole;
    file->crowded = file->crowded || cost > file->room;
    if (file->crowded) return NULL;
    file->room -= cost;
    return emb__realloc(NULL, bytes); /* names are short and need no cache line each */
}

static void give(void *data, void *block) {
    (void)data;
    emb__free(block);
}

static emb_status check_model(emb__onnx_file *file) {
    const Emb__Onnx__Model *model = file->model;
    if (!model->has_ir_version || !model->graph) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is not an ONNX model: it has no graph; %s",
                         file->path, _(EMB__ONNX_CHECK));
    }
    for (size_t i = 0; i < model->n_opset_import; i++) {
        const char *domain = emb__onnx_text(model->opset_import[i]->domain);
        if (!*domain || strcmp(domain, "ai.onnx") == 0)
            file->opset = model->opset_import[i]->version;
    }
    if (file->opset == 0 && model->ir_version < 3) file->opset = 1;
    if (file->opset < LEAST_OPSET || file->opset > MOST_OPSET) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: its operators are of version %lld, expected %d to %d; export it with "
                         "opset_version=17",
                         file->path, (long long)file->opset, LEAST_OPSET, MOST_OPSET);
    }
    const Emb__Onnx__Graph *graph = model->graph;
    if (graph->n_node > EMB__ONNX_NODES || graph->n_initializer > EMB__ONNX_TENSORS) {
        return emb__fail(
            EMB_ERR_FORMAT,
            "%s: %zu nodes and %zu tensors, expected at most %d and %d; run onnxsim on the model",
            file->path, graph->n_node, graph->n_initializer, EMB__ONNX_NODES, EMB__ONNX_TENSORS);
    }
    return EMB_OK;
}

emb_status emb__onnx_open(const char *path, emb__onnx_file *file) {
    uint8_t *bytes;
    size_t count;
    *file = (emb__onnx_file){.path = path, .place.folder = -1};
    emb_status status = emb__file_load(path, MOST_BYTES, &bytes, &count);
    if (status != EMB_OK) return status;
    file->size = count;
    file->room = count + SPARE_ROOM; /* count is below 2^31 */
    ProtobufCAllocator allocator = {.alloc = take, .free = give, .allocator_data = file};
    file->model = emb__onnx__model__unpack(&allocator, count, bytes);
    emb__free(bytes);
    if (!file->model) {
        return emb__fail(
            EMB_ERR_FORMAT,
            file->crowded
                ? E_("%s: is not an ONNX model: its messages are too many for its size; %s")
                : E_("%s: is not an ONNX model: its messages cannot be read; %s"),
            path, _(EMB__ONNX_CHECK));
    }
    status = check_model(file);
    if (status != EMB_OK) emb__onnx_close(file);
    return status;
}

void emb__onnx_close(emb__onnx_file *file) {
    ProtobufCAllocator allocator = {.alloc = take, .free = give, .allocator_data = file};
    if (file->model) emb__onnx__model__free_unpacked(file->model, &allocator);
    emb__onnx_stores_close(file);
    *file = (emb__onnx_file){.place.folder = -1};
}

/* ---- tensors --------------------------------------------------------------------------------- */

static emb_status fail(const emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                       const char *advice, const char *what) {
    return emb__fail(EMB_ERR_FORMAT, "%s: tensor '%.*s' %s; %s", file->path,
                     EMB__CUT(emb__onnx_text(tensor->name), 80), _(what), _(advice));
}

static emb_status count_numbers(const emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                                size_t *count) {
    *count = 1;
    for (size_t i = 0; i < tensor->n_dims; i++) {
        const int64_t d = tensor->dims[i];
        if (d < 0 || !emb__mul(*count, (size_t)d, count)) {
            return fail(file, tensor, EMB__ONNX_CHECK, N_("has an impossible dimension"));
        }
    }
    return EMB_OK;
}

static const char *external_value(const Emb__Onnx__Tensor *tensor, const char *key) {
    for (size_t i = 0; i < tensor->n_external_data; i++) {
        const Emb__Onnx__Pair *pair = tensor->external_data[i];
        if (strcmp(emb__onnx_text(pair->key), key) == 0) return emb__onnx_text(pair->value);
    }
    return NULL;
}

/* A decimal number of at most 15 digits; false for anything else. */
static bool read_number(const char *text, size_t *number) {
    *number = 0;
    if (!text) return true;
    const size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15 || text[digits]) return false;
    for (const char *at = text; *at; at++) *number = *number * 10 + (size_t)(*at - '0');
    return true;
}

/* Where a tensor keeps its numbers. */
typedef struct source {
    const emb__file *store; /* NULL: in the model's own bytes, raw or in fields */
    size_t at, length;
    const uint8_t *raw;
} source;

static emb_status find_stored(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, source *from) {
    const char *name = external_value(tensor, "location");
    size_t end;
    if (!read_number(external_value(tensor, "offset"), &from->at) ||
        !read_number(external_value(tensor, "length"), &from->length)) {
        return fail(file, tensor, EMB__ONNX_CHECK, N_("does not say where its numbers begin"));
    }
    if (!emb__onnx_store_legal(name)) {
        return fail(file, tensor, N_("put it there, and its path from there into the model"),
                    N_("is kept in a file that is not in the model's folder"));
    }
    emb_status status = emb__onnx_store_find(file, name, &from->store);
    if (status != EMB_OK) return status;
    if (!external_value(tensor, "length") && from->store->size >= from->at) {
        from->length = from->store->size - from->at;
    }
    if (!emb__add(from->at, from->length, &end) || end > from->store->size) {
        return fail(file, tensor, N_("copy that file whole to the model's folder"),
                    N_("lies outside of its file of weights"));
    }
    return EMB_OK;
}

static size_t size_of(int type) {
    switch (type) {
    case UINT8:
    case INT8:
    case BOOL:
        return 1;
    case FLOAT:
    case INT32:
        return 4;
    case DOUBLE:
    case INT64:
        return 8;
    default:
        return 2;
    }
}

bool emb__onnx_is_floats(const Emb__Onnx__Tensor *tensor) {
    const int type = tensor->data_type;
    return type == FLOAT || type == DOUBLE || type == FLOAT16 || type == BFLOAT16;
}

bool emb__onnx_is_whole(const Emb__Onnx__Tensor *tensor) {
    const int type = tensor->data_type;
    return (type >= UINT8 && type <= INT64) || type == BOOL;
}

/* Checks that the file holds a tensor's numbers before anything is allocated for them. */
static emb_status find_numbers(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, source *from,
                               size_t *count) {
    const int type = tensor->data_type;
    size_t bytes;
    *from = (source){.raw = tensor->raw_data.data, .length = tensor->raw_data.len};
    emb_status status = count_numbers(file, tensor, count);
    if (status == EMB_OK && *count == 0)
        status = fail(file, tensor, EMB__ONNX_CHECK, N_("holds no numbers"));
    if (status == EMB_OK && tensor->data_location == EXTERNAL) {
        status = find_stored(file, tensor, from);
    }
    if (status != EMB_OK) return status;
    const size_t fields = type == FLOAT    ? tensor->n_float_data
                          : type == DOUBLE ? tensor->n_double_data
                          : type == INT64  ? tensor->n_int64_data
                                           : tensor->n_int32_data;
    const bool is_raw = (from->store || (from->raw && from->length > 0)) &&
                        emb__mul(*count, size_of(type), &bytes) && bytes == from->length;
    if (is_raw || (!from->store && from->length == 0 && fields == *count)) return EMB_OK;
    return fail(file, tensor, EMB__ONNX_CHECK,
                N_("does not hold as many numbers as its shape says"));
}

emb_status emb__onnx_locate(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, size_t *count) {
    source from;
    if (!emb__onnx_is_floats(tensor))
        return fail(file, tensor, N_("export the model in float32"), N_("holds no floats"));
    return find_numbers(file, tensor, &from, count);
}

emb_status emb__onnx_locate_whole(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                                  size_t *count) {
    source from;
    if (!emb__onnx_is_whole(tensor))
        return fail(file, tensor, EMB__ONNX_CHECK, N_("holds no whole numbers"));
    return find_numbers(file, tensor, &from, count);
}

/* A whole number as it lies in a file, low byte first. */
static float whole(int type, const uint8_t *bytes) {
    const size_t size = size_of(type);
    const bool signs = type != UINT8 && type != UINT16;
    if (type == BOOL) return bytes[0] != 0;
    uint64_t bits = signs && (bytes[size - 1] & 0x80) ? UINT64_MAX : 0;
    for (size_t i = size; i-- > 0;) bits = bits << 8 | bytes[i];
    return (float)(int64_t)bits;
}

static float round_to_float(double x, bool *rounded) {
    *rounded = *rounded || (double)(float)x != x;
    return (float)x;
}

static void widen(int type, const uint8_t *bytes, size_t count, float *values, bool *rounded) {
    for (size_t i = 0; i < count; i++) {
        uint16_t half;
        double wide;
        switch (type) {
        case FLOAT:
            memcpy(&values[i], bytes + 4 * i, 4);
            break;
        case DOUBLE:
            memcpy(&wide, bytes + 8 * i, 8);
            values[i] = round_to_float(wide, rounded);
            break;
        case FLOAT16:
        case BFLOAT16:
            memcpy(&half, bytes + 2 * i, 2);
            values[i] = type == FLOAT16 ? emb__half(half) : emb__bfloat(half);
            break;
        default:
            values[i] = whole(type, bytes + size_of(type) * i);
        }
    }
}

/* Reads numbers from a file of weights, piece by piece. */
static emb_status read_stored(const source *from, int type, size_t count, float *values,
                              bool *rounded) {
    enum { PIECE = 2048 }; /* numbers */
    uint8_t piece[PIECE * 8];
    for (size_t done = 0; done < count;) {
        const size_t n = count - done < PIECE ? count - done : PIECE, bytes = n * size_of(type);
        size_t got;
        emb_status status =
            emb__file_read_at(from->store, from->at + done * size_of(type), piece, bytes, &got);
        if (status != EMB_OK) return status;
        if (got < bytes) {
            return emb__fail(EMB_ERR_IO,
                             "%s: became shorter while it was read; wait until it is written",
                             from->store->path);
        }
        widen(type, piece, n, values + done, rounded);
        done += n;
    }
    return EMB_OK;
}

/* Reads numbers from the message's fields, one field for each kind. */
static void read_fields(const Emb__Onnx__Tensor *t, size_t count, float *values, bool *rounded) {
    if (t->data_type == FLOAT) {
        memcpy(values, t->float_data, count * sizeof *values);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (t->data_type == DOUBLE) {
            values[i] = round_to_float(t->double_data[i], rounded);
            continue;
        }
        if (emb__onnx_is_whole(t)) {
            const int64_t number = t->data_type == INT64 ? t->int64_data[i] : t->int32_data[i];
            values[i] = (float)(t->data_type == BOOL ? number != 0 : number);
            continue;
        }
        const uint16_t bits = (uint16_t)t->int32_data[i];
        values[i] = t->data_type == FLOAT16 ? emb__half(bits) : emb__bfloat(bits);
    }
}

emb_status emb__onnx_floats(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, float **values,
                            size_t *count) {
    source from;
    *values = NULL;
    emb_status status = find_numbers(file, tensor, &from, count);
    if (status != EMB_OK) return status;
    *values = emb__calloc(*count, sizeof **values);
    if (!*values) return EMB_ERR_MEMORY;
    if (from.store) status = read_stored(&from, tensor->data_type, *count, *values, &file->rounded);
    if (!from.store && from.length > 0) {
        widen(tensor->data_type, from.raw, *count, *values, &file->rounded);
    }
    if (!from.store && from.length == 0) read_fields(tensor, *count, *values, &file->rounded);
    if (status == EMB_OK) return EMB_OK;
    emb__free(*values);
    *values = NULL;
    return status;
}

emb_status emb__onnx_integers(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                              int64_t *numbers, size_t room, size_t *count) {
    uint8_t stored[8 * EMB__ONNX_RANK];
    source from = {.raw = tensor->raw_data.data, .length = tensor->raw_data.len};
    const bool wide = tensor->data_type == INT64;
    if (!wide && tensor->data_type != INT32)
        return fail(file, tensor, EMB__ONNX_CHECK, N_("holds no whole numbers"));
    emb_status status = count_numbers(file, tensor, count);
    if (status == EMB_OK && *count > room)
        status = fail(file, tensor, EMB__ONNX_CHECK, N_("holds too many numbers"));
    if (status == EMB_OK && tensor->data_location == EXTERNAL) {
        status = find_stored(file, tensor, &from);
    }
    if (status != EMB_OK) return status;
    const size_t fields = wide ? tensor->n_int64_data : tensor->n_int32_data;
    const bool is_raw = (from.store || from.raw) && from.length > 0 &&
                        from.length == *count * (wide ? 8u : 4u) && from.length <= sizeof stored;
    if (!is_raw && (from.length > 0 || fields != *count)) {
        return fail(file, tensor, EMB__ONNX_CHECK,
                    N_("does not hold as many numbers as its shape says"));
    }
    if (is_raw && from.store) {
        size_t got;
        status = emb__file_read_at(from.store, from.at, stored, from.length, &got);
        if (status != EMB_OK) return status;
        if (got < from.length)
            return fail(file, tensor, N_("copy that file whole to the model's folder"),
                        N_("lies outside of its file of weights"));
        from.raw = stored;
    }
    for (size_t i = 0; i < *count; i++) {
        int32_t narrow = 0;
        if (!is_raw) numbers[i] = wide ? tensor->int64_data[i] : tensor->int32_data[i];
        if (is_raw && wide) memcpy(&numbers[i], from.raw + 8 * i, 8);
        if (is_raw && !wide) {
            memcpy(&narrow, from.raw + 4 * i, 4);
            numbers[i] = narrow;
        }
    }
    return EMB_OK;
}

#endif
