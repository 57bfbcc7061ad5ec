/* The formats of pictures. A file's first bytes decide its format, never its name. A new format is
 * a row in picture_formats.c and a file with its decoder.
 *
 * Each failure's text begins with the path; EMB_ERR_MISSING where the build lacks a library. All of
 * it may run on several threads at once. */
#ifndef EMB_CODEC_PICTURE_FORMATS_H
#define EMB_CODEC_PICTURE_FORMATS_H

#include "codec/picture_desk.h"

/* Whether a file that begins with these bytes is one of the formats. */
bool emb__picture_looks(const uint8_t *bytes, size_t count);

/* pixels[C][H][W] = the file's picture as the plan says. *info, unless NULL, is what the file
 * holds. */
emb_status emb__picture_read(const char *path, const emb__picture_plan *plan, uint8_t *pixels,
                             emb__picture_info *info);

/* The same from memory. */
emb_status emb__picture_take(const emb__picture_file *file, const emb__picture_plan *plan,
                             uint8_t *pixels, emb__picture_info *info);

/* A picture of several that are read at a time. */
typedef struct emb__picture_task {
    const char *path;
    const uint8_t *bytes; /* NULL: it is read from the path */
    size_t count;
    uint8_t *pixels;
    emb__picture_info info; /* what the file holds */
    emb__picture_end end;   /* what became of it */
} emb__picture_task;
/* 1 to EMB__PICTURES_AT_ONCE of them. One whose end is a failure already is left alone. */
void emb__pictures_read(emb__picture_desk *desk, const emb__picture_plan *plan,
                        emb__picture_task tasks[], int count);

/* The same from memory, into a fit that has begun with emb__fit_init. */
emb_status emb__picture_decode(const emb__picture_file *file, emb__fit *fit);

/* What a file's header says, without decoding: it reads the first 64 KiB, more only if the header
 * is longer. A good header may stand before a damaged picture. */
emb_status emb__picture_probe(const char *path, emb__picture_info *info);

/* The same from memory. */
emb_status emb__picture_look(const emb__picture_file *file, emb__picture_info *info);

#endif
