/* codec/jpeg_eighth.c: the pixels that libjpeg-turbo gives at an eighth of the size, and none where
 * that finds fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef EMB_HAVE_JPEG
#include <jpeglib.h>

#include <jerror.h>
#endif

#include "base/memory.h"
#include "codec/jpeg_eighth.h"
#include "support/support.h"

#ifdef EMB_HAVE_JPEG

enum { MOST_H = 130, MOST_W = 210 };

typedef struct wish {
    int channels, height, width, across, down; /* luma's sampling */
    int quality, restart;
    bool best, progressive; /* with codes made for it */
} wish;

static uint32_t draw(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Shades with edges and noise, so that blocks hold many coefficients or few. */
static void paint(uint8_t *pixels, const wish *w, uint32_t seed) {
    for (int y = 0; y < w->height; y++) {
        for (int x = 0; x < w->width; x++) {
            for (int c = 0; c < w->channels; c++) {
                const int busy = (int)(draw(&seed) % 256) * ((x / 40 + y / 40) % 3 == 0);
                const int edge = (x / 13 + y / 7 + c) % 2 * 90;
                *pixels++ = (uint8_t)(busy / 2 + edge + (x + y * (c + 1)) % 40);
            }
        }
    }
}

static unsigned char *compress(const wish *w, uint8_t *pixels, unsigned long *count) {
    struct jpeg_compress_struct jpeg = {0};
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    *count = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, count);
    jpeg.image_width = (JDIMENSION)w->width;
    jpeg.image_height = (JDIMENSION)w->height;
    jpeg.input_components = w->channels;
    jpeg.in_color_space = w->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, w->quality, TRUE);
    jpeg.comp_info[0].h_samp_factor = w->across;
    jpeg.comp_info[0].v_samp_factor = w->down;
    jpeg.restart_interval = (unsigned)w->restart;
    jpeg.optimize_coding = w->best;
    if (w->progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = pixels + (size_t)jpeg.next_scanline * (size_t)(w->width * w->channels);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return bytes;
}

static emb__jpeg_desk desk; /* one for all, as a thread has it */

typedef struct reading {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf back;
    size_t count;
    uint8_t *ours, theirs[3 * MOST_H * MOST_W / 16];
    bool fault;
    char message[JMSG_LENGTH_MAX];
} reading;

static void on_error(j_common_ptr jpeg) {
    reading *r = jpeg->client_data;
    if (!r->fault) jpeg->err->format_message(jpeg, r->message);
    longjmp(r->back, 1);
}

static void on_message(j_common_ptr jpeg, int level) {
    reading *r = jpeg->client_data;
    const int code = jpeg->err->msg_code; /* those that picture_jpeg.c takes for harmless, too */
    if (level >= 0 || code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM ||
        code == JWRN_JFIF_MAJOR || code == JWRN_TOO_MUCH_DATA) {
        return;
    }
    if (!r->fault) jpeg->err->format_message(jpeg, r->message);
    r->fault = true;
}

/* Both ways. r->ours NULL: not ours; r->fault: libjpeg warned or gave up. */
static void read_both(reading *r, const unsigned char *bytes, unsigned long count) {
    memset(r, 0, sizeof *r);
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->jpeg.client_data = r;
    r->errors.error_exit = on_error;
    r->errors.emit_message = on_message;
    if (setjmp(r->back)) {
        r->fault = true;
        jpeg_destroy_decompress(&r->jpeg);
        return;
    }
    jpeg_create_decompress(&r->jpeg);
    jpeg_mem_src(&r->jpeg, bytes, count);
    jpeg_read_header(&r->jpeg, TRUE);
    if (r->jpeg.image_height <= MOST_H && r->jpeg.image_width <= MOST_W) {
        const struct jpeg_decompress_struct *jpeg = &r->jpeg;
        emb__jpeg_eighths(&desk, &jpeg, 1, &r->ours);
        r->jpeg.scale_num = 1;
        r->jpeg.scale_denom = 8;
        jpeg_start_decompress(&r->jpeg);
        const size_t size = (size_t)r->jpeg.output_width * (size_t)r->jpeg.output_components;
        while (r->jpeg.output_scanline < r->jpeg.output_height) {
            JSAMPROW row = r->theirs + r->jpeg.output_scanline * size;
            jpeg_read_scanlines(&r->jpeg, &row, 1);
        }
        r->count = r->jpeg.output_height * size;
        jpeg_finish_decompress(&r->jpeg);
    }
    jpeg_destroy_decompress(&r->jpeg);
}

