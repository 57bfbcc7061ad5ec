/* Nice numbers. See ticks.h. */
#include "draw/ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/number_signs.h"

/* The least of 1, 2, 5 times a power of ten that is at least `rough`. */
static double nice_step(double rough) {
    static const double factors[] = {1, 2, 5, 10};
    const double power = pow(10, floor(log10(rough)));
    for (int i = 0; i < 3; i++) {
        /* Allows for rounding, so that 0.1 / 1 is not "above 0.1". */
        if (factors[i] * power >= rough * (1 - 1e-9)) return factors[i] * power;
    }
    return 10 * power;
}

static double step_of(double from, double to, int most, bool whole) {
    const double step = nice_step((to - from) / (most > 1 ? most - 1 : 1));
    return whole && step < 1 ? 1 : step;
}

/* Puts a minus sign (U+2212) in place of the hyphen. */
static void add(emb__ticks *ticks, double at, const char *number) {
    if (ticks->count == EMB__MOST_TICKS) return;
    ticks->at[ticks->count] = at;
    const bool minus = number[0] == '-';
    char signed_number[EMB__TICK_TEXT];
    snprintf(signed_number, sizeof signed_number, "%s", number + minus);
    emb__number_signs(signed_number, sizeof signed_number);
    snprintf(ticks->text[ticks->count], EMB__TICK_TEXT, "%s%.24s", minus ? "\u2212" : "",
             signed_number);
    ticks->count++;
}

emb__ticks emb__ticks_linear(double from, double to, int most, bool whole) {
    emb__ticks ticks = {0};
    char number[64];
    const double step = step_of(from, to, most, whole);
    const double largest = fmax(fabs(from), fabs(to));
    const int digits = step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;
    const bool plain = largest < 1e7 && digits <= 6;
    const double first = ceil(from / step - 1e-9);
    for (int i = 0; i < EMB__MOST_TICKS; i++) {
        const double at = (first + i) * step;
        if (at > to + 1e-9 * step) break;
        const double shown = fabs(at) < 1e-9 * step ? 0 : at;
        snprintf(number, sizeof number, plain ? "%.*f" : "%.*g", plain ? digits : 4, shown);
        add(&ticks, shown, number);
    }
    return ticks;
}

/* Which multiples of each power of ten get numbers, from fewest to most. */
static const double log_factors[][3] = {{1, 0, 0}, {1, 3, 0}, {1, 2, 5}};

static emb__ticks log_ticks(double from, double to, const double factors[3], int every) {
    emb__ticks ticks = {0};
    char number[64];
    const int last = (int)floor(log10(to) + 1e-9);
    for (int power = (int)floor(log10(from) + 1e-9); power <= last; power++) {
        if (power % every != 0) continue;
        for (int i = 0; i < 3 && factors[i] > 0; i++) {
            const double at = factors[i] * pow(10, power);
            if (at < from * (1 - 1e-9) || at > to * (1 + 1e-9)) continue;
            snprintf(number, sizeof number, "%.4g", at);
            add(&ticks, at, number);
        }
    }
    return ticks;
}

emb__ticks emb__ticks_log(double from, double to, int most) {
    for (int i = 2; i >= 0; i--) {
        emb__ticks ticks = log_ticks(from, to, log_factors[i], 1);
        /* Fewer than two powers of ten: the steps of a linear axis say more. */
        if (i == 2 && ticks.count < 3) return emb__ticks_linear(from, to, most, false);
        if (ticks.count <= most) return ticks;
    }
    const double powers = log10(to) - log10(from);
    return log_ticks(from, to, log_factors[0], (int)ceil(powers / (most > 1 ? most - 1 : 1)));
}

emb__ticks emb__ticks_at(const double *at, size_t count, double from, double to) {
    emb__ticks ticks = {0};
    char number[64];
    for (size_t i = 0; i < count; i++) {
        if (!(at[i] >= from && at[i] <= to)) continue;
        snprintf(number, sizeof number, fabs(at[i]) < 1e7 ? "%.8g" : "%.4g", at[i]);
        add(&ticks, at[i], number);
    }
    return ticks;
}

void emb__ticks_widen(double *from, double *to, int most) {
    const double step = step_of(*from, *to, most, false);
    *from = floor(*from / step + 1e-9) * step;
    *to = ceil(*to / step - 1e-9) * step;
}
