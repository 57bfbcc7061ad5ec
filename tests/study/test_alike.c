/* study/alike.c, overlay.c: pictures made by formula, changed as pictures are changed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/images.h"
#include "support/support.h"

enum { SIDE = 40, BLOBS = 7, SIZE = 3 * SIDE * SIDE };

/* What is done to a picture. */
typedef struct change {
    double scale, turn, across, down; /* as it is laid */
    double gain;                      /* then cut off at white */
    double noise;
} change;

static const change none = {1, 0, 0, 0, 1, 0};

/* Blobs of colours on a ground, their places and sizes by the seed. `shift` moves one of them. */
static void draw(uint8_t *pixels, unsigned seed, const change *c, double shift) {
    float numbers[BLOBS * 6], noise[SIZE];
    test_noise(numbers, TEST_COUNT(numbers), seed);
    test_noise(noise, SIZE, seed + 1000);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        const double x = (2 * (double)(i % SIDE) + 1) / SIDE - 1;
        const double y = (2 * (double)(i / SIDE) + 1) / SIDE - 1;
        const double u = c->scale * (cos(c->turn) * x - sin(c->turn) * y) + c->across;
        const double v = c->scale * (sin(c->turn) * x + cos(c->turn) * y) + c->down;
        for (size_t k = 0; k < 3; k++) {
            double sum = 0.35;
            for (size_t b = 0; b < BLOBS; b++) {
                const float *n = numbers + b * 6;
                const double dx = u - 0.7 * (double)n[0] - (b == 0 ? shift : 0);
                const double dy = v - 0.7 * (double)n[1];
                sum += 0.4 * (double)n[3 + k] *
                       exp(-(dx * dx + dy * dy) / (0.04 + 0.05 * fabs((double)n[2])));
            }
            sum = c->gain * sum + c->noise * (double)noise[k * SIDE * SIDE + i];
            sum = sum < 0 ? 0 : sum > 1 ? 1 : sum;
            pixels[k * SIDE * SIDE + i] = (uint8_t)(255 * sum + 0.5);
        }
    }
}

static emb_images *take(const uint8_t *pixels, size_t count) {
    const int shape[3] = {3, SIDE, SIDE};
    emb_images *images = emb_images_new(pixels, NULL, count, shape);
    assert_non_null(images);
    return images;
}

/* Each changed picture is found with its own, and no other, by any number of threads, with codes
 * that tell nothing, too. */
static void changed_pictures_are_found(void **state) {
    (void)state;
    static const change cases[] = {
        {1, 0, 0, 0, 1, 0},           /* a copy */
        {0.95, 0, 0.05, -0.05, 1, 0}, /* cropped */
        {1, 0.087, 0, 0, 1, 0},       /* turned by 5 degrees */
        {1, 0, 0, 0, 0.7, 0},         /* darker */
        {1, 0, 0, 0, 1.4, 0},         /* brighter, cut off */
        {1, 0, 0, 0, 1, 0.03},        /* with noise */
        {1, 0, 0.08, 0.06, 1, 0},     /* shifted */
    };
    enum { OTHERS = 30, COUNT = OTHERS + TEST_COUNT(cases) };
    uint8_t *pixels = malloc((size_t)COUNT * SIZE);
    float *codes = calloc(COUNT, 2 * sizeof *codes);
    uint32_t first[COUNT];
    float likeness[COUNT];
    assert_true(pixels && codes);
    for (unsigned i = 0; i < OTHERS; i++) draw(pixels + i * SIZE, i, &none, 0);
    for (unsigned i = 0; i < TEST_COUNT(cases); i++) {
        draw(pixels + (OTHERS + i) * SIZE, 3 * i, &cases[i], 0);
    }
    emb_images *images = take(pixels, COUNT);
    for (int threads = 1; threads <= 3; threads++) {
        const emb_alike_options options = {.threads = threads};
        emb_alike_report report;
        assert_int_equal(emb_images_alike(images, NULL, COUNT, threads == 2 ? codes : NULL, 2,
                                          &options, first, likeness, NULL, &report),
                         EMB_OK);
        for (unsigned i = 0; i < COUNT; i++) {
            const unsigned own = i < OTHERS ? i : 3 * (i - OTHERS);
            const bool grouped = own % 3 == 0 && own / 3 < TEST_COUNT(cases);
            if (!grouped) assert_int_equal(first[i], i);
            if (grouped) assert_int_equal(first[i], own);
            assert_true(likeness[i] >= (float)EMB_ALIKE && likeness[i] <= 1);
            assert_int_equal(likeness[i] == 1, i <= OTHERS);
        }
        assert_true(report.pairs > 0 && report.pixel_recall == 1 && report.code_recall == 1);
    }
    emb_images_free(images);
    free(pixels);
    free(codes);
}

