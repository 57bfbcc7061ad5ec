/* Codes of a network with a codebook as indices, and back; what is wrong with them is named. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { IMAGES = 40, PLACES = 6, ENTRIES = 5, DIM = 3, LENGTH = PLACES * DIM };

#define BOOK                                                                                       \
    "input = 1, 4, 6\nencoder = Sequential(Conv2d(1, 3, 2, stride=2), VectorQuantizer(5, 3))\n"    \
    "decoder = Sequential(ConvTranspose2d(3, 1, 2, stride=2), Sigmoid())"
#define ROW                                                                                        \
    "input = 1, 4, 6\nencoder = Sequential(Flatten(), Linear(24, 3), VectorQuantizer(5, 3))\n"     \
    "decoder = Sequential(Linear(3, 24), Unflatten(1, (1, 4, 6)))"
#define PLAIN                                                                                      \
    "input = 1, 4, 6\nencoder = Sequential(Flatten(), Linear(24, 3))\n"                            \
    "decoder = Sequential(Linear(3, 24), Unflatten(1, (1, 4, 6)))"

static emb_net *parsed(const char *text) {
    emb_net *net = emb_net_parse(text, "book", NULL);
    if (!net) fail_msg("%s", emb_error());
    assert_int_equal(emb_net_init(net, 7), EMB_OK);
    return net;
}

/* The codebook as the state dict has it, larger than its first numbers are. */
static const float *entries_of(emb_net *net) {
    emb_tensor_info info;
    for (size_t i = 0; i < emb_net_tensor_count(net); i++) {
        emb_net_tensor(net, i, &info);
        if (strstr(info.name, ".embedding")) return info.values;
    }
    fail_msg("no codebook");
    return NULL;
}

static void codes_are_entries_at_places(void **state) {
    (void)state;
    static float codes[IMAGES * LENGTH], back[IMAGES * LENGTH], alone[LENGTH], pixels[24];
    static uint32_t indices[IMAGES * PLACES];
    emb_net *net = parsed(BOOK);
    emb_images *images = test_images(IMAGES, 1, 4, 6, 3);
    const float *entries = entries_of(net);
    assert_int_equal(emb_net_entries(net), ENTRIES);
    assert_int_equal(emb_net_places(net), PLACES);
    assert_int_equal(emb_net_latent(net), LENGTH);
    assert_int_equal(emb_net_encode_images(net, images, NULL, IMAGES, codes, 1), EMB_OK);
    assert_int_equal(emb_net_to_indices(net, codes, IMAGES, indices), EMB_OK);
    for (size_t i = 0; i < IMAGES * PLACES; i++) {
        assert_true(indices[i] < ENTRIES);
        for (size_t d = 0; d < DIM; d++) {
            const float *place = codes + i / PLACES * LENGTH + d * PLACES + i % PLACES;
            assert_memory_equal(place, entries + indices[i] * DIM + d, sizeof *place);
        }
    }
    assert_int_equal(emb_net_from_indices(net, indices, IMAGES, back), EMB_OK);
    assert_memory_equal(back, codes, sizeof codes);
    /* One image alone takes the same. */
    for (size_t i = 0; i < IMAGES; i++) {
        const uint32_t at = (uint32_t)i;
        assert_int_equal(emb_images_fetch(images, &at, 1, pixels, NULL), EMB_OK);
        assert_int_equal(emb_net_encode(net, pixels, 1, alone, 1), EMB_OK);
        assert_memory_equal(alone, codes + i * LENGTH, sizeof alone);
    }
    emb_images_free(images);
    emb_net_free(net);
}

static void what_is_no_index_is_named(void **state) {
    (void)state;
    const uint32_t wrong[2 * PLACES] = {0, 1, 2, 3, 4, 0, 1, 4, 5};
    uint32_t indices[1];
    float codes[2 * LENGTH] = {0};
    emb_net *net = parsed(BOOK), *row = parsed(ROW), *plain = parsed(PLAIN);
    assert_int_equal(emb_net_from_indices(net, wrong, 2, codes), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(),
                        "index 2 of code 1 is 5; the entries of book's codebook are 0 to 4");
    assert_int_equal(emb_net_places(row), 1);
    assert_int_equal(emb_net_entries(plain), 0);
    assert_int_equal(emb_net_places(plain), 0);
    assert_int_equal(emb_net_to_indices(plain, codes, 1, indices), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(),
                        "book has no VectorQuantizer, and so its codes have no indices");
    emb_net_free(net);
    emb_net_free(row);
    emb_net_free(plain);
}

