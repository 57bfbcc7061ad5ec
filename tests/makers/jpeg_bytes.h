/* JPEG files, as libjpeg writes them. */
#ifndef EMB_TESTS_JPEG_BYTES_H
#define EMB_TESTS_JPEG_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JPEG_WIDTH = 20, JPEG_HEIGHT = 9 };

/* A picture of one colour, which JPEG keeps; the caller frees it. Only where the library has JPEG.
 */
unsigned char *make_jpeg(int components, const uint8_t *colour, bool progressive,
                         unsigned long *count);

/* Writes height and width, two bytes each, into the frame's header. */
void set_jpeg_size(uint8_t *bytes, size_t count, const char *size);

#endif
