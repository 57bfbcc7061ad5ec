/* See records.h. */
#include "support/records.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/gzip.h"
#include "net/net.h"
#include "support/support.h"

enum { PICKS = 4 };

static const double tolerance = 1e-5;
/* Where PyTorch's own float32 is so far from float64, a tensor is nothing but rounding: the bias of
 * a convolution before a batch norm, which takes it away again. */
static const double noise = 0.001;

/* ---- the formulas ---- */

static uint64_t drawn(uint64_t seed, uint64_t i) {
    uint64_t z = ((seed << 32) + i + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

float record_uniform(uint64_t seed, uint64_t i) { return (float)(drawn(seed, i) >> 40) * 0x1p-24f; }

void record_move(record_case *c) {
    for (size_t t = 0, floats = 0; t < emb_net_tensor_count(c->net); t++) {
        emb_tensor_info info;
        emb_net_tensor(c->net, t, &info);
        if (info.is_counter) continue;
        float *values = c->net->params + c->net->tensors[t].param->at;
        for (size_t i = 0; i < info.count; i++) {
            values[i] += (record_uniform(16 + floats, i) * 2 - 1) * 0.125f;
        }
        floats++;
    }
    emb__net_changed(c->net);
}

/* ---- reading ---- */

static size_t read_on(void *buffer, size_t length, void *data) {
    size_t got = 0;
    return emb__stream_read(data, buffer, length, &got) == EMB_OK ? got : (size_t)-1;
}

json_t *records_open(const char *path) {
    json_error_t error;
    emb__stream *stream = emb__stream_open(path);
    if (!stream) fail_msg("%s", emb_error());
    json_t *all = json_load_callback(read_on, stream, 0, &error);
    emb__stream_close(stream);
    if (!all) fail_msg("%s: %s", path, error.text);
    json_t *cases = json_incref(json_object_get(all, "cases"));
    json_decref(all);
    return cases;
}

double record_number(const record_case *c, const char *key) {
    return json_number_value(json_object_get(c->row, key));
}

static bool wrong(record_case *c, const char *text) {
    snprintf(c->why, sizeof c->why, "%s", text);
    return false;
}

static emb_images *images_of(const record_case *c) {
    int shape[3];
    emb_net_input_shape(c->net, shape);
    const size_t count = (size_t)record_number(c, "images");
    const size_t numbers = count * (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    const unsigned classes = (unsigned)record_number(c, "classes");
    const bool with_sign = json_is_true(json_object_get(c->row, "signed"));
    float *values = emb__alloc(numbers * sizeof *values);
    uint8_t *labels = emb__alloc(count);
    assert_true(values && labels);
    for (size_t i = 0; i < numbers; i++) {
        values[i] = record_uniform(1, i);
        if (with_sign) values[i] = values[i] * 2 - 1;
    }
    for (size_t i = 0; i < count && classes; i++) labels[i] = (uint8_t)(drawn(2, i) % classes);
    emb_images *images = emb_images_new_float(values, classes ? labels : NULL, count, shape);
    emb__free(values);
    emb__free(labels);
    if (!images) fail_msg("%s: %s", c->name, emb_error());
    return images;
}

/* Rows have the labels of images [first, first + count). */
static void set_labels(const record_case *c, size_t first, size_t count) {
    int *labels = emb__calloc(count, sizeof *labels);
    for (size_t i = 0; i < count; i++) labels[i] = emb_images_label(c->images, first + i);
    assert_int_equal(emb_net_set_labels(c->net, labels, count), EMB_OK);
    emb__free(labels);
}

void record_case_of(record_case *c, json_t *row, emb_net *net) {
    *c = (record_case){
        .row = row, .name = json_string_value(json_object_get(row, "name")), .net = net};
    if (net) c->images = images_of(c);
    if (net && emb_net_conditions(net) > 0) set_labels(c, 0, emb_images_count(c->images));
}

bool record_case_open(record_case *c, json_t *row) {
    const char *notation = json_string_value(json_object_get(row, "notation"));
    record_case_of(c, row, emb_net_parse(notation, "record", NULL));
    return c->net || wrong(c, emb_error());
}

void record_case_close(record_case *c) {
    emb_images_free(c->images);
    emb_net_free(c->net);
}

/* ---- options of a training ---- */

enum { NUMBER, WHOLE, YES };

/* One of a training's options, by its name here and in a record. */
typedef struct option {
    const char *name;
    int type;
    size_t at;
} option;

#define OPTION(name, type)                                                                         \
    { #name, type, offsetof(emb_train_options, name) }

static const option options[] = {
    OPTION(learning_rate, NUMBER),
    OPTION(beta1, NUMBER),
    OPTION(beta2, NUMBER),
    OPTION(epsilon, NUMBER),
    OPTION(epochs, WHOLE),
    OPTION(warmup, WHOLE),
    OPTION(momentum, NUMBER),
    OPTION(dampening, NUMBER),
    OPTION(nesterov, YES),
    OPTION(amsgrad, YES),
    OPTION(alpha, NUMBER),
    OPTION(centered, YES),
    OPTION(momentum_decay, NUMBER),
    OPTION(weight_decay, NUMBER),
    OPTION(clip_norm, NUMBER),
    OPTION(clip_value, NUMBER),
    OPTION(ema, NUMBER),
    OPTION(step_size, WHOLE),
    OPTION(gamma, NUMBER),
    OPTION(pct_start, NUMBER),
    OPTION(div_factor, NUMBER),
    OPTION(final_div_factor, NUMBER),
    OPTION(fixed_momentum, YES),
    OPTION(base_momentum, NUMBER),
    OPTION(max_momentum, NUMBER),
    OPTION(factor, NUMBER),
    OPTION(patience, WHOLE),
    OPTION(threshold, NUMBER),
    OPTION(cooldown, WHOLE),
    OPTION(min_lr, NUMBER),
    OPTION(eta_min, NUMBER),
    OPTION(decoupled_weight_decay, YES),
};

static void set_option(const option *one, emb_train_options *o, json_t *value) {
    void *at = (char *)o + one->at;
    if (one->type == NUMBER) *(double *)at = json_number_value(value);
    if (one->type == WHOLE) *(int *)at = (int)json_integer_value(value);
    if (one->type == YES) *(bool *)at = json_is_true(value);
}

/* An option that is one of some words; its number, or -1. */
static int word_of(const char *name, const char *word) {
    static const struct {
        const char *name, *words[6];
    } words[] = {
        {"schedule", {"constant", "linear", "cosine", "step", "one_cycle", "plateau"}},
        {"mode", {"min", "max"}},
        {"threshold_mode", {"rel", "abs"}},
        {"optimiser", {"adam", "adamw", "sgd", "rmsprop", "nadam"}},
    };
    for (size_t i = 0; i < TEST_COUNT(words); i++) {
        for (int k = 0; strcmp(words[i].name, name) == 0 && k < 6 && words[i].words[k]; k++) {
            if (word && strcmp(words[i].words[k], word) == 0) return k;
        }
    }
    return -1;
}

bool record_options(record_case *c, emb_train_options *o) {
    *o = (emb_train_options){.seed = (uint64_t)record_number(c, "seed"),
                             .batch_size = (int)record_number(c, "batch"),
                             .val_split = -1,
                             .shuffle = json_is_true(json_object_get(c->row, "shuffle")),
                             .threads = 1};
    const char *name, *loss = json_string_value(json_object_get(c->row, "loss"));
    json_t *value;
    snprintf(o->loss, sizeof o->loss, "%s", loss ? loss : "");
    json_object_foreach(json_object_get(c->row, "train"), name, value) {
        const int word = word_of(name, json_string_value(value));
        size_t i = 0;
        while (i < TEST_COUNT(options) && strcmp(options[i].name, name) != 0) i++;
        if (strcmp(name, "schedule") == 0 && word >= 0) {
            o->schedule = (emb_schedule)word;
        } else if (strcmp(name, "optimiser") == 0 && word >= 0) {
            o->optimiser = (emb_optimiser)word;
        } else if (strcmp(name, "mode") == 0 && word >= 0) {
            o->mode = (emb_plateau_mode)word;
        } else if (strcmp(name, "threshold_mode") == 0 && word >= 0) {
            o->threshold_mode = (emb_threshold_mode)word;
        } else if (i < TEST_COUNT(options)) {
            set_option(&options[i], o, value);
        } else {
            snprintf(c->why, sizeof c->why, "no option %s", name);
            return false;
        }
    }
    return true;
}

/* ---- comparing ---- */

static double sign(size_t i, int bit) { return (drawn(3, i) >> bit) & 1 ? -1.0 : 1.0; }

bool record_same(record_case *c, const char *key, const char *name, const float *values,
                 size_t count) {
    static const char *const what[] = {"norm", "sum", "other sum", "number"};
    json_t *row = json_object_get(json_object_get(c->row, key), name);
    if (!row) {
        snprintf(c->why, sizeof c->why, "%s: PyTorch has no %s there", key, name);
        return false;
    }
    const double norm = json_number_value(json_array_get(row, 0));
    const double off = json_number_value(json_array_get(row, 3 + PICKS)); /* 0 if it is not there */
    if (off > noise) return true;
    const double most = 2 * off > tolerance ? 2 * off : tolerance;
    double got[3 + PICKS] = {0};
    for (size_t i = 0; i < count; i++) {
        got[0] += (double)values[i] * (double)values[i];
        got[1] += sign(i, 7) * (double)values[i];
        got[2] += sign(i, 23) * (double)values[i];
    }
    got[0] = sqrt(got[0]);
    for (size_t j = 0; j < PICKS; j++) got[3 + j] = (double)values[j * (count - 1) / (PICKS - 1)];
    for (size_t j = 0; j < 3 + PICKS; j++) {
        const double wanted = json_number_value(json_array_get(row, j));
        const double scale = j < 3 ? norm : fabs(wanted) + norm / sqrt((double)count);
        if (fabs(got[j] - wanted) <= most * scale) continue;
        snprintf(c->why, sizeof c->why, "%s, %s: %s %.9g, PyTorch %.9g: off by %.2g of it", key,
                 name, what[j < 3 ? j : 3], got[j], wanted, fabs(got[j] - wanted) / scale);
        return false;
    }
    return true;
}

/* That the tensors have PyTorch's names, order and shapes. */
static bool same_names(record_case *c) {
    json_t *shapes = json_object_get(c->row, "shapes"), *shape;
    const char *name;
    size_t t = 0;
    if (!shapes) return true;
    json_object_foreach(shapes, name, shape) {
        emb_tensor_info info = {.name = "nothing"};
        if (t < emb_net_tensor_count(c->net)) emb_net_tensor(c->net, t, &info);
        bool same = strcmp(info.name, name) == 0 && info.rank == (int)json_array_size(shape);
        for (size_t i = 0; same && i < json_array_size(shape); i++) {
            same = json_integer_value(json_array_get(shape, i)) == info.shape[i];
        }
        if (!same) {
            snprintf(c->why, sizeof c->why, "tensor %zu is %s, PyTorch's %s", t, info.name, name);
            return false;
        }
        t++;
    }
    return t == emb_net_tensor_count(c->net) || wrong(c, "PyTorch has fewer tensors");
}

bool record_same_tensors(record_case *c, const char *key, const float *gradients) {
    if (!gradients && !same_names(c)) return false;
    for (size_t t = 0; t < emb_net_tensor_count(c->net); t++) {
        emb_tensor_info info;
        emb_net_tensor(c->net, t, &info);
        if (gradients && info.is_buffer) continue;
        if (!record_same(c, key, info.name, gradients ? gradients : info.values, info.count)) {
            return false;
        }
        if (gradients) gradients += info.count;
    }
    return true;
}

bool record_same_loss(record_case *c, const char *what, double got, double wanted) {
    const double off = record_number(c, "losses_off");
    const double most = 2 * off > tolerance ? 2 * off : tolerance;
    if (fabs(got - wanted) <= most * fabs(wanted)) return true;
    snprintf(c->why, sizeof c->why, "%s %.9g, PyTorch %.9g: off by %.2g of it", what, got, wanted,
             fabs(got - wanted) / fabs(wanted));
    return false;
}

typedef struct outputs {
    float *images, *codes, *outputs;
    size_t image, code, output; /* numbers of one */
} outputs;

static emb_status compute(record_case *c, const outputs *o, size_t n) {
    if (emb_net_classes(c->net) > 0) {
        return emb_net_classify(c->net, o->images, n, o->outputs, 1);
    }
    emb_status status = emb_net_encode(c->net, o->images, n, o->codes, 1);
    if (status == EMB_OK) status = emb_net_decode(c->net, o->codes, n, o->outputs, 1);
    return status;
}

/* That the last image alone gives the same bits as among the n. */
static bool same_alone(record_case *c, const outputs *o, size_t n) {
    const outputs one = {.images = o->images + (n - 1) * o->image,
                         .codes = emb__calloc(o->code + 1, sizeof(float)),
                         .outputs = emb__calloc(o->output, sizeof(float))};
    assert_true(one.codes && one.outputs);
    if (emb_net_conditions(c->net) > 0) set_labels(c, n - 1, 1);
    bool same = compute(c, &one, 1) == EMB_OK || wrong(c, emb_error());
    if (same &&
        (memcmp(one.codes, o->codes + (n - 1) * o->code, o->code * sizeof(float)) != 0 ||
         memcmp(one.outputs, o->outputs + (n - 1) * o->output, o->output * sizeof(float)) != 0)) {
        same = wrong(c, "an image alone gives other bits than among others");
    }
    if (emb_net_conditions(c->net) > 0) set_labels(c, 0, emb_images_count(c->images));
    emb__free(one.codes);
    emb__free(one.outputs);
    return same;
}

static bool same_outputs(record_case *c, const outputs *o, size_t n, const char *key) {
    if (compute(c, o, n) != EMB_OK) return wrong(c, emb_error());
    json_t *wanted = json_object_get(c->row, key);
    if (json_object_get(wanted, "codes") && emb_net_classes(c->net) == 0 &&
        !record_same(c, key, "codes", o->codes, n * o->code)) {
        return false;
    }
    return record_same(c, key, "outputs", o->outputs, n * o->output) && same_alone(c, o, n);
}

bool record_same_outputs(record_case *c, const char *key) {
    int in[3], out[3];
    emb_net_input_shape(c->net, in);
    emb_net_output_shape(c->net, out);
    const size_t n = (size_t)record_number(c, "batch");
    outputs o = {.image = (size_t)in[0] * (size_t)in[1] * (size_t)in[2],
                 .code = emb_net_classes(c->net) > 0 ? 0 : (size_t)emb_net_latent(c->net),
                 .output = (size_t)out[0] * (size_t)out[1] * (size_t)out[2]};
    o.images = emb__calloc(n * o.image, sizeof(float));
    o.codes = emb__calloc(n * o.code + 1, sizeof(float));
    o.outputs = emb__calloc(n * o.output, sizeof(float));
    assert_true(o.images && o.codes && o.outputs);
    assert_int_equal(emb_images_fetch(c->images, NULL, n, o.images, NULL), EMB_OK);
    const bool same = same_outputs(c, &o, n, key);
    emb__free(o.images);
    emb__free(o.codes);
    emb__free(o.outputs);
    return same;
}
