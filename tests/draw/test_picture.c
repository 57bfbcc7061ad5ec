/* study/: pictures of every constructor in every format: what they begin with, that they are the
 * same twice, that a number stands where it belongs in its colour, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/support.h"

static void formats_go_by_the_ending(void **state) {
    (void)state;
    static const struct {
        const char *path;
        int format; /* -1: refused */
    } cases[] = {
        {"a.png", EMB_PNG},
        {"x/y.SVG", EMB_SVG},
        {"a.b.pdf", EMB_PDF},
        {"a.gif", EMB_GIF},
        {"a.apng", EMB_APNG},
        {"a.jpg", -1},
        {"png", -1},
        {"a.png/b", -1},
        {"runs.png/001", -1},
        {"a.", -1},
        {"", -1},
        {".png", EMB_PNG},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_format format = EMB_PNG;
        const emb_status status = emb_format_of(cases[i].path, &format);
        if (cases[i].format >= 0) {
            assert_int_equal(status, EMB_OK);
            assert_int_equal(format, cases[i].format);
        } else {
            assert_int_equal(status, EMB_ERR_ARGUMENT);
            assert_non_null(strstr(emb_error(), ".png, .svg or .pdf"));
        }
    }
}

/* ---- one small picture of each constructor ---- */

static const double xs[] = {1, 2, 3}, ys[] = {0.5, 0.25, NAN}, spreads[] = {0.1, NAN, 0};
static const float square[8] = {0, 0.5f, 1, 0.25f, 1, 0.5f, 0, 1};

static emb_picture *draw_chart(emb_format format) {
    const emb_series series[] = {
        {.label = "a & b", .count = 3, .x = xs, .y = ys, .spread = spreads},
        {.label = "<c>", .count = 3, .x = xs, .y = xs, .dashed = true}};
    const emb_chart chart = {.title = "chart", .series = series, .series_count = 2};
    return emb_chart_draw(&chart, format);
}

static emb_picture *draw_scatter(emb_format format) {
    static const int labels[] = {0, 1, -1, 9};
    const emb_scatter scatter = {
        .title = "scatter", .count = 4, .points = square, .labels = labels, .classes = 10};
    return emb_scatter_draw(&scatter, format);
}

static emb_picture *draw_crowd(emb_format format) {
    enum { COUNT = 6000 };
    static float points[2 * COUNT];
    for (int i = 0; i < 2 * COUNT; i++) points[i] = (float)(i * 7919 % 4093);
    const emb_scatter scatter = {.count = COUNT, .points = points};
    return emb_scatter_draw(&scatter, format);
}

static emb_picture *draw_bars(emb_format format) {
    static const char *const groups[] = {"g", "h"};
    static const emb_bar bar[] = {{"one", 90, 1, 0}, {"two", 95, 0, 1}};
    const emb_bars bars = {
        .title = "bars", .bars = bar, .count = 2, .groups = groups, .group_count = 2, .digits = 1};
    return emb_bars_draw(&bars, format);
}

static emb_picture *draw_matrix(emb_format format) {
    static const uint32_t counts[] = {5, 0, 1, 1000};
    const emb_matrix matrix = {.classes = 2, .counts = counts, .share_title = "share"};
    return emb_matrix_draw(&matrix, format);
}

static emb_picture *draw_figure(emb_format format) {
    static const char *const captions[] = {"one", NULL};
    const emb_figure figure = {.rows = 1,
                               .columns = 2,
                               .shape = {1, 2, 2},
                               .pixels = square,
                               .captions = captions,
                               .title = "figure"};
    return emb_figure_draw(&figure, format);
}

static emb_picture *draw_plane(emb_format format) {
    static const char *const ticks[] = {"0", NULL};
    const emb_figure figure = {.rows = 1,
                               .columns = 2,
                               .shape = {1, 2, 2},
                               .pixels = square,
                               .column_titles = ticks,
                               .plane = true,
                               .x_title = "x",
                               .y_title = "y"};
    return emb_figure_draw(&figure, format);
}

static emb_picture *draw_sheet(emb_format format) {
    const emb_sheet_row rows[] = {
        {.title = "maps", .note = "2x2", .count = 2, .shape = {1, 2, 2}, .pixels = square},
        {.title = "strip", .count = 1, .shape = {1, 1, 8}, .pixels = square, .diverging = true}};
    const emb_sheet sheet = {.title = "sheet", .rows = rows, .count = 2};
    return emb_sheet_draw(&sheet, format);
}

static emb_picture *draw_funnel(emb_format format) {
    static const char *const groups[] = {"linear"};
    static const emb_block blocks[] = {{"a", "64", 64, 0}, {"b", "2", 2, 0}};
    const emb_funnel funnel = {
        .size = 784, .blocks = blocks, .count = 2, .groups = groups, .group_count = 1};
    return emb_funnel_draw(&funnel, format);
}

