/* device/alter.c and what it is made of, and emb_train_images: how training changes images. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { SIDE = 5, PIXELS = SIDE * SIDE, COUNT = 400 };

static const int shape[3] = {1, SIDE, SIDE};

/* Images that are all the same one. */
static emb_images *copies(const uint8_t image[PIXELS]) {
    static uint8_t pixels[COUNT * PIXELS];
    for (size_t i = 0; i < COUNT; i++) memcpy(pixels + i * PIXELS, image, PIXELS);
    return emb_images_new(pixels, NULL, COUNT, shape);
}

typedef struct seen {
    float inputs[COUNT][PIXELS], targets[COUNT][PIXELS];
} seen;

/* Zeroed options but for the texts. */
static emb_train_options options_of(const char *augment, const char *denoise) {
    emb_train_options options = {0};
    snprintf(options.augment, sizeof options.augment, "%s", augment);
    snprintf(options.denoise, sizeof options.denoise, "%s", denoise);
    return options;
}

static void look_at(const emb_images *images, const char *augment, const char *denoise,
                    size_t epoch, seen *to) {
    const emb_train_options options = options_of(augment, denoise);
    if (emb_train_images(images, &options, epoch, NULL, COUNT, to->inputs[0], to->targets[0]) !=
        EMB_OK) {
        fail_msg("%s", emb_error());
    }
}

static const uint8_t dot[PIXELS] = {[12] = 255};
static const uint8_t framed[PIXELS] = {[6] = 255,  [7] = 255,  [8] = 255,  [11] = 255, [12] = 255,
                                       [13] = 255, [16] = 255, [17] = 255, [18] = 255};
static const uint8_t slope[PIXELS] = {0,   10,  20,  30,  40,  50,  60,  70,  80,
                                      90,  100, 110, 120, 130, 140, 150, 160, 170,
                                      180, 190, 200, 210, 220, 230, 240};

static void shifts_are_whole_pixels(void **state) {
    static seen s;
    int found[SIDE][SIDE] = {{0}};
    emb_images *images = copies(dot);
    (void)state;
    look_at(images, "shift=1", "", 0, &s);
    for (int i = 0; i < COUNT; i++) {
        float sum = 0;
        for (int p = 0; p < PIXELS; p++) {
            sum += s.targets[i][p];
            if (s.targets[i][p] > 0) found[p / SIDE][p % SIDE]++;
        }
        assert_true(sum == 1);
    }
    for (int r = 0; r < SIDE; r++) {
        for (int c = 0; c < SIDE; c++) {
            const bool inside = abs(r - 2) <= 1 && abs(c - 2) <= 1;
            assert_true(inside ? found[r][c] > COUNT / 20 : found[r][c] == 0);
        }
    }
    assert_memory_equal(s.inputs, s.targets, sizeof s.inputs);
    emb_images_free(images);
}

static void half_are_mirrored(void **state) {
    static seen s;
    int mirrored = 0;
    emb_images *images = copies(slope);
    (void)state;
    look_at(images, "flip", "", 0, &s);
    for (int i = 0; i < COUNT; i++) {
        const bool is = s.targets[i][0] > s.targets[i][1];
        mirrored += is;
        for (int p = 0; p < PIXELS; p++) {
            const int from = is ? p / SIDE * SIDE + SIDE - 1 - p % SIDE : p;
            assert_true(s.targets[i][p] == (float)slope[from] / 255.0f);
        }
    }
    assert_true(mirrored > COUNT * 2 / 5 && mirrored < COUNT * 3 / 5);
    emb_images_free(images);
}

/* About the middle, which stays; what is between pixels is their mean. Paper stays white, and a
 * black frame comes in black. */
