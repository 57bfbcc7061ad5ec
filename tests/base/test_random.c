/* base/random.c: MT19937 against its known outputs, and what PyTorch draws from it.
 *
 * The golden numbers of torch are from torch.manual_seed(seed), then torch.randperm(10), twice
 * torch.empty((), dtype=torch.int64).random_(), torch.empty(4).uniform_(-1/3, 1/3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "support/support.h"

/* ---- the generator ---- */

typedef struct word_case {
    uint64_t seed;
    size_t at; /* from 0 */
    uint32_t word;
} word_case;

static const word_case words[] = {
    {5489, 0, 3499211612u},       {5489, 1, 581869302u},
    {5489, 2, 3890346734u},       {5489, 3, 3586334585u},
    {5489, 4, 545404204u},        {5489, 9999, 4123659995u}, /* C++ fixes it: mt19937's 10000th */
    {5489, 623, 4020325887u},     {5489, 624, 4178893912u},
    {5489, 625, 610818241u},      {42, 0, 1608637542u},
    {42, 1, 3421126067u},         {42, 4, 3143890026u},
    {42, 624, 108880612u},        {42, 999, 1946654618u},
    {0, 0, 2357136044u},          {0, 999, 3043451800u},
    {4294967295u, 0, 419326371u}, {4294967295u, 999, 2673539693u},
};

static void words_are_known(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(words); i++) {
        emb__random random;
        emb__random_seed(&random, words[i].seed);
        for (size_t skip = 0; skip < words[i].at; skip++) emb__random_next32(&random);
        const uint32_t word = emb__random_next32(&random);
        if (word != words[i].word) {
            fail_msg("seed %llu, word %zu: %u, expected %u", (unsigned long long)words[i].seed,
                     words[i].at, word, words[i].word);
        }
    }
}

static void skipping_is_drawing(void **state) {
    (void)state;
    static const size_t counts[] = {0, 1, 5, 623, 624, 625, 1247, 1248, 1249, 10000};
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        for (size_t before = 0; before < 1300; before += 325) {
            emb__random drawn, skipped;
            emb__random_seed(&drawn, 42);
            for (size_t k = 0; k < before; k++) emb__random_next32(&drawn);
            skipped = drawn;
            for (size_t k = 0; k < counts[i]; k++) emb__random_next32(&drawn);
            emb__random_skip(&skipped, counts[i]);
            assert_memory_equal(&skipped, &drawn, sizeof drawn);
        }
    }
}

static void seed_counts_modulo_2_32(void **state) {
    (void)state;
    static const uint64_t pairs[][2] = {
        {42, 0x10000002aull},
        {0, 0x100000000ull},
        {0xffffffffull, UINT64_MAX},
        {123456789012ull, 123456789012ull & 0xffffffffull},
    };
    for (size_t i = 0; i < TEST_COUNT(pairs); i++) {
        emb__random a, b;
        emb__random_seed(&a, pairs[i][0]);
        emb__random_seed(&b, pairs[i][1]);
        for (int n = 0; n < 1300; n++) {
            assert_int_equal(emb__random_next32(&a), emb__random_next32(&b));
        }
    }
}

/* ---- torch's draws ---- */

typedef struct torch_case {
    uint64_t seed;
    uint32_t order[10];
    uint64_t wide[2];
    float uniform[4];
} torch_case;

static const torch_case torch[] = {
    {42,
     {2, 6, 1, 8, 4, 5, 0, 9, 3, 7},
     {8224162778172047826u, 1844211772641153354u},
     {0x1.71d0d6p-5f, 0x1.492c7cp-3f, -0x1.818bacp-5f, 0x1.072108p-2f}},
    {7,
     {5, 0, 3, 4, 1, 7, 9, 6, 8, 2},
     {5681832686530518414u, 4867557868310195784u},
     {-0x1.90f8d0p-3f, -0x1.2be180p-5f, -0x1.803e40p-4f, 0x1.2ce48cp-3f}},
    {4294967338u, /* 42 again */
     {2, 6, 1, 8, 4, 5, 0, 9, 3, 7},
     {8224162778172047826u, 1844211772641153354u},
     {0x1.71d0d6p-5f, 0x1.492c7cp-3f, -0x1.818bacp-5f, 0x1.072108p-2f}},
    {0,
     {4, 1, 7, 5, 3, 9, 0, 8, 6, 2},
     {2279347887019741461u, 7090591000091277092u},
     {-0x1.c41e30p-3f, -0x1.196936p-3f, 0x1.949d56p-7f, 0x1.0de1d6p-3f}},
};