static emb_picture *draw_transposed(emb_format format) {
    const emb_transposed transposed = {.size = {3, 2},
                                       .kernel = {3, 2},
                                       .stride = {2, 1},
                                       .padding = {1, 0},
                                       .dilation = {1, 2},
                                       .output_padding = {1, 0},
                                       .input = "in",
                                       .value = "value"};
    return emb_transposed_draw(&transposed, format);
}

static emb_picture *(*const constructors[])(emb_format) = {
    draw_chart,  draw_scatter, draw_crowd, draw_bars,   draw_matrix,
    draw_figure, draw_plane,   draw_sheet, draw_funnel, draw_transposed,
};

static emb_picture *draw_animation(int channels, emb_format format) {
    static float pixels[3 * 3 * 4];
    for (int i = 0; i < 36; i++) pixels[i] = (float)i / 35;
    const emb_animation animation = {
        .count = 3, .shape = {channels, 2, 2}, .pixels = pixels, .scale = 3};
    return emb_animation_draw(&animation, format);
}

#ifndef EMB_HAVE_CAIRO

static void nothing_is_drawn_without_cairo(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(constructors); i++) {
        assert_null(constructors[i](EMB_PNG));
        assert_non_null(strstr(emb_error(), "libcairo2-dev"));
    }
    assert_int_equal(emb_picture_save(NULL, "x.png"), EMB_ERR_MISSING);
}

#else

#include <cairo.h>

static void assert_same(const emb_picture *a, const emb_picture *b) {
    size_t a_count, b_count;
    const uint8_t *a_bytes = emb_picture_bytes(a, &a_count);
    const uint8_t *b_bytes = emb_picture_bytes(b, &b_count);
    assert_int_equal(a_count, b_count);
    assert_memory_equal(a_bytes, b_bytes, a_count);
}

static void pictures_are_their_format_and_the_same_twice(void **state) {
    (void)state;
    static const char *const heads[] = {"\x89PNG\r\n", "<svg xmlns", "%PDF-1."};
    for (size_t i = 0; i < TEST_COUNT(constructors); i++) {
        for (int format = EMB_PNG; format <= EMB_PDF; format++) {
            emb_picture *first = constructors[i]((emb_format)format);
            emb_picture *again = constructors[i]((emb_format)format);
            assert_non_null(first);
            assert_non_null(again);
            size_t count;
            const uint8_t *bytes = emb_picture_bytes(first, &count);
            assert_true(count > 100 && count < 2000000);
            assert_memory_equal(bytes, heads[format], strlen(heads[format]));
            assert_same(first, again);
            emb_picture_free(first);
            emb_picture_free(again);
        }
        assert_null(constructors[i](EMB_GIF));
        assert_non_null(strstr(emb_error(), ".png, .svg or .pdf"));
    }
}

static bool holds(const emb_picture *picture, const char *text) {
    size_t count;
    const uint8_t *bytes = emb_picture_bytes(picture, &count);
    return memmem(bytes, count, text, strlen(text)) != NULL;
}

static void text_in_svg_is_text(void **state) {
    (void)state;
    emb_picture *picture = draw_chart(EMB_SVG);
    assert_true(holds(picture, ">chart</text>"));
    assert_true(holds(picture, ">a &amp; b</text>"));
    assert_true(holds(picture, ">&lt;c&gt;</text>"));
    assert_false(holds(picture, "<image"));
    emb_picture_free(picture);
    picture = draw_crowd(EMB_SVG); /* so many points are one image */
    assert_true(holds(picture, "<image"));
    assert_false(holds(picture, "<circle"));
    emb_picture_free(picture);
}

static void a_pdf_knows_no_day(void **state) {
    (void)state;
    emb_picture *picture = draw_bars(EMB_PDF);
    assert_true(holds(picture, "20000101000000Z"));
    emb_picture_free(picture);
}

/* ---- pixels ---- */

typedef struct stream {
    const uint8_t *bytes;
    size_t count, at;
} stream;

static cairo_status_t read_bytes(void *closure, unsigned char *out, unsigned int count) {
    stream *from = closure;
    if (from->count - from->at < count) return CAIRO_STATUS_READ_ERROR;
    memcpy(out, from->bytes + from->at, count);
    from->at += count;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *decode(const emb_picture *picture) {
    stream from = {0};
    from.bytes = emb_picture_bytes(picture, &from.count);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_bytes, &from);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    return surface;
}

