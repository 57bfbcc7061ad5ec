/* See gif_blocks.h. GIF89a, sections 17 to 27. */
#include "codec/gif_blocks.h"

enum { SIGNATURE = 6, SCREEN = 7, IMAGE = 9 }; /* bytes of the parts */
enum { EXTENSION = 0x21, PICTURE = 0x2c, TRAILER = 0x3b, CONTROL = 0xf9 };

typedef struct reader {
    const emb__picture_file *file;
    size_t at;
} reader;

/* `count` bytes, or NULL if they are not all there. */
static const uint8_t *take(reader *r, size_t count) {
    if (count > r->file->count - r->at) return NULL;
    const uint8_t *bytes = r->file->bytes + r->at;
    r->at += count;
    return bytes;
}

static size_t two_bytes(const uint8_t *b) { return b[0] | (size_t)b[1] << 8; }

/* Blocks of data, each behind its length, up to an empty one. */
static bool skip_data(reader *r) {
    for (;;) {
        const uint8_t *length = take(r, 1);
        if (!length || !take(r, *length)) return false;
        if (*length == 0) return true;
    }
}

static bool take_palette(reader *r, uint8_t flags, emb__gif_header *h) {
    if (!(flags & 0x80)) return true;
    const size_t colours = (size_t)2 << (flags & 7);
    const uint8_t *palette = take(r, 3 * colours);
    if (!palette) return false;
    h->palette = palette;
    h->colours = colours;
    return true;
}

/* `first`: of the pictures, whose header it keeps. */
static bool take_picture(reader *r, bool first, emb__gif_header *h) {
    emb__gif_header other = {0}, *to = first ? h : &other;
    const uint8_t *image = take(r, IMAGE);
    if (!image) return false;
    to->left = two_bytes(image);
    to->top = two_bytes(image + 2);
    to->wide = two_bytes(image + 4);
    to->tall = two_bytes(image + 6);
    to->interlaced = image[8] & 0x40;
    return take_palette(r, image[8], to) && take(r, 1) && skip_data(r);
}

/* An extension; the control extension says what is transparent in the picture behind it. */
static bool take_extension(reader *r, int *clear) {
    const uint8_t *label = take(r, 1);
    const uint8_t *data = r->file->bytes + r->at;
    if (!label || !skip_data(r)) return false;
    if (*label == CONTROL && data[0] >= 4) *clear = data[1] & 1 ? data[4] : -1;
    return true;
}

/* The number of pictures; -1 if the file ends within a block. */
static int walk(reader *r, emb__gif_header *h) {
    int pictures = 0, clear = -1;
    for (;;) {
        const uint8_t *kind = take(r, 1);
        if (!kind || *kind == TRAILER) return pictures;
        if (*kind == EXTENSION) {
            if (!take_extension(r, &clear)) return -1;
        } else if (*kind == PICTURE) {
            if (!take_picture(r, pictures == 0, h)) return -1;
            if (pictures++ == 0) h->clear = clear;
        } else if (pictures > 0) {
            return pictures; /* something else follows the pictures */
        } else {
            return -1;
        }
        if (pictures > 1) return pictures;
    }
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

emb_status emb__gif_header_read(const emb__picture_file *file, emb__gif_header *h,
                                emb__picture_info *info) {
    reader r = {.file = file};
    *h = (emb__gif_header){.clear = -1};
    const uint8_t *screen = take(&r, SIGNATURE + SCREEN);
    const int pictures = screen && take_palette(&r, screen[10], h) ? walk(&r, h) : -1;
    if (pictures < 0) return emb__fail(EMB_ERR_FORMAT, "%s: GIF: ends too early", file->path);
    if (pictures == 0) return emb__fail(EMB_ERR_FORMAT, "%s: GIF: holds no picture", file->path);
    if (!h->palette) return emb__fail(EMB_ERR_FORMAT, "%s: GIF: has no palette", file->path);
    h->width = larger(two_bytes(screen + 6), h->left + h->wide);
    h->height = larger(two_bytes(screen + 8), h->top + h->tall);
    info->height = h->height;
    info->width = h->width;
    info->palette = true;
    info->channels = emb__palette_channels(h->palette, h->colours, 3);
    for (info->bits = 1; (size_t)1 << info->bits < h->colours;) info->bits++;
    info->alpha = h->clear >= 0 || h->tall < h->height || h->wide < h->width;
    info->several = pictures > 1;
    return EMB_OK;
}
