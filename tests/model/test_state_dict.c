/* model/state_dict.c: tensors of files that others wrote, by the names that they have there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "embudo.h"
#include "support/support.h"

#define WHOLE     "input = 2\nencoder = Sequential(Linear(2, 1))\ndecoder = Sequential(Linear(1, 2))\n"
#define TWO_NAMES "input = 2\nencoder = Sequential(Linear(2, 1, name='a b.c'))\n"
#define PART      "input = 2\nencoder = Sequential(Linear(2, 1))\n"

static char path[] = "/tmp/embudo-test-state-dict-XXXXXX";

static int make_file(void **state) {
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

/* Writes a file of tensors of doubles or floats, 1, 2, ... through all of them; `tensors` is names
 * and shapes, "a.weight 1,2;a.bias 1", a name with ! behind it F64, with ? a 1e300, with # an I64
 * of 3, with % an I32. */
static void write_file(const char *tensors, const char *metadata) {
    char header[4096], copy[1024], *rest = copy;
    unsigned char data[1024];
    size_t at = 0;
    float next = 1;
    int used = snprintf(header, sizeof header, "{\"__metadata__\": {%s}", metadata);
    snprintf(copy, sizeof copy, "%s", tensors);
    for (char *one; (one = strtok_r(rest, ";", &rest));) {
        char *shape = strchr(one, ' '), mark = shape[-1];
        *shape++ = 0;
        const bool wide = mark == '!' || mark == '?', whole = mark == '#' || mark == '%';
        if (wide || whole) shape[-2] = 0;
        const size_t begin = at;
        size_t count = 1;
        for (char *d = shape; d; d = strchr(d, ',') ? strchr(d, ',') + 1 : NULL) {
            count *= (size_t)atoi(d);
        }
        if (!*shape) count = 1;
        for (size_t i = 0; i < count && whole; i++) {
            const long long number = 3; /* little-endian, as the file */
            memcpy(data + at, &number, mark == '#' ? 8 : 4);
            at += mark == '#' ? 8 : 4;
        }
        for (size_t i = 0; i < count && !whole; i++, next++) {
            const double number = mark == '?' ? 1e300 : next;
            memcpy(data + at, wide ? (const void *)&number : (const void *)&next, wide ? 8 : 4);
            at += wide ? 8 : 4;
        }
        used += snprintf(header + used, sizeof header - (size_t)used,
                         ", \"%s\": {\"dtype\": \"%s\", \"shape\": [%s], \"data_offsets\": [%zu, "
                         "%zu]}",
                         one,
                         wide          ? "F64"
                         : mark == '#' ? "I64"
                         : mark == '%' ? "I32"
                                       : "F32",
                         shape, begin, at);
    }
    used += snprintf(header + used, sizeof header - (size_t)used, "}");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    const uint64_t length = (uint64_t)used;
    assert_int_equal(fwrite(&length, 8, 1, file), 1);
    assert_int_equal(fwrite(header, 1, (size_t)used, file), used);
    assert_int_equal(fwrite(data, 1, at, file), at);
    assert_int_equal(fclose(file), 0);
}

#define PLAIN "encoder.0.weight 1,2;encoder.0.bias 1;decoder.0.weight 2,1;decoder.0.bias 2"
#define WITH(p)                                                                                    \
    p "encoder.0.weight 1,2;" p "encoder.0.bias 1;" p "decoder.0.weight 2,1;" p "decoder.0.bias 2"