static uint32_t pixel(cairo_surface_t *surface, int x, int y) {
    uint32_t rgb;
    memcpy(&rgb,
           cairo_image_surface_get_data(surface) +
               (ptrdiff_t)y * cairo_image_surface_get_stride(surface) + (ptrdiff_t)x * 4,
           sizeof rgb);
    return rgb & 0xFFFFFF;
}

/* The middle of all pixels of a colour within columns [from, to); how many there are. */
static int find(cairo_surface_t *surface, uint32_t rgb, int from, int to, double *x, double *y) {
    int count = 0;
    *x = *y = 0;
    for (int row = 0; row < cairo_image_surface_get_height(surface); row++) {
        for (int column = from; column < to; column++) {
            if (pixel(surface, column, row) != rgb) continue;
            *x += column;
            *y += row;
            count++;
        }
    }
    *x /= count;
    *y /= count;
    return count;
}

/* Of three points the second lies halfway across and a quarter of the way up, each in its class's
 * colour. */
static void points_stand_where_their_numbers_say(void **state) {
    (void)state;
    static const float points[] = {0, 0, 1, 1, 2, 4};
    static const int labels[] = {0, 1, 2};
    static const uint32_t colours[] = {0x0072B2, 0xD55E00, 0x009E73};
    const emb_scatter scatter = {.count = 3,
                                 .points = points,
                                 .labels = labels,
                                 .classes = 3,
                                 .x = {.from = -1, .to = 3},
                                 .y = {.from = -1, .to = 5},
                                 .no_names_on_plane = true};
    emb_picture *picture = emb_scatter_draw(&scatter, EMB_PNG);
    cairo_surface_t *page = decode(picture);
    assert_int_equal(cairo_image_surface_get_width(page), 900);
    assert_int_equal(cairo_image_surface_get_height(page), 760);
    double x[3], y[3];
    for (int i = 0; i < 3; i++) { /* the legend's sample lies left of the points */
        assert_in_range(find(page, colours[i], 220, 900, &x[i], &y[i]), 10, 60);
    }
    assert_true(x[0] < x[1] && x[1] < x[2] && y[0] > y[1] && y[1] > y[2]);
    assert_true(fabs(x[0] + 0.5 * (x[2] - x[0]) - x[1]) < 0.8);
    assert_true(fabs(y[0] + 0.25 * (y[2] - y[0]) - y[1]) < 0.8);
    cairo_surface_destroy(page);
    emb_picture_free(picture);
}

/* A bar twice as long as another. */
static void bars_are_as_long_as_their_numbers(void **state) {
    (void)state;
    static const char *const groups[] = {"g", "h"};
    static const emb_bar bar[] = {{"a", 40, 0, 0}, {"b", 80, 0, 1}};
    static const uint32_t colours[] = {0x0072B2, 0xD55E00};
    const emb_bars bars = {.bars = bar, .count = 2, .groups = groups, .group_count = 2};
    emb_picture *picture = emb_bars_draw(&bars, EMB_PNG);
    cairo_surface_t *page = decode(picture);
    int length[2] = {0};
    for (int i = 0; i < 2; i++) {
        for (int row = 70; row < cairo_image_surface_get_height(page); row++) {
            int here = 0;
            for (int x = 0; x < 800; x++) here += pixel(page, x, row) == colours[i];
            if (here > length[i]) length[i] = here;
        }
    }
    assert_true(length[0] > 100 && abs(2 * length[0] - length[1]) <= 2);
    cairo_surface_destroy(page);
    emb_picture_free(picture);
}

/* ---- animations ---- */

