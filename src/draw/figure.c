/* A grid of pictures with titles and captions, or a plane of them with axes.
 *
 * Cells are enlarged by a whole factor, each pixel a square, so that one sees what the network
 * sees. A cell whose first number is NaN stays empty, for the end of the last row. Titles are drawn
 * in the system's sans-serif font; on a machine without fonts there are none. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/cells.h"
#include "draw/style.h"
#include "draw/view.h"

/* Lengths in pixels of the page. At the default scale a page is at most PAGE by PAGE, if a scale of
 * 1 allows it, and a cell at most CELL. */
enum { TINTS_HIGH = 14, TINTS_LEAST = 420 /* pixels wide */, TINTS_STEPS = 64 };
enum { GAP = 12, TITLE_GAP = 10, PAGE = 1800, PLANE = 1200, CELL = 336, ROW_TITLE = 16 };

/* Where everything stands. */
typedef struct layout {
    int view[3]; /* the shape in which a cell is shown */
    float range[2];
    int scale;
    double gap;
    double cell_width, cell_height; /* enlarged */
    double column_step, row_step;   /* from one cell to the next */
    double left, top;               /* of the first cell's column and row */
    double right, bottom;           /* of the last one's */
    double x_title, scale_top;      /* the base line of the title; the tints' scale */
    double width, height;           /* of the page */
} layout;

/* Checks, in any build, before anything is drawn. */
static emb_status check(const emb_figure *figure) {
    enum { MOST = 1 << 20 };
    if (figure->rows < 1 || figure->rows > MOST || figure->columns < 1 || figure->columns > MOST) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "a figure of %d rows and %d columns: both are at least 1", figure->rows,
                         figure->columns);
    }
    emb_status status = emb__view_check(figure->shape);
    if (status != EMB_OK || figure->scale >= 0) return status;
    return emb__fail(EMB_ERR_ARGUMENT, "a figure's scale is at least 0, got %d", figure->scale);
}

static int least(int a, int b) { return a < b ? a : b; }

static int choose_scale(const emb_figure *figure, const int view[3]) {
    if (figure->scale > 0) return figure->scale;
    const int width = view[2], height = view[1];
    const int page = figure->plane ? PLANE : PAGE, gap = figure->plane ? 0 : GAP;
    const int across = (page - figure->columns * gap) / figure->columns / width;
    const int down = (page - figure->rows * gap) / figure->rows / height;
    const int scale = least(least(across, down), least(CELL / width, CELL / height));
    return scale < 1 ? 1 : scale;
}

/* Its three texts stand below its ends and its middle. */
static double scale_width(const emb_figure *figure, emb__canvas *canvas) {
    const double widest = emb__canvas_widest(canvas, figure->tint_titles, 3, EMB__SMALL);
    return fmax(TINTS_LEAST, 3 * (widest + EMB__SPACE));
}

static layout lay_out(const emb_figure *figure, emb__canvas *canvas) {
    const size_t rows = (size_t)figure->rows, columns = (size_t)figure->columns;
    layout at = {.gap = figure->plane ? 0 : GAP};
    emb_view_shape(figure->shape, at.view);
    emb_view_range(figure->pixels, rows * columns, figure->shape, at.range);
    at.scale = choose_scale(figure, at.view);
    const double column = emb__canvas_widest(canvas, figure->column_titles, columns, EMB__TITLE);
    const double gutter = emb__canvas_widest(canvas, figure->row_titles, rows, ROW_TITLE);
    const double caption = emb__canvas_widest(canvas, figure->captions, rows * columns, EMB__SMALL);
    at.cell_width = (double)at.view[2] * at.scale;
    at.cell_height = (double)at.view[1] * at.scale;
    at.column_step = fmax(at.cell_width, figure->plane ? 0 : fmax(column, caption)) + at.gap;
    /* Rows of flat cells stand as far apart as their titles need. */
    at.row_step = fmax(at.cell_height, gutter > 0 && !figure->plane ? ROW_TITLE : 0) + at.gap +
                  (figure->captions ? EMB__SMALL + 6 : 0);
    at.left = EMB__MARGIN + (gutter > 0 ? gutter + TITLE_GAP : 0) +
              (figure->y_title ? EMB__LABEL + TITLE_GAP : 0);
    at.top = EMB__MARGIN + (figure->title ? EMB__TITLE + EMB__SPACE : 0) +
             (figure->column_titles && !figure->plane ? EMB__TITLE + TITLE_GAP : 0);
    at.right = at.left + at.column_step * figure->columns - at.gap;
    at.bottom = at.top + at.row_step * figure->rows - at.gap;
    const double title =
        figure->title ? emb__canvas_text_width(canvas, figure->title, EMB__TITLE) : 0;
    const bool tinted = figure->plane && figure->tints;
    at.width = fmax(at.right, at.left + fmax(title, tinted ? scale_width(figure, canvas) : 0)) +
               EMB__MARGIN;
    at.height = at.bottom + EMB__MARGIN +
                (figure->column_titles && figure->plane ? EMB__SMALL + TITLE_GAP : 0) +
                (figure->x_title ? EMB__LABEL + TITLE_GAP : 0);
    at.scale_top = at.height - EMB__MARGIN + EMB__SPACE;
    at.x_title = at.height - EMB__MARGIN;
    if (tinted) at.height = at.scale_top + TINTS_HIGH + EMB__SMALL + 4 + EMB__MARGIN;
    return at;
}

