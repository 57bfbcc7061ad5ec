/* data/idx.c and codec/gzip.c: IDX files, plain and gzipped, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/memory.h"
#include "data/idx.h"
#include "support/folder.h"

enum { ROOM = 4096 };

static char path[64];

static int make_path(void **state) {
    const int made = test_folder_make(state);
    snprintf(path, sizeof path, "%s/file", test_folder);
    return made;
}

static void put(const void *bytes, size_t count) { test_put(path, bytes, count); }

static size_t gzipped(const void *bytes, size_t count, uint8_t *out, size_t room) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (uint8_t *)bytes;
    z.avail_in = (uInt)count;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t made = z.total_out;
    deflateEnd(&z);
    return made;
}

static emb_images *open_images(void) { return emb__idx_images(path, NULL, 0, NULL); }

static void expect_error(const char *text) {
    char whole[1024];
    snprintf(whole, sizeof whole, "%s: %s", path, text);
    assert_string_equal(emb_error(), whole);
}

/* A header of up to 20 bytes and `body` bytes behind it: 1, 2, 3, ... */
typedef struct idx_case {
    const char *header;
    size_t header_bytes, body;
    const char *text; /* NULL: is accepted */
} idx_case;
#define H(bytes) bytes, sizeof(bytes) - 1

static size_t lay_out(const idx_case *c, uint8_t *bytes) {
    memcpy(bytes, c->header, c->header_bytes);
    for (size_t i = 0; i < c->body; i++) bytes[c->header_bytes + i] = (uint8_t)(i + 1);
    return c->header_bytes + c->body;
}

#define U8_3 "\0\0\x08\x03"
#define U8_4 "\0\0\x08\x04"
static const idx_case image_cases[] = {
    {H(U8_3 "\0\0\0\2\0\0\0\2\0\0\0\3"), 12, NULL},
    {H(U8_4 "\0\0\0\2\0\0\0\1\0\0\0\2\0\0\0\3"), 12, NULL},
    {H(U8_4 "\0\0\0\1\0\0\0\3\0\0\0\2\0\0\0\2"), 12, NULL},
    {H(""), 0, "is empty"},
    {H("\x89PNG\r\n\x1a\n"), 9, "is not an IDX file: begins 89 50, expected 00 00"},
    {H("\0\1\x08\x03"), 30, "is not an IDX file: begins 00 01, expected 00 00"},
    {H("\0\0\x08"), 0, "ends inside its IDX header, after 3 bytes"},
    {H("\0\0\x09\x03"), 30, "holds i8 (0x09), expected u8 (0x08)"},
    {H("\0\0\x0B\x03"), 30, "holds i16 (0x0B), expected u8 (0x08)"},
    {H("\0\0\x0C\x03"), 30, "holds i32 (0x0C), expected u8 (0x08)"},
    {H("\0\0\x0D\x03"), 30, "holds f32 (0x0D), expected u8 (0x08)"},
    {H("\0\0\x0E\x03"), 30, "holds f64 (0x0E), expected u8 (0x08)"},
    {H("\0\0\x0A\x03"), 30, "type 0x0A is not one of IDX's, expected u8 (0x08)"},
    {H("\0\0\x08\x01\0\0\0\2"), 2,
     "has 1 dimension, expected 3 (N, H, W) or 4 (N, C, H, W) of images, or 2 (N, L)"},
    {H("\0\0\x08\xff\0\0\0\2"), 2,
     "has 255 dimensions, expected 3 (N, H, W) or 4 (N, C, H, W) of images, or 2 (N, L)"},
    {H(U8_3 "\0\0\0\2\0\0\0\2\0\0"), 0, "ends inside its IDX header, after 14 bytes"},
    {H(U8_3 "\0\0\0\0\0\0\0\2\0\0\0\3"), 0, "dimension 1 of 3 is 0, expected at least 1"},
    {H(U8_3 "\0\0\0\2\0\0\0\2\0\0\0\0"), 0, "dimension 3 of 3 is 0, expected at least 1"},
    {H(U8_4 "\0\0\0\2\0\0\0\2\0\0\0\2\0\0\0\3"), 24, NULL},
    {H("\0\0\x08\2\0\0\0\2\0\0\0\3"), 6, NULL},
    {H(U8_3 "\0\0\0\2\0\1\0\1\0\0\0\3"), 12,
     "announces images of height 65537, expected at most 65536"},
    {H(U8_3 "\0\0\0\2\0\0\0\1\xff\xff\xff\xff"), 12,
     "announces images of width 4294967295, expected at most 65536"},
    {H(U8_3 "\0\0\0\2\0\0\xff\xff\0\0\xff\xff"), 12,
     "announces images of 1 x 65535 x 65535; expected at most 16777216 numbers"},
    {H(U8_3 "\xff\xff\xff\xff\0\0\0\1\0\0\0\1"), 12,
     "announces 4294967295 images; expected 1 to 2147483647"},
    {H(U8_3 "\x7f\xff\xff\xff\0\0\x10\0\0\0\x10\0"), 12,
     "announces 2147483647 images of 16777216 bytes; expected at most 68719476736 together"},
    {H(U8_3 "\0\0\0\2\0\0\0\2\0\0\0\3"), 11,
     "ends after 11 of the 12 bytes that its header announces"},
    {H(U8_3 "\0\0\0\2\0\0\0\2\0\0\0\3"), 0,
     "ends after 0 of the 12 bytes that its header announces"},
    {H(U8_3 "\0\0\0\2\0\0\0\2\0\0\0\3"), 13,
     "has more than the 12 bytes that its header announces"},
};

