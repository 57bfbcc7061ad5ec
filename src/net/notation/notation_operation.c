/* See notation_operation.h. */
#include "net/notation/notation_operation.h"

#include <math.h>
#include <stddef.h>

#include "base/translate.h"
#include "net/notation/notation_scan.h"

/* Each operation sets *out and returns NULL, or returns what is wrong. */
static const char *too_large =
    E_("%s %s %s: the result is too large: a number has at most 63 bits");
static const char *by_zero = E_("%s %s %s: division by zero");

static const char *add(int64_t a, int64_t b, int64_t *out) {
    return __builtin_add_overflow(a, b, out) ? too_large : NULL;
}

static const char *subtract(int64_t a, int64_t b, int64_t *out) {
    return __builtin_sub_overflow(a, b, out) ? too_large : NULL;
}

static const char *multiply(int64_t a, int64_t b, int64_t *out) {
    return __builtin_mul_overflow(a, b, out) ? too_large : NULL;
}

/* Rounds down; C rounds towards zero. */
static const char *floor_divide(int64_t a, int64_t b, int64_t *out) {
    if (b == 0) return by_zero;
    if (b == -1) return subtract(0, a, out);
    *out = a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
    return NULL;
}

/* Has the divisor's sign; C's has the dividend's. */
static const char *modulo(int64_t a, int64_t b, int64_t *out) {
    if (b == 0) return by_zero;
    /* INT64_MIN % -1 traps. */
    int64_t rest = b == -1 ? 0 : a % b;
    *out = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    return NULL;
}

static const char *divide(int64_t a, int64_t b, int64_t *out) {
    (void)a, (void)b, (void)out;
    return E_("%s %s %s: whole numbers are divided with //");
}

static const char *power(int64_t a, int64_t b, int64_t *out) {
    (void)a, (void)b, (void)out;
    return E_("%s %s %s: a power is written as a product");
}

static double add_reals(double a, double b) { return a + b; }
static double subtract_reals(double a, double b) { return a - b; }
static double multiply_reals(double a, double b) { return a * b; }
static double divide_reals(double a, double b) { return a / b; }

static const emb__operation operations[] = {
    {'+', 0, "+", add, add_reals},
    {'-', 0, "-", subtract, subtract_reals},
    {'*', 1, "*", multiply, multiply_reals},
    {EMB__TOKEN_FLOOR_DIVIDE, 1, "//", floor_divide, NULL},
    {'%', 1, "%", modulo, NULL},
    {'/', 1, "/", divide, divide_reals},
    {EMB__TOKEN_POWER, 1, "**", power, NULL},
};

const emb__operation *emb__operation_find(int sign, int level) {
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (operations[i].sign == sign && operations[i].level == level) return &operations[i];
    }
    return NULL;
}

const char *emb__operation_of_reals(const emb__operation *op, double a, double b, double *out) {
    if (op->sign == EMB__TOKEN_POWER) return power(0, 0, NULL);
    if (!op->real) return E_("%s %s %s: both must be whole numbers");
    if (op->sign == '/' && b == 0) return by_zero;
    *out = op->real(a, b);
    return isfinite(*out) ? NULL : E_("%s %s %s: the result is too large");
}
