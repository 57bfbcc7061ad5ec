/* study/unusual*.c: the score by its definition, thresholds by rank, files, threads, a network that
 * stands at the mean image. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/net.h"
#include "support/folder.h"
#include "support/support.h"

enum { SIDE = 5, D = SIDE * SIDE, N = 400, TRAINED = 300, K = 3, KINDS = EMB_UNUSUAL_KINDS };

static emb_images *images;
static emb_net *net;
static float pixels[N][D];
static uint32_t order[N];

static float *weights(const char *name) {
    const emb__tensor *tensor = emb__net_tensor_find(net, name);
    assert_non_null(tensor);
    return net->params + tensor->param->at;
}

/* Images near a plane of three dimensions, and the linear autoencoder that is their PCA. */
static int set_up(void **state) {
    static const int shape[3] = {1, SIDE, SIDE};
    if (test_folder_make(state) != 0) return -1;
    char text[512];
    float directions[K][D], place[K], noise[D];
    test_noise(directions[0], K * D, 1);
    for (size_t i = 0; i < N; i++) {
        order[i] = (uint32_t)(i * 7 % N);
        test_noise(place, K, i + 2);
        test_noise(noise, D, i + 1000);
        for (size_t p = 0; p < D; p++) {
            pixels[i][p] = 0.1f * noise[p] * (1 + (float)(p % 4));
            for (size_t k = 0; k < K; k++) pixels[i][p] += place[k] * directions[k][p];
        }
    }
    images = emb_images_new_float(pixels[0], NULL, N, shape);
    emb_pca *pca = emb_pca_new(images, NULL, 0, K, 1);
    snprintf(text, sizeof text,
             "input = 1, %d, %d\nencoder = Sequential(Flatten(), Linear(%d, %d))\n"
             "decoder = Sequential(Linear(%d, %d), Unflatten(1, (1, %d, %d)))\n",
             SIDE, SIDE, D, K, K, D, SIDE, SIDE);
    net = emb_net_parse(text, "linear", NULL);
    if (!images || !pca || !net) return -1;
    for (size_t k = 0; k < K; k++) {
        for (size_t p = 0; p < D; p++) {
            weights("encoder.1.weight")[k * D + p] = emb_pca_vectors(pca)[k * D + p];
            weights("decoder.0.weight")[p * K + k] = emb_pca_vectors(pca)[k * D + p];
        }
    }
    emb_pca_free(pca);
    return 0;
}

static int tear_down(void **state) {
    emb_images_free(images);
    emb_net_free(net);
    return test_folder_remove(state);
}

static emb_unusual *learn(size_t val_count, int threads) {
    emb_unusual *u =
        emb_unusual_new(net, images, order, TRAINED, order + TRAINED, val_count, threads);
    if (!u) fail_msg("%s", emb_error());
    return u;
}

static double *score(const emb_unusual *u, int threads) {
    double *numbers = malloc(N * KINDS * sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(emb_unusual_score(u, net, images, NULL, 0, threads, numbers), EMB_OK);
    return numbers;
}

/* errors[N][D] of all images. */
static void errors_of(double (*errors)[D]) {
    static float made[N][D];
    assert_int_equal(emb_net_reconstruct(net, pixels[0], N, made[0], 1), EMB_OK);
    for (size_t i = 0; i < N; i++) {
        for (size_t p = 0; p < D; p++) errors[i][p] = (double)pixels[i][p] - (double)made[i][p];
    }
}

/* Solves a x = b by Gauss's elimination. */
static void solve(double (*a)[D], double *b) {
    for (size_t c = 0; c < D; c++) {
        size_t best = c;
        for (size_t r = c; r < D; r++) best = fabs(a[r][c]) > fabs(a[best][c]) ? r : best;
        for (size_t x = 0; x < D; x++) {
            const double kept = a[c][x];
            a[c][x] = a[best][x];
            a[best][x] = kept;
        }
        const double kept = b[c];
        b[c] = b[best];
        b[best] = kept;
        for (size_t r = 0; r < D; r++) {
            if (r == c) continue;
            const double times = a[r][c] / a[c][c];
            for (size_t x = 0; x < D; x++) a[r][x] -= times * a[c][x];
            b[r] -= times * b[c];
        }
    }
    for (size_t c = 0; c < D; c++) b[c] /= a[c][c];
}

static double variation(const float *image) {
    double sum = 0;
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++) {
            const double here = (double)image[y * SIDE + x];
            if (x + 1 < SIDE) sum += fabs((double)image[y * SIDE + x + 1] - here);
            if (y + 1 < SIDE) sum += fabs((double)image[(y + 1) * SIDE + x] - here);
        }
    }
    return sum;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What all but a hundredth of the training images have, at most. */