/* Other libraries of that name scale in other ways. */
static void same(const reading *r) {
#ifdef LIBJPEG_TURBO_VERSION
    assert_memory_equal(r->ours, r->theirs, r->count);
#else
    (void)r;
#endif
}

static const wish wishes[] = {
    {3, 128, 208, 2, 2, 85, 0, false, false}, {3, 130, 203, 2, 2, 100, 0, true, false},
    {3, 121, 193, 2, 1, 90, 0, false, false}, {3, 99, 101, 1, 2, 70, 0, true, false},
    {3, 64, 65, 1, 1, 95, 0, false, false},   {1, 127, 209, 1, 1, 80, 0, true, false},
    {1, 50, 50, 2, 2, 90, 0, false, false},   {3, 128, 200, 2, 2, 85, 1, false, false},
    {3, 117, 201, 2, 2, 60, 7, true, false},  {1, 65, 66, 1, 1, 100, 3, false, false},
    {3, 1, 1, 2, 2, 50, 0, false, false},     {3, 9, 17, 2, 2, 1, 0, true, false},
    {3, 8, 210, 2, 1, 100, 5, true, false},
};

static void same_pixels(void **state) {
    (void)state;
    static reading r;
    static uint8_t pixels[3 * MOST_H * MOST_W];
    for (size_t i = 0; i < TEST_COUNT(wishes); i++) {
        unsigned long count;
        paint(pixels, &wishes[i], (uint32_t)i);
        unsigned char *bytes = compress(&wishes[i], pixels, &count);
        read_both(&r, bytes, count);
        if (r.fault || !r.ours) fail_msg("case %zu: is not read", i);
        same(&r);
        free(bytes);
    }
}

/* Those that libjpeg is to read. */
static void others_are_left(void **state) {
    (void)state;
    static reading r;
    static uint8_t pixels[3 * MOST_H * MOST_W];
    static const wish unusual[] = {{3, 64, 64, 2, 2, 85, 0, false, true},
                                   {3, 64, 64, 4, 1, 85, 0, false, false}};
    for (size_t i = 0; i < TEST_COUNT(unusual); i++) {
        unsigned long count;
        paint(pixels, &unusual[i], 1);
        unsigned char *bytes = compress(&unusual[i], pixels, &count);
        read_both(&r, bytes, count);
        assert_false(r.fault);
        assert_null(r.ours);
        free(bytes);
    }
}

/* A byte before the last marker, which jpeg_scans.c sees to, is changed, or the rest is cut off:
 * where libjpeg finds fault we give nothing, so that it is libjpeg that says so; elsewhere the same
 * pixels. */
static void damage_is_left(void **state) {
    (void)state;
    static reading r;
    static uint8_t pixels[3 * MOST_H * MOST_W];
    int faults = 0, read = 0;
    uint32_t seed = 1;
    for (int i = 0; i < 1500; i++) {
        unsigned long count;
        const wish *w = &wishes[(size_t)i % TEST_COUNT(wishes)];
        paint(pixels, w, (uint32_t)i);
        unsigned char *bytes = compress(w, pixels, &count);
        if (i % 4 == 3) {
            const unsigned long cut = count - 2 - draw(&seed) % (count / 4);
            memcpy(bytes + cut, "\xff\xd9", 2);
            count = cut + 2;
        } else {
            bytes[draw(&seed) % (count - 2)] ^= (unsigned char)(1 << draw(&seed) % 8);
        }
        read_both(&r, bytes, count);
        if (r.ours && r.fault) fail_msg("%d: we do not see: %s", i, r.message);
        if (r.ours) same(&r);
        faults += r.fault;
        read += r.ours != NULL;
        free(bytes);
    }
    assert_true(faults > 200 && read > 200); /* so that both sides are tried */
}

