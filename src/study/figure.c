/* A grid of pictures with titles, as PNG.
 *
 * Cells are enlarged by a whole factor, each pixel a square: what the network sees is what is
 * shown. A cell whose first number is NaN stays empty, for the end of a last row. Titles are drawn
 * in the system's sans-serif font; on a machine without fonts the pictures stand without them. */
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Checked before anything is drawn, in any build. */
static emb_status check(const emb_figure *figure) {
    enum { MOST = 1 << 20 };
    const int *shape = figure->shape;
    if (figure->rows < 1 || figure->rows > MOST || figure->columns < 1 || figure->columns > MOST) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "a figure of %d rows and %d columns: both are at least 1", figure->rows,
                         figure->columns);
    }
    if ((shape[0] != 1 && shape[0] != 3) || shape[1] < 1 || shape[2] < 1) {
        return emb__fail(EMB_ERR_SHAPE, "a figure of %dx%dx%d cells: expected 1 or 3 channels",
                         shape[0], shape[1], shape[2]);
    }
    return figure->scale < 0 ? emb__fail(EMB_ERR_ARGUMENT, "a figure's scale is at least 0, got %d",
                                         figure->scale)
                             : EMB_OK;
}

#ifndef EMB_HAVE_CAIRO

emb_status emb_figure_write(const emb_figure *figure, const char *path) {
    (void)path;
    emb_status status = check(figure);
    if (status != EMB_OK) return status;
    return emb__fail(EMB_ERR_MISSING, "pictures need cairo, which this build is without: install "
                                      "libcairo2-dev (Debian, Ubuntu) and build again");
}

#else

#include <cairo.h>

/* Lengths in pixels of the page. A page of default scale is kept to PAGE by PAGE where a scale of 1
 * allows it, and a cell to CELL. */
enum { MARGIN = 24, GAP = 12, TITLE_GAP = 10, PAGE = 1800, CELL = 336, MOST_SIDE = 32767 };

static const double title_size = 18, row_title_size = 16;

/* Where everything stands. */
typedef struct layout {
    int scale;
    double cell_width, cell_height; /* enlarged */
    double column_step, row_step;   /* from one cell to the next */
    double left, top;               /* of the first cell's column and row */
    int width, height;              /* of the page */
} layout;

static int least(int a, int b) { return a < b ? a : b; }

static int choose_scale(const emb_figure *figure) {
    if (figure->scale > 0) return figure->scale;
    int width = figure->shape[2], height = figure->shape[1];
    int across = (PAGE - figure->columns * GAP) / figure->columns / width;
    int down = (PAGE - figure->rows * GAP) / figure->rows / height;
    int scale = least(least(across, down), least(CELL / width, CELL / height));
    return scale < 1 ? 1 : scale;
}

static void set_font(cairo_t *cr, double size) {
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, size);
}

static double text_width(cairo_t *cr, const char *text) {
    cairo_text_extents_t extents;
    cairo_text_extents(cr, text, &extents);
    return extents.x_advance;
}

static double widest(cairo_t *cr, const char *const *titles, int count, double size) {
    double width = 0;
    set_font(cr, size);
    for (int i = 0; titles && i < count; i++) width = fmax(width, text_width(cr, titles[i]));
    return ceil(width);
}

static emb_status lay_out(cairo_t *cr, const emb_figure *figure, layout *at) {
    const int scale = choose_scale(figure);
    at->scale = scale;
    at->cell_width = (double)figure->shape[2] * scale;
    at->cell_height = (double)figure->shape[1] * scale;
    double column = widest(cr, figure->column_titles, figure->columns, title_size);
    double gutter = widest(cr, figure->row_titles, figure->rows, row_title_size);
    at->column_step = fmax(at->cell_width, column) + GAP;
    at->row_step = at->cell_height + GAP;
    at->left = MARGIN + (gutter > 0 ? gutter + TITLE_GAP : 0);
    at->top = MARGIN + (figure->column_titles ? title_size + TITLE_GAP : 0);
    double width = at->left + at->column_step * figure->columns - GAP + MARGIN;
    double height = at->top + at->row_step * figure->rows - GAP + MARGIN;
    if (width > MOST_SIDE || height > MOST_SIDE) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "a figure of %.0f x %.0f pixels: at most %d a side; draw fewer images",
                         width, height, MOST_SIDE);
    }
    at->width = (int)ceil(width);
    at->height = (int)ceil(height);
    return EMB_OK;
}

static uint32_t byte_of(float x) { return (uint32_t)(x >= 0 ? (x > 1 ? 1 : x) * 255 + 0.5f : 0); }

/* Fills a cell's image, 0x00RRGGBB a pixel as cairo has it, without enlarging. */
static void fill_cell(cairo_surface_t *cell, const emb_figure *figure, const float *pixels) {
    const size_t height = (size_t)figure->shape[1], width = (size_t)figure->shape[2];
    const size_t plane = figure->shape[0] == 3 ? height * width : 0;
    const size_t stride = (size_t)cairo_image_surface_get_stride(cell);
    cairo_surface_flush(cell);
    unsigned char *bytes = cairo_image_surface_get_data(cell);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            const float *p = pixels + y * width + x;
            uint32_t rgb = byte_of(p[0]) << 16 | byte_of(p[plane]) << 8 | byte_of(p[2 * plane]);
            memcpy(bytes + y * stride + 4 * x, &rgb, sizeof rgb);
        }
    }
    cairo_surface_mark_dirty(cell);
}

