/* TIFF by libtiff, from memory: the first picture of a file, to 8-bit grey or RGB. See
 * picture_file.h.
 *
 * Read are grey, palettes, RGB and CMYK of 1, 2, 4, 8 and 16 bits, with and without opacity, in
 * strips and tiles, channels together or apart, YCbCr if it is packed as JPEG. A strip whose
 * channels are together is unpacked row by row; otherwise a band is held: a row of tiles, or a
 * strip of each channel. libtiff is told where to report, so that it changes nothing that a process
 * shares. */
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

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <tiffio.h>

#include "base/memory.h"

enum { MOST_CHANNELS = 5, MOST_BAND = 1 << 26, MOST_TILE = 1 << 22, MESSAGE_ROOM = 160 };

#define OPENED_AS "TIFF"

typedef struct reading {
    const emb__picture_file *file;
    size_t at; /* in the file's bytes */
    TIFF *tiff;
    uint32_t height, width;
    uint16_t bits, channels, photometric, packing, opacity; /* opacity: EXTRASAMPLE_..., or 0 */
    bool apart;                                             /* each channel by itself */
    uint8_t *stored; /* a row or a tile as libtiff gives it */
    uint8_t *band;   /* [rows][W][channels] of bytes, or NULL */
    uint8_t *row;    /* [W][channels] of bytes, then of samples */
    uint8_t palette[256][3];
    bool failed;
    char message[MESSAGE_ROOM];
} reading;

/* ---- from memory ----------------------------------------------------------------------------- */

static tmsize_t give_bytes(thandle_t handle, void *bytes, tmsize_t count) {
    reading *r = handle;
    const size_t left = r->file->count - r->at, want = count > 0 ? (size_t)count : 0;
    const size_t given = want < left ? want : left;
    memcpy(bytes, r->file->bytes + r->at, given);
    r->at += given;
    return (tmsize_t)given;
}

static tmsize_t take_nothing(thandle_t handle, void *bytes, tmsize_t count) {
    (void)handle, (void)bytes, (void)count;
    return 0;
}

static toff_t seek(thandle_t handle, toff_t at, int whence) {
    reading *r = handle;
    const toff_t from = whence == SEEK_CUR ? r->at : whence == SEEK_END ? r->file->count : 0;
    const toff_t to = from + at;
    if (to > r->file->count) return (toff_t)-1;
    r->at = (size_t)to;
    return to;
}

static int close_nothing(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle) {
    const reading *r = handle;
    return r->file->count;
}

static int map(thandle_t handle, void **bytes, toff_t *count) {
    const reading *r = handle;
    memcpy(bytes, &r->file->bytes, sizeof *bytes); /* libtiff, which takes no const, only reads */
    *count = r->file->count;
    return 1;
}

static void unmap(thandle_t handle, void *bytes, toff_t count) {
    (void)handle, (void)bytes, (void)count;
}

/* Keeps the first message, as one line. Some begin with the name that the file was opened by. An
 * orientation of 0 or above 8 is none, as in other formats. */
static void keep(reading *r, const char *format, va_list values) EMB__PRINTF(2, 0);
static void keep(reading *r, const char *format, va_list values) {
    static const char name[] = OPENED_AS ": ";
    if (r->failed) return;
    vsnprintf(r->message, sizeof r->message, format, values);
    if (strstr(r->message, "for \"Orientation\" tag")) return;
    r->failed = true;
    if (strncmp(r->message, name, sizeof name - 1) == 0) {
        memmove(r->message, r->message + sizeof name - 1, strlen(r->message) - sizeof name + 2);
    }
    for (char *c = r->message; *c; c++) {
        if ((unsigned char)*c < ' ') *c = ' ';
    }
}

static int on_error(TIFF *tiff, void *handle, const char *module, const char *format,
                    va_list values) EMB__PRINTF(4, 0);
static int on_error(TIFF *tiff, void *handle, const char *module, const char *format,
                    va_list values) {
    (void)tiff, (void)module;
    keep(handle, format, values);
    return 1;
}

/* libjpeg continues after damage, with grey in place of the picture. */
static int on_warning(TIFF *tiff, void *handle, const char *module, const char *format,
                      va_list values) EMB__PRINTF(4, 0);
static int on_warning(TIFF *tiff, void *handle, const char *module, const char *format,
                      va_list values) {
    (void)tiff;
    if (module && strcmp(module, "JPEGLib") == 0) keep(handle, format, values);
    return 1;
}

static emb_status failed(const reading *r) {
    return emb__fail(EMB_ERR_FORMAT, "%s: TIFF: %s", r->file->path,
                     r->failed ? r->message : "its data end too early, or are damaged");
}

/* What libtiff may take at once: as much as the file has, and what a few rows take. */
static tmsize_t most_at_once(const emb__picture_file *file) {
    return (tmsize_t)(2 * file->count + (1 << 22));
}