static void turns_and_zooms_keep_the_middle(void **state) {
    static const char *const texts[] = {"rotate=180", "zoom=0.5", "rotate=5,zoom=0.1"};
    static seen s;
    uint8_t white[PIXELS];
    memset(white, 255, sizeof white);
    emb_images *const sets[] = {copies(slope), copies(white), copies(framed)};
    (void)state;
    for (size_t t = 0; t < TEST_COUNT(texts); t++) {
        look_at(sets[0], texts[t], "", 0, &s);
        int other = 0;
        for (int i = 0; i < COUNT; i++) {
            assert_true(fabs((double)s.targets[i][12] - 120.0 / 255) < 1e-6);
            other += s.targets[i][13] != s.targets[0][13];
        }
        assert_true(other > COUNT * 9 / 10);
        look_at(sets[1], texts[t], "", 0, &s);
        for (int i = 0; i < COUNT * PIXELS; i++) {
            assert_true(fabs((double)s.targets[i / PIXELS][i % PIXELS] - 1) < 1e-6);
        }
        look_at(sets[2], texts[t], "", 0, &s);
        for (int i = 0; i < COUNT; i++) {
            for (int p = 0; p < PIXELS; p++) {
                assert_true(s.targets[i][p] >= 0 && s.targets[i][p] <= 1);
            }
            assert_true(fabs((double)s.targets[i][12] - 1) < 1e-6);
            assert_true((double)s.targets[i][0] < 0.95);
        }
    }
    for (int i = 0; i < 3; i++) emb_images_free(sets[i]);
}

/* What comes in is the median of the outermost pixels, each channel's own: a frame that is drawn
 * over, pixels of all numbers, the lower one of two that are in the middle. */
static void what_comes_in_is_the_ground(void **state) {
    static const float cases[][9] = {
        {9, 9, 9, 9, 0, 3, 9, 3, 9}, /* 3 3 9 9 9 9 9 9 */
        {8, 1, 7, 2, 0, 6, 3, 5, 4}, /* 1 to 8 */
        {5, 5, 5, 5, 0, 5, 5, 5, 5},
        {2, 1, 1, 1, 0, 2, 1, 2, 2},
    };
    static const float grounds[] = {9, 4, 5, 1};
    static const int of_two[3] = {4, 3, 3};
    static float values[COUNT][4][9], inputs[COUNT][4][9];
    emb_train_options options = options_of("shift=2", "");
    int corners = 0;
    (void)state;
    for (int i = 0; i < COUNT; i++) memcpy(values[i], cases, sizeof cases);
    emb_images *images = emb_images_new_float(values[0][0], NULL, COUNT, of_two);
    assert_int_equal(emb_train_images(images, &options, 0, NULL, COUNT, inputs[0][0], NULL),
                     EMB_OK);
    for (int i = 0; i < COUNT; i++) {
        for (int c = 0; c < 4; c++) {
            float *row = inputs[i][c];
            /* Shifted down and right by 2: of the image, one pixel is left. */
            if (inputs[i][0][8] != cases[0][0] || row[8] != cases[c][0]) continue;
            bool alone = true;
            for (int p = 0; p < 8; p++) alone = alone && row[p] == grounds[c];
            corners += alone;
        }
    }
    assert_true(corners > 4 * COUNT / 50);
    emb_images_free(images);
}

/* A slope of numbers goes through a quarter of a turn exactly: the formula's signs. */
static void a_turn_is_a_turn(void **state) {
    static seen s;
    double most = 0;
    emb_images *images = copies(slope);
    (void)state;
    look_at(images, "rotate=180", "", 0, &s);
    for (int i = 0; i < COUNT; i++) {
        /* The gradient's length stays: (10, 50) of 255 along columns and rows. */
        const double right = ((double)s.targets[i][13] - (double)s.targets[i][11]) / 2 * 255;
        const double down = ((double)s.targets[i][17] - (double)s.targets[i][7]) / 2 * 255;
        const double off = fabs(sqrt(right * right + down * down) - sqrt(10 * 10 + 50 * 50));
        most = off > most ? off : most;
    }
    assert_true(most < 1e-3);
    emb_images_free(images);
}

static void tones_are_factors(void **state) {
    static seen s;
    double low = 9, high = 0;
    emb_images *images = copies(slope);
    (void)state;
    look_at(images, "brightness=0.04", "", 0, &s);
    for (int i = 0; i < COUNT; i++) {
        const double factor = (double)s.targets[i][24] / (240.0 / 255);
        low = factor < low ? factor : low;
        high = factor > high ? factor : high;
        for (int p = 0; p < PIXELS; p++) {
            assert_true(fabs((double)s.targets[i][p] - factor * slope[p] / 255) < 1e-6);
        }
    }
    assert_true(low > 0.959 && low < 0.962 && high < 1.041 && high > 1.038);
    look_at(images, "contrast=0.04", "", 0, &s);
    for (int i = 0; i < COUNT; i++) {
        double mean = 0;
        for (int p = 0; p < PIXELS; p++) mean += (double)s.targets[i][p] / PIXELS;
        /* 0 is black already, and cannot become less. */
        assert_true(fabs(mean - 120.0 / 255) < 1e-3);
    }
    assert_true(s.targets[0][20] != s.targets[1][20]);
    emb_images_free(images);
}

