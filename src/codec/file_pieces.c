/* A file that comes piece by piece: emb_file_writer in embudo/files.h. See file.h. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "codec/file.h"

enum { BUFFER = 1 << 12 };

struct emb_file_writer {
    emb__writer file;
    char *path;
    size_t held;
    uint8_t buffer[BUFFER];
};

emb_file_writer *emb_file_writer_new(const char *path) {
    EMB__ENTER;
    if (!path || !*path) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_file_writer_new needs a path");
        return NULL;
    }
    emb_file_writer *writer = emb__calloc(1, sizeof *writer);
    if (!writer) return NULL;
    writer->file = (emb__writer){.fd = -1};
    writer->path = emb__strndup(path, strlen(path));
    if (writer->path && emb__writer_open(&writer->file, writer->path) == EMB_OK) return writer;
    emb_file_writer_free(writer);
    return NULL;
}

static emb_status flush(emb_file_writer *writer) {
    const size_t held = writer->held;
    writer->held = 0;
    return emb__writer_put(&writer->file, writer->buffer, held);
}

emb_status emb_file_writer_add(emb_file_writer *writer, const void *bytes, size_t count) {
    EMB__ENTER;
    if (writer->file.fd < 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: is finished already", writer->path);
    }
    if (writer->held + count > BUFFER) {
        emb_status status = flush(writer);
        if (status != EMB_OK) return status;
    }
    if (count > BUFFER) return emb__writer_put(&writer->file, bytes, count);
    memcpy(writer->buffer + writer->held, bytes, count);
    writer->held += count;
    return EMB_OK;
}

emb_status emb_file_writer_finish(emb_file_writer *writer) {
    EMB__ENTER;
    if (writer->file.fd < 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: is finished already", writer->path);
    }
    emb_status status = flush(writer);
    return status == EMB_OK ? emb__writer_finish(&writer->file) : status;
}

void emb_file_writer_free(emb_file_writer *writer) {
    if (!writer) return;
    emb__writer_close(&writer->file);
    emb__free(writer->path);
    emb__free(writer);
}
