/* The pen of SVG. Written here rather than by cairo so that text stays text, which one can search
 * and read aloud, so that pixels stay squares in a browser, and so that two pictures on one web
 * page have no names in common. */
#ifdef EMB_HAVE_CAIRO

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "draw/pen.h"
#include "draw/style.h"

/* " 12.25", at most two decimals, without zeros at the end. */
static void add_number(emb__text *out, const char *before, double x) {
    char text[64];
    snprintf(text, sizeof text, "%.2f", x);
    size_t length = strlen(text);
    while (length > 1 && text[length - 1] == '0') length--;
    if (text[length - 1] == '.') length--;
    text[length] = '\0';
    emb__text_add(out, "%s%s", before, strcmp(text, "-0") == 0 ? "0" : text);
}

static void add_attribute(emb__text *out, const char *name, double x) {
    emb__text_add(out, " %s=\"", name);
    add_number(out, "", x);
    emb__text_add(out, "\"");
}

static void add_ink(emb__text *out, emb__ink ink) {
    if (ink.width == 0) {
        emb__text_add(out, " fill=\"#%06x\"", (unsigned)ink.rgb);
    } else {
        emb__text_add(out, " fill=\"none\" stroke=\"#%06x\"", (unsigned)ink.rgb);
        add_attribute(out, "stroke-width", ink.width);
        if (ink.dash > 0) {
            add_number(out, " stroke-dasharray=\"", ink.dash * ink.width);
            add_number(out, ",", ink.gap * ink.width);
            emb__text_add(out, "\"");
        }
    }
    if (ink.alpha < 1) add_attribute(out, "opacity", ink.alpha);
}

static emb_status open_page(emb__canvas *canvas) {
    emb__text_add(&canvas->bytes,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                  "viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans, Verdana, sans-serif\" "
                  "stroke-linejoin=\"round\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
                  canvas->width, canvas->height, canvas->width, canvas->height, canvas->width,
                  canvas->height);
    return EMB_OK;
}

static void draw_path(emb__canvas *canvas, const double *xy, size_t count, bool closed,
                      emb__ink ink) {
    emb__text *out = &canvas->bytes;
    emb__text_add(out, "<path d=\"");
    for (size_t i = 0; i < count; i++) {
        add_number(out, i == 0 ? "M" : "L", xy[2 * i]);
        add_number(out, " ", xy[2 * i + 1]);
    }
    emb__text_add(out, closed ? "Z\"" : "\"");
    add_ink(out, ink);
    emb__text_add(out, "/>\n");
}

static void draw_disc(emb__canvas *canvas, double x, double y, double radius, emb__ink ink) {
    emb__text *out = &canvas->bytes;
    emb__text_add(out, "<circle");
    add_attribute(out, "cx", x);
    add_attribute(out, "cy", y);
    add_attribute(out, "r", radius);
    add_ink(out, ink);
    emb__text_add(out, "/>\n");
}

static void draw_text(emb__canvas *canvas, double x, double y, emb__letters letters,
                      const char *text) {
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    emb__text *out = &canvas->bytes;
    emb__text_add(out, "<text");
    if (letters.upright) {
        add_number(out, " transform=\"translate(", x);
        add_number(out, ",", y);
        emb__text_add(out, ") rotate(-90)\"");
    } else {
        add_attribute(out, "x", x);
        add_attribute(out, "y", y);
    }
    add_attribute(out, "font-size", letters.size);
    emb__text_add(out, "%s fill=\"#%06x\"", anchors[letters.align], (unsigned)letters.rgb);
    if (letters.halo) {
        emb__text_add(out, " paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"%d\"",
                      EMB__HALO);
    }
    emb__text_add(out, ">");
    emb__text_for(out, EMB_XML, text, strlen(text));
    emb__text_add(out, "</text>\n");
}

static void add_base64(emb__text *out, const uint8_t *bytes, size_t count) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        const size_t left = count - i;
        const uint32_t word = (uint32_t)bytes[i] << 16 |
                              (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                              (left > 2 ? bytes[i + 2] : 0);
        const char four[4] = {digits[word >> 18], digits[word >> 12 & 63],
                              left > 1 ? digits[word >> 6 & 63] : '=',
                              left > 2 ? digits[word & 63] : '='};
        emb__text_bytes(out, four, sizeof four);
    }
}

static void draw_image(emb__canvas *canvas, double x, double y, double across, double down,
                       const uint32_t *pixels, int width, int height) {
    emb__text *out = &canvas->bytes, png = {0};
    if (emb__cairo_png(pixels, width, height, &png) != EMB_OK) out->failed = true;
    emb__text_add(out, "<image preserveAspectRatio=\"none\"");
    /* An image with more pixels than the page has is smoothed. */
    if (across >= width) emb__text_add(out, " style=\"image-rendering:pixelated\"");
    add_attribute(out, "x", x);
    add_attribute(out, "y", y);
    add_attribute(out, "width", across);
    add_attribute(out, "height", down);
    emb__text_add(out, " href=\"data:image/png;base64,");
    add_base64(out, (const uint8_t *)png.bytes, png.length);
    emb__text_add(out, "\"/>\n");
    emb__free(png.bytes);
}

/* An inner <svg> clips to its own box, and needs no name. */
static void clip(emb__canvas *canvas, double x, double y, double width, double height) {
    emb__text *out = &canvas->bytes;
    emb__text_add(out, "<svg");
    add_attribute(out, "x", x);
    add_attribute(out, "y", y);
    add_attribute(out, "width", width);
    add_attribute(out, "height", height);
    add_number(out, " viewBox=\"", x);
    add_number(out, " ", y);
    add_number(out, " ", width);
    add_number(out, " ", height);
    emb__text_add(out, "\">\n");
}

static void unclip(emb__canvas *canvas) { emb__text_add(&canvas->bytes, "</svg>\n"); }

static emb_status finish(emb__canvas *canvas) {
    emb__text_add(&canvas->bytes, "</svg>\n");
    return EMB_OK;
}

const emb__pen emb__pen_svg = {.open = open_page,
                               .path = draw_path,
                               .disc = draw_disc,
                               .text = draw_text,
                               .image = draw_image,
                               .clip = clip,
                               .unclip = unclip,
                               .finish = finish};

#endif
