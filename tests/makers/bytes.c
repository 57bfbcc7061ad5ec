/* See bytes.h. */
#include "makers/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

void add_bytes(buffer *file, const void *from, size_t count) {
    assert_true(count <= file->room - file->count);
    if (count > 0) memcpy(file->at + file->count, from, count);
    file->count += count;
}

void add_number(buffer *file, uint64_t value, int size, bool big) {
    for (int i = 0; i < size; i++) {
        const int place = big ? size - 1 - i : i;
        const uint8_t byte = (uint8_t)(place < 8 ? value >> 8 * place : 0);
        add_bytes(file, &byte, 1);
    }
}

void fill_with(buffer *file, const void *from, size_t count, size_t spare) {
    while (file->count + count + spare <= file->room) add_bytes(file, from, count);
}

void add_packed(buffer *file, const void *head, size_t count, size_t zeros, int window) {
    static uint8_t nothing[1 << 16];
    z_stream z = {.next_in = (Bytef *)(uintptr_t)head, .avail_in = (uInt)count};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = file->at + file->count;
    z.avail_out = (uInt)(file->room - file->count);
    assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
    while (zeros > 0) {
        z.next_in = nothing;
        z.avail_in = (uInt)(zeros < sizeof nothing ? zeros : sizeof nothing);
        zeros -= z.avail_in;
        assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
    }
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    file->count = file->room - z.avail_out;
    deflateEnd(&z);
}
