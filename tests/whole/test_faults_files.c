/* Every call on files that the library makes, failing: see support/fault_pieces.h. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/fault_pieces.h"
#include "support/folder.h"

static void every_call_on_files(void **state) {
    (void)state;
    static const fault_kind kinds[] = {
        {FAULT_STAT, EACCES, {1, SIZE_MAX}},   {FAULT_OPEN, EMFILE, {1, SIZE_MAX}},
        {FAULT_OPEN, ENOSPC, {1, SIZE_MAX}},   {FAULT_OPEN, EINTR, {1, 5}},
        {FAULT_READ, EIO, {1, SIZE_MAX}},      {FAULT_READ, EINTR, {1, 5}},
        {FAULT_READ, FAULT_SHORT, {1, 100}},   {FAULT_WRITE, ENOSPC, {1, SIZE_MAX}},
        {FAULT_WRITE, EIO, {1, SIZE_MAX}},     {FAULT_WRITE, EINTR, {1, 5}},
        {FAULT_WRITE, FAULT_SHORT, {1, 100}},  {FAULT_FSYNC, EIO, {1, SIZE_MAX}},
        {FAULT_FSYNC, ENOSPC, {1, SIZE_MAX}},  {FAULT_FSYNC, EINTR, {1, 5}},
        {FAULT_CLOSE, EIO, {1, SIZE_MAX}},     {FAULT_CLOSE, EINTR, {1, SIZE_MAX}},
        {FAULT_RENAME, ENOSPC, {1, SIZE_MAX}}, {FAULT_RENAME, EIO, {1, SIZE_MAX}},
        {FAULT_LINK, EPERM, {1, SIZE_MAX}},    {FAULT_LINK, EIO, {1, SIZE_MAX}},
        {FAULT_MODE, EPERM, {1, SIZE_MAX}},    {FAULT_MKDIR, ENOSPC, {1, SIZE_MAX}},
        {FAULT_UNLINK, EACCES, {1, SIZE_MAX}},
    };
    for (const piece *p = pieces; p->name; p++) {
        const size_t points = fault_piece(p, kinds, TEST_COUNT(kinds));
        print_message("%s: %zu failures of files\n", p->name, points);
        assert_true(points > 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_on_files),
    };
    return cmocka_run_group_tests(tests, pieces_set_up, test_folder_remove);
}