typedef struct noise_case {
    const char *text;
    double changed, white; /* shares of grey numbers that change, and that become white */
} noise_case;

static void noise_is_on_the_input_alone(void **state) {
    static const noise_case cases[] = {
        {"salt=0.1", 0.1, 0.05}, {"mask=0.25", 0.25, 0}, {"gaussian=0.1", 1, 0}};
    static seen s;
    uint8_t grey[PIXELS];
    memset(grey, 102, sizeof grey); /* 0.4 */
    emb_images *images = copies(grey);
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        double changed = 0, white = 0, squares = 0;
        look_at(images, "", cases[c].text, 3, &s);
        for (int i = 0; i < COUNT * PIXELS; i++) {
            const double x = (double)s.inputs[i / PIXELS][i % PIXELS],
                         d = x - (double)s.targets[i / PIXELS][i % PIXELS];
            assert_true(s.targets[i / PIXELS][i % PIXELS] == 102 / 255.0f);
            changed += d != 0;
            white += x == 1;
            squares += d * d;
            if (c < 2) assert_true(d == 0 || x == 0 || (x == 1 && c == 0));
        }
        const double all = COUNT * PIXELS;
        assert_true(fabs(changed / all - cases[c].changed) < 0.02);
        assert_true(fabs(white / all - cases[c].white) < 0.01);
        if (c == 2) assert_true(fabs(sqrt(squares / all) - 0.1) < 0.003);
    }
    emb_images_free(images);
}

/* Floats have the deviation in their own black and white, and no bound if nobody knows these. */
static void floats_keep_their_range(void **state) {
    static float values[COUNT * PIXELS];
    static seen s;
    (void)state;
    for (size_t i = 0; i < COUNT * PIXELS; i++) values[i] = i % 2 ? 16.0f : 0.0f;
    for (int known = 0; known < 2; known++) {
        double squares = 0;
        bool beyond = false;
        emb_images *images = emb_images_new_float(values, NULL, COUNT, shape);
        if (known) assert_int_equal(emb_images_set_pixels(images, 16, 0), EMB_OK);
        look_at(images, "brightness=0.5", "gaussian=0.5", 0, &s);
        for (int i = 0; i < COUNT * PIXELS; i++) {
            const double d = (double)s.inputs[i / PIXELS][i % PIXELS] -
                             (double)s.targets[i / PIXELS][i % PIXELS];
            squares += d * d / (COUNT * PIXELS);
            beyond = beyond || s.inputs[i / PIXELS][i % PIXELS] < 0 ||
                     s.inputs[i / PIXELS][i % PIXELS] > 16;
        }
        assert_true(beyond == !known);
        assert_true(known ? squares > 20 && squares < 45 : fabs(squares - 0.25) < 0.02);
        emb_images_free(images);
    }
}

static void an_image_decides_by_its_index(void **state) {
    static const char augment[] = "shift=1,rotate=30,flip,zoom=0.2,brightness=0.1,contrast=0.1";
    static seen all, again;
    uint32_t backwards[COUNT];
    emb_images *images = copies(slope);
    emb_train_options options = options_of(augment, "gaussian=0.3");
    (void)state;
    for (uint32_t i = 0; i < COUNT; i++) backwards[i] = COUNT - 1 - i;
    look_at(images, augment, "gaussian=0.3", 5, &all);
    assert_int_equal(emb_train_images(images, &options, 5, backwards, COUNT, again.inputs[0], NULL),
                     EMB_OK);
    for (size_t i = 0; i < COUNT; i++) {
        assert_memory_equal(all.inputs[i], again.inputs[COUNT - 1 - i], sizeof all.inputs[i]);
    }
    look_at(images, augment, "gaussian=0.3", 6, &again);
    for (size_t i = 0; i < COUNT; i++) {
        assert_memory_not_equal(all.inputs[i], again.inputs[i], sizeof all.inputs[i]);
        assert_memory_not_equal(all.targets[i], again.targets[i], sizeof all.targets[i]);
    }
    options.seed = 43;
    emb_train_images(images, &options, 5, NULL, COUNT, again.inputs[0], NULL);
    assert_memory_not_equal(all.inputs, again.inputs, sizeof all.inputs);
    /* One option does not change what another one draws. */
    look_at(images, augment, "", 5, &again);
    assert_memory_equal(all.targets, again.targets, sizeof all.targets);
    look_at(images, "", "", 5, &again);
    for (size_t i = 0; i < COUNT; i++) assert_true(again.inputs[i][3] == 30 / 255.0f);
    emb_images_free(images);
}

