/* Laying one image over another. See overlay.h.
 *
 * The alignment is Gauss-Newton's on the difference of two normalised images, with the steps of the
 * one that lies still (Baker and Matthews, "Lucas-Kanade 20 years on", 2004): a round costs one
 * warping and four products. Sums are in double, in one order. */
#include "study/overlay.h"

#include <math.h>
#include <string.h>

enum { SIDE = EMB__COARSE, PIXELS = SIDE * SIDE, ROUNDS = 8, FRAME = 1 /* pixels left out */ };

/* (x, y) -> (u x - v y + across, v x + u y + down), where the image is -1..1 each way. */
typedef struct place {
    double u, v, across, down;
} place;

static const place still = {1, 0, 0, 0};

/* Beyond these it is another picture. */
static const double most_scale = 0.14, most_turn = 0.14, most_shift = 0.16, most_ratio = 1.15;
/* Below that, after the alignment of grey versions, it is another picture. */
static const double least_coarse = 0.75;
/* What is as alike as that needs no second look; only copies are 1. */
static const double certain = 0.97, almost = 0.9999;
/* A number above it may have been cut off; and how much brighter is still the same picture. */
static const double white = 0.97, most_gain = 1.7;

/* ---- alignment ------------------------------------------------------------------------------- */

static bool is_framed(size_t r, size_t c) {
    return r >= FRAME && c >= FRAME && r < SIDE - FRAME && c < SIDE - FRAME;
}

/* Mean 0 and length 1 over the pixels within the frame; others become 0. */
static bool normalise_framed(double *numbers) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < PIXELS; i++) {
        if (is_framed(i / SIDE, i % SIDE)) mean += numbers[i];
    }
    mean /= (SIDE - 2 * FRAME) * (SIDE - 2 * FRAME);
    for (size_t i = 0; i < PIXELS; i++) {
        numbers[i] = is_framed(i / SIDE, i % SIDE) ? numbers[i] - mean : 0;
        square += numbers[i] * numbers[i];
    }
    if (!(square > 1e-3)) return false;
    const double scale = 1 / sqrt(square);
    for (size_t i = 0; i < PIXELS; i++) numbers[i] *= scale;
    return true;
}

static double product(const double *a, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < PIXELS; i++) sum += a[i] * b[i];
    return sum;
}

/* How the image changes when a place's u, v, across or down grow from where it lies still; what a
 * change of brightness and contrast would do as well is taken out. */
static void make_steps(emb__overlay *o, double scale) {
    const float *image = o->small->coarse;
    memset(o->steps, 0, sizeof o->steps);
    for (size_t r = FRAME; r < SIDE - FRAME; r++) {
        for (size_t c = FRAME; c < SIDE - FRAME; c++) {
            const size_t i = r * SIDE + c;
            const double x = (2 * (double)c + 1) / SIDE - 1, y = (2 * (double)r + 1) / SIDE - 1;
            const double across = (double)(image[i + 1] - image[i - 1]) * SIDE / 4 * scale;
            const double down = (double)(image[i + SIDE] - image[i - SIDE]) * SIDE / 4 * scale;
            o->steps[0][i] = across * x + down * y;
            o->steps[1][i] = down * x - across * y;
            o->steps[2][i] = across;
            o->steps[3][i] = down;
        }
    }
    for (size_t k = 0; k < 4; k++) {
        double mean = 0;
        for (size_t i = 0; i < PIXELS; i++) mean += o->steps[k][i];
        mean /= (SIDE - 2 * FRAME) * (SIDE - 2 * FRAME);
        const double along = product(o->steps[k], o->ground);
        for (size_t i = 0; i < PIXELS; i++) {
            if (is_framed(i / SIDE, i % SIDE)) o->steps[k][i] -= mean + along * o->ground[i];
        }
    }
}

