/* draw/: pictures of every constructor in every format: what they begin with, that they are the
 * same twice, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "makers/drawings.h"
#include "support/page.h"
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

#ifndef EMB_HAVE_CAIRO

static void nothing_is_drawn_without_cairo(void **state) {
    (void)state;
    for (size_t i = 0; drawings[i]; i++) {
        assert_null(drawings[i](EMB_PNG));
        assert_non_null(strstr(emb_error(), "libcairo2-dev"));
    }
    assert_int_equal(emb_picture_save(NULL, "x.png"), EMB_ERR_MISSING);
}

#else

static void pictures_are_their_format_and_the_same_twice(void **state) {
    (void)state;
    static const char *const heads[] = {"\x89PNG\r\n", "<svg xmlns", "%PDF-1."};
    for (size_t i = 0; drawings[i]; i++) {
        for (int format = EMB_PNG; format <= EMB_PDF; format++) {
            emb_picture *first = drawings[i]((emb_format)format);
            emb_picture *again = drawings[i]((emb_format)format);
            assert_non_null(first);
            assert_non_null(again);
            size_t count;
            const uint8_t *bytes = emb_picture_bytes(first, &count);
            assert_true(count > 100 && count < 2000000);
            assert_memory_equal(bytes, heads[format], strlen(heads[format]));
            page_same(first, again);
            emb_picture_free(first);
            emb_picture_free(again);
        }
        assert_null(drawings[i](EMB_GIF));
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

/* Pixels and texts apart, the same twice, and no file. */
static void pixels_have_their_texts_beside_them(void **state) {
    (void)state;
    for (size_t i = 0; drawings[i]; i++) {
        emb_picture *first = drawings[i](EMB_PIXELS), *again = drawings[i](EMB_PIXELS);
        assert_non_null(first);
        assert_non_null(again);
        const emb_page *page = emb_picture_page(first);
        size_t count;
        assert_ptr_equal(emb_picture_bytes(first, &count), page->rgb);
        assert_int_equal(count, (size_t)page->width * (size_t)page->height * 3);
        page_same(first, again);
        assert_int_equal(page->text_count, emb_picture_page(again)->text_count);
        for (size_t k = 0; k < page->text_count; k++) {
            const emb_page_text *text = &page->texts[k];
            assert_string_equal(text->text, emb_picture_page(again)->texts[k].text);
            assert_true(text->size > 0 && text->x >= 0 && text->x <= page->width);
            assert_true(text->y >= 0 && text->y <= page->height);
        }
        assert_int_equal(emb_picture_save(first, "x.png"), EMB_ERR_ARGUMENT);
        emb_picture_free(first);
        emb_picture_free(again);
    }
    emb_picture *file = draw_chart(EMB_PNG), *pixels = draw_chart(EMB_PIXELS);
    const emb_page *page = emb_picture_page(pixels);
    assert_null(emb_picture_page(file));
    assert_string_equal(page->texts[page->text_count - 1].text, "<c>"); /* as it was given */
    emb_picture_free(file);
    emb_picture_free(pixels);
}

static void a_pdf_knows_no_day(void **state) {
    (void)state;
    emb_picture *picture = draw_bars(EMB_PDF);
    assert_true(holds(picture, "20000101000000Z"));
    emb_picture_free(picture);
}

#endif

/* ---- refusals, in any build ---- */

static const double xs[] = {1, 2, 3}, ys[] = {0.5, 0.25, NAN};
static const float square[8] = {0, 0.5f, 1, 0.25f, 1, 0.5f, 0, 1};

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
#ifdef EMB_HAVE_CAIRO
        cmocka_unit_test(pictures_are_their_format_and_the_same_twice),
        cmocka_unit_test(text_in_svg_is_text),
        cmocka_unit_test(pixels_have_their_texts_beside_them),
        cmocka_unit_test(a_pdf_knows_no_day),
#else
        cmocka_unit_test(nothing_is_drawn_without_cairo),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
