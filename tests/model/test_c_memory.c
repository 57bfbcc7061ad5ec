/* The buffer of an exported network: tensors that are needed at the same time have places of their
 * own, and it is no larger than what is needed at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/c/c_memory.h"
#include "support/support.h"

/* Networks of 2 x 8 x 8 images, and the numbers of their buffers. */
static const struct {
    const char *text;
    size_t buffer;
} nets[] = {
    /* chains: the largest of the odd tensors and of the even ones */
    {"Conv2d(2, 4, 1), Conv2d(4, 3, 1), Conv2d(3, 1, 1)", 256 + 192},
    {"Conv2d(2, 1, 1), Conv2d(1, 4, 1), Conv2d(4, 2, 1), Conv2d(2, 4, 1)", 128 + 256},
    {"Identity()", 0},
    /* the sum lies over what it adds; before it, both sides and what one is made of */
    {"Conv2d(2, 4, 1), Residual(Conv2d(4, 4, 1)), Conv2d(4, 1, 1)", 2 * 256},
    {"Conv2d(2, 4, 1), Residual(Sequential(Conv2d(4, 4, 1), Conv2d(4, 4, 1))), Conv2d(4, 1, 1)",
     3 * 256},
    {"Conv2d(2, 4, 1), Residual(Sequential(Conv2d(4, 1, 1), Conv2d(1, 4, 1))), Conv2d(4, 1, 1)",
     2 * 256 + 64},
    {"Conv2d(2, 4, 1), Residual(Residual(Conv2d(4, 4, 1))), Conv2d(4, 1, 1)", 2 * 256},
    {"Conv2d(2, 4, 1), Residual(Conv2d(4, 6, 1), Conv2d(4, 6, 1)), Conv2d(6, 1, 1)", 3 * 384 - 128},
    {"Conv2d(2, 4, 1), Residual(Residual(Identity())), Conv2d(4, 1, 1)", 2 * 256},
    /* the input takes no room, and is not written over */
    {"Residual(Conv2d(2, 2, 1)), Conv2d(2, 1, 1)", 128},
    {"Residual(Identity()), Conv2d(2, 1, 1)", 128},
    /* a tensor of several readers, then their outputs side by side */
    {"Conv2d(2, 4, 1), Parallel(Conv2d(4, 1, 1), Conv2d(4, 2, 1)), Conv2d(3, 1, 1)", 256 + 192},
    {"Parallel(Conv2d(2, 1, 1), Conv2d(2, 1, 1), Identity())", 128},
    /* the first of several is still read when the third is made */
    {"Conv2d(2, 1, 1), Parallel(Conv2d(1, 4, 1), Residual(Conv2d(1, 1, 1)), Conv2d(1, 4, 1)), "
     "Conv2d(9, 1, 1)",
     576 + 576},
    {"Conv2d(2, 4, 1), Parallel(ReLU(), Tanh()), Conv2d(8, 1, 1)", 2 * 512},
};

static bool lives_at(const emb__stages *s, int tensor, int stage) {
    bool read = false;
    for (int i = stage; i < s->count; i++) {
        for (int k = 0; k < s->stages[i].read_count; k++) {
            read = read || s->stages[i].reads[k] == tensor;
        }
    }
    return tensor - 1 == stage || (tensor - 1 < stage && read);
}

/* Nothing that is still needed is overwritten, but by the sum of which it is a part. */
static void check_places(const char *text, const emb__c_part *part, size_t buffer) {
    const emb__stages *s = part->stages;
    for (int stage = 0; stage < s->count; stage++) {
        const emb__stage *at = &s->stages[stage];
        for (int a = 1; a < s->count; a++) {
            const size_t size = s->tensors[a].count;
            assert_true(part->places[a] + size <= buffer);
            for (int b = a + 1; b < s->count && lives_at(s, a, stage); b++) {
                if (!lives_at(s, b, stage)) continue;
                const bool sums = at->op && at->op->join == EMB__JOIN_SUM && b == stage + 1 &&
                                  part->places[a] == part->places[b] &&
                                  size == s->tensors[b].count && !lives_at(s, a, stage + 1) &&
                                  s->tensors[a].by_pixel == s->tensors[b].by_pixel;
                const bool apart = part->places[a] + size <= part->places[b] ||
                                   part->places[b] + s->tensors[b].count <= part->places[a];
                if (!apart && !sums) fail_msg("%s: tensor %d is over %d", text, b, a);
            }
        }
    }
}

static void what_lives_at_once_lies_apart(void **state) {
    (void)state;
    int wrong = 0;
    for (size_t n = 0; n < TEST_COUNT(nets); n++) {
        char text[512];
        snprintf(text, sizeof text, "input = 2, 8, 8\nclassifier = Sequential(%s, Flatten())\n",
                 nets[n].text);
        emb_net *net = emb_net_parse(text, "net", NULL);
        if (!net) fail_msg("%s", emb_error());
        emb__stages stages;
        assert_int_equal(emb__stages_new(net, 0, net->layer_count, EMB__STAGES_FOR_C, &stages),
                         EMB_OK);
        emb__c_part part = {.name = "net", .net = net, .stages = &stages};
        size_t buffer;
        assert_int_equal(emb__c_places(&part, 1, &buffer), EMB_OK);
        if (buffer != nets[n].buffer) {
            print_error("%s: a buffer of %zu, not %zu\n", nets[n].text, buffer, nets[n].buffer);
            wrong++;
        }
        check_places(nets[n].text, &part, buffer);
        emb__free(part.places);
        emb__stages_clear(&stages);
        emb_net_free(net);
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_lives_at_once_lies_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
