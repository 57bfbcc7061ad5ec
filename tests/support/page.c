/* See page.h. */
#include "support/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void page_same(const emb_picture *a, const emb_picture *b) {
    size_t a_count, b_count;
    const uint8_t *a_bytes = emb_picture_bytes(a, &a_count);
    const uint8_t *b_bytes = emb_picture_bytes(b, &b_count);
    assert_int_equal(a_count, b_count);
    assert_memory_equal(a_bytes, b_bytes, a_count);
}

#ifdef EMB_HAVE_CAIRO

typedef struct stream {
    const uint8_t *bytes;
    size_t count, at;
} stream;

static cairo_status_t read_bytes(void *closure, unsigned char *out, unsigned int count) {
    stream *from = closure;
    if (from->count - from->at < count) return CAIRO_STATUS_READ_ERROR;
    memcpy(out, from->bytes + from->at, count);
    from->at += count;
    return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *page_read(const emb_picture *picture) {
    stream from = {0};
    from.bytes = emb_picture_bytes(picture, &from.count);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_bytes, &from);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    return surface;
}

uint32_t page_pixel(cairo_surface_t *surface, int x, int y) {
    uint32_t rgb;
    memcpy(&rgb,
           cairo_image_surface_get_data(surface) +
               (ptrdiff_t)y * cairo_image_surface_get_stride(surface) + (ptrdiff_t)x * 4,
           sizeof rgb);
    return rgb & 0xFFFFFF;
}

int page_find(cairo_surface_t *surface, uint32_t rgb, int from, int to, double *x, double *y) {
    int count = 0;
    *x = *y = 0;
    for (int row = 0; row < cairo_image_surface_get_height(surface); row++) {
        for (int column = from; column < to; column++) {
            if (page_pixel(surface, column, row) != rgb) continue;
            *x += column;
            *y += row;
            count++;
        }
    }
    *x /= count;
    *y /= count;
    return count;
}

#endif
