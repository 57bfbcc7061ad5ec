/* base/translate.c: a message's numbers are written with the reader's decimal sign, and nothing
 * else of it is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/translate.h"
#include "support/support.h"

static const char *in_turn(const char *one, const char *many, unsigned long n) {
    (void)many, (void)n;
    return strcmp(one, "%s is %g, not %s") == 0 ? "%3$s? %1$s: %2$.2f" : one;
}

static void numbers_have_the_sign(void **state) {
    (void)state;
    emb_set_translator(in_turn);
    for (int point = 0; point < 2; point++) {
        const char sign = point ? '.' : ',';
        emb__set_decimal_sign(sign);
        const struct {
            const char *comma, *dot;
        } row[] = {
            {"a.b: 1,5 of 2.5, 3 %", "a.b: 1.5 of 2.5, 3 %"},
            {"c.d? a.b: 0,25", "c.d? a.b: 0.25"},
            {"[  -0,5][1e-07][1,25e+10][nan][inf]", "[  -0.5][1e-07][1.25e+10][nan][inf]"},
            {"\\x01 k.5\\x02 and 0,5", "\\x01 k.5\\x02 and 0.5"},
        };
        for (size_t i = 0; i < TEST_COUNT(row); i++) {
            switch (i) {
            case 0: /* %lg is typed */
                emb__fail(EMB_ERR_FORMAT, "%s: %g of %lg, %d %%", "a.b", 1.5, 2.5, 3);
                break;
            case 1:
                emb__fail(EMB_ERR_FORMAT, "%s is %g, not %s", "a.b", 0.25, "c.d");
                break;
            case 2:
                emb__fail(EMB_ERR_FORMAT, "[%*.1f][%g][%.2e][%g][%g]", 6, -0.5, 1e-7, 1.25e10,
                          (double)NAN, (double)INFINITY);
                break;
            default: /* a name may have the signs that mark a number */
                emb__fail(EMB_ERR_FORMAT, "%s and %g", "\x01 k.5\x02", 0.5);
            }
            assert_string_equal(emb_error(), point ? row[i].dot : row[i].comma);
        }
    }
    emb_set_translator(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_have_the_sign)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
