/* See file_kind.h. */
#include "codec/file_kind.h"

#include <stdint.h>
#include <string.h>

#include "codec/file.h"
#include "codec/picture_formats.h"
#include "codec/safetensors.h"

static bool begins(const uint8_t *head, size_t count, const char *bytes, size_t length) {
    return count >= length && memcmp(head, bytes, length) == 0;
}

static bool ends(const char *path, const char *ending) {
    const size_t length = strlen(path), tail = strlen(ending);
    return length > tail && strcmp(path + length - tail, ending) == 0;
}

static emb__file_kind by_name(const char *path) {
    static const struct {
        const char *ending;
        emb__file_kind kind;
    } endings[] = {
        {".onnx", EMB__FILE_ONNX},   {".net", EMB__FILE_NOTATION},
        {".py", EMB__FILE_CLASS},    {".ipynb", EMB__FILE_CLASS},
        {".npz", EMB__FILE_ARRAY},   {".safetensors", EMB__FILE_MODEL},
        {"ubyte.gz", EMB__FILE_IDX}, {".h5", EMB__FILE_HDF5},
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (ends(path, endings[i].ending)) return endings[i].kind;
    }
    return EMB__FILE_OTHER;
}

emb__file_kind emb__file_kind_of(const char *path) {
    enum { HEAD = 64 };
    uint8_t head[HEAD];
    size_t count = 0;
    emb__file file;
    if (emb__path_look(path) != EMB__PATH_FILE || emb__file_open(&file, path) != EMB_OK) {
        return EMB__FILE_OTHER;
    }
    const emb_status status = emb__file_read(&file, head, HEAD, &count);
    const size_t size = file.size;
    emb__file_close(&file);
    if (status != EMB_OK) return EMB__FILE_OTHER;
    const emb__file_kind named = by_name(path);
    if (named == EMB__FILE_NOTATION || named == EMB__FILE_CLASS) return named;
    if (emb__safetensors_looks(head, count, size)) return EMB__FILE_MODEL;
    if (emb__picture_looks(head, count)) return EMB__FILE_PICTURE;
    if (begins(head, count, "\x93NUMPY", 6)) return EMB__FILE_ARRAY;
    if (begins(head, count, "\x89HDF\r\n\x1a\n", 8)) return EMB__FILE_HDF5;
    const bool idx = count > 4 && head[0] == 0 && head[1] == 0 && head[2] == 8 && head[3] < 5;
    if (idx) return EMB__FILE_IDX;
    if (named != EMB__FILE_OTHER) return named;
    return emb__safetensors_pickled(head, count) ? EMB__FILE_PICKLE : EMB__FILE_OTHER;
}
