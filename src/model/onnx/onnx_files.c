/* The files that hold an ONNX model's weights beside it. See onnx.h.
 *
 * A location is a path below the model's folder; no link is followed on the way, so that no model
 * reaches outside its folder. Each file is opened once, and only what a tensor needs is read. */
#include "base/status.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx.h"

/* Whether a location stays below the model's folder. */
static bool is_below(const char *name) {
    if (!*name || *name == '/' || strchr(name, '\\')) return false;
    const char *end = strrchr(name, '/');
    if (end && !end[1]) return false; /* a folder */
    for (const char *at = name; *at;) {
        const size_t length = strcspn(at, "/");
        if (length == 2 && at[0] == '.' && at[1] == '.') return false;
        at += length + strspn(at + length, "/");
    }
    return true;
}

/* The location without "./", so that one file has one name. */
static const char *plain(const char *name) {
    while (name[0] == '.' && name[1] == '/') name += 2 + strspn(name + 2, "/");
    return name;
}

static emb_status open_store(emb__onnx_file *file, const char *name, emb__onnx_store *store) {
    const char *slash = strrchr(file->path, '/');
    emb__text path = {0};
    emb__text_bytes(&path, file->path, slash ? (size_t)(slash + 1 - file->path) : 0);
    emb__text_add(&path, "%s", name);
    *store = (emb__onnx_store){.file.fd = -1, .path = path.bytes};
    if (path.failed) return EMB_ERR_MEMORY;
    store->name = path.bytes + (path.length - strlen(name));
    if (!file->place.name) {
        const int error = emb__place_find(&file->place, file->path, false);
        if (error) return emb__path_fail(store->path, E_("%s: cannot open: %s"), error);
    }
    emb_status status =
        emb__file_open_below(&store->file, file->place.folder, store->name, store->path);
    if (status == EMB_OK && !emb__add(file->stored, store->file.size, &file->stored)) {
        status =
            emb__fail(EMB_ERR_FORMAT, "%s: is too large; make the network smaller", store->path);
    }
    return status;
}

emb_status emb__onnx_store_find(emb__onnx_file *file, const char *name, const emb__file **found) {
    name = plain(name);
    for (size_t i = 0; i < file->store_count; i++) {
        *found = &file->stores[i].file;
        if (strcmp(file->stores[i].name, name) == 0) return EMB_OK;
    }
    if (file->store_count == EMB__ONNX_STORES) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: keeps its weights in more than %d files; put them into one by "
                         "onnx.save(model, ..., save_as_external_data=True)",
                         file->path, EMB__ONNX_STORES);
    }
    if (!file->stores) file->stores = emb__calloc(EMB__ONNX_STORES, sizeof *file->stores);
    if (!file->stores) return EMB_ERR_MEMORY;
    emb__onnx_store *store = &file->stores[file->store_count];
    emb_status status = open_store(file, name, store);
    file->store_count++; /* its path must be freed in any case */
    *found = &store->file;
    if (status != EMB_ERR_IO) return status;
    return emb__fail_prefix(status, "%s: its weights are in another file: ", file->path);
}

bool emb__onnx_store_legal(const char *name) { return name && is_below(name); }

emb_status emb__onnx_stores_check(const emb__onnx_file *file) {
    for (size_t i = 0; i < file->store_count; i++) {
        emb_status status = emb__file_check(&file->stores[i].file);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

void emb__onnx_stores_close(emb__onnx_file *file) {
    for (size_t i = 0; i < file->store_count; i++) {
        emb__file_close(&file->stores[i].file);
        emb__free(file->stores[i].path);
    }
    emb__free(file->stores);
    emb__place_close(&file->place);
}

#endif
