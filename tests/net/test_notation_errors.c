/* The notation: texts that are wrong, and what each error says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/layers/kinds.h"
#include "support/notations.h"

#define TANH  "p = Sequential(\n    Tanh(),\n)\n"
#define SMALL "input = 1, 28, 28\n" TANH

#define MISSING_INPUT "the input's shape is missing, as in input = 1, 28, 28"
#define INPUT_IS      "expects input = channels, height, width (or one number of features), gets "

static const struct {
    const char *text, *error;
} bad[] = {
    {"", "t:1: " MISSING_INPUT},
    {"\n\n# nothing\n", "t:3: " MISSING_INPUT},
    {"p = Sequential(Tanh())\n", "t:1: " MISSING_INPUT},
    {"input = 1\n\n", "t:2: a part is missing, as in encoder = Sequential( layers )"},
    {"input = 1\ninput = 2\n", "t:2: 'input' is already set on line 1: a name is set once"},
    {"k = 1\n\nk = 2\n", "t:3: 'k' is already set on line 1: a name is set once"},
    {"p = Sequential(Tanh())\np = Sequential(Tanh())",
     "t:2: 'p' is already set on line 1: a name is set once"},
    {"p = Sequential(Tanh())\nself.p = 3", "t:2: 'p' is already set on line 1: a name is set once"},
    {"True = 1", "t:1: expects a name to set, gets 'True'"},
    {"input = 1, 28\n", "t:1: " INPUT_IS "2 numbers"},
    {"input = 1, 28 28\n", "t:1:14: expects ',' or the end of the line, gets '28'"},
    {"input = 1 28, 28\n", "t:1:10: expects ',' or the end of the line, gets '28'"},
    {"input = (1, 2, 3, 4)\n", "t:1: " INPUT_IS "4 numbers"},
    {"input = True\n", "t:1: " INPUT_IS "True or False"},
    {"input = 1, 'a'\n", "t:1: " INPUT_IS "a string"},
    {"input = 1, (2, 3)\n", "t:1: " INPUT_IS "a tuple"},
    {"input = 1, 28, 0\n", "t:1: input expects numbers in 1..65536, gets 0"},
    {"input = -1, 28, 28\n", "t:1: input expects numbers in 1..65536, gets -1"},
    {"input = 65537\n", "t:1: input expects numbers in 1..65536, gets 65537"},
    {"input = 1, 28, 28 28\n", "t:1:18: expects the end of the line, gets '28'"},
    {"input = ()\n",
     "t:1: expects input = channels, height, width (or one number of features), gets 0 numbers"},
    {"input = (1,\n\n", "t:2: expects a number, gets the end of the text: the ( of line 1 is not "
                        "closed"},
    {"input\n", "t:1:6: expects '=' after the name that starts a line, gets the end of the line"},
    {"import torch", "t:1:7: expects '=' after the name that starts a line, gets 'torch'"},
    {"= 3", "t:1: expects a line NAME = ..., such as latent = 2, gets '='"},
    {"self.3 = 3", "t:1:5: expects '=' after the name that starts a line, gets '.3'"},
    {"self.(", "t:1: expects a line NAME = ..., such as latent = 2, gets '('"},
    {"k =\n", "t:1: expects a number, gets the end of the line"},
    {"k = ", "t:1: expects a number, gets the end of the text"},
    {"k == 3", "t:1: expects a number, gets '='"},
    {"latent = 3.0\n", "t:1: expects a whole number such as 3, gets '3.0'"},
    {"classes = 3.\n", "t:1: expects a whole number such as 3, gets '3.'"},
    {"input = .5\n", "t:1: expects a whole number such as 3, gets '.5'"},
    {"input = 1, 1e3, 28\n", "t:1: expects a whole number such as 3, gets '1e3'"},
    {"k = 28.0\ninput = 1, k, k\n", "t:2: expects a whole number, gets 'k' of line 1"},
    {"k = 1e\n", "t:1: expects a whole number such as 3, gets '1e'"},
    {"k = 1.e+\n", "t:1: expects a number such as 3 or 0.5, gets '1.e'"},
    {"k = 3.0.1\n", "t:1: expects a number such as 3 or 0.5, gets '3.0.1'"},
    {"k = 1_.5\n", "t:1: expects a number such as 3 or 0.5, gets '1_.5'"},
    {"k = 1._5\n", "t:1: expects a number such as 3 or 0.5, gets '1._5'"},
    {"k = 0.5j\n", "t:1: expects a number such as 3 or 0.5, gets '0.5j'"},
    {"k = 0x1.8\n", "t:1: expects a number such as 3 or 0.5, gets '0x1.8'"},
    {"k = 1e999\n", "t:1: '1e999' is too large: it is above 1.8e308"},
    {"k = 0.33333333333333333333333333333333333333333333333333333333333333333\n",
     "t:1: '0.33333333333333333333333333333333333333' is too long: a number has at most 64 digits "
     "and signs"},
    {"k = 1e308 * 10\n", "t:1: 1e+308 * 10: the result is too large"},
    {"k = 1 / 0.0\n", "t:1: 1 / 0.0: division by zero"},
    {"k = 0.5 // 2\n", "t:1: 0.5 // 2: both must be whole numbers"},
    {"k = 5 % 0.5\n", "t:1: 5 % 0.5: both must be whole numbers"},
    {"k = 0.5 ** 2\n", "t:1: 0.5 ** 2: a power is written as a product"},
    {"k = (0.5, 1)\n", "t:1: expects whole numbers in a tuple"},
    {"k = 0.5\n" SMALL, "t:1: 'k' is set, but nothing uses it"},
    {"k = 0x1G\n", "t:1: expects a whole number such as 3, gets '0x1G'"},
    {"k = 0b12\n", "t:1: expects a whole number such as 3, gets '0b12'"},
    {"k = 0x\n", "t:1: expects a whole number such as 3, gets '0x'"},
    {"k = 0xFFFFFFFFFFFFFFFF\n",
     "t:1: '0xFFFFFFFFFFFFFFFF' is too large: a number has at most 63 bits"},
    {"k = 007\n", "t:1: expects a whole number such as 3, gets '007'"},
    {"k = 1__0\n", "t:1: expects a whole number such as 3, gets '1__0'"},
    {"k = 1_\n", "t:1: expects a whole number such as 3, gets '1_'"},
    {"k = 9223372036854775808\n",
     "t:1: '9223372036854775808' is too large: a number has at most 63 bits"},
    {"k = 9223372036854775807 + 1\n",
     "t:1: 9223372036854775807 + 1: the result is too large: a number has at most 63 bits"},
    {"k = 4000000000 * 4000000000\n",
     "t:1: 4000000000 * 4000000000: the result is too large: a number has at most 63 bits"},
    {"k = -9223372036854775807 - 2\n",
     "t:1: -9223372036854775807 - 2: the result is too large: a number has at most 63 bits"},
    {"k = (-9223372036854775807 - 1) // -1\n", "t:1: -9223372036854775808 // -1: the result is "
                                               "too large: a number has at most 63 bits"},
    {"k = -(-9223372036854775807 - 1)\n", "t:1: 0 - -9223372036854775808: the result is too "
                                          "large: a number has at most 63 bits"},
    {"k = 32 // 0\n", "t:1: 32 // 0: division by zero"},
    {"k = 32 % (1 - 1)\n", "t:1: 32 % 0: division by zero"},
    {"k = 32 / 4\n", "t:1: 32 / 4: whole numbers are divided with //"},
    {"k = 2 ** 4\n", "t:1: 2 ** 4: a power is written as a product"},
    {"k = 1 + (2, 3)\n", "t:1: expects a number beside +, gets a tuple"},
    {"k = (2, 3) * 2\n", "t:1: expects a number beside *, gets a tuple"},
    {"k = -True\n", "t:1: expects a number beside -, gets True or False"},
    {"k = (1, (2, 3))\n", "t:1: expects a number in a tuple, gets a tuple"},
    {"k = (2, 3)\n", "t:1: expects a number for 'k', gets a tuple"},
    {"k = 2, 3\n", "t:1:6: expects the end of the line, gets ','"},
    {"k = 'two'\n", "t:1: expects a number for 'k', gets a string"},
    {"k = \"two\n", "t:1: expects a closing \" on the same line"},
    {"k = None\n", "t:1: expects a number for 'k', gets None"},
    {"k = wide\n", "t:1: 'wide' has no value: a line above should set it, as in wide = 2"},
    {"k = k + 1\n", "t:1: 'k' has no value: a line above should set it, as in k = 2"},
    {"k = self.\n", "t:1: expects a name after 'self.', gets the end of the line"},
    {"input = 1\nk = input\n", "t:2: expects a number, gets 'input' of line 1"},
    {"k = int(3)\n", "t:1: expects a number or Sequential( ... ), gets 'int'"},
    {"k = 1 + int(3)\n", "t:1: expects a number, gets 'int('"},
    {"k = 3)\n", "t:1:6: expects the end of the line, gets ')'"},
    {"k = [3]\n", "t:1: expects a number for 'k', gets a tuple"},
    {"k = [3)\n", "t:1:7: expects ',' or ']', gets ')'"},
    {"k = (3]\n", "t:1:7: expects ',' or ')', gets ']'"},
    {"k = [3\n",
     "t:1:7: expects ',' or ']', gets the end of the text: the [ of line 1 is not closed"},
    {"k = 3]\n", "t:1:6: expects the end of the line, gets ']'"},
    /* What nothing uses. */
    {"latent = 8\n" SMALL, "t:1: 'latent' is set, but nothing uses it"},
    {"classes = 10\n" SMALL, "t:1: 'classes' is set, but nothing uses it"},
    {SMALL "k = 28\n", "t:5: 'k' is set, but nothing uses it"},
    {"a = 2\nself.b = a * 3\n" SMALL, "t:2: 'b' is set, but nothing uses it"},
    /* What is missing is reported where it is. */
    {"p = Sequential(\n  Conv2d(1, 8, 3, stride=2\n  Tanh(),\n)\n",
     "t:2:27: expects ',' or ')', gets 'Tanh'"},
    {"p = Sequential(\n  Conv2d(1, 8, 3,  # more\n\n  Tanh(),\n)\n",
     "t:2:18: expects ')' to close Conv2d( of line 2, gets 'Tanh'"},
    {"p = Sequential(\n  Linear(1,\n 8,\n  nn.Tanh(),\n)\n",
     "t:3:4: expects ')' to close Linear( of line 2, gets 'nn'"},
    {"p = Sequential(\n  Linear(1, 8\nq = Sequential(Tanh())\n",
     "t:2:14: expects ',' or ')', gets 'q'"},
    {"p = Sequential(\n  Linear(1, 8,\nq = Sequential(Tanh())\n",
     "t:3: p.0 Linear(in_features, out_features, bias=True): there is no argument 'q' (or a ')' is "
     "missing before it)"},
    {"p = Sequential(\n  Linear(1 8),\n)\n", "t:2:11: expects ',' or ')', gets '8'"},
    {"p = Sequential(\n  Linear(1, 8)),\n  Tanh())\n",
     "t:2:16: expects the end of the line, gets ','"},
    {"p = Sequential(\n  Unflatten(1, (2 3)))\n", "t:2:18: expects ',' or ')', gets '3'"},
    {"p = Sequential(\n\tTanh(),\n  Identity(a, (b),\n", "t:3: the ( of this line is not closed"},
    {"k = 3; l = 4\n", "t:1: ';' has no place here: each name is set on a line of its own"},
    {"class Net(nn.Module):\n", "t:1:6: expects '=' after the name that starts a line, gets 'Net'"},
    {"k: int = 3\n", "t:1: ':' has no place here: a line is NAME = ..., such as latent = 2"},
    {"k = 3 \\ \n", "t:1: '\\' has no place here: only a line's end may follow the \\ that "
                    "continues it"},
    {"k = 3 \\", "t:1: '\\' has no place here: only a line's end may follow the \\ that "
                 "continues it"},
    {"k = 3 @ 4\n", "t:1: '@' has no place here"},
    {"k = 3\n\xC3\xB1 = 4\n", "t:2: byte 0xC3 has no place here: outside comments the text is "
                              "plain ASCII"},
    {"k = 3\n#\x1B[2J\n", "t:2: expects plain text, gets the control byte 0x1B"},
    {"k = 3\rl = 4\n", "t:1: expects plain text, gets the control byte 0x0D"},
    {"k = 3\x7F\n", "t:1: expects plain text, gets the control byte 0x7F"},
    {"latent = 0\n", "t:1: latent expects a number in 1..65536, gets 0"},
    {"latent = 65537\n", "t:1: latent expects a number in 1..65536, gets 65537"},
    {"latent = Sequential(Tanh())\n", "t:1: expects a number for 'latent', gets a Sequential"},
    {"input = Sequential(Tanh())\n", "t:1: expects a number for 'input', gets a Sequential"},
    {"p = sequential(Tanh())\n", "t:1: expects Sequential( ... ), gets 'sequential'"},
    {"p = nn.Linear(3, 4)\n", "t:1: expects a number or Sequential( ... ), gets 'Linear'"},
    {"p = Sequential\n", "t:1:15: expects '(' after Sequential, gets the end of the line"},
    {"p = nn.Sequential\n    Tanh(),\n)\n",
     "t:1:18: expects '(' after Sequential, gets the end of the line"},
    /* The ')' that stands where a part's would. */
    {"p = Sequential(\n  Linear(1, 8\n)\n",
     "t:2:14: expects ')' to close Linear( of line 2, gets the end of the line"},
    {"p = Sequential(\n    Tanh(),\n    Linear(1, 8,  # eight\n)\n\nq = Sequential(Tanh())\n",
     "t:3:17: expects ')' to close Linear( of line 3, gets the end of the line"},
    {"p = Sequential(\n  Linear(\n    1, 8\n  )\n",
     "t:4:4: expects ',' or ')' after a layer, gets the end of the text: the ( of line 1 is not "
     "closed"},
    {"p = Sequential(\n  Conv2d(1, 8, (3, 3, padding=1),\n  Tanh(),\n)\n",
     "t:2:22: expects ')' to close the ( of line 2, gets 'padding'"},
    {"p = Sequential(\n  Flatten(,\n)\n", "t:2:11: expects an argument or ')', gets ','"},
    {"p = Sequential(Linear(int(3), 4))\n", "t:1: expects a number, gets 'int('"},
    {"p = Sequential(Linear(math.pi, 4))\n", "t:1: expects a number, gets 'math.'"},
    /* What Identity passes over must be Python all the same. */
    {"p = Sequential(Identity(1 2))\n", "t:1:26: expects ',' or ')'"},
    {"p = Sequential(Identity('a' b))\n", "t:1:28: expects ',' or ')'"},
    {"p = Sequential(Identity(1\n  Tanh(),\n)\n", "t:1:26: expects ',' or ')'"},
    {"p = Sequential(Identity(,))\n", "t:1:25: expects an argument or ')', gets ','"},
    {"p = Sequential(Identity(1,, 2))\n", "t:1:27: expects an argument or ')', gets ','"},
    {"p = Sequential(Identity(1,\n [2)\n",
     "t:2:4: expects ']' to close the bracket of line 2, gets ')'"},
    {"p = Sequential(Identity('a), Tanh())\n", "t:1: expects a closing '"},
    {"p = Sequential(\nIdentity(\"\"\"a\"), Tanh())\n", "t:2: expects a closing three times \""},
    {"p = Sequential(Identity(a; b))\n", "t:1: ';' has no place here"},
    {"p = Sequential(Identity(a=))\n", "t:1:27: expects a value after the sign"},
    {"p = Sequential(Identity(a=, 3))\n", "t:1:27: expects a value after the sign"},
    {"p = Sequential(Identity({4 * }))\n", "t:1:29: expects a value after the sign"},
    {"p = Sequential(Identity(1, =2))\n", "t:1:27: expects a name or a value, gets '='"},
    {"p = Sequential(\n)\n", "t:1: expects at least one layer in p, such as Identity()"},
    {"p = Sequential(Tanh()) + 1\n", "t:1:23: expects the end of the line, gets '+'"},
    {"p = Sequential(\nTanh()\nTanh()\n)\n",
     "t:2:7: expects ',' or ')' after a layer, gets 'Tanh'"},
    {"p = Sequential(\nTanh(),\nq = Sequential(Tanh())\n",
     "t:2:8: expects ')' to close the Sequential( of line 1, gets 'q'"},
    {"p = Sequential(\nTanh(),\n\n\n", "t:4: expects a layer such as Linear(64, 2), gets the end "
                                       "of the text: the ( of line 1 is not closed"},
    {"p = Sequential(,)\n", "t:1: expects a layer such as Linear(64, 2), gets ','"},
    {"p = Sequential(*q)\n", "t:1: expects a layer such as Linear(64, 2), gets '*'"},
    {"p = Sequential(nn.Sequential(Tanh()))\n",
     "t:1: the input's shape is missing, as in input = 1, 28, 28"},
    {"p = Sequential(Sequential())\n",
     "t:1: expects at least one layer in Sequential, such as Identity()"},
    {"p = Sequential(Residual())\n", "t:1: Residual expects body"},
    {"p = Sequential(Residual(shortcut=Tanh()))\n", "t:1: Residual expects body"},
    {"p = Sequential(Residual(Tanh(), Tanh(), Tanh()))\n",
     "t:1: Residual expects at most 2 modules"},
    {"p = Sequential(Residual(body=Tanh(), body=Tanh()))\n", "t:1: body is given twice"},
    {"p = Sequential(Residual(body=Tanh(), Tanh()))\n",
     "t:1: an argument without a name may not follow one with a name"},
    {"p = Sequential(Residual(Tanh(), skip=Tanh()))\n", "t:1: Residual has no argument 'skip'"},
    {"p = Sequential(Parallel(a=Tanh()))\n",
     "t:1:25: expects ')' to close the Parallel( of line 1, gets 'a'"},
};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        notation_fails(bad[i].text, strlen(bad[i].text), 0, bad[i].error);
    }
    notation_fails("k = 3\n\0k", 8, 0, "t:2: expects plain text, gets the control byte 0x00");
}

