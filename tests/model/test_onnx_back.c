/* What is exported to ONNX is imported again, every kind of layer with its options: the same
 * network, or another one that computes the same. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "net/layers/kinds.h"
#include "net/net.h"
#include "support/folder.h"
#include "support/support.h"

static char path[64];

static int set_up(void **state) {
    const int made = test_folder_make(state);
    snprintf(path, sizeof path, "%s/model.onnx", test_folder);
    return made;
}

/* How near the outputs are. */
typedef enum nearness {
    SAME,  /* the same notation, and the same bits */
    BITS,  /* another notation, the same bits */
    NEARLY /* within 1e-5: sums in another order, or weights into which a factor went */
} nearness;

/* Layers between images of 3 x 9 x 7 and their codes. */
static const struct {
    const char *layers;
    nearness near;
} images[] = {
    {"Conv2d(3, 4, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))", SAME},
    {"Conv2d(3, 6, 3, groups=3, bias=False)", SAME},
    {"Conv2d(3, 2, (4, 3), padding='same')", BITS},
    {"Conv2d(3, 2, 3, padding=1, padding_mode='circular')", SAME},
    {"Conv2d(3, 2, 3, stride=2, padding=(1, 2), padding_mode='circular')", SAME},
    {"Conv2d(3, 2, (1, 3), padding=(0, 1), padding_mode='circular')", SAME},
    {"Conv2d(3, 2, (4, 3), padding='same', padding_mode='circular')", BITS},
    {"Conv2d(3, 2, 3, padding=1, padding_mode='reflect')", BITS},
    {"Conv2d(3, 2, (4, 3), padding='same', padding_mode='replicate')", BITS},
    {"ConvTranspose2d(3, 2, (3, 4), stride=(3, 2), output_padding=(0, 1))", SAME},
    {"ConvTranspose2d(3, 2, 3, padding=1, dilation=2)", SAME},
    {"ConvTranspose2d(3, 6, 2, stride=2, groups=3)", SAME},
    {"MaxPool2d(2)", SAME},
    {"MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))", SAME},
    {"MaxPool2d(2, ceil_mode=True)", SAME},
    {"MaxPool2d(3, stride=2, padding=1, ceil_mode=True)", BITS},
    {"AvgPool2d(2)", SAME},
    {"AvgPool2d(3, stride=2, padding=1)", SAME},
    {"AvgPool2d(3, stride=2, padding=1, count_include_pad=False)", SAME},
    {"AvgPool2d(2, ceil_mode=True)", SAME},
    {"AvgPool2d((2, 3), stride=(3, 2), padding=1, ceil_mode=True)", NEARLY},
    {"AvgPool2d(4, stride=3, padding=(1, 2), ceil_mode=True)", SAME},
    {"AvgPool2d(3, stride=4, padding=1, ceil_mode=True, count_include_pad=False)", NEARLY},
    {"AvgPool2d((3, 2), divisor_override=5)", NEARLY},
    {"AdaptiveMaxPool2d(1)", SAME},
    {"AdaptiveMaxPool2d((3, 7))", BITS},
    {"AdaptiveMaxPool2d((4, 5))", SAME},
    {"AdaptiveMaxPool2d((5, 2))", SAME},
    {"AdaptiveMaxPool2d((None, 3))", BITS},
    {"AdaptiveMaxPool2d((12, 3))", SAME},
    {"AdaptiveAvgPool2d(1)", SAME},
    {"AdaptiveAvgPool2d((3, 7))", NEARLY},
    {"AdaptiveAvgPool2d((4, 5))", SAME},
    {"AdaptiveAvgPool2d((5, None))", BITS},
    {"AdaptiveAvgPool2d((12, 3))", SAME},
    {"Upsample(scale_factor=2.0)", SAME},
    {"Upsample(scale_factor=(1.0, 3.0))", SAME},
    {"Upsample(scale_factor=1.7)", SAME},
    {"Upsample(scale_factor=(0.6, 2.3))", SAME},
    {"Upsample(scale_factor=(1.45, 1.0))", BITS},
    {"Upsample(scale_factor=1.7, recompute_scale_factor=True)", BITS},
    {"Upsample(size=(13, 5))", BITS},
    {"Upsample(size=(18, 7))", BITS},
    {"Upsample(scale_factor=1.7, mode='nearest-exact')", SAME},
    {"Upsample(size=(4, 10), mode='nearest-exact')", BITS},
    {"Upsample(scale_factor=2.0, mode='bilinear')", SAME},
    {"Upsample(scale_factor=1.7, mode='bilinear')", SAME},
    {"Upsample(size=(13, 5), mode='bilinear')", NEARLY},
    {"Upsample(scale_factor=(2.0, 3.0), mode='bilinear', align_corners=True)", SAME},
    {"Upsample(scale_factor=(1.7, 0.8), mode='bilinear', align_corners=True)", NEARLY},
    {"Upsample(size=(13, 5), mode='bilinear', align_corners=True)", SAME},
    {"Upsample(scale_factor=1.7, mode='bicubic')", SAME},
    {"Upsample(size=(4, 10), mode='bicubic', align_corners=True)", NEARLY},
    {"Conv2d(3, 8, 1), PixelShuffle(2)", SAME},
    {"ZeroPad2d((1, 0, 0, 1)), PixelUnshuffle(2)", SAME},
    {"ZeroPad2d(1), Tanh()", SAME},
    {"ZeroPad2d((1, -2, -3, 1))", SAME},
    {"ZeroPad2d((-1, -2, -3, 0))", SAME},
    {"ReflectionPad2d((3, 1, 2, 0))", SAME},
    {"ReflectionPad2d((3, -1, -2, 0))", SAME},
    {"ReplicationPad2d((1, 2, 3, 4))", SAME},
    {"ReplicationPad2d((2, -3, 1, 1))", SAME},
    {"BatchNorm2d(3)", BITS},
    {"Tanh(), BatchNorm2d(3, affine=False)", BITS},
    {"InstanceNorm2d(3, affine=True)", SAME},
    {"InstanceNorm2d(3, track_running_stats=True)", NEARLY},
    {"GroupNorm(3, 3)", SAME},
    {"GroupNorm(1, 3, affine=False)", SAME},
    {"LayerNorm((3, 9, 7))", SAME},
    {"LayerNorm((9, 7), elementwise_affine=False)", SAME},
    {"LayerNorm(7, bias=False)", SAME},
    {"PReLU(), PReLU(3)", SAME},
    {"Softmax(2), LogSoftmax(1), Tanh()", SAME},
    {"Dropout(0.5), Dropout2d(0.2), Identity(), ReLU()", BITS},
    {"Residual(Conv2d(3, 3, 3, padding=1), shortcut=Conv2d(3, 3, 1)), ReLU()", SAME},
    {"Residual(Sequential(Upsample(scale_factor=1.7), AdaptiveAvgPool2d((9, 7)))), ReLU()", SAME},
    {"Parallel(Conv2d(3, 2, 1), Sequential(AdaptiveMaxPool2d((4, 5)), Upsample(size=(9, 7)))), "
     "ReLU()",
     BITS},
    {"Flatten(), Unflatten(1, (7, 9, 3)), Tanh()", SAME},
    {"LeakyReLU(0.2), ELU(0.7), Hardtanh(-0.5, 0.75), Tanh(), Sigmoid()", SAME},
    {"GELU(), GELU(approximate='tanh'), SiLU(), Mish(), Softplus(2.0), ReLU6(), Hardswish()", SAME},
    {"Flatten(), BatchNorm1d(189), Linear(189, 5), Linear(5, 3, bias=False)", SAME},
    {"Conv2d(3, 6, 3, padding=1), Variational()", BITS},
    {"ConvTranspose2d(3, 6, 3), Tanh(), Variational(beta=4.0)", BITS},
    {"Flatten(), Linear(189, 6), Variational(free_bits=0.5)", BITS},
    {"Flatten(), Parallel(Linear(189, 3), Linear(189, 3)), Variational()", BITS},
    {"Conv2d(3, 2, 3), Sigmoid(), Sparse(l1=0.1, kl=3.0)", BITS},
    {"Conv2d(3, 2, 3), Sparse(l1=0.1)", BITS},
    {"Flatten(), Condition(4), Linear(193, 6), Tanh(), Condition(4), Linear(10, 3, bias=False)",
     NEARLY},
    {"Flatten(), Linear(189, 3), Wasserstein()", BITS},
};

