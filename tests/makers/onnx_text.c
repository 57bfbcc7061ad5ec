/* See onnx_text.h. */
#include "makers/onnx_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "support/support.h"

/* ---- protobuf -------------------------------------------------------------------------------- */

typedef struct message {
    uint8_t bytes[1 << 18];
    size_t count;
} message;

static void add_byte(message *m, uint8_t byte) {
    assert_true(m->count < sizeof m->bytes);
    m->bytes[m->count++] = byte;
}

static void add_varint(message *m, uint64_t value) {
    for (; value > 0x7f; value >>= 7) add_byte(m, (uint8_t)(value | 0x80));
    add_byte(m, (uint8_t)value);
}

static void add_int(message *m, int field, int64_t value) {
    add_varint(m, (uint64_t)field << 3);
    add_varint(m, (uint64_t)value);
}

/* A string, bytes or a message. */
static void add_block(message *m, int field, const void *bytes, size_t count) {
    add_varint(m, (uint64_t)field << 3 | 2);
    add_varint(m, count);
    for (size_t i = 0; i < count; i++) add_byte(m, ((const uint8_t *)bytes)[i]);
}

static void add_string(message *m, int field, const char *text) {
    add_block(m, field, text, strlen(text));
}

/* The inner message, which is freed. */
static void add_message(message *m, int field, message *inner) {
    add_block(m, field, inner->bytes, inner->count);
    free(inner);
}

static message *new_message(void) {
    message *m = calloc(1, sizeof *m);
    assert_non_null(m);
    return m;
}

static void add_fixed(message *m, const void *value, size_t size) {
    for (size_t i = 0; i < size; i++) add_byte(m, ((const uint8_t *)value)[i]);
}

/* ---- the text -------------------------------------------------------------------------------- */

/* Cuts the next word off; NULL at the end. */
static char *word(char **text, const char *ends) {
    *text += strspn(*text, ends);
    if (!**text) return NULL;
    char *begin = *text;
    *text += strcspn(*text, ends);
    if (**text) *(*text)++ = 0;
    return begin;
}

static char *need(char **text, const char *what) {
    char *found = word(text, " ");
    if (!found) fail_msg("the model's text lacks %s", what);
    return found;
}

static const struct {
    const char *name;
    int type, field;
    size_t size;
} kinds[] = {
    {"float", 1, 4, 4},  {"uint8", 2, 5, 1},    {"int32", 6, 5, 4},   {"int64", 7, 7, 8},
    {"half", 10, 5, 2},  {"double", 11, 10, 8}, {"bfloat", 16, 5, 2}, {"int8", 3, 5, 1},
    {"uint16", 4, 5, 2}, {"int16", 5, 5, 2},    {"bool", 9, 5, 1},
};

static size_t find_kind(const char *name, bool *raw) {
    for (size_t k = 0; k < TEST_COUNT(kinds); k++) {
        const size_t length = strlen(kinds[k].name);
        if (strncmp(name, kinds[k].name, length) != 0) continue;
        *raw = strcmp(name + length, "raw") == 0;
        if (*raw || !name[length]) return k;
    }
    fail_msg("no kind of numbers is called %s", name);
    return 0;
}

/* Halves are given by their bits: 0x3c00 is 1. */
static void add_number(message *m, size_t kind, bool raw, const char *text) {
    const double wide = strtod(text, NULL);
    const float narrow = (float)wide;
    const int64_t whole = strtoll(text, NULL, 0);
    if (kinds[kind].type == 1) {
        add_fixed(m, &narrow, 4);
    } else if (kinds[kind].type == 11) {
        add_fixed(m, &wide, 8);
    } else if (raw) {
        add_fixed(m, &whole, kinds[kind].size); /* little-endian, as the machines are */
    } else {
        add_varint(m, (uint64_t)whole);
    }
}

