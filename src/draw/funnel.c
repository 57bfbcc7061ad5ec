/* The layers of a network below each other, each as wide as the numbers that leave it are many. */
#include <math.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/style.h"

enum { WIDEST = 280, NARROWEST = 6, ROW = 28, GAP = 3, COLUMN_GAP = 16, MOST_GROUPS = 8, KEY = 14 };

/* Where everything stands. */
typedef struct layout {
    double left, middle, right; /* the titles' left, the funnel's axis, the notes' left */
    double top, width, height;
    double scale; /* pixels for the root of a number */
} layout;

static emb_status check(const emb_funnel *funnel) {
    if (funnel->count == 0 || funnel->group_count < 1 || funnel->group_count > MOST_GROUPS) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "a funnel of %zu blocks in %zu groups: expected at least 1 in 1 to %d",
                         funnel->count, funnel->group_count, MOST_GROUPS);
    }
    for (size_t i = 0; i < funnel->count; i++) {
        const emb_block *block = &funnel->blocks[i];
        const bool good =
            block->size > 0 && block->group >= 0 && (size_t)block->group < funnel->group_count;
        if (good && funnel->size > 0) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "block %zu: expected a size above 0 and a group of %zu",
                         i, funnel->group_count);
    }
    return EMB_OK;
}

/* The width is by the root of the size, as the side of a square is to its area: so a code of 2
 * numbers stays visible beside 1,568. */
static double half_width(const layout *at, double size) {
    return fmax(NARROWEST, at->scale * sqrt(size)) / 2;
}

static layout lay_out(const emb_funnel *funnel, emb__canvas *canvas) {
    double titles = 0, notes = 0, largest = funnel->size, keys = 0;
    for (size_t i = 0; i < funnel->count; i++) {
        titles = fmax(titles, emb__canvas_widest(canvas, &funnel->blocks[i].title, 1, EMB__SMALL));
        notes = fmax(notes, emb__canvas_widest(canvas, &funnel->blocks[i].note, 1, EMB__SMALL));
        largest = fmax(largest, funnel->blocks[i].size);
    }
    for (size_t i = 0; i < funnel->group_count; i++) {
        keys +=
            KEY + 6 + COLUMN_GAP + emb__canvas_widest(canvas, &funnel->groups[i], 1, EMB__SMALL);
    }
    layout at = {.left = EMB__MARGIN, .scale = WIDEST / sqrt(largest)};
    at.middle = at.left + titles + COLUMN_GAP + WIDEST / 2.0;
    at.right = at.middle + WIDEST / 2.0 + COLUMN_GAP;
    at.top = EMB__MARGIN + (funnel->title ? EMB__TITLE + EMB__SPACE : 0) + KEY + 2 * EMB__SPACE;
    at.width =
        fmax(at.right + notes,
             EMB__MARGIN + fmax(keys, emb__canvas_widest(canvas, &funnel->title, 1, EMB__TITLE))) +
        EMB__MARGIN;
    at.height = at.top + ROW * (double)funnel->count - GAP + EMB__MARGIN;
    return at;
}

static void draw_block(const emb_funnel *funnel, size_t i, const layout *at, emb__canvas *canvas) {
    const emb_block *block = &funnel->blocks[i];
    const double above = half_width(at, i == 0 ? funnel->size : funnel->blocks[i - 1].size);
    const double below = half_width(at, block->size);
    const double y = at->top + ROW * (double)i, bottom = y + ROW - GAP;
    const double xy[] = {at->middle - above, y,      at->middle + above, y,
                         at->middle + below, bottom, at->middle - below, bottom};
    emb__canvas_path(canvas, xy, 4, true,
                     emb__fill(emb__colour((size_t)block->group, funnel->group_count)));
    emb__letters letters = {.size = EMB__SMALL, .rgb = EMB__DARK};
    const double line = (y + bottom) / 2 + EMB__SMALL * 0.36;
    emb__canvas_text(canvas, at->left, line, letters, block->title);
    emb__canvas_text(canvas, at->right, line, letters, block->note);
}

static void draw_keys(const emb_funnel *funnel, const layout *at, emb__canvas *canvas) {
    const emb__letters letters = {.size = EMB__SMALL, .rgb = EMB__DARK};
    const double y = at->top - 2 * EMB__SPACE - KEY;
    double x = at->left;
    for (size_t i = 0; i < funnel->group_count; i++) {
        emb__canvas_box(canvas, x, y, KEY, KEY, emb__fill(emb__colour(i, funnel->group_count)));
        x += KEY + 6;
        emb__canvas_text(canvas, x, y + KEY / 2.0 + EMB__SMALL * 0.36, letters, funnel->groups[i]);
        x += emb__canvas_text_width(canvas, funnel->groups[i], EMB__SMALL) + COLUMN_GAP;
    }
}

static emb_status draw(const emb_funnel *funnel, emb__canvas *canvas) {
    const layout at = lay_out(funnel, canvas);
    emb_status status = emb__canvas_open(canvas, at.width, at.height);
    if (status != EMB_OK) return status;
    emb__canvas_text(canvas, at.left, EMB__MARGIN + EMB__TITLE * 0.85,
                     (emb__letters){.size = EMB__TITLE, .rgb = EMB__DARK}, funnel->title);
    draw_keys(funnel, &at, canvas);
    for (size_t i = 0; i < funnel->count; i++) {
        /* Every other row has a pale ground, to guide the eye across. */
        if (i % 2 == 0) {
            emb__canvas_box(canvas, at.left - 6, at.top + ROW * (double)i - GAP / 2.0,
                            at.width - 2 * at.left + 12, ROW, emb__fill(0xF4F4F4));
        }
        draw_block(funnel, i, &at, canvas);
    }
    return EMB_OK;
}

emb_picture *emb_funnel_draw(const emb_funnel *funnel, emb_format format) {
    EMB__ENTER;
    if (check(funnel) != EMB_OK) return NULL;
    emb__canvas *canvas = emb__canvas_new(format);
    return canvas ? emb__canvas_finish(canvas, draw(funnel, canvas)) : NULL;
}