static void test_names(void **state) {
    (void)state;
    static const struct {
        const char *notation, *tensors, *metadata, *notes;
        float first, last; /* of all of the network's weights */
    } table[] = {
        {WHOLE, PLAIN, "", "", 1, 7},
        {WHOLE, WITH("module."), "",
         "the names of its tensors begin with 'module.', which is left out", 1, 7},
        {WHOLE, WITH("_orig_mod."), "",
         "the names of its tensors begin with '_orig_mod.', which is left out", 1, 7},
        {WHOLE, WITH("module._orig_mod.model."), "",
         "the names of its tensors begin with 'module._orig_mod.model.', which is left out", 1, 7},
        {WHOLE, WITH("state_dict._orig_mod.module."), "",
         "the names of its tensors begin with 'state_dict._orig_mod.module.', which is left out", 1,
         7},
        /* wrapped inside: a part that is compiled alone, and both at once */
        {WHOLE,
         "encoder._orig_mod.0.weight 1,2;encoder._orig_mod.0.bias 1;decoder.0.weight "
         "2,1;decoder.0.bias 2",
         "", "the names of its tensors have 'module.' or '_orig_mod.' in them, which is left out",
         1, 7},
        {WHOLE,
         "net.encoder.0.weight 1,2;net.encoder.0.bias 1;net.decoder._orig_mod.module.0.weight "
         "2,1;net.decoder._orig_mod.module.0.bias 2",
         "",
         "the names of its tensors begin with 'net.', which is left out\n"
         "the names of its tensors have 'module.' or '_orig_mod.' in them, which is left out",
         1, 7},
        {WHOLE,
         "module.net._orig_mod.encoder.0.weight 1,2;module.net._orig_mod.encoder.0.bias 1;"
         "net.decoder.0._orig_mod.weight 2,1;net.decoder.0._orig_mod.bias 2",
         "",
         "the names of its tensors begin with 'net.', which is left out\n"
         "the names of its tensors have 'module.' or '_orig_mod.' in them, which is left out",
         1, 7},
        {PART, "_orig_mod.0.weight 1,2;_orig_mod.0.module.bias 1", "",
         "the names of its tensors lack 'encoder.', which is put before them\n"
         "the names of its tensors have 'module.' or '_orig_mod.' in them, which is left out",
         1, 3},
        {PART, "encoder.0.weight 1,2;encoder.0.bias 1", "", "", 1, 3},
        {PART, "net.encoder.0.weight 1,2;net.encoder.0.bias 1", "",
         "the names of its tensors begin with 'net.', which is left out", 1, 3},
        /* what AveragedModel and others count */
        {WHOLE, "n_averaged# ;" WITH("module."), "",
         "the names of its tensors begin with 'module.', which is left out\n"
         "tensor n_averaged only counts, and is left out",
         1, 7},
        {WHOLE, "model.n_averaged% ;" WITH("model.module._orig_mod."), "",
         "the names of its tensors begin with 'model.module._orig_mod.', which is left out\n"
         "tensor model.n_averaged only counts, and is left out",
         1, 7},
        {WHOLE, "encoder.1.num_batches_tracked% ;" PLAIN, "",
         "tensor encoder.1.num_batches_tracked only counts, and is left out", 1, 7},
        {"input = 2\nencoder = Sequential(Linear(2, 1), BatchNorm1d(1))\n",
         "module.encoder.0.weight 1,2;module.encoder.0.bias 1;module.encoder.1.weight 1;"
         "module.encoder.1.bias 1;module.encoder.1.running_mean 1;module.encoder.1.running_var 1;"
         "module.encoder.1.num_batches_tracked% ;n_averaged# ",
         "",
         "the names of its tensors begin with 'module.', which is left out\n"
         "tensor n_averaged only counts, and is left out",
         1, 3},
        {PART, "0.weight 1,2;0.bias 1", "",
         "the names of its tensors lack 'encoder.', which is put before them", 1, 3},
        {PART, "module.0.weight 1,2;module.0.bias 1", "",
         "the names of its tensors begin with 'module.', which is left out\n"
         "the names of its tensors lack 'encoder.', which is put before them",
         1, 3},
        {WHOLE, "encoder.0.weight! 1,2;encoder.0.bias 1;decoder.0.weight! 2,1;decoder.0.bias 2", "",
         "2 tensors of 64-bit floats are rounded to float32", 1, 7},
        /* a layer's second name may be missing, or stand for the first */
        {TWO_NAMES, "a.weight 1,2;a.bias 1", "", "", 1, 3},
        {TWO_NAMES, "b.c.weight 1,2;b.c.bias 1",
         "\"a.weight\": \"b.c.weight\", \"a.bias\": \"b.c.bias\"",
         "tensor a.weight was stored once for two, as b.c.weight, and 1 more like it", 1, 3},
        /* one kept for two, by save_model's metadata */
        {"input = 1\nencoder = Sequential(Linear(1, 1))\ndecoder = Sequential(Linear(1, 1))\n",
         "encoder.0.weight 1,1;encoder.0.bias 1;decoder.0.bias 1",
         "\"decoder.0.weight\": \"encoder.0.weight\"",
         "tensor decoder.0.weight was stored once for two, as encoder.0.weight", 1, 3},
        {"input = 1\nencoder = Sequential(Linear(1, 1))\ndecoder = Sequential(Linear(1, 1))\n",
         "m.encoder.0.weight 1,1;m.encoder.0.bias 1;m.decoder.0.bias 1",
         "\"m.decoder.0.weight\": \"m.encoder.0.weight\"",
         "the names of its tensors begin with 'm.', which is left out\n"
         "tensor m.decoder.0.weight was stored once for two, as m.encoder.0.weight",
         1, 3},
        {"input = 1\nencoder = Sequential(Linear(1, 1))\ndecoder = Sequential(Linear(1, 1))\n",
         "encoder.0.weight 1,1;encoder.0.bias 1",
         "\"decoder.0.weight\": \"encoder.0.weight\", \"decoder.0.bias\": \"encoder.0.bias\"",
         "tensor decoder.0.weight was stored once for two, as encoder.0.weight, and 1 more like it",
         1, 2},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        write_file(table[i].tensors, table[i].metadata);
        emb_net *net = emb_net_parse(table[i].notation, "net", NULL);
        if (!net) fail_msg("%s", emb_error());
        if (emb_net_load(net, path) != EMB_OK) fail_msg("%s\n%s", emb_error(), table[i].tensors);
        assert_string_equal(emb_net_notes(net), table[i].notes);
        emb_tensor_info info;
        emb_net_tensor(net, 0, &info);
        assert_float_equal(info.values[0], table[i].first, 0);
        emb_net_tensor(net, emb_net_tensor_count(net) - 1, &info);
        assert_float_equal(info.values[info.count - 1], table[i].last, 0);
        emb_net_free(net);
    }
}

