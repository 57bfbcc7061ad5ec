/* TIFF by libtiff, from memory: the first picture of a file, to 8-bit grey or RGB. See
 * picture_file.h.
 *
 * Read are grey, palettes, RGB and CMYK of 1, 2, 4, 8 and 16 bits, with and without opacity, in
 * strips and tiles, channels together or apart, YCbCr if it is packed as JPEG. A strip whose
 * channels are together is unpacked row by row; otherwise a band is held: a row of tiles, or a
 * strip of each channel. Opening and the header: tiff_file.h. */
#include "codec/picture_file.h"

#ifndef EMB_HAVE_TIFF

static emb_status lacks(const emb__picture_file *file) {
    return emb__fail(EMB_ERR_MISSING,
                     "%s: reading TIFF needs libtiff 4.5, which this build is without: install "
                     "libtiff-dev (Debian, Ubuntu) and build again",
                     file->path);
}

emb_status emb__tiff_read(const emb__picture_file *file, emb__fit *fit) {
    (void)fit;
    return lacks(file);
}

emb_status emb__tiff_probe(const emb__picture_file *file, emb__picture_info *info) {
    (void)info;
    return lacks(file);
}

#else

#include <string.h>

#include "base/memory.h"
#include "codec/tiff_file.h"

enum { MOST_BAND = 1 << 26, MOST_TILE = 1 << 22 };

emb_status emb__tiff_probe(const emb__picture_file *file, emb__picture_info *info) {
    emb__tiff r = {.file = file};
    emb_status status = emb__tiff_open(&r);
    if (status == EMB_OK) status = emb__tiff_header(&r, info);
    if (r.tiff) TIFFClose(r.tiff);
    return status;
}

/* ---- pixels ---------------------------------------------------------------------------------- */

/* to[i * step] = number i, of which each has so many bits, as a byte; a palette's index as it is.
 */
static void to_bytes(const emb__tiff *r, const uint8_t *from, size_t count, size_t step,
                     uint8_t *to) {
    const unsigned bits = r->bits, each = 8 / (bits < 8 ? bits : 8), most = (1U << bits % 16) - 1;
    const unsigned scale =
        r->photometric == PHOTOMETRIC_PALETTE ? 1 : 255 / (bits < 8 ? most : 255);
    for (size_t i = 0; i < count; i++, to += step) {
        if (bits == 8) {
            *to = from[i];
        } else if (bits == 16) {
            uint16_t value;
            memcpy(&value, from + 2 * i, sizeof value);
            *to = (uint8_t)((value * 255U + 32767) / 65535);
        } else {
            const unsigned shift = (each - 1 - (unsigned)(i % each)) * bits;
            *to = (uint8_t)(((unsigned)from[i / each] >> shift & most) * scale);
        }
    }
}

/* The colour before it was multiplied by its opacity. */
static uint8_t divide(uint32_t colour, uint32_t opacity) {
    const uint32_t value = opacity > 0 ? (colour * 255 + opacity / 2) / opacity : 0;
    return (uint8_t)(value < 255 ? value : 255);
}

