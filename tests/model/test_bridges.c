/* A kind of layer that has no bridge to a format is refused by its name, wherever it is to be
 * exported: with kinds of this test's own, that nothing else knows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "net/compile.h"
#include "net/layers/activation.h"
#include "net/layers/kinds.h"
#include "net/notation/notation.h"
#include "support/support.h"

enum { IMAGES = 20, PIXELS = 2 * 9 * 8 };

static const char text[] =
    "input = 2, 9, 8\n"
    "encoder = Sequential(Flatten(), ReLU(), Linear(144, 5), Tanh())\n"
    "decoder = Sequential(Linear(5, 144), Sigmoid(), Unflatten(1, (2, 9, 8)))\n";

/* The network above, with another kind in the ReLU's place. */
static emb_net *net_with(const emb__layer_kind *kind) {
    emb__spec spec;
    assert_int_equal(emb__notation_parse(text, strlen(text), "net", NULL, &spec), EMB_OK);
    assert_string_equal(spec.layers[1].kind->name, "ReLU");
    spec.layers[1].kind = kind;
    emb_net *net = emb__net_compile(&spec);
    if (!net) fail_msg("%s", emb_error());
    assert_int_equal(emb_net_init(net, 1), EMB_OK);
    return net;
}

static emb_status to_onnx(emb_net *net, const emb_images *images) {
    uint8_t *bytes = NULL;
    size_t count;
    (void)images;
    emb_status status = emb_net_export_onnx_bytes(net, "net", NULL, &bytes, &count);
    emb__free(bytes);
    return status;
}

static emb_status to_c(emb_net *net, const emb_images *images) {
    (void)images;
    return emb_net_export_c(net, "/nonexistent", NULL, NULL);
}

static emb_status to_int8(emb_net *net, const emb_images *images) {
    emb_int8 *int8 = emb_int8_new(net, images, NULL, IMAGES);
    emb_int8_free(int8);
    return int8 ? EMB_OK : emb__last_status();
}

static const struct {
    const char *name;
    emb_status (*export)(emb_net *net, const emb_images *images);
} formats[] = {{"ONNX", to_onnx}, {"C", to_c}, {"int8", to_int8}};

static void expect_refused(const emb__layer_kind *kind) {
    emb_net *net = net_with(kind);
    emb_images *images = test_images(IMAGES, 2, 9, 8, 3);
    float image[PIXELS] = {0.5f}, code[5];
    assert_int_equal(emb_net_encode(net, image, 1, code, 1), EMB_OK); /* it runs all the same */
    for (size_t i = 0; i < TEST_COUNT(formats); i++) {
#ifndef EMB_HAVE_PROTOBUF
        if (formats[i].export == to_onnx) continue;
#endif
        char wanted[96];
        snprintf(wanted, sizeof wanted, "net: cannot export encoder.1 %s to %s: ", kind->name,
                 formats[i].name);
        if (formats[i].export(net, images) == EMB_OK) {
            fail_msg("%s is exported to %s", kind->name, formats[i].name);
        }
        if (!strstr(emb_error(), wanted)) fail_msg("'%s' is not in '%s'", wanted, emb_error());
        assert_null(strchr(emb_error(), '\n'));
    }
    emb_images_free(images);
    emb_net_free(net);
}

/* An activation whose row has no bridge: its curve is ReLU's. */
static void a_curve_without_bridges_is_refused(void **state) {
    (void)state;
    emb__layer_kind kind = *emb__layer_kind_find("ReLU", 4);
    const emb__activation bare = {.curve = kind.activation->curve};
    kind.name = "Bare";
    kind.activation = &bare;
    expect_refused(&kind);
}

/* Doubles its input: no activation, no alias, nothing that is known. */
static void doubles(const emb__layer *layer, const emb__pass *pass) {
    const size_t count = emb__shape_count(&layer->out) * (size_t)pass->k->lanes;
    for (size_t i = 0; i < count; i++) pass->out[i] = 2 * pass->in[i];
}

static void doubles_one(const emb__layer *layer, const emb__single *pass) {
    for (size_t i = 0; i < emb__shape_count(&layer->out); i++) pass->out[i] = 2 * pass->in[i];
}

static emb_status same_shape(emb__layer *layer) {
    layer->out = layer->in;
    return EMB_OK;
}

static void a_kind_without_a_row_is_refused(void **state) {
    (void)state;
    static const emb__arg_kind no_args[] = {{0}};
    const emb__layer_kind kind = {.name = "Foo",
                                  .args = no_args,
                                  .compile = same_shape,
                                  .forward = doubles,
                                  .single = doubles_one};
    expect_refused(&kind);
}

/* The network as it is goes everywhere, so that it is the kind that is refused. */
static void known_kinds_are_not(void **state) {
    (void)state;
    emb_net *net = net_with(emb__layer_kind_find("ReLU", 4));
    emb_images *images = test_images(IMAGES, 2, 9, 8, 3);
    for (size_t i = 0; i < TEST_COUNT(formats); i++) {
        const emb_status status = formats[i].export(net, images);
        if (status != EMB_OK) assert_null(strstr(emb_error(), "cannot export"));
    }
    emb_images_free(images);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_curve_without_bridges_is_refused),
                                       cmocka_unit_test(a_kind_without_a_row_is_refused),
                                       cmocka_unit_test(known_kinds_are_not)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
