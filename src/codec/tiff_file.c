/* See tiff_file.h. */
#include "codec/tiff_file.h"

#include "base/translate.h"

#ifdef EMB_HAVE_TIFF

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_CHANNELS = 5 };

#define OPENED_AS "TIFF"

/* ---- from memory ----------------------------------------------------------------------------- */

static tmsize_t give_bytes(thandle_t handle, void *bytes, tmsize_t count) {
    emb__tiff *r = handle;
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
    emb__tiff *r = handle;
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
    const emb__tiff *r = handle;
    return r->file->count;
}

static int map(thandle_t handle, void **bytes, toff_t *count) {
    const emb__tiff *r = handle;
    memcpy(bytes, &r->file->bytes, sizeof *bytes); /* libtiff, which takes no const, only reads */
    *count = r->file->count;
    return 1;
}

static void unmap(thandle_t handle, void *bytes, toff_t count) {
    (void)handle, (void)bytes, (void)count;
}

/* Keeps the first message, as one line. Some begin with the name that the file was opened by. An
 * orientation of 0 or above 8 is none, as in other formats. */
static void keep(emb__tiff *r, const char *format, va_list values) EMB__PRINTF(2, 0);
static void keep(emb__tiff *r, const char *format, va_list values) {
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

emb_status emb__tiff_failed(const emb__tiff *r) {
    return emb__fail(EMB_ERR_FORMAT, "%s: TIFF: %s", r->file->path,
                     r->failed ? r->message : _("its data end too early, or are damaged"));
}

/* What libtiff may take at once: as much as the file has, and what a few rows take. */
static tmsize_t most_at_once(const emb__picture_file *file) {
    return (tmsize_t)(2 * file->count + (1 << 22));
}

emb_status emb__tiff_open(emb__tiff *r) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return emb__fail(EMB_ERR_MEMORY, "%s: libtiff has no memory", r->file->path);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, r);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, r);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, most_at_once(r->file));
    r->tiff = TIFFClientOpenExt(OPENED_AS, "r", r, give_bytes, take_nothing, seek, close_nothing,
                                size_of, map, unmap, options);
    TIFFOpenOptionsFree(options);
    return r->tiff ? EMB_OK : emb__tiff_failed(r);
}

/* ---- the header ------------------------------------------------------------------------------ */

/* The format names the file and the number. */
static emb_status wrong(const emb__tiff *r, const char *format, unsigned value) {
    return emb__fail(EMB_ERR_FORMAT, format, r->file->path, value);
}

/* The numbers that each photometric interpretation needs; 0: it is not read. */
unsigned emb__tiff_channels(const emb__tiff *r) {
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

static emb_status check(const emb__tiff *r) {
    uint16_t kind = SAMPLEFORMAT_UINT;
    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_SAMPLEFORMAT, &kind);
    if (kind == SAMPLEFORMAT_IEEEFP) {
        return emb__fail(
            EMB_ERR_FORMAT,
            "%s: TIFF: holds floating-point numbers, expected whole ones of 1 to 16 bits",
            r->file->path);
    }
    if (kind != SAMPLEFORMAT_UINT && kind != SAMPLEFORMAT_VOID) {
        return wrong(
            r, E_("%s: TIFF: its numbers are of kind %u, expected 1 (whole and not negative)"),
            kind);
    }
    const unsigned b = r->bits;
    if (b != 1 && b != 2 && b != 4 && b != 8 && b != 16) {
        return wrong(r, E_("%s: TIFF: its numbers have bits: %u, expected 1, 2, 4, 8 or 16"), b);
    }
    if (!knows_packing(r->packing)) {
        return wrong(r,
                     E_("%s: TIFF: is packed in way %u, expected none, CCITT, LZW, JPEG, deflate, "
                        "PackBits or Zstandard"),
                     r->packing);
    }
    const unsigned needs = emb__tiff_channels(r);
    if (needs == 0) {
        return wrong(r,
                     E_("%s: TIFF: its colours are of kind %u, expected grey, RGB, a palette, "
                        "CMYK, or YCbCr packed as JPEG"),
                     r->photometric);
    }
    if (r->channels < needs || r->channels > MOST_CHANNELS) {
        return wrong(r, E_("%s: TIFF: its channels are %u, expected 1 to 5, as its colours need"),
                     r->channels);
    }
    return EMB_OK;
}

/* The first extra channel, if it is opacity. */
static uint16_t find_opacity(const emb__tiff *r) {
    uint16_t count = 0, *kinds = NULL;
    if (!TIFFGetField(r->tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) || count < 1) return 0;
    const bool opacity = kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA;
    return opacity && r->channels > emb__tiff_channels(r) ? kinds[0] : 0;
}

/* Numbers of 16 bits: of a byte some programs make 257 times as much, others 256 times; and some
 * write the byte itself. */
static emb_status read_palette(emb__tiff *r) {
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

static void read_notes(const emb__tiff *r, emb__picture_info *info) {
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
                     : emb__tiff_channels(r) == 1 ? 1
                                                  : 3;
    info->alpha = r->opacity != 0;
    info->several = !TIFFLastDirectory(r->tiff);
}

emb_status emb__tiff_header(emb__tiff *r, emb__picture_info *info) {
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

#endif
