/* model/model.c: networks from names, notations, model files and run folders, and back to files.
 */
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "codec/safetensors.h"
#include "net/net.h"

#define TINY                                                                                       \
    "latent = 2\ninput = 1, 4, 4\n"                                                                \
    "encoder = Sequential(Flatten(), Linear(16, latent))\n"                                        \
    "decoder = Sequential(Linear(latent, 16), Unflatten(1, (1, 4, 4)), Sigmoid())\n"

static char root[] = "/tmp/embudo-test-model-XXXXXX";

static int make_root(void **state) {
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *seen, int kind, struct FTW *where) {
    (void)seen, (void)kind, (void)where;
    return remove(path);
}

static int remove_root(void **state) {
    (void)state;
    return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* root/name; good until the fourth call after. */
static const char *at(const char *name) {
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

/* Opens and frees; expects this text behind "PATH", or success for NULL. */
static void check_open(const char *path, int latent, const char *text) {
    const emb_net_options options = {.latent = latent};
    emb_net *net = emb_net_open(path, &options);
    if (!text) {
        if (!net) fail_msg("%s", emb_error());
        emb_net_free(net);
        return;
    }
    char whole[1024];
    snprintf(whole, sizeof whole, "%s%s", path, text);
    assert_null(net);
    assert_string_equal(emb_error(), whole);
}

static void expect_same_weights(const emb_net *a, const emb_net *b) {
    assert_int_equal(emb_net_tensor_count(a), emb_net_tensor_count(b));
    for (size_t i = 0; i < emb_net_tensor_count(a); i++) {
        emb_tensor_info s, t;
        emb_net_tensor(a, i, &s);
        emb_net_tensor(b, i, &t);
        assert_string_equal(s.name, t.name);
        assert_int_equal(s.count, t.count);
        assert_memory_equal(s.values, t.values, s.count * sizeof *s.values);
    }
}

static void test_round_trip(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int latent;
    } cases[] = {{"notebook", 0}, {"notebook", 8}};
    const emb_pair extra[] = {{"train.seed", "42"}, {"note", "a \"b\"\n\xc3\xb1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const emb_net_options options = {.latent = cases[i].latent};
        emb_net *net = emb_net_open(cases[i].name, &options);
        if (!net) fail_msg("%s", emb_error());
        assert_null(emb_net_metadata(net, "format"));
        assert_int_equal(emb_net_init(net, 42), EMB_OK);
        assert_int_equal(emb_net_save(net, at("a.safetensors"), extra, 2), EMB_OK);
        emb_net *again = emb_net_open(at("a.safetensors"), NULL);
        if (!again) fail_msg("%s", emb_error());
        expect_same_weights(net, again);
        assert_string_equal(emb_net_notation(net), emb_net_notation(again));
        assert_string_equal(emb_net_metadata(again, "embudo.notation"), emb_net_notation(net));
        assert_string_equal(emb_net_metadata(again, "format"), "pt");
        assert_string_equal(emb_net_metadata(again, "embudo.preprocessing"),
                            "pixel=uint8 divide=255 layout=CHW");
        assert_string_equal(emb_net_metadata(again, "note"), extra[1].value);
        assert_null(emb_net_metadata(again, "not there"));

        uint8_t *first, *second;
        size_t first_count, second_count;
        assert_int_equal(emb_net_save(again, at("b"), extra, 2), EMB_OK);
        assert_int_equal(emb__file_load(at("a.safetensors"), 1 << 20, &first, &first_count),
                         EMB_OK);
        assert_int_equal(emb__file_load(at("b"), 1 << 20, &second, &second_count), EMB_OK);
        assert_int_equal(first_count, second_count);
        assert_memory_equal(first, second, first_count);
        emb__free(first);
        emb__free(second);
        emb_net_free(net);
        emb_net_free(again);
    }
}

static void test_what_a_name_is(void **state) {
    (void)state;
    emb_net *net = emb_net_parse(TINY, NULL, NULL);
    if (!net) fail_msg("%s", emb_error());
    mkdir(at("run"), 0777);
    mkdir(at("bare"), 0777);
    assert_int_equal(emb_net_save(net, at("run/model.safetensors"), NULL, 0), EMB_OK);
    assert_int_equal(emb_net_save(net, at("any name"), NULL, 0), EMB_OK);
    assert_int_equal(emb_net_save(net, at("model.net"), NULL, 0), EMB_OK);
    emb_net_free(net);
    emb_file_write(at("tiny.net"), TINY, strlen(TINY));
    emb_file_write(at("tiny.txt"), TINY, strlen(TINY));
    emb_file_write(at("picture"), "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    emb_file_write(at("picture.safetensors"), "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    emb_file_write(at("empty.net"), "", 0);
    emb_file_write(at("empty.safetensors"), "", 0);
    static const struct {
        const char *name;
        int latent;
        const char *text; /* behind the path; NULL: opens */
    } cases[] = {
        {"run", 0, NULL},
        {"run/", 2, NULL},
        {"run/model.safetensors", 0, NULL},
        {"any name", 2, NULL},
        {"model.net", 0, NULL},
        {"tiny.net", 0, NULL},
        {"tiny.net", 7, NULL},
        {"tiny.txt", 0, NULL},
        {"any name", 3, ": is trained for codes of 2, so latent 3 does not fit it"},
        {"bare", 0, ": holds no model.safetensors; expected a run's folder or a model file"},
        {"picture", 0, ": is a picture, where a network or a run belongs"},
        {"picture.safetensors", 0, ": is a picture, not a model (safetensors)"},
        {"empty.net", 0, ": is empty"},
        {"empty.safetensors", 0, ": is empty"},
        {"absent.net", 0, ": no such file and no such run; embudo runs lists the runs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_open(at(cases[i].name), cases[i].latent, cases[i].text);
    }
    check_open("note-book", 0,
               ": no such file, and no network of that name is built in; did you mean notebook?");
    check_open(
        "nowhere", 0,
        ": no such file, and no network of that name is built in; there is cnn, conditional, "
        "denoising, head-linear, head-mlp, mlp, notebook, sparse, variational, vq, wasserstein");
    check_open("/dev/null", 0, ": is not a regular file");
    const emb_net_options bad[] = {
        {.latent = -1}, {.latent = 65537}, {.classes = -1}, {.classes = 65537}};
    for (size_t i = 0; i < 4; i++) {
        char text[64];
        assert_null(emb_net_open("notebook", &bad[i]));
        snprintf(text, sizeof text, "%s is %d, expected 1 to 65536", i < 2 ? "latent" : "classes",
                 i < 2 ? bad[i].latent : bad[i].classes);
        assert_string_equal(emb_error(), text);
        assert_null(emb_net_parse(TINY, NULL, &bad[i]));
    }
    assert_null(emb_net_open(NULL, NULL));
    assert_null(emb_net_open("", NULL));
    assert_null(emb_net_parse(NULL, NULL, NULL));
}

static void test_latent(void **state) {
    (void)state;
    for (int latent = 0; latent < 4; latent++) {
        const emb_net_options options = {.latent = latent};
        emb_net *net = emb_net_parse(TINY, "t", &options);
        assert_int_equal(emb_net_latent(net), latent ? latent : 2);
        emb_net_free(net);
    }
}

/* A model file of TINY with one thing changed. */
typedef struct model_case {
    int drop;   /* this tensor, from 1, is left out */
    int rename; /* this one is called `name` */
    const char *name;
    int reshape; /* this one gets dimensions {d0, d1}, or {d0} */
    int d0, d1;
    int spoil; /* this one's third number becomes `value` */
    float value;
    const char *key, *text; /* a metadata key gets another value; "": is left out */
    const char *error;      /* behind the path; NULL: opens */
} model_case;

static const model_case model_cases[] = {
    {.error = NULL},
    {.key = "format", .text = "", .error = NULL},
    {.key = "embudo.preprocessing", .text = "", .error = NULL},
    {.drop = 2,
     .error = ": tensor encoder.1.bias is missing; its network needs it as [2]: save the whole "
              "model.state_dict(), or name the network that it is of"},
    {.rename = 1,
     .name = "encoder.2.weight",
     .error = ": tensor encoder.2.weight is not one of its network's, which are called like "
              "encoder.1.weight; leave it out of what is saved, or name the network that it is of"},
    {.rename = 1,
     .name = "encoder.2.running_var",
     .error =
         ": tensor encoder.2.running_var is of batch normalization, which its network lacks: write "
         "BatchNorm2d or BatchNorm1d where the model has it"},
    {.rename = 4,
     .name = "decoder.0.bia",
     .error = ": tensor decoder.0.bia is not one of its "
              "network's, which are called like encoder.1.weight; leave it out of what is saved, "
              "or name the network that it is of"},
    {.reshape = 1,
     .d0 = 16,
     .d1 = 2,
     .error = ": tensor encoder.1.weight is [16, 2]; its network needs [2, 16]: name the network "
              "that it is of"},
    {.reshape = 3,
     .d0 = 2,
     .d1 = 16,
     .error = ": tensor decoder.0.weight is [2, 16]; its network needs [16, 2]: name the network "
              "that it is of"},
    {.reshape = 1,
     .d0 = 2,
     .error = ": tensor encoder.1.weight is [2]; its network needs [2, 16]: name the network that "
              "it is of"},
    {.reshape = 4,
     .d0 = 16,
     .d1 = 1,
     .error = ": tensor decoder.0.bias is [16, 1]; its network needs [16]: name the network that "
              "it is of"},
    {.spoil = 3,
     .value = NAN,
     .error = ": tensor decoder.0.weight: number 2 is NaN, expected a finite one"},
    {.spoil = 1,
     .value = -INFINITY,
     .error = ": tensor encoder.1.weight: number 2 is infinite, expected a finite one"},
    {.spoil = 1, .value = 3e38f, .error = NULL},
    {.key = "embudo.notation",
     .text = "",
     .error = ": was written by another program: it has no embudo.notation in its __metadata__, so "
              "the layers are not known; expected a model that embudo wrote, or a notation for it "
              "(embudo import --notation)"},
    {.key = "embudo.preprocessing",
     .text = "none",
     .error = ": embudo.preprocessing is 'none', expected 'pixel=uint8 divide=255 layout=CHW', or "
              "pixel=float32 with low, high and layout"},
};

/* Writes the case's file. */
static void write_case(const model_case *c, const char *path) {
    static const char *const names[] = {"encoder.1.weight", "encoder.1.bias", "decoder.0.weight",
                                        "decoder.0.bias"};
    static const int ranks[] = {2, 1, 2, 1}, shapes[][2] = {{2, 16}, {2}, {16, 2}, {16}};
    float values[4][32] = {{0}};
    emb_tensor_info tensors[4];
    emb_pair pairs[3] = {{"format", "pt"},
                         {"embudo.notation", TINY},
                         {"embudo.preprocessing", "pixel=uint8 divide=255 layout=CHW"}};
    size_t count = 0, pair_count = 0;
    for (int i = 0; i < 4; i++) {
        if (c->drop == i + 1) continue;
        emb_tensor_info *t = &tensors[count++];
        *t = (emb_tensor_info){.name = c->rename == i + 1 ? c->name : names[i],
                               .rank = ranks[i],
                               .shape = {shapes[i][0], shapes[i][1]},
                               .values = values[i]};
        if (c->reshape == i + 1) t->rank = c->d1 ? 2 : 1, t->shape[0] = c->d0, t->shape[1] = c->d1;
        t->count = (size_t)t->shape[0] * (size_t)(t->rank > 1 ? t->shape[1] : 1);
        if (c->spoil == i + 1) values[i][2] = c->value;
    }
    for (size_t i = 0; i < 3; i++) {
        bool changed = c->key && strcmp(c->key, pairs[i].key) == 0;
        if (changed && !*c->text) continue;
        pairs[pair_count++] = (emb_pair){pairs[i].key, changed ? c->text : pairs[i].value};
    }
    emb__text header = {0};
    assert_int_equal(emb__safetensors_header(tensors, count, pairs, pair_count, &header), EMB_OK);
    assert_int_equal(emb__safetensors_write(path, &header, tensors, count), EMB_OK);
    emb__free(header.bytes);
}

static void test_wrong_models(void **state) {
    (void)state;
    const char *path = at("case.safetensors");
    for (size_t i = 0; i < sizeof model_cases / sizeof *model_cases; i++) {
        write_case(&model_cases[i], path);
        check_open(path, 0, model_cases[i].error);
    }
}

/* A notation error in a model names the file and says where the text is from. */
static void test_wrong_notation(void **state) {
    (void)state;
    const char *path = at("notation.safetensors");
    const model_case c = {.key = "embudo.notation",
                          .text = "latent = 2\ninput = 1, 4, 4\nencoder = 3\n"};
    char begin[600];
    write_case(&c, path);
    assert_null(emb_net_open(path, NULL));
    snprintf(begin, sizeof begin, "%s (embudo.notation):", path);
    assert_memory_equal(emb_error(), begin, strlen(begin));
}

static void test_refused_saves(void **state) {
    (void)state;
    emb_net *net = emb_net_parse(TINY, "tiny", NULL);
    const emb_pair reserved = {"embudo.notation", "x"}, broken = {"k", "\xff"};
    const char *path = at("refused");
    const struct {
        const char *path;
        const emb_pair *extra;
        size_t count;
        emb_status status;
        const char *text;
    } cases[] = {
        {path, &reserved, 1, EMB_ERR_ARGUMENT,
         ": cannot write: metadata has two values for embudo.notation"},
        {path, &broken, 1, EMB_ERR_ARGUMENT, ": cannot write: metadata k is not UTF-8"},
        {path, &broken, 1022, EMB_ERR_ARGUMENT, ": 1022 pairs of metadata, expected at most 1021"},
        {root, NULL, 0, EMB_ERR_IO, ": cannot write: is a folder"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char whole[1024];
        snprintf(whole, sizeof whole, "%s%s", cases[i].path, cases[i].text);
        assert_int_equal(emb_net_save(net, cases[i].path, cases[i].extra, cases[i].count),
                         cases[i].status);
        assert_string_equal(emb_error(), whole);
    }
    assert_int_equal(emb_net_save(net, NULL, NULL, 0), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_save(NULL, path, NULL, 0), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_save(net, path, NULL, 1), EMB_ERR_ARGUMENT);
    char whole[1024];
    net->params[net->tensors[1].param->at + 1] = NAN; /* as a training that diverged leaves it */
    assert_int_equal(emb_net_save(net, path, NULL, 0), EMB_ERR_DIVERGED);
    snprintf(whole, sizeof whole, "%s: cannot write: tensor encoder.1.bias: number 1 is not finite",
             path);
    assert_string_equal(emb_error(), whole);
    assert_int_equal(emb__path_look(path), EMB__PATH_NONE);
    emb_net_free(net);
}

/* Every prefix of a model is refused. */
static void test_prefixes(void **state) {
    (void)state;
    uint8_t *bytes;
    size_t count;
    emb_net *net = emb_net_parse(TINY, "tiny", NULL);
    assert_int_equal(emb_net_save(net, at("whole"), NULL, 0), EMB_OK);
    emb_net_free(net);
    assert_int_equal(emb__file_load(at("whole"), 1 << 20, &bytes, &count), EMB_OK);
    const char *path = at("prefix.safetensors");
    for (size_t i = 0; i < count; i++) {
        FILE *file = fopen(path, "wb"); /* emb_file_write would sync each */
        assert_int_equal(fwrite(bytes, 1, i, file), i);
        assert_int_equal(fclose(file), 0);
        assert_null(emb_net_open(path, NULL));
        assert_memory_equal(emb_error(), path, strlen(path));
    }
    emb__free(bytes);
}

/* Containers as deep as they may be: the names of tensors are the longest then. */
static void test_deepest(void **state) {
    (void)state;
    emb__text text = {0};
    emb__text_add(&text, "input = 1, 4, 4\nencoder = Sequential(Tanh(), Residual(Tanh(), ");
    for (int i = 2; i < EMB__MAX_DEPTH; i++) emb__text_add(&text, "Residual(Tanh(), ");
    emb__text_add(&text, "Conv2d(1, 1, 3, padding=1");
    for (int i = 0; i < EMB__MAX_DEPTH; i++) emb__text_add(&text, ")");
    emb__text_add(&text, ")\ndecoder = Sequential(Conv2d(1, 1, 1))");
    emb_net *net = emb_net_parse(text.bytes, "deep", NULL);
    if (!net) fail_msg("%s", emb_error());
    emb_tensor_info info, again;
    emb_net_tensor(net, 0, &info);
    assert_int_equal(strlen(info.name), strlen("encoder.1") + 9 * (EMB__MAX_DEPTH - 1) + 7);
    net->params[4] = 0.625f; /* of encoder, the first tensor */
    assert_int_equal(emb_net_save(net, at("deep.safetensors"), NULL, 0), EMB_OK);
    emb_net *opened = emb_net_open(at("deep.safetensors"), NULL);
    if (!opened) fail_msg("%s", emb_error());
    assert_string_equal(emb_net_notation(opened), emb_net_notation(net));
    emb_net_tensor(opened, 0, &again);
    assert_string_equal(again.name, info.name);
    assert_true(again.values[4] == 0.625f);
    emb_net_free(opened);
    emb_net_free(net);
    emb__free(text.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_what_a_name_is),
        cmocka_unit_test(test_latent),         cmocka_unit_test(test_wrong_models),
        cmocka_unit_test(test_wrong_notation), cmocka_unit_test(test_refused_saves),
        cmocka_unit_test(test_prefixes),       cmocka_unit_test(test_deepest),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