static message *tensor(const char *name, const char *kind_name, char *dims, char *numbers) {
    message *m = new_message(), *data = new_message();
    bool raw;
    const size_t kind = find_kind(kind_name, &raw);
    size_t count = 1;
    for (const char *d; strcmp(dims, "-") != 0 && (d = word(&dims, ","));) {
        add_int(m, 1, strtoll(d, NULL, 0));
        count *= (size_t)strtoll(d, NULL, 0);
        if (!*dims) break;
    }
    add_int(m, 2, kinds[kind].type);
    if (name) add_string(m, 8, name);
    if (strcmp(numbers, "seq") == 0) {
        for (size_t i = 0; i < count; i++) {
            char text[32];
            snprintf(text, sizeof text, "%zu", i + 1);
            add_number(data, kind, raw, text);
        }
    } else if (strcmp(numbers, "none") != 0) {
        for (const char *n; (n = word(&numbers, ","));) add_number(data, kind, raw, n);
    }
    if (raw || data->count > 0) {
        add_message(m, raw ? 9 : kinds[kind].field, data);
    } else {
        free(data);
    }
    return m;
}

static message *attribute(char *text) {
    message *m = new_message();
    char *value = strchr(text, '=');
    if (!value) fail_msg("an attribute without a value: %s", text);
    *value++ = 0;
    char *typed = strchr(text, '!');
    if (typed) *typed++ = 0;
    add_string(m, 1, text);
    const size_t length = strlen(value);
    int type = 2;
    if (*value == '[') {
        type = 7;
        value[length - 1] = 0;
        value++;
        for (const char *n; (n = word(&value, ","));) add_int(m, 8, strtoll(n, NULL, 0));
    } else if (*value == '\'') {
        type = 3;
        add_block(m, 4, value + 1, length - 2);
    } else if (*value == '{') {
        type = 4;
        value[length - 1] = 0;
        value++;
        const char *kind = word(&value, "/");
        char *dims = word(&value, "/");
        add_message(m, 5, tensor(NULL, kind, dims, word(&value, "/")));
    } else if (length > 0 && value[length - 1] == 'f') {
        type = 1;
        const float narrow = strtof(value, NULL);
        add_varint(m, 2 << 3 | 5);
        add_fixed(m, &narrow, 4);
    } else if (length > 0) {
        add_int(m, 3, strtoll(value, NULL, 0));
    }
    if (typed) type = (int)strtol(typed, NULL, 10);
    if (type) add_int(m, 20, type);
    return m;
}

static void add_names(message *m, int field, char *names) {
    if (strcmp(names, "-") == 0) return;
    for (const char *name; (name = word(&names, ","));) {
        add_string(m, field, strcmp(name, "_") == 0 ? "" : name);
    }
}

static message *node(const char *op, char *rest) {
    message *m = new_message();
    add_names(m, 1, need(&rest, "a node's inputs"));
    if (strcmp(need(&rest, "->"), "->") != 0) fail_msg("%s: no -> behind its inputs", op);
    add_names(m, 2, need(&rest, "a node's outputs"));
    if (strcmp(op, "_") != 0) add_string(m, 4, op);
    for (char *next; (next = word(&rest, " "));) {
        if (strncmp(next, "@name=", 6) == 0) {
            add_string(m, 3, next + 6);
        } else if (strncmp(next, "@domain=", 8) == 0) {
            add_string(m, 7, next + 8);
        } else {
            add_message(m, 5, attribute(next));
        }
    }
    return m;
}

static message *value_info(const char *name, const char *type, char *dims) {
    message *m = new_message();
    bool raw;
    if (strcmp(name, "_") != 0) add_string(m, 1, name);
    if (!type) return m;
    message *tensor_type = new_message(), *whole = new_message();
    add_int(tensor_type, 1, kinds[find_kind(type, &raw)].type);
    if (strcmp(dims, "noshape") != 0) {
        message *shape = new_message();
        for (const char *d; strcmp(dims, "-") != 0 && (d = word(&dims, ","));) {
            message *dimension = new_message();
            const bool number = *d == '-' || (*d >= '0' && *d <= '9');
            if (number) add_int(dimension, 1, strtoll(d, NULL, 0));
            if (!number && *d != '?') add_string(dimension, 2, d);
            add_message(shape, 1, dimension);
            if (!*dims) break;
        }
        add_message(tensor_type, 2, shape);
    }
    add_message(whole, 1, tensor_type);
    add_message(m, 2, whole);
    return m;
}