typedef struct text_case {
    const char *augment, *denoise, *text; /* the tidy one, or what is refused */
} text_case;

static void texts_have_one_spelling(void **state) {
    static const text_case cases[] = {
        {" flip , shift = 2 ", "", "shift=2,flip"},
        {"zoom=0.10,rotate=1e1", "", "rotate=10,zoom=0.1"},
        {"contrast=1,brightness=0.2", "", "brightness=0.2,contrast=1"},
        {"", "gaussian= 0.30", "gaussian=0.3"},
        {"", "mask=0.25 ", "mask=0.25"},
        {"", "", ""},
    };
    static const text_case wrong[] = {
        {"shift", "", "augment \"shift\": shift: expected a whole number above 0 and up to 65536"},
        {"shift=1.5", "", "at \"1.5\""},
        {"zoom=1", "", "zoom: expected a number above 0 and below 1 at \"1\""},
        {"rotate=181", "", "rotate: expected a number above 0 and up to 180"},
        {"brightness=nan", "", "brightness: expected a number above 0 and up to 1"},
        {"contrast=-1", "", "contrast: expected a number above 0"},
        {"flip=1", "", "expected a comma or the end at \"=1\""},
        {"flip,flip", "", "has flip twice"},
        {"flip,", "", "expected shift=X, rotate=X, flip, zoom=X, brightness=X or contrast=X"},
        {"blur=1", "", "at \"blur=1\""},
        {"", "gaussian", "gaussian: expected a number above 0 and up to 10"},
        {"", "gaussian=11", "at \"11\""},
        {"", "salt=1", "salt: expected a number above 0 and below 1"},
        {"", "mask=0", "mask: expected"},
        {"", "gaussian=1,salt=0.1", "expected one kind of noise"},
        {"", "gauss=1", "denoise \"gauss=1\": expected gaussian=X, salt=X or mask=X at"},
        {"", "mask=0.1 0.2", "expected the end at \"0.2\""},
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb_train_options options = options_of(cases[i].augment, cases[i].denoise);
        emb_train_options filled;
        if (emb_train_fill(&options, &filled) != EMB_OK) fail_msg("%s", emb_error());
        assert_string_equal(*cases[i].augment ? filled.augment : filled.denoise, cases[i].text);
    }
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        const emb_train_options options = options_of(wrong[i].augment, wrong[i].denoise);
        emb_train_options filled;
        assert_int_equal(emb_train_fill(&options, &filled), EMB_ERR_ARGUMENT);
        if (!strstr(emb_error(), wrong[i].text)) fail_msg("%s", emb_error());
    }
}

static void not_all_images_can_be_moved(void **state) {
    static const float numbers[2 * PIXELS];
    static const int row[3] = {PIXELS, 1, 1};
    emb_images *pictures = copies(dot);
    emb_images *rows = emb_images_new_float(numbers, NULL, 2, row);
    float seen_row[PIXELS];
    const emb_train_options far = options_of("shift=5", ""), flip = options_of("flip", ""),
                            noise = options_of("contrast=0.5", "mask=0.5");
    (void)state;
    assert_int_equal(emb_train_images(pictures, &far, 0, NULL, 1, seen_row, NULL),
                     EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "augment: shift=5 moves images of 5x5 out of sight; expected "
                                     "less than 5");
    assert_int_equal(emb_train_images(rows, &flip, 0, NULL, 1, seen_row, NULL), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "these are rows of 25 numbers"));
    assert_int_equal(emb_train_images(rows, &noise, 0, NULL, 1, seen_row, NULL), EMB_OK);
    emb_images_free(pictures);
    emb_images_free(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shifts_are_whole_pixels),
        cmocka_unit_test(half_are_mirrored),
        cmocka_unit_test(turns_and_zooms_keep_the_middle),
        cmocka_unit_test(what_comes_in_is_the_ground),
        cmocka_unit_test(a_turn_is_a_turn),
        cmocka_unit_test(tones_are_factors),
        cmocka_unit_test(noise_is_on_the_input_alone),
        cmocka_unit_test(floats_keep_their_range),
        cmocka_unit_test(an_image_decides_by_its_index),
        cmocka_unit_test(texts_have_one_spelling),
        cmocka_unit_test(not_all_images_can_be_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
