/* See jpeg_bytes.h. */
#include "makers/jpeg_bytes.h"

#include <stdio.h>
#include <string.h>

#ifdef EMB_HAVE_JPEG
#include <jpeglib.h>

unsigned char *make_jpeg(int components, const uint8_t *colour, bool progressive,
                         unsigned long *count) {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    uint8_t row[4 * JPEG_WIDTH];
    JSAMPROW rows[] = {row};
    for (size_t i = 0; i < sizeof row; i++) row[i] = colour[i % (size_t)components];
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    *count = 0;
    jpeg_mem_dest(&jpeg, &bytes, count);
    jpeg.image_width = JPEG_WIDTH;
    jpeg.image_height = JPEG_HEIGHT;
    jpeg.input_components = components;
    jpeg.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    if (progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) jpeg_write_scanlines(&jpeg, rows, 1);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return bytes;
}
#endif

void set_jpeg_size(uint8_t *bytes, size_t count, const char *size) {
    for (size_t i = 0; i + 8 < count; i++) {
        const bool frame = bytes[i] == 0xff && (bytes[i + 1] == 0xc0 || bytes[i + 1] == 0xc2);
        if (frame) memcpy(bytes + i + 5, size, 4);
    }
}