static void check_case(const idx_case *c) {
    emb_images *images = open_images();
    if (c->text) {
        assert_null(images);
        expect_error(c->text);
        return;
    }
    assert_non_null(images);
    int shape[3];
    emb_images_shape(images, shape);
    assert_int_equal(emb_images_count(images) * (size_t)(shape[0] * shape[1] * shape[2]), c->body);
    for (size_t i = 0; i < c->body; i++) assert_int_equal(images->pixels[i], i + 1);
    emb_images_free(images);
}

static void test_images(void **state) {
    (void)state;
    uint8_t bytes[ROOM], packed[ROOM];
    for (size_t i = 0; i < sizeof image_cases / sizeof *image_cases; i++) {
        const idx_case *c = &image_cases[i];
        size_t count = lay_out(c, bytes);
        put(bytes, count);
        check_case(c);
        if (count == 0) continue; /* gzipped, nothing is not an empty file */
        put(packed, gzipped(bytes, count, packed, ROOM));
        check_case(c);
    }
}

static void test_shapes(void **state) {
    (void)state;
    static const int shapes[3][3] = {{1, 2, 3}, {1, 2, 3}, {3, 2, 2}};
    uint8_t bytes[ROOM];
    for (int i = 0; i < 3; i++) {
        int shape[3];
        put(bytes, lay_out(&image_cases[i], bytes));
        emb_images *images = open_images();
        emb_images_shape(images, shape);
        assert_memory_equal(shape, shapes[i], sizeof shape);
        emb_images_free(images);
    }
}

static void test_labels(void **state) {
    (void)state;
    static const idx_case cases[] = {
        {H("\0\0\x08\x01\0\0\0\5"), 5, NULL},
        {H("\0\0\x08\x01\0\0\0\5"), 4, "ends after 4 of the 5 bytes that its header announces"},
        {H("\0\0\x08\x01\0\0\0\5"), 6, "has more than the 5 bytes that its header announces"},
        {H("\0\0\x08\x01\0\0\0\0"), 0, "dimension 1 of 1 is 0, expected at least 1"},
        {H("\0\0\x08\x01\xff\0\0\0"), 5,
         "announces 4278190080 labels, expected at most 2147483647"},
        {H("\0\0\x0C\x01\0\0\0\5"), 20, "holds i32 (0x0C), expected u8 (0x08)"},
        {H(U8_3 "\0\0\0\1\0\0\0\1\0\0\0\1"), 1,
         "has 3 dimensions, expected 1 (a label for each image)"},
        {H("\0\0\x08\x00"), 1, "has 0 dimensions, expected 1 (a label for each image)"},
    };
    uint8_t bytes[ROOM], *labels;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = 0;
        put(bytes, lay_out(&cases[i], bytes));
        emb_status status = emb__idx_labels(path, &labels, &count);
        if (cases[i].text) {
            assert_int_equal(status, EMB_ERR_FORMAT);
            expect_error(cases[i].text);
            continue;
        }
        assert_int_equal(status, EMB_OK);
        assert_int_equal(count, 5);
        assert_int_equal(labels[4], 5);
        emb__free(labels);
    }
}

