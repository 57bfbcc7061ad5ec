/* model/judge.c: the verdict in a model's file and in its exports. What exports compute is held by
 * tests/interop/scores.py and tests/cli/use/threshold.sh. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/file.h"
#include "codec/safetensors.h"
#include "model/judge.h"
#include "net/net.h"
#include "support/folder.h"
#include "support/support.h"

enum { SIDE = 6, D = SIDE * SIDE, N = 60, TRAINED = 40 };
#define KEY "embudo.threshold"

static emb_images *images;
static emb_net *net;
static emb_unusual *usual;

static const char text[] = "input = 1, 6, 6\n"
                           "encoder = Sequential(Flatten(), Linear(36, 3))\n"
                           "decoder = Sequential(Linear(3, 36), Unflatten(1, (1, 6, 6)))\n";

/* Images near a line in a space of three directions, each of twelve pixels, and a network that
 * gives each direction's mean back. */
static int set_up(void **state) {
    static const int shape[3] = {1, SIDE, SIDE};
    static float pixels[N * D];
    uint32_t order[N];
    if (test_folder_make(state) != 0) return -1;
    test_noise(pixels, N * D, 1);
    for (uint32_t i = 0; i < N; i++) {
        order[i] = i;
        for (uint32_t p = 0; p < D; p++) {
            pixels[i * D + p] = 0.1f * pixels[i * D + p] + (float)((i * (p % 3 + 2)) % 7);
        }
    }
    images = emb_images_new_float(pixels, NULL, N, shape);
    net = emb_net_parse(text, "small", NULL);
    if (!images || !net) return -1;
    const emb__tensor *in = emb__net_tensor_find(net, "encoder.1.weight");
    const emb__tensor *out = emb__net_tensor_find(net, "decoder.0.weight");
    for (size_t p = 0; p < D; p++) {
        net->params[in->param->at + p % 3 * D + p] = 1.0f / 12;
        net->params[out->param->at + p * 3 + p % 3] = 1;
    }
    net->version++;
    usual = emb_unusual_new(net, images, order, TRAINED, order + TRAINED, N - TRAINED, 1);
    return usual && emb_unusual_uses_net(usual) ? 0 : -1;
}

static int tear_down(void **state) {
    emb_unusual_free(usual);
    emb_images_free(images);
    emb_net_free(net);
    return test_folder_remove(state);
}

static emb_verdict made(emb_unusual_by by, double share) {
    emb_verdict verdict;
    assert_int_equal(emb_unusual_verdict(usual, by, share, &verdict), EMB_OK);
    return verdict;
}

/* The bytes of a model's tensors. */
static uint8_t *tensors_of(const char *path, size_t *count) {
    emb__safetensors file;
    uint8_t *bytes;
    assert_int_equal(emb__safetensors_read(path, &file), EMB_OK);
    const size_t data = file.data;
    emb__safetensors_clear(&file);
    assert_int_equal(emb__file_load(path, 1 << 20, &bytes, count), EMB_OK);
    *count -= data;
    memmove(bytes, bytes + data, *count);
    return bytes;
}

static void the_file_keeps_it(void **state) {
    (void)state;
    const char *path = test_path("model.safetensors");
    const emb_pair extra[] = {{"before", "1"}, {"after", "\"2\"\n"}};
    assert_int_equal(emb_net_save(net, path, extra, 2), EMB_OK);
    size_t before, after;
    uint8_t *was = tensors_of(path, &before);
    for (int by = 0; by < EMB_UNUSUAL_KINDS; by++) {
        const double share = 0.05 / (1 + by);
        const emb_verdict verdict = made((emb_unusual_by)by, share);
        emb_verdict read;
        assert_int_equal(emb_verdict_store(&verdict, net, path), EMB_OK);
        emb_net *opened = emb_net_open(path, NULL);
        assert_non_null(opened);
        assert_true(emb_verdict_stored(opened, &read));
        assert_true(read.by == verdict.by && read.threshold == verdict.threshold &&
                    read.false_alarms == share && !read.unusual);
        assert_true(emb_verdict_stored(net, &read) && read.threshold == verdict.threshold);
        /* The other pairs and the tensors are as they were. */
        assert_string_equal(emb_net_metadata(opened, "before"), "1");
        assert_string_equal(emb_net_metadata(opened, "after"), "\"2\"\n");
        uint8_t *now = tensors_of(path, &after);
        assert_int_equal(before, after);
        assert_memory_equal(was, now, before);
        emb__free(now);
        emb_net_free(opened);
    }
    emb__free(was);
}

