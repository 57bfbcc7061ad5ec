/* JPEG by libjpeg, baseline and progressive, to 8-bit grey or RGB. See picture_file.h.
 *
 * CMYK, also stored as YCCK, is what printing presses use: without their profile, white light times
 * what each ink lets through, R = (255 - C) (255 - K) / 255. Adobe's programs, which leave a marker
 * in the file, store what is let through instead of the ink.
 *
 * If the plan wants it reduced, libjpeg decodes it at 1/8, 1/4 or 1/2 of its size: the smallest at
 * which the part that is fitted still has one and a half times the rows and the columns to which it
 * is scaled. Those pixels are then averaged by area, at the places where they lie in the picture.
 * At 1/8 each is the mean of its block, so only the edges of the areas differ from a full decoding,
 * and more than half of the work is saved; most of the rest by jpeg_eighth.h.
 *
 * After damage libjpeg continues, with a warning and with grey in place of the picture; here such a
 * warning is an error. libjpeg reports errors by longjmp, so everything that must be freed is in a
 * struct outside the function that is left. */
#include "codec/jpeg_scans.h"
#include "codec/picture_file.h"

emb_status emb__jpeg_probe(const emb__picture_file *file, emb__picture_info *info) {
    emb_status status = emb__jpeg_notes(file, info);
    if (status != EMB_OK || info->height > 0) return status;
    return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: has no frame before its first scan", file->path);
}

#ifndef EMB_HAVE_JPEG

emb_status emb__jpeg_read(const emb__picture_file *file, emb__fit *fit) {
    (void)fit;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: reading JPEG needs libjpeg, which this build is without: install "
                     "libjpeg-dev (Debian, Ubuntu) and build again",
                     file->path);
}

void emb__jpegs_read(emb__picture_desk *desk, const emb__picture_file *const files[],
                     emb__fit *const fits[], int count, emb__picture_end *const ends[]) {
    (void)desk;
    for (int i = 0; i < count; i++) {
        *ends[i] = emb__picture_ended(emb__jpeg_read(files[i], fits[i]));
    }
}

#else

#include <setjmp.h>
#include <stdio.h> /* jpeglib.h needs it first */

#include <jerror.h>
#include <jpeglib.h>

#include "codec/picture_desk.h"

typedef struct reading {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    uint8_t *row; /* [W][channels], after an unused byte */
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
} reading;

static void on_error(j_common_ptr jpeg) {
    reading *r = jpeg->client_data;
    jpeg->err->format_message(jpeg, r->message);
    longjmp(r->back, 1);
}

/* Level -1 is a warning, other levels only trace. Some cameras leave bytes between markers; their
 * pictures are whole. */
static void on_message(j_common_ptr jpeg, int level) {
    static const int harmless[] = {JWRN_EXTRANEOUS_DATA, JWRN_ADOBE_XFORM, JWRN_JFIF_MAJOR,
                                   JWRN_TOO_MUCH_DATA};
    if (level >= 0) return;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (jpeg->err->msg_code == harmless[i]) return;
    }
    on_error(jpeg);
}

/* The most pixels that the scans which begin blocks can hold: all, or none if they are too short. A
 * block takes at least two bits, in a progressive picture one bit. Arithmetic coding can take less;
 * up to this bound it is believed, if only rows of the picture are kept in memory. */
static uint64_t most_pixels(struct jpeg_decompress_struct *jpeg, const emb__jpeg_scans *scans) {
    enum { SEQUENTIAL = 4, PROGRESSIVE = 8, ARITHMETIC = 64 }; /* blocks in a byte */
    const bool kept = jpeg_has_multiple_scans(jpeg);
    const uint64_t most = jpeg->arith_code && !kept ? ARITHMETIC
                          : jpeg->progressive_mode  ? PROGRESSIVE
                                                    : SEQUENTIAL;
    uint64_t blocks = 0;
    for (int i = 0; i < jpeg->num_components; i++) {
        const jpeg_component_info *c = &jpeg->comp_info[i];
        blocks += (uint64_t)c->width_in_blocks * c->height_in_blocks;
    }
    return blocks > scans->first_bytes * most ? 0 : UINT64_MAX;
}

/* What each ink lets through, times black's; in place, four numbers to three. */
static void to_light(uint8_t *row, size_t count, bool inverted) {
    const uint8_t *from = row, flip = inverted ? 0 : 255;
    for (size_t i = 0; i < count; i++, from += 4, row += 3) {
        const uint32_t black = from[3] ^ flip;
        for (size_t c = 0; c < 3; c++) row[c] = (uint8_t)(((from[c] ^ flip) * black + 127) / 255);
    }
}

/* The picture's space, as which libjpeg gives it. */
static emb_status choose_space(struct jpeg_decompress_struct *jpeg, const char *path) {
    switch (jpeg->num_components) {
    case 1:
        jpeg->out_color_space = JCS_GRAYSCALE;
        return EMB_OK;
    case 3:
        jpeg->out_color_space = JCS_RGB;
        return EMB_OK;
    case 4:
        jpeg->out_color_space = JCS_CMYK;
        return EMB_OK;
    default:
        return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: has %d channels, expected grey, RGB or CMYK",
                         path, jpeg->num_components);
    }
}

/* How many eighths of its size are enough. */
static int eighths_for(const emb__fit *fit, size_t height, size_t width) {
    const int turn = fit->plan.upright ? fit->info.orientation : 1;
    const emb__frame f = emb__frame_of(&fit->plan, height, width, turn);
    for (size_t n = 1; n < 8; n *= 2) {
        if (2 * f.tall * n >= 3 * 8 * f.height && 2 * f.wide * n >= 3 * 8 * f.width) return (int)n;
    }
    return 8;
}