static double most_variation(void) {
    double sorted[TRAINED];
    for (size_t i = 0; i < TRAINED; i++) sorted[i] = variation(pixels[order[i]]);
    qsort(sorted, TRAINED, sizeof *sorted, by_size);
    return sorted[TRAINED - 1 - TRAINED / 100];
}

/* What errors of some images are like: their mean, and R + r I. */
typedef struct usual_errors {
    double mean[D], matrix[D][D];
} usual_errors;

static void define(const double (*errors)[D], const uint32_t *which, size_t count,
                   usual_errors *usual) {
    double trace = 0;
    memset(usual, 0, sizeof *usual);
    for (size_t i = 0; i < count; i++) {
        for (size_t p = 0; p < D; p++) usual->mean[p] += errors[which[i]][p] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        const double *e = errors[which[i]];
        for (size_t p = 0; p < D; p++) {
            for (size_t q = 0; q < D; q++) {
                usual->matrix[p][q] +=
                    (e[p] - usual->mean[p]) * (e[q] - usual->mean[q]) / (double)count;
            }
        }
    }
    for (size_t p = 0; p < D; p++) trace += usual->matrix[p][p];
    for (size_t p = 0; p < D; p++) usual->matrix[p][p] += trace / D;
}

/* d' (R + r I)^-1 d */
static double weigh(const usual_errors *usual, const double *error) {
    static double matrix[D][D];
    double d[D], solved[D], sum = 0;
    for (size_t p = 0; p < D; p++) solved[p] = d[p] = error[p] - usual->mean[p];
    memcpy(matrix, usual->matrix, sizeof matrix);
    solve(matrix, solved);
    for (size_t p = 0; p < D; p++) sum += d[p] * solved[p];
    return sum;
}

/* With fewer numbers than components, the score is d' (R + r I)^-1 d / TV, by the definition. */
static void scores_are_as_defined(void **state) {
    (void)state;
    static double errors[N][D];
    static usual_errors usual;
    double first = 0;
    errors_of(errors);
    define((const double(*)[D])errors, order, TRAINED, &usual);
    emb_unusual *u = learn(N - TRAINED, 1);
    const double most = most_variation();
    double *numbers = score(u, 1);
    for (size_t i = 0; i < N; i++) {
        double squares = 0;
        for (size_t p = 0; p < D; p++) squares += errors[i][p] * errors[i][p];
        const double *got = numbers + i * KINDS, tv = fmin(variation(pixels[i]), most);
        const double ratio = weigh(&usual, errors[i]) / tv / got[EMB_UNUSUAL_SCORE];
        if (i == 0) first = ratio;
        assert_true(fabs(ratio / first - 1) < 1e-4);
        assert_true(fabs(got[EMB_UNUSUAL_RECONSTRUCTION] / (squares / D) - 1) < 1e-4);
        assert_true(fabs(got[EMB_UNUSUAL_CORRECTED] / (squares / tv) - 1) < 1e-4);
        /* A window of a quarter of five pixels is one pixel. */
        double worst = 0;
        for (size_t p = 0; p < D; p++) worst = fmax(worst, errors[i][p] * errors[i][p]);
        assert_true(fabs(got[EMB_UNUSUAL_REGION] / worst - 1) < 1e-4);
    }
    assert_true(emb_unusual_uses_net(u));
    free(numbers);
    emb_unusual_free(u);
}

