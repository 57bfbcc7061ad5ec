/* See number_signs.h. */
#include "draw/number_signs.h"

#include <stdatomic.h>
#include <string.h>

#include <embudo/draw.h>

#include "base/translate.h"

static _Atomic char decimal_sign = '.', thousands_sign;

void emb_set_number_signs(char decimal, char thousands) {
    atomic_store(&decimal_sign, decimal);
    emb__set_decimal_sign(decimal);
    atomic_store(&thousands_sign, thousands);
}

void emb__number_signs(char *text, size_t size) {
    const char decimal = atomic_load(&decimal_sign), thousands = atomic_load(&thousands_sign);
    char *whole = text + strcspn(text, "0123456789");
    const size_t digits = strspn(whole, "0123456789");
    if (whole[digits] == '.') whole[digits] = decimal;
    const size_t more = thousands && digits > 3 ? (digits - 1) / 3 : 0;
    if (more == 0 || strlen(text) + more >= size) return;
    memmove(whole + digits + more, whole + digits, strlen(whole + digits) + 1);
    for (size_t i = digits, to = digits + more; i > 0; i--) {
        whole[--to] = whole[i - 1];
        if ((digits - i + 1) % 3 == 0 && i > 1) whole[--to] = thousands;
    }
}
