/* JPEG by libjpeg, written. See picture_file.h. */
#include "base/memory.h"
#include "base/translate.h"
#include "codec/picture_file.h"

static emb_status check(const char *path, const int shape[3], int quality) {
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] < 1 || shape[2] < 1) {
        return emb__fail(EMB_ERR_SHAPE, "%s: a picture of %dx%dx%d: expected 1 or 3 channels", path,
                         shape[0], shape[1], shape[2]);
    }
    if (shape[1] > EMB__MAX_JPEG_SIDE || shape[2] > EMB__MAX_JPEG_SIDE) {
        return emb__fail(EMB_ERR_SHAPE,
                         "%s: a picture of %d x %d pixels: JPEG has sides of at most %d", path,
                         shape[2], shape[1], EMB__MAX_JPEG_SIDE);
    }
    if (quality >= 1 && quality <= 100) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%s: JPEG's quality is 1 to 100, got %d", path, quality);
}

#ifndef EMB_HAVE_JPEG

emb_status emb__jpeg_print(const char *path, const uint8_t *pixels, const int shape[3], int quality,
                           emb__text *bytes) {
    (void)pixels;
    *bytes = (emb__text){0};
    emb_status status = check(path, shape, quality);
    if (status != EMB_OK) return status;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: writing JPEG needs libjpeg, which this build is without: install "
                     "libjpeg-dev (Debian, Ubuntu) and build again",
                     path);
}

#else

#include <setjmp.h>
#include <stdio.h> /* jpeglib.h needs it first */

#include <jpeglib.h>

enum { ROOM = 4096 };

typedef struct writing {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr sink;
    emb__text bytes;
    uint8_t *row; /* [W][C] */
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
    uint8_t room[ROOM];
} writing;

static void on_error(j_common_ptr jpeg) {
    writing *w = jpeg->client_data;
    jpeg->err->format_message(jpeg, w->message);
    longjmp(w->back, 1);
}

static void on_message(j_common_ptr jpeg, int level) { (void)jpeg, (void)level; }

/* ---- where the bytes go ---------------------------------------------------------------------- */

static void begin_room(j_compress_ptr jpeg) {
    writing *w = jpeg->client_data;
    w->sink.next_output_byte = w->room;
    w->sink.free_in_buffer = ROOM;
}

static void keep(writing *w, size_t count) {
    emb__text_bytes(&w->bytes, w->room, count);
    if (!w->bytes.failed) return;
    snprintf(w->message, sizeof w->message, "%s", _("out of memory"));
    longjmp(w->back, 1);
}

static boolean empty_room(j_compress_ptr jpeg) {
    keep(jpeg->client_data, ROOM);
    begin_room(jpeg);
    return TRUE;
}

static void end_room(j_compress_ptr jpeg) {
    writing *w = jpeg->client_data;
    keep(w, ROOM - w->sink.free_in_buffer);
}

/* ---- a picture ------------------------------------------------------------------------------- */

static void encode(writing *w, const uint8_t *pixels, const int shape[3], int quality) {
    struct jpeg_compress_struct *jpeg = &w->jpeg;
    const size_t channels = (size_t)shape[0], height = (size_t)shape[1], width = (size_t)shape[2];
    jpeg_create_compress(jpeg);
    jpeg->dest = &w->sink;
    jpeg->image_width = (JDIMENSION)width;
    jpeg->image_height = (JDIMENSION)height;
    jpeg->input_components = shape[0];
    jpeg->in_color_space = channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg->dct_method = JDCT_ISLOW; /* in whole numbers, so the same on every machine */
    jpeg_start_compress(jpeg, TRUE);
    for (size_t y = 0; y < height; y++) {
        for (size_t i = 0; i < width * channels; i++) {
            w->row[i] = pixels[(i % channels * height + y) * width + i / channels];
        }
        jpeg_write_scanlines(jpeg, &w->row, 1);
    }
    jpeg_finish_compress(jpeg);
}

static emb_status encode_guarded(writing *w, const char *path, const uint8_t *pixels,
                                 const int shape[3], int quality) {
    if (setjmp(w->back)) {
        return emb__fail(EMB_ERR_MEMORY, "%s: cannot write: %s", path, w->message);
    }
    encode(w, pixels, shape, quality);
    return EMB_OK;
}

emb_status emb__jpeg_print(const char *path, const uint8_t *pixels, const int shape[3], int quality,
                           emb__text *bytes) {
    *bytes = (emb__text){0};
    emb_status status = check(path, shape, quality);
    if (status != EMB_OK) return status;
    writing *w = emb__calloc(1, sizeof *w);
    if (!w) return EMB_ERR_MEMORY;
    w->row = emb__calloc((size_t)shape[2], (size_t)shape[0]);
    w->jpeg.err = jpeg_std_error(&w->errors);
    w->jpeg.client_data = w;
    w->errors.error_exit = on_error;
    w->errors.emit_message = on_message;
    w->sink.init_destination = begin_room;
    w->sink.empty_output_buffer = empty_room;
    w->sink.term_destination = end_room;
    status = w->row ? encode_guarded(w, path, pixels, shape, quality) : EMB_ERR_MEMORY;
    jpeg_destroy_compress(&w->jpeg);
    if (status == EMB_OK) {
        *bytes = w->bytes;
    } else {
        emb__free(w->bytes.bytes);
    }
    emb__free(w->row);
    emb__free(w);
    return status;
}

#endif