/* A blob that wanders through a picture: neighbours in the row are alike, its ends are not. Every
 * member is like the first of its group. */
static void groups_are_no_chains(void **state) {
    (void)state;
    enum { COUNT = 24 };
    uint8_t *pixels = malloc((size_t)COUNT * SIZE);
    uint32_t first[COUNT], two[2];
    float likeness[COUNT], like[2];
    size_t groups = 0, members = 0;
    assert_non_null(pixels);
    for (unsigned i = 0; i < COUNT; i++) draw(pixels + i * SIZE, 5, &none, 0.05 * i);
    emb_images *images = take(pixels, COUNT);
    assert_int_equal(
        emb_images_alike(images, NULL, COUNT, NULL, 0, NULL, first, likeness, NULL, NULL), EMB_OK);
    for (uint32_t i = 0; i < COUNT; i++) {
        groups += first[i] == i;
        members += first[i] != i;
        assert_int_equal(first[first[i]], first[i]);
        if (first[i] == i) continue;
        const uint32_t both[2] = {first[i], i};
        assert_int_equal(emb_images_alike(images, both, 2, NULL, 0, NULL, two, like, NULL, NULL),
                         EMB_OK);
        assert_int_equal(two[1], 0);
        assert_true(like[1] >= (float)EMB_ALIKE);
    }
    assert_true(groups > 1 && members > 1);
    emb_images_free(images);
    free(pixels);
}

/* More copies than an image has candidates are one group; images that show nothing are no copies.
 */
static void copies_are_counted(void **state) {
    (void)state;
    enum { COUNT = 50 };
    uint8_t *pixels = malloc((size_t)COUNT * SIZE);
    uint32_t first[COUNT];
    float likeness[COUNT];
    assert_non_null(pixels);
    for (unsigned i = 0; i < COUNT; i++) {
        if (i % 2 == 0) draw(pixels + i * SIZE, 1, &none, 0);
        if (i % 2 == 1) memset(pixels + i * SIZE, i == 1 ? 7 : 200, SIZE);
    }
    emb_images *images = take(pixels, COUNT);
    assert_int_equal(
        emb_images_alike(images, NULL, COUNT, NULL, 0, NULL, first, likeness, NULL, NULL), EMB_OK);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(first[i], i % 2 == 0 ? 0 : i);
        assert_true(likeness[i] == 1);
    }
    /* What has a copy is what its group is held together by. */
    static const change darker = {1, 0, 0, 0, 0.8, 0};
    emb_images_free(images);
    draw(pixels, 1, &darker, 0);
    draw(pixels + SIZE, 1, &none, 0);
    draw(pixels + 2 * SIZE, 1, &none, 0);
    images = take(pixels, COUNT);
    assert_int_equal(emb_images_alike(images, NULL, 3, NULL, 0, NULL, first, likeness, NULL, NULL),
                     EMB_OK);
    for (unsigned i = 0; i < 3; i++) assert_int_equal(first[i], 1);
    assert_true(likeness[0] < 1 && likeness[2] == 1);
    const emb_alike_options wrong = {.likeness = 1.5};
    assert_int_equal(
        emb_images_alike(images, NULL, COUNT, NULL, 0, &wrong, first, likeness, NULL, NULL),
        EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "likeness 1.5; expected a number from 0 to 1");
    emb_images_free(images);
    free(pixels);
}

/* White pages, with a little noise and a dot each, at places of their own: none is like another,
 * but for the one that is there twice. */
static void nearly_blank_ones_are_apart(void **state) {
    (void)state;
    enum { COUNT = 26 };
    uint8_t *pixels = malloc((size_t)COUNT * SIZE);
    uint32_t first[COUNT];
    float likeness[COUNT];
    assert_non_null(pixels);
    for (unsigned i = 0; i < COUNT; i++) {
        uint8_t *page = pixels + (size_t)i * SIZE;
        const unsigned place = i < COUNT - 1 ? i : 3;
        for (size_t k = 0; k < SIZE; k++) page[k] = (uint8_t)(255 - (k * 31 + i * 17) % 2);
        for (size_t k = 0; k < 3 * 9 && i > 0; k++) {
            const size_t row = 4 + place % 6 * 6 + k % 9 / 3, column = 4 + place / 6 * 7 + k % 3;
            page[k / 9 * SIDE * SIDE + row * SIDE + column] = 30;
        }
    }
    emb_images *images = take(pixels, COUNT);
    assert_int_equal(
        emb_images_alike(images, NULL, COUNT, NULL, 0, NULL, first, likeness, NULL, NULL), EMB_OK);
    for (uint32_t i = 0; i < COUNT; i++) assert_int_equal(first[i], i < COUNT - 1 ? i : 3);
    emb_images_free(images);
    free(pixels);
}