static void test_label_count(void **state) {
    (void)state;
    uint8_t bytes[ROOM];
    char whole[1024];
    put(bytes, lay_out(&image_cases[0], bytes));
    uint8_t *labels = emb__calloc(3, 1);
    assert_null(emb__idx_images(path, labels, 3, "labels"));
    snprintf(whole, sizeof whole, "labels: holds 3 labels, but %s announces 2 images", path);
    assert_string_equal(emb_error(), whole);
    labels = emb__calloc(2, 1);
    labels[1] = 9;
    emb_images *images = emb__idx_images(path, labels, 2, "labels");
    assert_int_equal(emb_images_label(images, 1), 9);
    emb_images_free(images);
}

static void test_every_prefix(void **state) {
    (void)state;
    uint8_t bytes[ROOM], packed[ROOM];
    size_t plain = lay_out(&image_cases[0], bytes);
    size_t count = gzipped(bytes, plain, packed, ROOM);
    for (size_t i = 0; i < plain; i++) {
        put(bytes, i);
        assert_null(open_images());
        assert_memory_equal(emb_error(), path, strlen(path));
    }
    for (size_t i = 0; i < count; i++) {
        put(packed, i);
        assert_null(open_images());
        if (i >= 2) expect_error("ends in the middle of its gzip data");
    }
}

/* A flipped bit never changes an image. Behind the wrapper's first ten bytes, some of which say
 * nothing (time, system), only the at most seven bits that fill the last deflate byte go unnoticed.
 */
