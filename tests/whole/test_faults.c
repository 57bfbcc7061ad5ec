/* Every allocation of the library failing, once and from then on: see support/fault_pieces.h. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/fault_pieces.h"
#include "support/folder.h"

static void every_allocation(void **state) {
    (void)state;
    static const fault_kind kinds[] = {{FAULT_ALLOC, ENOMEM, {1, SIZE_MAX}}};
    for (const piece *p = pieces; p->name; p++) {
        const size_t points = fault_piece(p, kinds, TEST_COUNT(kinds));
        print_message("%s: %zu failures of memory\n", p->name, points);
        assert_true(points > 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation),
    };
    return cmocka_run_group_tests(tests, pieces_set_up, test_folder_remove);
}
