/* BMP to 8-bit grey or RGB: palettes, 16, 24 and 32 bits, bit fields, run lengths. See
 * picture_file.h.
 *
 * The fourth byte of a pixel is opacity only if a bit field says so. Some programs announce one and
 * leave it zero everywhere; such a picture is opaque. Run lengths that lead past a row's end are
 * cut there; pixels that they leave out have the palette's first colour. */
#include <string.h>

#include "base/memory.h"
#include "codec/bmp_header.h"

emb_status emb__bmp_probe(const emb__picture_file *file, emb__picture_info *info) {
    emb__bmp_header header;
    return emb__bmp_header_read(file, &header, info);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* row[count][samples] of the palette's colours. */
static void look_up(const emb__bmp_header *h, const uint8_t *indices, size_t count, size_t samples,
                    uint8_t *row) {
    for (size_t i = 0; i < count; i++, row += samples) {
        const uint8_t *colour = h->palette[indices[i]];
        for (size_t c = 0; c < samples; c++) row[c] = colour[c];
    }
}

/* An index of 1, 2, 4 or 8 bits, the first one highest. */
static void unpack(const uint8_t *from, unsigned bits, size_t count, uint8_t *indices) {
    const unsigned each = 8 / bits, most = (1U << bits) - 1;
    for (size_t i = 0; i < count; i++) {
        const unsigned shift = (each - 1 - (unsigned)(i % each)) * bits;
        indices[i] = (uint8_t)((unsigned)from[i / each] >> shift & most);
    }
}

static uint8_t field_of(uint32_t pixel, uint32_t field) {
    const uint32_t low = field & (0U - field), most = field / low;
    return (uint8_t)(((uint64_t)((pixel & field) / low) * 255 + most / 2) / most);
}

static uint32_t pixel_at(const uint8_t *from, unsigned bits, size_t i) {
    return bits == 16 ? emb__two_bytes(from + 2 * i) : emb__four_bytes(from + 4 * i);
}

static void take_fields(const emb__bmp_header *h, const uint8_t *from, size_t count, size_t samples,
                        uint8_t *row) {
    for (size_t i = 0; i < count; i++, row += samples) {
        const uint32_t pixel = pixel_at(from, h->bits, i);
        for (size_t c = 0; c < samples; c++) row[c] = field_of(pixel, h->fields[c]);
    }
}

static void take_bytes(const uint8_t *from, size_t count, uint8_t *row) {
    for (size_t i = 0; i < count; i++, from += 3, row += 3) {
        row[0] = from[2];
        row[1] = from[1];
        row[2] = from[0];
    }
}

/* ---- a picture ------------------------------------------------------------------------------- */

typedef struct reading {
    const emb__picture_file *file;
    emb__bmp_header header;
    uint8_t *row;     /* [W][samples] */
    uint8_t *indices; /* [W] */
} reading;

/* Rows begin at multiples of four bytes; the last one's filling may be missing. */
static size_t stride_of(const emb__bmp_header *h) { return (h->width * h->bits + 31) / 32 * 4; }

static bool all_transparent(const reading *r) {
    const emb__bmp_header *h = &r->header;
    for (size_t y = 0; y < h->height; y++) {
        const uint8_t *from = r->file->bytes + h->pixels + y * stride_of(h);
        for (size_t x = 0; x < h->width; x++) {
            if (pixel_at(from, h->bits, x) & h->fields[3]) return false;
        }
    }
    return true;
}

static void read_plain(reading *r, size_t samples, emb__fit *fit) {
    const emb__bmp_header *h = &r->header;
    for (size_t y = 0; y < h->height; y++) {
        const size_t at = h->top_down ? y : h->height - 1 - y;
        const uint8_t *from = r->file->bytes + h->pixels + at * stride_of(h);
        if (h->bits <= 8) {
            unpack(from, h->bits, h->width, r->indices);
            look_up(h, r->indices, h->width, samples, r->row);
        } else if (h->bits == 24) {
            take_bytes(from, h->width, r->row);
        } else {
            take_fields(h, from, h->width, samples, r->row);
        }
        emb__fit_row(fit, r->row);
    }
}

/* A run's or a string's pixel i: of 8 bits, or of 4, the first one highest. */
static uint8_t index_at(const uint8_t *from, bool halves, size_t i) {
    if (!halves) return from[i];
    return (uint8_t)(from[i / 2] >> (i % 2 ? 0 : 4) & 15);
}

static void end_row(reading *r, size_t samples, emb__fit *fit) {
    const size_t width = r->header.width;
    look_up(&r->header, r->indices, width, samples, r->row);
    emb__fit_row(fit, r->row);
    memset(r->indices, 0, width);
}

/* Codes of two bytes: a run's length and pixel, or 0 and: 0 the row's end, 1 the picture's, 2 a
 * move to the right and upwards, else a string's length. */
static emb_status read_runs(reading *r, size_t samples, emb__fit *fit) {
    enum { ROW_ENDS, PICTURE_ENDS, MOVE };
    const emb__bmp_header *h = &r->header;
    const bool halves = h->packing == EMB__BMP_RLE4;
    const uint8_t *at = r->file->bytes + h->pixels, *end = r->file->bytes + r->file->count;
    size_t x = 0;
    while (fit->seen < h->height && end - at >= 2) {
        const uint8_t run = at[0], code = at[1];
        at += 2;
        if (run == 0 && code == PICTURE_ENDS) {
            while (fit->seen < h->height) end_row(r, samples, fit);
        } else if (run == 0 && code == ROW_ENDS) {
            end_row(r, samples, fit);
            x = 0;
        } else if (run == 0 && code == MOVE) {
            if (end - at < 2) break;
            x += at[0];
            for (int i = 0; i < at[1] && fit->seen < h->height; i++) end_row(r, samples, fit);
            at += 2;
        } else { /* strings are filled to two bytes */
            const size_t count = run ? run : code, bytes = halves ? (count + 1) / 2 : count;
            const uint8_t pair[2] = {code, code};
            if (!run && (size_t)(end - at) < bytes) break;
            for (size_t i = 0; i < count && x < h->width; i++) {
                r->indices[x++] = index_at(run ? pair : at, halves, run ? (halves ? i % 2 : 0) : i);
            }
            if (!run)
                at += (bytes + 1) / 2 * 2 < (size_t)(end - at) ? (bytes + 1) / 2 * 2
                                                               : (size_t)(end - at);
        }
        if (x > h->width) x = h->width;
    }
    if (fit->seen == h->height) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: BMP: ends too early", r->file->path);
}

static emb_status read_picture(reading *r, emb__fit *fit) {
    const emb__bmp_header *h = &r->header;
    const bool runs = h->packing == EMB__BMP_RLE8 || h->packing == EMB__BMP_RLE4;
    const size_t width = h->width, left = r->file->count - h->pixels;
    const size_t stride = stride_of(h), filling = stride - (width * h->bits + 7) / 8;
    const uint64_t most = runs         ? emb__picture_sparse(r->file)
                          : stride > 0 ? (left + filling) / stride * width
                                       : 0;
    const bool opaque = !h->fields[3] || h->height * width > most || all_transparent(r);
    const size_t samples = h->bits <= 8 ? (size_t)fit->info.channels : opaque ? 3 : 4;
    fit->bottom_up = runs && !h->top_down;
    emb_status status = emb__picture_begin(r->file, fit, (int)samples, h->height, h->width, most);
    if (status != EMB_OK) return status;
    r->row = emb__alloc(width * samples);
    r->indices = emb__calloc(width, 1);
    if (!r->row || !r->indices) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->file->path);
    if (runs) return read_runs(r, samples, fit);
    read_plain(r, samples, fit);
    return EMB_OK;
}

emb_status emb__bmp_read(const emb__picture_file *file, emb__fit *fit) {
    reading r = {.file = file};
    emb_status status = emb__bmp_header_read(file, &r.header, &fit->info);
    if (status == EMB_OK) status = read_picture(&r, fit);
    emb__free(r.row);
    emb__free(r.indices);
    return status;
}
