/* The notation: what parses to what, and how it prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/notations.h"

#define TANH   "p = Sequential(\n    Tanh(),\n)\n"
#define SMALL  "input = 1, 28, 28\n" TANH
#define CODE   "latent = 3\ninput  = 8\np = Sequential(\n    Linear(8, latent),\n)\n"
#define INPUT8 "input = 8\n"
#define SIX    "p = Sequential(\n    Linear(8, 6),\n)\n"

static const struct {
    const char *text, *printed;
} good[] = {
    {"input = 1, 28, 28\np = Sequential(Tanh())", SMALL},
    {"input = (1, 28, 28)\np = Sequential(Tanh(),)\n", SMALL},
    {"input = (1, 28, 28,)\np = Sequential(Tanh())\n", SMALL},
    {"input = 1, 28, 28,\np = Sequential(Tanh())\n", SMALL},
    {"input = 1, 4 * 7, (30 - 2)\np = Sequential(Tanh())\n", SMALL},
    {"input = (\n1,\n28,  # a comment, with a ( in it\n28\n)\np = Sequential(Tanh())\n", SMALL},
    {"\xEF\xBB\xBFinput = 1, 28, 28\np = Sequential(Tanh())\n", SMALL},
    {"input = 1, 28, 28\r\np = Sequential(\r\nTanh(),\r\n)\r\n", SMALL},
    {"input = \\\n 1, 28, \\\r\n 28\np = \\\nSequential(Tanh())\n", SMALL},
    {"\n\n\tinput=1,28,28\n\n  p=Sequential(Tanh( ))  # end", SMALL},
    {"p = Sequential(Tanh())\ninput = 1, 28, 28\n", SMALL},
    {"# \xC3\xB1 \xFF\ninput = 1, 28, 28\np = nn.Sequential(nn.Tanh())\n", SMALL},
    {"input = 1, 28, 28\np = torch.nn.Sequential(torch.nn.Tanh())\n", SMALL},
    {"input = 1, 28, 28\nself.p = nn.Sequential(\n\n  nn.Tanh\n()\n, )\n", SMALL},
    {"self.input = 1, 28, 28\np = torch . nn . Sequential(Tanh())\n", SMALL},
    {"input = 784\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"input = 784,\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"input = (784)\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"input = (784,)\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, latent))\n", CODE},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, out_features=latent))\n", CODE},
    {"self.latent = 3\ninput = 8\np = Sequential(Linear(8, self.latent))\n", CODE},
    {"latent = 3\ninput = 8\np = Sequential(Linear(out_features=latent, in_features=8))", CODE},
    {"latent = 6\ninput = 8\np = Sequential(Linear(8, (latent)))\n", INPUT8 SIX},
    {"latent = 6\ninput = 8\np = Sequential(Linear(8, +latent))\n", INPUT8 SIX},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, 2 * latent))\n", INPUT8 SIX},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, latent * 2))\n", INPUT8 SIX},
    {"latent = 3\nk = latent * 2\ninput = 8\np = Sequential(Linear(8, k))\n", INPUT8 SIX},
    {"k = 8\ninput = k\np = Sequential(Linear(k, k - 2))\n", INPUT8 SIX},
    {"input = [1, 28, 28]\np = Sequential(Tanh())\n", SMALL},
    {"input = 8\nb = Sequential(Tanh(), ReLU())\na = Sequential(Identity())\n",
     "input = 8\nb = Sequential(\n    Tanh(),\n    ReLU(),\n)\na = Sequential(\n    "
     "Identity(),\n)\n"},
};

static void test_good(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        notation_prints(good[i].text, strlen(good[i].text), 0, good[i].printed);
    }
}

static const struct {
    const char *written, *printed;
} calls[] = {
    {"Conv2d(1, 8, 3)", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, (3, 3))", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, (3, 5))", "Conv2d(1, 8, (3, 5))"},
    {"Conv2d(1, 8, 3, 2, 1)", "Conv2d(1, 8, 3, stride=2, padding=1)"},
    {"Conv2d(1, 8, 3, padding=1, stride=2)", "Conv2d(1, 8, 3, stride=2, padding=1)"},
    {"Conv2d(1, 8, 3, stride=(2, 1))", "Conv2d(1, 8, 3, stride=(2, 1))"},
    {"Conv2d(1, 8, 3, stride=(1, 1), padding=0, dilation=1)", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, 3, 1, 0, 2, 1, False)", "Conv2d(1, 8, 3, dilation=2, bias=False)"},
    {"Conv2d(1, 8, 3, 1, 0, 1, 1, True)", "Conv2d(1, 8, 3)"},
    {"Conv2d(4, 8, kernel_size=(1 + 1, 2,), groups=2)", "Conv2d(4, 8, 2, groups=2)"},
    {"Conv2d(kernel_size=3, out_channels=8, in_channels=1)", "Conv2d(1, 8, 3)"},
    {"ConvTranspose2d(8, 1, 3, 2, 1, 1)",
     "ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1)"},
    {"ConvTranspose2d(8, 1, 3, 2, 1, (1, 0), 1, True, 2)",
     "ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=(1, 0), dilation=2)"},
    {"Linear(3, 4)", "Linear(3, 4)"},
    {"Linear(3, 4, False)", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=(True))", "Linear(3, 4)"},
    {"GroupNorm(2, 6)", "GroupNorm(2, 6)"},
    {"GroupNorm(2, 6, 1e-3, False)", "GroupNorm(2, 6, eps=0.001, affine=False)"},
    {"GroupNorm(num_channels=6, num_groups=3, eps=1e-05, device=None)", "GroupNorm(3, 6)"},
    {"LayerNorm(8)", "LayerNorm(8)"},
    {"LayerNorm((8,), dtype=torch.float32)", "LayerNorm(8)"},
    {"LayerNorm([2, 3], 1e-6, bias=False)", "LayerNorm((2, 3), eps=1e-06, bias=False)"},
    {"LayerNorm((1, 2, 3), elementwise_affine=False)",
     "LayerNorm((1, 2, 3), elementwise_affine=False)"},
    {"InstanceNorm2d(4)", "InstanceNorm2d(4)"},
    {"InstanceNorm2d(4, 1e-5, 0.1, True)", "InstanceNorm2d(4, affine=True)"},
    {"InstanceNorm2d(4, momentum=None)", "InstanceNorm2d(4, momentum=None)"},
    {"Sigmoid()", "Sigmoid()"},
    {"ReLU(inplace=True)", "ReLU(inplace=True)"},
    {"ReLU(False)", "ReLU()"},
    {"LeakyReLU()", "LeakyReLU()"},
    {"ELU(alpha=1)", "ELU()"},
    {"Hardtanh(-1, 1.0)", "Hardtanh()"},
    {"Hardtanh(0, 6, True)", "Hardtanh(min_val=0.0, max_val=6.0, inplace=True)"},
    {"Hardtanh(0.5, float('inf'))", "Hardtanh(min_val=0.5, max_val=float('inf'))"},
    {"Hardtanh(-inf, 2)", "Hardtanh(min_val=float('-inf'), max_val=2.0)"},
    {"Hardtanh(max_val=torch.inf)", "Hardtanh(max_val=float('inf'))"},
    {"ReLU6(True)", "ReLU6(inplace=True)"},
    {"SiLU(inplace=False)", "SiLU()"},
    {"Mish()", "Mish()"},
    {"Hardswish(True)", "Hardswish(inplace=True)"},
    {"GELU('none')", "GELU()"},
    {"GELU(approximate='tanh')", "GELU(approximate='tanh')"},
    {"PReLU(1, init=0.25)", "PReLU()"},
    {"PReLU(init=0.1)", "PReLU(init=0.1)"},
    {"Softmax()", "Softmax()"},
    {"LogSoftmax(None)", "LogSoftmax()"},
    {"Softmax(dim=-1)", "Softmax(dim=-1)"},
    {"Softplus(1, 20.0)", "Softplus()"},
    {"Softplus(2, 10)", "Softplus(beta=2.0, threshold=10.0)"},
    {"ELU(1.5, True)", "ELU(alpha=1.5, inplace=True)"},
    {"LeakyReLU(0.01, True)", "LeakyReLU(inplace=True)"},
    {"LeakyReLU(negative_slope=2e-1)", "LeakyReLU(negative_slope=0.2)"},
    {"Flatten(1, -1)", "Flatten()"},
    {"Flatten(end_dim=-1)", "Flatten()"},
    {"Unflatten(1, (32, 4, 4))", "Unflatten(1, (32, 4, 4))"},
    {"Unflatten(dim=1, unflattened_size=(512,))", "Unflatten(1, (512,))"},
    {"Identity()", "Identity()"},
    {"Identity(54, unused_argument1=0.1, unused_argument2=(False, [')', \"(\"]))", "Identity()"},
    {"Identity(\n# a )\n'it''s' , 1e-3)", "Identity()"},
    {"Identity((((1))))", "Identity()"},
    {"Conv2d(1, 8, 3, padding='valid')", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, 3, padding=\"same\")", "Conv2d(1, 8, 3, padding='same')"},
    {"Conv2d(1, 8, [2, 4], 1, 'same', 3)", "Conv2d(1, 8, (2, 4), padding='same', dilation=3)"},
    {"Conv2d(1, 8, 1, padding='same')", "Conv2d(1, 8, 1, padding='same')"},
    {"Conv2d(1, 8, [3, 5], stride=[2, 1,])", "Conv2d(1, 8, (3, 5), stride=(2, 1))"},
    {"Linear(3, 4, bias=None)", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=0)", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=1)", "Linear(3, 4)"},
    {"Linear(3, 4, bias=2)", "Linear(3, 4)"},
    {"Linear(3, 4, bias=0.5)", "Linear(3, 4)"},
    {"Linear(3, 4, bias=0.0)", "Linear(3, 4, bias=False)"},
    {"ReLU(1)", "ReLU(inplace=True)"},
    {"Flatten(start_dim=1)", "Flatten()"},
    {"Flatten(-3, 2)", "Flatten(start_dim=-3, end_dim=2)"},
    {"Unflatten(1, [32, 4, 4])", "Unflatten(1, (32, 4, 4))"},
    {"Unflatten(-1, (32, -1))", "Unflatten(-1, (32, -1))"},
    {"Unflatten(2, (2, 2, 2, 2, 2))", "Unflatten(2, (2, 2, 2, 2, 2))"},
    {"Unflatten(1, torch.Size([32, 4, 4]))", "Unflatten(1, (32, 4, 4))"},
    {"Unflatten(1, torch.Size((512,)))", "Unflatten(1, (512,))"},
    {"Conv2d(1, 8, 3, stride=(2,), padding=[1], dilation=(2,))",
     "Conv2d(1, 8, 3, stride=2, padding=1, dilation=2)"},
    {"ConvTranspose2d(8, 1, 3, [2], (1,), output_padding=[1])",
     "ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1)"},
    {"Linear(3, 4, bias='no')", "Linear(3, 4)"},
    {"Linear(3, 4, bias='')", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=(0,))", "Linear(3, 4)"},
    {"Linear(3, 4, bias=[])", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, device=None, dtype=torch.float)", "Linear(3, 4)"},
    {"Linear(3, 4, dtype=None, bias=False, device='cpu')", "Linear(3, 4, bias=False)"},
    {"Conv2d(1, 8, 3, padding_mode='zeros', dtype=torch.float32)", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, 3, 1, 'same', 1, 1, True, 'reflect')",
     "Conv2d(1, 8, 3, padding='same', padding_mode='reflect')"},
    {"MaxPool2d(2, None, ceil_mode=1)", "MaxPool2d(2, ceil_mode=True)"},
    {"MaxPool2d((2, 3), stride=(2,))", "MaxPool2d((2, 3), stride=2)"},
    {"AvgPool2d(2, divisor_override=None)", "AvgPool2d(2)"},
    {"AdaptiveAvgPool2d((None, 3))", "AdaptiveAvgPool2d((None, 3))"},
    {"AdaptiveMaxPool2d([None, None])", "AdaptiveMaxPool2d((None, None))"},
    {"AdaptiveMaxPool2d((4, 4), False)", "AdaptiveMaxPool2d(4)"},
    {"Upsample(None, 2)", "Upsample(scale_factor=2.0)"},
    {"Upsample(scale_factor=(2, 3 / 2), mode='bilinear', align_corners=False)",
     "Upsample(scale_factor=(2.0, 1.5), mode='bilinear', align_corners=False)"},
    {"Upsample((4, 5), mode='nearest')", "Upsample(size=(4, 5))"},
    {"ZeroPad2d((1, -2, 0, 3))", "ZeroPad2d((1, -2, 0, 3))"},
    {"ReflectionPad2d((1, 1, 1, 1))", "ReflectionPad2d(1)"},
    {"Linear(1_6384, 0x10)", "Linear(16384, 16)"},
    {"Linear(0b11, 0o17)", "Linear(3, 15)"},
    {"Identity('it\\'s )', r\"(\", '''a'\n)''', x.y[0](1)[\"a\" 'b'], z[1:])", "Identity()"},
    {"Identity(lambda x: x, *a, **{'b': -1e-3}, c=d if not e else [], )", "Identity()"},
};

static void test_calls(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(calls); i++) {
        char text[256], printed[256];
        snprintf(text, sizeof text, "input = 1\np = Sequential(%s)\n", calls[i].written);
        snprintf(printed, sizeof printed, "input = 1\np = Sequential(\n    %s,\n)\n",
                 calls[i].printed);
        notation_prints(text, strlen(text), 0, printed);
    }
}

/* Values as Python has them. */
static const struct {
    const char *expression;
    int value;
} sums[] = {
    {"32 * 4 * 4", 512},
    {"2 + 3 * 4", 14},
    {"(2 + 3) * 4", 20},
    {"20 - 5 - 3", 12},
    {"100 // 7 // 2", 7},
    {"100 // (7 // 2)", 33},
    {"7 // 2", 3},
    {"100 + -7 // 2", 96},
    {"100 + 7 // -2", 96},
    {"100 + -7 // -2", 103},
    {"100 + -(7 // 2)", 97},
    {"100 + -6 // 2", 97},
    {"100 + 0 // -2", 100},
    {"7 % 3", 1},
    {"-7 % 3", 2},
    {"100 + 7 % -3", 98},
    {"100 + -7 % -3", 99},
    {"100 + -6 % 3", 100},
    {"2 * 7 % 4", 2},
    {"2 - -3", 5},
    {"- -5", 5},
    {"--+-5 + 6", 1},
    {"-2 * 3 + 7", 1},
    {"9223372036854775807 % 1000", 807},
    {"(-9223372036854775807 - 1) % -1 + 1", 1},
    {"(-9223372036854775807 - 1) // -9223372036854775807", 1},
    {"((((5))))", 5},
    {"two * k", 14},
    {"self.k", 7},
    {"0 + 1", 1},
    {"00 + 1", 1},
};

static void test_sums(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(sums); i++) {
        char text[256];
        emb__spec spec;
        snprintf(text, sizeof text,
                 "two = 2\nk = 7\ninput = 1\np = Sequential(Linear(1, %s), Linear(two, k))",
                 sums[i].expression);
        if (notation_parse(text, strlen(text), 0, &spec)) fail_msg("%s\n%s", emb_error(), text);
        if (spec.layers[0].args[1].v[0] != sums[i].value) {
            fail_msg("%s: %d", sums[i].expression, spec.layers[0].args[1].v[0]);
        }
        emb__spec_clear(&spec);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
