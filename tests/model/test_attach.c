/* model/attach.c: an encoder and a classifier made into one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/support.h"

static void attached_parts_keep_their_weights(void **state) {
    (void)state;
    enum { LATENT = 5, COUNT = 37 };
    const emb_net_options options = {.latent = LATENT, .classes = 3};
    emb_net *autoencoder = emb_net_open("notebook", &options),
            *head = emb_net_open("head-mlp", &options);
    emb_net *wrong = emb_net_open("head-mlp", NULL), *cnn = emb_net_open("cnn", NULL);
    emb_images *images = test_images(COUNT, 1, 28, 28, 2);
    assert_int_equal(emb_net_init(autoencoder, 1), EMB_OK);
    assert_int_equal(emb_net_init(head, 2), EMB_OK);
    emb_net *whole = emb_net_attach(autoencoder, head);
    if (!whole) fail_msg("%s", emb_error());
    assert_true(emb_net_has_part(whole, "encoder") && emb_net_has_part(whole, "classifier"));
    assert_int_equal(emb_net_classes(whole), 3);
    float codes[COUNT * LATENT], again[COUNT * LATENT], logits[COUNT * 3], through[COUNT * 3];
    float *pixels = emb__calloc(COUNT * 784, sizeof *pixels);
    for (size_t i = 0; i < COUNT; i++) emb_images_float(images, i, pixels + i * 784);
    assert_int_equal(emb_net_encode(autoencoder, pixels, COUNT, codes, 1), EMB_OK);
    assert_int_equal(emb_net_encode_images(whole, images, NULL, COUNT, again, 3), EMB_OK);
    assert_memory_equal(again, codes, sizeof codes);
    assert_int_equal(emb_net_classify(head, codes, COUNT, logits, 1), EMB_OK);
    assert_int_equal(emb_net_classify(whole, pixels, COUNT, through, 2), EMB_OK);
    assert_memory_equal(through, logits, sizeof logits);
    /* Its notation reads back to the same network. */
    emb_net *read = emb_net_parse(emb_net_notation(whole), "again", NULL);
    if (!read) fail_msg("%s", emb_error());
    assert_string_equal(emb_net_notation(read), emb_net_notation(whole));
    assert_null(emb_net_attach(autoencoder, wrong));
    assert_string_equal(emb_error(), "head-mlp takes 8, expected the codes of notebook, 5 numbers");
    assert_null(emb_net_attach(cnn, head));
    assert_null(emb_net_attach(autoencoder, cnn));
    assert_null(emb_net_attach(autoencoder, autoencoder));
    emb_net *const nets[] = {autoencoder, head, wrong, cnn, whole, read};
    for (size_t i = 0; i < TEST_COUNT(nets); i++) emb_net_free(nets[i]);
    emb__free(pixels);
    emb_images_free(images);
}

/* A code that is an image, as a codebook's is, is laid in a row before the classifier. */
static void codes_that_are_images_are_flattened(void **state) {
    (void)state;
    enum { LATENT = 3 * 5 * 5, COUNT = 19 };
    static const char *const heads[] = {
        "classifier = Sequential(Linear(75, 4))",
        "classifier = Sequential(Linear(75, 6), Residual(Linear(6, 6), Tanh()), Linear(6, 4))",
    };
    static const char text[] = "input = 1, 9, 9\n"
                               "encoder = Sequential(Conv2d(1, 3, 3, stride=2, padding=1))\n";
    emb_images *images = test_images(COUNT, 1, 9, 9, 2);
    emb_net *encoder = emb_net_parse(text, "small", NULL);
    if (!encoder) fail_msg("%s", emb_error());
    assert_int_equal(emb_net_init(encoder, 1), EMB_OK);
    float codes[COUNT * LATENT], logits[COUNT * 4], through[COUNT * 4], pixels[COUNT * 81];
    for (size_t i = 0; i < COUNT; i++) emb_images_float(images, i, pixels + i * 81);
    assert_int_equal(emb_net_encode(encoder, pixels, COUNT, codes, 1), EMB_OK);
    for (size_t i = 0; i < TEST_COUNT(heads); i++) {
        char notation[256];
        snprintf(notation, sizeof notation, "input = 75\n%s\n", heads[i]);
        emb_net *head = emb_net_parse(notation, "head", NULL);
        if (!head) fail_msg("%s", emb_error());
        assert_int_equal(emb_net_init(head, 2), EMB_OK);
        emb_net *whole = emb_net_attach(encoder, head);
        if (!whole) fail_msg("%s", emb_error());
        assert_int_equal(emb_net_classify(head, codes, COUNT, logits, 1), EMB_OK);
        assert_int_equal(emb_net_classify(whole, pixels, COUNT, through, 2), EMB_OK);
        assert_memory_equal(through, logits, sizeof logits);
        emb_net *read = emb_net_parse(emb_net_notation(whole), "again", NULL);
        if (!read) fail_msg("%s", emb_error());
        assert_string_equal(emb_net_notation(read), emb_net_notation(whole));
        assert_int_equal(emb_net_tensor_count(read), emb_net_tensor_count(whole));
        for (size_t k = 0; k < emb_net_tensor_count(read); k++) {
            emb_tensor_info a, b;
            emb_net_tensor(read, k, &a);
            emb_net_tensor(whole, k, &b);
            assert_string_equal(a.name, b.name);
        }
        emb_net_free(read);
        emb_net_free(whole);
        emb_net_free(head);
    }
    emb_net_free(encoder);
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attached_parts_keep_their_weights),
        cmocka_unit_test(codes_that_are_images_are_flattened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
