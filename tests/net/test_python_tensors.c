/* What a class's forward does with tensors and random numbers that makes it another network, and
 * what it does to weights: followed, told, or refused with its line. */
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

static emb_net *read_code(const char *text) {
    emb__notebook code = {.text = emb__strndup(text, strlen(text)), .length = strlen(text)};
    assert_non_null(code.text);
    emb_net *net = emb__net_read_class("net.py", &code, &(emb_net_options){.input = {1, 4, 4}});
    emb__notebook_clear(&code);
    return net;
}

#define BEGIN                                                                                      \
    "class AE(nn.Module):\n    def __init__(self):\n        super().__init__()\n"                  \
    "        self.a = nn.Linear(16, 3)\n        self.v = nn.Linear(16, 3)\n"                       \
    "        self.b = nn.Linear(3, 16)\n"
/* Line 7 is in __init__; or lines 8 and 9 are of forward. */
#define MAKES(line)                                                                                \
    BEGIN "        " line "\n    def forward(self, x):\n        x = x.flatten(1)\n"                \
          "        return self.b(self.a(x)), self.v(x)\n"
#define DOES(lines)                                                                                \
    BEGIN "    def forward(self, x):\n" lines "        return self.b(z), self.v(x.flatten(1))\n"
#define LINE(text) "        " text "\n"
#define CODE(text) LINE("z = self.a(x.flatten(1))") LINE(text)
#define DRAWS(text)                                                                                \
    DOES(LINE("h = x.flatten(1)") LINE("m, std = self.a(h), torch.exp(0.5 * self.v(h))") LINE(text))

static void check(const char *code, const char *error, const char *note) {
    char wanted[400];
    emb_net *net = read_code(code);
    if (!net != (error != NULL)) {
        fail_msg("%s\n%s", code, net ? emb_net_notation(net) : emb_error());
    }
    snprintf(wanted, sizeof wanted, "net.py:%s", error ? error : "");
    if (error && strncmp(emb_error(), wanted, strlen(wanted)) != 0) {
        fail_msg("%s\n%s\nexpected %s", code, emb_error(), wanted);
    }
    const char *notes = net ? emb_net_notes(net) : NULL;
    if (note && !(notes && strstr(notes, note))) fail_msg("%s\n%s", code, notes ? notes : "");
    emb_net_free(net);
}

