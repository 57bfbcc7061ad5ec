/* Drawing on a page, whatever its format. See canvas.h. */
#include "draw/canvas.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "draw/pen.h"
#include "draw/style.h"

/* The text as it is drawn: cairo accepts only UTF-8. It is in `own`, whose bytes the caller
 * frees. */
static const char *shown(emb__canvas *canvas, const char *text, emb__text *own) {
    emb__text_for(own, EMB_SHOWN, text, strlen(text));
    if (own->failed) canvas->bytes.failed = true;
    return own->length > 0 ? own->bytes : "";
}

#ifdef EMB_HAVE_CAIRO

emb__canvas *emb__canvas_new(emb_format format) {
    static const emb__pen *const pens[] = {[EMB_PNG] = &emb__pen_cairo,
                                           [EMB_SVG] = &emb__pen_svg,
                                           [EMB_PDF] = &emb__pen_cairo,
                                           [EMB_PIXELS] = &emb__pen_cairo};
    if ((format < EMB_PNG || format > EMB_PDF) && format != EMB_PIXELS) {
        emb__fail(EMB_ERR_ARGUMENT,
                  "a still picture is .png, .svg or .pdf; .gif and .apng are animations");
        return NULL;
    }
    emb__canvas *canvas = emb__calloc(1, sizeof *canvas);
    if (!canvas) return NULL;
    canvas->pen = pens[format];
    canvas->format = format;
    if (emb__cairo_begin(canvas) == EMB_OK) return canvas;
    emb__cairo_free(canvas);
    emb__free(canvas);
    return NULL;
}

double emb__canvas_text_width(emb__canvas *canvas, const char *text, double size) {
    emb__text own = {0};
    const double width = emb__cairo_text_width(canvas, shown(canvas, text, &own), size);
    emb__free(own.bytes);
    return width;
}

/* Only a vector page must keep pixels apart. */
static bool is_vector(const emb__canvas *canvas) {
    return canvas->format != EMB_PNG && canvas->format != EMB_PIXELS;
}

void emb__canvas_begin_pixels(emb__canvas *canvas, double x, double y, double width,
                              double height) {
    if (!is_vector(canvas)) return;
    const double box[] = {x, y, width, height};
    for (int i = 0; i < 4; i++) canvas->box[i] = box[i];
    canvas->page_pen = canvas->pen;
    canvas->pen = &emb__pen_cairo;
    emb__cairo_begin_pixels(canvas);
}

void emb__canvas_end_pixels(emb__canvas *canvas) {
    if (!is_vector(canvas)) return;
    canvas->pen = canvas->page_pen;
    emb__cairo_end_pixels(canvas);
}

static void free_canvas(emb__canvas *canvas) {
    emb__cairo_free(canvas);
    emb__free(canvas->bytes.bytes);
    emb__page_free(canvas->page);
    emb__free(canvas);
}

#else

/* Without cairo there is never a canvas, so nothing below emb__canvas_new is ever called. */
emb__canvas *emb__canvas_new(emb_format format) {
    (void)format;
    emb__fail(EMB_ERR_MISSING, "pictures need cairo, which this build is without: install "
                               "libcairo2-dev (Debian, Ubuntu) and build again");
    return NULL;
}

double emb__canvas_text_width(emb__canvas *canvas, const char *text, double size) {
    (void)canvas, (void)text;
    return size;
}

void emb__canvas_begin_pixels(emb__canvas *canvas, double x, double y, double width,
                              double height) {
    (void)canvas, (void)x, (void)y, (void)width, (void)height;
}

void emb__canvas_end_pixels(emb__canvas *canvas) { (void)canvas; }

static void free_canvas(emb__canvas *canvas) { emb__free(canvas); }

#endif

double emb__canvas_widest(emb__canvas *canvas, const char *const *texts, size_t count,
                          double size) {
    double widest = 0;
    for (size_t i = 0; texts && i < count; i++) {
        if (texts[i]) widest = fmax(widest, emb__canvas_text_width(canvas, texts[i], size));
    }
    return ceil(widest);
}

