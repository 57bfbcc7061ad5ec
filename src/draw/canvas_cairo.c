/* The pen of PNG and PDF, through cairo; also the widths of texts, and PNGs within other files.
 *
 * Nothing on a page depends on the day or on what was drawn before: the same picture is the same
 * bytes. */
#ifdef EMB_HAVE_CAIRO

#include <cairo-pdf.h>
#include <cairo.h>
#include <math.h>
#include <string.h>

#include "draw/pen.h"
#include "draw/style.h"

/* Pixels of a layer within a vector page, for each pixel of the page. */
static const double layer_scale = 2;

static cairo_t *context(const emb__canvas *canvas) { return canvas->context; }

static emb_status fail(cairo_status_t status) {
    return emb__fail(EMB_ERR_MEMORY, "cannot draw the picture: %s", cairo_status_to_string(status));
}

static cairo_status_t keep_bytes(void *closure, const unsigned char *bytes, unsigned int count) {
    emb__text *out = closure;
    emb__text_bytes(out, bytes, count);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* Letters look the same on every kind of page: they are not moved to whole pixels and have no
 * coloured edges. */
static void set_font(cairo_t *cr) {
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(cr, options);
    cairo_font_options_destroy(options);
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
}

static emb_status begin(emb__canvas *canvas, cairo_surface_t *surface) {
    emb__cairo_free(canvas);
    canvas->surface = surface;
    canvas->context = cairo_create(surface);
    set_font(canvas->context);
    const cairo_status_t status = cairo_status(canvas->context);
    return status == CAIRO_STATUS_SUCCESS ? EMB_OK : fail(status);
}

/* Text is measured before the page's size is known, on a page of one pixel. */
emb_status emb__cairo_begin(emb__canvas *canvas) {
    return begin(canvas, cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1));
}

void emb__cairo_free(emb__canvas *canvas) {
    if (canvas->layer) {
        cairo_destroy(canvas->under);
        cairo_surface_destroy(canvas->layer);
    }
    if (canvas->context) cairo_destroy(canvas->context);
    if (canvas->surface) cairo_surface_destroy(canvas->surface);
    canvas->context = canvas->surface = canvas->layer = canvas->under = NULL;
}

double emb__cairo_text_width(emb__canvas *canvas, const char *text, double size) {
    cairo_text_extents_t extents;
    cairo_set_font_size(canvas->context, size);
    cairo_text_extents(canvas->context, text, &extents);
    return extents.x_advance;
}

static cairo_surface_t *pdf_page(emb__canvas *canvas) {
    cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(keep_bytes, &canvas->bytes,
                                                               canvas->width, canvas->height);
    if (cairo_surface_status(pdf) == CAIRO_STATUS_SUCCESS) {
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "embudo");
    }
    return pdf;
}

static emb_status open_page(emb__canvas *canvas) {
    cairo_surface_t *surface =
        canvas->format == EMB_PDF
            ? pdf_page(canvas)
            : cairo_image_surface_create(CAIRO_FORMAT_RGB24, canvas->width, canvas->height);
    const emb_status status = begin(canvas, surface);
    if (status != EMB_OK) return status;
    cairo_set_source_rgb(canvas->context, 1, 1, 1);
    cairo_paint(canvas->context);
    return EMB_OK;
}

static void set_colour(cairo_t *cr, uint32_t rgb, double alpha) {
    cairo_set_source_rgba(cr, (rgb >> 16 & 0xFF) / 255.0, (rgb >> 8 & 0xFF) / 255.0,
                          (rgb & 0xFF) / 255.0, alpha);
}

/* Fills or outlines the current path. */
static void paint(cairo_t *cr, emb__ink ink) {
    set_colour(cr, ink.rgb, ink.alpha);
    if (ink.width == 0) {
        cairo_fill(cr);
        return;
    }
    const double dashes[] = {ink.dash * ink.width, ink.gap * ink.width};
    cairo_set_dash(cr, dashes, ink.dash > 0 ? 2 : 0, 0);
    cairo_set_line_width(cr, ink.width);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(cr);
}