/* Alone, as bytes of their own; 0 if libjpeg is to read it. */
static size_t read_alone(const unsigned char *bytes, unsigned long count, uint8_t *pixels) {
    static reading r;
    read_both(&r, bytes, count);
    if (r.ours && r.fault) fail_msg("we do not see: %s", r.message);
    if (r.ours) memcpy(pixels, r.ours, r.count);
    return r.ours ? r.count : 0;
}

/* Headers of pictures that are read together. Those that libjpeg does not read are none. */
typedef struct header {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf back;
} header;

static void give_up(j_common_ptr jpeg) { longjmp(((header *)jpeg->client_data)->back, 1); }
static void say_nothing(j_common_ptr jpeg, int level) {
    (void)jpeg;
    (void)level;
}

static bool read_header(header *h, const unsigned char *bytes, unsigned long count) {
    memset(h, 0, sizeof *h);
    h->jpeg.err = jpeg_std_error(&h->errors);
    h->jpeg.client_data = h;
    h->errors.error_exit = give_up;
    h->errors.emit_message = say_nothing;
    if (setjmp(h->back)) return false;
    jpeg_create_decompress(&h->jpeg);
    jpeg_mem_src(&h->jpeg, bytes, count);
    jpeg_read_header(&h->jpeg, TRUE);
    return h->jpeg.image_height <= MOST_H && h->jpeg.image_width <= MOST_W;
}

/* Two or three at a time, of any kinds and sizes, one in four of them damaged: each as when it is
 * read alone. */
static void together_as_alone(void **state) {
    (void)state;
    enum { ROUNDS = 400, MOST = EMB__JPEG_LANES };
    static header headers[MOST];
    static uint8_t painted[3 * MOST_H * MOST_W], alone[MOST][3 * MOST_H * MOST_W / 16];
    uint32_t seed = 7;
    int equal = 0, left = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const struct jpeg_decompress_struct *jpegs[MOST];
        uint8_t *pixels[MOST];
        unsigned char *bytes[MOST];
        size_t sizes[MOST];
        int which[MOST], n = 0;
        const int count = 2 + round % (MOST - 1);
        for (int i = 0; i < count; i++) {
            unsigned long length;
            const size_t kind =
                round % 3 ? (size_t)round % TEST_COUNT(wishes) : draw(&seed) % TEST_COUNT(wishes);
            wish w = wishes[kind];
            w.height = 1 + (int)(draw(&seed) % MOST_H);
            w.width = 1 + (int)(draw(&seed) % MOST_W);
            paint(painted, &w, seed);
            bytes[i] = compress(&w, painted, &length);
            if (draw(&seed) % 4 == 0) {
                bytes[i][draw(&seed) % (length - 2)] ^= (unsigned char)(1 << draw(&seed) % 8);
            }
            sizes[i] = read_alone(bytes[i], length, alone[i]);
            if (!read_header(&headers[i], bytes[i], length)) continue;
            which[n] = i;
            jpegs[n++] = &headers[i].jpeg;
        }
        if (n > 0) emb__jpeg_eighths(&desk, jpegs, n, pixels);
        for (int k = 0; k < n; k++) {
            const int i = which[k];
            assert_true((pixels[k] != NULL) == (sizes[i] > 0));
            if (pixels[k]) assert_memory_equal(pixels[k], alone[i], sizes[i]);
            equal += pixels[k] != NULL;
            left += pixels[k] == NULL;
        }
        for (int i = 0; i < count; i++) {
            jpeg_destroy_decompress(&headers[i].jpeg);
            free(bytes[i]);
        }
    }
    assert_true(equal > 500 && left > 50); /* so that both sides are tried */
}

static int forget(void **state) {
    (void)state;
    for (int i = 0; i < EMB__JPEG_LANES; i++) emb__room_shrink(&desk.rooms[i], 0);
    emb__jpeg_shelf_clear(&desk.shelf);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_pixels),
        cmocka_unit_test(others_are_left),
        cmocka_unit_test(damage_is_left),
        cmocka_unit_test(together_as_alone),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}

#else

int main(void) { return 77; }

#endif
