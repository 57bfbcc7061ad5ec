/* draw/figure.c: what is on the page, read back from the PNG, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/support.h"

static char path[64];

static int make_folder(void **state) {
    if (test_folder_make(state) != 0) return -1;
    snprintf(path, sizeof path, "%s/page.png", test_folder);
    return 0;
}

/* Also the proof that no temporary file was left. */
static int remove_folder(void **state) {
    unlink(path);
    const size_t left = test_folder_entries();
    return test_folder_remove(state) == 0 && left == 0 ? 0 : -1;
}

static void refusals_name_what_is_wrong(void **state) {
    (void)state;
    static const float pixel[3] = {0};
    static const struct {
        int rows, columns, shape[3], scale;
        emb_status status;
        const char *text;
    } cases[] = {
        {0, 1, {1, 1, 1}, 0, EMB_ERR_ARGUMENT, "0 rows and 1 columns"},
        {1, -1, {1, 1, 1}, 0, EMB_ERR_ARGUMENT, "1 rows and -1 columns"},
        {1, 1, {0, 1, 1}, 0, EMB_ERR_SHAPE, "a picture of 0x1x1: expected sides of at least 1"},
        {1, 1, {1, 0, 1}, 0, EMB_ERR_SHAPE, "1x0x1"},
        {1, 1, {1, 1, 1}, -1, EMB_ERR_ARGUMENT, "scale is at least 0, got -1"},
#ifdef EMB_HAVE_CAIRO
        {1, 1, {1, 1, 1}, 40000, EMB_ERR_ARGUMENT, "at most 32767 a side"},
        {1 << 20, 1, {1, 1, 1}, 1, EMB_ERR_ARGUMENT, "at most 32767 a side"},
#else
        {1, 1, {1, 1, 1}, 1, EMB_ERR_MISSING, "libcairo2-dev"},
#endif
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_figure figure = {.rows = cases[i].rows,
                             .columns = cases[i].columns,
                             .pixels = pixel,
                             .scale = cases[i].scale};
        memcpy(figure.shape, cases[i].shape, sizeof figure.shape);
        assert_int_equal(emb_figure_write(&figure, path), cases[i].status);
        assert_non_null(strstr(emb_error(), cases[i].text));
        assert_int_not_equal(access(path, F_OK), 0);
    }
}

#ifdef EMB_HAVE_CAIRO

#include <cairo.h>

/* A page read back. */
typedef struct page {
    cairo_surface_t *surface;
    const unsigned char *bytes;
    int width, height, stride;
} page;

static page page_open(void) {
    page p = {.surface = cairo_image_surface_create_from_png(path)};
    assert_int_equal(cairo_surface_status(p.surface), CAIRO_STATUS_SUCCESS);
    p.bytes = cairo_image_surface_get_data(p.surface);
    p.width = cairo_image_surface_get_width(p.surface);
    p.height = cairo_image_surface_get_height(p.surface);
    p.stride = cairo_image_surface_get_stride(p.surface);
    return p;
}

static uint32_t page_pixel(const page *p, int x, int y) {
    uint32_t rgb;
    memcpy(&rgb, p->bytes + (size_t)y * (size_t)p->stride + (size_t)x * 4, sizeof rgb);
    return rgb & 0xFFFFFF;
}

/* How many pixels have a colour, and whether they are one solid rectangle; x, y: its corner. */
typedef struct patch {
    int count, x, y, width, height;
} patch;

static patch find(const page *p, uint32_t rgb) {
    int x1 = -1, y1 = -1;
    patch found = {0, p->width, p->height, 0, 0};
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            if (page_pixel(p, x, y) != rgb) continue;
            found.count++;
            if (x < found.x) found.x = x;
            if (y < found.y) found.y = y;
            if (x > x1) x1 = x;
            if (y > y1) y1 = y;
        }
    }
    found.width = x1 - found.x + 1;
    found.height = y1 - found.y + 1;
    return found;
}