static void random_numbers_are_a_codes_or_are_refused(void **state) {
    (void)state;
    static const char image[] = "noise on the images belongs to the training, and not to the "
                                "network: take it out of forward, and give embudo train "
                                "--denoise gaussian=";
    static const struct {
        const char *code, *error, *more; /* more: of the noise on images */
    } cases[] = {
        {DOES(LINE("x = x + 0.3 * torch.randn_like(x)") CODE("pass")), "8: ", "0.3"},
        {DOES(LINE("x = x.flatten(1) - 0") LINE("x += torch.randn(x.size()) / 2") CODE("pass")),
         "9: ", "0.5"},
        {DOES(LINE("x = x.add(torch.empty_like(x).normal_(0, std=0.25))") CODE("pass")),
         "8: ", "0.25"},
        {DOES(LINE("x = torch.normal(0, 0.2, x.shape) + x") CODE("pass")), "8: ", "0.2"},
        {DOES(LINE("if self.training: x = x + torch.randn_like(x)") CODE("pass")), "8: ", "1"},
        {DOES(CODE("z = z + torch.randn_like(z)")), "9: noise in forward is not followed", NULL},
        {DOES(CODE("z = z * torch.randn_like(z)")), "9: noise in forward is not followed", NULL},
        {DOES(LINE("x = x * torch.bernoulli(torch.full_like(x, 0.7))") CODE("pass")),
         "8: random numbers in forward are not followed", NULL},
        {DOES(CODE("z = z + torch.rand(z.size())")),
         "9: random numbers in forward are not followed", NULL},
        {DRAWS("z = m + std * torch.randn_like(std)"), NULL, NULL},
        {DRAWS("z = m + std * torch.randn_like(std).to(m.device)"), NULL, NULL},
        {DRAWS("z = torch.distributions.Normal(m, std).rsample()"), NULL, NULL},
        {DRAWS("q = torch.distributions.normal.Normal(loc=m, scale=std); z = q.rsample()"), NULL,
         NULL},
        {DRAWS("z = m + std * torch.distributions.Normal(0, 1).sample(m.shape)"), NULL, NULL},
        {DRAWS("z = m + std * torch.randn_like(std) if self.training else m"), NULL, NULL},
        {DRAWS("z = torch.distributions.Normal(m, std).sample()"),
         "10: sample() gives the encoder no gradient", NULL},
        {DRAWS("z = torch.distributions.Normal(m, self.v(h)).rsample()"),
         "10: a Normal is followed with the means and std", NULL},
        {DRAWS("z = m + std * torch.distributions.Normal(0, 2).sample()"), "10: '*' with a tensor",
         NULL},
        {DRAWS("z = torch.normal(m, std)"), "10: random numbers of this mean and deviation", NULL},
        {DRAWS("z = m + std * torch.randn(3)"), "10: these random numbers are the same for all",
         NULL},
        {DRAWS("z = m + std * torch.randn(1, 3)"), "10: these random numbers are the same", NULL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char error[400];
        snprintf(error, sizeof error, "%s%s%s", cases[i].error ? cases[i].error : "",
                 cases[i].more ? image : "", cases[i].more ? cases[i].more : "");
        check(cases[i].code, cases[i].error ? error : NULL,
              cases[i].error ? NULL : "it is variational");
    }
}

static void arithmetic_is_followed_or_refused(void **state) {
    (void)state;
    static const struct {
        const char *code, *error;
    } cases[] = {
        {DOES(CODE("z = torch.add(z, z.tanh(), alpha=0.5)")), "9: add() with alpha"},
        {DOES(CODE("z = z.add(z.tanh(), alpha=1)")), NULL},
        {DOES(CODE("z = z + 0.1 * z.tanh()")), "9: a tensor times a number is not followed"},
        {DOES(CODE("z = z.to(torch.int32)")), "9: numbers of another type than float32"},
        {DOES(CODE("z = z.to(x.device).type(torch.FloatTensor)")), NULL},
        {DOES(LINE("z = self.a(x.flatten(1), scale=2)")),
         "8: a Linear gets scale=, which is not followed"},
        {DOES(LINE("z = self.a(input=x.flatten(1))")), NULL},
        {BEGIN "    def forward(self, x):\n        return self.a(x.flatten(1)).foo(), x\n",
         "8: foo() of a tensor is not followed"},
        {"N = 3\n" BEGIN "    def forward(self, x, n=N):\n        z = self.a(x.view(-1, 16))\n"
         "        return self.b(z.view(-1, n))\nN = 4\n",
         NULL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) check(cases[i].code, cases[i].error, NULL);
}

#define GIVEN(init, rest)                                                                          \
    "class AE(nn.Module):\n    N = 2\n    def __init__(self, dims):\n        super().__init__()\n" \
    "        " init "\n        self.a = nn.Linear(dims[0], dims[1])\n"                             \
    "        self.b = nn.Linear(dims[1], 16)\n    def forward(self, x):\n"                         \
    "        return self.b(self.a(x.flatten(1)))\n" rest

static void what_a_class_changes_is_its_own(void **state) {
    (void)state;
    static const struct {
        const char *code;
        int latent;
        const char *error;
    } cases[] = {
        {GIVEN("dims.insert(0, 16)", "model = AE([3])\n"), 3, NULL},
        {GIVEN("a = dims; a += [3]", "dims = [16]\nmodel = AE(dims)\n"), 3, NULL},
        {GIVEN("dims = dims['d']; dims.insert(0, 16)", "model = AE({'d': [3]})\n"), 3, NULL},
        {GIVEN("AE.N = AE.N + 1; dims = [16, AE.N]", "model = AE(None)\n"), 3, NULL},
        {GIVEN("pass", "model = AE([16, 3])\nmodel.b = nn.Linear(3, 16)\n"), 0,
         "11: a model that is given other layers once it is made"},
        {GIVEN("self.c = [nn.Linear(16, 16)]", "model = AE([16, 3])\n"), 3, NULL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = read_code(cases[i].code);
        if (!net != !cases[i].latent) fail_msg("case %zu: %s", i, net ? "is read" : emb_error());
        if (net) assert_int_equal(emb_net_latent(net), cases[i].latent);
        if (!net) assert_non_null(strstr(emb_error(), cases[i].error));
        emb_net_free(net);
    }
    check(BEGIN "        self.c = [nn.Linear(3, 3)]\n    def forward(self, x):\n"
                "        return self.b(self.c[0](self.a(x.flatten(1))))\n",
          "9: this Linear is no member of the class, so PyTorch neither saves nor trains it", NULL);
    check(DOES(CODE("z = nn.Linear(3, 3)(z)")), "9: this Linear is no member of the class", NULL);
    check(DOES(CODE("z = nn.ReLU()(z).clamp(0, 1)")), NULL, NULL);
    check(DOES(CODE("z = z.clamp(min=0)")), NULL, NULL);
    check(DOES(CODE("z = torch.clamp(z, max=3)")), "9: clamp with one end is followed as", NULL);
    check(DOES(CODE("z = torch.clamp(z, 1)")), "9: clamp with one end is followed as", NULL);
}

static void weights_are_the_layers_own(void **state) {
    (void)state;
    static const char set[] = "7: weights that are set here, such as another layer's",
                      drawn[] = "embudo draws PyTorch's usual ones";
    static const struct {
        const char *code, *error, *note;
    } cases[] = {
        {MAKES("self.b.weight = nn.Parameter(self.a.weight.t())"), set, NULL},
        {MAKES("self.v.weight = self.a.weight"), set, NULL},
        {MAKES("self.b.weight.data = self.a.weight.data.t()"), set, NULL},
        {MAKES("self.v.bias.data = self.a.bias.data"), set, NULL},
        {MAKES("self.a.weight.data.normal_(0, 0.02)"), NULL, drawn},
        {MAKES("self.a.bias.data.zero_()"), NULL, drawn},
        {MAKES("nn.init.zeros_(self.a.bias)"), NULL, drawn},
        {MAKES("self.a.weight.requires_grad = False"), NULL, "--freeze"},
        {MAKES("self.a.requires_grad_(False)"), NULL, "--freeze"},
        {MAKES("for p in self.a.parameters(): p.requires_grad = False"), NULL, "--freeze"},
        {MAKES("self.p = nn.Parameter(torch.zeros(3))"), "7: p: a parameter of the class's own",
         NULL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        check(cases[i].code, cases[i].error, cases[i].note);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_numbers_are_a_codes_or_are_refused),
        cmocka_unit_test(arithmetic_is_followed_or_refused),
        cmocka_unit_test(what_a_class_changes_is_its_own),
        cmocka_unit_test(weights_are_the_layers_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
