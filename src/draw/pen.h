/* The calls that a kind of page must have: one row for cairo's PNG and PDF, one for SVG. */
#ifndef EMB_DRAW_PEN_H
#define EMB_DRAW_PEN_H

#include "base/memory.h"
#include "draw/canvas.h"

typedef struct emb__pen {
    emb_status (*open)(emb__canvas *canvas);
    void (*path)(emb__canvas *canvas, const double *xy, size_t count, bool closed, emb__ink ink);
    void (*disc)(emb__canvas *canvas, double x, double y, double radius, emb__ink ink);
    void (*text)(emb__canvas *canvas, double x, double y, emb__letters letters, const char *text);
    /* pixels[height][width], 0xAARRGGBB, premultiplied. */
    void (*image)(emb__canvas *canvas, double x, double y, double across, double down,
                  const uint32_t *pixels, int width, int height);
    void (*clip)(emb__canvas *canvas, double x, double y, double width, double height);
    void (*unclip)(emb__canvas *canvas);
    /* Appends the last bytes to canvas->bytes. */
    emb_status (*finish)(emb__canvas *canvas);
} emb__pen;

extern const emb__pen emb__pen_cairo, emb__pen_svg;

struct emb__canvas {
    const emb__pen *pen;
    emb_format format;
    int width, height;
    emb__text bytes;          /* of the file */
    void *surface, *context;  /* cairo's; the context measures text before the page is open */
    void *layer, *under;      /* within pixels: their surface, and the page's own context */
    const emb__pen *page_pen; /* within pixels: the page's */
    double box[4];            /* within pixels: x, y, width, height */
    emb_page *page;           /* of EMB_PIXELS: the texts so far; NULL: none, or another format */
};

/* Of canvas_cairo.c, for all pens. */
emb_status emb__cairo_begin(emb__canvas *canvas);
double emb__cairo_text_width(emb__canvas *canvas, const char *text, double size);
void emb__cairo_begin_pixels(emb__canvas *canvas);
void emb__cairo_end_pixels(emb__canvas *canvas);
void emb__cairo_free(emb__canvas *canvas);
/* A PNG of pixels[height][width], 0xAARRGGBB, premultiplied. */
emb_status emb__cairo_png(const uint32_t *pixels, int width, int height, emb__text *png);

/* Of picture.c. Adds a text to *page, which is made when it is NULL; false: no memory. */
bool emb__page_add(emb_page **page, emb_page_text text);
void emb__page_free(emb_page *page);
/* The picture around the bytes and the page (or NULL), which it takes over on success and on
 * failure. */
emb_picture *emb__picture_adopt(emb__text *bytes, emb_page *page);

#endif
