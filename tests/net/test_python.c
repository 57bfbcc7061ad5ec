/* Classes of nn.Module as text: which network each is, and what is said of those that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "embudo.h"
#include "net/compile.h"
#include "support/support.h"

static emb_net *read_code(const char *text, const char *name, const emb_net_options *options) {
    emb__notebook code = {.text = emb__strndup(text, strlen(text)), .length = strlen(text)};
    assert_non_null(code.text);
    emb_net *net = emb__net_read_class(name, &code, options);
    emb__notebook_clear(&code);
    return net;
}

#define MODULE "class AE(nn.Module):\n"
#define INIT   "    def __init__(self):\n        super().__init__()\n"
/* Lines 1 to 5; forward begins in line 6. */
#define TWO                                                                                        \
    MODULE INIT "        self.a = nn.Linear(16, 3)\n"                                              \
                "        self.b = nn.Linear(3, 16)\n"
#define FORWARD "    def forward(self, x):\n"
#define USUAL                                                                                      \
    "input = 1, 4, 4\nencoder = Sequential(\n    Flatten(),\n    Linear(16, 3, name='a'),\n)\n"    \
    "decoder = Sequential(\n    Linear(3, 16, name='b'),\n    Unflatten(1, (1, 4, 4)),\n)\n"
/* The parts' layers around a code of one. */
#define PARTS(encoder, decoder)                                                                    \
    "input = 1, 4, 4\nencoder = Sequential(\n" encoder ")\ndecoder = Sequential(\n" decoder ")\n"

/* ---- what they are ---- */

