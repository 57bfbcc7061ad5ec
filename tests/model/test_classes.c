/* Classes of nn.Module as people write them (tests/parity/classes/), against a record of the real
 * PyTorch: tests/makers/classes.py made it, and says what is in it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/safetensors.h"
#include "embudo.h"
#include "support/folder.h"
#include "support/records.h"
#include "support/support.h"

enum { MOST_TENSORS = 128 };

/* ---- the network that the file has ---- */

static emb_net *open_file(const char *name, const emb_net_options *options) {
    char path[512];
    snprintf(path, sizeof path, "%s/tests/parity/classes/%s", EMB_TEST_ROOT, name);
    return emb_net_open(path, options);
}

static emb_net *open_class(json_t *row) {
    char set[200] = "";
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(row, "set"), key, value) {
        const size_t used = strlen(set);
        snprintf(set + used, sizeof set - used, "%s%s=%lld", used ? "," : "", key,
                 json_integer_value(value));
    }
    emb_net_options options = {.class_name = json_string_value(json_object_get(row, "class")),
                               .set = set,
                               .input = {1, 1, 1}};
    size_t i;
    json_array_foreach(json_object_get(row, "shape"), i, value) {
        options.input[i] = (int)json_integer_value(value);
    }
    return open_file(json_string_value(json_object_get(row, "name")), &options);
}

/* ---- its state dict, by the formula ---- */

typedef struct state_dict {
    emb_tensor_info tensors[MOST_TENSORS];
    size_t count, numbers;
    float *values; /* of all tensors, one after another */
} state_dict;