static emb_status open_tiff(reading *r) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return emb__fail(EMB_ERR_MEMORY, "%s: libtiff has no memory", r->file->path);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, r);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, r);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, most_at_once(r->file));
    r->tiff = TIFFClientOpenExt(OPENED_AS, "r", r, give_bytes, take_nothing, seek, close_nothing,
                                size_of, map, unmap, options);
    TIFFOpenOptionsFree(options);
    return r->tiff ? EMB_OK : failed(r);
}

/* ---- the header ------------------------------------------------------------------------------ */

static emb_status wrong(const reading *r, const char *what, unsigned value, const char *expected) {
    return emb__fail(EMB_ERR_FORMAT, "%s: TIFF: %s %u, expected %s", r->file->path, what, value,
                     expected);
}

/* The numbers that each photometric interpretation needs; 0: it is not read. */
static unsigned channels_of(const reading *r) {
    switch (r->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
        return 1;
    case PHOTOMETRIC_PALETTE:
        return r->bits <= 8 ? 1 : 0;
    case PHOTOMETRIC_RGB:
        return 3;
    case PHOTOMETRIC_YCBCR:
        return r->packing == COMPRESSION_JPEG && r->bits == 8 && !r->apart ? 3 : 0;
    case PHOTOMETRIC_SEPARATED:
        return 4;
    default:
        return 0;
    }
}

/* Those whose memory is known: rows, or little. */
static bool knows_packing(uint16_t packing) {
    static const uint16_t known[] = {COMPRESSION_NONE,      COMPRESSION_CCITTRLE,
                                     COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
                                     COMPRESSION_LZW,       COMPRESSION_JPEG,
                                     COMPRESSION_DEFLATE,   COMPRESSION_ADOBE_DEFLATE,
                                     COMPRESSION_PACKBITS,  COMPRESSION_ZSTD};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (packing == known[i]) return TIFFIsCODECConfigured(packing);
    }
    return false;
}

static emb_status check(const reading *r) {
    uint16_t kind = SAMPLEFORMAT_UINT;
    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_SAMPLEFORMAT, &kind);
    if (kind == SAMPLEFORMAT_IEEEFP) {
        return emb__fail(
            EMB_ERR_FORMAT,
            "%s: TIFF: holds floating-point numbers, expected whole ones of 1 to 16 bits",
            r->file->path);
    }
    if (kind != SAMPLEFORMAT_UINT && kind != SAMPLEFORMAT_VOID) {
        return wrong(r, "its numbers are of kind", kind, "1 (whole and not negative)");
    }
    const unsigned b = r->bits;
    if (b != 1 && b != 2 && b != 4 && b != 8 && b != 16) {
        return wrong(r, "its numbers have bits:", b, "1, 2, 4, 8 or 16");
    }
    if (!knows_packing(r->packing)) {
        return wrong(r, "is packed in way", r->packing,
                     "none, CCITT, LZW, JPEG, deflate, PackBits or Zstandard");
    }
    const unsigned needs = channels_of(r);
    if (needs == 0) {
        return wrong(r, "its colours are of kind", r->photometric,
                     "grey, RGB, a palette, CMYK, or YCbCr packed as JPEG");
    }
    if (r->channels < needs || r->channels > MOST_CHANNELS) {
        return wrong(r, "its channels are", r->channels, "1 to 5, as its colours need");
    }
    return EMB_OK;
}

/* The first extra channel, if it is opacity. */
static uint16_t find_opacity(const reading *r) {
    uint16_t count = 0, *kinds = NULL;
    if (!TIFFGetField(r->tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) || count < 1) return 0;
    const bool opacity = kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA;
    return opacity && r->channels > channels_of(r) ? kinds[0] : 0;
}

/* Numbers of 16 bits: of a byte some programs make 257 times as much, others 256 times; and some
 * write the byte itself. */
static emb_status read_palette(reading *r) {
    uint16_t *colours[3] = {NULL};
    const size_t count = (size_t)1 << r->bits;
    bool wide = false;
    if (!TIFFGetField(r->tiff, TIFFTAG_COLORMAP, &colours[0], &colours[1], &colours[2])) {
        return emb__fail(EMB_ERR_FORMAT, "%s: TIFF: has no palette", r->file->path);
    }
    for (size_t i = 0; i < 3 * count; i++) wide = wide || colours[i % 3][i / 3] > 255;
    for (size_t i = 0; i < 3 * count; i++) {
        const uint32_t value = colours[i % 3][i / 3];
        r->palette[i / 3][i % 3] = (uint8_t)(wide ? value >> 8 : value);
    }
    return EMB_OK;
}

