/* Rows of small pictures; each row has its own size of picture. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/cells.h"
#include "draw/style.h"
#include "draw/view.h"

enum { CELL = 56, GAP = 6, ROW_GAP = 14, WIDTH = 1000, STRIP = 16, STRIP_CELL = 12 };

/* How a row is laid out. */
typedef struct band {
    double across, down; /* of one picture */
    size_t each;         /* pictures a line */
    double height;       /* of all lines */
} band;

/* The shape in which a row's pictures are shown: with one or three channels unchanged, even a row
 * of numbers. */
static void view_shape(const emb_sheet_row *row, int view[3]) {
    memcpy(view, row->shape, sizeof row->shape);
    if (row->shape[0] != 1 && row->shape[0] != 3) emb_view_shape(row->shape, view);
}

/* A picture of one row of numbers is a strip; small ones are enlarged by a whole factor, large ones
 * are shrunk. */
static band band_of(const emb_sheet_row *row) {
    int view[3];
    view_shape(row, view);
    const double width = view[2], height = view[1];
    band at;
    if (view[1] == 1 && view[2] > 1) {
        at.across = fmin(WIDTH, STRIP_CELL * width);
        at.down = STRIP;
    } else {
        double scale = CELL / fmax(width, height);
        if (scale >= 1) scale = floor(scale);
        at.across = width * scale;
        at.down = height * scale;
    }
    at.each = (size_t)((WIDTH + GAP) / (at.across + GAP));
    if (at.each < 1) at.each = 1;
    const size_t lines = (row->count + at.each - 1) / at.each;
    at.height = fmax((double)lines * (at.down + GAP) - GAP,
                     row->note ? EMB__SMALL + EMB__TINY + 6 : EMB__SMALL);
    return at;
}

static emb_status check(const emb_sheet *sheet) {
    if (sheet->count == 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "a sheet without rows; expected at least one");
    }
    for (size_t i = 0; i < sheet->count; i++) {
        if (emb__view_check(sheet->rows[i].shape) != EMB_OK) return EMB_ERR_SHAPE;
        const bool colours = sheet->rows[i].diverging && sheet->rows[i].shape[0] != 1;
        if (sheet->rows[i].count > 0 && !colours) continue;
        return emb__fail(
            EMB_ERR_ARGUMENT,
            "row %zu of a sheet: expected pictures, of one channel if they are diverging", i);
    }
    return EMB_OK;
}

static bool draw_picture(const emb_sheet_row *row, const float *pixels, const float range[2],
                         emb__canvas *canvas, double x, double y, const band *at) {
    if (row->diverging) {
        return emb__cell_draw_signed(canvas, x, y, at->across, at->down, pixels, row->shape);
    }
    if (row->shape[0] == 1 || row->shape[0] == 3) {
        return emb__cell_draw_picture(canvas, x, y, at->across, at->down, pixels, row->shape);
    }
    return emb__cell_draw(canvas, x, y, at->across, at->down, pixels, row->shape, range);
}

static emb_status draw_row(const emb_sheet_row *row, double left, double top, emb__canvas *canvas) {
    const band at = band_of(row);
    const size_t size = (size_t)row->shape[0] * (size_t)row->shape[1] * (size_t)row->shape[2];
    const double first = at.down < EMB__SMALL ? at.down / 2 : EMB__SMALL / 2.0 + 2;
    emb__letters letters = {.size = EMB__SMALL, .rgb = EMB__DARK, .align = EMB__RIGHT};
    emb__canvas_text(canvas, left - EMB__SPACE, top + first + EMB__SMALL * 0.36, letters,
                     row->title);
    letters.size = EMB__TINY;
    letters.rgb = EMB__GREY;
    emb__canvas_text(canvas, left - EMB__SPACE, top + first + EMB__SMALL * 0.36 + EMB__TINY + 5,
                     letters, row->note);
    float range[2];
    emb_view_range(row->pixels, row->count, row->shape, range);
    for (size_t i = 0; i < row->count; i++) {
        const size_t line = i / at.each, column = i % at.each;
        const double x = left + (double)column * (at.across + GAP);
        const double y = top + (double)line * (at.down + GAP);
        if (!draw_picture(row, row->pixels + i * size, range, canvas, x, y, &at)) {
            return EMB_ERR_MEMORY;
        }
    }
    return EMB_OK;
}

static emb_status draw(const emb_sheet *sheet, emb__canvas *canvas) {
    double words = 0, height = EMB__MARGIN + (sheet->title ? EMB__TITLE + EMB__SPACE : 0);
    double widest = 0, top = height;
    for (size_t i = 0; i < sheet->count; i++) {
        const emb_sheet_row *row = &sheet->rows[i];
        const band at = band_of(row);
        const size_t across = row->count < at.each ? row->count : at.each;
        words = fmax(words, emb__canvas_widest(canvas, &row->title, 1, EMB__SMALL));
        words = fmax(words, emb__canvas_widest(canvas, &row->note, 1, EMB__TINY));
        widest = fmax(widest, (double)across * (at.across + GAP) - GAP);
        height += at.height + ROW_GAP;
    }
    const double left = EMB__MARGIN + (words > 0 ? words + EMB__SPACE : 0);
    widest =
        fmax(widest, EMB__MARGIN - left + emb__canvas_widest(canvas, &sheet->title, 1, EMB__TITLE));
    emb_status status =
        emb__canvas_open(canvas, left + widest + EMB__MARGIN, height - ROW_GAP + EMB__MARGIN);
    if (status != EMB_OK) return status;
    emb__canvas_text(canvas, EMB__MARGIN, EMB__MARGIN + EMB__TITLE * 0.85,
                     (emb__letters){.size = EMB__TITLE, .rgb = EMB__DARK}, sheet->title);
    for (size_t i = 0; i < sheet->count && status == EMB_OK; i++) {
        status = draw_row(&sheet->rows[i], left, top, canvas);
        top += band_of(&sheet->rows[i]).height + ROW_GAP;
    }
    return status;
}

emb_picture *emb_sheet_draw(const emb_sheet *sheet, emb_format format) {
    EMB__ENTER;
    if (check(sheet) != EMB_OK) return NULL;
    emb__canvas *canvas = emb__canvas_new(format);
    return canvas ? emb__canvas_finish(canvas, draw(sheet, canvas)) : NULL;
}
