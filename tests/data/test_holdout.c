/* data/holdout.c, and the parts of a data set: what is held out, of what, and what then trains.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/holdout.h"
#include "support/folder.h"
#include "support/support.h"
#include "train/run.h"

enum { MOST = 400, MARKS = 2 };

/* Images that say which they are: two bytes, the index. */
static const uint8_t *indices_as_bytes(void) {
    static uint8_t bytes[MOST * MARKS];
    for (size_t i = 0; i < MOST; i++) {
        bytes[i * MARKS] = (uint8_t)(i & 255);
        bytes[i * MARKS + 1] = (uint8_t)(i >> 8);
    }
    return bytes;
}

static void put(const char *name, size_t count) {
    static uint8_t labels[MOST];
    for (size_t i = 0; i < MOST; i++) labels[i] = (uint8_t)(i % 7);
    const emb_named_array arrays[] = {
        {.name = "images", .rank = 3, .shape = {count, 1, MARKS}, .bytes = indices_as_bytes()},
        {.name = "labels", .rank = 1, .shape = {count}, .bytes = labels},
    };
    const emb_status status = emb_npz_write(test_path(name), arrays, TEST_COUNT(arrays));
    if (status == EMB_ERR_MISSING) skip();
    assert_int_equal(status, EMB_OK);
}

static size_t index_of(const emb_images *images, size_t i) {
    const uint8_t *pixels = emb_images_pixels(images, i);
    const size_t index = pixels[0] + 256 * (size_t)pixels[1];
    assert_int_equal(emb_images_label(images, i), index % 7); /* labels stay with their images */
    return index;
}

/* Marks what the images are in seen[MOST], each once and in file order. */
static void mark(const emb_images *images, uint8_t *seen) {
    for (size_t i = 0; i < emb_images_count(images); i++) {
        const size_t index = index_of(images, i);
        assert_int_equal(seen[index], 0);
        if (i > 0) assert_true(index > index_of(images, i - 1));
        seen[index] = 1;
    }
}

/* Both parts, in either order: disjoint, and together all. */
static void disjoint(void **state) {
    (void)state;
    static const struct {
        size_t count;
        double share;
        uint64_t seed;
        size_t held;
    } cases[] = {
        {400, 0, 0, 67},     {6, 0, 0, 1},          {2, 0, 0, 1},        {7, 0, 3, 1},
        {9, 0, 1, 2},        {400, 0.5, 1, 200},    {400, 0.001, 1, 1},  {400, 0.9999, 1, 399},
        {399, 0.25, 7, 100}, {60, 1.0 / 6, 42, 10}, {400, 1e-300, 5, 1},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb_open_options options = {.test_split = cases[i].share, .seed = cases[i].seed};
        put("a.npz", cases[i].count);
        for (int order = 0; order < 2; order++) {
            uint8_t seen[MOST] = {0};
            const emb_part first = order ? EMB_TEST : EMB_TRAIN;
            const emb_part second = order ? EMB_TRAIN : EMB_TEST;
            emb_images *a = emb_images_open_part(test_path("a.npz"), first, &options);
            emb_images *b = emb_images_open_part(test_path("a.npz"), second, &options);
            if (!a || !b) fail_msg("%s", emb_error());
            mark(a, seen);
            mark(b, seen);
            assert_int_equal(emb_images_count(order ? a : b), cases[i].held);
            assert_int_equal(emb_images_count(a) + emb_images_count(b), cases[i].count);
            assert_int_equal(emb_images_count(order ? a : b),
                             emb__holdout_count(cases[i].count, &options));
            emb_images_free(a);
            emb_images_free(b);
        }
    }
}

static void read_test(uint8_t *seen, const emb_open_options *options) {
    emb_images *images = emb_images_open_part(test_path("a.npz"), EMB_TEST, options);
    if (!images) fail_msg("%s", emb_error());
    memset(seen, 0, MOST);
    mark(images, seen);
    emb_images_free(images);
}