static void read_notes(const reading *r, emb__picture_info *info) {
    uint16_t orientation = 1;
    uint32_t count = 0;
    void *profile = NULL;
    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_ORIENTATION, &orientation);
    if (orientation >= 1 && orientation <= 8) info->orientation = orientation;
    if (TIFFGetField(r->tiff, TIFFTAG_ICCPROFILE, &count, &profile)) {
        info->profile = !emb__says_srgb(profile, count);
    }
    info->height = r->height;
    info->width = r->width;
    info->bits = r->bits;
    info->palette = r->photometric == PHOTOMETRIC_PALETTE;
    info->inks = r->photometric == PHOTOMETRIC_SEPARATED;
    info->channels = info->palette ? emb__palette_channels(r->palette[0], (size_t)1 << r->bits, 3)
                     : channels_of(r) == 1 ? 1
                                           : 3;
    info->alpha = r->opacity != 0;
    info->several = !TIFFLastDirectory(r->tiff);
}

static emb_status read_header(reading *r, emb__picture_info *info) {
    uint16_t apart = PLANARCONFIG_CONTIG;
    if (!TIFFGetField(r->tiff, TIFFTAG_IMAGEWIDTH, &r->width) ||
        !TIFFGetField(r->tiff, TIFFTAG_IMAGELENGTH, &r->height) ||
        !TIFFGetField(r->tiff, TIFFTAG_PHOTOMETRIC, &r->photometric)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: TIFF: lacks its sizes or its kind of colours",
                         r->file->path);
    }
    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_BITSPERSAMPLE, &r->bits);
    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_SAMPLESPERPIXEL, &r->channels);
    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_COMPRESSION, &r->packing);
    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_PLANARCONFIG, &apart);
    r->apart = apart == PLANARCONFIG_SEPARATE && r->channels > 1;
    emb_status status = check(r);
    if (status == EMB_OK && r->photometric == PHOTOMETRIC_PALETTE) status = read_palette(r);
    if (status != EMB_OK) return status;
    r->opacity = find_opacity(r);
    if (r->photometric == PHOTOMETRIC_YCBCR) {
        TIFFSetField(r->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    }
    read_notes(r, info);
    return EMB_OK;
}

emb_status emb__tiff_probe(const emb__picture_file *file, emb__picture_info *info) {
    reading r = {.file = file};
    emb_status status = open_tiff(&r);
    if (status == EMB_OK) status = read_header(&r, info);
    if (r.tiff) TIFFClose(r.tiff);
    return status;
}

/* ---- pixels ---------------------------------------------------------------------------------- */

/* to[i * step] = number i, of which each has so many bits, as a byte; a palette's index as it is.
 */
static void to_bytes(const reading *r, const uint8_t *from, size_t count, size_t step,
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
static void to_colour(const reading *r, const uint8_t *from, size_t samples, uint8_t *to) {
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
    const uint8_t opacity = r->opacity ? from[channels_of(r)] : 255;
    for (size_t c = 0; c < colours; c++) {
        to[c] = r->opacity == EXTRASAMPLE_ASSOCALPHA ? divide(colour[c], opacity) : colour[c];
    }
    if (samples % 2 == 0) to[samples - 1] = opacity;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* In place: a pixel never has more samples than channels, except a palette's. */
static void give_row(reading *r, const uint8_t *bytes, emb__fit *fit) {
    const size_t samples = (size_t)fit->samples;
    for (size_t x = 0; x < r->width; x++) {
        to_colour(r, bytes + x * r->channels, samples, r->row + x * samples);
    }
    emb__fit_row(fit, r->row);
}

static bool read_strips(reading *r, emb__fit *fit) {
    const size_t count = (size_t)r->width * r->channels;
    for (uint32_t y = 0; y < r->height; y++) {
        if (TIFFReadScanline(r->tiff, r->stored, y, 0) != 1 || r->failed) return false;
        to_bytes(r, r->stored, count, 1, r->band);
        give_row(r, r->band, fit);
    }
    return true;
}

/* A band of `rows` rows from `y` on, of one channel or of all. */
static bool read_tiles(reading *r, uint32_t y, uint32_t rows, unsigned channel, uint32_t wide) {
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

static bool read_strip(reading *r, uint32_t y, uint32_t rows, unsigned channel) {
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
static bool read_bands(reading *r, uint32_t tall, uint32_t wide, emb__fit *fit) {
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

static uint64_t most_pixels(const reading *r) {
    if (r->packing != COMPRESSION_NONE) return emb__picture_sparse(r->file);
    return (uint64_t)r->file->count * 8 / ((uint64_t)r->bits * r->channels);
}

static emb_status read_pixels(reading *r, emb__fit *fit) {
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
    return good ? EMB_OK : failed(r);
}

emb_status emb__tiff_read(const emb__picture_file *file, emb__fit *fit) {
    reading r = {.file = file};
    emb_status status = open_tiff(&r);
    if (status == EMB_OK) status = read_header(&r, &fit->info);
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
