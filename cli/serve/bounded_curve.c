/* See bounded_curve.h. */
#include "serve/bounded_curve.h"

#include <stdbool.h>
#include <string.h>

/* The last point may be of fewer entries. */
static void halve(cli_curve *c) {
    const size_t kept = c->count / 2; /* it is full, and even */
    for (size_t i = 0; i < kept; i++) {
        const double *a = c->points[2 * i], *b = c->points[2 * i + 1];
        c->points[i][0] = b[0];
        for (int k = 1; k < CLI_CURVE_COLUMNS; k++) c->points[i][k] = (a[k] + b[k]) / 2;
    }
    c->count = kept;
    c->each *= 2;
    c->in_last = c->each;
}

static void take_back(cli_curve *c, double x) {
    while (c->count > 0 && c->points[c->count - 1][0] >= x) {
        c->count--;
        c->in_last = c->each;
    }
}

void cli_curve_add(cli_curve *c, double x, double y, double z) {
    if (c->each == 0) c->each = c->in_last = 1;
    take_back(c, x);
    const bool full = c->count == CLI_CURVE_MOST && c->in_last == c->each;
    if (full) halve(c);
    const double values[CLI_CURVE_COLUMNS] = {x, y, z};
    if (c->count == 0 || c->in_last == c->each) {
        memcpy(c->points[c->count++], values, sizeof values);
        c->in_last = 1;
        return;
    }
    double *last = c->points[c->count - 1];
    c->in_last++;
    last[0] = x;
    for (int k = 1; k < CLI_CURVE_COLUMNS; k++) {
        last[k] += (values[k] - last[k]) / (double)c->in_last;
    }
}
