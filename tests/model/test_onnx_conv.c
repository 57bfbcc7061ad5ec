/* ONNX's convolutions, read, against ONNX's definition: its paddings are not PyTorch's. What the
 * attributes mean where the whole padding is odd or below 0 is as in onnx.reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "makers/onnx_text.h"
#include "support/support.h"

static char path[] = "/tmp/embudo-test-onnx-conv-XXXXXX.onnx";

static int make_file(void **state) {
    (void)state;
    int fd = mkstemps(path, 5);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static const struct {
    const char *attributes;
    bool transposed, flat; /* flat: of one dimension, the height is 1 */
    int in[3], out, kernel[2], stride[2], dilation[2], groups;
    int begin[2], end[2], extra[2]; /* the padding that the attributes mean */
} convs[] = {
#define CONV                                                                                       \
    false, false, {2, 5, 6}, 4, { 3, 2 }
#define TURNED                                                                                     \
    true, false, {2, 4, 5}, 4, { 3, 2 }
    {"", CONV, {1, 1}, {1, 1}, 1, {0, 0}, {0, 0}, {0, 0}},
    {"strides=[2,3] dilations=[1,2] group=2 kernel_shape=[3,2]",
     CONV,
     {2, 3},
     {1, 2},
     2,
     {0, 0},
     {0, 0},
     {0, 0}},
    {"pads=[1,2,1,2] auto_pad='NOTSET'", CONV, {1, 1}, {1, 1}, 1, {1, 2}, {1, 2}, {0, 0}},
    {"pads=[0,1,2,3]", CONV, {1, 1}, {1, 1}, 1, {0, 1}, {2, 3}, {0, 0}},
    {"pads=[2,1,0,1]", CONV, {1, 1}, {1, 1}, 1, {2, 1}, {0, 1}, {0, 0}},
    {"pads=[1,3,1,0] dilations=[2,2] strides=[1,2]",
     CONV,
     {1, 2},
     {2, 2},
     1,
     {1, 3},
     {1, 0},
     {0, 0}},
    {"auto_pad='VALID' pads=[1,1,1,1]", CONV, {1, 1}, {1, 1}, 1, {0, 0}, {0, 0}, {0, 0}},
    {"auto_pad='SAME_UPPER'", CONV, {1, 1}, {1, 1}, 1, {1, 0}, {1, 1}, {0, 0}},
    {"auto_pad='SAME_LOWER'", CONV, {1, 1}, {1, 1}, 1, {1, 1}, {1, 0}, {0, 0}},
    {"auto_pad='SAME_UPPER' strides=[2,2]", CONV, {2, 2}, {1, 1}, 1, {1, 0}, {1, 0}, {0, 0}},
    {"auto_pad='SAME_UPPER' strides=[4,7]", CONV, {4, 7}, {1, 1}, 1, {1, 0}, {1, 0}, {0, 0}},
    {"auto_pad='SAME_LOWER' strides=[2,1] dilations=[1,3]",
     CONV,
     {2, 1},
     {1, 3},
     1,
     {1, 2},
     {1, 1},
     {0, 0}},
    {"pads=[1,2] strides=[2]",
     false,
     true,
     {2, 1, 7},
     3,
     {1, 3},
     {1, 2},
     {1, 1},
     1,
     {0, 1},
     {0, 2},
     {0, 0}},
    {"auto_pad='SAME_UPPER'",
     false,
     true,
     {2, 1, 7},
     3,
     {1, 2},
     {1, 1},
     {1, 1},
     1,
     {0, 0},
     {0, 1},
     {0, 0}},
    {"", TURNED, {1, 1}, {1, 1}, 1, {0, 0}, {0, 0}, {0, 0}},
    {"strides=[2,3] group=2 output_padding=[1,2]",
     TURNED,
     {2, 3},
     {1, 1},
     2,
     {0, 0},
     {0, 0},
     {1, 2}},
    {"pads=[1,1,1,1] dilations=[2,1]", TURNED, {1, 1}, {2, 1}, 1, {1, 1}, {1, 1}, {0, 0}},
    {"pads=[0,1,1,0] strides=[2,2]", TURNED, {2, 2}, {1, 1}, 1, {0, 1}, {1, 0}, {0, 0}},
    {"pads=[-1,0,0,-2]", TURNED, {1, 1}, {1, 1}, 1, {-1, 0}, {0, -2}, {0, 0}},
    {"output_padding=[1,3] strides=[1,2]", TURNED, {1, 2}, {1, 1}, 1, {0, 0}, {0, 0}, {1, 3}},
    {"output_padding=[1,0] strides=[2,2] pads=[1,0,0,0]",
     TURNED,
     {2, 2},
     {1, 1},
     1,
     {1, 0},
     {0, 0},
     {1, 0}},
    {"auto_pad='VALID' pads=[1,1,1,1]", TURNED, {1, 1}, {1, 1}, 1, {0, 0}, {0, 0}, {0, 0}},
    {"auto_pad='SAME_UPPER' strides=[2,2]", TURNED, {2, 2}, {1, 1}, 1, {0, 0}, {1, 0}, {0, 0}},
    {"auto_pad='SAME_LOWER' strides=[2,2]", TURNED, {2, 2}, {1, 1}, 1, {1, 0}, {0, 0}, {0, 0}},
    {"auto_pad='SAME_UPPER' strides=[2,3]", TURNED, {2, 3}, {1, 1}, 1, {0, -1}, {1, 0}, {0, 0}},
    {"output_shape=[8,9] strides=[2,2]", TURNED, {2, 2}, {1, 1}, 1, {1, 1}, {0, 0}, {0, 0}},
    {"output_shape=[8,9] strides=[2,2] auto_pad='SAME_UPPER'",
     TURNED,
     {2, 2},
     {1, 1},
     1,
     {0, 0},
     {1, 1},
     {0, 0}},
    {"output_shape=[10,13] strides=[2,2]", TURNED, {2, 2}, {1, 1}, 1, {0, -1}, {-1, -2}, {0, 0}},
    {"output_shape=[14] strides=[2]",
     true,
     true,
     {2, 1, 7},
     3,
     {1, 3},
     {1, 2},
     {1, 1},
     1,
     {0, 1},
     {0, 0},
     {0, 0}},
};