static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *tensors, *metadata, *error;
    } table[] = {
        {WITH("module.") ";other 1", "", "tensor other is not one of its network's"},
        {WITH("module.") ";module.other 1", "", "tensor module.other is not one of its network's"},
        {"module.encoder.0.weight 1,2;module.encoder.0.bias 1;module.decoder.0.weight 2,1", "",
         "tensor module.decoder.0.bias is missing; its network needs it as [2]"},
        {"encoder.0.weight 1,2;encoder.0.bias 1;decoder.0.weight 2,1", "\"decoder.0.bias\": \"x\"",
         "tensor decoder.0.bias is missing"},
        {"encoder.0.weight 1,2;encoder.0.bias 1;decoder.0.weight 2,1",
         "\"decoder.0.bias\": \"encoder.0.bias\"", "tensor decoder.0.bias is [1]; its network"},
        {"encoder.0.weight? 1,2;encoder.0.bias 1;decoder.0.weight 2,1;decoder.0.bias 2", "",
         "tensor encoder.0.weight: number 0 is infinite, or beyond what float32 can hold"},
        {"encoder._orig_mod.0.weight 1,2;encoder.0.weight 1,2;encoder._orig_mod.0.bias "
         "1;decoder.0.weight 2,1;decoder.0.bias 2",
         "", "tensor encoder.0.weight is not one of its network's"},
        {"encoder._orig_mod.0.weight 1,2;encoder._orig_mod.0.bias 1;decoder.0.weight 2,1", "",
         "tensor decoder.0.bias is missing"},
        {"encoder.0.weight# 1,2;encoder.0.bias 1;decoder.0.weight 2,1;decoder.0.bias 2", "",
         "tensor encoder.0.weight holds whole numbers (I64), expected floats; save"},
        {"encoder.0.weight% 1,2;encoder.0.bias 1;decoder.0.weight 2,1;decoder.0.bias 2", "",
         "tensor encoder.0.weight holds whole numbers (I32), expected floats; save"},
        {PLAIN ";encoder.1.running_var 1;encoder.1.num_batches_tracked% ", "",
         "tensor encoder.1.running_var is of batch normalization, which its network lacks"},
        {"n_averaged# 2;" WITH("module."), "", "tensor n_averaged is not one of its network's"},
        {"criterion.weight 3;" WITH("model."), "",
         "tensor criterion.weight is not one of its network's, which are called like "
         "model.encoder.0.weight; leave it out"},
        {"criterion.weight 3;" WITH("_orig_mod.net."), "",
         "tensor criterion.weight is not one of its network's, which are called like "
         "_orig_mod.net.encoder.0.weight;"},
        {"criterion.weight 3;model.encoder.0.weight 1,2;model.encoder.0.bias 1;"
         "model.decoder.0.weight 2,1",
         "", "tensor criterion.weight is not one of its network's"},
        {"a 1", "", "tensor a is not one of its network's"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        write_file(table[i].tensors, table[i].metadata);
        emb_net *net = emb_net_parse(WHOLE, "net", NULL);
        assert_int_not_equal(emb_net_load(net, path), EMB_OK);
        if (!strstr(emb_error(), table[i].error)) {
            fail_msg("expected '%s', got: %s", table[i].error, emb_error());
        }
        assert_memory_equal(emb_error(), path, strlen(path));
        emb_net_free(net);
    }
}