/* The seed decides, modulo 2^32; no two of some seeds agree; the defaults are what they say. */
static void by_seed(void **state) {
    (void)state;
    enum { SEEDS = 6 };
    uint8_t seen[SEEDS][MOST], again[MOST];
    static const uint64_t seeds[SEEDS] = {1, 2, 3, 42, (uint64_t)1 << 32, 12345678};
    put("a.npz", MOST);
    for (size_t i = 0; i < SEEDS; i++) {
        read_test(seen[i], &(emb_open_options){.seed = seeds[i]});
        read_test(again, &(emb_open_options){.seed = seeds[i] + ((uint64_t)1 << 32)});
        assert_memory_equal(seen[i], again, MOST);
        for (size_t k = 0; k < i; k++) assert_memory_not_equal(seen[i], seen[k], MOST);
    }
    read_test(again, NULL);
    assert_memory_equal(again, seen[3], MOST);
    read_test(again, &(emb_open_options){.test_split = EMB_TEST_SPLIT, .seed = 42});
    assert_memory_equal(again, seen[3], MOST);
}

/* Every image is held out about as often as any other, whatever its place. */
static void evenly(void **state) {
    (void)state;
    enum { DRAWS = 600, COUNT = 30 };
    int times[COUNT] = {0};
    put("a.npz", COUNT);
    for (uint64_t seed = 1; seed <= DRAWS; seed++) {
        emb_images *images =
            emb_images_open_part(test_path("a.npz"), EMB_TEST, &(emb_open_options){.seed = seed});
        if (!images) fail_msg("%s", emb_error());
        for (size_t i = 0; i < emb_images_count(images); i++) times[index_of(images, i)]++;
        emb_images_free(images);
    }
    /* 100 expected, standard deviation 9. */
    for (int i = 0; i < COUNT; i++) assert_in_range(times[i], 60, 140);
}