/* inverse = that of a symmetric positive matrix, by Gauss-Jordan. */
static void invert(double matrix[4][4], double inverse[4][4]) {
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) inverse[i][j] = i == j;
    }
    for (size_t k = 0; k < 4; k++) {
        const double pivot = 1 / matrix[k][k];
        for (size_t j = 0; j < 4; j++) {
            matrix[k][j] *= pivot;
            inverse[k][j] *= pivot;
        }
        for (size_t i = 0; i < 4; i++) {
            const double factor = matrix[i][k];
            for (size_t j = 0; i != k && j < 4; j++) {
                matrix[i][j] -= factor * matrix[k][j];
                inverse[i][j] -= factor * inverse[k][j];
            }
        }
    }
}

void emb__overlay_begin(emb__overlay *o, const emb__small *small, int channels) {
    double products[4][4], mean = 0, square = 0;
    o->small = small;
    o->channels = channels == 3 ? 3 : 1;
    for (size_t i = 0; i < PIXELS; i++) {
        o->ground[i] = (double)small->coarse[i];
        if (is_framed(i / SIDE, i % SIDE)) mean += o->ground[i];
    }
    mean /= (SIDE - 2 * FRAME) * (SIDE - 2 * FRAME);
    for (size_t i = 0; i < PIXELS; i++) {
        const double d = is_framed(i / SIDE, i % SIDE) ? o->ground[i] - mean : 0;
        square += d * d;
    }
    normalise_framed(o->ground);
    make_steps(o, square > 0 ? 1 / sqrt(square) : 0);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) products[i][j] = product(o->steps[i], o->steps[j]);
        products[i][i] += 1e-3; /* an image of stripes does not say how far it is shifted along */
    }
    invert(products, o->inverse);
}

/* The position of place (x, y), -1..1, in pixels of a side, held within it. */
static void find(const place *p, double x, double y, double side, double *across, double *down) {
    const double most = side - 1;
    *across = ((p->u * x - p->v * y + p->across + 1) * side - 1) / 2;
    *down = ((p->v * x + p->u * y + p->down + 1) * side - 1) / 2;
    *across = *across < 0 ? 0 : *across > most ? most : *across;
    *down = *down < 0 ? 0 : *down > most ? most : *down;
}

static void warp_coarse(const float *image, const place *p, double *out) {
    for (size_t i = 0; i < PIXELS; i++) {
        const size_t column = i % SIDE, line = i / SIDE;
        double across, down;
        find(p, (2 * (double)column + 1) / SIDE - 1, (2 * (double)line + 1) / SIDE - 1, SIDE,
             &across, &down);
        const size_t c = across < SIDE - 2 ? (size_t)across : SIDE - 2;
        const size_t r = down < SIDE - 2 ? (size_t)down : SIDE - 2;
        const double right = across - (double)c, lower = down - (double)r;
        const float *at = image + r * SIDE + c;
        const double above = (double)at[0] + right * (double)(at[1] - at[0]);
        const double below = (double)at[SIDE] + right * (double)(at[SIDE + 1] - at[SIDE]);
        out[i] = above + lower * (below - above);
    }
}

/* p after the inverse of a small step. */
static place compose(const place *p, const double step[4]) {
    const double u = 1 + step[0], v = step[1], size = u * u + v * v;
    const double iu = u / size, iv = -v / size;
    const double ia = -(iu * step[2] - iv * step[3]), id = -(iv * step[2] + iu * step[3]);
    return (place){.u = p->u * iu - p->v * iv,
                   .v = p->u * iv + p->v * iu,
                   .across = p->u * ia - p->v * id + p->across,
                   .down = p->v * ia + p->u * id + p->down};
}

static bool is_within(const place *p) {
    return fabs(p->u - 1) <= most_scale && fabs(p->v) <= most_turn &&
           fabs(p->across) <= 2 * most_shift && fabs(p->down) <= 2 * most_shift;
}