static void print_conv(size_t c, bool biased, char *text, size_t room) {
    const bool turned = convs[c].transposed;
    const int in = convs[c].in[0], groups = convs[c].groups;
    const int first = turned ? in : convs[c].out;
    const int second = (turned ? convs[c].out : in) / groups;
    char sides[32], kernel[32];
    snprintf(sides, sizeof sides, "%d,%d", convs[c].in[1], convs[c].in[2]);
    snprintf(kernel, sizeof kernel, "%d,%d", convs[c].kernel[0], convs[c].kernel[1]);
    if (convs[c].flat) snprintf(sides, sizeof sides, "%d", convs[c].in[2]);
    if (convs[c].flat) snprintf(kernel, sizeof kernel, "%d", convs[c].kernel[1]);
    snprintf(
        text, room,
        "in x float N,%d,%s\nout y\nw k float %d,%d,%s seq\nw b float %d seq\n%s x,k%s -> y %s", in,
        sides, first, second, kernel, convs[c].out, turned ? "ConvTranspose" : "Conv",
        biased ? ",b" : "", convs[c].attributes);
}

static int out_size(size_t c, int i) {
    const int reach = convs[c].dilation[i] * (convs[c].kernel[i] - 1) + 1;
    const int size = convs[c].in[1 + i], s = convs[c].stride[i];
    const int padding = convs[c].begin[i] + convs[c].end[i];
    return convs[c].transposed ? s * (size - 1) + convs[c].extra[i] + reach - padding
                               : (size + padding - reach) / s + 1;
}

/* Every pair of pixels that a weight joins: `near` on the side of the images that the kernel moves
 * over, `far` on the other, near = far * stride - begin + tap * dilation. */
