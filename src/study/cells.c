/* Images on a page. See cells.h. */
#include "study/cells.h"

#include "base/memory.h"
#include "study/style.h"

static uint32_t byte_of(float x) { return (uint32_t)(x >= 0 ? (x > 1 ? 1 : x) * 255 + 0.5f : 0); }

void emb__cell_pixels(const float *pixels, const int shape[3], uint32_t *rgb, size_t stride) {
    const size_t height = (size_t)shape[1], width = (size_t)shape[2];
    const size_t plane = shape[0] == 3 ? height * width : 0;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            const float *p = pixels + y * width + x;
            rgb[y * stride + x] =
                byte_of(p[0]) << 16 | byte_of(p[plane]) << 8 | byte_of(p[2 * plane]);
        }
    }
}

/* Takes over `rgb`, which may be NULL. */
static bool draw(emb__canvas *canvas, double x, double y, double across, double down, uint32_t *rgb,
                 const int shape[3]) {
    if (!rgb) return false;
    emb__canvas_image(canvas, x, y, across, down, rgb, shape[2], shape[1]);
    emb__free(rgb);
    emb__canvas_box(canvas, x - 0.5, y - 0.5, across + 1, down + 1, emb__stroke(EMB__FRAME, 1));
    return true;
}

static uint32_t *new_pixels(const int shape[3]) {
    return emb__alloc((size_t)shape[1] * (size_t)shape[2] * sizeof(uint32_t));
}

bool emb__cell_draw(emb__canvas *canvas, double x, double y, double across, double down,
                    const float *pixels, const int shape[3]) {
    uint32_t *rgb = new_pixels(shape);
    if (rgb) emb__cell_pixels(pixels, shape, rgb, (size_t)shape[2]);
    return draw(canvas, x, y, across, down, rgb, shape);
}

bool emb__cell_draw_signed(emb__canvas *canvas, double x, double y, double across, double down,
                           const float *values, const int shape[3]) {
    uint32_t *rgb = new_pixels(shape);
    const size_t count = (size_t)shape[1] * (size_t)shape[2];
    for (size_t i = 0; rgb && i < count; i++) rgb[i] = emb__colour_signed((double)values[i]);
    return draw(canvas, x, y, across, down, rgb, shape);
}

emb_status emb__cell_check(const int shape[3]) {
    if ((shape[0] == 1 || shape[0] == 3) && shape[1] >= 1 && shape[2] >= 1) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "a figure of %dx%dx%d cells: expected 1 or 3 channels",
                     shape[0], shape[1], shape[2]);
}