/* The best place and how like the grey versions are there. */
static double align(const emb__overlay *o, const emb__small *other, place *best) {
    place p = still;
    double like = -1;
    for (int round = 0; round <= ROUNDS; round++) {
        double image[PIXELS], products[4], step[4];
        warp_coarse(other->coarse, &p, image);
        if (!normalise_framed(image)) return 0;
        const double now = product(image, o->ground);
        if (now > like) {
            const bool settled = now - like < 1e-4;
            like = now;
            *best = p;
            if (settled) break;
        } else if (round > 2) {
            break;
        }
        if (!(now > 0.3)) break;
        for (size_t k = 0; k < 4; k++) products[k] = product(o->steps[k], image) / now;
        for (size_t k = 0; k < 4; k++) {
            step[k] = 0;
            for (size_t j = 0; j < 4; j++) step[k] += o->inverse[k][j] * products[j];
        }
        p = compose(&p, step);
        if (!is_within(&p)) break;
    }
    return like;
}

/* ---- comparison ------------------------------------------------------------------------------ */

enum {
    FINE = EMB__FINE,
    MARGIN = 2,                /* pixels left out of the fine versions */
    INNER = FINE - 2 * MARGIN, /* 28 */
    CELL = 7,                  /* pixels of a cell's side */
    CELLS = INNER / CELL
};

/* The pixels within the margin, as they lie. */
static void take_fine(const uint8_t *image, size_t channels, double *out) {
    for (size_t i = 0; i < channels * INNER * INNER; i++) {
        const size_t k = i / (INNER * INNER), r = i / INNER % INNER + MARGIN;
        out[i] = image[(k * FINE + r) * FINE + i % INNER + MARGIN] / 255.0;
    }
}

static void warp_fine(const uint8_t *image, size_t channels, const place *p, double *out) {
    for (size_t i = 0; i < INNER * INNER; i++) {
        const size_t column = i % INNER + MARGIN, line = i / INNER + MARGIN;
        const double x = (2 * (double)column + 1) / FINE - 1;
        const double y = (2 * (double)line + 1) / FINE - 1;
        double across, down;
        find(p, x, y, FINE, &across, &down);
        const size_t c = across < FINE - 2 ? (size_t)across : FINE - 2;
        const size_t r = down < FINE - 2 ? (size_t)down : FINE - 2;
        const double right = across - (double)c, lower = down - (double)r;
        for (size_t k = 0; k < channels; k++) {
            const uint8_t *at = image + k * FINE * FINE + r * FINE + c;
            const double above = at[0] + right * (at[1] - at[0]);
            const double below = at[FINE] + right * (at[FINE + 1] - at[FINE]);
            out[k * INNER * INNER + i] = (above + lower * (below - above)) / 255;
        }
    }
}

/* The mean square difference of the worst cell, where both images' is 1. */
static double worst_cell(const double *a, const double *b, size_t channels) {
    double worst = 0;
    for (size_t cell = 0; cell < CELLS * CELLS; cell++) {
        double sum = 0;
        for (size_t k = 0; k < channels; k++) {
            for (size_t i = 0; i < CELL * CELL; i++) {
                const size_t r = cell / CELLS * CELL + i / CELL, c = cell % CELLS * CELL + i % CELL;
                const size_t at = k * INNER * INNER + r * INNER + c;
                sum += (a[at] - b[at]) * (a[at] - b[at]);
            }
        }
        worst = sum > worst ? sum : worst;
    }
    return worst * (CELLS * CELLS);
}

/* The sum of squares about the mean. */
static double spread(const double *numbers, size_t count) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < count; i++) mean += numbers[i];
    mean /= (double)count;
    for (size_t i = 0; i < count; i++) square += (numbers[i] - mean) * (numbers[i] - mean);
    return square;
}

/* How little they differ, number by number, for what they show: what is as bright and has the same
 * colours, where a correlation lets any contrast pass. */
