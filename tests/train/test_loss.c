/* Which loss a network has, what it asks of a step, and what updates the weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"
#include "train/losses/loss_table.h"
#include "train/optimisers/optimiser_table.h"

#define ENCODER    "input = 1, 2, 3\nencoder = Sequential(Flatten(), Linear(6, 2))\n"
#define DECODER    "decoder = Sequential(Linear(2, 6), Unflatten(1, (1, 2, 3)))\n"
#define CLASSIFIER "classifier = Sequential(Linear(2, 4))\n"

static const struct {
    const char *notation, *loss;
    size_t terms;
    float scale; /* of a step on 16 images */
} cases[] = {
    {ENCODER DECODER, "MSELoss", 6, 2.0f / 96},
    {ENCODER CLASSIFIER, "CrossEntropyLoss", 1, 1.0f / 16},
    {"input = 2\n" CLASSIFIER, "CrossEntropyLoss", 1, 1.0f / 16},
    {ENCODER, NULL, 0, 0},
    {"input = 2\n" DECODER, NULL, 0, 0},
};

static void a_network_has_the_loss_of_its_last_part(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = emb_net_parse(cases[i].notation, "loss", NULL);
        if (!net) fail_msg("%s", emb_error());
        const char *name = emb_net_loss(net);
        assert_int_equal(name != NULL, cases[i].loss != NULL);
        if (name) {
            const emb__loss *loss = emb__loss_of(net);
            const double errors[] = {1, 2, 6};
            assert_string_equal(name, cases[i].loss);
            assert_int_equal(loss->terms(net), cases[i].terms);
            assert_true(emb__loss_scale(loss, net, 16) == cases[i].scale);
            assert_true(emb__loss_mean(loss, net, errors, 3) == 3.0 / (double)cases[i].terms);
        }
        emb_net_free(net);
    }
}

static void optimisers_name_what_they_keep(void **state) {
    (void)state;
    assert_string_equal(emb_train_optimiser(NULL), "Adam");
    for (const emb__optimiser *const *o = emb__optimisers; *o; o++) {
        assert_in_range((*o)->array_count, 0, EMB__OPTIMISER_ARRAYS);
        for (int i = 0; i < (*o)->array_count; i++) {
            const char *array = (*o)->arrays[i];
            assert_true(strlen(array) > 1 && array[strlen(array) - 1] == '.');
            for (int j = 0; j < i; j++) assert_string_not_equal(array, (*o)->arrays[j]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_has_the_loss_of_its_last_part),
        cmocka_unit_test(optimisers_name_what_they_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
