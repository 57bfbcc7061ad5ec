/* codec/exif.c: how a camera was held, and data that say nothing or nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/exif.h"
#include "support/pictures.h"
#include "support/support.h"

#define LITTLE "II*\0\x08\0\0\0"
#define BIG    "MM\0*\0\0\0\x08"

static const struct {
    const char *bytes;
    size_t count;
    int orientation;
} cases[] = {
    {BYTES(LITTLE "\1\0\x12\1\3\0\1\0\0\0\6\0\0\0"), 6},
    {BYTES(BIG "\0\1\1\x12\0\3\0\0\0\1\0\x08\0\0"), 8},
    {BYTES(BIG "\0\2\1\x0f\0\2\0\0\0\1a\0\0\0\1\x12\0\3\0\0\0\1\0\5\0\0"), 5},
    {BYTES(BIG "\xff\xff\1\x12\0\3\0\0\0\1\0\2\0\0"), 2}, /* as far as entries are there */
    {BYTES(BIG "\0\1\1\x12\0\3\0\0\0\1\0\x09\0\0"), 1},   /* there is no such orientation */
    {BYTES(BIG "\0\1\1\x12\0\3\0\0\0\1\0\0\0\0"), 1},
    {BYTES(BIG "\0\1\1\x12\0\4\0\0\0\1\0\0\0\3"), 1}, /* not a SHORT */
    {BYTES(BIG "\0\1\1\x13\0\3\0\0\0\1\0\6\0\0"), 1}, /* another tag */
    {BYTES(BIG "\0\0"), 1},
    {BYTES(BIG), 1},
    {BYTES("MM\0*\0\0\0\x07\1\x12\0\3\0\0\0\1\0\6\0\0"), 1}, /* inside the header */
    {BYTES("MM\0*\xff\xff\xff\xff\0\1\1\x12\0\3\0\0\0\1\0\6\0\0"), 1},
    {BYTES("IM*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0"), 1},
    {BYTES(""), 1},
};

static void test_exif(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        /* In memory that ends where they do, cut anywhere. */
        for (size_t count = 0; count <= cases[i].count; count++) {
            uint8_t *copy = malloc(count + 1);
            assert_non_null(copy);
            memcpy(copy, cases[i].bytes, count);
            const int orientation = emb__exif_orientation(copy, count);
            assert_int_equal(orientation, count == cases[i].count ? cases[i].orientation : 1);
            free(copy);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exif)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
