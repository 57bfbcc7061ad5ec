/* A model in memory: the bytes of the file, opened and loaded like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "embudo/model.h"
#include "support/folder.h"

static const emb_pair extra[] = {{"train.seed", "42"}, {"note", "a \"b\"\n\xc3\xb1"}};

static emb_net *drawn(uint64_t seed) {
    emb_net *net = emb_net_open("notebook", NULL);
    if (!net || emb_net_init(net, seed) != EMB_OK) fail_msg("%s", emb_error());
    return net;
}

static void expect_same_weights(const emb_net *a, const emb_net *b) {
    assert_int_equal(emb_net_tensor_count(a), emb_net_tensor_count(b));
    for (size_t i = 0; i < emb_net_tensor_count(a); i++) {
        emb_tensor_info s, t;
        emb_net_tensor(a, i, &s);
        emb_net_tensor(b, i, &t);
        assert_string_equal(s.name, t.name);
        assert_memory_equal(s.values, t.values, s.count * sizeof *s.values);
    }
}

static void test_are_the_files(void **state) {
    (void)state;
    emb_net *net = drawn(42), *other = drawn(7);
    uint8_t *made, *read;
    size_t made_count, read_count;
    assert_int_equal(emb_net_save_bytes(net, extra, 2, &made, &made_count), EMB_OK);
    assert_int_equal(emb_net_save(net, test_path("a.safetensors"), extra, 2), EMB_OK);
    assert_int_equal(emb__file_load(test_path("a.safetensors"), 1 << 20, &read, &read_count),
                     EMB_OK);
    assert_int_equal(made_count, read_count);
    assert_memory_equal(made, read, read_count);
    emb__free(read);

    emb_net *opened = emb_net_open_bytes(made, made_count, NULL);
    if (!opened) fail_msg("%s", emb_error());
    expect_same_weights(net, opened);
    assert_string_equal(emb_net_metadata(opened, "note"), extra[1].value);
    assert_int_equal(emb_net_load_bytes(other, made, made_count, NULL), EMB_OK);
    expect_same_weights(net, other);
    free(made);
    emb_net_free(opened);
    emb_net_free(other);
    emb_net_free(net);
}

static void test_refusals(void **state) {
    (void)state;
    emb_net *net = drawn(42);
    uint8_t *bytes;
    size_t count;
    assert_int_equal(emb_net_save_bytes(net, NULL, 0, &bytes, &count), EMB_OK);
    for (size_t cut = 0; cut < 400; cut++) { /* in the header, and after it */
        const size_t left = cut < 200 ? cut : count - (cut - 199);
        assert_null(emb_net_open_bytes(bytes, left, "cut.bin"));
        assert_int_equal(strncmp(emb_error(), "cut.bin: ", 9), 0);
        assert_int_not_equal(emb_net_load_bytes(net, bytes, left, "cut.bin"), EMB_OK);
        assert_int_equal(strncmp(emb_error(), "cut.bin: ", 9), 0);
    }
    assert_null(emb_net_open_bytes(NULL, count, NULL));
    assert_string_equal(emb_error(),
                        "the model's bytes: expected a safetensors file's bytes, got none");
    const emb_pair reserved = {"embudo.notation", "x"};
    uint8_t *none = bytes;
    size_t nothing = 1;
    assert_int_equal(emb_net_save_bytes(net, &reserved, 1, &none, &nothing), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "the model's bytes: cannot write: metadata has two values for "
                                     "embudo.notation");
    assert_null(none);
    assert_int_equal(nothing, 0);
    assert_int_equal(emb_net_save_bytes(NULL, NULL, 0, &none, &nothing), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_save_bytes(net, NULL, 1, &none, &nothing), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_load_bytes(NULL, bytes, count, NULL), EMB_ERR_ARGUMENT);
    free(bytes);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_are_the_files),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