/* Each pixel of each cell has a colour of its own, and is a square of that colour on the page. */
static void pixels_are_squares_without_blur(void **state) {
    (void)state;
    enum { ROWS = 2, COLUMNS = 3, HEIGHT = 2, WIDTH = 4, SCALE = 5 };
    enum { CELL = HEIGHT * WIDTH, ALL = ROWS * COLUMNS * CELL };
    float pixels[ROWS * COLUMNS * 3 * CELL];
    for (int i = 0; i < ALL; i++) { /* red tells the pixel, green the cell, blue is the same */
        float *cell = pixels + (size_t)(i / CELL) * 3 * CELL + i % CELL;
        cell[0] = (float)(i % CELL + 1) / 255;
        cell[CELL] = (float)(i / CELL + 1) / 255;
        cell[2 * CELL] = 200.0f / 255;
    }
    emb_figure figure = {.rows = ROWS,
                         .columns = COLUMNS,
                         .shape = {3, HEIGHT, WIDTH},
                         .pixels = pixels,
                         .scale = SCALE};
    assert_int_equal(emb_figure_write(&figure, path), EMB_OK);
    page p = page_open();
    patch first = find(&p, 0x0101C8);
    for (int i = 0; i < ALL; i++) {
        int row = i / CELL / COLUMNS, column = i / CELL % COLUMNS;
        patch it = find(&p, (uint32_t)((i % CELL + 1) << 16 | (i / CELL + 1) << 8 | 200));
        assert_int_equal(it.count, SCALE * SCALE);
        assert_int_equal(it.width, SCALE);
        assert_int_equal(it.height, SCALE);
        /* In its place within the cell; cells stand in rows and columns that do not touch. */
        int x = it.x - first.x - i % WIDTH * SCALE, y = it.y - first.y - i % CELL / WIDTH * SCALE;
        assert_true(column == 0 ? x == 0 : x > column * WIDTH * SCALE);
        assert_true(row == 0 ? y == 0 : y > row * HEIGHT * SCALE);
    }
    assert_int_equal(page_pixel(&p, 0, 0), 0xFFFFFF);
    cairo_surface_destroy(p.surface);
}

static void grey_is_clipped_and_nan_is_blank(void **state) {
    (void)state;
    const float pixels[] = {-3, 0.5f, 7, NAN};
    emb_figure figure = {.rows = 1, .columns = 4, .shape = {1, 1, 1}, .pixels = pixels, .scale = 9};
    assert_int_equal(emb_figure_write(&figure, path), EMB_OK);
    page p = page_open();
    assert_int_equal(find(&p, 0x000000).count, 81);
    patch grey = find(&p, 0x808080);
    assert_int_equal(grey.count, 81);
    /* The third cell is white within its frame; the fourth has not even that. */
    uint32_t frame = page_pixel(&p, grey.x - 1, grey.y);
    int step = (grey.x - find(&p, 0x000000).x);
    assert_int_not_equal(frame, 0xFFFFFF);
    assert_int_equal(page_pixel(&p, grey.x + step - 1, grey.y), frame);
    assert_int_equal(page_pixel(&p, grey.x + step, grey.y), 0xFFFFFF);
    assert_int_equal(page_pixel(&p, grey.x + 2 * step - 1, grey.y), 0xFFFFFF);
    cairo_surface_destroy(p.surface);
}

/* False on a machine without a single font, where titles have no width. */
static bool has_fonts(void) {
    cairo_surface_t *dot = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    cairo_t *cr = cairo_create(dot);
    cairo_text_extents_t extents;
    cairo_text_extents(cr, "x", &extents);
    cairo_destroy(cr);
    cairo_surface_destroy(dot);
    return extents.x_advance > 0;
}

static void titles_are_drawn_beside_the_cells(void **state) {
    (void)state;
    static const char *const columns[] = {"Imagen Original", "Predicci\u00f3n del Modelo"};
    static const char *const rows[] = {"original"};
    static const float pixels[6] = {1, 0.4f, 0, 0, 0.4f, 1};
    emb_figure figure = {
        .rows = 1, .columns = 2, .shape = {3, 1, 1}, .pixels = pixels, .scale = 20};
    int widths[3], heights[3];
    for (int i = 0; i < 3; i++) {
        figure.column_titles = i == 1 ? columns : NULL;
        figure.row_titles = i == 2 ? rows : NULL;
        assert_int_equal(emb_figure_write(&figure, path), EMB_OK);
        page p = page_open();
        widths[i] = p.width;
        heights[i] = p.height;
        assert_int_equal(find(&p, 0xFF6600).count, 400);
        assert_int_equal(find(&p, 0x0066FF).count, 400);
        cairo_surface_destroy(p.surface);
    }
    assert_true(heights[1] > heights[0] && heights[2] == heights[0]);
    assert_true(widths[1] >= widths[0] && widths[2] >= widths[0]);
    if (has_fonts()) assert_true(widths[1] > widths[0] && widths[2] > widths[0]);
    /* A row is no lower than its title, so that the next one's does not lie over it. */
    figure.scale = 2;
    for (int i = 0; i < 2; i++) {
        figure.row_titles = i == 1 ? rows : NULL;
        assert_int_equal(emb_figure_write(&figure, path), EMB_OK);
        page p = page_open();
        heights[i] = p.height;
        cairo_surface_destroy(p.surface);
    }
    if (has_fonts()) assert_int_equal(heights[1] - heights[0], 14);
}

