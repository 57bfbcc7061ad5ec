/* Numbers of any shape as a picture: what each shape becomes, its pixels, its lines. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "draw/view.h"
#include "support/support.h"

static void shapes(void **state) {
    (void)state;
    static const struct {
        int shape[3], view[3];
    } cases[] = {
        {{1, 28, 28}, {1, 28, 28}},  {{3, 32, 20}, {3, 32, 20}},
        {{1, 1, 1}, {1, 1, 1}},      {{3, 1, 1}, {3, 1, 1}}, /* one coloured pixel */
        {{784, 1, 1}, {1, 48, 96}},                          /* [N, L] */
        {{2, 1, 1}, {1, 48, 96}},    {{1, 1, 100}, {1, 48, 96}},
        {{1, 100, 1}, {1, 48, 96}},  {{2, 1, 100}, {1, 96, 96}}, /* a line for each channel */
        {{8, 100, 1}, {1, 384, 96}}, {{9, 1, 100}, {1, 9, 100}}, /* rows of one picture */
        {{2, 16, 12}, {1, 16, 25}},                              /* side by side */
        {{4, 16, 12}, {1, 16, 51}},  {{5, 16, 12}, {1, 33, 38}}, /* 3 to a row */
        {{16, 7, 7}, {1, 31, 31}},   {{17, 7, 7}, {1, 31, 39}},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        int view[3];
        emb_view_shape(cases[i].shape, view);
        assert_memory_equal(view, cases[i].view, sizeof view);
    }
}

/* A picture is itself; channels lie in their places with grey between them. */
static void pixels(void **state) {
    (void)state;
    const float range[2] = {0, 1};
    float numbers[5 * 6], view[5 * 8];
    for (int i = 0; i < 30; i++) numbers[i] = (float)(i + 1);
    static const int colour[3] = {3, 2, 3}, two[3] = {2, 2, 3}, five[3] = {5, 2, 3};
    assert_int_equal(emb_view(numbers, colour, range, view), EMB_OK);
    assert_memory_equal(view, numbers, 18 * sizeof *view);
    assert_int_equal(emb_view(numbers, two, range, view), EMB_OK);
    static const float beside[14] = {1, 2, 3, 0.5f, 7, 8, 9, 4, 5, 6, 0.5f, 10, 11, 12};
    assert_memory_equal(view, beside, sizeof beside);
    float grid[5 * 11];
    assert_int_equal(emb_view(numbers, five, range, grid), EMB_OK);
    for (int i = 0; i < 55; i++) {
        const int y = i / 11, x = i % 11, row = y / 3, column = x / 4, channel = 3 * row + column;
        const bool between = y == 2 || x == 3 || x == 7 || channel == 5;
        const float want =
            between ? 0.5f : (float)(channel * 6 + (y - 3 * row) * 3 + (x - 4 * column) + 1);
        assert_true(grid[i] == want);
    }
    static const int wrong[3] = {2, 0, 3};
    assert_int_equal(emb_view(numbers, wrong, range, view), EMB_ERR_SHAPE);
}

static void ranges(void **state) {
    (void)state;
    static const float numbers[] = {NAN, 2, -3, INFINITY, 5, 1};
    static const float nothing[] = {NAN, NAN};
    static const int line[3] = {3, 1, 2}, pair[3] = {2, 1, 1}, picture[3] = {1, 2, 3};
    float range[2];
    emb_view_range(numbers, 1, line, range);
    assert_true(range[0] == -3 && range[1] == 5);
    emb_view_range(numbers, 3, pair, range);
    assert_true(range[0] == -3 && range[1] == 5);
    emb_view_range(nothing, 1, pair, range);
    assert_true(range[0] == 0 && range[1] == 1);
    emb_view_range(numbers, 1, picture, range);
    assert_true(range[0] == 0 && range[1] == 1);
}

/* Rows of the darkest pixels of a column of the view. */
static double middle_of(const float *view, int column) {
    double sum = 0, weights = 0;
    for (int y = 0; y < EMB__VIEW_LINE; y++) {
        const double dark = 1 - (double)view[y * EMB__VIEW_WIDTH + column];
        sum += dark * (y + 0.5);
        weights += dark;
    }
    return weights > 0 ? sum / weights : NAN;
}

/* A slope goes from the lower left corner to the upper right one, whatever its length. */
static void lines(void **state) {
    (void)state;
    static const int lengths[] = {2, 3, 96, 1024, 1025, 5000, 65536};
    float *view = malloc(sizeof *view * EMB__VIEW_LINE * EMB__VIEW_WIDTH);
    assert_non_null(view);
    for (size_t i = 0; i < TEST_COUNT(lengths); i++) {
        const int length = lengths[i], shape[3] = {1, 1, length};
        float *numbers = malloc((size_t)length * sizeof *numbers), range[2];
        assert_non_null(numbers);
        for (int k = 0; k < length; k++) numbers[k] = (float)k;
        emb_view_range(numbers, 1, shape, range);
        assert_int_equal(emb_view(numbers, shape, range, view), EMB_OK);
        for (int x = 4; x < EMB__VIEW_WIDTH - 4; x++) {
            const double share = (x + 0.5 - 2) / (EMB__VIEW_WIDTH - 4);
            const double want = 2 + (1 - share) * (EMB__VIEW_LINE - 4);
            if (!(fabs(middle_of(view, x) - want) < 1))
                fail_msg("%d numbers, column %d: %g, expected %g", length, x, middle_of(view, x),
                         want);
        }
        /* One that does not move stands in the middle. */
        for (int k = 0; k < length; k++) numbers[k] = 7;
        emb_view_range(numbers, 1, shape, range);
        assert_int_equal(emb_view(numbers, shape, range, view), EMB_OK);
        assert_true(fabs(middle_of(view, 40) - EMB__VIEW_LINE / 2.0) < 0.01);
        /* One peak among many numbers is not lost. */
        for (int k = 0; k < length; k++) numbers[k] = k == length / 2 ? 1 : 0;
        emb_view_range(numbers, 1, shape, range);
        double *xy = malloc(2 * emb__view_points(length) * sizeof *xy), top = 1;
        assert_non_null(xy);
        const size_t count = emb__view_line(numbers, length, range, xy);
        assert_in_range(count, 2, emb__view_points(length));
        for (size_t k = 0; k < count; k++) {
            top = fmin(top, xy[2 * k + 1]);
            if (k > 0) assert_true(xy[2 * k] >= xy[2 * k - 2]);
        }
        assert_true(top == 0 && xy[0] == 0 && xy[2 * count - 2] <= 1);
        /* Nothing finite: an empty box. */
        for (int k = 0; k < length; k++) numbers[k] = NAN;
        assert_int_equal(emb__view_line(numbers, length, range, xy), 0);
        assert_int_equal(emb_view(numbers, shape, range, view), EMB_OK);
        assert_true(isnan(middle_of(view, 40)));
        free(xy);
        free(numbers);
    }
    free(view);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(pixels),
        cmocka_unit_test(ranges),
        cmocka_unit_test(lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
