/* codec/inflate.c and gzip.c: what zlib packs in any way is unpacked without it, and what it
 * refuses is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "codec/crc.h"
#include "codec/gzip.h"
#include "codec/inflate.h"
#include "support/folder.h"
#include "support/support.h"

enum { MOST = 300000, GZIP = 15 + 16, PACKED = 2 * MOST };

static uint8_t content[MOST], packed[PACKED], unpacked[MOST + 1];
static uint64_t drawn = 1;

static unsigned draw(unsigned below) {
    drawn = drawn * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((drawn >> 33) % below);
}

/* What a content is like: a number of different bytes, that many in 1000 of them not 0, repeated at
 * a distance now and then. */
typedef struct content_case {
    unsigned values, in_1000, distance;
} content_case;

static const content_case contents[] = {
    {1, 1000, 0},    {256, 1000, 0},  {256, 1000, 1},    {256, 1000, 2},  {256, 1000, 7},
    {256, 1000, 8},  {256, 1000, 15}, {256, 1000, 16},   {256, 1000, 31}, {256, 1000, 33},
    {256, 1000, 28}, {256, 190, 28},  {256, 190, 32768}, {3, 1000, 0},    {256, 10, 0},
    {40, 500, 1000}, {2, 500, 0},     {256, 300, 20000},
};

static void make_content(const content_case *c, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (c->distance > 0 && i > c->distance && draw(20) == 0) {
            for (size_t left = 3 + draw(300); left > 0 && i < count; left--, i++) {
                content[i] = content[i - c->distance];
            }
            if (i == count) break;
        }
        content[i] = draw(1000) < c->in_1000 ? (uint8_t)draw(c->values) : 0;
    }
}

typedef struct packing {
    int level, memory, strategy;
} packing;

static const packing packings[] = {
    {9, 8, Z_DEFAULT_STRATEGY},
    {6, 8, Z_DEFAULT_STRATEGY},
    {1, 8, Z_DEFAULT_STRATEGY},
    {0, 8, Z_DEFAULT_STRATEGY},
    {6, 1, Z_DEFAULT_STRATEGY},
    {6, 9, Z_HUFFMAN_ONLY},
    {6, 8, Z_RLE},
    {6, 8, Z_FIXED},
    {9, 9, Z_FILTERED},
};

static size_t pack(const packing *p, size_t count) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, p->level, Z_DEFLATED, GZIP, p->memory, p->strategy), Z_OK);
    z.next_in = content;
    z.avail_in = (uInt)count;
    z.next_out = packed;
    z.avail_out = PACKED;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    const size_t made = z.total_out;
    deflateEnd(&z);
    return made;
}

/* By zlib: whether that is one member with `count` bytes. */
static bool is_sound(size_t size, size_t count) {
    z_stream z = {0};
    assert_int_equal(inflateInit2(&z, GZIP), Z_OK);
    z.next_in = packed;
    z.avail_in = (uInt)size;
    z.next_out = unpacked;
    z.avail_out = sizeof unpacked;
    const bool good = inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_in == size;
    const bool same = z.total_out == count;
    inflateEnd(&z);
    return good && same;
}

/* How our own decoder ends, with all that it made in `unpacked`. */
static emb__inflate_end unpack(const char *path, size_t *count) {
    emb__file file;
    assert_int_equal(emb__file_open(&file, path), EMB_OK);
    emb__inflate *z = emb__inflate_new(&file);
    assert_non_null(z);
    emb__inflate_end end = EMB__INFLATE_GOES_ON;
    for (*count = 0; end == EMB__INFLATE_GOES_ON;) {
        const uint8_t *piece;
        size_t size;
        end = emb__inflate_more(z, &piece, &size);
        if (end == EMB__INFLATE_ODD) break;
        assert_true(size <= sizeof unpacked - *count);
        memcpy(unpacked + *count, piece, size);
        *count += size;
    }
    if (end == EMB__INFLATE_ENDS) {
        assert_int_equal(emb__inflate_sum(z), crc32_z(0, unpacked, *count));
    }
    emb__inflate_free(z);
    emb__file_close(&file);
    return end;
}

static void test_packed(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(contents); c++) {
        for (size_t p = 0; p < TEST_COUNT(packings); p++) {
            const size_t count = draw(4) == 0 ? draw(40) : draw(MOST);
            size_t got;
            make_content(&contents[c], count);
            test_put(test_path("file"), packed, pack(&packings[p], count));
            assert_int_equal(unpack(test_path("file"), &got), EMB__INFLATE_ENDS);
            assert_int_equal(got, count);
            assert_memory_equal(unpacked, content, count);
        }
    }
}

/* As a stream, which asks zlib where our own gives up. */
static bool reads(const char *path, size_t count) {
    emb__stream *stream = emb__stream_open(path);
    size_t got = 0, more = 1;
    emb_status status = stream ? EMB_OK : EMB_ERR_FORMAT;
    while (status == EMB_OK && more > 0) {
        status =
            emb__stream_read(stream, unpacked + got, 1 + draw(100000) % (MOST + 1 - got), &more);
        got += more;
        if (got > MOST) break;
    }
    uint32_t sum;
    if (status == EMB_OK && emb__stream_sum(stream, &sum)) { /* else it is no longer gzip */
        assert_int_equal(sum, crc32_z(0, unpacked, got));
    }
    emb__stream_close(stream);
    return status == EMB_OK && got == count;
}

/* One bit is flipped, the end is missing, or a byte follows. */
static void test_damaged(void **state) {
    (void)state;
    size_t sound = 0;
    for (int turn = 0; turn < 1500; turn++) {
        const size_t count = draw(4) == 0 ? draw(MOST) : draw(2000);
        make_content(&contents[draw(TEST_COUNT(contents))], count);
        size_t size = pack(&packings[draw(TEST_COUNT(packings))], count), got;
        switch (turn % 4) {
        case 0:
            packed[draw((unsigned)size)] ^= (uint8_t)(1u << draw(8));
            break;
        case 1:
            packed[draw((unsigned)(size < 200 ? size : 200))] ^= (uint8_t)(1u << draw(8));
            break;
        case 2:
            size -= 1 + draw((unsigned)size - 2);
            break;
        default:
            packed[size++] = (uint8_t)draw(256);
        }
        test_put(test_path("file"), packed, size);
        const bool good = is_sound(size, count);
        const bool quick = unpack(test_path("file"), &got) == EMB__INFLATE_ENDS;
        assert_false(quick && !good);
        assert_int_equal(reads(test_path("file"), count), good);
        if (good) assert_memory_equal(unpacked, content, count);
        sound += good;
    }
    assert_true(sound > 0 && sound < 300); /* flags and times may be anything */
}

/* zlib's sum, whatever the processor has. */
static void test_sums(void **state) {
    (void)state;
    make_content(&contents[1], MOST);
    for (size_t count = 0; count < 700; count++) {
        const size_t at = draw(64), first = draw((unsigned)count + 1);
        const uint32_t sum = (uint32_t)crc32_z(0, content + at, count);
        const uint32_t before = emb__crc(0, content + at, first);
        assert_int_equal(emb__crc(0, content + at, count), sum);
        assert_int_equal(emb__crc(before, content + at + first, count - first), sum);
        assert_int_equal(emb__crc_rest(sum, before, count - first),
                         crc32_z(0, content + at + first, count - first));
    }
    assert_int_equal(emb__crc(0, content, MOST), crc32_z(0, content, MOST));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_sums),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