static void draw_path(emb__canvas *canvas, const double *xy, size_t count, bool closed,
                      emb__ink ink) {
    cairo_t *cr = context(canvas);
    cairo_new_path(cr); /* text leaves a current point at its end */
    for (size_t i = 0; i < count; i++) cairo_line_to(cr, xy[2 * i], xy[2 * i + 1]);
    if (closed) cairo_close_path(cr);
    paint(cr, ink);
}

static void draw_disc(emb__canvas *canvas, double x, double y, double radius, emb__ink ink) {
    cairo_t *cr = context(canvas);
    cairo_new_path(cr);
    cairo_arc(cr, x, y, radius, 0, 2 * acos(-1));
    paint(cr, ink);
}

/* Of pixels the texts are kept apart. */
static void keep_text(emb__canvas *canvas, double x, double y, emb__letters letters,
                      const char *text) {
    static const emb_align aligns[] = {[EMB__LEFT] = EMB_ALIGN_LEFT,
                                       [EMB__CENTRE] = EMB_ALIGN_CENTRE,
                                       [EMB__RIGHT] = EMB_ALIGN_RIGHT};
    const double up = 0.36 * letters.size; /* from the baseline to the middle */
    const emb_page_text kept = {.text = text,
                                .x = letters.upright ? x - up : x,
                                .y = letters.upright ? y : y - up,
                                .size = letters.size,
                                .align = aligns[letters.align],
                                .upright = letters.upright};
    if (!emb__page_add(&canvas->page, kept)) canvas->bytes.failed = true;
}

static void draw_text(emb__canvas *canvas, double x, double y, emb__letters letters,
                      const char *text) {
    cairo_t *cr = context(canvas);
    if (canvas->format == EMB_PIXELS) {
        keep_text(canvas, x, y, letters, text);
        return;
    }
    const double width = emb__cairo_text_width(canvas, text, letters.size);
    const double share = letters.align == EMB__LEFT ? 0 : letters.align == EMB__CENTRE ? 0.5 : 1;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    if (letters.upright) cairo_rotate(cr, -acos(0));
    cairo_set_font_size(cr, letters.size);
    cairo_move_to(cr, -share * width, 0);
    if (letters.halo) {
        cairo_text_path(cr, text);
        paint(cr, emb__stroke(EMB__WHITE, EMB__HALO));
        cairo_move_to(cr, -share * width, 0);
    }
    set_colour(cr, letters.rgb, 1);
    cairo_show_text(cr, text);
    cairo_restore(cr);
}

/* A surface that holds a copy of the pixels. */
static cairo_surface_t *surface_of(const uint32_t *pixels, int width, int height) {
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    unsigned char *bytes = cairo_image_surface_get_data(surface);
    if (!bytes) return surface;
    cairo_surface_flush(surface);
    const size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    for (size_t y = 0; y < (size_t)height; y++) {
        memcpy(bytes + y * stride, pixels + y * (size_t)width, (size_t)width * sizeof *pixels);
    }
    cairo_surface_mark_dirty(surface);
    return surface;
}

