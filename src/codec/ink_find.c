/* See ink_find.h. A picture is looked at twice: as a whole, to see where the drawing is, and then
 * close up, where thresholds are the drawing's own. */
#include "codec/ink_find.h"

#include <string.h>

#include "codec/ink_parts.h"
#include "codec/picture_fit.h"

/* The longer side of what is looked at. */
enum { WHOLE = 1024, CLOSE = 256, LEAST_WHOLE = 160 };

/* A part of a sheet, in grey. */
typedef struct view {
    emb__ink_box box; /* of the sheet */
    int height, width;
    uint8_t *grey;
    emb__edges edges;
} view;

static void view_free(view *v) {
    emb__free(v->grey);
    emb__edges_free(&v->edges);
    *v = (view){0};
}

static int height_of(const emb__ink_box *b) { return b->bottom - b->top + 1; }
static int width_of(const emb__ink_box *b) { return b->right - b->left + 1; }

/* ---- from colours to grey -------------------------------------------------------------------- */

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

/* Opens a part of the sheet, its longer side `side` pixels. */
static emb_status view_open(view *v, const emb__sheet *sheet, emb__sheet_channel channel,
                            emb__ink_box box, int side) {
    const int tall = height_of(&box), wide = width_of(&box), longer = tall > wide ? tall : wide;
    *v = (view){
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
    if (status == EMB_OK) status = emb__edges_find(v->grey, v->height, v->width, &v->edges);
    return status;
}

/* The channel in which ink stands out most. Luma, unless another is clearly better. */
static emb_status choose_channel(const emb__sheet *sheet, emb__ink_box box,
                                 emb__sheet_channel *channel) {
    enum { SMALL = 384 };
    int best = 0;
    *channel = EMB__LUMA;
    for (int c = EMB__LUMA; sheet->channels == 3 && c >= EMB__RED; c--) {
        view v;
        const emb_status status = view_open(&v, sheet, (emb__sheet_channel)c, box, SMALL);
        const int seen = v.edges.peak - 2 * v.edges.noise;
        view_free(&v);
        if (status != EMB_OK) return status;
        if (c == EMB__LUMA || 4 * seen > 5 * best) {
            *channel = (emb__sheet_channel)c;
            best = seen;
        }
    }
    return EMB_OK;
}

/* ---- what is ink ----------------------------------------------------------------------------- */

static bool box_of_edges(const view *v, emb__ink_box *box) {
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
static int64_t balance(const view *v, int y, int x, int down, int across, int count) {
    int64_t light = 0;
    for (int i = 0; i < count; i++) {
        const size_t at = (size_t)(y + i * down) * (size_t)v->width + (size_t)(x + i * across);
        light += v->edges.smooth[at] > v->edges.between[at] ? 1 : -1;
    }
    return light;
}

/* Around all edges there is paper. */
static bool is_paper_light(const view *v) {
    emb__ink_box b = {0, 0, v->height - 1, v->width - 1}, e;
    if (box_of_edges(v, &e)) {
        const int away = (height_of(&e) + width_of(&e)) / 40 + 3;
        if (e.top - away > b.top) b.top = e.top - away;
        if (e.left - away > b.left) b.left = e.left - away;
        if (e.bottom + away < b.bottom) b.bottom = e.bottom + away;
        if (e.right + away < b.right) b.right = e.right + away;
    }
    return balance(v, b.top, b.left, 0, 1, width_of(&b)) +
               balance(v, b.bottom, b.left, 0, 1, width_of(&b)) +
               balance(v, b.top, b.left, 1, 0, height_of(&b)) +
               balance(v, b.top, b.right, 1, 0, height_of(&b)) >
           0;
}

/* *ink = what lies on the ink's side of the threshold, to be freed; its parts. */
static emb_status divide(const view *v, bool light_paper, uint8_t **ink, emb__ink_parts *parts) {
    const size_t count = (size_t)v->height * (size_t)v->width;
    *parts = (emb__ink_parts){0};
    *ink = emb__alloc(count);
    if (!*ink) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const int here = v->edges.smooth[i], between = v->edges.between[i];
        (*ink)[i] = light_paper ? here < between : here > between;
    }
    return emb__ink_parts_find(*ink, &v->edges, parts);
}

/* ---- where it is ----------------------------------------------------------------------------- */

typedef struct finding {
    const emb__sheet *sheet;
    emb__sheet_channel channel;
    bool light_paper;
    emb__ink_box box; /* of the drawing, in the sheet */
} finding;

static emb_status none(void) {
    return emb__fail(EMB_ERR_FORMAT, "there is no ink that stands out from its paper; expected a "
                                     "drawing with its paper around it");
}

static int at_scale(int place, int from, int to) { return (int)((int64_t)place * to / from); }

/* A box of the view, with some paper around it, in the sheet. */
static emb__ink_box in_sheet(const view *v, emb__ink_box b) {
    const int tall = height_of(&v->box), wide = width_of(&v->box);
    const int longer = height_of(&b) > width_of(&b) ? height_of(&b) : width_of(&b);
    const int away = longer / 4 + 4;
    emb__ink_box out = {v->box.top + at_scale(b.top - away, v->height, tall),
                        v->box.left + at_scale(b.left - away, v->width, wide),
                        v->box.top + at_scale(b.bottom + 1 + away, v->height, tall),
                        v->box.left + at_scale(b.right + 1 + away, v->width, wide)};
    if (out.top < v->box.top) out.top = v->box.top;
    if (out.left < v->box.left) out.left = v->box.left;
    if (out.bottom > v->box.bottom) out.bottom = v->box.bottom;
    if (out.right > v->box.right) out.right = v->box.right;
    return out;
}

static emb_status locate(finding *f, emb__ink_box area) {
    const int tall = height_of(&area), wide = width_of(&area);
    int side = tall > wide ? tall : wide;
    side = side > WHOLE ? WHOLE : side < LEAST_WHOLE ? LEAST_WHOLE : side;
    view v;
    emb__ink_parts parts = {0};
    emb__ink_box box;
    uint8_t *ink = NULL;
    emb_status status = choose_channel(f->sheet, area, &f->channel);
    if (status != EMB_OK) return status;
    status = view_open(&v, f->sheet, f->channel, area, side);
    if (status == EMB_OK && !emb__edges_any(&v.edges)) status = none();
    if (status == EMB_OK) {
        f->light_paper = is_paper_light(&v);
        status = divide(&v, f->light_paper, &ink, &parts);
    }
    if (status == EMB_OK && !emb__ink_parts_choose(&parts, &box)) status = none();
    if (status == EMB_OK) f->box = in_sheet(&v, box);
    emb__ink_parts_free(&parts);
    emb__free(ink);
    view_free(&v);
    return status;
}

/* ---- close up -------------------------------------------------------------------------------- */

static void keep_chosen(const emb__ink_parts *parts, uint8_t *ink) {
    const size_t count = (size_t)parts->height * (size_t)parts->width;
    for (size_t i = 0; i < count; i++) {
        ink[i] = parts->of[i] != 0 && parts->list[parts->of[i] - 1].chosen;
    }
}

static emb_status close_up(const finding *f, emb__drawing *drawing) {
    view v;
    emb__ink_parts parts = {0};
    emb__ink_box box;
    uint8_t *ink = NULL;
    emb_status status = view_open(&v, f->sheet, f->channel, f->box, CLOSE);
    if (status == EMB_OK) status = divide(&v, f->light_paper, &ink, &parts);
    if (status == EMB_OK && !emb__ink_parts_choose(&parts, &box)) status = none();
    if (status == EMB_OK) {
        keep_chosen(&parts, ink);
        *drawing = (emb__drawing){v.height, v.width, ink};
        ink = NULL;
    }
    emb__ink_parts_free(&parts);
    emb__free(ink);
    view_free(&v);
    return status;
}

emb_status emb__drawing_find(const emb__sheet *sheet, emb__drawing *drawing) {
    const emb__ink_box whole = {0, 0, sheet->height - 1, sheet->width - 1};
    finding f = {.sheet = sheet};
    *drawing = (emb__drawing){0};
    const emb_status status = locate(&f, whole);
    return status == EMB_OK ? close_up(&f, drawing) : status;
}
