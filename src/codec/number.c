/* See number.h. */
#include "codec/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nine digits of x, 1e-4 <= x < 1e9, as a whole number n: x = n 10^(exponent - 8) up to rounding.
 * False if it cannot be told which way to round: if the product with a power of ten, which is exact
 * up to 10^12, is a half. A double holds every half, so rounding the product never takes it across
 * one. */
static bool nine_digits(double x, uint32_t *n, int *exponent) {
    static const double powers[] = {1e0, 1e1, 1e2, 1e3,  1e4,  1e5, 1e6,
                                    1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    int e = 8;
    while (x * powers[8 - e] < 1e8) e--;
    const double scaled = x * powers[8 - e], whole = floor(scaled), rest = scaled - whole;
    *n = (uint32_t)whole + (rest > 0.5);
    *exponent = e;
    return rest != 0.5 && *n < 1000000000;
}

size_t emb__number_print(float x, char text[EMB__NUMBER_ROOM]) {
    const double size = fabs((double)x);
    uint32_t n;
    int exponent;
    if (x == 0 || !(size >= 1e-4 && size < 1e9) || !nine_digits(size, &n, &exponent)) {
        return (size_t)snprintf(text, EMB__NUMBER_ROOM, "%.9g", (double)x);
    }
    char digits[9];
    int last = 0;
    for (int i = 8; i >= 0; i--, n /= 10) {
        digits[i] = (char)('0' + n % 10);
        if (last == 0 && digits[i] != '0') last = i;
    }
    char *out = text;
    if (x < 0) *out++ = '-';
    /* Digit i stands for 10^(exponent - i); trailing zeros after the point are not written. */
    const int first = exponent < 0 ? exponent : 0;
    for (int i = first; i <= last || i <= exponent; i++) {
        if (i == exponent + 1) *out++ = '.';
        *out++ = i < 0 ? '0' : digits[i];
    }
    *out = '\0';
    return (size_t)(out - text);
}

bool emb__number_read(const char *text, size_t length, float *x) {
    /* strtof would take leading spaces, "0x10", "inf" and "nan" as well. */
    if (length == 0 || strspn(text, "+-.0123456789eE") < length) return false;
    char *end;
    *x = strtof(text, &end);
    return end == text + length && isfinite(*x);
}

const char *emb__number_repr(double x, char text[EMB__REPR_ROOM]) {
    char written[EMB__REPR_ROOM];
    int precision = 0;
    if (isinf(x)) return memcpy(text, x < 0 ? "float('-inf')" : "float('inf')", x < 0 ? 14 : 13);
    do {
        snprintf(written, sizeof written, "%.*e", precision, x);
    } while (strtod(written, NULL) != x && ++precision < 17);
    const int exponent = (int)strtol(strchr(written, 'e') + 1, NULL, 10);
    if (exponent < -4 || exponent >= 16) {
        memcpy(text, written, sizeof written);
    } else {
        const int behind = precision - exponent; /* digits after the point, at least one */
        snprintf(text, EMB__REPR_ROOM, "%.*f", behind > 1 ? behind : 1, x);
    }
    return text;
}

double emb__number_of_float(float x) {
    char text[EMB__NUMBER_ROOM];
    double near = 0;
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)x);
        near = strtod(text, NULL);
        if ((float)near == x) break;
    }
    return near;
}
