/* Recognises picture files by their content. See picture_formats.h. */
#include "codec/picture_formats.h"

#include <string.h>

#include "base/memory.h"
#include "codec/file.h"
#include "codec/picture_ink.h"

typedef struct format {
    const char *name;
    const char *begins;
    size_t length;
    emb_status (*read)(const emb__picture_file *file, emb__fit *fit);
    emb_status (*probe)(const emb__picture_file *file, emb__picture_info *info);
} format;

static const format formats[] = {
    {"PNG", "\x89PNG\r\n\x1a\n", 8, emb__png_read, emb__png_probe},
    {"JPEG", "\xff\xd8\xff", 3, emb__jpeg_read, emb__jpeg_probe},
    {"WebP", "RIFF", 4, emb__webp_read, emb__webp_probe},
    {"TIFF", "II*\0", 4, emb__tiff_read, emb__tiff_probe},
    {"TIFF", "MM\0*", 4, emb__tiff_read, emb__tiff_probe},
    {"TIFF", "II+\0", 4, emb__tiff_read, emb__tiff_probe}, /* BigTIFF */
    {"TIFF", "MM\0+", 4, emb__tiff_read, emb__tiff_probe},
    {"GIF", "GIF87a", 6, emb__gif_read, emb__gif_probe},
    {"GIF", "GIF89a", 6, emb__gif_read, emb__gif_probe},
    {"BMP", "BM", 2, emb__bmp_read, emb__bmp_probe},
    {"PGM", "P2", 2, emb__pnm_read, emb__pnm_probe},
    {"PPM", "P3", 2, emb__pnm_read, emb__pnm_probe},
    {"PGM", "P5", 2, emb__pnm_read, emb__pnm_probe},
    {"PPM", "P6", 2, emb__pnm_read, emb__pnm_probe},
};

static const format *find(const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const size_t length = formats[i].length;
        if (count >= length && memcmp(bytes, formats[i].begins, length) == 0) return &formats[i];
    }
    return NULL;
}

bool emb__picture_looks(const uint8_t *bytes, size_t count) { return find(bytes, count) != NULL; }

/* NULL with the error text set if it is none of them. */
static const format *recognise(const emb__picture_file *file) {
    const format *f = find(file->bytes, file->count);
    if (f) return f;
    emb__fail(EMB_ERR_FORMAT,
              "%s: is not a picture: expected PNG, JPEG, WebP, TIFF, BMP, GIF, PGM or PPM",
              file->path);
    return NULL;
}

static emb__picture_info nothing_known(const format *f) {
    return (emb__picture_info){.format = f->name, .orientation = 1, .ink = -1};
}

/* ---- reading --------------------------------------------------------------------------------- */

emb_status emb__picture_decode(const emb__picture_file *file, emb__fit *fit) {
    const format *f = recognise(file);
    if (!f) return EMB_ERR_FORMAT;
    fit->info = nothing_known(f);
    return f->read(file, fit);
}

emb_status emb__picture_take(const emb__picture_file *file, const emb__picture_plan *plan,
                             uint8_t *pixels, emb__picture_info *info) {
    emb__fit fit;
    emb__fit_init(&fit, plan, pixels);
    emb_status status = emb__picture_decode(file, &fit);
    if (status == EMB_OK) status = emb__picture_ink(file->path, &fit, plan, pixels);
    if (info) *info = fit.info;
    emb__fit_free(&fit);
    return status;
}

emb_status emb__picture_read(const char *path, const emb__picture_plan *plan, uint8_t *pixels,
                             emb__picture_info *info) {
    uint8_t *bytes;
    size_t count;
    emb_status status = emb__file_load(path, EMB__MAX_PICTURE_BYTES, &bytes, &count);
    if (status != EMB_OK) return status;
    status = emb__picture_take(&(emb__picture_file){path, bytes, count}, plan, pixels, info);
    emb__free(bytes);
    return status;
}

