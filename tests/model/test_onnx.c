/* ONNX written and read again, and files that are damaged. Against ONNX's own checker, onnxruntime
 * and the node tests: tests/interop/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "support/support.h"

static char path[] = "/tmp/embudo-test-onnx-XXXXXX.onnx";

static int make_file(void **state) {
    (void)state;
    int fd = mkstemps(path, 5);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static const char *const nets[] = {
    ("input = 1, 12, 11\n"
     "encoder = Sequential(Conv2d(1, 4, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)), "
     "Tanh(), Conv2d(4, 6, 3, groups=2, bias=False), ReLU(), Flatten(), Linear(168, 3, "
     "bias=False))\n"
     "decoder = Sequential(Linear(3, 24), Sigmoid(), Unflatten(1, (2, 4, 3)), ConvTranspose2d(2, "
     "1, "
     "(3, 4), stride=(3, 3), output_padding=(0, 1)), Identity())\n"),
    "input = 6\nclassifier = Sequential(Linear(6, 9), Tanh(), Linear(9, 4))\n",
    ("input = 2, 3, 3\nencoder = Sequential(Identity(), Flatten(), Linear(18, 2))\n"
     "classifier = Sequential(Linear(2, 5), ReLU(), Linear(5, 3))\n"),
    "input = 2, 4, 4\nencoder = Sequential(Conv2d(2, 3, 2), Sigmoid())\n",
    "input = 3\ndecoder = Sequential(Linear(3, 8), Tanh(), Unflatten(1, (2, 2, 2)))\n",
    ("input = 6\nencoder = Sequential(LeakyReLU(), Linear(6, 5), LeakyReLU(0.2))\n"
     "decoder = Sequential(Linear(5, 6), LeakyReLU(-0.125))\n"),
    ("input = 6\nencoder = Sequential(ELU(), Linear(6, 5), ELU(0.2))\n"
     "decoder = Sequential(Linear(5, 6), ELU(-3))\n"),
    ("input = 2, 6, 6\nencoder = Sequential(Residual(Sequential(Conv2d(2, 2, 3, padding=1), "
     "Tanh())), "
     "Parallel(Conv2d(2, 3, 1), Identity(), Sequential(Conv2d(2, 1, 1), ReLU())), "
     "Residual(Sequential(Conv2d(6, 4, 1), Residual(Conv2d(4, 4, 1))), shortcut=Conv2d(6, 4, 1)), "
     "Flatten(), Linear(144, 3))\n"
     "decoder = Sequential(Residual(Linear(3, 3)), Linear(3, 72), Unflatten(1, (2, 6, 6)), "
     "Residual(Tanh()))\n"),
    ("input = 6\nencoder = Sequential(Hardtanh(0, 5), Linear(6, 5), Hardtanh())\n"
     "decoder = Sequential(Linear(5, 6), Hardtanh(-0.25, 0.1))\n"),
    ("input = 6\nencoder = Sequential(Hardtanh(0.1, float('inf')), Linear(6, 5), ReLU6())\n"
     "decoder = Sequential(Linear(5, 6), Hardtanh(float('-inf'), 0.1))\n"),
    ("input = 6\nencoder = Sequential(SiLU(), Linear(6, 5), Hardswish())\n"
     "decoder = Sequential(GELU('tanh'), Linear(5, 6), Mish())\n"),
    ("input = 6\nencoder = Sequential(Softplus(), Linear(6, 5), Softplus(2.5))\n"
     "decoder = Sequential(Softplus(0.5, 1), Linear(5, 6))\n"),
    ("input = 2, 3, 2\nencoder = Sequential(PReLU(2), Softmax(2), PReLU(), Flatten(),\n"
     "    Linear(12, 5), PReLU(5), LogSoftmax(1), Linear(5, 3))\n"
     "decoder = Sequential(Linear(3, 12), Unflatten(1, (2, 3, 2)), LogSoftmax(3))\n"),
};

static emb_net *open_net(const char *text) {
    emb_net *net = emb_net_parse(text, "net", NULL);
    if (!net) fail_msg("%s", emb_error());
    assert_int_equal(emb_net_init(net, 3), EMB_OK);
    return net;
}

/* False, and nothing tested, in a build without protobuf-c. */
static bool export(const emb_net *net, const emb_onnx_options *options) {
    const emb_status status = emb_net_export_onnx(net, path, options);
    if (status == EMB_ERR_MISSING) return false;
    if (status != EMB_OK) fail_msg("%s", emb_error());
    return true;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    for (size_t n = 0; n < 2 * TEST_COUNT(nets); n++) {
        emb_net *net = open_net(nets[n / 2]);
        const emb_onnx_options options = {.uint8_input = n % 2};
        const bool code = n / 2 == 4;
        if (code && n % 2) {
            assert_int_equal(emb_net_export_onnx(net, path, &options), EMB_ERR_ARGUMENT);
            emb_net_free(net);
            continue;
        }
        if (!export(net, &options)) skip();
        emb_net *back = emb_net_open(path, NULL);
        if (!back) fail_msg("%s", emb_error());
        assert_string_equal(emb_net_notation(back), emb_net_notation(net));
        assert_int_equal(emb_net_tensor_count(back), emb_net_tensor_count(net));
        for (size_t i = 0; i < emb_net_tensor_count(net); i++) {
            emb_tensor_info a, b;
            emb_net_tensor(net, i, &a);
            emb_net_tensor(back, i, &b);
            assert_string_equal(a.name, b.name);
            assert_memory_equal(a.values, b.values, a.count * sizeof *a.values);
        }
        emb_net_free(back);
        emb_net_free(net);
    }
}

