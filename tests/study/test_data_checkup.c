/* study/data_checkup.c: images with something wrong built in, and good ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { SIDE = 4, PLANE = SIDE * SIDE, COUNT = 40 };

typedef struct data_case {
    int channels, parameters; /* about so many, of a Linear there and back */
    /* The byte of image i, channel c, pixel p; noise is 0..255. */
    int (*byte)(int i, int c, int p, int noise);
    unsigned findings;
    int channel, constants;
} data_case;

static int plain(int i, int c, int p, int noise) {
    (void)i, (void)c, (void)p;
    return noise;
}
static int one_picture(int i, int c, int p, int noise) {
    (void)i, (void)noise;
    return (c * PLANE + p) * 3;
}
static int hardly_changed(int i, int c, int p, int noise) {
    (void)i;
    return (c * PLANE + p) * 3 + noise % 3;
}
static int changed(int i, int c, int p, int noise) {
    (void)i;
    return (c * PLANE + p) * 3 + noise % 40;
}
static int one_number(int i, int c, int p, int noise) {
    (void)i, (void)c, (void)p, (void)noise;
    return 7;
}
static int second_empty(int i, int c, int p, int noise) {
    (void)i, (void)p;
    return c == 1 ? 0 : noise;
}
static int first_full(int i, int c, int p, int noise) {
    (void)i, (void)p;
    return c != 1 ? 255 : noise;
}
static int once_not_empty(int i, int c, int p, int noise) {
    return c == 1 ? i == COUNT - 1 && p == 3 : noise;
}

static emb_images *make_images(const data_case *k) {
    const int shape[3] = {k->channels, SIDE, SIDE};
    static uint8_t pixels[COUNT * 3 * PLANE];
    float noise[3 * PLANE];
    for (int i = 0; i < COUNT; i++) {
        test_noise(noise, TEST_COUNT(noise), (uint64_t)i + 1);
        for (int p = 0; p < k->channels * PLANE; p++) {
            const int shade = (int)((noise[p] + 1) * 127.5F);
            pixels[i * k->channels * PLANE + p] = (uint8_t)k->byte(i, p / PLANE, p % PLANE, shade);
        }
    }
    return emb_images_new(pixels, NULL, COUNT, shape);
}

static emb_net *make_net(int channels, int code) {
    char text[512];
    const int size = channels * PLANE;
    snprintf(text, sizeof text,
             "input = %d, %d, %d\nencoder = Sequential(Flatten(), Linear(%d, %d, bias=False))\n"
             "decoder = Sequential(Linear(%d, %d, bias=False), Unflatten(1, (%d, %d, %d)))\n",
             channels, SIDE, SIDE, size, code, code, size, channels, SIDE, SIDE);
    emb_net *net = emb_net_parse(text, "net", NULL);
    assert_non_null(net);
    return net;
}

static void findings_name_what_is_wrong(void **state) {
    (void)state;
    static const data_case cases[] = {
        {1, 2, plain, 0, -1, 0},
        {3, 2, plain, 0, -1, 0},
        {1, 2, one_picture, EMB_DATA_ALIKE, -1, 0},
        {3, 2, hardly_changed, EMB_DATA_ALIKE, -1, 0},
        {3, 2, changed, 0, -1, 0},
        {1, 2, one_number, EMB_DATA_ALIKE, -1, 0},
        {3, 2, one_number, EMB_DATA_ALIKE, 0, 3},
        {3, 2, second_empty, EMB_DATA_CHANNEL, 1, 1},
        {3, 2, first_full, EMB_DATA_CHANNEL, 0, 2},
        {3, 2, once_not_empty, 0, -1, 0},
        {1, 20, plain, 0, -1, 0}, /* 640 parameters, 640 numbers */
        {1, 21, plain, EMB_DATA_FEW, -1, 0},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_images *images = make_images(&cases[i]);
        emb_net *net = make_net(cases[i].channels, cases[i].parameters);
        emb_data_checkup c;
        assert_int_equal(emb_net_examine_data(net, images, NULL, 0, NULL, 0, &c), EMB_OK);
        if (c.findings != cases[i].findings || c.channel != cases[i].channel ||
            c.channels != cases[i].constants) {
            fail_msg("case %zu: findings %u, channel %d of %d", i, c.findings, c.channel,
                     c.channels);
        }
        assert_int_equal(c.looked, COUNT);
        assert_int_equal(c.numbers, COUNT * PLANE * cases[i].channels);
        emb_net_free(net);
        emb_images_free(images);
    }
}