static void draw_cell(cairo_t *cr, const layout *at, cairo_surface_t *cell, double x, double y) {
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_rectangle(cr, 0, 0, at->cell_width, at->cell_height);
    cairo_clip(cr);
    cairo_scale(cr, at->scale, at->scale);
    cairo_set_source_surface(cr, cell, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
    cairo_paint(cr);
    cairo_restore(cr);
    /* The frame lies around the cell, hiding none of its pixels. */
    cairo_set_source_rgb(cr, 0.6, 0.6, 0.6);
    cairo_set_line_width(cr, 1);
    cairo_rectangle(cr, x - 0.5, y - 0.5, at->cell_width + 1, at->cell_height + 1);
    cairo_stroke(cr);
}

static emb_status draw_cells(cairo_t *cr, const emb_figure *figure, const layout *at) {
    const size_t size =
        (size_t)figure->shape[0] * (size_t)figure->shape[1] * (size_t)figure->shape[2];
    cairo_surface_t *cell =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, figure->shape[2], figure->shape[1]);
    cairo_status_t status = cairo_surface_status(cell);
    const double indent = floor((at->column_step - GAP - at->cell_width) / 2);
    for (int row = 0; status == CAIRO_STATUS_SUCCESS && row < figure->rows; row++) {
        for (int column = 0; column < figure->columns; column++) {
            size_t i = (size_t)row * (size_t)figure->columns + (size_t)column;
            const float *pixels = figure->pixels + i * size;
            if (isnan(pixels[0])) continue;
            fill_cell(cell, figure, pixels);
            draw_cell(cr, at, cell, at->left + column * at->column_step + indent,
                      at->top + row * at->row_step);
        }
    }
    cairo_surface_destroy(cell);
    if (status == CAIRO_STATUS_SUCCESS) return EMB_OK;
    return emb__fail(EMB_ERR_MEMORY, "cannot draw the figure: %s", cairo_status_to_string(status));
}

/* Column titles are centred above their column, row titles end beside the middle of their row. */
static void draw_titles(cairo_t *cr, const emb_figure *figure, const layout *at) {
    cairo_font_extents_t font;
    cairo_set_source_rgb(cr, 0.13, 0.13, 0.13);
    set_font(cr, title_size);
    for (int i = 0; figure->column_titles && i < figure->columns; i++) {
        const char *text = figure->column_titles[i];
        double middle = at->left + i * at->column_step + (at->column_step - GAP) / 2;
        cairo_move_to(cr, round(middle - text_width(cr, text) / 2), MARGIN + title_size - 3);
        cairo_show_text(cr, text);
    }
    set_font(cr, row_title_size);
    cairo_font_extents(cr, &font);
    for (int i = 0; figure->row_titles && i < figure->rows; i++) {
        const char *text = figure->row_titles[i];
        double middle = at->top + i * at->row_step + at->cell_height / 2;
        cairo_move_to(cr, round(at->left - TITLE_GAP - text_width(cr, text)),
                      round(middle + (font.ascent - font.descent) / 2));
        cairo_show_text(cr, text);
    }
}

static cairo_status_t keep_bytes(void *closure, const unsigned char *bytes, unsigned int count) {
    emb__text *png = closure;
    emb__text_bytes(png, bytes, count);
    return png->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static emb_status write_page(cairo_surface_t *page, const char *path) {
    emb__text png = {0};
    cairo_status_t drawn = cairo_surface_write_to_png_stream(page, keep_bytes, &png);
    emb_status status = drawn == CAIRO_STATUS_SUCCESS
                            ? emb_file_write(path, png.bytes, png.length)
                            : emb__fail(EMB_ERR_MEMORY, "%s: cannot draw the figure: %s", path,
                                        cairo_status_to_string(drawn));
    emb__free(png.bytes);
    return status;
}

/* Text is measured before the page's size is known: on a page of one pixel. */
static emb_status measure(const emb_figure *figure, layout *at) {
    cairo_surface_t *dot = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    cairo_t *cr = cairo_create(dot);
    emb_status status = lay_out(cr, figure, at);
    cairo_destroy(cr);
    cairo_surface_destroy(dot);
    return status;
}

emb_status emb_figure_write(const emb_figure *figure, const char *path) {
    layout at = {0};
    emb_status status = check(figure);
    if (status == EMB_OK) status = measure(figure, &at);
    if (status != EMB_OK) return status;
    cairo_surface_t *page = cairo_image_surface_create(CAIRO_FORMAT_RGB24, at.width, at.height);
    cairo_t *cr = cairo_create(page);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    status = draw_cells(cr, figure, &at);
    draw_titles(cr, figure, &at);
    cairo_destroy(cr);
    if (status == EMB_OK) status = write_page(page, path);
    cairo_surface_destroy(page);
    return status;
}

#endif