/* A classifier is the whole, from images on, by whatever name; its head reads codes. */
static void a_classifier_and_its_head(void **state) {
    (void)state;
    emb_net *net = open_net(nets[2]);
    const emb_onnx_options whole = {0}, named = {.part = "classifier"}, head = {.part = "head"};
    const emb_onnx_options bytes = {.part = "head", .uint8_input = true};
    const emb_onnx_options *const same[] = {&whole, &named};
    float x[18], code[2], logits[3], made[3];
    uint8_t *made_bytes[2];
    size_t count[2];
    test_noise(x, 18, 1);
    if (!export(net, &whole)) skip();
    for (int i = 0; i < 2; i++) {
        assert_int_equal(emb_net_export_onnx_bytes(net, path, same[i], &made_bytes[i], &count[i]),
                         EMB_OK);
    }
    assert_int_equal(count[0], count[1]);
    assert_memory_equal(made_bytes[0], made_bytes[1], count[0]);
    emb__free(made_bytes[0]);
    emb__free(made_bytes[1]);
    assert_true(export(net, &head));
    emb_net *part = emb_net_open(path, NULL);
    assert_non_null(part);
    assert_true(emb_net_has_part(part, "classifier") && !emb_net_has_part(part, "head"));
    assert_int_equal(emb_net_encode(net, x, 1, code, 1), EMB_OK);
    assert_int_equal(emb_net_classify(net, x, 1, logits, 1), EMB_OK);
    assert_int_equal(emb_net_classify(part, code, 1, made, 1), EMB_OK);
    assert_memory_equal(made, logits, sizeof made);
    assert_int_equal(emb_net_export_onnx(part, path, &head), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_export_onnx(net, path, &bytes), EMB_ERR_ARGUMENT);
    emb_net_free(part);
    emb_net_free(net);
}

static void parts_alone(void **state) {
    (void)state;
    emb_net *net = open_net(nets[0]);
    const emb_onnx_options encoder = {.part = "encoder"}, decoder = {.part = "decoder"};
    const emb_onnx_options absent = {.part = "classifier"};
    float x[132], code[3], whole[132], made[132], other[3];
    test_noise(x, 132, 1);
    assert_int_equal(emb_net_encode(net, x, 1, code, 1), EMB_OK);
    assert_int_equal(emb_net_decode(net, code, 1, whole, 1), EMB_OK);
    if (!export(net, &encoder)) skip();
    emb_net *part = emb_net_open(path, NULL);
    assert_non_null(part);
    assert_int_equal(emb_net_encode(part, x, 1, other, 1), EMB_OK);
    assert_memory_equal(other, code, sizeof code);
    assert_int_equal(emb_net_reconstruct(part, x, 1, made, 1), EMB_ERR_SHAPE);
    assert_null(emb_run_new(part, NULL, NULL));
    emb_net_free(part);
    assert_true(export(net, &decoder));
    part = emb_net_open(path, NULL);
    assert_int_equal(emb_net_latent(part), 3);
    assert_int_equal(emb_net_decode(part, code, 1, made, 1), EMB_OK);
    assert_memory_equal(made, whole, sizeof whole);
    emb_net_free(part);
    assert_int_equal(emb_net_export_onnx(net, path, &absent), EMB_ERR_SHAPE);
    emb_net_free(net);
}

