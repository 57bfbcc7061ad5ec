/* Lines over a plane, with marks and error bars; several charts below each other. */
#include <math.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/axes.h"

enum { MANY_POINTS = 60, CAP = 4, NUMBER = 50 /* pixels of the page for a number below it */ };

static bool marked(const emb_series *series) {
    return series->no_line || (!series->no_marks && series->count <= MANY_POINTS);
}

static double spread_at(const emb_series *series, size_t i) {
    return series->spread && isfinite(series->spread[i]) ? series->spread[i] : 0;
}

static emb_status check(const emb_chart *chart, int *width, int *height) {
    emb_status status = emb__side(chart->width, 800, width, true);
    if (status == EMB_OK) status = emb__side(chart->height, 480, height, false);
    if (status != EMB_OK) return status;
    if (chart->series_count == 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "a chart without a line: expected at least one");
    }
    return EMB_OK;
}

/* Numbers on the x axis: as many as have room side by side. */
static int numbers_across(int width) {
    const int count = width / NUMBER;
    return count < 4 ? 4 : count > EMB__MOST_TICKS ? EMB__MOST_TICKS : count;
}

static emb_status set_rulers(const emb_chart *chart, int width, emb__axes *axes) {
    emb__range x = {0}, y = {0};
    for (size_t s = 0; s < chart->series_count; s++) {
        const emb_series *series = &chart->series[s];
        for (size_t i = 0; i < series->count; i++) {
            if (!isfinite(series->y[i])) continue;
            const double spread = spread_at(series, i);
            emb__range_add(&x, series->x[i]);
            emb__range_add(&y, series->y[i] - spread);
            emb__range_add(&y, series->y[i] + spread);
        }
    }
    emb_status status = emb__ruler_set(&axes->x, &chart->x, &x, numbers_across(width), false, "x");
    if (status == EMB_OK) status = emb__ruler_set(&axes->y, &chart->y, &y, 8, true, "y");
    return status;
}

/* Pixels between the plot's sides and the first and last point, so that marks stay whole. */
enum { INSET = 10 };

static double place_x(const emb__axes *axes, double x) { return emb__ruler_place(&axes->x, x); }

static void draw_line(const emb_series *series, const emb__axes *axes, emb__canvas *canvas,
                      emb__ink ink, double *xy) {
    size_t length = 0;
    for (size_t i = 0; i <= series->count; i++) {
        const double x = i < series->count ? place_x(axes, series->x[i]) : NAN;
        const double y = i < series->count ? emb__ruler_place(&axes->y, series->y[i]) : NAN;
        if (isfinite(x) && isfinite(y)) {
            xy[2 * length] = x;
            xy[2 * length++ + 1] = y;
            continue;
        }
        if (length > 1) emb__canvas_path(canvas, xy, length, false, ink);
        length = 0;
    }
}

static void draw_spread(double x, double low, double high, emb__canvas *canvas, uint32_t rgb) {
    const emb__ink ink = emb__stroke(rgb, 1.5);
    emb__canvas_line(canvas, x, low, x, high, ink);
    emb__canvas_line(canvas, x - CAP, low, x + CAP, low, ink);
    emb__canvas_line(canvas, x - CAP, high, x + CAP, high, ink);
}

static void draw_points(const emb_series *series, const emb__axes *axes, emb__canvas *canvas,
                        uint32_t rgb, size_t mark) {
    for (size_t i = 0; i < series->count; i++) {
        const double x = place_x(axes, series->x[i]);
        const double y = emb__ruler_place(&axes->y, series->y[i]);
        if (!isfinite(x) || !isfinite(y)) continue;
        const double spread = spread_at(series, i);
        if (spread > 0) {
            double low = emb__ruler_place(&axes->y, series->y[i] - spread);
            if (!isfinite(low)) low = axes->top + axes->height;
            draw_spread(x, low, emb__ruler_place(&axes->y, series->y[i] + spread), canvas, rgb);
        }
        if (marked(series)) emb__canvas_mark(canvas, mark, x, y, 4, emb__fill(rgb));
    }
}

