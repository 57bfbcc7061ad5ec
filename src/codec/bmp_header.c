/* See bmp_header.h. Windows' BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER, BITMAPV5HEADER. */
#include "codec/bmp_header.h"

#include <string.h>

#include "base/translate.h"

/* Where things stand: from the file's beginning, then from the header's. */
enum { PIXELS_AT = 10, HEADER = 14 };
enum {
    CORE = 12, /* OS/2's first header, whose sizes have two bytes */
    SHORTEST = 16,
    WINDOWS = 40,
    WITH_FIELDS = 52,
    WITH_ALPHA = 56,
    LONGEST = 124,
    PACKING_AT = 16,
    COLOURS_AT = 32,
    FIELDS_AT = 40,
    SPACE_AT = 56,
    PROFILE_AT = 112
};
/* As a file names them; 3 has another meaning in OS/2's. */
enum { RGB, RLE8, RLE4, BITFIELDS, ALPHABITFIELDS = 6 };

/* The format names the file and the number. */
static emb_status wrong(const emb__picture_file *file, const char *format, uint32_t value) {
    return emb__fail(EMB_ERR_FORMAT, format, file->path, (unsigned long)value);
}

static emb_status read_sizes(const emb__picture_file *file, size_t length, emb__bmp_header *h) {
    const uint8_t *head = file->bytes + HEADER;
    if (length == CORE) {
        h->width = emb__two_bytes(head + 4);
        h->height = emb__two_bytes(head + 6);
        h->bits = emb__two_bytes(head + 10);
    } else {
        const uint32_t height = emb__four_bytes(head + 8);
        h->top_down = height >> 31;
        h->height = h->top_down ? 0U - height : height;
        h->width = emb__four_bytes(head + 4);
        h->bits = emb__two_bytes(head + 14);
    }
    const unsigned b = h->bits;
    if (b == 1 || b == 2 || b == 4 || b == 8 || b == 16 || b == 24 || b == 32) return EMB_OK;
    return wrong(file, E_("%s: BMP: its pixels have bits: %lu, expected 1, 2, 4, 8, 16, 24 or 32"),
                 b);
}

/* Ones without a gap. */
static bool is_field(uint32_t field) {
    const uint32_t low = field & (0U - field);
    return field != 0 && ((field + low) & field) == 0;
}

static emb_status read_fields(const emb__picture_file *file, size_t length, uint32_t packing,
                              emb__bmp_header *h, size_t *end) {
    static const uint32_t usual[2][4] = {{0x7c00, 0x3e0, 0x1f, 0}, {0xff0000, 0xff00, 0xff, 0}};
    h->packing = EMB__BMP_FIELDS;
    if (packing == RGB) {
        memcpy(h->fields, usual[h->bits == 32], sizeof h->fields);
        return EMB_OK;
    }
    const bool alpha = length >= WITH_ALPHA || packing == ALPHABITFIELDS;
    const size_t count = alpha ? 4 : 3;
    if (length < WITH_FIELDS) *end += count * 4; /* they follow the header */
    if (*end > file->count) return emb__fail(EMB_ERR_FORMAT, "%s: BMP: ends too early", file->path);
    for (size_t i = 0; i < count; i++) {
        h->fields[i] = emb__four_bytes(file->bytes + HEADER + FIELDS_AT + 4 * i);
        const bool fits = h->bits == 32 || h->fields[i] >> 16 == 0;
        if (fits && (is_field(h->fields[i]) || (i == 3 && h->fields[i] == 0))) continue;
        return wrong(file,
                     E_("%s: BMP: a channel's bits are %lu, expected neighbours within the pixel"),
                     h->fields[i]);
    }
    return EMB_OK;
}

