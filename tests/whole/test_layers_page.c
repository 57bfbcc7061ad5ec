/* docs/LAYERS.md: each kind of layer, loss, optimiser and schedule has its row, no row is of
 * anything else, and a layer goes where its row says that it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/layers/kinds.h"
#include "support/support.h"
#include "train/losses/loss_table.h"
#include "train/optimisers/optimiser_table.h"

static char *page;

static int read_page(void **state) {
    char path[4096];
    size_t count;
    (void)state;
    snprintf(path, sizeof path, "%s/docs/LAYERS.md", EMB_TEST_ROOT);
    return emb_file_read(path, 1 << 20, &page, &count) == EMB_OK ? 0 : -1;
}

static int free_page(void **state) {
    (void)state;
    free(page);
    return 0;
}

/* The row "| `NAME` |" after the heading; NULL if there is none. */
static const char *find_row(const char *heading, const char *name) {
    char begins[64], title[64];
    snprintf(title, sizeof title, "\n## %s\n", heading);
    snprintf(begins, sizeof begins, "\n| `%s` |", name);
    const char *section = strstr(page, title);
    if (!section) fail_msg("docs/LAYERS.md has no '## %s'", heading);
    const char *end = strstr(section + 1, "\n## "), *row = strstr(section, begins);
    return row && (!end || row < end) ? row + 1 : NULL;
}

static size_t count_rows(const char *heading) {
    char title[64];
    size_t rows = 0;
    snprintf(title, sizeof title, "\n## %s\n", heading);
    const char *section = strstr(page, title), *end = strstr(section + 1, "\n## ");
    for (const char *at = section; (at = strstr(at + 1, "\n| `")) && (!end || at < end);) rows++;
    return rows;
}

/* Cell i of a row, the name being 0. */
static void cell(const char *row, int i, char *text, size_t room) {
    for (; i > 0 && row; i--) row = strstr(row + 1, "| ");
    const char *from = row ? row + 2 : "";
    size_t length = 0;
    while (from[length] && from[length] != '|' && from[length] != '\n') length++;
    while (length > 0 && from[length - 1] == ' ') length--;
    snprintf(text, room, "%.*s", (int)length, from);
}

static const char *const schedules[] = {
    [EMB_SCHEDULE_CONSTANT] = "constant",   [EMB_SCHEDULE_LINEAR] = "linear",
    [EMB_SCHEDULE_COSINE] = "cosine",       [EMB_SCHEDULE_STEP] = "step",
    [EMB_SCHEDULE_ONE_CYCLE] = "one-cycle", [EMB_SCHEDULE_PLATEAU] = "plateau",
};

static void everything_has_a_row(void **state) {
    (void)state;
    size_t count = 0;
    for (const emb__layer_kind *kind; (kind = emb__layer_kind_at((int)count)); count++) {
        if (!find_row("Layers", kind->name)) fail_msg("no row for %s", kind->name);
    }
    assert_int_equal(count_rows("Layers"), count);
    for (count = 0; emb__loss_kinds[count]; count++) {
        const char *row = find_row("Losses", emb__loss_kinds[count]->name);
        char text[64];
        if (!row) fail_msg("no row for %s", emb__loss_kinds[count]->name);
        cell(row, 1, text, sizeof text);
        assert_string_equal(text, emb__loss_kinds[count]->short_name);
    }
    assert_int_equal(count_rows("Losses"), count);
    for (count = 0; emb__optimisers[count]; count++) {
        if (!find_row("Optimisers", emb__optimisers[count]->name)) {
            fail_msg("no row for %s", emb__optimisers[count]->name);
        }
    }
    assert_int_equal(count_rows("Optimisers"), count);
    for (count = 0; count < TEST_COUNT(schedules); count++) {
        if (!find_row("Schedules", schedules[count])) fail_msg("no row for %s", schedules[count]);
    }
    assert_int_equal(count_rows("Schedules"), count);
    emb_train_options filled, more = {.schedule = (emb_schedule)count, .epochs = 1};
    assert_int_not_equal(emb_train_fill(&more, &filled), EMB_OK); /* there are no others */
}

/* ---- bridges --------------------------------------------------------------------------------- */

/* A layer of each kind as it is written, whose input is 4 channels of 6x6 and whose output has
 * `out` numbers. */
static const struct {
    const char *kind, *text;
    int out;
} samples[] = {
    {"Conv2d", "Conv2d(4, 2, 3, padding=1)", 72},
    {"ConvTranspose2d", "ConvTranspose2d(4, 2, 2, stride=2)", 288},
    {"Linear", "Flatten(), Linear(144, 9)", 9},
    {"BatchNorm1d", "Flatten(), BatchNorm1d(144)", 144},
    {"BatchNorm2d", "BatchNorm2d(4)", 144},
    {"GroupNorm", "GroupNorm(2, 4)", 144},
    {"LayerNorm", "LayerNorm([4, 6, 6])", 144},
    {"InstanceNorm2d", "InstanceNorm2d(4)", 144},
    {"MaxPool2d", "MaxPool2d(2)", 36},
    {"AvgPool2d", "AvgPool2d(2)", 36},
    {"AdaptiveMaxPool2d", "AdaptiveMaxPool2d(3)", 36},
    {"AdaptiveAvgPool2d", "AdaptiveAvgPool2d(3)", 36},
    {"Upsample", "Upsample(scale_factor=2)", 576},
    {"PixelShuffle", "PixelShuffle(2)", 144},
    {"PixelUnshuffle", "PixelUnshuffle(2)", 144},
    {"ZeroPad2d", "ZeroPad2d(1)", 256},
    {"ReflectionPad2d", "ReflectionPad2d(1)", 256},
    {"ReplicationPad2d", "ReplicationPad2d(1)", 256},
    {"Dropout", "Dropout(0.5)", 144},
    {"Dropout2d", "Dropout2d(0.5)", 144},
    {"Flatten", "Flatten()", 144},
    {"Unflatten", "Flatten(), Unflatten(1, (4, 6, 6))", 144},
    {"Sequential", "Sequential(Conv2d(4, 2, 1), ReLU())", 72},
    {"Residual", "Residual(Conv2d(4, 4, 1))", 144},
    {"Parallel", "Parallel(Conv2d(4, 2, 1), Conv2d(4, 2, 3, padding=1))", 144},
    {"PReLU", "PReLU(4)", 144},
    {"Softmax", "Softmax(1)", 144},
    {"LogSoftmax", "LogSoftmax(1)", 144},
};