static const float *cell_at(const emb_figure *figure, size_t i) {
    const size_t size =
        (size_t)figure->shape[0] * (size_t)figure->shape[1] * (size_t)figure->shape[2];
    return figure->pixels + i * size;
}

static emb_status draw_cells(const emb_figure *figure, const layout *at, emb__canvas *canvas) {
    const double indent = floor((at->column_step - at->gap - at->cell_width) / 2);
    for (int row = 0; row < figure->rows; row++) {
        for (int column = 0; column < figure->columns; column++) {
            const size_t i = (size_t)row * (size_t)figure->columns + (size_t)column;
            const double x = at->left + column * at->column_step + indent;
            const double y = at->top + row * at->row_step;
            if (figure->captions) {
                emb__canvas_text(
                    canvas, x + at->cell_width / 2, y + at->cell_height + 4 + EMB__SMALL,
                    (emb__letters){.size = EMB__SMALL, .rgb = EMB__DARK, .align = EMB__CENTRE},
                    figure->captions[i]);
            }
            const float *pixels = cell_at(figure, i);
            if (isnan(pixels[0])) continue;
            if (!emb__cell_draw(canvas, x, y, at->cell_width, at->cell_height, pixels,
                                figure->shape, at->range)) {
                return EMB_ERR_MEMORY;
            }
        }
    }
    return EMB_OK;
}

/* A colour with part of another over it, so that the picture below can still be seen. */
static uint32_t tinted(uint32_t rgb, double tint) {
    static const double most = 0.6;
    const uint32_t colour = emb__colour_signed(tint < 0 ? -0.75 : 0.75);
    const double share = most * fmin(fabs(tint), 1);
    uint32_t mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        const double a = rgb >> shift & 0xFF, b = colour >> shift & 0xFF;
        mixed |= (uint32_t)(a + share * (b - a) + 0.5) << shift;
    }
    return mixed;
}

static void tint_cell(uint32_t *cell, size_t wide, size_t high, size_t stride, double tint) {
    for (size_t i = 0; i < wide * high; i++) {
        uint32_t *pixel = cell + i / wide * stride + i % wide;
        *pixel = tinted(*pixel, tint);
    }
}

/* The scale goes over dark and light, as the cells' pictures do. */
static void draw_tints(const emb_figure *figure, const layout *at, emb__canvas *canvas) {
    static const emb__align aligns[] = {EMB__LEFT, EMB__CENTRE, EMB__RIGHT};
    const double width = scale_width(figure, canvas);
    uint32_t pixels[2 * TINTS_STEPS];
    for (int i = 0; i < TINTS_STEPS; i++) {
        const double tint = (2 * i + 1.0) / TINTS_STEPS - 1;
        pixels[i] = tinted(EMB__WHITE, tint);
        pixels[TINTS_STEPS + i] = tinted(0, tint);
    }
    emb__canvas_image(canvas, at->left, at->scale_top, width, TINTS_HIGH, pixels, TINTS_STEPS, 2);
    emb__canvas_box(canvas, at->left - 0.5, at->scale_top - 0.5, width + 1, TINTS_HIGH + 1,
                    emb__stroke(EMB__FRAME, 1));
    for (int i = 0; i < 3; i++) {
        emb__canvas_text(canvas, at->left + width * i / 2,
                         at->scale_top + TINTS_HIGH + 4 + EMB__SMALL,
                         (emb__letters){.size = EMB__SMALL, .rgb = EMB__DARK, .align = aligns[i]},
                         figure->tint_titles[i]);
    }
}

