/* PNG by libpng: read to 8-bit grey or RGB, written from a network's numbers. See picture_file.h.
 *
 * libpng reports errors by longjmp. Everything that must then be freed is in a struct outside the
 * function that is left. */
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/translate.h"
#include "codec/picture_file.h"
#include "codec/png_chunks.h"

emb_status emb__png_probe(const emb__picture_file *file, emb__picture_info *info) {
    return emb__png_notes(file, info);
}

#ifndef EMB_HAVE_PNG

emb_status emb__png_read(const emb__picture_file *file, emb__fit *fit) {
    (void)fit;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: reading PNG needs libpng, which this build is without: install "
                     "libpng-dev (Debian, Ubuntu) and build again",
                     file->path);
}

emb_status emb__png_print(const char *path, const float *pixels, const int shape[3],
                          emb__text *bytes) {
    (void)pixels, (void)shape, (void)bytes;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: writing PNG needs libpng, which this build is without: install "
                     "libpng-dev (Debian, Ubuntu) and build again",
                     path);
}

#else

#include <png.h>

enum { MESSAGE_ROOM = 160 };

static void on_error(png_structp png, png_const_charp message) {
    snprintf(png_get_error_ptr(png), MESSAGE_ROOM, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static png_voidp take(png_structp png, png_alloc_size_t bytes) {
    (void)png;
    return emb__alloc(bytes);
}

static void give(png_structp png, png_voidp block) {
    (void)png;
    emb__free(block);
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reading {
    const emb__picture_file *file;
    size_t at; /* in the file's bytes */
    png_structp png;
    png_infop info;
    uint8_t *rows; /* [W][channels], alpha included: one row; if interlaced, all */
    char message[MESSAGE_ROOM];
} reading;

static void give_bytes(png_structp png, png_bytep bytes, size_t count) {
    reading *r = png_get_io_ptr(png);
    if (count > r->file->count - r->at) png_error(png, _("ends too early"));
    memcpy(bytes, r->file->bytes + r->at, count);
    r->at += count;
}

/* The most pixels that so many bytes can hold: deflate packs at most 1032 bytes into one. */
static uint64_t most_pixels(const emb__picture_file *file, unsigned bits) {
    enum { BEST = 1032 };
    return (uint64_t)file->count * BEST * 8 / bits;
}

/* Has libpng skip what is of no use here, above all compressed texts and profiles. */
static void pass_over(png_structp png) {
    static const png_byte chunks[] = "iCCP\0iTXt\0tEXt\0zTXt\0sPLT\0eXIf\0hIST";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, chunks, sizeof chunks / 5);
}

/* The channels after palettes and transparent colours have been expanded. */
static int channels_of(const reading *r) {
    const int colour = png_get_color_type(r->png, r->info);
    const bool alpha =
        colour & PNG_COLOR_MASK_ALPHA || png_get_valid(r->png, r->info, PNG_INFO_tRNS);
    return (colour & PNG_COLOR_MASK_COLOR ? 3 : 1) + alpha;
}

/* The memory that rows take: libpng holds two, with at most 16 bits in each channel; read_rows one,
 * or all. */
static uint64_t most_at_once(const emb__png_header *header, unsigned channels) {
    const uint64_t row = (uint64_t)header->width * channels;
    return 2 * 2 * row + (header->interlaced ? header->height : 1) * row;
}

/* An interlaced picture comes in passes, each over all of its rows. `channels` counts alpha. */
static emb_status read_rows(reading *r, int passes, size_t channels, emb__fit *fit) {
    const size_t row_bytes = fit->width * channels;
    const size_t step = passes > 1 ? row_bytes : 0;
    r->rows = emb__calloc(passes > 1 ? fit->height : 1, row_bytes);
    if (!r->rows) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", r->file->path);
    for (int pass = 1; pass < passes; pass++) {
        for (size_t y = 0; y < fit->height; y++) png_read_row(r->png, r->rows + y * step, NULL);
    }
    for (size_t y = 0; y < fit->height; y++) {
        uint8_t *row = r->rows + y * step;
        png_read_row(r->png, row, NULL);
        emb__fit_row(fit, row);
    }
    return EMB_OK;
}

static emb_status decode(reading *r, emb__fit *fit) {
    png_set_read_fn(r->png, r, give_bytes);
    png_set_user_limits(r->png, EMB__MAX_PICTURE_PIXELS, EMB__MAX_PICTURE_PIXELS);
    pass_over(r->png);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    png_set_crc_action(r->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
#endif
    png_read_info(r->png, r->info);
    emb__png_header header = {
        .height = png_get_image_height(r->png, r->info),
        .width = png_get_image_width(r->png, r->info),
        .bits = (unsigned)png_get_bit_depth(r->png, r->info) *
                (unsigned)png_get_channels(r->png, r->info),
        .interlaced = png_get_interlace_type(r->png, r->info) != PNG_INTERLACE_NONE,
    };
    png_set_expand(r->png);
    png_set_scale_16(r->png);
    const int passes = png_set_interlace_handling(r->png);
    const int channels = channels_of(r);
    emb_status status = emb__picture_begin(r->file, fit, channels, header.height, header.width,
                                           most_pixels(r->file, header.bits));
    header.at_once = most_at_once(&header, (unsigned)channels);
    if (status == EMB_OK) status = emb__png_holds(r->file, &header);
    if (status != EMB_OK) return status;
    png_read_update_info(r->png, r->info);
    status = read_rows(r, passes, (size_t)channels, fit);
    if (status == EMB_OK) png_read_end(r->png, NULL);
    return status;
}

static emb_status decode_guarded(reading *r, emb__fit *fit) {
    if (setjmp(png_jmpbuf(r->png))) {
        return emb__fail(EMB_ERR_FORMAT, "%s: PNG: %s", r->file->path, r->message);
    }
    return decode(r, fit);
}

emb_status emb__png_read(const emb__picture_file *file, emb__fit *fit) {
    reading r = {.file = file};
    emb_status status = emb__png_whole(file);
    if (status == EMB_OK) status = emb__png_notes(file, &fit->info);
    if (status != EMB_OK) return status;
    r.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, r.message, on_error, on_warning, NULL,
                                     take, give);
    r.info = r.png ? png_create_info_struct(r.png) : NULL;
    status = r.info ? decode_guarded(&r, fit)
                    : emb__fail(EMB_ERR_MEMORY, "%s: libpng has no memory", file->path);
    if (r.png) png_destroy_read_struct(&r.png, &r.info, NULL);
    emb__free(r.rows);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

typedef struct writing {
    png_structp png;
    png_infop info;
    uint8_t *row;
    emb__text bytes;
    char message[MESSAGE_ROOM];
} writing;

static void keep_bytes(png_structp png, png_bytep bytes, size_t count) {
    writing *w = png_get_io_ptr(png);
    emb__text_bytes(&w->bytes, bytes, count);
    if (w->bytes.failed) png_error(png, _("out of memory"));
}

static void flush_nothing(png_structp png) { (void)png; }

static uint8_t byte_of(float x) { return (uint8_t)(x >= 0 ? (x > 1 ? 1 : x) * 255 + 0.5f : 0); }

static void encode(writing *w, const float *pixels, const int shape[3]) {
    const size_t channels = (size_t)shape[0], height = (size_t)shape[1], width = (size_t)shape[2];
    png_set_write_fn(w->png, w, keep_bytes, flush_nothing);
    png_set_user_limits(w->png, EMB__MAX_PICTURE_PIXELS, EMB__MAX_PICTURE_PIXELS);
    png_set_IHDR(w->png, w->info, (png_uint_32)width, (png_uint_32)height, 8,
                 channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(w->png, w->info);
    for (size_t y = 0; y < height; y++) {
        for (size_t i = 0; i < width * channels; i++) {
            w->row[i] = byte_of(pixels[(i % channels * height + y) * width + i / channels]);
        }
        png_write_row(w->png, w->row);
    }
    png_write_end(w->png, NULL);
}

static emb_status encode_guarded(writing *w, const char *path, const float *pixels,
                                 const int shape[3]) {
    if (setjmp(png_jmpbuf(w->png))) {
        return emb__fail(EMB_ERR_MEMORY, "%s: cannot write: %s", path, w->message);
    }
    encode(w, pixels, shape);
    return EMB_OK;
}

emb_status emb__png_print(const char *path, const float *pixels, const int shape[3],
                          emb__text *bytes) {
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] < 1 || shape[2] < 1) {
        return emb__fail(EMB_ERR_SHAPE, "%s: a picture of %dx%dx%d: expected 1 or 3 channels", path,
                         shape[0], shape[1], shape[2]);
    }
    writing w = {0};
    w.row = emb__calloc((size_t)shape[2], (size_t)shape[0]);
    if (!w.row) return EMB_ERR_MEMORY;
    w.png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, w.message, on_error, on_warning, NULL,
                                      take, give);
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    emb_status status = w.info ? encode_guarded(&w, path, pixels, shape)
                               : emb__fail(EMB_ERR_MEMORY, "%s: libpng has no memory", path);
    if (w.png) png_destroy_write_struct(&w.png, &w.info);
    emb__free(w.row);
    if (status != EMB_OK) emb__free(w.bytes.bytes);
    *bytes = status == EMB_OK ? w.bytes : (emb__text){0};
    return status;
}

#endif

emb_status emb_picture_write(const char *path, const float *pixels, const int shape[3]) {
    EMB__ENTER;
    emb__text bytes = {0};
    emb_status status = emb__png_print(path, pixels, shape, &bytes);
    if (status == EMB_OK) status = emb_file_write(path, bytes.bytes, bytes.length);
    emb__free(bytes.bytes);
    return status;
}

uint8_t *emb_picture_png(const float *pixels, const int shape[3], size_t *count) {
    EMB__ENTER;
    emb__text bytes = {0};
    *count = 0;
    if (emb__png_print("PNG", pixels, shape, &bytes) != EMB_OK) return NULL;
    *count = bytes.length;
    return (uint8_t *)bytes.bytes;
}