static void define_conv(size_t c, bool biased, float *y) {
    const bool turned = convs[c].transposed;
    const int *k = convs[c].kernel, *size = convs[c].in + 1, groups = convs[c].groups;
    const int made[2] = {out_size(c, 0), out_size(c, 1)};
    const int ins = convs[c].in[0] / groups, outs = convs[c].out / groups;
    const int *far = turned ? size : made, *near = turned ? made : size;
    for (int o = 0; o < convs[c].out; o++) {
        for (int p = 0; p < made[0] * made[1]; p++) {
            y[o * made[0] * made[1] + p] = biased ? (float)(o + 1) : 0;
        }
    }
    for (int o = 0; o < convs[c].out; o++)
        for (int i = o / outs * ins; i < o / outs * ins + ins; i++)
            for (int p = 0; p < far[0] * far[1]; p++)
                for (int tap = 0; tap < k[0] * k[1]; tap++) {
                    const int at[2] = {p / far[1] * convs[c].stride[0] - convs[c].begin[0] +
                                           tap / k[1] * convs[c].dilation[0],
                                       p % far[1] * convs[c].stride[1] - convs[c].begin[1] +
                                           tap % k[1] * convs[c].dilation[1]};
                    if (at[0] < 0 || at[0] >= near[0] || at[1] < 0 || at[1] >= near[1]) continue;
                    const int q = at[0] * near[1] + at[1];
                    const int w = turned ? i * outs + o % outs : o * ins + i % ins;
                    const int from = i * size[0] * size[1] + (turned ? p : q);
                    y[o * made[0] * made[1] + (turned ? q : p)] +=
                        (float)(from + 1) * (float)(w * k[0] * k[1] + tap + 1);
                }
}

static void test_convs(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(convs); c++) {
        for (int biased = 0; biased < 2; biased++) {
            char text[512];
            float y[TEST_ONNX_MOST], defined[TEST_ONNX_MOST];
            print_conv(c, biased, text, sizeof text);
            const size_t count = test_onnx_encode(path, text, NULL, y);
            const int wanted = convs[c].out * out_size(c, 0) * out_size(c, 1);
            if (count != (size_t)wanted)
                fail_msg("%zu numbers, expected %d: %s", count, wanted, text);
            define_conv(c, biased, defined);
            for (size_t i = 0; i < count; i++) { /* whole numbers below 2^24: exact */
                if (y[i] == defined[i]) continue;
                fail_msg("number %zu is %g, expected %g: %s", i, (double)y[i], (double)defined[i],
                         text);
            }
        }
    }
}

/* A bias behind a convolution has the channels before its sides. */
static void test_adds(void **state) {
    (void)state;
    static const struct {
        const char *text, *notation;
        float y[8];
    } table[] = {
        {"in x float N,1,2,2\nout y\nw k float 2,1,1,1 1,2\nw b float 2,1,1 10,20\nConv x,k -> a\n"
         "Add a,b -> y",
         "    Conv2d(1, 2, 1),\n)\n",
         {11, 12, 13, 14, 22, 24, 26, 28}},
        {"in x float N,1,4\nout y\nw k float 1,2,1 1,2\nw b float 1,2,1 10,20\n"
         "ConvTranspose x,k -> a\nAdd b,a -> y",
         "    ConvTranspose2d(1, 2, 1),\n)\n",
         {11, 12, 13, 14, 22, 24, 26, 28}},
        {"in x float N,1,2,2\nout y\nw k float 2,1,1,1 1,2\nw b float - 5\nConv x,k -> a\nAdd a,b "
         "-> y",
         "    Conv2d(1, 2, 1),\n)\n",
         {6, 7, 8, 9, 7, 9, 11, 13}},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        float y[TEST_ONNX_MOST];
        assert_int_equal(test_onnx_encode(path, table[i].text, table[i].notation, y), 8);
        assert_memory_equal(y, table[i].y, sizeof table[i].y);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_convs),
        cmocka_unit_test(test_adds),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