/* Text that is not what would be written, or is of other weights. */
static void foreign_text_counts_for_nothing(void **state) {
    (void)state;
    const char *path = test_path("foreign.safetensors");
    const emb_verdict verdict = made(EMB_UNUSUAL_SCORE, 0.01);
    emb_verdict read;
    assert_int_equal(emb_net_save(net, path, NULL, 0), EMB_OK);
    assert_int_equal(emb_verdict_store(&verdict, net, path), EMB_OK);
    char right[256], *weights;
    snprintf(right, sizeof right, "%s", emb_net_metadata(net, KEY));
    assert_non_null(weights = strstr(right, "weights="));
    static const char *const wrong[] = {
        "",
        "by=score",
        "by=score false_alarms=0.01 threshold=nan %s",
        "by=score false_alarms=0.01 threshold=1e999 %s",
        "by=score false_alarms=1 threshold=2 %s",
        "by=score false_alarms=0 threshold=2 %s",
        "by=luck false_alarms=0.01 threshold=2 %s",
        "by=score false_alarms=0.010 threshold=2 %s",
        "by=score false_alarms=0.01 threshold=2 %s more=1",
        "by=score false_alarms=0.01 threshold=2 weights=0000000000000000",
    };
    for (size_t i = 0; i <= TEST_COUNT(wrong); i++) {
        char value[512];
        const bool good =
            i == TEST_COUNT(wrong); /* the last is right, to see that others can fail */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(value, sizeof value, good ? "by=score false_alarms=0.01 threshold=2 %s" : wrong[i],
                 weights);
#pragma GCC diagnostic pop
        const emb_pair pair = {KEY, value};
        assert_int_equal(emb_net_save(net, path, &pair, 1), EMB_OK);
        emb_net *opened = emb_net_open(path, NULL);
        assert_non_null(opened);
        if (emb_verdict_stored(opened, &read) != good) fail_msg("'%s'", value);
        emb_net_free(opened);
    }
}

static void refused(emb_status status, const char *path, const char *says) {
    assert_int_equal(status, EMB_ERR_ARGUMENT);
    if (strncmp(emb_error(), path, strlen(path)) != 0 || !strstr(emb_error(), says)) {
        fail_msg("'%s', expected '%s...%s'", emb_error(), path, says);
    }
}

static void other_weights_are_refused(void **state) {
    (void)state;
    const char *path = test_path("other.safetensors");
    const emb_verdict verdict = made(EMB_UNUSUAL_SCORE, 0.01);
    const emb_onnx_options graph = {.verdict = &verdict};
    const emb_c_options source = {.name = "other", .verdict = &verdict};
    const float kept = net->params[0];
    net->params[0] = kept + 1;
    net->version++;
    assert_int_equal(emb_net_save(net, path, NULL, 0), EMB_OK);
    refused(emb_verdict_store(&verdict, net, path), path, "other weights than the network");
    refused(emb_net_export_c(net, test_folder, &source, NULL), "other", "other weights");
#ifdef EMB_HAVE_PROTOBUF
    refused(emb_net_export_onnx(net, path, &graph), path, "other weights");
#endif
    net->params[0] = kept;
    net->version++;
    /* The file has changed since the network was opened. */
    refused(emb_verdict_store(&verdict, net, path), path, "has other weights now");
    (void)graph;
}

static void parts_and_whole_numbers_are_refused(void **state) {
    (void)state;
    const char *path = test_path("part.onnx");
    const emb_verdict verdict = made(EMB_UNUSUAL_REGION, 0.01);
    const emb_onnx_options graph = {.part = "encoder", .verdict = &verdict};
    const emb_c_options source = {.name = "part", .part = "encoder", .verdict = &verdict};
    emb_int8 *int8 = emb_int8_new(net, images, NULL, N);
    const emb_c_options whole = {.name = "whole", .int8 = int8, .verdict = &verdict};
    assert_non_null(int8);
    refused(emb_net_export_c(net, test_folder, &source, NULL), "part", "the whole network");
    refused(emb_net_export_c(net, test_folder, &whole, NULL), "whole", "in float");
#ifdef EMB_HAVE_PROTOBUF
    refused(emb_net_export_onnx(net, path, &graph), path, "the whole network, not its encoder");
#endif
    (void)path, (void)graph;
    emb_int8_free(int8);
}

static void there_are_limits(void **state) {
    (void)state;
    emb_verdict verdict;
    /* Of what is too large for C, nothing is read but its size. */
    emb_unusual large = *usual;
    large.code_count = 1 << 21;
    const emb_verdict far = {&large, EMB_UNUSUAL_NEIGHBOURS, 0.01, 1};
    const emb_c_options source = {.name = "large", .verdict = &far};
    refused(emb_net_export_c(net, test_folder, &source, NULL), "large",
            "needs 6291456 numbers, expected at most 4194304 in C; ONNX");
    refused(emb_unusual_verdict(usual, EMB_UNUSUAL_SCORE, 0, &verdict), "", "above 0 and below 1");
    refused(emb_unusual_verdict(usual, EMB_UNUSUAL_KINDS, 0.5, &verdict), "", "a kind from 0");
    assert_int_equal(emb_verdict_numbers(&(emb_verdict){usual, EMB_UNUSUAL_REGION, 0.1, 1}), 0);
    assert_int_equal(emb_verdict_numbers(&(emb_verdict){usual, EMB_UNUSUAL_NEIGHBOURS, 0.1, 1}),
                     TRAINED * 3);
    assert_int_equal(emb_verdict_numbers(&(emb_verdict){usual, EMB_UNUSUAL_SCORE, 0.1, 1}),
                     D + 32 * (D + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_keeps_it),
        cmocka_unit_test(foreign_text_counts_for_nothing),
        cmocka_unit_test(other_weights_are_refused),
        cmocka_unit_test(parts_and_whole_numbers_are_refused),
        cmocka_unit_test(there_are_limits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
