/* See webp_chunks.h. RFC 9649; RFC 6386, 9.1, for a lossy picture's first bytes. */
#include "codec/webp_chunks.h"

#include <string.h>

#include "codec/exif.h"

enum { FILE_HEAD = 12, CHUNK_HEAD = 8, CANVAS = 10, FRAME = 16 };
enum { PROFILE = 0x20, ALPHA = 0x10, EXIF = 0x08, ANIMATION = 0x02 }; /* the canvas's flags */

static size_t number_at(const uint8_t *b, int bytes) {
    size_t value = 0;
    for (int i = 0; i < bytes; i++) value |= (size_t)b[i] << 8 * i;
    return value;
}

static size_t riff_bytes(const emb__picture_file *file) {
    return number_at(file->bytes + 4, 4) + CHUNK_HEAD;
}

static emb_status cut_short(const emb__picture_file *file) {
    return emb__fail(EMB_ERR_FORMAT, "%s: WebP: ends too early", file->path);
}

emb_status emb__webp_whole(const emb__picture_file *file) {
    return file->count < FILE_HEAD || riff_bytes(file) > file->count ? cut_short(file) : EMB_OK;
}

/* ---- chunks ---------------------------------------------------------------------------------- */

typedef struct chunk {
    const uint8_t *name, *data;
    size_t count; /* of its data; `held` of them are there */
    size_t held;
} chunk;

/* The chunk at *at, with *at moved past it and its filling; false if not even its head is there. */
static bool next_chunk(const emb__picture_file *file, size_t *at, chunk *c) {
    if (*at > file->count || file->count - *at < CHUNK_HEAD) return false;
    const uint8_t *head = file->bytes + *at;
    const size_t left = file->count - *at - CHUNK_HEAD, count = number_at(head + 4, 4);
    *c = (chunk){head, head + CHUNK_HEAD, count, count < left ? count : left};
    *at += CHUNK_HEAD + count + count % 2;
    return true;
}

static bool is(const chunk *c, const char *name) { return memcmp(c->name, name, 4) == 0; }

/* A lossy picture's sizes, of 14 bits. */
static bool read_lossy(const chunk *c, emb__webp_header *h) {
    if (c->held < 10) return false;
    h->width = number_at(c->data + 6, 2) & 0x3fff;
    h->height = number_at(c->data + 8, 2) & 0x3fff;
    return true;
}

static bool read_lossless(const chunk *c, emb__webp_header *h, emb__picture_info *info) {
    if (c->held < 5) return false;
    const size_t bits = number_at(c->data + 1, 4);
    h->width = (bits & 0x3fff) + 1;
    h->height = (bits >> 14 & 0x3fff) + 1;
    info->alpha = bits >> 28 & 1;
    return true;
}

static bool read_canvas(const chunk *c, emb__webp_header *h, emb__picture_info *info) {
    if (c->held < CANVAS) return false;
    h->width = number_at(c->data + 4, 3) + 1;
    h->height = number_at(c->data + 7, 3) + 1;
    h->animated = c->data[0] & ANIMATION;
    info->alpha = c->data[0] & ALPHA;
    info->several = h->animated;
    return true;
}

static bool read_frame(const chunk *c, emb__webp_header *h) {
    if (c->held < FRAME) return false;
    h->left = 2 * number_at(c->data, 3);
    h->top = 2 * number_at(c->data + 3, 3);
    h->wide = number_at(c->data + 6, 3) + 1;
    h->tall = number_at(c->data + 9, 3) + 1;
    h->data = c->data + FRAME;
    h->count = c->held - FRAME;
    return true;
}

static void read_exif(const chunk *c, emb__picture_info *info) {
    const size_t head = c->held >= 6 && memcmp(c->data, "Exif\0", 6) == 0 ? 6 : 0; /* of a JPEG's */
    info->orientation = emb__exif_orientation(c->data + head, c->held - head);
}

/* The chunks behind the canvas's. */
static emb_status read_extended(const emb__picture_file *file, size_t at, uint8_t flags,
                                emb__webp_header *h, emb__picture_info *info) {
    bool framed = !h->animated, noted = !(flags & EXIF), named = !(flags & PROFILE);
    chunk c;
    while (!(framed && noted && named) && next_chunk(file, &at, &c)) {
        if (is(&c, "ANMF") && !framed) framed = read_frame(&c, h);
        if (is(&c, "ICCP")) info->profile = !emb__says_srgb(c.data, c.held);
        if (is(&c, "EXIF") && c.held == c.count) {
            read_exif(&c, info);
            noted = true;
        }
        named = named || is(&c, "ICCP");
    }
    if (!framed) return cut_short(file);
    return noted && named ? EMB_OK : emb__webp_whole(file);
}

emb_status emb__webp_header_read(const emb__picture_file *file, emb__webp_header *h,
                                 emb__picture_info *info) {
    size_t at = FILE_HEAD;
    chunk c;
    *h = (emb__webp_header){.data = file->bytes, .count = file->count};
    if (!next_chunk(file, &at, &c)) return cut_short(file);
    const bool extended = is(&c, "VP8X");
    const bool good = extended         ? read_canvas(&c, h, info)
                      : is(&c, "VP8L") ? read_lossless(&c, h, info)
                                       : read_lossy(&c, h);
    if (!good) return cut_short(file);
    h->tall = h->height;
    h->wide = h->width;
    info->height = h->height;
    info->width = h->width;
    info->channels = 3;
    info->bits = 8;
    if (!extended) return EMB_OK;
    emb_status status = read_extended(file, at, c.data[0], h, info);
    if (h->tall < h->height || h->wide < h->width) info->alpha = true;
    return status;
}