/* The kinds of layers that the table has. */
static bool met[256];

static void note_kinds(const emb_net *net) {
    for (int i = 0; i < net->layer_count; i++) {
        for (int k = 0; emb__layer_kind_at(k); k++) {
            if (net->layers[i].kind == emb__layer_kind_at(k)) met[k] = true;
        }
    }
}

static void compare(const char *layers, nearness near) {
    enum { PIXELS = 3 * 9 * 7, IMAGES = 17, MOST = 1 << 13 };
    char text[512];
    static float x[IMAGES * PIXELS], wanted[IMAGES * MOST], made[IMAGES * MOST];
    snprintf(text, sizeof text, "input = 3, 9, 7\nencoder = Sequential(%s)\n", layers);
    emb_net *net = emb_net_parse(text, "net", NULL);
    if (!net) fail_msg("%s: %s", layers, emb_error());
    assert_int_equal(emb_net_init(net, 7), EMB_OK);
    for (size_t i = 0; i < net->param_count; i++) net->params[i] += 0.01f * (float)(1 + i % 7);
    note_kinds(net);
    if (net->conditions > 0) assert_int_equal(emb_net_set_labels(net, &(int){2}, 1), EMB_OK);
    emb_status status = emb_net_export_onnx(net, path, NULL);
    if (status == EMB_ERR_MISSING) skip();
    if (status != EMB_OK) fail_msg("%s: %s", layers, emb_error());
    const emb_import_options options = {.part = "encoder"};
    emb_net *back = emb_net_import(path, &options);
    if (!back) fail_msg("%s: %s", layers, emb_error());
    const char *notation = emb_net_notation(back);
    if (near == SAME && strcmp(notation, emb_net_notation(net)) != 0) {
        fail_msg("%s: came back as %s", layers, notation);
    }
    if (near != SAME && strcmp(notation, emb_net_notation(net)) == 0) {
        fail_msg("%s: came back the same, unlike what the table says", layers);
    }
    const size_t count = emb__shape_count(&net->layers[net->layer_count - 1].out);
    assert_true(count <= MOST);
    assert_int_equal(count, emb__shape_count(&back->layers[back->layer_count - 1].out));
    test_noise(x, IMAGES * PIXELS, 5);
    assert_int_equal(emb_net_encode(net, x, IMAGES, wanted, 1), EMB_OK);
    assert_int_equal(emb_net_encode(back, x, IMAGES, made, 1), EMB_OK);
    float worst = 0;
    for (size_t i = 0; i < IMAGES * count; i++) {
        worst = fmaxf(worst, fabsf(made[i] - wanted[i]) / (1 + fabsf(wanted[i])));
    }
    if (!(worst <= (near == NEARLY ? 1e-5f : 0))) {
        fail_msg("%s: differs by %g as %s", layers, (double)worst, notation);
    }
    emb_net_free(back);
    emb_net_free(net);
}

static void what_is_exported_is_imported(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(images); i++) compare(images[i].layers, images[i].near);
    for (int k = 0; emb__layer_kind_at(k); k++) {
        /* Of Sequential nothing is left in a network; a codebook is written and not read. */
        const emb__layer_kind *kind = emb__layer_kind_at(k);
        if (met[k] || kind == &emb__sequential || kind == &emb__vector_quantizer) continue;
        fail_msg("the table has no %s", emb__layer_kind_at(k)->name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_exported_is_imported)};
    return cmocka_run_group_tests(tests, set_up, test_folder_remove);
}