static emb_status read_rows(reading *r, const char *path, emb__fit *fit) {
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    if (jpeg->output_height != fit->height || jpeg->output_width != fit->width) {
        return emb__fail(EMB_ERR_MISSING, "%s: libjpeg gives %u x %u pixels, expected %zu x %zu",
                         path, jpeg->output_width, jpeg->output_height, fit->width, fit->height);
    }
    /* An unaligned row: libjpeg-turbo would write an aligned one past the caches, and it is read at
     * once. */
    r->row = emb__alloc(fit->width * (size_t)jpeg->num_components + 1);
    if (!r->row) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", path);
    uint8_t *row = r->row + 1;
    while (jpeg->output_scanline < jpeg->output_height) {
        jpeg_read_scanlines(jpeg, &row, 1);
        if (jpeg->num_components == 4) to_light(row, fit->width, jpeg->saw_Adobe_marker);
        emb__fit_row(fit, row);
    }
    return EMB_OK;
}

/* Up to what libjpeg, or our reader, is to decode. */
static emb_status begin(reading *r, const emb__picture_file *file, emb__fit *fit) {
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    emb__jpeg_scans scans;
    emb_status status = emb__jpeg_whole(file, &scans);
    if (status == EMB_OK) status = emb__jpeg_notes(file, &fit->info);
    if (status != EMB_OK) return status;
    jpeg_create_decompress(jpeg);
    jpeg_mem_src(jpeg, file->bytes, (unsigned long)file->count);
    jpeg_read_header(jpeg, TRUE);
    status = choose_space(jpeg, file->path);
    if (status != EMB_OK) return status;
    if (fit->plan.reduced) {
        fit->eighths = eighths_for(fit, jpeg->image_height, jpeg->image_width);
        jpeg->scale_num = (unsigned)fit->eighths;
        jpeg->scale_denom = 8;
    }
    return emb__picture_begin(file, fit, jpeg->num_components == 1 ? 1 : 3, jpeg->image_height,
                              jpeg->image_width, most_pixels(jpeg, &scans));
}

/* From our reader's pixels, or, if they are NULL, by libjpeg. */
static emb_status finish(reading *r, const emb__picture_file *file, emb__fit *fit,
                         uint8_t *pixels) {
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    if (pixels) {
        const size_t size = fit->width * (size_t)jpeg->num_components;
        for (size_t y = 0; y < fit->height; y++) emb__fit_row(fit, pixels + y * size);
        return EMB_OK;
    }
    jpeg->dct_method = JDCT_ISLOW; /* in whole numbers, so the same on every machine */
    jpeg_start_decompress(jpeg);
    const emb_status status = read_rows(r, file->path, fit);
    if (status == EMB_OK) jpeg_finish_decompress(jpeg);
    return status;
}

static emb_status begin_guarded(reading *r, const emb__picture_file *file, emb__fit *fit) {
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->jpeg.client_data = r;
    r->errors.error_exit = on_error;
    r->errors.emit_message = on_message;
    if (setjmp(r->back)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: %s", file->path, r->message);
    }
    return begin(r, file, fit);
}

static emb_status finish_guarded(reading *r, const emb__picture_file *file, emb__fit *fit,
                                 uint8_t *pixels) {
    if (setjmp(r->back)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: JPEG: %s", file->path, r->message);
    }
    return finish(r, file, fit, pixels);
}

void emb__jpegs_read(emb__picture_desk *desk, const emb__picture_file *const files[],
                     emb__fit *const fits[], int count, emb__picture_end *const ends[]) {
    _Static_assert((int)EMB__PICTURES_AT_ONCE == (int)EMB__JPEG_LANES, "a lane for each picture");
    reading readings[EMB__PICTURES_AT_ONCE] = {0};
    const struct jpeg_decompress_struct *small[EMB__PICTURES_AT_ONCE];
    uint8_t *pixels[EMB__PICTURES_AT_ONCE] = {0}, *of_small[EMB__PICTURES_AT_ONCE];
    int n = 0, which[EMB__PICTURES_AT_ONCE];
    for (int i = 0; i < count; i++) {
        *ends[i] = emb__picture_ended(begin_guarded(&readings[i], files[i], fits[i]));
        if (ends[i]->status != EMB_OK || fits[i]->eighths != 1) continue;
        small[n] = &readings[i].jpeg;
        which[n++] = i;
    }
    if (n > 0) emb__jpeg_eighths(&desk->jpeg, small, n, of_small);
    for (int i = 0; i < n; i++) pixels[which[i]] = of_small[i];
    for (int i = 0; i < count; i++) {
        reading *r = &readings[i];
        if (ends[i]->status == EMB_OK) {
            *ends[i] = emb__picture_ended(finish_guarded(r, files[i], fits[i], pixels[i]));
        }
        jpeg_destroy_decompress(&r->jpeg);
        emb__free(r->row);
    }
}

emb_status emb__jpeg_read(const emb__picture_file *file, emb__fit *fit) {
    emb__picture_desk desk = {0};
    reading r = {0};
    emb_status status = begin_guarded(&r, file, fit);
    uint8_t *pixels = NULL;
    if (status == EMB_OK && fit->eighths == 1) {
        const struct jpeg_decompress_struct *jpeg = &r.jpeg;
        emb__jpeg_eighths(&desk.jpeg, &jpeg, 1, &pixels);
    }
    if (status == EMB_OK) status = finish_guarded(&r, file, fit, pixels);
    jpeg_destroy_decompress(&r.jpeg);
    emb__free(r.row);
    emb__picture_desk_clear(&desk);
    return status;
}

#endif
