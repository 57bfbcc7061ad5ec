/* The frame of a chart: title, legend, axes with their numbers, and the place of a value on them.
 *
 * A chart fills an emb__axes with what it shows and lays it out (emb__axes_lay_out), which gives
 * the page and the plot within it; it then draws the frame, and its own numbers through emb__axes_x
 * and emb__axes_y. */
#ifndef EMB_DRAW_AXES_H
#define EMB_DRAW_AXES_H

#include "draw/canvas.h"
#include "draw/style.h"
#include "draw/ticks.h"

/* One sample of the legend. */
typedef struct emb__key {
    const char *label;
    size_t mark;
    uint32_t rgb;
    bool line, marked;
    double dash, gap; /* as emb__ink has them */
} emb__key;

/* One axis, ready to draw: its range, and where on the page it lies. */
enum { EMB__TITLE_TEXT = 512 };

typedef struct emb__ruler {
    const char *title;
    char said[EMB__TITLE_TEXT]; /* the title with the scale; `title` then points here */
    double from, to;
    bool log;
    emb__ticks ticks;
    double at, length; /* pixels: of `from`, and on to `to`; negative upwards */
} emb__ruler;

typedef struct emb__axes {
    const char *title, *legend_title;
    emb__ruler x, y;
    double side;  /* pixels for y's names, if they are not the axis's numbers */
    double right; /* pixels kept free on the right */
    const emb__key *keys;
    size_t key_count;
    double left, top, width, height; /* of the plot */
    double page_top, legend_top;
} emb__axes;

/* The least and the largest value that an axis shows, and some of those between, grown value by
 * value. */
enum { EMB__SOME = 256 };

typedef struct emb__range {
    double least, most, least_above_0;
    bool any;
    size_t count, every; /* values so far; every `every`th is among `some` (0: 1) */
    double some[EMB__SOME];
} emb__range;

void emb__range_add(emb__range *range, double value); /* a value that is not finite is left out */

/* Chooses range and scale by what the axis asks for and by the values; `room`: about how many
 * numbers fit. `air`: widen a range that follows from the values to whole steps. EMB_ERR_ARGUMENT
 * for a range that is empty, or that has no logarithm; `what` ("x") names the axis. */
emb_status emb__ruler_set(emb__ruler *ruler, const emb_axis *axis, const emb__range *range,
                          int room, bool air, const char *what);

/* Places everything within a box of the page. */
void emb__axes_lay_out(emb__axes *axes, emb__canvas *canvas, double top, double width,
                       double height);
/* The same with a plot of this height: returns the height of the whole. */
double emb__axes_lay_out_plot(emb__axes *axes, emb__canvas *canvas, double top, double width,
                              double plot_height);
void emb__axes_draw(const emb__axes *axes, emb__canvas *canvas);

/* The place of a value on the page; NaN if it has none (0 on a logarithmic axis). */
double emb__ruler_place(const emb__ruler *ruler, double value);

/* *side = `wanted`, 200..8192, or `standard` if it is 0; `across` says which side it is. */
emb_status emb__side(int wanted, int standard, int *side, bool across);

/* The names of classes: the given ones, written for EMB_SHOWN and shortened, or "0", "1", ... */
typedef struct emb__names {
    const char *at[EMB_MAX_CLASSES];
    char text[EMB_MAX_CLASSES][EMB__TICK_TEXT];
} emb__names;
void emb__names_set(emb__names *names, const char *const *given, int count);

#endif