/* Readable, and no page larger than a screen or two, for images as they come. */
static void default_scales_fit(void **state) {
    (void)state;
    static const struct {
        int rows, columns, side, least, most; /* the page's width */
    } cases[] = {
        {1, 2, 28, 500, 900},    {2, 10, 28, 1200, 2000}, {2, 1, 28, 250, 500},
        {1, 2, 512, 1000, 1200}, {20, 10, 28, 500, 2000}, {1, 1, 1, 200, 500},
    };
    float *pixels = calloc(2 * 512 * 512, sizeof *pixels);
    assert_non_null(pixels);
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_figure figure = {.rows = cases[i].rows,
                             .columns = cases[i].columns,
                             .shape = {1, cases[i].side, cases[i].side},
                             .pixels = pixels};
        assert_int_equal(emb_figure_write(&figure, path), EMB_OK);
        page p = page_open();
        assert_in_range(p.width, cases[i].least, cases[i].most);
        assert_true(p.height <= 2000);
        cairo_surface_destroy(p.surface);
    }
    free(pixels);
}

/* Black cells show the tints themselves; the scale has the same colours, and its titles. */
static void tints_colour_a_plane(void **state) {
    (void)state;
    static const float pixels[3] = {0, 0, 0}, tints[3] = {-1, 0, 5};
    static const char titles[] = "few";
    emb_figure figure = {
        .rows = 1, .columns = 3, .shape = {1, 1, 1}, .pixels = pixels, .scale = 20, .plane = true};
    assert_int_equal(emb_figure_write(&figure, path), EMB_OK);
    page plain = page_open();
    assert_int_equal(find(&plain, 0x000000).count, 1200);
    figure.tints = tints;
    figure.tint_titles[0] = titles;
    assert_int_equal(emb_figure_write(&figure, path), EMB_OK);
    page p = page_open();
    assert_true(p.height > plain.height);
    const int y = 24 + 10, x = 24 + 10;
    const uint32_t few = page_pixel(&p, x, y), many = page_pixel(&p, x + 40, y);
    assert_true((few & 0xFF) > (few >> 16));   /* blue */
    assert_true((many & 0xFF) < (many >> 16)); /* brown */
    assert_int_equal(page_pixel(&p, x + 20, y), 0x000000);
    assert_int_equal(find(&p, few).count, 400);
    cairo_surface_destroy(plain.surface);
    cairo_surface_destroy(p.surface);
}

static void a_page_that_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    char nowhere[96];
    static const float pixel[1] = {0};
    emb_figure figure = {.rows = 1, .columns = 1, .shape = {1, 1, 1}, .pixels = pixel, .scale = 1};
    snprintf(nowhere, sizeof nowhere, "%s/none/page.png", test_folder);
    assert_int_equal(emb_figure_write(&figure, nowhere), EMB_ERR_IO);
    assert_non_null(strstr(emb_error(), nowhere));
    assert_int_equal(emb_figure_write(&figure, test_folder), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "ends in .png, .svg or .pdf"));
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_name_what_is_wrong),
#ifdef EMB_HAVE_CAIRO
        cmocka_unit_test(pixels_are_squares_without_blur),
        cmocka_unit_test(grey_is_clipped_and_nan_is_blank),
        cmocka_unit_test(titles_are_drawn_beside_the_cells),
        cmocka_unit_test(default_scales_fit),
        cmocka_unit_test(tints_colour_a_plane),
        cmocka_unit_test(a_page_that_cannot_be_written_leaves_nothing),
#endif
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
