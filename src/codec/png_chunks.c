/* See png_chunks.h. */
#include "codec/png_chunks.h"

#include <string.h>

#define ZLIB_CONST /* zlib then takes const input */
#include <zlib.h>

#include "base/memory.h"
#include "codec/exif.h"
#include "codec/gzip.h"

enum {
    SIGNATURE = 8,
    HEAD = 8, /* of a chunk: length and name */
    TAIL = 4, /* its CRC */
    SPARE = 1 << 18,
    WINDOW = 1 << 14
};

/* ---- chunks ---------------------------------------------------------------------------------- */

typedef struct chunk {
    const uint8_t *name, *data; /* the name lies before the data; the CRC is of both */
    size_t count;
} chunk;

static size_t number_at(const uint8_t *b) {
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

/* The chunk at *at, with *at moved past it; false if the file ends before the chunk. */
static bool next_chunk(const emb__picture_file *file, size_t *at, chunk *c) {
    if (file->count - *at < HEAD + TAIL) return false;
    const uint8_t *head = file->bytes + *at;
    *c = (chunk){.name = head + 4, .data = head + HEAD, .count = number_at(head)};
    if (c->count > file->count - *at - HEAD - TAIL) return false;
    *at += HEAD + c->count + TAIL;
    return true;
}

static bool is(const chunk *c, const char *name) { return memcmp(c->name, name, 4) == 0; }

/* A chunk whose name begins with a capital letter must be read. libpng skips others that are
 * damaged. */
static bool undamaged(const chunk *c) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    (void)c;
    return true;
#else
    const bool needed = c->name[0] >= 'A' && c->name[0] <= 'Z';
    return !needed || crc32_z(0, c->name, 4 + c->count) == number_at(c->data + c->count);
#endif
}

emb_status emb__png_whole(const emb__picture_file *file) {
    size_t at = SIGNATURE;
    chunk c = {0};
    do {
        if (!next_chunk(file, &at, &c)) {
            return emb__fail(EMB_ERR_FORMAT, "%s: PNG: ends too early", file->path);
        }
        if (!undamaged(&c)) {
            return emb__fail(EMB_ERR_FORMAT,
                             "%s: PNG: the chunk before byte %zu is damaged: its CRC is wrong",
                             file->path, at);
        }
    } while (!is(&c, "IEND"));
    return EMB_OK;
}

/* ---- what they say --------------------------------------------------------------------------- */

static void read_header(const chunk *c, emb__picture_info *info) {
    const uint8_t colour = c->data[9];
    info->width = number_at(c->data);
    info->height = number_at(c->data + 4);
    info->bits = c->data[8];
    info->palette = colour == 3;
    info->channels = colour & 2 ? 3 : 1;
    info->alpha = colour & 4;
}

/* Whether a chunk of the picture's data begins here, which need not be there as a whole. */
static bool data_begin(const emb__picture_file *file, size_t at) {
    return file->count - at >= HEAD && memcmp(file->bytes + at + 4, "IDAT", 4) == 0;
}

emb_status emb__png_notes(const emb__picture_file *file, emb__picture_info *info) {
    enum { HEADER = 13 };
    bool named = false;
    size_t at = SIGNATURE;
    chunk c = {0};
    while (!data_begin(file, at) && next_chunk(file, &at, &c)) {
        if (is(&c, "IHDR") && c.count == HEADER) read_header(&c, info);
        if (is(&c, "PLTE") && info->palette) {
            info->channels = emb__palette_channels(c.data, c.count / 3, 3);
        }
        if (is(&c, "tRNS")) info->alpha = true;
        if (is(&c, "sRGB")) named = true;
        if (is(&c, "iCCP")) info->profile = !emb__says_srgb(c.data, c.count);
        if (is(&c, "eXIf")) info->orientation = emb__exif_orientation(c.data, c.count);
        if (is(&c, "acTL")) info->several = true;
    }
    if (named) info->profile = false;
    if (info->width > 0 && data_begin(file, at)) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: PNG: ends too early", file->path);
}

/* ---- what they unpack to --------------------------------------------------------------------- */

/* Bytes of a pass of h rows, each with its filter's byte; an empty row has none. */
static uint64_t pass_bytes(uint64_t width, uint64_t height, unsigned bits) {
    return width > 0 ? height * (1 + (width * bits + 7) / 8) : 0;
}

/* PNG's specification, section 8.2: where Adam7's passes begin and how far they step. */
static uint64_t packed_bytes(const emb__png_header *h) {
    static const struct {
        unsigned x, y, right, down;
    } passes[7] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                   {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    if (!h->interlaced) return pass_bytes(h->width, h->height, h->bits);
    uint64_t sum = 0;
    for (int i = 0; i < 7; i++) {
        const uint64_t width = (h->width + passes[i].right - 1 - passes[i].x) / passes[i].right;
        const uint64_t height = (h->height + passes[i].down - 1 - passes[i].y) / passes[i].down;
        sum += pass_bytes(width, height, h->bits);
    }
    return sum;
}

/* The number of bytes to which all data chunks unpack, as far as they can be unpacked, at most
 * `enough`. */
static uint64_t unpack(const emb__picture_file *file, z_stream *z, uint8_t *window,
                       uint64_t enough) {
    size_t at = SIGNATURE;
    chunk c = {0};
    uint64_t sum = 0;
    int result = Z_OK;
    while (result == Z_OK && sum < enough && next_chunk(file, &at, &c)) {
        if (!is(&c, "IDAT")) continue;
        z->next_in = c.data;
        z->avail_in = (uInt)c.count;
        do {
            z->next_out = window;
            z->avail_out = WINDOW;
            result = inflate(z, Z_NO_FLUSH);
            sum += WINDOW - z->avail_out;
        } while (result == Z_OK && z->avail_out == 0 && sum < enough);
        if (result == Z_BUF_ERROR) result = Z_OK; /* it needs the next chunk */
    }
    return sum;
}

emb_status emb__png_holds(const emb__picture_file *file, const emb__png_header *header) {
    const uint64_t wanted = packed_bytes(header);
    if (header->at_once <= file->count + SPARE) return EMB_OK;
    uint8_t *window = emb__alloc(WINDOW);
    z_stream z = {.zalloc = emb__zlib_alloc, .zfree = emb__zlib_free};
    if (!window || inflateInit(&z) != Z_OK) {
        emb__free(window);
        return emb__fail(EMB_ERR_MEMORY, "%s: out of memory for inflating", file->path);
    }
    const uint64_t held = unpack(file, &z, window, wanted);
    inflateEnd(&z);
    emb__free(window);
    if (held >= wanted) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: announces %zu x %zu pixels, more than its %zu bytes hold",
                     file->path, header->width, header->height, file->count);
}
