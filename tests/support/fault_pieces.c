/* See fault_pieces.h. */
#include "support/fault_pieces.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "embudo.h"

/* What a piece of work gives without a fault: a picture of its result. */
static void expect_result(work *does, char text[TEST_SHA_TEXT]) {
    test_sha sha = {0};
    test_sha_begin(&sha);
    if (!does(&sha)) fail_msg("without a fault: %s", emb_error());
    test_sha_end(&sha, text);
}

/* One piece with one fault. Returns whether the fault was met. */
static bool run_piece(const piece *p, fault *f, const char *wanted) {
    char what[96], got[TEST_SHA_TEXT];
    test_sha sha = {0};
    test_sha_begin(&sha);
    fault_begin(f);
    const bool good = p->work(&sha);
    fault_end(f);
    snprintf(what, sizeof what, "%s, %s %zu %s, %s", p->name, fault_name(f->call), f->at,
             f->error == FAULT_SHORT ? "short" : strerror(f->error),
             f->most == 1 ? "once" : "from then on");
    if (f->left_over) fail_msg("%s: %zu blocks and files are left", what, f->left_over);
    if (good && strcmp(test_sha_end(&sha, got), wanted) != 0) fail_msg("%s: other bits", what);
    if (!good && !f->hits) fail_msg("%s: %s", what, emb_error());
    if (!good && (!*emb_error() || strchr(emb_error(), '\n'))) {
        fail_msg("%s: no error of one line: '%s'", what, emb_error());
    }
    const bool harmless = f->error == EINTR || f->error == FAULT_SHORT;
    if (!good && harmless) fail_msg("%s: %s", what, emb_error());
    /* Nobody can take away a file that the system does not let go. */
    const bool left = p->writes && pieces_left_temporary();
    if (left && f->call != FAULT_UNLINK) fail_msg("%s left a temporary file", what);
    return f->hits > 0;
}

/* Later calls of a kind are mostly those of one loop. */
enum { SAMPLED = 100, STRIDE = 7, FEW_SAMPLED = 40, FEW_STRIDE = 31 };

size_t fault_piece(const piece *p, const fault_kind *kinds, size_t count) {
    char wanted[TEST_SHA_TEXT], again[TEST_SHA_TEXT], checkpoint[TEST_SHA_TEXT];
    const char *asked = getenv("FAULTS");
    const bool all = asked && strcmp(asked, "all") == 0, few = asked && strcmp(asked, "few") == 0;
    const size_t sampled = few ? FEW_SAMPLED : SAMPLED, stride = few ? FEW_STRIDE : STRIDE;
    size_t points = 0;
    expect_result(p->work, wanted);
    expect_result(piece_resume, checkpoint);
    for (size_t k = 0; k < count; k++) {
        for (size_t m = 0; m < 3 && kinds[k].most[m]; m++) {
            fault f = {.call = kinds[k].call, .error = kinds[k].error, .most = kinds[k].most[m]};
            do {
                f.at += f.at < sampled || all ? 1 : stride;
                points++;
                if (p->work != piece_train) continue;
                expect_result(piece_resume,
                              again); /* old or new, it is a checkpoint, and a whole one */
                assert_string_equal(again, checkpoint);
            } while (run_piece(p, &f, wanted));
            points--;
        }
    }
    return points;
}