/* The same of those that stand at the encoder's end. */
static const struct {
    const char *kind, *text;
    int out;
} codes[] = {
    {"Variational", "Flatten(), Linear(144, 6), Variational()", 3},
    {"Sparse", "Sparse(l1=0.1)", 144},
    {"Condition", "Flatten(), Condition(5), Linear(149, 3)", 3},
    {"Wasserstein", "Wasserstein()", 144},
    {"VectorQuantizer", "Flatten(), Linear(144, 3), VectorQuantizer(4, 3)", 3},
};

/* Activations without arguments, and Identity, are like this. */
static emb_net *net_with(const char *kind) {
    char layer[96], text[512];
    int out = 144;
    snprintf(layer, sizeof layer, "%s()", kind);
    for (size_t i = 0; i < TEST_COUNT(samples); i++) {
        if (strcmp(samples[i].kind, kind) != 0) continue;
        snprintf(layer, sizeof layer, "%s", samples[i].text);
        out = samples[i].out;
    }
    snprintf(text, sizeof text,
             "input = 1, 6, 6\n"
             "encoder = Sequential(Conv2d(1, 4, 3, padding=1), Tanh(), %s, Flatten(), Linear(%d, "
             "3))\ndecoder = Sequential(Linear(3, 36), Unflatten(1, (1, 6, 6)), Sigmoid())\n",
             layer, out);
    for (size_t i = 0; i < TEST_COUNT(codes); i++) {
        if (strcmp(codes[i].kind, kind) != 0) continue;
        snprintf(text, sizeof text,
                 "input = 1, 6, 6\n"
                 "encoder = Sequential(Conv2d(1, 4, 3, padding=1), Tanh(), %s)\n"
                 "decoder = Sequential(Flatten(), Linear(%d, 36), Unflatten(1, (1, 6, 6)))\n",
                 codes[i].text, codes[i].out);
    }
    emb_net *net = emb_net_parse(text, kind, NULL);
    if (!net || emb_net_init(net, 1) != EMB_OK) fail_msg("%s", emb_error());
    if (emb_net_conditions(net) > 0) emb_net_set_labels(net, &(int){2}, 1);
    return net;
}

/* Whether the layer itself is refused; that there is no folder to write to does not matter. */
static bool is_refused(emb_status status) {
    return status != EMB_OK && strstr(emb_error(), "cannot export");
}

static bool refuses_onnx(emb_net *net, const emb_images *images) {
    uint8_t *bytes = NULL;
    size_t count;
    (void)images;
    const emb_status status = emb_net_export_onnx_bytes(net, "net", NULL, &bytes, &count);
    free(bytes);
    return is_refused(status);
}

static bool refuses_c(emb_net *net, const emb_images *images) {
    (void)images;
    return is_refused(emb_net_export_c(net, "/nonexistent", NULL, NULL));
}

static bool refuses_int8(emb_net *net, const emb_images *images) {
    emb_int8 *int8 = emb_int8_new(net, images, NULL, emb_images_count(images));
    const bool refused = !int8 && is_refused(EMB_ERR_FORMAT);
    if (!int8 && !refused) fail_msg("%s", emb_error());
    emb_int8_free(int8);
    return refused;
}

static const struct {
    const char *format;
    int column;
    bool (*refuses)(emb_net *net, const emb_images *images);
} bridges[] = {{"ONNX", 4, refuses_onnx}, {"C", 5, refuses_c}, {"int8", 6, refuses_int8}};

static void layers_go_where_their_rows_say(void **state) {
    (void)state;
    emb_images *images = test_images(20, 1, 6, 6, 3);
    const emb__layer_kind *kind;
    int wrong = 0;
    for (int i = 0; (kind = emb__layer_kind_at(i)); i++) {
        emb_net *net = net_with(kind->name);
        const char *row = find_row("Layers", kind->name);
        for (size_t b = 0; b < TEST_COUNT(bridges); b++) {
            char says[128];
#ifndef EMB_HAVE_PROTOBUF
            if (bridges[b].refuses == refuses_onnx) continue;
#endif
            cell(row, bridges[b].column, says, sizeof says);
            const bool no = strcmp(says, "no") == 0 || strncmp(says, "no,", 3) == 0;
            if (!*says || bridges[b].refuses(net, images) != no) {
                print_error("%s, %s: docs/LAYERS.md says '%s'; %s\n", kind->name, bridges[b].format,
                            says, emb_error());
                wrong++;
            }
        }
        emb_net_free(net);
    }
    emb_images_free(images);
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_has_a_row),
                                       cmocka_unit_test(layers_go_where_their_rows_say)};
    return cmocka_run_group_tests(tests, read_page, free_page);
}
