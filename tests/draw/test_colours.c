/* draw/style.c: colours of classes differ, also for people who see colours differently, and on
 * white paper. Differences are in OKLab (Ottosson 2020); what those see who lack one kind of cone
 * is computed as Machado, Oliveira and Fernandes (2009) have it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "draw/style.h"
#include "support/support.h"

/* Linear red, green and blue as they are seen: by most, and without the cones for red, green,
 * blue. */
enum { SEEN = 4 };
static const double seen[SEEN][9] = {
    {1, 0, 0, 0, 1, 0, 0, 0, 1},
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
};

static void multiply(const double m[9], const double in[3], double out[3]) {
    for (int i = 0; i < 3; i++) {
        out[i] = m[3 * i] * in[0] + m[3 * i + 1] * in[1] + m[3 * i + 2] * in[2];
    }
}

static void oklab(uint32_t rgb, const double how[9], double lab[3]) {
    static const double to_cones[9] = {0.4122214708, 0.5363325363, 0.0514459929,
                                       0.2119034982, 0.6806995451, 0.1073969566,
                                       0.0883024619, 0.2817188376, 0.6299787005};
    static const double to_lab[9] = {0.2104542553, 0.7936177850,  -0.0040720468,
                                     1.9779984951, -2.4285922050, 0.4505937099,
                                     0.0259040371, 0.7827717662,  -0.8086757660};
    double linear[3], shown[3], cones[3];
    for (int c = 0; c < 3; c++) {
        const double x = (double)(rgb >> (16 - 8 * c) & 0xFF) / 255;
        linear[c] = x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
    }
    multiply(how, linear, shown);
    for (int c = 0; c < 3; c++) shown[c] = fmin(1, fmax(0, shown[c]));
    multiply(to_cones, shown, cones);
    for (int c = 0; c < 3; c++) cones[c] = cbrt(cones[c]);
    multiply(to_lab, cones, lab);
}

/* The least difference that anybody sees. */
static double difference(uint32_t a, uint32_t b) {
    double least = INFINITY;
    for (int i = 0; i < SEEN; i++) {
        double x[3], y[3];
        oklab(a, seen[i], x);
        oklab(b, seen[i], y);
        least = fmin(least, sqrt((x[0] - y[0]) * (x[0] - y[0]) + (x[1] - y[1]) * (x[1] - y[1]) +
                                 (x[2] - y[2]) * (x[2] - y[2])));
    }
    return least;
}

static void differences_are_in_oklab(void **state) {
    (void)state;
    assert_true(difference(0x123456, 0x123456) == 0);
    assert_true(fabs(difference(0x000000, 0xFFFFFF) - 1) < 1e-3);
    /* Red and green of one lightness: far apart for most, and near for who lacks a cone. */
    assert_true(difference(0xD62728, 0x2CA02C) < 0.16);
    /* What a palette had for 5 and 8: the test would tell. */
    assert_true(difference(0xA96B59, 0x717581) < 0.07);
}

static void classes_differ(void **state) {
    (void)state;
    static const struct {
        size_t count;
        double apart, from_white;
    } palettes[] = {{10, 0.11, 0.28}, {8, 0.075, 0.24}};
    for (size_t p = 0; p < TEST_COUNT(palettes); p++) {
        const size_t n = palettes[p].count;
        for (size_t i = 0; i < n; i++) {
            assert_true(difference(emb__colour(i, n), EMB__WHITE) > palettes[p].from_white);
            for (size_t k = 0; k < i; k++) {
                assert_true(difference(emb__colour(i, n), emb__colour(k, n)) > palettes[p].apart);
            }
        }
    }
}

/* Digits of which an autoencoder's codes lie together. */
static void neighbours_differ_more(void **state) {
    (void)state;
    static const size_t pairs[][2] = {{3, 5}, {3, 8}, {5, 8}, {4, 9}, {7, 9}, {4, 7}};
    for (size_t i = 0; i < TEST_COUNT(pairs); i++) {
        assert_true(difference(emb__colour(pairs[i][0], 10), emb__colour(pairs[i][1], 10)) > 0.23);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_in_oklab),
        cmocka_unit_test(classes_differ),
        cmocka_unit_test(neighbours_differ_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