static void refusals(void **state) {
    (void)state;
    static const struct {
        size_t count;
        double share;
        emb_part part;
        const char *text;
    } cases[] = {
        {4, -1, EMB_TEST, "a.npz: has no test images: none are held out"},
        {1, 0, EMB_TEST, "a.npz: one image alone has no test part"},
        {4, 1, EMB_TRAIN, "test split: expected a share below 1, got 1"},
        {4, 0, EMB_VAL, "a.npz: has no validation images of its own (x_val, y_val)"},
        {4, 0, (emb_part)3, "EMB_TRAIN, EMB_TEST or EMB_VAL"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        put("a.npz", cases[i].count);
        assert_null(emb_images_open_part(test_path("a.npz"), cases[i].part,
                                         &(emb_open_options){.test_split = cases[i].share}));
        if (!strstr(emb_error(), cases[i].text)) fail_msg("%s", emb_error());
    }
    /* All of it, and one image alone. */
    emb_images *all =
        emb_images_open_part(test_path("a.npz"), EMB_TRAIN, &(emb_open_options){.test_split = -1});
    assert_int_equal(emb_images_count(all), 4);
    emb_images_free(all);
    put("a.npz", 1);
    all = emb_images_open(test_path("a.npz"), EMB_TRAIN);
    assert_int_equal(emb_images_count(all), 1);
    emb_images_free(all);
}

/* What an archive has of its own, and how many images each part then gives. */
static void parts(void **state) {
    (void)state;
    static const struct {
        const char *names[4];
        int parts, train, test, val; /* images; 0: refused */
    } cases[] = {
        {{"x_train", "x_test"}, 2, 12, 12, 0},
        {{"x_train", "x_test", "x_val"}, 2, 12, 12, 12},
        {{"x_train", "x_val"}, 1, 10, 2, 12},
        {{"x", "x_val"}, 1, 10, 2, 12},
        {{"train_images", "val_images"}, 1, 10, 2, 12},
        {{"x", "x_test"}, 2, 12, 12, 0},
        {{"x_test"}, 1, 10, 2, 0},
        {{"images"}, 1, 10, 2, 0},
        {{"x_val"}, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_named_array arrays[4];
        size_t count = 0;
        for (; cases[i].names[count]; count++) {
            arrays[count] = (emb_named_array){.name = cases[i].names[count],
                                              .rank = 3,
                                              .shape = {12, 1, MARKS},
                                              .bytes = indices_as_bytes()};
        }
        const emb_status status = emb_npz_write(test_path("p.npz"), arrays, count);
        if (status == EMB_ERR_MISSING) skip();
        const int wanted[] = {
            [EMB_TRAIN] = cases[i].train, [EMB_TEST] = cases[i].test, [EMB_VAL] = cases[i].val};
        const bool own[] = {[EMB_TRAIN] = cases[i].parts > 0,
                            [EMB_TEST] = cases[i].parts == 2,
                            [EMB_VAL] = cases[i].val > 0};
        assert_int_equal(emb_images_parts(test_path("p.npz")), cases[i].parts);
        for (emb_part part = EMB_TRAIN; part <= EMB_VAL; part++) {
            emb_images *images = emb_images_open(test_path("p.npz"), part);
            assert_int_equal(images ? emb_images_count(images) : 0, wanted[part]);
            assert_int_equal(emb_images_has_part(test_path("p.npz"), part), own[part]);
            emb_images_free(images);
        }
    }
}

#define SMALL                                                                                      \
    "input = 1, 1, 2\nencoder = Sequential(Flatten(), Linear(2, 3))\n"                             \
    "decoder = Sequential(Linear(3, 2), Unflatten(1, (1, 1, 2)))"

/* PyTorch's stream runs on what is left as on a data set of that size: the same images as a set of
 * their own give the same weights. */
static void stream(void **state) {
    (void)state;
    char text[2][TEST_SHA_TEXT];
    put("a.npz", 100);
    for (int own = 0; own < 2; own++) {
        emb_images *images = emb_images_open(test_path("a.npz"), EMB_TRAIN);
        if (own) {
            const int shape[] = {1, 1, MARKS};
            emb_images *copy =
                emb_images_new(emb_images_pixels(images, 0), NULL, emb_images_count(images), shape);
            emb_images_free(images);
            images = copy;
        }
        emb_net *net = emb_net_parse(SMALL, "small", NULL);
        emb_run *run = emb_run_new(net, images, &(emb_train_options){.shuffle = true});
        emb_epoch epoch;
        if (!run || emb_run_epoch(run, &epoch) != EMB_OK) fail_msg("%s", emb_error());
        test_sha sha;
        test_sha_begin(&sha);
        test_sha_weights(&sha, net);
        test_sha_end(&sha, text[own]);
        emb_run_free(run);
        emb_net_free(net);
        emb_images_free(images);
    }
    assert_string_equal(text[0], text[1]);
}

/* A data set's own validation images are those that validate, in checkpoints too; and no split is
 * drawn, so that the first weights are those of torch.manual_seed alone. */
static void own_validation(void **state) {
    (void)state;
    const emb_train_options options = {.val_count = 5, .batch_size = 4, .seed = 3};
    emb_images *images = test_images(21, 1, 1, 2, 9);
    emb_net *net = emb_net_parse(SMALL, "small", NULL),
            *drawn = emb_net_parse(SMALL, "small", NULL);
    emb_run *run = emb_run_new(net, images, &options);
    char weights[2][TEST_SHA_TEXT];
    size_t count;
    test_sha sha;
    if (!run || emb_net_init(drawn, 3) != EMB_OK) fail_msg("%s", emb_error());
    for (int i = 0; i < 2; i++) {
        test_sha_begin(&sha);
        test_sha_weights(&sha, i ? drawn : net);
        test_sha_end(&sha, weights[i]);
    }
    assert_string_equal(weights[0], weights[1]);
    const uint32_t *indices = emb_run_val_indices(run, &count);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++) assert_int_equal(indices[i], 16 + i);
    indices = emb_run_train_indices(run, &count);
    assert_int_equal(count, 16);
    for (size_t i = 0; i < count; i++) assert_int_equal(indices[i], i);
    emb_epoch epoch, again;
    float loss;
    if (emb_run_step(run, &loss) != EMB_OK ||
        emb_run_save(run, test_path("c"), NULL, 0) != EMB_OK ||
        emb_run_epoch(run, &epoch) != EMB_OK) {
        fail_msg("%s", emb_error());
    }
    assert_true(epoch.has_preview && epoch.preview >= 16);
    emb_run *resumed = emb_run_resume(drawn, images, test_path("c"), 1);
    if (!resumed || emb_run_epoch(resumed, &again) != EMB_OK) fail_msg("%s", emb_error());
    assert_true(again.validation_loss == epoch.validation_loss && again.preview == epoch.preview);
    emb_run_free(resumed);
    emb_run_free(run);
    emb_train_options none = {.val_count = 21};
    assert_null(emb_run_new(net, images, &none));
    assert_non_null(strstr(emb_error(), "21 validation images leave none of 21 images"));
    emb_net_free(net);
    emb_net_free(drawn);
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disjoint),       cmocka_unit_test(by_seed), cmocka_unit_test(evenly),
        cmocka_unit_test(refusals),       cmocka_unit_test(parts),   cmocka_unit_test(stream),
        cmocka_unit_test(own_validation),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
