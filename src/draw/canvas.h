/* A page to draw on: paths, discs, text and images, as PNG, SVG or PDF.
 *
 * Owns: everything that knows cairo, or how SVG is written. Does not own: where anything stands on
 * the page (axes.h and each picture's own file). Lengths are pixels at normal size, from the page's
 * upper left corner. A page that runs out of memory stays as it is, and emb__canvas_finish
 * fails. */
#ifndef EMB_DRAW_CANVAS_H
#define EMB_DRAW_CANVAS_H

#include "base/status.h"

enum { EMB__MOST_SIDE = 32767 }; /* of a page: the most that cairo's images take */

typedef struct emb__canvas emb__canvas;

/* How a shape is painted: filled if width is 0, else outlined. */
typedef struct emb__ink {
    uint32_t rgb;     /* 0xRRGGBB */
    double width;     /* of the line */
    double alpha;     /* 0..1 */
    double dash, gap; /* in widths of the line; 0: it is not broken */
} emb__ink;

static inline emb__ink emb__fill(uint32_t rgb) { return (emb__ink){.rgb = rgb, .alpha = 1}; }
static inline emb__ink emb__stroke(uint32_t rgb, double width) {
    return (emb__ink){.rgb = rgb, .width = width, .alpha = 1};
}

typedef enum emb__align { EMB__LEFT, EMB__CENTRE, EMB__RIGHT } emb__align;

typedef struct emb__letters {
    double size; /* pixels */
    uint32_t rgb;
    emb__align align;
    bool upright; /* written from below upwards */
    bool halo;    /* with a white rim, readable on top of points */
} emb__letters;

/* Shapes of points, to tell series apart without colours; used modulo their number. */
enum { EMB__MARKS = 6 };

/* A page whose size is not known yet: text can be measured. NULL without cairo (EMB_ERR_MISSING),
 * or for an animation's format. */
emb__canvas *emb__canvas_new(emb_format format);

/* Advance of the text, in pixels. */
double emb__canvas_text_width(emb__canvas *canvas, const char *text, double size);
/* The same of the widest of `count` texts; a NULL among them has no width. */
double emb__canvas_widest(emb__canvas *canvas, const char *const *texts, size_t count, double size);

/* Sets the page's size, rounded up to whole pixels, and makes it white. */
emb_status emb__canvas_open(emb__canvas *canvas, double width, double height);

/* xy[2 * count]. A closed path that is filled needs three points. */
void emb__canvas_path(emb__canvas *canvas, const double *xy, size_t count, bool closed,
                      emb__ink ink);
void emb__canvas_line(emb__canvas *canvas, double x0, double y0, double x1, double y1,
                      emb__ink ink);
void emb__canvas_box(emb__canvas *canvas, double x, double y, double width, double height,
                     emb__ink ink);
void emb__canvas_disc(emb__canvas *canvas, double x, double y, double radius, emb__ink ink);
void emb__canvas_mark(emb__canvas *canvas, size_t shape, double x, double y, double radius,
                      emb__ink ink);

/* One line of UTF-8, its baseline at y. */
void emb__canvas_text(emb__canvas *canvas, double x, double y, emb__letters letters,
                      const char *text);

/* pixels[height][width], 0xRRGGBB each, over the box, without blur. */
void emb__canvas_image(emb__canvas *canvas, double x, double y, double across, double down,
                       const uint32_t *pixels, int width, int height);

/* Until emb__canvas_unclip, painting reaches only the box. Not nested. */
void emb__canvas_clip(emb__canvas *canvas, double x, double y, double width, double height);
void emb__canvas_unclip(emb__canvas *canvas);

/* Between these two calls, what is painted within the box is kept as pixels even in SVG and PDF:
 * for so many shapes that a list of them would be slow to show. Not nested, and not within a
 * clip. */
void emb__canvas_begin_pixels(emb__canvas *canvas, double x, double y, double width, double height);
void emb__canvas_end_pixels(emb__canvas *canvas);

/* Frees the canvas and returns the picture; NULL if `status` (of the drawing so far) is a failure,
 * whose text stays, or if something went wrong on the page. */
emb_picture *emb__canvas_finish(emb__canvas *canvas, emb_status status);

#endif
