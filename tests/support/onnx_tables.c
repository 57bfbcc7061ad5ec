/* See onnx_tables.h. */
#include "support/onnx_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "support/folder.h"
#include "support/support.h"

char onnx_path[64];

int onnx_set_up(void **state) {
    const int made = test_folder_make(state);
    snprintf(onnx_path, sizeof onnx_path, "%s/model.onnx", test_folder);
    return made;
}

void onnx_import_all(const onnx_good *table, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float y[TEST_ONNX_MOST];
        const size_t made = test_onnx_encode(onnx_path, table[i].text, table[i].notation, y);
        for (size_t k = 0; k < TEST_COUNT(table[i].y) && table[i].y[k] != 0; k++) {
            if (k < made && y[k] == table[i].y[k]) continue;
            fail_msg("number %zu of %zu is %g, expected %g:\n%s", k, made, (double)y[k],
                     (double)table[i].y[k], table[i].text);
        }
    }
}

/* Whether the text says what to do: behind its last semicolon, as an order. */
static bool advises(const char *error) {
    static const char orders[] = " call change check copy export install keep leave make name pad "
                                 "put run share train use wait write ";
    const char *last = error;
    char spaced[24];
    for (const char *next; (next = strstr(last, "; "));) last = next + 2;
    snprintf(spaced, sizeof spaced, " %.*s ", (int)strcspn(last, " "), last);
    return last != error && strstr(orders, spaced);
}

void onnx_refuse(const char *text, const emb_import_options *options, const char *error) {
    test_onnx_write(onnx_path, text);
    emb_net *net = emb_net_import(onnx_path, options);
    if (!net && emb__last_status() == EMB_ERR_MISSING) skip(); /* a build without protobuf-c */
    if (net) fail_msg("this was read, instead of '%s':\n%s", error, text);
    if (!strstr(emb_error(), error)) {
        fail_msg("expected '%s', got: %s\n%s", error, emb_error(), text);
    }
    if (!advises(emb_error())) fail_msg("this does not say what to do: %s", emb_error());
    assert_memory_equal(emb_error(), onnx_path, strlen(onnx_path));
    assert_null(strchr(emb_error(), '\n'));
}

void onnx_refuse_all(const onnx_bad *table, size_t count) {
    for (size_t i = 0; i < count; i++) onnx_refuse(table[i].text, NULL, table[i].error);
}