/* A file's bytes, on the desk. */
static emb_status load(emb__picture_desk *desk, int i, emb__picture_task *task) {
    if (task->bytes) return EMB_OK;
    const emb_status status =
        emb__file_load_into(task->path, EMB__MAX_PICTURE_BYTES, &desk->files[i], &task->count);
    task->bytes = desk->files[i].bytes;
    return status;
}

void emb__pictures_read(emb__picture_desk *desk, const emb__picture_plan *plan,
                        emb__picture_task tasks[], int count) {
    emb__fit fits[EMB__PICTURES_AT_ONCE], *jpeg_fits[EMB__PICTURES_AT_ONCE];
    emb__picture_file files[EMB__PICTURES_AT_ONCE];
    const emb__picture_file *jpegs[EMB__PICTURES_AT_ONCE];
    emb__picture_end *ends[EMB__PICTURES_AT_ONCE];
    int n = 0;
    for (int i = 0; i < count; i++) {
        emb__picture_task *t = &tasks[i];
        emb__fit_init(&fits[i], plan, t->pixels);
        if (t->end.status == EMB_OK) t->end = emb__picture_ended(load(desk, i, t));
        if (t->end.status != EMB_OK) continue;
        files[i] = (emb__picture_file){t->path, t->bytes, t->count};
        const format *f = recognise(&files[i]);
        if (f) fits[i].info = nothing_known(f);
        if (f && f->read == emb__jpeg_read) {
            jpegs[n] = &files[i];
            jpeg_fits[n] = &fits[i];
            ends[n++] = &t->end;
        } else {
            t->end = emb__picture_ended(f ? f->read(&files[i], &fits[i]) : EMB_ERR_FORMAT);
        }
    }
    if (n > 0) emb__jpegs_read(desk, jpegs, jpeg_fits, n, ends);
    for (int i = 0; i < count; i++) {
        emb__picture_task *t = &tasks[i];
        if (t->end.status == EMB_OK) {
            t->end = emb__picture_ended(emb__picture_ink(t->path, &fits[i], plan, t->pixels));
        }
        tasks[i].info = fits[i].info;
        emb__fit_free(&fits[i]);
    }
    emb__picture_desk_tidy(desk);
}

/* ---- probing --------------------------------------------------------------------------------- */

emb_status emb__picture_look(const emb__picture_file *file, emb__picture_info *info) {
    const format *f = recognise(file);
    if (!f) return EMB_ERR_FORMAT;
    *info = nothing_known(f);
    emb_status status = f->probe(file, info);
    if (status != EMB_OK) return status;
    status = emb__picture_check(file, info->height, info->width);
    if (info->orientation >= 5) {
        const size_t height = info->height;
        info->height = info->width;
        info->width = height;
    }
    return status;
}

static emb_status look_at(const emb__file *file, uint8_t *bytes, size_t room,
                          emb__picture_info *info) {
    size_t count;
    emb_status status = emb__file_read_at(file, 0, bytes, room, &count);
    if (status != EMB_OK) return status;
    return emb__picture_look(&(emb__picture_file){file->path, bytes, count}, info);
}

/* A header that does not end within what was read may do so in the whole file. */
static emb_status probe_open(emb__file *file, emb__picture_info *info) {
    enum { FIRST = 1 << 16 };
    emb_status status = emb__file_fits(file, EMB__MAX_PICTURE_BYTES);
    const size_t first = file->size < FIRST ? file->size : FIRST;
    uint8_t *bytes = status == EMB_OK ? emb__alloc(first) : NULL;
    if (!bytes) return status == EMB_OK ? EMB_ERR_MEMORY : status;
    status = look_at(file, bytes, first, info);
    emb__free(bytes);
    if (status != EMB_ERR_FORMAT || first == file->size) return status;
    bytes = emb__alloc(file->size);
    if (!bytes) return EMB_ERR_MEMORY;
    status = look_at(file, bytes, file->size, info);
    emb__free(bytes);
    return status;
}

emb_status emb__picture_probe(const char *path, emb__picture_info *info) {
    emb__file file;
    *info = (emb__picture_info){.orientation = 1, .ink = -1};
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    status = probe_open(&file, info);
    emb__file_close(&file);
    return status;
}
