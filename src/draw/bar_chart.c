/* Horizontal bars with their values; points if the axis does not begin at 0. */
#include <math.h>
#include <stdio.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/axes.h"
#include "draw/number_signs.h"

enum { BAR = 20, ROW = 30, CAP = 4, MOST_BARS = 200, VALUE_TEXT = 64 };

static emb_status check(const emb_bars *bars, int *width) {
    if (bars->count < 1 || bars->count > MOST_BARS) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu bars: expected 1 to %d", bars->count, MOST_BARS);
    }
    if (bars->digits < 0 || bars->digits > 9) {
        return emb__fail(EMB_ERR_ARGUMENT, "%d digits of a bar's value: expected 0 to 9",
                         bars->digits);
    }
    for (size_t i = 0; bars->groups && i < bars->count; i++) {
        if (bars->bars[i].group >= 0 && (size_t)bars->bars[i].group < bars->group_count) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "bar %zu is of group %d: expected 0 to %zu", i,
                         bars->bars[i].group, bars->group_count - 1);
    }
    return emb__side(bars->width, 800, width, true);
}

static emb_status set_rulers(const emb_bars *bars, emb__axes *axes) {
    emb__range x = {0};
    if (bars->x.scale != EMB_SCALE_LOG) emb__range_add(&x, 0);
    for (size_t i = 0; i < bars->count; i++) {
        emb__range_add(&x, bars->bars[i].value - bars->bars[i].spread);
        emb__range_add(&x, bars->bars[i].value + bars->bars[i].spread);
    }
    axes->y = (emb__ruler){.from = -0.5, .to = (double)bars->count - 0.5};
    return emb__ruler_set(&axes->x, &bars->x, &x, 9, true, "x");
}

static void value_text(const emb_bars *bars, const emb_bar *bar, char text[VALUE_TEXT]) {
    char value[VALUE_TEXT / 4], spread[VALUE_TEXT / 4] = "";
    snprintf(value, sizeof value, "%.*f", bars->digits, bar->value);
    emb__number_signs(value, sizeof value);
    if (bar->spread > 0) {
        snprintf(spread, sizeof spread, " \u00B1 %.*f", bars->digits, bar->spread);
        emb__number_signs(spread, sizeof spread);
    }
    snprintf(text, VALUE_TEXT, "%s%s%s", value, spread, bars->unit ? bars->unit : "");
}

static double middle_of(const emb__axes *axes, size_t i) {
    return axes->top + ROW * ((double)i + 0.5);
}

static void draw_bar(const emb_bars *bars, size_t i, const emb__axes *axes, emb__canvas *canvas) {
    const emb_bar *bar = &bars->bars[i];
    const uint32_t rgb = emb__colour(bars->groups ? (size_t)bar->group : 0, bars->group_count);
    const double y = middle_of(axes, i), right = axes->left + axes->width;
    const bool from_zero = !axes->x.log && axes->x.from <= 0 && axes->x.to >= 0;
    const double zero = from_zero ? emb__ruler_place(&axes->x, 0) : axes->left;
    const double x = fmin(fmax(emb__ruler_place(&axes->x, bar->value), axes->left), right);
    double end = x;
    if (from_zero) {
        emb__canvas_box(canvas, fmin(zero, x), y - BAR / 2.0, fabs(x - zero), BAR, emb__fill(rgb));
    } else {
        emb__canvas_line(canvas, axes->left, y, x, y, emb__stroke(EMB__PALE, 1));
        emb__canvas_mark(canvas, bars->groups ? (size_t)bar->group : 0, x, y, 6, emb__fill(rgb));
        end += 6;
    }
    if (bar->spread > 0) {
        const double low = emb__ruler_place(&axes->x, bar->value - bar->spread);
        const double high = emb__ruler_place(&axes->x, bar->value + bar->spread);
        const emb__ink ink = emb__stroke(EMB__DARK, 1.5);
        const double from = isfinite(low) ? fmax(low, axes->left) : axes->left;
        const double to = fmin(high, right);
        emb__canvas_line(canvas, from, y, to, y, ink);
        emb__canvas_line(canvas, from, y - CAP, from, y + CAP, ink);
        emb__canvas_line(canvas, to, y - CAP, to, y + CAP, ink);
        end = fmax(end, to);
    }
    char text[VALUE_TEXT];
    value_text(bars, bar, text);
    emb__canvas_text(canvas, end + 8, y + EMB__SMALL * 0.36,
                     (emb__letters){.size = EMB__SMALL, .rgb = EMB__DARK, .halo = true}, text);
}

/* Labels stand where y's numbers would; the axis knows their width. */
static void draw_labels(const emb_bars *bars, const emb__axes *axes, emb__canvas *canvas) {
    for (size_t i = 0; i < bars->count; i++) {
        emb__canvas_text(canvas, axes->left - 9, middle_of(axes, i) + EMB__SMALL * 0.36,
                         (emb__letters){.size = EMB__SMALL, .rgb = EMB__DARK, .align = EMB__RIGHT},
                         bars->bars[i].label);
    }
}

static double widest_value(const emb_bars *bars, emb__canvas *canvas) {
    char text[VALUE_TEXT];
    double widest = 0;
    for (size_t i = 0; i < bars->count; i++) {
        value_text(bars, &bars->bars[i], text);
        widest = fmax(widest, emb__canvas_text_width(canvas, text, EMB__SMALL));
    }
    return widest;
}

static void set_keys(const emb_bars *bars, emb__key *keys) {
    for (size_t i = 0; i < bars->group_count; i++) {
        keys[i] = (emb__key){.label = bars->groups[i],
                             .rgb = emb__colour(i, bars->group_count),
                             .mark = bars->x.from > 0 ? i : 1,
                             .marked = true};
    }
}

static emb_status draw(const emb_bars *bars, emb__canvas *canvas, int width) {
    emb__key keys[MOST_BARS];
    emb__axes axes = {.title = bars->title, .keys = keys};
    double labels = 0;
    emb_status status = set_rulers(bars, &axes);
    if (status != EMB_OK) return status;
    axes.key_count = bars->groups && bars->group_count <= MOST_BARS ? bars->group_count : 0;
    if (axes.key_count > 0) set_keys(bars, keys);
    for (size_t i = 0; i < bars->count; i++) {
        labels = fmax(labels, emb__canvas_text_width(canvas, bars->bars[i].label, EMB__SMALL));
    }
    axes.side = ceil(labels);
    axes.right = ceil(widest_value(bars, canvas)) + 8;
    const double height =
        emb__axes_lay_out_plot(&axes, canvas, 0, width, ROW * (double)bars->count);
    status = emb__canvas_open(canvas, width, height);
    if (status != EMB_OK) return status;
    emb__axes_draw(&axes, canvas);
    for (size_t i = 0; i < bars->count; i++) draw_bar(bars, i, &axes, canvas);
    draw_labels(bars, &axes, canvas);
    return EMB_OK;
}

emb_picture *emb_bars_draw(const emb_bars *bars, emb_format format) {
    EMB__ENTER;
    int width = 0;
    if (check(bars, &width) != EMB_OK) return NULL;
    emb__canvas *canvas = emb__canvas_new(format);
    return canvas ? emb__canvas_finish(canvas, draw(bars, canvas, width)) : NULL;
}