/* All cells as one image: hundreds of small ones would make SVG and PDF large. */
static emb_status draw_plane(const emb_figure *figure, const layout *at, emb__canvas *canvas) {
    const size_t wide = (size_t)at->view[2], high = (size_t)at->view[1];
    const size_t cells = (size_t)figure->rows * (size_t)figure->columns;
    const size_t across = (size_t)figure->columns * wide, down = (size_t)figure->rows * high;
    uint32_t *rgb = emb__calloc(across * down, sizeof *rgb);
    bool drawn = rgb != NULL;
    for (size_t i = 0; drawn && i < cells; i++) {
        const size_t row = i / (size_t)figure->columns, column = i % (size_t)figure->columns;
        uint32_t *cell = rgb + row * high * across + column * wide;
        drawn = emb__cell_pixels(cell_at(figure, i), figure->shape, at->range, cell, across);
        if (figure->tints) tint_cell(cell, wide, high, across, (double)figure->tints[i]);
    }
    if (!drawn) {
        emb__free(rgb);
        return EMB_ERR_MEMORY;
    }
    const double width = at->right - at->left, height = at->bottom - at->top;
    emb__canvas_image(canvas, at->left, at->top, width, height, rgb, (int)across, (int)down);
    emb__canvas_box(canvas, at->left - 0.5, at->top - 0.5, width + 1, height + 1,
                    emb__stroke(EMB__FRAME, 1));
    emb__free(rgb);
    return EMB_OK;
}

/* Every how many of a plane's titles there is room for: `step` pixels lie between two, and one
 * takes `most`. */
static int every(double step, double most) {
    const double room = most + 6;
    return step >= room ? 1 : (int)ceil(room / step);
}

/* Column titles are centred above their column (below a plane's), row titles end beside the middle
 * of their row. */
static void draw_titles(const emb_figure *figure, const layout *at, emb__canvas *canvas) {
    const bool plane = figure->plane;
    emb__letters letters = {
        .size = plane ? EMB__SMALL : EMB__TITLE, .rgb = EMB__DARK, .align = EMB__CENTRE};
    const double widest =
        emb__canvas_widest(canvas, figure->column_titles, (size_t)figure->columns, EMB__SMALL);
    int next = plane ? every(at->column_step, widest) : 1;
    for (int i = 0; figure->column_titles && i < figure->columns; i += next) {
        const double x = at->left + i * at->column_step + (at->column_step - at->gap) / 2;
        const double y =
            plane ? at->bottom + TITLE_GAP + EMB__SMALL * 0.8 : at->top - TITLE_GAP - 3;
        if (plane && figure->column_titles[i]) {
            emb__canvas_line(canvas, x, at->bottom, x, at->bottom + 5, emb__stroke(EMB__DARK, 1));
        }
        emb__canvas_text(canvas, x, y, letters, figure->column_titles[i]);
    }
    letters.size = plane ? EMB__SMALL : ROW_TITLE;
    letters.align = EMB__RIGHT;
    next = plane ? every(at->row_step, EMB__SMALL) : 1;
    for (int i = 0; figure->row_titles && i < figure->rows; i += next) {
        const double y = at->top + i * at->row_step + at->cell_height / 2;
        if (plane && figure->row_titles[i]) {
            emb__canvas_line(canvas, at->left - 5, y, at->left, y, emb__stroke(EMB__DARK, 1));
        }
        emb__canvas_text(canvas, at->left - TITLE_GAP, y + letters.size * 0.36, letters,
                         figure->row_titles[i]);
    }
}

static void draw_page_titles(const emb_figure *figure, const layout *at, emb__canvas *canvas) {
    emb__letters letters = {.size = EMB__TITLE, .rgb = EMB__DARK};
    emb__canvas_text(canvas, at->left, EMB__MARGIN + EMB__TITLE * 0.85, letters, figure->title);
    letters = (emb__letters){.size = EMB__LABEL, .rgb = EMB__DARK, .align = EMB__CENTRE};
    emb__canvas_text(canvas, (at->left + at->right) / 2, at->x_title, letters, figure->x_title);
    letters.upright = true;
    emb__canvas_text(canvas, EMB__MARGIN + EMB__LABEL * 0.8, (at->top + at->bottom) / 2, letters,
                     figure->y_title);
}

static emb_status draw(const emb_figure *figure, emb__canvas *canvas) {
    const layout at = lay_out(figure, canvas);
    emb_status status = emb__canvas_open(canvas, at.width, at.height);
    if (status != EMB_OK) return status;
    status = figure->plane ? draw_plane(figure, &at, canvas) : draw_cells(figure, &at, canvas);
    draw_titles(figure, &at, canvas);
    draw_page_titles(figure, &at, canvas);
    if (figure->plane && figure->tints) draw_tints(figure, &at, canvas);
    return status;
}

emb_picture *emb_figure_draw(const emb_figure *figure, emb_format format) {
    EMB__ENTER;
    if (check(figure) != EMB_OK) return NULL;
    emb__canvas *canvas = emb__canvas_new(format);
    return canvas ? emb__canvas_finish(canvas, draw(figure, canvas)) : NULL;
}

emb_status emb_figure_write(const emb_figure *figure, const char *path) {
    EMB__ENTER;
    emb_format format;
    emb_status status = check(figure);
    if (status == EMB_OK) status = emb_format_of(path, &format);
    if (status != EMB_OK) return status;
    emb_picture *picture = emb_figure_draw(figure, format);
    status = emb_picture_save(picture, path);
    emb_picture_free(picture);
    return status;
}