/* Pictures between bars: what is the same in all of them, the bars, makes none like another. */
static void bars_are_not_compared(void **state) {
    (void)state;
    enum { OTHERS = 30, COUNT = OTHERS + 4, TALL = 14, TOP = (SIDE - TALL) / 2 };
    static const change darker = {1, 0, 0, 0, 0.9, 0};
    uint8_t *pixels = malloc((size_t)COUNT * SIZE), whole[SIZE];
    uint32_t first[COUNT];
    float likeness[COUNT];
    assert_non_null(pixels);
    for (unsigned i = 0; i < COUNT; i++) {
        draw(whole, i < OTHERS ? i : 5 * (i - OTHERS), i < OTHERS ? &none : &darker, 0);
        for (size_t k = 0; k < SIZE; k++) {
            const size_t row = k / SIDE % SIDE;
            static const uint8_t bar[3] = {0, 3, 0};
            const bool shown = row >= TOP && row < TOP + TALL;
            pixels[i * SIZE + k] = shown ? (uint8_t)(120 + whole[k] / 3) : bar[k / (SIDE * SIDE)];
        }
    }
    emb_images *images = take(pixels, COUNT);
    for (int told = 0; told < 2; told++) {
        size_t wrong = 0;
        if (told) {
            images->pictures = (emb_pictures){
                .channels = 3, .fit = EMB_FIT_PAD, .background = EMB_BACKGROUND(0, 3, 0)};
        }
        assert_int_equal(
            emb_images_alike(images, NULL, COUNT, NULL, 0, NULL, first, likeness, NULL, NULL),
            EMB_OK);
        for (uint32_t i = 0; i < COUNT; i++) {
            wrong += first[i] != (i < OTHERS ? i : 5 * (i - OTHERS));
        }
        assert_int_equal(wrong == 0, told);
    }
    emb_images_free(images);
    free(pixels);
}

/* Where all pictures are like several others, as digits are, a likeness that would tell elsewhere
 * does not; what is there twice stands out. Whoever names a likeness gets it. */
static void a_crowd_is_no_group(void **state) {
    (void)state;
    enum { OTHERS = 90, COUNT = OTHERS + 5, AMOUNT = 16 };
    uint8_t *pixels = malloc((size_t)COUNT * SIZE), same[SIZE], strokes[SIZE];
    uint32_t first[COUNT];
    float likeness[COUNT];
    size_t found[2] = {0};
    assert_non_null(pixels);
    draw(same, 5, &none, 0);
    for (unsigned i = 0; i < COUNT; i++) {
        const unsigned own = i < OTHERS ? i : 17 * (i - OTHERS);
        draw(strokes, 100 + own, &none, 0);
        for (size_t k = 0; k < SIZE; k++) {
            const double number = ((100 - AMOUNT) * same[k] + AMOUNT * strokes[k]) / 100.0;
            pixels[(size_t)i * SIZE + k] = (uint8_t)(i < OTHERS ? number : 0.9 * number);
        }
    }
    emb_images *images = take(pixels, COUNT);
    for (int named = 0; named < 2; named++) {
        const emb_alike_options options = {.likeness = named ? EMB_ALIKE : 0};
        assert_int_equal(
            emb_images_alike(images, NULL, COUNT, NULL, 0, &options, first, likeness, NULL, NULL),
            EMB_OK);
        for (uint32_t i = 0; i < COUNT; i++) {
            found[named] += first[i] != i;
            if (i >= OTHERS && !named) assert_int_equal(first[i], first[17 * (i - OTHERS)]);
        }
    }
    assert_true(found[0] >= COUNT - OTHERS && 3 * found[0] < found[1]);
    emb_images_free(images);
    free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_pictures_are_found), cmocka_unit_test(groups_are_no_chains),
        cmocka_unit_test(copies_are_counted),         cmocka_unit_test(nearly_blank_ones_are_apart),
        cmocka_unit_test(bars_are_not_compared),      cmocka_unit_test(a_crowd_is_no_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