/* Only the images that are picked count. */
static void what_is_picked_is_examined(void **state) {
    (void)state;
    static const data_case k = {3, 2, once_not_empty, 0, -1, 0};
    uint32_t picked[COUNT - 1];
    for (uint32_t i = 0; i < COUNT - 1; i++) picked[i] = i;
    emb_images *images = make_images(&k);
    emb_net *net = make_net(3, 2);
    emb_data_checkup c;
    assert_int_equal(emb_net_examine_data(net, images, picked, COUNT - 1, NULL, 0, &c), EMB_OK);
    assert_int_equal(c.findings, EMB_DATA_CHANNEL);
    assert_int_equal(c.channel, 1);
    assert_true(c.constant == 0);
    assert_int_equal(emb_net_examine_data(net, images, picked, 1, NULL, 0, &c), EMB_OK);
    assert_int_equal(c.findings, EMB_DATA_CHANNEL | EMB_DATA_FEW);
    picked[0] = COUNT;
    assert_int_equal(emb_net_examine_data(net, images, picked, 2, NULL, 0, &c), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_examine_data(net, images, NULL, 0, picked, 1, &c), EMB_ERR_ARGUMENT);
    emb_net_free(net);
    net = make_net(1, 2);
    assert_int_equal(emb_net_examine_data(net, images, NULL, 0, NULL, 0, &c), EMB_ERR_SHAPE);
    emb_net_free(net);
    emb_images_free(images);
}

static void classes_that_a_share_lacks_are_named(void **state) {
    (void)state;
    static const struct {
        const char *train, *val; /* labels */
        unsigned findings;
        int untaught, unmeasured, label;
        size_t count;
    } cases[] = {
        {"0123", "0123", 0, 0, 0, -1, 0},
        {"0123", "", 0, 0, 0, -1, 0},
        {"0113", "01", EMB_DATA_CLASSES, 0, 1, 3, 1},
        {"0112233", "0", EMB_DATA_CLASSES, 0, 3, 1, 2},
        {"012", "0333", EMB_DATA_CLASSES, 1, 0, 3, 3},
        {"0", "0123", EMB_DATA_CLASSES, 3, 0, 1, 1},
        {"022", "022", 0, 0, 0, -1, 0},
    };
    static const int shape[3] = {2, 6, 5};
    static const uint8_t pixels[16 * 2 * 6 * 5] = {1, 2, 3};
    emb_net *net = emb_net_parse(test_classifier, "net", NULL);
    assert_non_null(net);
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        uint8_t labels[16];
        uint32_t order[16];
        const size_t train = strlen(cases[i].train), val = strlen(cases[i].val);
        assert_true(train + val <= TEST_COUNT(labels));
        for (size_t k = 0; k < train + val && k < TEST_COUNT(labels); k++) {
            labels[k] = (uint8_t)((k < train ? cases[i].train[k] : cases[i].val[k - train]) - '0');
            order[k] = (uint32_t)k;
        }
        emb_images *images = emb_images_new(pixels, labels, train + val, shape);
        emb_data_checkup c;
        assert_int_equal(emb_net_examine_data(net, images, order, train, order + train, val, &c),
                         EMB_OK);
        if ((c.findings & EMB_DATA_CLASSES) != cases[i].findings ||
            c.untaught != cases[i].untaught || c.unmeasured != cases[i].unmeasured ||
            c.label != cases[i].label || c.label_count != cases[i].count) {
            fail_msg("case %zu: %u, %d untaught, %d unmeasured, %d with %zu", i, c.findings,
                     c.untaught, c.unmeasured, c.label, c.label_count);
        }
        emb_images_free(images);
    }
    emb_net_free(net);
}

/* A network that gives back every image is never told a negative; one that clears what is bright
 * is.
 */
static void negatives_are_found(void **state) {
    (void)state;
    static const int shape[3] = {1, 2, 2};
    static const uint8_t light[4 * 4] = {0, 0, 20, 0, 0, 10, 0, 0, 255, 0, 0, 0, 0, 0, 0, 30};
    uint8_t ink[4 * 4];
    emb_shades s;
    for (size_t i = 0; i < sizeof ink; i++) ink[i] = (uint8_t)(255 - light[i]);
    emb_net *net = emb_net_parse("input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 1))\n"
                                 "decoder = Sequential(Linear(1, 4), Unflatten(1, (1, 2, 2)))\n",
                                 "black", NULL); /* gives black for all */
    emb_images *good = emb_images_new(light, NULL, 4, shape);
    emb_images *bad = emb_images_new(ink, NULL, 4, shape);
    assert_int_equal(emb_net_examine_shades(net, good, &s), EMB_OK);
    assert_false(s.is_negative);
    const double mse = s.mse;
    assert_int_equal(emb_net_examine_shades(net, bad, &s), EMB_OK);
    assert_true(s.is_negative);
    assert_true(fabs(s.negative_mse - mse) < 1e-6);
    emb_images_free(good);
    emb_images_free(bad);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_name_what_is_wrong),
        cmocka_unit_test(what_is_picked_is_examined),
        cmocka_unit_test(classes_that_a_share_lacks_are_named),
        cmocka_unit_test(negatives_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