static void draw_image(emb__canvas *canvas, double x, double y, double across, double down,
                       const uint32_t *pixels, int width, int height) {
    cairo_t *cr = context(canvas);
    cairo_surface_t *image = surface_of(pixels, width, height);
    cairo_save(cr);
    cairo_rectangle(cr, x, y, across, down);
    cairo_clip(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, across / width, down / height);
    cairo_set_source_surface(cr, image, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
    cairo_paint(cr);
    cairo_restore(cr);
    cairo_surface_destroy(image);
}

static void clip(emb__canvas *canvas, double x, double y, double width, double height) {
    cairo_save(canvas->context);
    cairo_rectangle(canvas->context, x, y, width, height);
    cairo_clip(canvas->context);
}

static void unclip(emb__canvas *canvas) { cairo_restore(canvas->context); }

/* The context becomes that of an image; meanwhile the page's own is in `under`. */
void emb__cairo_begin_pixels(emb__canvas *canvas) {
    const int width = (int)ceil(canvas->box[2] * layer_scale);
    const int height = (int)ceil(canvas->box[3] * layer_scale);
    canvas->layer = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    canvas->under = canvas->context;
    canvas->context = cairo_create(canvas->layer);
    set_font(canvas->context);
    cairo_scale(canvas->context, layer_scale, layer_scale);
    cairo_translate(canvas->context, -canvas->box[0], -canvas->box[1]);
}

void emb__cairo_end_pixels(emb__canvas *canvas) {
    cairo_surface_t *layer = canvas->layer;
    const cairo_status_t drawn = cairo_status(canvas->context);
    cairo_destroy(canvas->context);
    canvas->context = canvas->under;
    canvas->layer = canvas->under = NULL;
    cairo_surface_flush(layer);
    const int width = cairo_image_surface_get_width(layer);
    const int height = cairo_image_surface_get_height(layer);
    const unsigned char *bytes = cairo_image_surface_get_data(layer);
    if (drawn == CAIRO_STATUS_SUCCESS && bytes) {
        /* with 32 bits per pixel, rows follow each other without a gap. */
        canvas->pen->image(canvas, canvas->box[0], canvas->box[1], width / layer_scale,
                           height / layer_scale, (const uint32_t *)(const void *)bytes, width,
                           height);
    } else {
        canvas->bytes.failed = true;
    }
    cairo_surface_destroy(layer);
}

emb_status emb__cairo_png(const uint32_t *pixels, int width, int height, emb__text *png) {
    cairo_surface_t *surface = surface_of(pixels, width, height);
    const cairo_status_t status = cairo_surface_write_to_png_stream(surface, keep_bytes, png);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS ? EMB_OK : fail(status);
}

/* The pixels as [height][width][3], beside the texts. */
static void keep_pixels(emb__canvas *canvas) {
    cairo_surface_flush(canvas->surface);
    const unsigned char *bytes = cairo_image_surface_get_data(canvas->surface);
    const size_t stride = (size_t)cairo_image_surface_get_stride(canvas->surface);
    if (!canvas->page) canvas->page = emb__calloc(1, sizeof *canvas->page);
    if (!bytes || !canvas->page) canvas->bytes.failed = true;
    for (size_t y = 0; y < (size_t)canvas->height && !canvas->bytes.failed; y++) {
        for (size_t x = 0; x < (size_t)canvas->width; x++) {
            uint32_t pixel; /* cairo's are 0xRRGGBB in the machine's order of bytes */
            memcpy(&pixel, bytes + y * stride + 4 * x, sizeof pixel);
            const unsigned char rgb[] = {pixel >> 16 & 0xFF, pixel >> 8 & 0xFF, pixel & 0xFF};
            emb__text_bytes(&canvas->bytes, rgb, sizeof rgb);
        }
    }
    if (canvas->bytes.failed) return;
    canvas->page->width = canvas->width;
    canvas->page->height = canvas->height;
}

static emb_status finish(emb__canvas *canvas) {
    cairo_status_t status = cairo_status(canvas->context);
    if (status == CAIRO_STATUS_SUCCESS && canvas->format == EMB_PIXELS) {
        keep_pixels(canvas);
        return EMB_OK;
    }
    if (status == CAIRO_STATUS_SUCCESS && canvas->format == EMB_PNG) {
        status = cairo_surface_write_to_png_stream(canvas->surface, keep_bytes, &canvas->bytes);
    } else if (status == CAIRO_STATUS_SUCCESS) {
        cairo_show_page(canvas->context);
        cairo_surface_finish(canvas->surface);
        status = cairo_surface_status(canvas->surface);
    }
    return status == CAIRO_STATUS_SUCCESS ? EMB_OK : fail(status);
}

const emb__pen emb__pen_cairo = {.open = open_page,
                                 .path = draw_path,
                                 .disc = draw_disc,
                                 .text = draw_text,
                                 .image = draw_image,
                                 .clip = clip,
                                 .unclip = unclip,
                                 .finish = finish};

#endif
