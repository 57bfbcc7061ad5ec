/* The bytes of a file that is being made. */
#ifndef EMB_TESTS_BYTES_H
#define EMB_TESTS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct buffer {
    uint8_t *at;
    size_t count, room; /* more than there is room for fails the test */
} buffer;

void add_bytes(buffer *file, const void *from, size_t count);
#define ADD(file, text) add_bytes(file, text, sizeof(text) - 1)

/* A number of `size` bytes, its smallest first or, where `big`, its greatest. */
void add_number(buffer *file, uint64_t value, int size, bool big);

/* As often as there is room for, but for `spare` bytes. */
void fill_with(buffer *file, const void *from, size_t count, size_t spare);
#define FILL(file, text, spare) fill_with(file, text, sizeof(text) - 1, spare)

/* `head` and `zeros` bytes behind it, compressed; window: zlib's, 31 for gzip, -15 for deflate. */
void add_packed(buffer *file, const void *head, size_t count, size_t zeros, int window);

#endif
