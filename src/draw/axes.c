/* The frame of a chart. See axes.h. */
#include "draw/axes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/translate.h"

/* Pixels between an axis and its numbers, and between those and its title. */
enum { TICK = 5, NUMBER_GAP = 4, TITLE_GAP = 10, KEY = 26, KEY_GAP = 18, LINE = 20 };

static const double font_middle = 0.36; /* of a letter's size: from the baseline to its middle */

/* ---- ranges ---- */

void emb__range_add(emb__range *range, double value) {
    if (!isfinite(value)) return;
    if (!range->any || value < range->least) range->least = value;
    if (!range->any || value > range->most) range->most = value;
    range->any = true;
    if (value > 0 && (range->least_above_0 == 0 || value < range->least_above_0)) {
        range->least_above_0 = value;
    }
    if (range->every == 0) range->every = 1;
    if (range->count / range->every == EMB__SOME) { /* full: every second of them stays */
        for (size_t i = 0; 2 * i < EMB__SOME; i++) range->some[i] = range->some[2 * i];
        range->every *= 2;
    }
    if (range->count % range->every == 0) range->some[range->count / range->every] = value;
    range->count++;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How far a place on an axis, 0..1, is from its nearer end. */
static double inside(double place) { return fmin(place, 1 - place); }

/* Whether the middle one of the values lies nearer to the middle of a logarithmic axis than to that
 * of a linear one. */
static bool log_shows_more(const emb__range *range) {
    double sorted[EMB__SOME];
    const size_t count = range->count == 0 ? 0 : (range->count - 1) / range->every + 1;
    memcpy(sorted, range->some, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    const double middle = sorted[count / 2], least = range->least, most = range->most;
    return inside(log(middle / least) / log(most / least)) >
           inside((middle - least) / (most - least));
}

static bool wants_log(const emb_axis *axis, const emb__range *range) {
    if (axis->scale != EMB_SCALE_AUTO) return axis->scale == EMB_SCALE_LOG;
    return range->any && !axis->names && range->least > 0 && range->most > 50 * range->least &&
           log_shows_more(range);
}

/* The range of an axis that names none: it follows from the values. */
static void range_of_values(emb__ruler *ruler, const emb__range *range, int room, bool air) {
    double from = ruler->log ? range->least_above_0 : range->least, to = range->most;
    if (!range->any || (ruler->log && from == 0)) {
        from = ruler->log ? 0.1 : 0;
        to = 1;
    }
    if (ruler->log) {
        const double factor = to > from ? pow(to / from, 0.04) : 2;
        ruler->from = from / factor;
        ruler->to = to * factor;
        return;
    }
    if (from == to) {
        const double half = from == 0 ? 0.5 : fabs(from) * 0.1;
        from -= half;
        to += half;
    }
    if (air) emb__ticks_widen(&from, &to, room);
    ruler->from = from;
    ruler->to = to;
}

/* Names come from users' files: one of two thousand letters would fill the picture. */
static void shorten(const char *name, char text[EMB__TICK_TEXT]) {
    static const char points[] = "\u2026";
    const size_t whole = emb_text_for(EMB_SHOWN, name, strlen(name), text, EMB__TICK_TEXT);
    size_t cut = 0, letters = 0;
    for (size_t at = 0; text[at]; at++) {
        if (((unsigned char)text[at] & 0xc0) == 0x80) continue;
        if (letters++ == EMB__TICK_LETTERS - 1) cut = at;
    }
    if (whole >= EMB__TICK_TEXT || letters > EMB__TICK_LETTERS) {
        memcpy(text + cut, points, sizeof points);
    }
}

static void name_ticks(emb__ruler *ruler, const emb_axis *axis) {
    emb__ticks *ticks = &ruler->ticks;
    for (size_t i = 0; i < axis->name_count && ticks->count < EMB__MOST_TICKS; i++) {
        if ((double)i < ruler->from || (double)i > ruler->to) continue;
        ticks->at[ticks->count] = (double)i;
        shorten(axis->names[i], ticks->text[ticks->count++]);
    }
}

/* A reader would take equal steps for equal differences. */
static void say_scale(emb__ruler *ruler) {
    if (!ruler->title) {
        ruler->title = _("logarithmic scale");
        return;
    }
    snprintf(ruler->said, sizeof ruler->said, _("%s, on a logarithmic scale"), ruler->title);
    ruler->title = ruler->said;
}

emb_status emb__ruler_set(emb__ruler *ruler, const emb_axis *axis, const emb__range *range,
                          int room, bool air, const char *what) {
    *ruler = (emb__ruler){.title = axis->title, .log = wants_log(axis, range)};
    if (axis->from == 0 && axis->to == 0) {
        range_of_values(ruler, range, room, air);
    } else {
        ruler->from = axis->from;
        ruler->to = axis->to;
    }
    if (!(isfinite(ruler->from) && isfinite(ruler->to) && ruler->from < ruler->to)) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "the %s axis from %g to %g: expected two numbers, the "
                         "lesser first",
                         what, ruler->from, ruler->to);
    }
    if (ruler->log && ruler->from <= 0) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "the %s axis is logarithmic: expected it above 0, got "
                         "%g to %g",
                         what, ruler->from, ruler->to);
    }
    if (ruler->log) say_scale(ruler);
    if (axis->names) {
        name_ticks(ruler, axis);
    } else if (axis->at) {
        ruler->ticks = emb__ticks_at(axis->at, axis->at_count, ruler->from, ruler->to);
    } else {
        ruler->ticks = ruler->log ? emb__ticks_log(ruler->from, ruler->to, room)
                                  : emb__ticks_linear(ruler->from, ruler->to, room, axis->whole);
    }
    return EMB_OK;
}

