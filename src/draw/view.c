/* Numbers of any shape as a picture. See view.h. */
#include "draw/view.h"

#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"

enum {
    MOST_LINES = 8,   /* of more channels, each is a row of one picture */
    SIDE_BY_SIDE = 4, /* more channels stand in rows */
    STRETCHES = 512   /* of a line that has more than twice as many numbers */
};

/* ---- shapes ---------------------------------------------------------------------------------- */

emb__view_kind emb__view_of(const int shape[3], int *lines, int *length) {
    const bool flat = shape[1] == 1 && shape[2] == 1 && shape[0] != 3; /* [N, L], no pixel */
    const int count = flat ? 1 : shape[0];
    const int each = flat ? shape[0] : shape[1] == 1 ? shape[2] : shape[1];
    const bool rows = (shape[1] == 1 || shape[2] == 1) && each > 1;
    if (lines) *lines = count;
    if (length) *length = each;
    if (rows && count <= MOST_LINES) return EMB__VIEW_LINES;
    return shape[0] == 1 || shape[0] == 3 || rows ? EMB__VIEW_PICTURE : EMB__VIEW_CHANNELS;
}

emb_status emb__view_check(const int shape[3]) {
    if (shape[0] >= 1 && shape[1] >= 1 && shape[2] >= 1) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "a picture of %dx%dx%d: expected sides of at least 1", shape[0],
                     shape[1], shape[2]);
}

/* Channels to a row of them. */
static int columns_of(int channels) {
    int columns = 1;
    if (channels <= SIDE_BY_SIDE) return channels;
    while (columns * columns < channels) columns++;
    return columns;
}

static void set(int view[3], int channels, int height, int width) {
    view[0] = channels;
    view[1] = height;
    view[2] = width;
}

void emb_view_shape(const int shape[3], int view[3]) {
    int lines, length;
    const emb__view_kind kind = emb__view_of(shape, &lines, &length);
    if (kind == EMB__VIEW_LINES) {
        set(view, 1, EMB__VIEW_LINE * lines, EMB__VIEW_WIDTH);
    } else if (kind == EMB__VIEW_CHANNELS) {
        const int columns = columns_of(shape[0]), rows = (shape[0] + columns - 1) / columns;
        set(view, 1, rows * (shape[1] + 1) - 1, columns * (shape[2] + 1) - 1);
    } else if (shape[0] == 1 || shape[0] == 3) {
        set(view, shape[0], shape[1], shape[2]);
    } else { /* many channels of numbers */
        set(view, 1, shape[0], shape[1] * shape[2]);
    }
}

void emb_view_range(const float *pixels, size_t count, const int shape[3], float range[2]) {
    EMB__ENTER;
    const size_t numbers = count * (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    range[0] = 0;
    range[1] = 1;
    if (emb__view_of(shape, NULL, NULL) != EMB__VIEW_LINES) return;
    float least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < numbers; i++) {
        if (!isfinite(pixels[i])) continue;
        least = fminf(least, pixels[i]);
        most = fmaxf(most, pixels[i]);
    }
    if (least > most) return;
    range[0] = least;
    range[1] = most;
}

/* ---- lines ----------------------------------------------------------------------------------- */

size_t emb__view_points(int length) {
    return length <= 2 * STRETCHES ? (size_t)length : 2 * (size_t)STRETCHES;
}

static double height_of(float x, const float range[2]) {
    const double span = (double)range[1] - (double)range[0];
    const double share = span > 0 ? ((double)x - (double)range[0]) / span : 0.5;
    return 1 - (share < 0 ? 0 : share > 1 ? 1 : share);
}

static size_t add_point(double *xy, size_t count, double x, double y) {
    xy[2 * count] = x;
    xy[2 * count + 1] = y;
    return count + 1;
}

/* The least and the largest number of values[from..to), in their order. */
static size_t add_stretch(const float *values, int from, int to, int length, const float range[2],
                          double *xy, size_t count) {
    int least = -1, most = -1;
    for (int i = from; i < to; i++) {
        if (!isfinite(values[i])) continue;
        if (least < 0 || values[i] < values[least]) least = i;
        if (most < 0 || values[i] > values[most]) most = i;
    }
    if (least < 0) return count;
    const int first = least < most ? least : most, second = least < most ? most : least;
    const double last = length - 1;
    count = add_point(xy, count, first / last, height_of(values[first], range));
    return add_point(xy, count, second / last, height_of(values[second], range));
}