static void test_every_flipped_bit(void **state) {
    (void)state;
    uint8_t bytes[ROOM], packed[ROOM];
    size_t plain = lay_out(&image_cases[0], bytes);
    size_t count = gzipped(bytes, plain, packed, ROOM), unnoticed = 0;
    for (size_t bit = 0; bit < 8 * count; bit++) {
        packed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        put(packed, count);
        emb_images *images = open_images();
        if (bit / 8 >= 10 && images) unnoticed++;
        if (images) assert_memory_equal(images->pixels, bytes + 16, plain - 16);
        emb_images_free(images);
        packed[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(unnoticed <= 7);
}

static void test_every_header_byte(void **state) {
    (void)state;
    uint8_t bytes[ROOM];
    size_t count = lay_out(&image_cases[0], bytes);
    for (size_t i = 0; i < 16; i++) {
        uint8_t right = bytes[i];
        for (int value = 0; value < 256; value++) {
            bytes[i] = (uint8_t)value;
            put(bytes, count);
            emb_images *images = open_images();
            assert_int_equal(images != NULL, value == right);
            emb_images_free(images);
        }
        bytes[i] = right;
    }
}

static void test_gzip_damage(void **state) {
    (void)state;
    uint8_t bytes[ROOM], packed[ROOM];
    size_t plain = lay_out(&image_cases[0], bytes);
    size_t count = gzipped(bytes, plain, packed, ROOM);
    memcpy(packed + count, packed, count); /* a second member */
    put(packed, 2 * count);
    assert_null(open_images());
    expect_error("has bytes after the end of its gzip data");
    put(packed, count + 1);
    assert_null(open_images());
    expect_error("has bytes after the end of its gzip data");
    packed[count - 1] ^= 1;
    put(packed, count);
    assert_null(open_images());
    expect_error("damaged gzip data: incorrect length check");
    packed[count - 5] ^= 1;
    put(packed, count);
    assert_null(open_images());
    expect_error("damaged gzip data: incorrect data check");
    packed[2] = 7;
    put(packed, count);
    assert_null(open_images());
    expect_error("damaged gzip data: unknown compression method");
}

/* A member that ends where the reader's buffer does, made so long by an extra field: the byte
 * behind it is in the next buffer. */
static void test_gzip_at_a_buffers_end(void **state) {
    (void)state;
    enum { BUFFER = 1 << 16, HEADER = 10 };
    uint8_t bytes[ROOM], packed[ROOM];
    size_t plain = lay_out(&image_cases[0], bytes);
    size_t count = gzipped(bytes, plain, packed, ROOM), extra = BUFFER - count - 2;
    uint8_t *file = emb__calloc(BUFFER + 1, 1);
    memcpy(file, packed, HEADER);
    file[3] |= 4; /* FEXTRA */
    file[HEADER] = (uint8_t)extra;
    file[HEADER + 1] = (uint8_t)(extra >> 8);
    memcpy(file + HEADER + 2 + extra, packed + HEADER, count - HEADER);
    put(file, BUFFER);
    emb_images *images = open_images();
    assert_non_null(images);
    emb_images_free(images);
    put(file, BUFFER + 1);
    assert_null(open_images());
    expect_error("has bytes after the end of its gzip data");
    emb__free(file);
}

/* What a fingerprint says of the pixels follows from a gzipped file's sum, if they are as in the
 * file. */
static void test_fingerprint(void **state) {
    (void)state;
    static const idx_case cases[] = {
        {H(U8_3 "\0\0\0\2\0\0\0\2\0\0\0\3"), 12, NULL},
        {H(U8_4 "\0\0\0\2\0\0\0\1\0\0\0\2\0\0\0\3"), 12, NULL},
        {H(U8_4 "\0\0\0\2\0\0\0\x5\0\0\0\x5\0\0\0\3"), 150, NULL}, /* channels last */
    };
    uint8_t bytes[ROOM], packed[ROOM];
    char texts[2][EMB_FINGERPRINT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int is_packed = 0; is_packed < 2; is_packed++) {
            const size_t count = lay_out(&cases[i], bytes);
            if (is_packed) {
                put(packed, gzipped(bytes, count, packed, ROOM));
            } else {
                put(bytes, count);
            }
            emb_images *images = open_images();
            assert_non_null(images);
            assert_int_equal(images->has_sum, is_packed && i < 2);
            emb_images_fingerprint(images, texts[is_packed]);
            emb_images_free(images);
        }
        assert_string_equal(texts[0], texts[1]);
    }
}

/* Larger than the first allocation and than the input's buffer, so that both are refilled. */
static void test_large(void **state) {
    (void)state;
    enum { SIDE = 1000, COUNT = 5, BODY = SIDE * SIDE * COUNT };
    static const uint8_t header[16] = {0, 0, 8, 3, 0, 0, 0, COUNT, 0, 0, 3, 0xe8, 0, 0, 3, 0xe8};
    uint8_t *bytes = emb__alloc(16 + BODY), *packed = emb__alloc(16 + 2 * BODY);
    memcpy(bytes, header, 16);
    uint32_t x = 1;
    for (size_t i = 0; i < BODY; i++)
        bytes[16 + i] = (uint8_t)((x = x * 1664525u + 1013904223u) >> 24);
    for (int is_packed = 0; is_packed < 2; is_packed++) {
        if (is_packed) {
            put(packed, gzipped(bytes, 16 + BODY, packed, 16 + 2 * BODY));
        } else {
            put(bytes, 16 + BODY);
        }
        emb_images *images = open_images();
        assert_non_null(images);
        assert_int_equal(emb_images_count(images), COUNT);
        assert_memory_equal(images->pixels, bytes + 16, BODY);
        emb_images_free(images);
    }
    emb__free(bytes);
    emb__free(packed);
}

/* Bytes of this process's private memory; 0 where the system does not tell. */
static size_t private_bytes(void) {
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (fscanf(file, "%*u %*u %*u %*u %*u %lu", &pages) != 1) pages = 0;
    fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* 60 GB announced, 100 bytes held: with 64 MiB to spare it is still the file that is found wrong.
 */
static void test_claims_cost_nothing(void **state) {
    (void)state;
    static const idx_case lie = {H(U8_3 "\x00\x0f\xff\xff\0\0\x00\xff\0\0\x00\xff"), 100, NULL};
    uint8_t bytes[ROOM], packed[ROOM];
    struct rlimit old, small;
    size_t now = private_bytes();
    if (now == 0 || getrlimit(RLIMIT_DATA, &old) != 0) skip();
    for (int is_packed = 0; is_packed < 2; is_packed++) {
        size_t count = lay_out(&lie, bytes);
        if (is_packed) {
            put(packed, gzipped(bytes, count, packed, ROOM));
        } else {
            put(bytes, count);
        }
        small = old;
        small.rlim_cur = now + ((size_t)64 << 20);
        assert_int_equal(setrlimit(RLIMIT_DATA, &small), 0);
        emb_images *images = open_images();
        assert_int_equal(setrlimit(RLIMIT_DATA, &old), 0);
        assert_null(images);
        expect_error("ends after 100 of the 68183589375 bytes that its header announces");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_images),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_label_count),
        cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_every_header_byte),
        cmocka_unit_test(test_gzip_damage),
        cmocka_unit_test(test_gzip_at_a_buffers_end),
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_claims_cost_nothing),
    };
    return cmocka_run_group_tests(tests, make_path, test_folder_remove);
}