#define CONV2D                                                                                     \
    "Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, "   \
    "bias=True, padding_mode='zeros'): "
#define LINEAR "t:4: p.1 Linear(in_features, out_features, bias=True): "
/* Each stands on line 4, as the second layer. */
static const struct {
    const char *call, *error;
} bad_calls[] = {
    {"conv2d(1, 8, 3)", "t:4: there is no layer 'conv2d': did you mean Conv2d?"},
    {"nn.Relu()", "t:4: there is no layer 'Relu': did you mean ReLU?"},
    {"Lienar(3, 4)", "t:4: there is no layer 'Lienar': did you mean Linear?"},
    {"ConvTransposed2d(1, 8, 3)",
     "t:4: there is no layer 'ConvTransposed2d': did you mean ConvTranspose2d?"},
    {"BatchNorm(8)", "t:4: there is no layer 'BatchNorm': did you mean BatchNorm1d?"},
    {"Linear(3, 4, bais=False)", LINEAR "there is no argument 'bais': did you mean bias?"},
    {"Tanh", "t:4:5: expects '(' after Tanh, gets ')'"},
    {"Tanh(3)", "t:4: p.1 Tanh(): expects at most 0 arguments"},
    {"ReLU(True, True)", "t:4: p.1 ReLU(inplace=False): expects at most 1 argument"},
    {"Tanh(inplace=True)", "t:4: p.1 Tanh(): there is no argument 'inplace'"},
    {"Linear()", LINEAR "in_features is missing"},
    {"Linear(3)", LINEAR "out_features is missing"},
    {"Linear(out_features=3)", LINEAR "in_features is missing"},
    {"Linear(3, 4, True, 5)", LINEAR "expects at most 3 arguments"},
    {"Linear(3, 4, in_features=3)", LINEAR "in_features is given twice"},
    {"Linear(3, out_features=3, out_features=3)", LINEAR "out_features is given twice"},
    {"Linear(in_features=3, 4)",
     LINEAR "an argument without a name may not follow one with a name"},
    {"Linear(3, 4, device='cuda')", LINEAR "device expects None or 'cpu', the only choice here"},
    {"Linear(3, 4, dtype=torch.float64)",
     LINEAR "dtype expects None or torch.float32, the only choice here"},
    {"Linear(3, 4, dtype='float32')",
     LINEAR "dtype expects None or torch.float32, the only choice here"},
    {"Linear(3, 4, device=torch.float)",
     LINEAR "device expects None or 'cpu', the only choice here"},
    {"Linear(3, 4, dtype=None, dtype=None)", LINEAR "dtype is given twice"},
    {"Linear(3, 4, padding_mode='zeros')", LINEAR "there is no argument 'padding_mode'"},
    {"Tanh(device=None)", "t:4: p.1 Tanh(): there is no argument 'device'"},
    {"Linear(3, 4, Bias=True)", LINEAR "there is no argument 'Bias': did you mean bias?"},
    {"Linear(3, True)", "t:4: p.1 Linear: out_features expects a number, gets True or False"},
    {"Linear(3, (4, 4))", "t:4: p.1 Linear: out_features expects a number, gets a tuple of 2"},
    {"Linear(3, None)", "t:4: p.1 Linear: out_features expects a number, gets None"},
    {"Linear(3, 0)", "t:4: p.1 Linear: out_features expects a number in 1..16777216, gets 0"},
    {"Linear(3,\n\n-1)", "t:6: p.1 Linear: out_features expects a number in 1..16777216, gets -1"},
    {"Linear(3 4)", "t:4:9: expects ',' or ')', gets '4'"},
    {"Linear(3,, 4)", "t:4:10: expects an argument or ')', gets ','"},
    {"Linear(3, 4,\nbias=)", "t:5: expects a number, gets ')'"},
    {"Linear(3, 4.0)", "t:4: expects a whole number such as 3, gets '4.0'"},
    {"Linear(3, latent)", "t:4: 'latent' has no value: a line above should set it, as in "
                          "latent = 2"},
    {"Linear(3, p)", "t:4: 'p' has no value: a line above should set it, as in p = 2"},
    {"Conv2d(1, 8)", "t:4: p.1 " CONV2D "kernel_size is missing"},
    {"Conv2d(1, 8, 3, padding_mode='edge')",
     "t:4: p.1 Conv2d: padding_mode expects 'zeros', 'reflect', 'replicate' or 'circular', gets "
     "'edge'"},
    {"MaxPool2d(2, padding_mode='zeros')",
     "t:4: p.1 MaxPool2d(kernel_size, stride=None, padding=0, dilation=1, return_indices=False, "
     "ceil_mode=False): there is no argument 'padding_mode'"},
    {"ZeroPad2d((1, 2))", "t:4: p.1 ZeroPad2d: padding expects a number or a tuple of 4, gets a "
                          "tuple of 2"},
    {"AdaptiveAvgPool2d((0, None))", "t:4: p.1 AdaptiveAvgPool2d: output_size expects a number in "
                                     "1..65536, gets 0"},
    {"Upsample(scale_factor=(1.5, 2, 3))",
     "t:4: p.1 Upsample: scale_factor expects a number or a tuple of 2, gets a tuple of 3"},
    {"Upsample(3, 2)", "t:4: p.1 Upsample expects either size or scale_factor, gets both"},
    {"ConvTranspose2d(1, 8, 3, padding_mode='reflect')",
     "t:4: p.1 ConvTranspose2d(in_channels, out_channels, kernel_size, stride=1, padding=0, "
     "output_padding=0, groups=1, bias=True, dilation=1): padding_mode expects 'zeros', the only "
     "choice here"},
    {"Conv2d(1, 8, 3, stride=())",
     "t:4: p.1 Conv2d: stride expects a number or a tuple of 2, gets a tuple of 0"},
    {"Conv2d(1, 8, 3, padding='full')",
     "t:4: p.1 Conv2d: padding expects a number, a tuple of 2, 'valid' or 'same', gets 'full'"},
    {"Conv2d(1, 8, 'same')",
     "t:4: p.1 Conv2d: kernel_size expects a number or a tuple of 2, gets 'same'"},
    {"Conv2d(1, 8, 3, 2, 'same')", "t:4: p.1 Conv2d expects stride 1 with padding='same', gets 2"},
    {"Conv2d(1, 8, 3, (1, 2), 'same')",
     "t:4: p.1 Conv2d expects stride 1 with padding='same', gets 2"},
    {"Conv2d(1, 8, 65536, dilation=65536, padding='same')",
     "t:4: p.1 Conv2d expects padding of at most 65536, gets 2147450880"},
    {"ConvTranspose2d(1, 8, 3, padding='same')",
     "t:4: p.1 ConvTranspose2d: padding expects a number or a tuple of 2, gets 'same'"},
    {"Conv2d(1, 8, 3, 0)", "t:4: p.1 Conv2d: stride expects a number in 1..65536, gets 0"},
    {"Conv2d(1, 8, (3, 0))", "t:4: p.1 Conv2d: kernel_size expects a number in 1..65536, gets 0"},
    {"Conv2d(1, 8, 3, padding=4294967296)",
     "t:4: p.1 Conv2d: padding expects a number in 0..65536, gets 4294967296"},
    {"Conv2d(1, 8, (3,))", "t:4: p.1 Conv2d: kernel_size expects a number or a tuple of 2, gets a "
                           "tuple of 1; write 3 or (3, 3)"},
    {"Conv2d(1, 8, (3, 3, 3, 3))",
     "t:4: p.1 Conv2d: kernel_size expects a number or a tuple of 2, gets a tuple of 4"},
    {"Unflatten(1, 32)", "t:4: p.1 Unflatten: unflattened_size expects a tuple such as (32, 4, 4), "
                         "of at most 5, gets a number"},
    {"Unflatten(1, (2, 2, 2, 2, 2, 2))", "t:4: p.1 Unflatten: unflattened_size expects a tuple "
                                         "such as (32, 4, 4), of at most 5, gets a tuple of 6"},
    {"Unflatten(1, (2, -2))",
     "t:4: p.1 Unflatten: unflattened_size expects a number in -1..65536, gets -2"},
};

