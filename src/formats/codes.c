/* Writing tables of codes, and reading a file of them. See codes.h; csv_codes.c reads CSV. */
#include "formats/codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/file.h"
#include "formats/number.h"

static bool ends_with(const char *text, const char *ending) {
    const size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* A field, quoted where it must be. */
static void add_field(emb__text *out, const char *field) {
    if (!strpbrk(field, ",\"\r\n")) {
        emb__text_bytes(out, field, strlen(field));
        return;
    }
    emb__text_bytes(out, "\"", 1);
    for (const char *at = field; *at; at++) {
        emb__text_bytes(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
    }
    emb__text_bytes(out, "\"", 1);
}

static void add_names(emb__text *out, const emb_codes *codes) {
    if (codes->files) emb__text_add(out, "file,");
    for (int i = 0; i < codes->latent; i++) emb__text_add(out, "%scode_%d", i > 0 ? "," : "", i);
    emb__text_add(out, "%s\n", codes->labels ? ",label" : "");
}

static void add_row(emb__text *out, const emb_codes *codes, size_t row) {
    char number[EMB__NUMBER_ROOM];
    const float *values = codes->values + row * (size_t)codes->latent;
    if (codes->files) {
        add_field(out, codes->files[row]);
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
    emb__text out = {0};
    const emb__locale locale = emb__locale_begin();
    add_names(&out, codes);
    for (size_t row = 0; row < codes->count && !out.failed; row++) add_row(&out, codes, row);
    emb__locale_end(locale);
    *length = out.length;
    if (!out.failed) return out.bytes;
    emb__free(out.bytes);
    return NULL;
}

emb_status emb_codes_write(const emb_codes *codes, const char *path) {
    if (ends_with(path, ".npy")) {
        const size_t shape[] = {codes->count, (size_t)codes->latent};
        emb_array_writer *writer = emb_array_writer_new(path, 2, shape);
        if (!writer) return emb__last_status();
        emb_status status = emb_array_writer_add(writer, codes->values, shape[0] * shape[1]);
        if (status == EMB_OK) status = emb_array_writer_finish(writer);
        emb_array_writer_free(writer);
        return status;
    }
    size_t length;
    char *text = emb_codes_text(codes, &length);
    emb_status status = text ? emb_file_write(path, text, length) : emb__last_status();
    free(text);
    return status;
}