static void neighbours_are_near(void **state) {
    (void)state;
    static float codes[N][K];
    emb_unusual *u = learn(N - TRAINED, 1);
    double *numbers = score(u, 1);
    assert_int_equal(emb_net_encode(net, pixels[0], N, codes[0], 1), EMB_OK);
    for (size_t i = 0; i < N; i += 17) {
        double nearest[5] = {INFINITY, INFINITY, INFINITY, INFINITY, INFINITY}, sum = 0;
        for (size_t t = 0; t < TRAINED; t++) {
            double far = 0;
            for (size_t k = 0; k < K; k++) {
                far += pow((double)codes[i][k] - (double)codes[order[t]][k], 2);
            }
            for (size_t n = 0; n < 5; n++) {
                const double kept = nearest[n];
                if (!(sqrt(far) < kept)) continue;
                nearest[n] = sqrt(far);
                far = kept * kept;
            }
        }
        for (size_t n = 0; n < 5; n++) sum += nearest[n] / 5;
        assert_true(fabs(sum - numbers[i * KINDS + EMB_UNUSUAL_NEIGHBOURS]) < 1e-4 * (sum + 1));
    }
    free(numbers);
    emb_unusual_free(u);
}

static double rank_of(const double *sorted, size_t n, double share) {
    const double rank = ceil(((double)n + 1) * (1 - share));
    return sorted[(rank > (double)n ? n : (size_t)rank) - 1];
}

/* sorted[count] = the images' numbers of a kind, as floats. */
static void sort_numbers(const double *numbers, const uint32_t *which, size_t count, int by,
                         double *sorted) {
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (double)(float)numbers[which[i] * KINDS + (size_t)by];
    }
    qsort(sorted, count, sizeof *sorted, by_size);
}

/* scores[TRAINED] = those of training images, each by the errors of the other half, sorted; times
 * `by`. */
static void cross(double by, double *scores) {
    static double errors[N][D];
    static usual_errors usual;
    uint32_t halves[2][TRAINED / 2];
    const double most = most_variation();
    errors_of(errors);
    for (size_t i = 0; i < TRAINED; i++) halves[i % 2][i / 2] = order[i];
    for (size_t half = 0, at = 0; half < 2; half++) {
        define((const double(*)[D])errors, halves[1 - half], TRAINED / 2, &usual);
        for (size_t i = 0; i < TRAINED / 2; i++) {
            const uint32_t image = halves[half][i];
            scores[at++] = by * weigh(&usual, errors[image]) / fmin(variation(pixels[image]), most);
        }
    }
    qsort(scores, TRAINED, sizeof *scores, by_size);
}

/* A threshold is the validation number of rank ceil((n + 1) (1 - share)), at most the last, if that
 * does not hang on a few images; else the mean of two estimates, which are spelled out here. */
static void thresholds_are_as_defined(void **state) {
    (void)state;
    enum { V = N - TRAINED, TENTH = V / 10 };
    static const double ranks[] = {0.5, 0.999, 0.1, 0.25}, few[] = {0.01, 0.02, 0.0001, 0.0999};
    emb_unusual *u = learn(V, 1);
    double *numbers = score(u, 1), sorted[V], trained[TRAINED];
    static double errors[N][D];
    static usual_errors usual;
    errors_of(errors);
    define((const double(*)[D])errors, order, TRAINED, &usual);
    const double unit =
        numbers[0] * fmin(variation(pixels[0]), most_variation()) / weigh(&usual, errors[0]);
    assert_int_equal(emb_unusual_count(u), V);
    assert_true(emb_unusual_is_validated(u));
    for (int by = 0; by < KINDS; by++) {
        sort_numbers(numbers, order + TRAINED, V, by, sorted);
        sort_numbers(numbers, order, TRAINED, by, trained);
        if (by == EMB_UNUSUAL_SCORE) cross(unit, trained);
        double excess = 0;
        for (size_t i = V - TENTH; i < V; i++)
            excess += (sorted[i] - sorted[V - TENTH - 1]) / TENTH;
        for (size_t c = 0; c < TEST_COUNT(ranks); c++) {
            const double got = emb_unusual_threshold(u, (emb_unusual_by)by, ranks[c]);
            assert_true(fabs(got / rank_of(sorted, V, ranks[c]) - 1) < 1e-6);
        }
        for (size_t c = 0; c < TEST_COUNT(few); c++) {
            const double tail = sorted[V - TENTH - 1] + excess * log(0.1 / few[c]);
            const double alike = rank_of(trained, TRAINED, few[c]) * rank_of(sorted, V, 0.1) /
                                 rank_of(trained, TRAINED, 0.1);
            const double got = emb_unusual_threshold(u, (emb_unusual_by)by, few[c]);
            assert_true(fabs(got / ((tail + alike) / 2) - 1) < 1e-4);
        }
    }
    assert_true(fabs(emb_unusual_threshold(u, EMB_UNUSUAL_SCORE, 0.5) - 1) < 1e-6);
    assert_true(isnan(emb_unusual_threshold(u, EMB_UNUSUAL_SCORE, 0)));
    assert_true(isnan(emb_unusual_threshold(u, EMB_UNUSUAL_SCORE, 1)));
    free(numbers);
    emb_unusual_free(u);
}