static void test_bad_calls(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad_calls); i++) {
        char text[256];
        snprintf(text, sizeof text, "input = 1\np = Sequential(\nTanh(),\n%s\n)\n",
                 bad_calls[i].call);
        notation_fails(text, strlen(text), 0, bad_calls[i].error);
    }
}

/* Each names every kind of the table. */
static void test_unknown_layers(void **state) {
    (void)state;
    static const char *const unknown[] = {"Foo", "F"};
    static const char *const rest[] = {"()", ".relu()"};
    for (size_t i = 0; i < TEST_COUNT(unknown); i++) {
        char text[128], error[2048];
        size_t length = (size_t)snprintf(
            error, sizeof error, "t:3: there is no layer '%s': expects one of ", unknown[i]);
        const emb__layer_kind *kind;
        for (int k = 0; (kind = emb__layer_kind_at(k)); k++) {
            length += (size_t)snprintf(error + length, sizeof error - length, "%s%s", k ? ", " : "",
                                       kind->name);
            assert_true(length < sizeof error);
        }
        snprintf(text, sizeof text, "input = 1\np = Sequential(\n%s%s\n)\n", unknown[i], rest[i]);
        notation_fails(text, strlen(text), 0, error);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_bad_calls),
        cmocka_unit_test(test_unknown_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
