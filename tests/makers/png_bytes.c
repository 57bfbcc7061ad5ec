/* See png_bytes.h. */
#include "makers/png_bytes.h"

#ifdef EMB_HAVE_PNG
#include <png.h>

static void keep(png_structp png, png_bytep bytes, size_t count) {
    add_bytes(png_get_io_ptr(png), bytes, count);
}

static void flush_nothing(png_structp png) { (void)png; }

void make_png(const png_case *c, buffer *file) {
    static const png_color palette[] = {{1, 2, 3}, {40, 50, 60}, {200, 100, 50}, {255, 255, 255}};
    static const png_byte alphas[] = {255, 0, 128};
    static const int kinds[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA, PNG_COLOR_TYPE_PALETTE};
    png_color_16 clear = {.gray = 1, .red = 1, .green = 2, .blue = 3};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    file->count = 0;
    png_set_write_fn(png, file, keep, flush_nothing);
    png_set_IHDR(png, info, (png_uint_32)c->width, (png_uint_32)c->height, c->depth, kinds[c->kind],
                 c->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (c->kind == PNG_OF_PALETTE) png_set_PLTE(png, info, palette, 4);
    if (c->see_through) png_set_tRNS(png, info, alphas, 3, &clear);
    png_write_info(png, info);
    const int passes = png_set_interlace_handling(png);
    const size_t row = png_get_rowbytes(png, info);
    for (int pass = 0; pass < passes; pass++) {
        for (int y = 0; y < c->height; y++) {
            png_write_row(png, (png_const_bytep)c->rows + (size_t)y * row);
        }
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
}
#endif