static message *external(char *rest) {
    const char *name = need(&rest, "a tensor's name"), *kind = need(&rest, "a kind");
    char *dims = need(&rest, "dimensions"), none[] = "none";
    message *m = tensor(name, kind, dims, none);
    for (char *next; (next = word(&rest, " "));) {
        message *pair = new_message();
        char *value = strchr(next, '=');
        if (!value) fail_msg("ext without a value: %s", next);
        *value++ = 0;
        add_string(pair, 1, next);
        add_string(pair, 2, value);
        add_message(m, 13, pair);
    }
    add_int(m, 14, 1);
    return m;
}

static void add_opset(message *m, const char *domain, const char *version) {
    message *set = new_message();
    if (domain) add_string(set, 1, domain);
    add_int(set, 2, strtoll(version, NULL, 0));
    add_message(m, 8, set);
}

static void statement(message *model, message *graph, bool *bare, char *text) {
    const char *verb = word(&text, " ");
    if (!verb) return;
    if (strcmp(verb, "bare") == 0) {
        *bare = true;
    } else if (strcmp(verb, "ir") == 0) {
        add_int(model, 1, strtoll(need(&text, "a version"), NULL, 0));
    } else if (strcmp(verb, "opset") == 0) {
        const char *first = need(&text, "a version"), *second = word(&text, " ");
        add_opset(model, second ? first : NULL, second ? second : first);
    } else if (strcmp(verb, "in") == 0 || strcmp(verb, "out") == 0) {
        const char *name = need(&text, "a name"), *type = word(&text, " ");
        add_message(graph, *verb == 'i' ? 11 : 12,
                    value_info(name, type, type ? need(&text, "dimensions") : NULL));
    } else if (strcmp(verb, "w") == 0) {
        const char *name = need(&text, "a tensor's name"), *kind = need(&text, "a kind");
        char *dims = need(&text, "dimensions");
        add_message(graph, 5, tensor(name, kind, dims, need(&text, "numbers")));
    } else if (strcmp(verb, "ext") == 0) {
        add_message(graph, 5, external(text));
    } else if (strcmp(verb, "meta") == 0) {
        message *pair = new_message();
        add_string(pair, 1, need(&text, "a key"));
        add_string(pair, 2, need(&text, "a value"));
        add_message(model, 14, pair);
    } else {
        add_message(graph, 1, node(verb, text));
    }
}

void test_onnx_write(const char *path, const char *text) {
    message *model = new_message(), *graph = new_message();
    bool bare = false;
    char *copy = strdup(text), *at = copy;
    assert_non_null(copy);
    for (char *next; (next = word(&at, "\n;"));) statement(model, graph, &bare, next);
    if (!bare) {
        add_int(model, 1, 8);
        add_opset(model, NULL, "17");
    }
    if (!bare || graph->count > 0) {
        add_message(model, 7, graph);
    } else {
        free(graph);
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(model->bytes, 1, model->count, file), model->count);
    assert_int_equal(fclose(file), 0);
    free(copy);
    free(model);
}

emb_net *test_onnx_import(const char *path, const char *text, const emb_import_options *options) {
    test_onnx_write(path, text);
    emb_net *net = emb_net_import(path, options);
    if (!net && emb__last_status() == EMB_ERR_MISSING) skip();
    if (!net) fail_msg("%s\n%s", emb_error(), text);
    return net;
}

size_t test_onnx_encode(const char *path, const char *text, const char *notation,
                        float y[TEST_ONNX_MOST]) {
    const emb_import_options options = {.part = "encoder"};
    emb_net *net = test_onnx_import(path, text, &options);
    if (notation && !strstr(emb_net_notation(net), notation)) {
        fail_msg("expected '%s' in\n%s\n%s", notation, emb_net_notation(net), text);
    }
    float x[TEST_ONNX_MOST];
    /* What became preprocessing is done here. */
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    const bool folded = strstr(emb_net_notes(net), "left to the preprocessing here");
    const double white = folded && strstr(emb_net_notes(net), "pixels from 0 to 255") ? 255 : 1;
    for (int i = 0; i < TEST_ONNX_MOST; i++) {
        x[i] = (float)(i + 1);
        if (folded) x[i] = (float)(p.black + (p.white - p.black) * (i + 1) / white);
    }
    const size_t count = (size_t)emb_net_latent(net);
    assert_in_range(count, 1, TEST_ONNX_MOST);
    assert_int_equal(emb_net_encode(net, x, 1, y, 1), EMB_OK);
    emb_net_free(net);
    return count;
}