/* Each index of a new code stands at that place in some image's; and with one image known twice,
 * new codes are that one. */
static void new_codes_are_in_the_manner_of_known_ones(void **state) {
    (void)state;
    enum { NEW = 200 };
    static float codes[IMAGES * LENGTH], made[NEW * LENGTH], again[LENGTH];
    static uint32_t known[IMAGES * PLACES], drawn[NEW * PLACES];
    const uint32_t twice[] = {5, 5};
    emb_net *net = parsed(BOOK);
    emb_images *images = test_images(IMAGES, 1, 4, 6, 3);
    assert_null(emb_sampler_new(net, NULL, NULL, 0, 5, 1));
    emb_sampler *s = emb_sampler_new(net, images, NULL, 0, 5, 1);
    assert_non_null(s);
    assert_int_equal(emb_net_encode_images(net, images, NULL, IMAGES, codes, 1), EMB_OK);
    assert_int_equal(emb_net_to_indices(net, codes, IMAGES, known), EMB_OK);
    assert_int_equal(emb_sampler_draw(s, 0, NEW, made), EMB_OK);
    assert_int_equal(emb_net_to_indices(net, made, NEW, drawn), EMB_OK);
    int different = 0;
    for (size_t i = 0; i < NEW * PLACES; i++) {
        bool found = false;
        for (size_t k = 0; k < IMAGES; k++) {
            found = found || known[k * PLACES + i % PLACES] == drawn[i];
        }
        assert_true(found);
        different += drawn[i] != drawn[i % PLACES];
    }
    assert_true(different > 0);
    assert_int_equal(emb_sampler_draw(s, 17, 1, again), EMB_OK);
    assert_memory_equal(again, made + 17 * LENGTH, sizeof again);
    emb_sampler_free(s);
    s = emb_sampler_new(net, images, twice, 2, 5, 1);
    assert_non_null(s);
    assert_int_equal(emb_sampler_draw(s, 3, 1, again), EMB_OK);
    assert_memory_equal(again, codes + 5 * LENGTH, sizeof again);
    emb_sampler_free(s);
    emb_images_free(images);
    emb_net_free(net);
}

/* Perplexity and unused entries are counted over all images. */
static void how_a_codebook_is_used_is_counted(void **state) {
    (void)state;
    static float codes[IMAGES * LENGTH];
    static uint32_t indices[IMAGES * PLACES];
    emb_net *net = parsed(BOOK);
    emb_images *images = test_images(IMAGES, 1, 4, 6, 3);
    emb_measured m;
    double uses[ENTRIES] = {0}, entropy = 0, unused = 0;
    assert_int_equal(emb_net_encode_images(net, images, NULL, IMAGES, codes, 1), EMB_OK);
    assert_int_equal(emb_net_to_indices(net, codes, IMAGES, indices), EMB_OK);
    for (size_t i = 0; i < IMAGES * PLACES; i++) uses[indices[i]]++;
    for (int k = 0; k < ENTRIES; k++) {
        const double share = uses[k] / (IMAGES * PLACES);
        if (share > 0) entropy -= share * log(share);
        unused += uses[k] == 0;
    }
    for (int threads = 1; threads < 4; threads++) {
        const emb_measuring how = {.threads = threads};
        assert_int_equal(emb_net_measure(net, images, NULL, 0, &how, &m), EMB_OK);
        assert_int_equal(m.measure_count, 4);
        assert_string_equal(m.measures[2].name, "perplexity");
        assert_true(fabs(m.measures[2].value - exp(entropy)) < 1e-6);
        assert_string_equal(m.measures[3].name, "unused");
        assert_true(m.measures[3].value == unused);
    }
    emb_images_free(images);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_entries_at_places),
        cmocka_unit_test(what_is_no_index_is_named),
        cmocka_unit_test(new_codes_are_in_the_manner_of_known_ones),
        cmocka_unit_test(how_a_codebook_is_used_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