size_t emb__view_line(const float *values, int length, const float range[2], double *xy) {
    const int points = (int)emb__view_points(length);
    size_t count = 0;
    if (points == length) {
        for (int i = 0; i < length; i++) {
            if (!isfinite(values[i])) continue;
            count = add_point(xy, count, i / (double)(length - 1), height_of(values[i], range));
        }
        return count;
    }
    for (int i = 0; i < STRETCHES; i++) {
        const int from = (int)((int64_t)length * i / STRETCHES);
        const int to = (int)((int64_t)length * (i + 1) / STRETCHES);
        count = add_stretch(values, from, to, length, range, xy, count);
    }
    return count;
}

/* ---- pixels ---------------------------------------------------------------------------------- */

/* Darkens a column of view[height][EMB__VIEW_WIDTH] between two places, each pixel by how much of
 * it they cover. */
static void darken(float *view, int height, int column, double from, double to) {
    if (from > to) {
        const double kept = from;
        from = to;
        to = kept;
    }
    if (to - from < 1) {
        const double middle = (from + to) / 2;
        from = middle - 0.5;
        to = middle + 0.5;
    }
    for (int y = 0; y < height; y++) {
        const double covered = fmin(to, y + 1.0) - fmax(from, y);
        float *pixel = view + y * EMB__VIEW_WIDTH + column;
        if (covered > 0) *pixel = fminf(*pixel, (float)(1 - covered));
    }
}

/* A segment from (x0, y0) to (x1, y1), in pixels of the view, x rising: one piece for each column
 * that it passes. */
static void draw_segment(float *view, int height, double x0, double y0, double x1, double y1) {
    for (int column = (int)x0; column <= (int)x1 && column < EMB__VIEW_WIDTH; column++) {
        const double from = fmax(x0, column), to = fmin(x1, column + 1.0);
        const double slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
        darken(view, height, column, y0 + (from - x0) * slope,
               x1 > x0 ? y0 + (to - x0) * slope : y1);
    }
}

static emb_status draw_line(const float *values, int length, const float range[2], float *view) {
    const double margin = 2, width = EMB__VIEW_WIDTH - 2 * margin;
    const double height = EMB__VIEW_LINE - 2 * margin;
    double *xy = emb__alloc(2 * emb__view_points(length) * sizeof *xy);
    if (!xy) return EMB_ERR_MEMORY;
    const size_t count = emb__view_line(values, length, range, xy);
    for (size_t i = 0; i < EMB__VIEW_LINE * EMB__VIEW_WIDTH; i++) view[i] = 1;
    for (size_t i = 0; i < count; i++) {
        xy[2 * i] = margin + xy[2 * i] * width;
        xy[2 * i + 1] = margin + xy[2 * i + 1] * height;
        const size_t before = i > 0 ? i - 1 : i;
        draw_segment(view, EMB__VIEW_LINE, xy[2 * before], xy[2 * before + 1], xy[2 * i],
                     xy[2 * i + 1]);
    }
    emb__free(xy);
    return EMB_OK;
}

/* Channels in a grid, a grey line of one pixel between them. */
static void lay_channels(const float *pixels, const int shape[3], const int shown[3], float *view) {
    const size_t height = (size_t)shape[1], width = (size_t)shape[2], across = (size_t)shown[2];
    const size_t columns = (size_t)columns_of(shape[0]);
    for (size_t i = 0; i < (size_t)shown[1] * across; i++) view[i] = 0.5f;
    for (size_t c = 0; c < (size_t)shape[0]; c++) {
        float *to = view + c / columns * (height + 1) * across + c % columns * (width + 1);
        for (size_t y = 0; y < height; y++) {
            memcpy(to + y * across, pixels + (c * height + y) * width, width * sizeof *view);
        }
    }
}

emb_status emb_view(const float *pixels, const int shape[3], const float range[2], float *view) {
    EMB__ENTER;
    int lines, length, shown[3];
    emb_status status = emb__view_check(shape);
    if (status != EMB_OK) return status;
    const emb__view_kind kind = emb__view_of(shape, &lines, &length);
    emb_view_shape(shape, shown);
    for (int i = 0; kind == EMB__VIEW_LINES && i < lines && status == EMB_OK; i++) {
        status = draw_line(pixels + (size_t)i * (size_t)length, length, range,
                           view + (size_t)i * EMB__VIEW_LINE * EMB__VIEW_WIDTH);
    }
    if (kind == EMB__VIEW_CHANNELS) lay_channels(pixels, shape, shown, view);
    if (kind == EMB__VIEW_PICTURE) {
        memcpy(view, pixels, (size_t)shown[0] * (size_t)shown[1] * (size_t)shown[2] * sizeof *view);
    }
    return status;
}