static emb_status read_packing(const emb__picture_file *file, size_t length, emb__bmp_header *h,
                               size_t *end) {
    const uint32_t packing =
        length > PACKING_AT ? emb__four_bytes(file->bytes + HEADER + PACKING_AT) : RGB;
    const bool windows = length == WINDOWS || length >= WITH_FIELDS;
    const bool fields = packing == BITFIELDS || packing == ALPHABITFIELDS;
    const bool wide = h->bits == 16 || h->bits == 32;
    if (wide && (packing == RGB || (fields && windows && length != 64))) {
        return read_fields(file, length, packing, h, end);
    }
    h->packing = packing == RLE8 ? EMB__BMP_RLE8 : packing == RLE4 ? EMB__BMP_RLE4 : EMB__BMP_PLAIN;
    if (packing == RGB || (packing == RLE8 && h->bits == 8) || (packing == RLE4 && h->bits == 4)) {
        return EMB_OK;
    }
    return wrong(
        file,
        E_("%s: BMP: is packed in way %lu, expected 0 (not), 1 or 2 (RLE), 3 or 6 (bit fields)"),
        packing);
}

/* Behind the header, blue first. */
static int read_palette(const emb__picture_file *file, size_t length, size_t at,
                        emb__bmp_header *h) {
    const size_t step = length == CORE ? 3 : 4, all = (size_t)1 << h->bits;
    const size_t end = h->pixels > at ? h->pixels : at, room = (end - at) / step;
    const uint32_t used =
        length >= WINDOWS ? emb__four_bytes(file->bytes + HEADER + COLOURS_AT) : 0;
    size_t count = used > 0 && used < all ? used : all;
    if (count > room) count = room;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) h->palette[i][c] = file->bytes[at + i * step + 2 - c];
    }
    return emb__palette_channels(h->palette[0], count, 3);
}

/* In the longest header: 'LINK' or 'MBED'. */
static bool has_profile(const emb__picture_file *file, size_t length) {
    const uint8_t *head = file->bytes + HEADER;
    if (length < LONGEST) return false;
    if (memcmp(head + SPACE_AT, "KNIL", 4) == 0) return true;
    if (memcmp(head + SPACE_AT, "DEBM", 4) != 0) return false;
    const size_t left = file->count - HEADER;
    const size_t at = emb__four_bytes(head + PROFILE_AT),
                 size = emb__four_bytes(head + PROFILE_AT + 4);
    return at >= left || !emb__says_srgb(head + at, size < left - at ? size : left - at);
}

emb_status emb__bmp_header_read(const emb__picture_file *file, emb__bmp_header *h,
                                emb__picture_info *info) {
    *h = (emb__bmp_header){0};
    if (file->count < HEADER + 4) {
        return emb__fail(EMB_ERR_FORMAT, "%s: BMP: ends too early", file->path);
    }
    const uint32_t length = emb__four_bytes(file->bytes + HEADER);
    const bool known =
        length == CORE || length == SHORTEST || (length >= WINDOWS && length <= LONGEST);
    if (!known)
        return wrong(file, E_("%s: BMP: its header's length is %lu, expected 12, 16 or 40 to 124"),
                     length);
    size_t end = HEADER + length;
    if (file->count < end) {
        return emb__fail(EMB_ERR_FORMAT, "%s: BMP: ends too early", file->path);
    }
    emb_status status = read_sizes(file, length, h);
    if (status == EMB_OK) status = read_packing(file, length, h, &end);
    if (status != EMB_OK) return status;
    const uint32_t at = emb__four_bytes(file->bytes + PIXELS_AT);
    if (at < end || at > file->count) {
        return wrong(
            file,
            E_("%s: BMP: its pixels begin at byte %lu, expected one behind the header in the file"),
            at);
    }
    h->pixels = at;
    info->height = h->height;
    info->width = h->width;
    info->bits = h->bits > 8 ? 8 : (int)h->bits;
    info->palette = h->bits <= 8;
    info->channels = h->bits <= 8 ? read_palette(file, length, end, h) : 3;
    info->alpha = h->fields[3] != 0;
    info->profile = has_profile(file, length);
    return EMB_OK;
}
