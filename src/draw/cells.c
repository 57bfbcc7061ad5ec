/* Images on a page. See cells.h. */
#include "draw/cells.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "draw/style.h"
#include "draw/view.h"

static uint32_t byte_of(float x) { return (uint32_t)(x >= 0 ? (x > 1 ? 1 : x) * 255 + 0.5f : 0); }

static void to_rgb(const float *pixels, const int shape[3], uint32_t *rgb, size_t stride) {
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

bool emb__cell_pixels(const float *pixels, const int shape[3], const float range[2], uint32_t *rgb,
                      size_t stride) {
    int shown[3];
    emb_view_shape(shape, shown);
    if (memcmp(shown, shape, sizeof shown) == 0) {
        to_rgb(pixels, shape, rgb, stride);
        return true;
    }
    float *view = emb__alloc((size_t)shown[1] * (size_t)shown[2] * sizeof *view); /* grey */
    const bool good = view && emb_view(pixels, shape, range, view) == EMB_OK;
    if (good) to_rgb(view, shown, rgb, stride);
    emb__free(view);
    return good;
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

/* Lines below each other, with thin borders between them. */
static bool draw_lines(emb__canvas *canvas, double x, double y, double across, double down,
                       const float *values, int lines, int length, const float range[2]) {
    const double each = down / lines, margin = fmin(4, each / 8);
    double *xy = emb__alloc(2 * emb__view_points(length) * sizeof *xy);
    if (!xy) return false;
    for (int i = 0; i < lines; i++) {
        const double top = y + i * each;
        const size_t count = emb__view_line(values + (size_t)i * (size_t)length, length, range, xy);
        for (size_t k = 0; k < count; k++) {
            xy[2 * k] = x + margin + xy[2 * k] * (across - 2 * margin);
            xy[2 * k + 1] = top + margin + xy[2 * k + 1] * (each - 2 * margin);
        }
        if (i > 0) emb__canvas_line(canvas, x, top, x + across, top, emb__stroke(EMB__FRAME, 1));
        if (count > 1) emb__canvas_path(canvas, xy, count, false, emb__stroke(EMB__DARK, 1.2));
    }
    emb__free(xy);
    emb__canvas_box(canvas, x - 0.5, y - 0.5, across + 1, down + 1, emb__stroke(EMB__FRAME, 1));
    return true;
}

bool emb__cell_draw(emb__canvas *canvas, double x, double y, double across, double down,
                    const float *pixels, const int shape[3], const float range[2]) {
    int lines, length, shown[3];
    if (emb__view_of(shape, &lines, &length) == EMB__VIEW_LINES) {
        return draw_lines(canvas, x, y, across, down, pixels, lines, length, range);
    }
    emb_view_shape(shape, shown);
    uint32_t *rgb = new_pixels(shown);
    if (rgb && !emb__cell_pixels(pixels, shape, range, rgb, (size_t)shown[2])) {
        emb__free(rgb);
        return false;
    }
    return draw(canvas, x, y, across, down, rgb, shown);
}

bool emb__cell_draw_picture(emb__canvas *canvas, double x, double y, double across, double down,
                            const float *pixels, const int shape[3]) {
    uint32_t *rgb = new_pixels(shape);
    if (rgb) to_rgb(pixels, shape, rgb, (size_t)shape[2]);
    return draw(canvas, x, y, across, down, rgb, shape);
}

bool emb__cell_draw_signed(emb__canvas *canvas, double x, double y, double across, double down,
                           const float *values, const int shape[3]) {
    uint32_t *rgb = new_pixels(shape);
    const size_t count = (size_t)shape[1] * (size_t)shape[2];
    for (size_t i = 0; rgb && i < count; i++) rgb[i] = emb__colour_signed((double)values[i]);
    return draw(canvas, x, y, across, down, rgb, shape);
}