/* onnxruntime wants output_padding below the stride: where the dilation alone is above it, the
 * kernel is written larger. The same network then, under another notation. */
static void wide_output_padding(void **state) {
    (void)state;
    static const char *const texts[] = {
        "input = 2, 3, 4\nencoder = Sequential(ConvTranspose2d(2, 3, (2, 3), dilation=(3, 1), "
        "output_padding=(2, 0)))\n",
        "input = 2, 3, 4\nencoder = Sequential(ConvTranspose2d(2, 4, (3, 2), stride=(1, 2), "
        "padding=(1, 0), dilation=(2, 4), output_padding=(1, 3), groups=2, bias=False))\n",
    };
    for (size_t n = 0; n < TEST_COUNT(texts); n++) {
        emb_net *net = open_net(texts[n]);
        if (!export(net, NULL)) skip();
        emb_net *back = emb_net_open(path, NULL);
        if (!back) fail_msg("%s", emb_error());
        assert_string_not_equal(emb_net_notation(back), emb_net_notation(net));
        float x[24], y[512], made[512];
        const size_t count = (size_t)emb_net_latent(net);
        assert_in_range(count, 1, 512);
        assert_int_equal(emb_net_latent(back), count);
        test_noise(x, 24, n);
        assert_int_equal(emb_net_encode(net, x, 1, y, 1), EMB_OK);
        assert_int_equal(emb_net_encode(back, x, 1, made, 1), EMB_OK);
        for (size_t i = 0; i < count; i++) assert_float_equal(made[i], y[i], 1e-6f);
        emb_net_free(back);
        emb_net_free(net);
    }
}

static void put(const uint8_t *bytes, size_t count) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

/* Either a network, or none and one line that names the file. */
static bool opens(void) {
    emb_net *net = emb_net_open(path, NULL);
    if (!net) {
        assert_memory_equal(emb_error(), path, strlen(path));
        assert_null(strchr(emb_error(), '\n'));
    }
    emb_net_free(net);
    return net;
}

/* Cut at every length; every byte changed in three ways. Under the sanitizers this shows that
 * nothing is read that is not there. */
static void damaged_files(void **state) {
    (void)state;
    emb_net *net = open_net(nets[2]);
    uint8_t *bytes;
    size_t count, whole = 0;
    if (!export(net, NULL)) skip();
    assert_int_equal(emb__file_load(path, 1 << 20, &bytes, &count), EMB_OK);
    for (size_t cut = 0; cut < count; cut++) {
        put(bytes, cut);
        assert_false(cut + 400 < count && opens()); /* the end is metadata, which may be missing */
    }
    for (size_t i = 0; i < count; i++) {
        static const uint8_t changes[] = {0x01, 0x80, 0xff};
        for (size_t c = 0; c < TEST_COUNT(changes); c++) {
            bytes[i] ^= changes[c];
            put(bytes, count);
            whole += opens();
            bytes[i] ^= changes[c];
        }
    }
    assert_true(whole > 0); /* names and weights may change */
    emb__free(bytes);
    emb_net_free(net);
}

/* A model of messages alone takes memory by its size in the file, not by what it becomes. */
static void many_small_messages(void **state) {
    (void)state;
    emb_net *net = open_net(nets[1]);
    if (!export(net, NULL)) skip();
    emb_net_free(net);
    enum { NODES = 200000 };
    uint8_t *bytes = emb__calloc(2 * NODES + 16, 1);
    size_t at = 0;
    bytes[at++] = 0x08; /* ir_version 8 */
    bytes[at++] = 8;
    bytes[at++] = 0x3a; /* graph */
    for (size_t left = 2 * NODES; left > 0; left >>= 7) {
        bytes[at++] = (uint8_t)((left & 0x7f) | (left >> 7 ? 0x80 : 0));
    }
    for (int i = 0; i < NODES; i++, at += 2) bytes[at] = 0x0a; /* an empty node */
    put(bytes, at);
    assert_false(opens());
    emb__free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(parts_alone),
        cmocka_unit_test(a_classifier_and_its_head),
        cmocka_unit_test(wide_output_padding),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(many_small_messages),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