static void draws_are_torchs(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(torch); i++) {
        emb__random random;
        uint32_t order[10];
        emb__random_seed(&random, torch[i].seed);
        emb__random_permutation(&random, order, 10);
        assert_memory_equal(order, torch[i].order, sizeof order);
        for (int k = 0; k < 2; k++) {
            assert_true(emb__random_int63(&random) == torch[i].wide[k]);
        }
        for (int k = 0; k < 4; k++) {
            const float value = emb__random_uniform(&random, -1.0f / 3, 1.0f / 3);
            assert_memory_equal(&value, &torch[i].uniform[k], sizeof value);
        }
    }
}

/* The last numbers of torch.randperm(2000) behind randperm(1), (2) and (5), and the int64 after. */
static void permutations_draw_one_word_less_than_they_have_numbers(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 5, 2000};
    static const uint32_t five[] = {2, 1, 3, 0, 4}, last[] = {842, 1049, 1800};
    emb__random random;
    uint32_t order[2000];
    emb__random_seed(&random, 42);
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        emb__random_permutation(&random, order, sizes[i]);
        if (sizes[i] == 5) assert_memory_equal(order, five, sizeof five);
    }
    assert_memory_equal(order + 1997, last, sizeof last);
    assert_true(emb__random_int63(&random) == 6879636385576649042u);
}

static void a_permutation_has_each_number_once(void **state) {
    (void)state;
    enum { MOST = 3000 };
    emb__random random;
    emb__random_seed(&random, 3);
    for (size_t n = 0; n <= MOST; n = n * 2 + 1) {
        uint32_t order[MOST];
        bool seen[MOST] = {false};
        emb__random_permutation(&random, order, n);
        for (size_t i = 0; i < n; i++) {
            assert_true(order[i] < n);
            assert_false(seen[order[i]]);
            seen[order[i]] = true;
        }
    }
}

/* 63 bits: none negative as an int64, and every bit takes both values. */
static void int63_covers_its_range(void **state) {
    (void)state;
    emb__random random;
    uint64_t ones = 0, zeros = 0;
    emb__random_seed(&random, 1);
    for (int i = 0; i < 1000; i++) {
        const uint64_t value = emb__random_int63(&random);
        assert_true(value <= INT64_MAX);
        ones |= value;
        zeros |= ~value;
    }
    assert_true(ones == INT64_MAX);
    assert_true((zeros & INT64_MAX) == INT64_MAX);
}

static void uniform_stays_in_its_range(void **state) {
    (void)state;
    emb__random random;
    double sum = 0;
    emb__random_seed(&random, 1);
    for (int i = 0; i < 100000; i++) {
        const float value = emb__random_uniform(&random, -0.5f, 1.5f);
        assert_true(value >= -0.5f && value < 1.5f);
        sum += value;
    }
    /* The mean's own spread is 2 / sqrt(12 * 100000) = 0.0018. */
    assert_true(sum / 100000 > 0.49 && sum / 100000 < 0.51);
}

/* ---- the notebook's stream ---- */

static size_t draw_first(emb__random *random, uint32_t *order, size_t n) {
    emb__random sampler;
    emb__random_int63(random);
    emb__random_seed(&sampler, emb__random_int63(random));
    emb__random_permutation(&sampler, order, n);
    return order[0];
}

/* Seed 42, latent 2: the first image of each epoch's validation loop, and of its picture. */
static void notebook_sees_its_images(void **state) {
    (void)state;
    enum { IMAGES = 60000, TRAIN = 48000, WEIGHTS = 78179 };
    static const uint32_t loops[10] = {10631, 59156, 47175, 41082, 54443,
                                       11040, 12149, 30769, 36006, 42397};
    static const uint32_t pictures[10] = {17755, 53460, 19118, 26743, 41194,
                                          30859, 57135, 40829, 27599, 21466};
    uint32_t *split = malloc(IMAGES * sizeof *split), *order = malloc(IMAGES * sizeof *order);
    assert_true(split && order);
    emb__random random;
    emb__random_seed(&random, 42);
    emb__random_permutation(&random, split, IMAGES);
    for (int i = 0; i < WEIGHTS; i++) emb__random_uniform(&random, 0, 1);
    for (int epoch = 0; epoch < 10; epoch++) {
        emb__random_int63(&random); /* the training loader's */
        assert_int_equal(split[TRAIN + draw_first(&random, order, IMAGES - TRAIN)], loops[epoch]);
        assert_int_equal(split[TRAIN + draw_first(&random, order, IMAGES - TRAIN)],
                         pictures[epoch]);
    }
    free(split);
    free(order);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_known),
        cmocka_unit_test(skipping_is_drawing),
        cmocka_unit_test(seed_counts_modulo_2_32),
        cmocka_unit_test(draws_are_torchs),
        cmocka_unit_test(permutations_draw_one_word_less_than_they_have_numbers),
        cmocka_unit_test(a_permutation_has_each_number_once),
        cmocka_unit_test(int63_covers_its_range),
        cmocka_unit_test(uniform_stays_in_its_range),
        cmocka_unit_test(notebook_sees_its_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