/* Dashed lines lie far apart in colour, and yet thin ones need dashes of their own. */
static emb__ink ink_of(const emb_chart *chart, size_t s) {
    static const double dashes[][2] = {{5, 3}, {1.5, 2}, {9, 3}};
    emb__ink ink = emb__stroke(emb__colour(s, chart->series_count), 2);
    size_t dashed = 0;
    if (!chart->series[s].dashed) return ink;
    for (size_t i = 0; i < s; i++) dashed += chart->series[i].dashed;
    const double *lengths = dashes[dashed % (sizeof dashes / sizeof *dashes)];
    ink.dash = lengths[0];
    ink.gap = lengths[1];
    return ink;
}

static emb_status draw_series(const emb_chart *chart, const emb__axes *axes, emb__canvas *canvas) {
    /* Marks at the plot's edge stay whole; lines of a narrower range are cut. */
    emb__canvas_clip(canvas, axes->left - INSET, axes->top - INSET, axes->width + 2 * INSET,
                     axes->height + 2 * INSET);
    for (size_t s = 0; s < chart->series_count; s++) {
        const emb_series *series = &chart->series[s];
        const emb__ink ink = ink_of(chart, s);
        double *xy = emb__alloc(series->count * 2 * sizeof *xy);
        if (!xy) return EMB_ERR_MEMORY;
        if (!series->no_line) draw_line(series, axes, canvas, ink, xy);
        emb__free(xy);
        draw_points(series, axes, canvas, ink.rgb, s);
    }
    emb__canvas_unclip(canvas);
    return EMB_OK;
}

/* The legend of the lines that have a label; a single line needs no legend. */
static size_t set_keys(const emb_chart *chart, emb__key *keys) {
    size_t count = 0;
    for (size_t s = 0; s < chart->series_count; s++) {
        const emb_series *series = &chart->series[s];
        if (!series->label) continue;
        const emb__ink ink = ink_of(chart, s);
        keys[count++] = (emb__key){.label = series->label,
                                   .rgb = ink.rgb,
                                   .mark = s,
                                   .line = !series->no_line,
                                   .marked = marked(series),
                                   .dash = ink.dash,
                                   .gap = ink.gap};
    }
    return count;
}

static emb_status draw_chart(const emb_chart *chart, emb__canvas *canvas, double top, int width,
                             int height) {
    emb__axes axes = {.title = chart->title};
    emb_status status = set_rulers(chart, width, &axes);
    if (status != EMB_OK) return status;
    emb__key *keys = emb__calloc(chart->series_count, sizeof *keys);
    if (!keys) return EMB_ERR_MEMORY;
    axes.keys = keys;
    axes.key_count = set_keys(chart, keys);
    emb__axes_lay_out(&axes, canvas, top, width, height);
    emb__axes_draw(&axes, canvas);
    status = draw_series(chart, &axes, canvas);
    emb__free(keys);
    return status;
}

emb_picture *emb_charts_draw(const emb_chart *charts, size_t count, emb_format format) {
    EMB__ENTER;
    int width = 0, height = 0, widest = 0;
    double tall = 0;
    for (size_t i = 0; i < count; i++) {
        if (check(&charts[i], &width, &height) != EMB_OK) return NULL;
        if (width > widest) widest = width;
        tall += height;
    }
    if (count == 0) {
        emb__fail(EMB_ERR_ARGUMENT, "no charts to draw; expected at least one");
        return NULL;
    }
    emb__canvas *canvas = emb__canvas_new(format);
    if (!canvas) return NULL;
    emb_status status = emb__canvas_open(canvas, widest, tall);
    double top = 0;
    for (size_t i = 0; i < count && status == EMB_OK; i++) {
        (void)check(&charts[i], &width, &height);
        status = draw_chart(&charts[i], canvas, top, width, height);
        top += height;
    }
    return emb__canvas_finish(canvas, status);
}

emb_picture *emb_chart_draw(const emb_chart *chart, emb_format format) {
    EMB__ENTER;
    return emb_charts_draw(chart, 1, format);
}
