/* See ink_view.h. */
#include "codec/ink_view.h"

#include <string.h>

#include "codec/ink_light.h"
#include "codec/picture_fit.h"

void emb__ink_view_free(emb__ink_view *v) {
    emb__free(v->grey);
    emb__edges_free(&v->edges);
    *v = (emb__ink_view){0};
}

void emb__sheet_row(const emb__sheet *sheet, emb__sheet_channel channel, int y, int x, int count,
                    uint8_t *out) {
    const size_t plane = (size_t)sheet->height * (size_t)sheet->width;
    const uint8_t *row = sheet->pixels + (size_t)y * (size_t)sheet->width + (size_t)x;
    if (sheet->channels == 1 || channel != EMB__LUMA) {
        memcpy(out, row + (sheet->channels == 1 ? 0 : (size_t)channel * plane), (size_t)count);
        return;
    }
    for (int i = 0; i < count; i++) {
        const uint32_t r = row[i], g = row[plane + (size_t)i], b = row[2 * plane + (size_t)i];
        out[i] = (uint8_t)((19595U * r + 38470U * g + 7471U * b + 0x8000U) >> 16);
    }
}

static int scaled(int side, int longer, int wanted) {
    const int result = (int)((2 * (int64_t)side * wanted + longer) / (2 * longer));
    return result < 1 ? 1 : result;
}

emb_status emb__ink_view_open(emb__ink_view *v, const emb__sheet *sheet, emb__ink_box box,
                              emb__sheet_channel channel, emb__ink_light light, int side) {
    const int tall = emb__box_height(&box), wide = emb__box_width(&box),
              longer = tall > wide ? tall : wide;
    *v = (emb__ink_view){
        .box = box, .height = scaled(tall, longer, side), .width = scaled(wide, longer, side)};
    const emb__picture_plan plan = {.shape = {1, v->height, v->width}, .fit = EMB__FIT_STRETCH};
    v->grey = emb__alloc((size_t)v->height * (size_t)v->width);
    uint8_t *row = emb__alloc((size_t)wide);
    emb_status status = v->grey && row ? EMB_OK : EMB_ERR_MEMORY;
    emb__fit fit;
    emb__fit_init(&fit, &plan, v->grey);
    if (status == EMB_OK) status = emb__fit_begin(&fit, 1, (size_t)tall, (size_t)wide, 1);
    for (int y = box.top; status == EMB_OK && y <= box.bottom; y++) {
        emb__sheet_row(sheet, channel, y, box.left, wide, row);
        emb__fit_row(&fit, row);
    }
    emb__fit_free(&fit);
    emb__free(row);
    if (status == EMB_OK && light != EMB__LIGHT_AS_IT_IS) {
        status = emb__ink_even_light(v->grey, v->height, v->width, light == EMB__LIGHT_PAPER);
    }
    if (status == EMB_OK) status = emb__edges_find(v->grey, v->height, v->width, &v->edges);
    return status;
}

emb_status emb__sheet_choose(const emb__sheet *sheet, emb__ink_box box,
                             emb__sheet_channel *channel) {
    enum { SMALL = 384 };
    int best = 0;
    *channel = EMB__LUMA;
    for (int c = EMB__LUMA; sheet->channels == 3 && c >= EMB__RED; c--) {
        emb__ink_view v;
        const emb_status status =
            emb__ink_view_open(&v, sheet, box, (emb__sheet_channel)c, EMB__LIGHT_AS_IT_IS, SMALL);
        const int seen = v.edges.peak - 2 * v.edges.noise;
        emb__ink_view_free(&v);
        if (status != EMB_OK) return status;
        if (c == EMB__LUMA || 4 * seen > 5 * best) {
            *channel = (emb__sheet_channel)c;
            best = seen;
        }
    }
    return EMB_OK;
}

/* ---- the paper ------------------------------------------------------------------------------- */

static bool box_of_edges(const emb__ink_view *v, emb__ink_box *box) {
    const emb__edges *e = &v->edges;
    bool any = false;
    for (int y = 0; y < v->height; y++) {
        for (int x = 0; x < v->width; x++) {
            if (e->step[(size_t)y * (size_t)v->width + (size_t)x] < e->sharp) continue;
            if (!any) *box = (emb__ink_box){y, x, y, x};
            any = true;
            if (y > box->bottom) box->bottom = y;
            if (x < box->left) box->left = x;
            if (x > box->right) box->right = x;
        }
    }
    return any;
}

/* By how many more pixels of a row or column are above the threshold than below. */
static int64_t balance(const emb__ink_view *v, int y, int x, int down, int across, int count) {
    int64_t light = 0;
    for (int i = 0; i < count; i++) {
        const size_t at = (size_t)(y + i * down) * (size_t)v->width + (size_t)(x + i * across);
        light += v->edges.smooth[at] > v->edges.between[at] ? 1 : -1;
    }
    return light;
}

int emb__ink_view_light(const emb__ink_view *v) {
    emb__ink_box b = {0, 0, v->height - 1, v->width - 1}, e;
    if (box_of_edges(v, &e)) {
        const int away = (emb__box_height(&e) + emb__box_width(&e)) / 40 + 3;
        if (e.top - away > b.top) b.top = e.top - away;
        if (e.left - away > b.left) b.left = e.left - away;
        if (e.bottom + away < b.bottom) b.bottom = e.bottom + away;
        if (e.right + away < b.right) b.right = e.right + away;
    }
    const int tall = emb__box_height(&b), wide = emb__box_width(&b);
    const int64_t light =
        balance(v, b.top, b.left, 0, 1, wide) + balance(v, b.bottom, b.left, 0, 1, wide) +
        balance(v, b.top, b.left, 1, 0, tall) + balance(v, b.top, b.right, 1, 0, tall);
    return (int)(100 * light / (2 * (tall + wide)));
}

uint64_t emb__ink_view_edges(const emb__ink_view *v, int step) {
    const size_t count = (size_t)v->height * (size_t)v->width;
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += v->edges.step[i] >= step ? v->edges.step[i] : 0;
    return sum;
}
