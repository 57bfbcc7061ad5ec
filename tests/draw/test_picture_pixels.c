/* draw/: that a number stands where it belongs, in its colour. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/page.h"
#include "support/support.h"

#ifdef EMB_HAVE_CAIRO

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
    cairo_surface_t *page = page_read(picture);
    assert_int_equal(cairo_image_surface_get_width(page), 900);
    assert_int_equal(cairo_image_surface_get_height(page), 760);
    double x[3], y[3];
    for (int i = 0; i < 3; i++) { /* the legend's sample lies left of the points */
        assert_in_range(page_find(page, colours[i], 220, 900, &x[i], &y[i]), 10, 60);
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
    cairo_surface_t *page = page_read(picture);
    int length[2] = {0};
    for (int i = 0; i < 2; i++) {
        for (int row = 70; row < cairo_image_surface_get_height(page); row++) {
            int here = 0;
            for (int x = 0; x < 800; x++) here += page_pixel(page, x, row) == colours[i];
            if (here > length[i]) length[i] = here;
        }
    }
    assert_true(length[0] > 100 && abs(2 * length[0] - length[1]) <= 2);
    cairo_surface_destroy(page);
    emb_picture_free(picture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_stand_where_their_numbers_say),
        cmocka_unit_test(bars_are_as_long_as_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) { return 0; }

#endif