/* to[samples] = the channels' colour. */
static void to_colour(const emb__tiff *r, const uint8_t *from, size_t samples, uint8_t *to) {
    const size_t colours = samples - (samples % 2 == 0);
    uint8_t colour[3] = {0};
    switch (r->photometric) {
    case PHOTOMETRIC_MINISWHITE:
        colour[0] = (uint8_t)(255 - from[0]);
        break;
    case PHOTOMETRIC_PALETTE:
        memcpy(colour, r->palette[from[0]], 3);
        break;
    case PHOTOMETRIC_SEPARATED:
        for (size_t c = 0; c < 3; c++) {
            colour[c] = (uint8_t)(((255U - from[c]) * (255U - from[3]) + 127) / 255);
        }
        break;
    default:
        memcpy(colour, from, colours);
    }
    const uint8_t opacity = r->opacity ? from[emb__tiff_channels(r)] : 255;
    for (size_t c = 0; c < colours; c++) {
        to[c] = r->opacity == EXTRASAMPLE_ASSOCALPHA ? divide(colour[c], opacity) : colour[c];
    }
    if (samples % 2 == 0) to[samples - 1] = opacity;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* In place: a pixel never has more samples than channels, except a palette's. */
static void give_row(emb__tiff *r, const uint8_t *bytes, emb__fit *fit) {
    const size_t samples = (size_t)fit->samples;
    for (size_t x = 0; x < r->width; x++) {
        to_colour(r, bytes + x * r->channels, samples, r->row + x * samples);
    }
    emb__fit_row(fit, r->row);
}

static bool read_strips(emb__tiff *r, emb__fit *fit) {
    const size_t count = (size_t)r->width * r->channels;
    for (uint32_t y = 0; y < r->height; y++) {
        if (TIFFReadScanline(r->tiff, r->stored, y, 0) != 1 || r->failed) return false;
        to_bytes(r, r->stored, count, 1, r->band);
        give_row(r, r->band, fit);
    }
    return true;
}

/* A band of `rows` rows from `y` on, of one channel or of all. */
static bool read_tiles(emb__tiff *r, uint32_t y, uint32_t rows, unsigned channel, uint32_t wide) {
    const size_t together = r->apart ? 1 : r->channels;
    const size_t line = (wide * together * r->bits + 7) / 8;
    for (uint32_t x = 0; x < r->width; x += wide) {
        const size_t count = r->width - x < wide ? r->width - x : wide;
        if (TIFFReadTile(r->tiff, r->stored, x, y, 0, (uint16_t)channel) < 0 || r->failed)
            return false;
        for (uint32_t i = 0; i < rows; i++) {
            uint8_t *to = r->band + ((size_t)i * r->width + x) * r->channels + channel;
            to_bytes(r, r->stored + i * line, count * together, r->apart ? r->channels : 1, to);
        }
    }
    return true;
}

static bool read_strip(emb__tiff *r, uint32_t y, uint32_t rows, unsigned channel) {
    const size_t line = ((size_t)r->width * r->bits + 7) / 8;
    const uint32_t strip = TIFFComputeStrip(r->tiff, y, (uint16_t)channel);
    const tmsize_t want = (tmsize_t)(rows * line);
    if (TIFFReadEncodedStrip(r->tiff, strip, r->stored, want) != want || r->failed) return false;
    for (uint32_t i = 0; i < rows; i++) {
        to_bytes(r, r->stored + i * line, r->width, r->channels,
                 r->band + (size_t)i * r->width * r->channels + channel);
    }
    return true;
}

/* tall: a band's rows; wide: a tile's columns, or 0 for strips. */
static bool read_bands(emb__tiff *r, uint32_t tall, uint32_t wide, emb__fit *fit) {
    for (uint32_t y = 0; y < r->height; y += tall) {
        const uint32_t rows = r->height - y < tall ? r->height - y : tall;
        for (unsigned c = 0; c < (r->apart ? r->channels : 1U); c++) {
            if (!(wide ? read_tiles(r, y, rows, c, wide) : read_strip(r, y, rows, c))) return false;
        }
        for (uint32_t i = 0; i < rows; i++) {
            give_row(r, r->band + (size_t)i * r->width * r->channels, fit);
        }
    }
    return true;
}

/* ---- a picture ------------------------------------------------------------------------------- */

static uint64_t most_pixels(const emb__tiff *r) {
    if (r->packing != COMPRESSION_NONE) return emb__picture_sparse(r->file);
    return (uint64_t)r->file->count * 8 / ((uint64_t)r->bits * r->channels);
}

static emb_status read_pixels(emb__tiff *r, emb__fit *fit) {
    uint32_t tall = 1, wide = 0;
    const bool tiles = TIFFIsTiled(r->tiff);
    if (tiles) {
        TIFFGetField(r->tiff, TIFFTAG_TILEWIDTH, &wide);
        TIFFGetField(r->tiff, TIFFTAG_TILELENGTH, &tall);
    } else if (r->apart) {
        TIFFGetFieldDefaulted(r->tiff, TIFFTAG_ROWSPERSTRIP, &tall);
        if (tall > r->height) tall = r->height;
    }
    const uint64_t rows = tall < r->height ? tall : r->height;
    const uint64_t band = rows * r->width * r->channels;
    const uint64_t numbers = (uint64_t)(tiles ? wide : r->width) * (r->apart ? 1 : r->channels);
    const uint64_t needed = (tiles || r->apart ? tall : 1) * ((numbers * r->bits + 7) / 8);
    const uint64_t given = tiles      ? TIFFTileSize64(r->tiff)
                           : r->apart ? needed
                                      : TIFFScanlineSize64(r->tiff);
    const uint64_t stored = given > needed ? given : needed;
    if (tall == 0 || numbers == 0 || band > MOST_BAND || stored > band * 2 + MOST_TILE) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: TIFF: has strips or tiles of %lu rows, too large to read: expected "
                         "at most %d numbers",
                         r->file->path, (unsigned long)tall, MOST_BAND);
    }
    r->stored = emb__calloc(stored, 1);
    r->band = emb__calloc(band, 1);
    r->row = emb__calloc(r->width, (size_t)fit->samples);
    if (!r->stored || !r->band || !r->row) {
        return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->file->path);
    }
    const bool good = tiles || r->apart ? read_bands(r, tall, wide, fit) : read_strips(r, fit);
    return good ? EMB_OK : emb__tiff_failed(r);
}

emb_status emb__tiff_read(const emb__picture_file *file, emb__fit *fit) {
    emb__tiff r = {.file = file};
    emb_status status = emb__tiff_open(&r);
    if (status == EMB_OK) status = emb__tiff_header(&r, &fit->info);
    if (status == EMB_OK) {
        status = emb__picture_begin(file, fit, fit->info.channels + fit->info.alpha, r.height,
                                    r.width, most_pixels(&r));
    }
    if (status == EMB_OK) status = read_pixels(&r, fit);
    if (r.tiff) TIFFClose(r.tiff);
    emb__free(r.stored);
    emb__free(r.band);
    emb__free(r.row);
    return status;
}

#endif