static void test_networks(void **state) {
    (void)state;
    static const struct {
        const char *code, *notation;
    } cases[] = {
        {TWO FORWARD "        return self.b(self.a(x.flatten(1))).view(-1, 1, 4, 4)\n", USUAL},
        /* a row of numbers is an image again at the end */
        {TWO FORWARD "        return self.b(self.a(x.view(x.size(0), -1)))\n", USUAL},
        /* and at the beginning: the class takes rows */
        {TWO FORWARD "        return self.b(self.a(x))\n", USUAL},
        {TWO FORWARD "        x = x.reshape(x.shape[0], 16)\n        z = self.a(x)\n"
                     "        return {'code': z, 'image': self.b(z)}\n",
         USUAL},
        {TWO FORWARD "        x = torch.flatten(x, start_dim=1)\n        z = self.a(x)\n"
                     "        return z, self.b(z)\n",
         USUAL},
        {TWO FORWARD "        n, c, h, w = x.size()\n"
                     "        return self.b(self.a(x.view(n, c * h * w))).view(n, c, h, w)\n",
         USUAL},
        /* functions, their own order of arguments, keywords */
        {TWO FORWARD "        z = F.dropout(self.a(x.flatten(1)), 0.25, self.training)\n"
                     "        return self.b(F.leaky_relu(z, negative_slope=0.2, inplace=True))\n",
         PARTS("    Flatten(),\n    Linear(16, 3, name='a'),\n    Dropout(p=0.25),\n"
               "    LeakyReLU(negative_slope=0.2),\n",
               "    Linear(3, 16, name='b'),\n    Unflatten(1, (1, 4, 4)),\n")},
        {TWO FORWARD "        z = F.dropout(self.a(x.flatten(1)), training=False)\n"
                     "        return self.b(z)\n",
         USUAL},
        /* what was done in place is seen by all who read it */
        {TWO FORWARD "        z = self.a(x.flatten(1))\n        same = z\n        z.tanh_()\n"
                     "        return self.b(same)\n",
         PARTS("    Flatten(),\n    Linear(16, 3, name='a'),\n    Tanh(),\n",
               "    Linear(3, 16, name='b'),\n    Unflatten(1, (1, 4, 4)),\n")},
        /* sums and branches */
        {TWO FORWARD "        z = self.a(x.flatten(1))\n        z = z + torch.sigmoid(z)\n"
                     "        return self.b(z)\n",
         PARTS("    Flatten(),\n    Linear(16, 3, name='a'),\n    Residual(\n        Sigmoid(),\n"
               "    ),\n",
               "    Linear(3, 16, name='b'),\n    Unflatten(1, (1, 4, 4)),\n")},
        {MODULE INIT "        self.one = nn.Conv2d(1, 2, 1)\n"
                     "        self.end = nn.Conv2d(3, 1, 1)\n" FORWARD
                     "        y = torch.cat([x, self.one(x).relu()], dim=1)\n"
                     "        return self.end(y)\n",
         "input = 1, 4, 4\nencoder = Sequential(\n    Parallel(\n        Identity(),\n"
         "        Sequential(\n            Conv2d(1, 2, 1, name='one'),\n            ReLU(),\n"
         "        ),\n    ),\n)\ndecoder = Sequential(\n    Conv2d(3, 1, 1, name='end'),\n)\n"},
        /* members of members, lists, dicts; twice the same weights */
        {"class Block(nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
         "        self.conv = nn.Conv2d(n, n, 1, bias=False)\n"
         "    def forward(self, x):\n        return x + self.conv(x)\n" MODULE INIT
         "        self.blocks = nn.ModuleList([Block(1) for _ in range(2)])\n"
         "        self.d = nn.ModuleDict({'relu': nn.ReLU()})\n" FORWARD
         "        for i, block in enumerate(self.blocks):\n            x = block(x)\n"
         "        return self.blocks[0](self.d['relu'](x))\n",
         "input = 1, 4, 4\nencoder = Sequential(\n"
         "    Residual(\n        Conv2d(1, 1, 1, bias=False, name='blocks.0.conv'),\n    ),\n"
         "    Residual(\n        Conv2d(1, 1, 1, bias=False, name='blocks.1.conv'),\n    ),\n"
         "    ReLU(),\n)\ndecoder = Sequential(\n"
         "    Residual(\n        Conv2d(1, 1, 1, bias=False, name='blocks.0.conv'),\n    ),\n)\n"},
        /* made in another order than it runs, and a member that does not run */
        {MODULE INIT "        self.b = nn.Linear(3, 16)\n        self.old = nn.Linear(2, 2)\n"
                     "        self.a = nn.Linear(16, 3)\n" FORWARD
                     "        return self.b(self.a(x.flatten(1)))\n",
         USUAL "unused = Sequential(\n    Linear(2, 2, name='old'),\n)\n"
               "order = 'b', 'old', 'a'\n"},
        /* the names of the places are not written */
        {MODULE INIT "        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, 3))\n"
                     "        self.decoder = nn.Sequential(nn.Linear(3, 16))\n" FORWARD
                     "        return self.decoder(self.encoder(x))\n",
         PARTS("    Flatten(),\n    Linear(16, 3),\n",
               "    Linear(3, 16),\n    Unflatten(1, (1, 4, 4)),\n")},
        /* a module that stands in two places has both names; an activation of numbers is not used
         */
        {MODULE INIT
         "        self.a = nn.Linear(16, 3)\n        self.b = nn.Linear(3, 16)\n"
         "        self.e = nn.Sequential(nn.Flatten(), self.a)\n"
         "        self.soft = nn.Softplus()\n        self.off = nn.Dropout(0.5)\n" FORWARD
         "        return self.b(self.e(x)).view_as(x)\n",
         PARTS("    Flatten(),\n    Linear(16, 3, name='a e.1'),\n",
               "    Linear(3, 16, name='b'),\n    Unflatten(1, (1, 4, 4)),\n")},
        /* a sum of a loop, results in a dataclass, a buffer that is not in the state dict */
        {"@dataclass\nclass Out:\n    code: torch.Tensor\n    image: torch.Tensor\n" TWO
         "        self.c = nn.ModuleList(nn.Linear(3, 3) for _ in range(2))\n"
         "        self.register_buffer('n', torch.zeros(1), persistent=False)\n" FORWARD
         "        z = self.a(x.flatten(1))\n        z = sum(c(z) for c in self.c)\n"
         "        return Out(code=z, image=self.b(z).reshape_as(x))\n",
         PARTS("    Flatten(),\n    Linear(16, 3, name='a'),\n    Residual(\n"
               "        Linear(3, 3, name='c.0'),\n        shortcut=Linear(3, 3, name='c.1'),\n    "
               "),\n",
               "    Linear(3, 16, name='b'),\n    Unflatten(1, (1, 4, 4)),\n") "order = 'a', 'b', "
                                                                               "'c.0', 'c.1'\n"},
        /* a code that is drawn */
        {MODULE INIT
         "        self.h = nn.Linear(16, 4)\n        self.b = nn.Linear(2, 16)\n" FORWARD
         "        mu, logvar = self.h(x.flatten(1)).chunk(2, dim=1)\n"
         "        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()\n"
         "        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())\n"
         "        return self.b(z), kl\n",
         PARTS("    Flatten(),\n    Linear(16, 4, name='h'),\n    Variational(),\n",
               "    Linear(2, 16, name='b'),\n    Unflatten(1, (1, 4, 4)),\n")},
        /* a classifier */
        {MODULE INIT "        self.a = nn.Linear(16, 3)\n" FORWARD
                     "        return self.a(x.flatten(1))\n",
         "input = 1, 4, 4\nclassifier = Sequential(\n    Flatten(),\n    Linear(16, 3, name='a'),\n"
         ")\n"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = read_code(cases[i].code, "net.py", &(emb_net_options){.input = {1, 4, 4}});
        if (!net) fail_msg("case %zu: %s", i, emb_error());
        assert_string_equal(emb_net_notation(net), cases[i].notation);
        /* It opens without the text. */
        emb_net *again = emb_net_parse(emb_net_notation(net), "saved", NULL);
        if (!again) fail_msg("case %zu: %s", i, emb_error());
        assert_string_equal(emb_net_notation(again), cases[i].notation);
        assert_int_equal(emb_net_tensor_count(again), emb_net_tensor_count(net));
        emb_net_free(again);
        emb_net_free(net);
    }
}

/* Values of Python, each as the number of features of a code. */
static void test_values(void **state) {
    (void)state;
    static const struct {
        const char *before, *value;
        int code;
    } cases[] = {
        {"", "2 ** 3 - 1", 7},
        {"", "int(7 / 2)", 3},
        {"", "-7 // 2 + 9", 5},
        {"", "len([1, 2] * 2 + [3])", 5},
        {"", "[4, 5, 6][-1]", 6},
        {"", "(1, 2, 3, 4)[1:][0]", 2},
        {"", "max(3, 4) if True else 1", 4},
        {"", "sum(i for i in range(4) if i % 2)", 4},
        {"", "{'a': 3}['a'] + dict(b=2)['b']", 5},
        {"", "int(np.prod((2, 3)))", 6},
        {"", "math.ceil(2.1) + (5 and 0 or 1)", 4},
        {"", "int(f'{1}{2}')", 12},
        {"", "int('%d%d' % (1, 3))", 13},
        {"", "(lambda a, b=2: a * b)(3)", 6},
        {"", "1 < 2 < 3 and 3 or 4", 3},
        {"", "0x_f & 6", 6},
        {"N = 4\nN += 1\n", "N", 5},
        {"class Config:\n    size = 3\n", "Config.size", 3},
        {"@dataclass\nclass C:\n    a: int = 2\n    b: int = 3\ncfg = C(b=4)\n", "cfg.a + cfg.b",
         6},
        {"def half(n):\n    if n > 8:\n        return n // 2\n    return n\n", "half(12)", 6},
        {"parser = argparse.ArgumentParser()\nparser.add_argument('--code-size', default=3)\n"
         "args = parser.parse_args()\n",
         "args.code_size", 3},
        {"import argparse\nparser = argparse.ArgumentParser()\n"
         "parser.add_argument('-c', '--code-size', type=int, default=3)\nargs = "
         "parser.parse_args()\n",
         "args.code_size", 3},
        {"a, *b = 1, 2, 3\n", "b[1] * 3", 9},
        {"x = [n * m for n in (1, 2) for m in (3, 4)]\n", "x[2]", 6},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char code[1024];
        snprintf(code, sizeof code,
                 "%s" MODULE INIT "        n = %s\n        self.a = nn.Linear(16, n)\n"
                 "        self.b = nn.Linear(n, 16)\n" FORWARD
                 "        return self.b(self.a(x.flatten(1)))\n",
                 cases[i].before, cases[i].value);
        emb_net *net = read_code(code, "net.py", &(emb_net_options){.input = {1, 4, 4}});
        if (!net && i == 20) continue; /* argparse is not imported there */
        if (!net) fail_msg("%s: %s", cases[i].value, emb_error());
        if (emb_net_latent(net) != cases[i].code) {
            fail_msg("%s: %d, expected %d", cases[i].value, emb_net_latent(net), cases[i].code);
        }
        emb_net_free(net);
    }
}

/* ---- which class, with what ---- */

#define CLASS(name)                                                                                \
    "class " name "(nn.Module):\n    def __init__(self, n, wide=False):\n"                         \
    "        super().__init__()\n        self.a = nn.Linear(16, n)\n"                              \
    "        self.b = nn.Linear(n, 16, bias=wide)\n" FORWARD                                       \
    "        return self.b(self.a(x.flatten(1)))\n"

#define NOTHING                                                                                    \
    "net.py:6: training_step compares nothing with the image; expects a loss of the "              \
    "reconstruction and the image, such as F.mse_loss(x_hat, x)"
#define STEP "    def training_step(self, batch, i):\n"

static void test_choices(void **state) {
    (void)state;
    static const struct {
        const char *code, *class, *set;
        int latent;        /* 0: refused */
        const char *error; /* then; or a note */
    } cases[] = {
        {CLASS("A") "net = A(5)\n", NULL, NULL, 5, NULL},
        {CLASS("A") "net = A(n=5)\n", NULL, "n=6", 6, NULL},
        {CLASS("A") "SIZE = 4\nnet = A(SIZE)\n", NULL, "SIZE=7", 7, NULL},
        {CLASS("A") CLASS("B") "b = B(5)\na = A(6)\n", NULL, NULL, 6, NULL},
        {CLASS("A") CLASS("B") "b = B(5)\na = A(6)\n", "B", NULL, 5, NULL},
        {CLASS("A") "def main():\n    net = A(3)\n    for epoch in range(9):\n        net(1)\n",
         NULL, NULL, 3, NULL},
        {CLASS("A") "for n in [2, 8]:\n    net = A(n)\n", NULL, NULL, 8, NULL},
        {CLASS("A") CLASS("A") "net = A(5)\n", NULL, NULL, 5, NULL},
        /* what a name is given to, and not what is only asked of it */
        {CLASS("A") "net = A(5)\nprint(A(9)(torch.zeros(1, 16)).shape)\n", NULL, NULL, 5, NULL},
        {CLASS("A") "net = A(5).to('cpu')\nshape = A(9)(torch.zeros(1, 16)).shape\n", NULL, NULL, 5,
         NULL},
        {CLASS("A") "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\n"
                    "net = A(5, device == 'cuda')\n",
         NULL, NULL, 5, NULL},
        {"K = 5\ndef setup():\n    global K\n    K = 7\nsetup()\n" CLASS("A") "net = A(K)\n", NULL,
         NULL, 7, NULL},
        {"def f():\n    k = 5\n    def g():\n        nonlocal k\n        k += 3\n    g()\n"
         "    return k\n" CLASS("A") "net = A(f())\n",
         NULL, NULL, 8, NULL},
        {CLASS("A"), NULL, NULL, 0,
         "net.py:2: A needs a value for 'n', and nothing in the file makes it; add --set n=..."},
        {CLASS("A") "net = A(5)\n", "C", NULL, 0, "net.py: there is no class 'C'; it has A"},
        {CLASS("A") "net = A(5)\n", NULL, "m=5", 0,
         "net.py: --set m: neither the class's __init__ nor the file has such a name"},
        {CLASS("A") "net = A(5)\n", NULL, "n=", 0,
         "--set n=: expects names with values, such as hidden=64"},
        {CLASS("A") "net = A(load('n.txt'))\n", NULL, NULL, 0,
         "net.py:8: A needs a value for 'n', and that of the file is not known ('load' has no "
         "value "
         "here); add --set n=..."},
        {"x = 3\n", NULL, NULL, 0,
         "net.py: has no class that is an nn.Module; expects class Net(nn.Module)"},
        {"class E(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
         "        self.l = nn.Linear(16, 3)\n" FORWARD "        return self.l(x.flatten(1))\n"
         "class D(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
         "        self.l = nn.Linear(3, 16)\n" FORWARD "        return self.l(x)\n",
         NULL, NULL, 3, "the file does not put E and D together: D reads what E gives"},
        /* a member, and an item, that are taken away again */
        {TWO "        sizes = [3, 9]\n        del sizes[-1], self.b\n"
             "        self.c = nn.Linear(sizes[-1], 16)\n        del self.a.nothing\n" FORWARD
             "        return self.c(self.a(x.flatten(1)))\n",
         NULL, NULL, 0,
         "net.py:9: this del is not followed; expects one of a member of self, or of an item of a "
         "list or a dict"},
        {TWO "        sizes = [3, 9]\n        del sizes[-1], self.b\n"
             "        self.c = nn.Linear(sizes[-1], 16)\n" FORWARD
             "        return self.c(self.a(x.flatten(1)))\n",
         NULL, NULL, 3, NULL},
        {TWO, NULL, NULL, 0,
         "net.py:1: AE has no forward, nor an encoder and a decoder to put one after the other; "
         "expects def forward(self, x)"},
        /* Lightning's: what the loss of training_step compares with the image */
        {TWO STEP "        x, _ = batch\n        x = x.flatten(1)\n"
                  "        return F.mse_loss(self.b(self.a(x)), x)\n",
         NULL, NULL, 3,
         "AE gives back the image in its training_step, which is followed up to the loss"},
        {TWO STEP "        x = batch.flatten(1)\n        made = self.b(self.a(x))\n"
                  "        return ((x - made) ** 2).mean()\n",
         NULL, NULL, 3, NULL},
        {TWO "    def forward(self, x):\n        return self.a(x.flatten(1))\n"
             "    def shared(self, batch):\n        x = batch[0].flatten(1)\n"
             "        loss = nn.BCEWithLogitsLoss()(input=self.b(self.a(x)), target=x)\n"
             "        self.log('loss', loss)\n        return loss\n" STEP
             "        return self.shared(batch)\n",
         NULL, NULL, 3, NULL},
        {TWO STEP "        x, y = batch\n        return F.cross_entropy(self.a(x.flatten(1)), y)\n",
         NULL, NULL, 0, NOTHING},
        {TWO STEP "        x, y = batch\n        return F.mse_loss(self.a(x.flatten(1)), x)\n",
         NULL, NULL, 0, NOTHING},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb_net_options options = {
            .class_name = cases[i].class, .set = cases[i].set, .input = {1, 4, 4}};
        emb_net *net = read_code(cases[i].code, "net.py", &options);
        if (!net != !cases[i].latent) fail_msg("case %zu: %s", i, net ? "is read" : emb_error());
        if (!net) assert_string_equal(emb_error(), cases[i].error);
        if (net) assert_int_equal(emb_net_latent(net), cases[i].latent);
        if (net && cases[i].error) assert_non_null(strstr(emb_net_notes(net), cases[i].error));
        emb_net_free(net);
    }
}

/* ---- what is refused ---- */

static void test_refusals(void **state) {
    (void)state;
    static const struct {
        const char *code, *error; /* behind "net.py:" */
    } cases[] = {
        {MODULE INIT "        self.a = nn.Linear(self.nope, 3)\n" FORWARD "        return x\n",
         "4: expects a value for Linear; there is no value called 'nope' here"},
        {MODULE INIT "        a = [0] * 9999\n        b = a * 9\n" FORWARD "        return x\n",
         "5: a list has more than 65536 values"},
        {TWO FORWARD "        return self.b(self.a(x.flatten(1)) * 2)\n",
         "7: this is followed only on the way to a code that is drawn"},
        {TWO FORWARD "        z = self.a(x.flatten(1))\n        if z.sum() > 0:\n"
                     "            z = z.relu()\n        return self.b(z)\n",
         "8: decides by the numbers of an image"},
        {TWO FORWARD "        while True:\n            x = x.relu()\n        return x\n",
         "8: forward has more than 1024 layers"},
        {TWO FORWARD "        i = 0\n        while True:\n            i += 1\n        return x\n",
         "9: this takes more than 262144 steps to follow"},
        {TWO FORWARD "        return self.forward(x)\n", "7: calls or values within one another"},
        {TWO FORWARD "        return self.c(x)\n", "7: c() of a module is not followed"},
        {TWO FORWARD "        return self.b(x.view(-1, 15))\n",
         "7: an image is 1x4x4 here, 16 numbers, and does not become (-1, 15)"},
        {TWO FORWARD "        x = self.a(x.flatten(1))\n        raise ValueError('no')\n",
         "8: the class raises an error here"},
        {TWO FORWARD "        z = self.a(x.flatten())\n        return self.b(z)\n",
         "7: flatten() makes one row of all images; expects flatten(1)"},
        {TWO FORWARD "        z = self.a(x.flatten(1))\n        if self.training:\n"
                     "            z = z.relu()\n        return self.b(z)\n",
         "8: forward does one thing in training and another in evaluation"},
        {TWO FORWARD "        with torch.no_grad():\n            z = self.a(x.flatten(1))\n"
                     "        return self.b(z)\n",
         "7: a part of forward without gradients is not followed"},
        {TWO FORWARD "        a = self.a(x.flatten(1))\n        b, c = a.relu(), a.tanh()\n"
                     "        d = b + c\n        return self.b(d + b)\n",
         "10: the branches that end here cross others"},
        {TWO FORWARD "    return x\n", "7: expects an indented block, gets 'return'"},
        {TWO FORWARD "        return self.b(self.a(x.flatten(1))\n",
         "7: ')' is missing in this line"},
        {TWO "  def forward(self, x):\n", "6: the line is indented neither like"},
        {"x = '''no end\n", "1: a text that begins in this line does not end"},
        {MODULE INIT "        self.a = nn.Linear(16, 3, bais=True)\n" FORWARD
                     "        return self.a(x)\n",
         "4: Linear(in_features, out_features, bias=True): there is no argument 'bais': did you "
         "mean bias?"},
        {MODULE INIT "        self.a = nn.Linear(16, 0)\n" FORWARD "        return self.a(x)\n",
         "4: Linear: out_features expects a number in 1..16777216, gets 0"},
        {MODULE INIT "        self.a = nn.Conv2d(3, 8, 3)\n" FORWARD "        return self.a(x)\n",
         "6: a Conv2d expects 3 channels (3xHxW), gets 1x4x4"},
        {MODULE INIT "        self.a = nn.Bilinear(16, 16, 3)\n" FORWARD
                     "        return self.a(x, x)\n",
         "4: nn.Bilinear is no layer that embudo has"},
        {MODULE INIT "        self.a = nn.Conv2d(1, 5, 3)\n" FORWARD "        return self.a(x)\n",
         "1: AE gives 5x2x2 for an image of 1x4x4; expects the image's shape"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        static const char name[] = "net.py:";
        emb_net *net = read_code(cases[i].code, "net.py", &(emb_net_options){.input = {1, 4, 4}});
        if (net) fail_msg("case %zu: is read as\n%s", i, emb_net_notation(net));
        const char *said = emb_error();
        if (strncmp(said, name, sizeof name - 1) != 0 ||
            strncmp(said + sizeof name - 1, cases[i].error, strlen(cases[i].error)) != 0) {
            fail_msg("case %zu: '%s', expected '%s'", i, said, cases[i].error);
        }
    }
}

/* ---- notebooks ---- */

static emb_net *read_notebook(const char *json) {
    emb__notebook code;
    char *bytes = emb__strndup(json, strlen(json));
    assert_non_null(bytes);
    const emb_status status = emb__notebook_read("net.ipynb", bytes, strlen(json), &code);
    emb__free(bytes);
    if (status != EMB_OK) return NULL;
    emb_net *net = emb__net_read_class("net.ipynb", &code, &(emb_net_options){.input = {1, 4, 4}});
    emb__notebook_clear(&code);
    return net;
}

#define CELL(lines) "{\"cell_type\": \"code\", \"outputs\": [], \"source\": [" lines "]}"
#define AE_CELL                                                                                    \
    CELL("\"class AE(nn.Module):\\n\", \"    def __init__(self, n):\\n\","                         \
         "\"        super().__init__()\\n\", \"        self.a = nn.Linear(16, n)\\n\","            \
         "\"        self.b = nn.Linear(n, 16)\\n\", \"    def forward(self, x):\\n\","             \
         "\"        return self.b(self.a(x.flatten(1)))\"")

static void test_notebooks(void **state) {
    (void)state;
    static const struct {
        const char *json;
        int latent;       /* 0: refused */
        const char *text; /* the error, or a note */
    } cases[] = {
        {"{\"cells\": [" AE_CELL ", " CELL("\"model = AE(3)\"") "]}", 3, NULL},
        {"{\"nbformat\": 3, \"worksheets\": [{\"cells\": [{\"input\": \"n = 4\", \"cell_type\": "
         "\"code\"}, " AE_CELL ", " CELL("\"model = AE(n)\"") "]}]}",
         4, NULL},
        {"{\"cells\": [{\"cell_type\": \"markdown\", \"source\": [\"class\"]}, " AE_CELL
         ", " CELL("\"%matplotlib inline\\n\", \"!pip install x\\n\", \"model = AE(3)\\n\", "
                   "\"AE?\"") "]}",
         3, NULL},
        {"{\"cells\": [" AE_CELL
         ", " CELL("\"%%time\\n\", \"model = AE(3)\"") ", " CELL("\"%%bash\\n\", \"rm ((\"") "]}",
         3, NULL},
        {"{\"cells\": [" AE_CELL ", " CELL("\"model = AE(3)\"") ", " CELL("\"f = (\"") "]}", 3,
         "a cell that is not Python is left out (cell 3, line 1: ')' is missing in "
         "this line)"},
        {"{\"cells\": [" AE_CELL ", " CELL("\"n = 1\\n\", \"model = AE(m)\"") "]}", 0,
         "net.ipynb, cell 2, line 2: AE needs a value for 'n', and that of the file is not known "
         "('m' has no value here); add --set n=..."},
        {"{\"cells\": [" AE_CELL ", " CELL("\"model = AE(0)\"") "]}", 0,
         "net.ipynb, cell 1, line 4: Linear: out_features expects a number in 1..16777216, gets 0"},
        {"{\"cells\": [" CELL("\"x = 1\"") "]}", 0,
         "net.ipynb: has no class that is an nn.Module; expects class Net(nn.Module)"},
        {"[1, 2]", 0, "net.ipynb: is not a notebook: it is no JSON object"},
        {"{\"metadata\": {}}", 0, "net.ipynb: is not a notebook: it has no cells"},
        {"{\"cells\": [{\"cell_type\": \"code\", \"source\": 3}]}", 0,
         "net.ipynb: is not a notebook: a JSON string is missing"},
        {"{\"cells\": [" CELL("\"x = \\\"\""), 0,
         "net.ipynb: is not a notebook: its cells do not end"},
        {"{\"cells\": [{\"outputs\": [[[", 0,
         "net.ipynb: is not a notebook: its JSON ends too soon"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = read_notebook(cases[i].json);
        if (!net != !cases[i].latent) fail_msg("case %zu: %s", i, net ? "is read" : emb_error());
        if (!net) assert_string_equal(emb_error(), cases[i].text);
        if (net) assert_int_equal(emb_net_latent(net), cases[i].latent);
        if (net && cases[i].text && !strstr(emb_net_notes(net), cases[i].text)) {
            fail_msg("case %zu: '%s', expected '%s'", i, emb_net_notes(net), cases[i].text);
        }
        emb_net_free(net);
    }
}

/* ---- what the file says of training ---- */

static void test_written(void **state) {
    (void)state;
    static const char code[] =
        CLASS("A") "from torch.utils.data import DataLoader, "
                   "random_split\ntorch.manual_seed(7)\nBATCH_SIZE = "
                   "64\nepochs = 20\nmodel = A(3)\n"
                   "loader = DataLoader(data, batch_size=32, shuffle=True)\n"
                   "train, val = random_split(data, [0.9, 0.1])\nloss = nn.BCELoss()\n"
                   "test = DataLoader(data, batch_size=1000)\n"
                   "opt = torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9, "
                   "weight_decay=1e-5)\n";
    emb_written w;
    emb_net *net = read_code(code, "net.py", &(emb_net_options){.input = {1, 4, 4}});
    if (!net) fail_msg("%s", emb_error());
    assert_true(emb_net_written(net, &w));
    assert_int_equal(w.batch_size, 32);
    assert_int_equal(w.epochs, 20);
    assert_true(w.has_seed && w.shuffle);
    assert_int_equal(w.seed, 7);
    assert_string_equal(w.optimiser, "sgd");
    assert_string_equal(w.loss, "bce");
    assert_true(w.val_split > 0.0999 && w.val_split < 0.1001);
    assert_true(w.learning_rate == 1e-2 && w.momentum == 0.9 && w.weight_decay == 1e-5);
    emb_net_free(net);
    static const struct {
        const char *code;
        emb_written is;
    } cases[] = {
        {"def train(net, epochs=20, lr=0.1):\n    pass\ntrain(A(3), epochs=7)\n",
         {.epochs = 7, .learning_rate = 0.1}},
        {"p = argparse.ArgumentParser()\np.add_argument('--epochs', default=3)\n", {.epochs = 3}},
        {"batch_size, num_epochs, lr = 32, 5, 0.25\n",
         {.batch_size = 32, .epochs = 5, .learning_rate = 0.25}},
        {"p = {'batch_size': 8, 'epochs': 6}\n", {.batch_size = 8, .epochs = 6}},
        {"for epoch in range(1, 13):\n    pass\n", {.epochs = 12}},
        {"def loss(r, x):\n    return F.binary_cross_entropy(r, x, reduction='sum') + 1\n",
         {.loss = "bce", .loss_sums = true}},
        {"loss = nn.KLDivLoss()\nopt = torch.optim.Adagrad(net.parameters())\n",
         {.loss = "KLDivLoss", .optimiser = "adagrad"}},
        {"opt = torch.optim.Adam(net.parameters(), betas=(0.5, 0.75), eps=0.125, amsgrad=True)\n"
         "s = torch.optim.lr_scheduler.StepLR(opt, 3, gamma=0.5)\n"
         "torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)\n",
         {.optimiser = "adam",
          .beta1 = 0.5,
          .beta2 = 0.75,
          .epsilon = 0.125,
          .amsgrad = true,
          .schedule = "step",
          .step_size = 3,
          .gamma = 0.5,
          .clip_norm = 2}},
        {"s = torch.optim.lr_scheduler.OneCycleLR(opt, 0.1)\n", {.schedule = "OneCycleLR"}},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char text[2048];
        snprintf(text, sizeof text, "import argparse\n" CLASS("A") "net = A(3)\n%s", cases[i].code);
        net = read_code(text, "net.py", &(emb_net_options){.input = {1, 4, 4}});
        if (!net) fail_msg("case %zu: %s", i, emb_error());
        assert_true(emb_net_written(net, &w));
        const emb_written *is = &cases[i].is;
        const bool same =
            w.batch_size == is->batch_size && w.epochs == is->epochs &&
            w.learning_rate == is->learning_rate && strcmp(w.loss, is->loss) == 0 &&
            strcmp(w.optimiser, is->optimiser) == 0 && strcmp(w.schedule, is->schedule) == 0 &&
            w.loss_sums == is->loss_sums && w.step_size == is->step_size && w.gamma == is->gamma &&
            w.beta1 == is->beta1 && w.beta2 == is->beta2 && w.epsilon == is->epsilon &&
            w.amsgrad == is->amsgrad && w.clip_norm == is->clip_norm;
        if (!same) fail_msg("case %zu: %s", i, cases[i].code);
        emb_net_free(net);
    }
    net = emb_net_open("notebook", NULL);
    assert_false(emb_net_written(net, &w));
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks),  cmocka_unit_test(test_values),
        cmocka_unit_test(test_choices),   cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_notebooks), cmocka_unit_test(test_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
