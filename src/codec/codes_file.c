/* Writing tables of codes, and reading a file of them. See codes_file.h; codes_csv.c reads CSV. */
#include "codec/codes_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/text.h"
#include "codec/file.h"
#include "codec/npy.h"
#include "codec/number.h"

static bool ends_with(const char *text, const char *ending) {
    const size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void add_names(emb__text *out, const emb_codes *codes) {
    if (codes->files) emb__text_add(out, "file,");
    const char *column = codes->column ? codes->column : "code";
    for (int i = 0; i < codes->latent; i++) {
        emb__text_add(out, "%s%s_%d", i > 0 ? "," : "", column, i);
    }
    emb__text_add(out, "%s\n", codes->labels ? ",label" : "");
}

static void add_row(emb__text *out, const emb_codes *codes, size_t row) {
    char number[EMB__NUMBER_ROOM];
    const float *values = codes->values + row * (size_t)codes->latent;
    if (codes->files) {
        emb__text_for(out, EMB_CSV, codes->files[row], strlen(codes->files[row]));
        emb__text_bytes(out, ",", 1);
    }
    for (int i = 0; i < codes->latent; i++) {
        if (i > 0) emb__text_bytes(out, ",", 1);
        emb__text_bytes(out, number, emb__number_print(values[i], number));
    }
    if (codes->labels && codes->labels[row] >= 0) {
        emb__text_add(out, ",%d\n", codes->labels[row]);
    } else {
        emb__text_add(out, "%s\n", codes->labels ? "," : "");
    }
}

char *emb_codes_text(const emb_codes *codes, size_t *length) {
    EMB__ENTER;
    emb__text out = {0};
    add_names(&out, codes);
    for (size_t row = 0; row < codes->count && !out.failed; row++) add_row(&out, codes, row);
    *length = out.length;
    if (!out.failed) return out.bytes;
    emb__free(out.bytes);
    return NULL;
}

/* labels[count] as bytes; NULL, with EMB_OK, if a code has no label or one that does not fit a
 * byte. */
static emb_status label_bytes(const emb_codes *codes, uint8_t **labels) {
    *labels = NULL;
    for (size_t i = 0; i < codes->count; i++) {
        if (!codes->labels || codes->labels[i] < 0 || codes->labels[i] > 255) return EMB_OK;
    }
    *labels = emb__alloc(codes->count);
    if (!*labels) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < codes->count; i++) (*labels)[i] = (uint8_t)codes->labels[i];
    return EMB_OK;
}

static emb_status write_npz(const emb_codes *codes, const uint8_t *labels, const char *path) {
    const emb_named_array arrays[] = {
        {.name = "codes",
         .rank = 2,
         .shape = {codes->count, (size_t)codes->latent},
         .floats = codes->values},
        {.name = "labels", .rank = 1, .shape = {codes->count}, .bytes = labels}};
    return emb_npz_write(path, arrays, labels ? 2 : 1);
}

static emb_status write_npy(const emb_codes *codes, const uint8_t *labels, const char *path) {
    const size_t shape[] = {codes->count, (size_t)codes->latent};
    emb_array_writer *writer = emb_array_writer_new(path, 2, shape);
    if (!writer) return emb__last_status();
    emb_status status = emb_array_writer_labels(writer, labels, codes->count);
    if (status == EMB_OK) {
        status = emb_array_writer_add(writer, codes->values, shape[0] * shape[1]);
    }
    if (status == EMB_OK) status = emb_array_writer_finish(writer);
    emb_array_writer_free(writer);
    return status;
}

emb_status emb_codes_write(const emb_codes *codes, const char *path) {
    EMB__ENTER;
    const bool npz = ends_with(path, ".npz");
    if (npz || ends_with(path, ".npy")) {
        uint8_t *labels;
        emb_status status = label_bytes(codes, &labels);
        if (status == EMB_OK) status = (npz ? write_npz : write_npy)(codes, labels, path);
        emb__free(labels);
        return status;
    }
    size_t length;
    char *text = emb_codes_text(codes, &length);
    emb_status status = text ? emb_file_write(path, text, length) : emb__last_status();
    emb__free(text);
    return status;
}