static uint32_t word(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The kinds of its chunks, cairo's own bKGD left out, and that each PNG decoder reads its first
 * frame. */
static void apng_has_its_frames(void **state) {
    (void)state;
    emb_picture *picture = draw_animation(1, EMB_APNG);
    assert_non_null(picture);
    size_t count, used = 0;
    const uint8_t *bytes = emb_picture_bytes(picture, &count);
    char kinds[128] = "";
    uint32_t sequence = 0; /* of fcTL and fdAT, together */
    for (size_t at = 8; at < count; at += 12 + word(bytes + at)) {
        const bool numbered = bytes[at + 4] == 'f';
        if (numbered) assert_int_equal(word(bytes + at + 8), sequence++);
        used += (size_t)snprintf(kinds + used, sizeof kinds - used, " %.4s",
                                 (const char *)bytes + at + 4);
    }
    assert_string_equal(kinds, " IHDR acTL fcTL IDAT fcTL fdAT fcTL fdAT IEND");
    cairo_surface_t *first = decode(picture);
    assert_int_equal(cairo_image_surface_get_width(first), 6);
    assert_int_equal(pixel(first, 5, 2), 0x070707); /* 1 / 35 of 255 */
    cairo_surface_destroy(first);
    emb_picture *again = draw_animation(1, EMB_APNG);
    assert_same(picture, again);
    emb_picture_free(again);
    emb_picture_free(picture);
}

#endif

static void gifs_are_gifs_or_say_what_is_missing(void **state) {
    (void)state;
    for (int channels = 1; channels <= 3; channels += 2) {
        emb_picture *picture = draw_animation(channels, EMB_GIF);
#ifdef EMB_HAVE_GIF
        size_t count;
        assert_non_null(picture);
        const uint8_t *bytes = emb_picture_bytes(picture, &count);
        assert_memory_equal(bytes, "GIF89a\6\0\6\0", 10);
        assert_non_null(memmem(bytes, count, "NETSCAPE2.0", 11));
        assert_int_equal(bytes[count - 1], ';');
#else
        assert_null(picture);
        assert_non_null(strstr(emb_error(), "libgif-dev"));
#endif
        emb_picture_free(picture);
    }
}

/* ---- refusals, in any build ---- */

static emb_picture *bad_animation(size_t count, int scale, int delay, emb_format format) {
    const emb_animation animation = {
        .count = count, .shape = {1, 2, 2}, .pixels = square, .scale = scale, .delay = delay};
    return emb_animation_draw(&animation, format);
}

static void refuse(emb_picture *picture, const char *text) {
    assert_null(picture);
    assert_non_null(strstr(emb_error(), text));
}

static void refusals_name_what_is_wrong(void **state) {
    (void)state;
    const emb_series series = {.count = 3, .x = xs, .y = ys};
    emb_chart chart = {.series = &series};
    refuse(emb_chart_draw(&chart, EMB_PNG), "without a line");
    chart.width = 199;
    refuse(emb_chart_draw(&chart, EMB_PNG), "width is 200 to 8192 pixels, got 199");
    refuse(emb_charts_draw(&chart, 0, EMB_PNG), "no charts");
    emb_scatter scatter = {.points = square};
    refuse(emb_scatter_draw(&scatter, EMB_PNG), "no points");
    scatter = (emb_scatter){.count = 1, .points = square, .labels = (int[]){0}, .classes = 257};
    refuse(emb_scatter_draw(&scatter, EMB_PNG), "257 classes: expected 1 to 256");
    emb_bars bars = {.count = 201};
    refuse(emb_bars_draw(&bars, EMB_PNG), "201 bars: expected 1 to 200");
    const emb_matrix matrix = {.classes = 65};
    refuse(emb_matrix_draw(&matrix, EMB_PNG), "65 classes: expected 1 to 64");
    const emb_sheet sheet = {0};
    refuse(emb_sheet_draw(&sheet, EMB_PNG), "without rows");
    const emb_funnel funnel = {0};
    refuse(emb_funnel_draw(&funnel, EMB_PNG), "0 blocks");
    emb_transposed t = {.size = {3, 3}, .kernel = {30, 3}, .stride = {2, 2}, .dilation = {1, 1}};
    refuse(emb_transposed_draw(&t, EMB_PNG), "1 to 24, got 30");
    t.kernel[0] = 12;
    refuse(emb_transposed_draw(&t, EMB_PNG), "for a drawing that can be read");
    refuse(bad_animation(0, 0, 0, EMB_APNG), "0 frames");
    refuse(bad_animation(1, 32767, 0, EMB_APNG), "at most 32767 a side");
    refuse(bad_animation(1, 0, 9, EMB_APNG), "10 to 60000 milliseconds, got 9");
    refuse(bad_animation(1, 0, 0, EMB_PNG), ".gif or .apng");
#ifdef EMB_HAVE_CAIRO
    chart = (emb_chart){.series = &series, .series_count = 1, .y = {.from = 2, .to = 1}};
    refuse(emb_chart_draw(&chart, EMB_PNG), "the y axis from 2 to 1");
    chart.y = (emb_axis){.from = -1, .to = 1, .scale = EMB_SCALE_LOG};
    refuse(emb_chart_draw(&chart, EMB_PNG), "logarithmic");
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_go_by_the_ending),
        cmocka_unit_test(refusals_name_what_is_wrong),
        cmocka_unit_test(gifs_are_gifs_or_say_what_is_missing),
#ifdef EMB_HAVE_CAIRO
        cmocka_unit_test(pictures_are_their_format_and_the_same_twice),
        cmocka_unit_test(text_in_svg_is_text),
        cmocka_unit_test(a_pdf_knows_no_day),
        cmocka_unit_test(points_stand_where_their_numbers_say),
        cmocka_unit_test(bars_are_as_long_as_their_numbers),
        cmocka_unit_test(apng_has_its_frames),
#else
        cmocka_unit_test(nothing_is_drawn_without_cairo),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