static double sameness(const double *a, const double *b, size_t size) {
    double square = 0;
    for (size_t i = 0; i < size; i++) square += (a[i] - b[i]) * (a[i] - b[i]);
    const double shown = sqrt(spread(a, size) * spread(b, size));
    return shown > 0 ? 1 - square / shown : 0;
}

/* The correlation of the steps from pixel to pixel: large areas, which many pictures share, do not
 * count, and what is drawn on them does. */
static double edges(const double *a, const double *b, size_t channels) {
    static const size_t ways[2] = {1, INNER};
    double products = 0, of_a = 0, of_b = 0;
    for (size_t k = 0; k < channels; k++) {
        for (size_t r = 1; r + 1 < INNER; r++) {
            for (size_t i = r * INNER + 1; i < (r + 1) * INNER - 1; i++) {
                const double *x = a + k * INNER * INNER + i, *y = b + k * INNER * INNER + i;
                for (size_t way = 0; way < 2; way++) {
                    const double in_a = x[ways[way]] - *(x - ways[way]);
                    const double in_b = y[ways[way]] - *(y - ways[way]);
                    products += in_a * in_b;
                    of_a += in_a * in_a;
                    of_b += in_b * in_b;
                }
            }
        }
    }
    return of_a > 0 && of_b > 0 ? products / sqrt(of_a * of_b) : 0;
}

/* What differs everywhere a little, as after compression, counts less than what differs in one
 * place, as another emblem on the same ground. Writes over both. */
static double judge(double *a, double *b, size_t channels) {
    const size_t size = channels * INNER * INNER;
    double least = sameness(a, b, size);
    if (least > 0) least = fmin(least, edges(a, b, channels));
    if (!(least > 0) || !emb__small_normalise(a, size) || !emb__small_normalise(b, size)) return 0;
    double like = 0;
    for (size_t i = 0; i < size; i++) like += a[i] * b[i];
    like = fmin(like - worst_cell(a, b, channels) / 8, least);
    return like > 0 ? like : 0;
}

/* a = it as bright as b, cut off at white as b was: what no change of contrast undoes. False if a
 * is the brighter one. */
static bool brighten(double *a, const double *b, size_t size) {
    double products = 0, squares = 0;
    for (size_t i = 0; i < size; i++) {
        if (b[i] > white) continue;
        products += a[i] * b[i];
        squares += a[i] * a[i];
    }
    const double gain = squares > 0 ? products / squares : 0;
    if (!(gain > 1 && gain < most_gain)) return false;
    for (size_t i = 0; i < size; i++) a[i] = gain * a[i] < 1 ? gain * a[i] : 1;
    return true;
}

static bool has_ratio(const emb__small *a, const emb__small *b) {
    const double ratio = (double)a->ratio / (double)b->ratio;
    return ratio < most_ratio && 1 / ratio < most_ratio;
}

double emb__overlay_like(const emb__overlay *o, const emb__small *other) {
    const emb__small *small = o->small;
    const size_t channels = (size_t)o->channels, size = channels * INNER * INNER;
    double a[3 * INNER * INNER], b[3 * INNER * INNER], kept[2][3 * INNER * INNER];
    place p = still;
    if (memcmp(small->sums, other->sums, sizeof small->sums) == 0) return 1;
    if (small->is_flat || other->is_flat || !has_ratio(small, other) ||
        align(o, other, &p) < least_coarse)
        return 0;
    take_fine(small->fine, channels, a);
    warp_fine(other->fine, channels, &p, b);
    memcpy(kept[0], a, size * sizeof *a);
    memcpy(kept[1], b, size * sizeof *b);
    double like = judge(a, b, channels);
    if (like < certain && (brighten(kept[0], kept[1], size) || brighten(kept[1], kept[0], size))) {
        const double other_like = judge(kept[0], kept[1], channels);
        like = other_like > like ? other_like : like;
    }
    return like < almost ? like : almost;
}