/* The same bits for any number of threads, and from the file. */
static void threads_and_files_change_nothing(void **state) {
    (void)state;
    const char *path = test_path("unusual.safetensors");
    emb_unusual *u = learn(N - TRAINED, 1);
    double *expected = score(u, 1);
    assert_int_equal(emb_unusual_save(u, path), EMB_OK);
    emb_unusual *read = emb_unusual_open(path, net), *other = learn(N - TRAINED, 3);
    assert_non_null(read);
    double *from_file = score(read, 2), *threaded = score(other, 5);
    assert_memory_equal(expected, from_file, N * KINDS * sizeof *expected);
    assert_memory_equal(expected, threaded, N * KINDS * sizeof *expected);
    assert_true(emb_unusual_threshold(u, EMB_UNUSUAL_REGION, 0.1) ==
                emb_unusual_threshold(read, EMB_UNUSUAL_REGION, 0.1));
    assert_true(emb_unusual_threshold(u, EMB_UNUSUAL_SCORE, 0.01) ==
                emb_unusual_threshold(read, EMB_UNUSUAL_SCORE, 0.01));
    /* Other weights: neither the file nor what was learned is for them. */
    weights("encoder.1.weight")[5] += 1;
    net->version++;
    assert_null(emb_unusual_open(path, net));
    assert_non_null(strstr(emb_error(), "belongs to another network"));
    assert_int_equal(emb_unusual_score(u, net, images, NULL, 0, 1, expected), EMB_ERR_ARGUMENT);
    weights("encoder.1.weight")[5] -= 1;
    net->version++;
    free(expected);
    free(from_file);
    free(threaded);
    emb_unusual_free(u);
    emb_unusual_free(read);
    emb_unusual_free(other);
}

static void few_images_are_shared_out(void **state) {
    (void)state;
    emb_unusual *u = learn(0, 1);
    assert_false(emb_unusual_is_validated(u));
    assert_int_equal(emb_unusual_count(u), TRAINED / 5);
    emb_unusual_free(u);
    assert_null(emb_unusual_new(net, images, order, 9, NULL, 0, 1));
    assert_non_null(strstr(emb_error(), "9 training images; expected at least 10"));
}

static void the_mean_image_is_not_scored_with(void **state) {
    (void)state;
    static float kept[K * D];
    memcpy(kept, weights("decoder.0.weight"), sizeof kept);
    memset(weights("decoder.0.weight"), 0, sizeof kept);
    net->version++;
    emb_unusual *u = learn(N - TRAINED, 1);
    double *numbers = score(u, 1);
    assert_false(emb_unusual_uses_net(u));
    for (size_t i = 0; i < N; i++) {
        assert_true(numbers[i * KINDS] > 0 && isfinite(numbers[i * KINDS]));
        assert_true(isnan(numbers[i * KINDS + EMB_UNUSUAL_NEIGHBOURS]));
    }
    assert_true(isnan(emb_unusual_threshold(u, EMB_UNUSUAL_RECONSTRUCTION, 0.1)));
    memcpy(weights("decoder.0.weight"), kept, sizeof kept);
    net->version++;
    free(numbers);
    emb_unusual_free(u);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_as_defined),
        cmocka_unit_test(neighbours_are_near),
        cmocka_unit_test(thresholds_are_as_defined),
        cmocka_unit_test(threads_and_files_change_nothing),
        cmocka_unit_test(few_images_are_shared_out),
        cmocka_unit_test(the_mean_image_is_not_scored_with),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