double emb__ruler_place(const emb__ruler *ruler, double value) {
    if (ruler->log && value <= 0) return NAN;
    const double share = ruler->log ? log(value / ruler->from) / log(ruler->to / ruler->from)
                                    : (value - ruler->from) / (ruler->to - ruler->from);
    return ruler->at + share * ruler->length;
}

emb_status emb__side(int wanted, int standard, int *side, bool across) {
    *side = wanted == 0 ? standard : wanted;
    if (*side >= 200 && *side <= 8192) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     across ? E_("a chart's width is 200 to 8192 pixels, got %d")
                            : E_("a chart's height is 200 to 8192 pixels, got %d"),
                     wanted);
}

void emb__names_set(emb__names *names, const char *const *given, int count) {
    for (int i = 0; i < count; i++) {
        snprintf(names->text[i], sizeof names->text[i], "%d", i);
        if (given) shorten(given[i], names->text[i]);
        names->at[i] = names->text[i];
    }
}

/* ---- the legend: a line above the plot, or several ---- */

/* Walks along the legend's samples; draws them if `draw`. Returns the legend's height. */
static double legend(const emb__axes *axes, emb__canvas *canvas, bool draw) {
    const emb__letters letters = {.size = EMB__SMALL, .rgb = EMB__DARK};
    double x = axes->left, y = axes->legend_top + LINE * 0.5;
    if (axes->key_count == 0) return 0;
    if (axes->legend_title) {
        if (draw)
            emb__canvas_text(canvas, x, y + font_middle * EMB__SMALL, letters, axes->legend_title);
        x += emb__canvas_text_width(canvas, axes->legend_title, EMB__SMALL) + KEY_GAP;
    }
    for (size_t i = 0; i < axes->key_count; i++) {
        const emb__key *key = &axes->keys[i];
        const double sample = key->line ? KEY : 14;
        const double width = sample + 6 + emb__canvas_text_width(canvas, key->label, EMB__SMALL);
        if (x > axes->left && x + width > axes->left + axes->width) {
            x = axes->left;
            y += LINE;
        }
        if (draw) {
            emb__ink ink = emb__stroke(key->rgb, 2);
            ink.dash = key->dash;
            ink.gap = key->gap;
            if (key->line) emb__canvas_line(canvas, x, y, x + sample, y, ink);
            if (key->marked) {
                emb__canvas_mark(canvas, key->mark, x + sample / 2, y, key->line ? 4 : 5,
                                 emb__fill(key->rgb));
            }
            emb__canvas_text(canvas, x + sample + 6, y + font_middle * EMB__SMALL, letters,
                             key->label);
        }
        x += width + KEY_GAP;
    }
    return y + LINE * 0.5 - axes->legend_top;
}

/* ---- placing ---- */

static double widest_number(const emb__ruler *ruler, emb__canvas *canvas) {
    double widest = 0;
    for (int i = 0; i < ruler->ticks.count; i++) {
        widest = fmax(widest, emb__canvas_text_width(canvas, ruler->ticks.text[i], EMB__SMALL));
    }
    return ceil(widest);
}

/* Everything above the plot, and to its sides. */
static void lay_out_around(emb__axes *axes, emb__canvas *canvas, double top, double width) {
    const double numbers = fmax(axes->side, widest_number(&axes->y, canvas));
    axes->page_top = top;
    axes->left =
        EMB__MARGIN + (axes->y.title ? EMB__LABEL + TITLE_GAP : 0) + numbers + NUMBER_GAP + TICK;
    axes->width = width - axes->left - EMB__MARGIN - axes->right;
    axes->legend_top = top + EMB__MARGIN + (axes->title ? EMB__TITLE + EMB__SPACE : 0);
    const double keys = legend(axes, canvas, false);
    axes->top = ceil(axes->legend_top + keys + (keys > 0 ? EMB__SPACE : 0));
}