/* A layer's second name has the same numbers, and is nobody else's. */
static void test_two_names(void **state) {
    (void)state;
    static const char *const refused[][2] = {
        {"a.weight 1,2;a.bias 1;b.c.weight 1,2",
         "tensor b.c.weight is of a layer that has two names, and differs from what the other"},
        {"a.weight 1,2;a.bias 1;b.c.weight 2,2", "tensor b.c.weight is [2, 2]; its network needs"},
        {"a.weight 1,2;a.bias 1;b.weight 1,2", "tensor b.weight is not one of its network's"},
    };
    for (size_t i = 0; i < TEST_COUNT(refused); i++) {
        write_file(refused[i][0], "");
        emb_net *net = emb_net_parse(TWO_NAMES, "net", NULL);
        assert_int_not_equal(emb_net_load(net, path), EMB_OK);
        if (!strstr(emb_error(), refused[i][1])) fail_msg("%s", emb_error());
        emb_net_free(net);
    }
    static const char *const notations[][2] = {
        {"input = 2\nencoder = Sequential(Linear(2, 1, name='a b'), Linear(1, 1, name='b'))\n",
         "encoder.0 Linear there are two tensors of the name b.weight"},
        {"input = 2\nencoder = Sequential(Linear(2, 1, name='a a'))\n", "of the name a.weight"},
        {"input = 2\nencoder = Sequential(Linear(2, 1, name='a '))\n", "name expects a text"},
        {"input = 2\nencoder = Sequential(Linear(2, 1, name='a  b'))\n", "name expects a text"},
    };
    for (size_t i = 0; i < TEST_COUNT(notations); i++) {
        assert_null(emb_net_parse(notations[i][0], "net", NULL));
        if (!strstr(emb_error(), notations[i][1])) fail_msg("%s", emb_error());
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_two_names),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
