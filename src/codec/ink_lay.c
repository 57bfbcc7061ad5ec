/* See ink.h. */
#include "codec/ink.h"

#include <string.h>

#include "codec/ink_find.h"
#include "codec/ink_pen.h"
#include "codec/ink_view.h"
#include "codec/picture_fit.h"

/* Of 28 rows and columns, the ink fills at most 20; its strokes are at least so many thirds of one
 * wide. */
enum { FIELD = 28, INNER = 20 };

/* ---- laid out already ------------------------------------------------------------------------ */

/* Twice the middle of the masses along a side of `count`, times their sum. */
typedef struct masses {
    uint64_t sum, down, across;
    int top, left, bottom, right;
} masses;

static masses weigh(const uint8_t *pixels, int height, int width) {
    enum { FAINT = 32 };
    masses m = {.top = height, .left = width, .bottom = -1, .right = -1};
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const uint64_t here = pixels[(size_t)y * (size_t)width + (size_t)x];
            m.sum += here;
            m.down += here * (uint64_t)(2 * y + 1);
            m.across += here * (uint64_t)(2 * x + 1);
            if (here < FAINT) continue;
            if (y < m.top) m.top = y;
            if (y > m.bottom) m.bottom = y;
            if (x < m.left) m.left = x;
            if (x > m.right) m.right = x;
        }
    }
    return m;
}

static bool in_middle(uint64_t moment, uint64_t sum, int side) {
    const uint64_t middle = sum * (uint64_t)side, off = 3 * sum;
    return moment + off >= middle && moment <= middle + off;
}

bool emb__ink_laid(const uint8_t *pixels, int height, int width) {
    const masses m = weigh(pixels, height, width);
    if (m.sum == 0 || m.bottom < 0) return false;
    const int tall = m.bottom - m.top + 1, wide = m.right - m.left + 1;
    const int longer = tall > wide ? tall : wide, side = height < width ? height : width;
    return in_middle(m.down, m.sum, height) && in_middle(m.across, m.sum, width) &&
           longer * FIELD <= (INNER + 1) * side && longer * FIELD >= (INNER - 2) * side;
}

/* ---- laying out ------------------------------------------------------------------------------ */

static emb__ink_box box_of(const emb__drawing *d) {
    emb__ink_box box = {d->height, d->width, -1, -1};
    for (int y = 0; y < d->height; y++) {
        for (int x = 0; x < d->width; x++) {
            if (!d->ink[(size_t)y * (size_t)d->width + (size_t)x]) continue;
            if (y < box.top) box.top = y;
            if (y > box.bottom) box.bottom = y;
            if (x < box.left) box.left = x;
            if (x > box.right) box.right = x;
        }
    }
    return box;
}

/* out[tall][wide] = the box's ink, averaged by area. */
static emb_status shrink(const emb__drawing *d, emb__ink_box box, int tall, int wide,
                         uint8_t *out) {
    const size_t height = (size_t)(box.bottom - box.top) + 1;
    const size_t width = (size_t)(box.right - box.left) + 1;
    const emb__picture_plan plan = {.shape = {1, tall, wide}, .fit = EMB__FIT_STRETCH};
    uint8_t *row = emb__alloc(width);
    emb__fit fit;
    emb__fit_init(&fit, &plan, out);
    emb_status status = row ? emb__fit_begin(&fit, 1, height, width, 1) : EMB_ERR_MEMORY;
    for (size_t y = 0; status == EMB_OK && y < height; y++) {
        const uint8_t *from = d->ink + ((size_t)box.top + y) * (size_t)d->width + (size_t)box.left;
        for (size_t x = 0; x < width; x++) row[x] = from[x] ? 255 : 0;
        emb__fit_row(&fit, row);
    }
    emb__fit_free(&fit);
    emb__free(row);
    return status;
}

/* Where [0, count) begins within a side so that the mass is in its middle, and all is in it. */
static int place(uint64_t moment, uint64_t sum, int count, int side) {
    const int64_t twice = (int64_t)side * (int64_t)sum - (int64_t)moment;
    const int64_t whole = 2 * (int64_t)sum;
    int64_t at = (twice + (int64_t)sum + whole * side) / whole - side; /* rounded, also below 0 */
    if (at > side - count) at = side - count;
    return at < 0 ? 0 : (int)at;
}

static int part_of(int longest, int side, int longer) {
    const int result = (int)((2 * (int64_t)longest * side + longer) / (2 * (int64_t)longer));
    return result < 1 ? 1 : result > longest ? longest : result;
}

static emb_status lay(const emb__drawing *d, int height, int width, uint8_t *out) {
    const emb__ink_box box = box_of(d);
    const int shorter = height < width ? height : width;
    const int inner = part_of(shorter, INNER, FIELD);
    const int h = box.bottom - box.top + 1, w = box.right - box.left + 1, longer = h > w ? h : w;
    const int tall = part_of(inner, h, longer), wide = part_of(inner, w, longer);
    uint8_t *small = emb__alloc((size_t)tall * (size_t)wide);
    if (!small) return EMB_ERR_MEMORY;
    const emb_status status = shrink(d, box, tall, wide, small);
    if (status == EMB_OK) {
        const masses m = weigh(small, tall, wide);
        const int top = place(m.down, m.sum, tall, height);
        const int left = place(m.across, m.sum, wide, width);
        memset(out, 0, (size_t)height * (size_t)width);
        for (int y = 0; y < tall; y++) {
            memcpy(out + (size_t)(top + y) * (size_t)width + (size_t)left,
                   small + (size_t)y * (size_t)wide, (size_t)wide);
        }
    }
    emb__free(small);
    return status;
}

/* Whether the pixels along the border are dark, as MNIST's are. */
static bool has_dark_border(const uint8_t *pixels, int height, int width) {
    enum { DARK = 96 };
    int64_t sum = 0, count = 0;
    for (int y = 0; y < height; y++) {
        const int step = y == 0 || y == height - 1 || width == 1 ? 1 : width - 1;
        for (int x = 0; x < width; x += step, count++) {
            sum += pixels[(size_t)y * (size_t)width + (size_t)x];
        }
    }
    return sum < DARK * count;
}

emb_status emb__ink_lay(const emb__sheet *sheet, int height, int width, uint8_t *out) {
    if (sheet->height == height && sheet->width == width) {
        for (int y = 0; y < height; y++) {
            emb__sheet_row(sheet, EMB__LUMA, y, 0, width, out + (size_t)y * (size_t)width);
        }
        if (has_dark_border(out, height, width)) return EMB_OK;
    }
    emb__drawing drawing;
    emb_status status = emb__drawing_find(sheet, &drawing);
    if (status == EMB_OK) status = emb__drawing_thicken(&drawing);
    if (status == EMB_OK) status = lay(&drawing, height, width, out);
    emb__free(drawing.ink);
    return status;
}