static bool ends_with(const char *text, const char *end) {
    const size_t a = strlen(text), b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

static void fill(emb_tensor_info *info, float *values, uint64_t seed) {
    const bool one = ends_with(info->name, "weight") || ends_with(info->name, "running_var");
    int row = 1; /* numbers of an output */
    for (int d = 1; d < info->rank; d++) row *= info->shape[d];
    const float fan_in = (float)row;
    for (size_t i = 0; i < info->count; i++) {
        const float step = record_uniform(seed, i) * 2 - 1;
        values[i] = info->rank > 1 ? step * sqrtf(3 / fan_in) : step * 0.25f + (one ? 1.0f : 0.0f);
        if (info->is_counter) values[i] = 3;
    }
}

/* The numbers of the tensor before that this one is another name of; NULL: it is none. */
static const float *first_of(json_t *row, const state_dict *made, const char *name) {
    const char *first = json_string_value(json_object_get(json_object_get(row, "aliases"), name));
    for (size_t i = 0; first && i < made->count; i++) {
        if (strcmp(made->tensors[i].name, first) == 0) return made->tensors[i].values;
    }
    return NULL;
}

/* The names and shapes of the record, with the formula's numbers. */
static state_dict make_state_dict(json_t *row) {
    state_dict made = {0};
    const char *name;
    json_t *shape, *size;
    size_t i, floats = 0;
    json_object_foreach(json_object_get(row, "tensors"), name, shape) {
        assert_true(made.count < MOST_TENSORS);
        emb_tensor_info *info = &made.tensors[made.count++];
        *info = (emb_tensor_info){.name = name, .rank = (int)json_array_size(shape), .count = 1};
        info->is_counter = ends_with(name, "num_batches_tracked");
        json_array_foreach(shape, i, size) {
            info->shape[i] = (int)json_integer_value(size);
            info->count *= (size_t)info->shape[i];
        }
        made.numbers += info->count;
    }
    float *values = made.values = emb__alloc(made.numbers * sizeof *values);
    assert_non_null(values);
    for (i = 0; i < made.count; i++) {
        emb_tensor_info *info = &made.tensors[i];
        const float *first = first_of(row, &made, info->name);
        if (first) {
            memcpy(values, first, info->count * sizeof *values);
        } else {
            fill(info, values, 16 + floats);
            floats += !info->is_counter;
        }
        info->values = values;
        values += info->count;
    }
    return made;
}

static void write_state_dict(const state_dict *made, const char *path) {
    emb__text header = {0};
    assert_int_equal(emb__safetensors_header(made->tensors, made->count, NULL, 0, &header), EMB_OK);
    assert_int_equal(emb__safetensors_write(path, &header, made->tensors, made->count), EMB_OK);
    emb__free(header.bytes);
}

/* ---- against the record ---- */

static bool differs(record_case *c, const char *text, const char *about) {
    snprintf(c->why, sizeof c->why, "%s %s", text, about);
    return false;
}

/* Saves the network and reads the numbers back, in the record's order; that it has exactly the
 * class's tensors. */
static bool saved_has_its_names(record_case *c, const state_dict *made, float *values) {
    const char *path = test_path("saved.safetensors");
    emb__safetensors file;
    if (emb_net_save(c->net, path, NULL, 0) != EMB_OK) return differs(c, "saving:", emb_error());
    assert_int_equal(emb__safetensors_read(path, &file), EMB_OK);
    bool good = true;
    for (size_t i = 0; good && i < made->count; i++) {
        const emb_tensor_info *info = &made->tensors[i];
        const emb__stored *stored = emb__safetensors_find(&file, info->name);
        good = stored && stored->rank == info->rank && stored->count == info->count;
        for (int d = 0; good && d < info->rank; d++) {
            good = stored->shape[d] == (size_t)info->shape[d];
        }
        if (!good) differs(c, "what is saved lacks", info->name);
        if (good) assert_int_equal(emb__safetensors_values(&file, stored, values), EMB_OK);
        values += info->count;
    }
    for (size_t i = 0; good && i < file.tensor_count; i++) {
        const char *name = file.tensors[i].name;
        good = json_object_get(json_object_get(c->row, "tensors"), name) != NULL;
        if (!good) differs(c, "PyTorch's class has no", name);
    }
    emb__safetensors_clear(&file);
    return good;
}

/* Initial weights of seed 42; the state dict goes in and comes out; codes and outputs. */
static bool same_as_recorded(record_case *c, const state_dict *made) {
    const char *path = test_path("given.safetensors");
    float *values = emb__alloc(made->numbers * sizeof *values);
    write_state_dict(made, path);
    bool good = emb_net_init(c->net, 42) == EMB_OK && saved_has_its_names(c, made, values);
    if (good && json_object_get(json_object_get(c->row, "initial"), "all")) {
        float *to = values;
        for (size_t i = 0, from = 0; i < made->count; from += made->tensors[i++].count) {
            if (made->tensors[i].is_counter) continue;
            memmove(to, values + from, made->tensors[i].count * sizeof *to);
            to += made->tensors[i].count;
        }
        good = record_same(c, "initial", "all", values, (size_t)(to - values));
    }
    if (good && emb_net_load(c->net, path) != EMB_OK) good = differs(c, "loading:", emb_error());
    good = good && saved_has_its_names(c, made, values);
    if (good && memcmp(values, made->values, made->numbers * sizeof *values) != 0) {
        good = differs(c, "what is saved is not what was loaded", "");
    }
    emb__free(values);
    return good && record_same_outputs(c, "evaluated");
}

static bool class_is_the_recorded(json_t *row) {
    record_case c;
    record_case_of(&c, row, open_class(row));
    bool good = c.net != NULL;
    if (good) {
        state_dict made = make_state_dict(row);
        good = same_as_recorded(&c, &made);
        emb__free(made.values);
    }
    if (!good) print_error("%s: %s\n", c.name, c.net ? c.why : emb_error());
    record_case_close(&c);
    return good;
}

static void classes_are_the_recorded(void **state) {
    (void)state;
    json_t *cases = records_open(EMB_TEST_ROOT "/tests/parity/classes.json.gz"), *row;
    size_t i, bad = 0;
    json_array_foreach(cases, i, row) bad += !class_is_the_recorded(row);
    const size_t all = json_array_size(cases);
    json_decref(cases);
    assert_int_equal(all, 59);
    if (bad) fail_msg("%zu of %zu classes differ from PyTorch's", bad, all);
}

/* What cannot be followed is refused with its file, its cell, its line and the reason. */
static void others_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *name, *why; /* behind the file's path */
        int input[3];
    } table[] = {
        {"refused_if_on_data.py", ":12: decides by the numbers of an image", {784, 1, 1}},
        {"refused_attention.py", ":16: einsum() of a tensor is not followed", {1, 28, 28}},
        {"refused_while.py", ":13: decides by the numbers of an image", {784, 1, 1}},
        {"refused_other_file.py", ":10: modelos.Encoder() is not followed", {784, 1, 1}},
        {"refused_recursion.py", ":10: Tree makes a Tree in its __init__", {784, 1, 1}},
        {"refused_missing_argument.py", ":6: AE needs a value for 'n_in'", {784, 1, 1}},
        {"refused_layer.ipynb", ", cell 2, line 7: nn.LSTM is no layer", {1, 28, 28}},
        {"refused_value_of_a_run.ipynb",
         ", cell 2, line 2: AE needs a value for 'n_features'",
         {784, 1, 1}},
        {"refused_noise.py", ":14: noise on the images belongs to the training", {784, 1, 1}},
        {"refused_tied.py", ":9: a tensor of the class's own is not followed", {784, 1, 1}},
        {"refused_unpool.py", ":15: pool MaxPool2d expects return_indices=False", {1, 28, 28}},
    };
    size_t bad = 0;
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        emb_net_options options = {.input = {1}};
        memcpy(options.input, table[i].input, sizeof options.input);
        emb_net *net = open_file(table[i].name, &options);
        const char *said = net ? "it is read" : strstr(emb_error(), table[i].name);
        const bool good =
            !net && said &&
            strncmp(said + strlen(table[i].name), table[i].why, strlen(table[i].why)) == 0;
        if (!good) print_error("%s: %s\n", table[i].name, net ? said : emb_error());
        bad += !good;
        emb_net_free(net);
    }
    if (bad) fail_msg("%zu of %zu are not refused as they should be", bad, TEST_COUNT(table));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_the_recorded),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
