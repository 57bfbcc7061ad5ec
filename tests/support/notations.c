/* See notations.h. */
#include "support/notations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Plain malloc, because the library's blocks are rounded up. */
emb_status notation_parse(const char *text, size_t length, int latent, emb__spec *spec) {
    char *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, text, length);
    emb_status status = emb__notation_parse(length ? copy : copy + 1, length, "t",
                                            &(emb_net_options){.latent = latent}, spec);
    free(copy);
    return status;
}

static bool same_layer(const emb__layer_spec *a, const emb__layer_spec *b) {
    if (a->kind != b->kind || a->part != b->part || a->index != b->index) return false;
    for (int i = 0; i < EMB__MAX_ARGS; i++) {
        const emb__arg *x = &a->args[i], *y = &b->args[i];
        if (x->n != y->n || x->is_latent != y->is_latent || x->is_same != y->is_same) return false;
        for (int k = 0; k < x->n; k++) {
            if (x->v[k] != y->v[k]) return false;
        }
    }
    return true;
}

bool notation_same(const emb__spec *a, const emb__spec *b) {
    if (a->input_rank != b->input_rank || a->part_count != b->part_count ||
        a->layer_count != b->layer_count) {
        return false;
    }
    for (int i = 0; i < a->input_rank; i++) {
        if (a->input[i] != b->input[i]) return false;
    }
    for (int i = 0; i < a->part_count; i++) {
        if (strcmp(a->parts[i], b->parts[i]) != 0) return false;
    }
    for (int i = 0; i < a->layer_count; i++) {
        if (!same_layer(&a->layers[i], &b->layers[i])) return false;
    }
    return true;
}

char *notation_round_trip(const emb__spec *spec) {
    emb__spec again;
    char *printed = emb__notation_print(spec);
    assert_non_null(printed);
    if (notation_parse(printed, strlen(printed), 0, &again))
        fail_msg("%s\n%s", emb_error(), printed);
    if (!notation_same(spec, &again)) fail_msg("parses to another network:\n%s", printed);
    char *printed_again = emb__notation_print(&again);
    assert_string_equal(printed, printed_again);
    emb__free(printed_again);
    emb__spec_clear(&again);
    return printed;
}

void notation_cleared(const emb__spec *spec) {
    static const emb__spec cleared;
    assert_memory_equal(spec, &cleared, sizeof cleared);
}

void notation_prints(const char *text, size_t length, int latent, const char *canonical) {
    emb__spec spec;
    if (notation_parse(text, length, latent, &spec)) fail_msg("%s\n%s", emb_error(), text);
    char *printed = notation_round_trip(&spec);
    assert_string_equal(printed, canonical);
    emb__free(printed);
    emb__spec_clear(&spec);
}

void notation_fails(const char *text, size_t length, int latent, const char *error) {
    emb__spec spec;
    if (!notation_parse(text, length, latent, &spec))
        fail_msg("parses, not '%s':\n%s", error, text);
    assert_string_equal(emb_error(), error);
    notation_cleared(&spec);
}
