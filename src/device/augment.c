/* See augment.h. */
#include "device/augment.h"

#include <math.h>
#include <string.h>

/* What is drawn for an image. All of it always, so that one option does not change what another one
 * draws. */
typedef struct drawn {
    double down, right; /* pixels */
    double turn;        /* radians */
    double size, brightness, contrast;
    bool flips;
} drawn;

/* From -most to most, evenly. */
static double draw_about_0(emb__draws *draws, double most) {
    return (2 * emb__draws_unit(draws) - 1) * most;
}

static double draw_whole(emb__draws *draws, double most) {
    return floor(emb__draws_unit(draws) * (2 * most + 1)) - most;
}

static drawn draw(const emb__augmentation *a, emb__draws *draws) {
    drawn d = {0};
    d.down = draw_whole(draws, a->shift);
    d.right = draw_whole(draws, a->shift);
    d.turn = draw_about_0(draws, a->rotate) * (3.14159265358979323846 / 180);
    d.size = 1 + draw_about_0(draws, a->zoom);
    d.flips = emb__draws_unit(draws) < 0.5 && a->flip > 0;
    d.brightness = 1 + draw_about_0(draws, a->brightness);
    d.contrast = 1 + draw_about_0(draws, a->contrast);
    return d;
}

/* The C library's differ between processors; |x| <= pi. */
static void sine_and_cosine(double x, double *sine, double *cosine) {
    const double square = x * x;
    double s = 1, c = 1;
    for (int k = 29; k >= 3; k -= 2) s = 1 - s * square / (k * (k - 1));
    for (int k = 28; k >= 2; k -= 2) c = 1 - c * square / (k * (k - 1));
    *sine = x * s;
    *cosine = c;
}

/* ---- moving pixels --------------------------------------------------------------------------- */

/* Where an output comes from: row = down[0] r + down[1] c + down[2] of the source, and column. */
typedef struct way {
    double down[3], right[3];
} way;

/* Mirrored, then turned and zoomed about the middle, then shifted; this is the way back. */
static way way_of(const drawn *d, int height, int width) {
    const double middle_y = (height - 1) / 2.0, middle_x = (width - 1) / 2.0;
    double sine, cosine;
    sine_and_cosine(d->turn, &sine, &cosine);
    sine /= d->size;
    cosine /= d->size;
    way w = {{cosine, -sine, 0}, {sine, cosine, 0}};
    const double y = -middle_y - d->down, x = -middle_x - d->right;
    w.down[2] = middle_y + cosine * y - sine * x;
    w.right[2] = middle_x + sine * y + cosine * x;
    for (int i = 0; i < 3 && d->flips; i++) w.right[i] = -w.right[i];
    if (d->flips) w.right[2] += width - 1;
    return w;
}

/* The middle one of numbers in order, the lower of two; changes their order. Numbers that are
 * equal, as a background's are, cost no more than others. */
static float middle(float *numbers, size_t count) {
    size_t from = 0, to = count;
    const size_t wanted = (count - 1) / 2;
    for (;;) {
        const float pivot = numbers[from + (to - from) / 2];
        size_t less = from, more = to;
        for (size_t i = from; i < more;) {
            const float x = numbers[i];
            if (x < pivot) {
                numbers[i++] = numbers[less];
                numbers[less++] = x;
            } else if (x > pivot) {
                numbers[i] = numbers[--more];
                numbers[more] = x;
            } else {
                i++;
            }
        }
        if (wanted >= less && wanted < more) return pivot;
        from = wanted < less ? from : more;
        to = wanted < less ? less : to;
    }
}

/* What a plane's ground is taken to be: the median of its outermost pixels. `room` is as large as
 * the plane. */
static float ground_of(const float *plane, int height, int width, float *room) {
    size_t count = 0;
    for (int r = 0; r < height; r++) {
        const int step = r == 0 || r == height - 1 || width < 2 ? 1 : width - 1;
        for (int c = 0; c < width; c += step) room[count++] = plane[r * width + c];
    }
    return middle(room, count);
}

/* A pixel of a plane, or what is outside of it. */
static double pixel(const float *plane, int height, int width, int y, int x, double ground) {
    return y < 0 || y >= height || x < 0 || x >= width ? ground : (double)plane[y * width + x];
}

static float between(const float *plane, int height, int width, double y, double x, double ground) {
    if (!(y > -1 && y < height && x > -1 && x < width)) return (float)ground;
    const int top = (int)floor(y), left = (int)floor(x);
    const double v = y - top, u = x - left;
    const double a = pixel(plane, height, width, top, left, ground),
                 b = pixel(plane, height, width, top, left + 1, ground),
                 c = pixel(plane, height, width, top + 1, left, ground),
                 d = pixel(plane, height, width, top + 1, left + 1, ground);
    return (float)((1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d));
}

static void move(const drawn *d, const int shape[3], const float *from, float *to) {
    const int height = shape[1], width = shape[2];
    const way w = way_of(d, height, width);
    for (int channel = 0; channel < shape[0]; channel++) {
        const float *plane = from + (size_t)channel * (size_t)height * (size_t)width;
        const double ground = (double)ground_of(plane, height, width, to);
        for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
                const double y = w.down[0] * r + w.down[1] * c + w.down[2];
                const double x = w.right[0] * r + w.right[1] * c + w.right[2];
                *to++ = between(plane, height, width, y, x, ground);
            }
        }
    }
}

bool emb__augmentation_moves(const emb__augmentation *a) {
    return a->shift > 0 || a->rotate > 0 || a->flip > 0 || a->zoom > 0;
}

/* ---- changing tones -------------------------------------------------------------------------- */

/* First the brightness, then the contrast. */
static void change_tones(const drawn *d, const emb__tones *tones, float *row, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double bright = tones->black + d->brightness * ((double)row[i] - tones->black);
        row[i] = (float)emb__tones_bound(tones, bright);
        sum += (double)row[i];
    }
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double changed = mean + d->contrast * ((double)row[i] - mean);
        row[i] = (float)emb__tones_bound(tones, changed);
    }
}

void emb__augmentation_run(const emb__augmentation *a, const emb__tones *tones, emb__draws *draws,
                           const int shape[3], float *row, float *spare) {
    const size_t count = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    const drawn d = draw(a, draws);
    if (emb__augmentation_moves(a)) {
        move(&d, shape, row, spare);
        memcpy(row, spare, count * sizeof *row);
    }
    if (a->brightness > 0 || a->contrast > 0) change_tones(&d, tones, row, count);
}