/* Pixels below the plot. */
static double foot(const emb__axes *axes) {
    return TICK + NUMBER_GAP + EMB__SMALL + (axes->x.title ? TITLE_GAP + EMB__LABEL : 0) +
           EMB__MARGIN;
}

static void place_rulers(emb__axes *axes) {
    axes->x.at = axes->left;
    axes->x.length = axes->width;
    axes->y.at = axes->top + axes->height;
    axes->y.length = -axes->height;
}

void emb__axes_lay_out(emb__axes *axes, emb__canvas *canvas, double top, double width,
                       double height) {
    lay_out_around(axes, canvas, top, width);
    axes->height = fmax(40, floor(top + height - foot(axes) - axes->top));
    place_rulers(axes);
}

double emb__axes_lay_out_plot(emb__axes *axes, emb__canvas *canvas, double top, double width,
                              double plot_height) {
    lay_out_around(axes, canvas, top, width);
    axes->height = plot_height;
    place_rulers(axes);
    return axes->top + plot_height + foot(axes) - top;
}

/* ---- drawing ---- */

static double crisp(double x) { return floor(x) + 0.5; }

/* Leaves out numbers that would touch the one before. */
static void draw_x(const emb__axes *axes, emb__canvas *canvas) {
    const double bottom = axes->top + axes->height;
    const emb__letters letters = {.size = EMB__SMALL, .rgb = EMB__DARK, .align = EMB__CENTRE};
    double used = -EMB__MARGIN;
    for (int i = 0; i < axes->x.ticks.count; i++) {
        const double x = crisp(emb__ruler_place(&axes->x, axes->x.ticks.at[i]));
        const double half = emb__canvas_text_width(canvas, axes->x.ticks.text[i], EMB__SMALL) / 2;
        emb__canvas_line(canvas, x, axes->top, x, bottom, emb__stroke(EMB__PALE, 1));
        emb__canvas_line(canvas, x, bottom, x, bottom + TICK, emb__stroke(EMB__DARK, 1));
        if (x - half < used + 6) continue;
        used = x + half;
        emb__canvas_text(canvas, x, bottom + TICK + NUMBER_GAP + EMB__SMALL * 0.8, letters,
                         axes->x.ticks.text[i]);
    }
}

static void draw_y(const emb__axes *axes, emb__canvas *canvas) {
    const emb__letters letters = {.size = EMB__SMALL, .rgb = EMB__DARK, .align = EMB__RIGHT};
    double used = INFINITY;
    for (int i = 0; i < axes->y.ticks.count; i++) {
        const double y = crisp(emb__ruler_place(&axes->y, axes->y.ticks.at[i]));
        emb__canvas_line(canvas, axes->left, y, axes->left + axes->width, y,
                         emb__stroke(EMB__PALE, 1));
        emb__canvas_line(canvas, axes->left - TICK, y, axes->left, y, emb__stroke(EMB__DARK, 1));
        if (fabs(used - y) < EMB__SMALL * 0.9) continue;
        used = y;
        emb__canvas_text(canvas, axes->left - TICK - NUMBER_GAP, y + font_middle * EMB__SMALL,
                         letters, axes->y.ticks.text[i]);
    }
}

static void draw_titles(const emb__axes *axes, emb__canvas *canvas) {
    emb__letters letters = {.size = EMB__TITLE, .rgb = EMB__DARK};
    if (axes->title) {
        emb__canvas_text(canvas, axes->left, axes->page_top + EMB__MARGIN + EMB__TITLE * 0.85,
                         letters, axes->title);
    }
    letters.size = EMB__LABEL;
    letters.align = EMB__CENTRE;
    if (axes->x.title) {
        emb__canvas_text(canvas, axes->left + axes->width / 2,
                         axes->top + axes->height + foot(axes) - EMB__MARGIN, letters,
                         axes->x.title);
    }
    letters.upright = true;
    if (axes->y.title) {
        emb__canvas_text(canvas, EMB__MARGIN + EMB__LABEL * 0.8, axes->top + axes->height / 2,
                         letters, axes->y.title);
    }
}

void emb__axes_draw(const emb__axes *axes, emb__canvas *canvas) {
    const double bottom = axes->top + axes->height, left = axes->left;
    draw_x(axes, canvas);
    draw_y(axes, canvas);
    emb__canvas_line(canvas, crisp(left), axes->top, crisp(left), crisp(bottom),
                     emb__stroke(EMB__DARK, 1));
    emb__canvas_line(canvas, crisp(left), crisp(bottom), left + axes->width, crisp(bottom),
                     emb__stroke(EMB__DARK, 1));
    draw_titles(axes, canvas);
    legend(axes, canvas, true);
}
