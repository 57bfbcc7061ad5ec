/* One IDX file as a data set of one array, with its labels if they lie beside it. See set_forms.h.
 */
#include <string.h>

#include "base/memory.h"
#include "codec/file.h"
#include "codec/gzip.h"
#include "data/idx.h"
#include "data/set_forms.h"

/* An IDX file of u8 begins so; then comes its number of dimensions. */
static const uint8_t beginning[3] = {0, 0, 8};

static int file_claims(const char *where) {
    uint8_t bytes[4];
    size_t got = 0;
    if (emb__path_look(where) != EMB__PATH_FILE) return 0;
    emb__stream *stream = emb__stream_open(where);
    if (!stream) return 0; /* another form says what is wrong */
    const emb_status status = emb__stream_read(stream, bytes, sizeof bytes, &got);
    emb__stream_close(stream);
    /* Of any number of dimensions: reading it says which ones are images. */
    return status == EMB_OK && got == sizeof bytes && memcmp(bytes, beginning, 3) == 0 &&
           bytes[3] >= 1;
}

static int file_parts(const char *where) { return file_claims(where); }

static int file_has_val(const char *where) {
    (void)where;
    return 0;
}

/* Of NAME-images-idx3-ubyte, NAME-labels-idx1-ubyte in the same folder; NULL in *path if the name
 * is another, or if there is none. */
static emb_status find_labels(const char *where, char **path) {
    static const char images[] = "images";
    const char *slash = strrchr(where, '/'), *name = slash ? slash + 1 : where;
    const char *at = strstr(name, images);
    if (!at) return EMB_OK;
    emb__text text = {0};
    emb__text_add(&text, "%.*slabels-idx1-ubyte", (int)(at - name), name);
    char *folder = slash ? emb__strndup(where, (size_t)(slash - where) + 1) : emb__strndup(".", 1);
    const emb_status status =
        text.failed || !folder ? EMB_ERR_MEMORY : emb__idx_find(folder, text.bytes, path);
    emb__free(folder);
    emb__free(text.bytes);
    return status;
}

static emb_images *file_open(const char *where, emb_part part, const emb_open_options *options) {
    char *labels_path = NULL;
    uint8_t *labels = NULL;
    size_t count = 0;
    (void)part, (void)options;
    emb_status status = find_labels(where, &labels_path);
    if (status == EMB_OK && labels_path) status = emb__idx_agree(labels_path, where);
    if (status == EMB_OK && labels_path) status = emb__idx_labels(labels_path, &labels, &count);
    emb_images *images =
        status == EMB_OK ? emb__idx_images(where, labels, count, labels_path) : NULL;
    emb__free(labels_path);
    return images;
}

const emb__set_form emb__idx_file_form = {
    .claims = file_claims, .parts = file_parts, .has_val = file_has_val, .open = file_open};