emb_status emb__canvas_open(emb__canvas *canvas, double width, double height) {
    if (!(width <= EMB__MOST_SIDE && height <= EMB__MOST_SIDE)) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "a picture of %.0f x %.0f pixels: at most %d a side; draw less on it",
                         width, height, EMB__MOST_SIDE);
    }
    canvas->width = (int)ceil(width);
    canvas->height = (int)ceil(height);
    return canvas->pen->open(canvas);
}

void emb__canvas_path(emb__canvas *canvas, const double *xy, size_t count, bool closed,
                      emb__ink ink) {
    canvas->pen->path(canvas, xy, count, closed, ink);
}

void emb__canvas_line(emb__canvas *canvas, double x0, double y0, double x1, double y1,
                      emb__ink ink) {
    const double xy[] = {x0, y0, x1, y1};
    canvas->pen->path(canvas, xy, 2, false, ink);
}

void emb__canvas_box(emb__canvas *canvas, double x, double y, double width, double height,
                     emb__ink ink) {
    const double xy[] = {x, y, x + width, y, x + width, y + height, x, y + height};
    canvas->pen->path(canvas, xy, 4, true, ink);
}

void emb__canvas_disc(emb__canvas *canvas, double x, double y, double radius, emb__ink ink) {
    canvas->pen->disc(canvas, x, y, radius, ink);
}

/* Corners on a circle of radius 1; a disc has none. */
static const struct {
    int count;
    double xy[24];
} marks[EMB__MARKS] = {
    {0, {0}},
    {4, {-0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.85}},
    {3, {0, -1.15, 1.05, 0.75, -1.05, 0.75}},
    {4, {0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0}},
    {3, {0, 1.15, 1.05, -0.75, -1.05, -0.75}},
    {12, {-0.4, -1.1, 0.4,  -1.1, 0.4,  -0.4, 1.1,  -0.4, 1.1,  0.4,  0.4,  0.4,
          0.4,  1.1,  -0.4, 1.1,  -0.4, 0.4,  -1.1, 0.4,  -1.1, -0.4, -0.4, -0.4}},
};

void emb__canvas_mark(emb__canvas *canvas, size_t shape, double x, double y, double radius,
                      emb__ink ink) {
    const int count = marks[shape % EMB__MARKS].count;
    const double *corners = marks[shape % EMB__MARKS].xy;
    double xy[24];
    if (count == 0) {
        canvas->pen->disc(canvas, x, y, radius, ink);
        return;
    }
    for (int i = 0; i < count; i++) {
        xy[2 * i] = x + radius * corners[2 * i];
        xy[2 * i + 1] = y + radius * corners[2 * i + 1];
    }
    canvas->pen->path(canvas, xy, (size_t)count, true, ink);
}

void emb__canvas_text(emb__canvas *canvas, double x, double y, emb__letters letters,
                      const char *text) {
    emb__text own = {0};
    if (text && *text) canvas->pen->text(canvas, x, y, letters, shown(canvas, text, &own));
    emb__free(own.bytes);
}

void emb__canvas_image(emb__canvas *canvas, double x, double y, double across, double down,
                       const uint32_t *pixels, int width, int height) {
    const size_t count = (size_t)width * (size_t)height;
    uint32_t *opaque = emb__alloc(count * sizeof *opaque);
    if (!opaque) {
        canvas->bytes.failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) opaque[i] = pixels[i] | 0xFF000000;
    canvas->pen->image(canvas, x, y, across, down, opaque, width, height);
    emb__free(opaque);
}

void emb__canvas_clip(emb__canvas *canvas, double x, double y, double width, double height) {
    canvas->pen->clip(canvas, x, y, width, height);
}

void emb__canvas_unclip(emb__canvas *canvas) { canvas->pen->unclip(canvas); }

emb_picture *emb__canvas_finish(emb__canvas *canvas, emb_status status) {
    emb_picture *picture = NULL;
    if (status == EMB_OK) status = canvas->pen->finish(canvas);
    if (status == EMB_OK && canvas->bytes.failed) {
        status = emb__fail(EMB_ERR_MEMORY, "out of memory while drawing a picture");
    }
    if (status == EMB_OK) {
        picture = emb__picture_adopt(&canvas->bytes, canvas->page);
        canvas->bytes = (emb__text){0};
        canvas->page = NULL;
    }
    free_canvas(canvas);
    return picture;
}
