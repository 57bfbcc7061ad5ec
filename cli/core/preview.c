/* Images side by side in the terminal, as text that scrolls like any other: libchafa chooses
 * the characters if it is present, else each cell shows two pixels with an upper half block. Pixel
 * protocols (sixel, kitty) are left alone: they do not survive tmux, ssh and logs alike. */
#include "core/preview.h"

#include <embudo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/terminal.h"

#ifdef EMB_HAVE_CHAFA
#include <chafa.h>
#include <unistd.h>
#endif

enum { MARGIN = 2, GAP = 2, LEAST_COLUMNS = 8, MOST_COLUMNS = 40, MOST = 2 };

bool cli_preview_possible(void) {
    return cli_terminal_is(stderr) && cli_terminal_is(stdout) && cli_terminal_utf8();
}

/* One image, as many columns and rows of cells as it gets. */
typedef struct cells {
    const float *pixels;
    int channels, height, width;
    int columns, rows;
} cells;

static double clip(double x) { return x >= 0 ? (x > 1 ? 1 : x) : 0; }

#ifdef EMB_HAVE_CHAFA

static ChafaCanvasMode canvas_mode(void) {
    static const ChafaCanvasMode modes[] = {
        [CLI_COLOURS_NONE] = CHAFA_CANVAS_MODE_FGBG,
        [CLI_COLOURS_8] = CHAFA_CANVAS_MODE_INDEXED_8,
        [CLI_COLOURS_256] = CHAFA_CANVAS_MODE_INDEXED_240,
        [CLI_COLOURS_TRUE] = CHAFA_CANVAS_MODE_TRUECOLOR,
    };
    return modes[cli_terminal_colours()];
}

/* All cells of an image, lines ended by newlines. */
static void draw(const cells *image, cli_text *out) {
    size_t count = (size_t)image->height * (size_t)image->width;
    uint8_t *rgb = cli_alloc(count * 3);
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) {
            size_t from = image->channels == 3 ? c : 0;
            rgb[3 * i + c] = (uint8_t)(clip(image->pixels[from * count + i]) * 255 + 0.5);
        }
    }
    ChafaTermInfo *terminal = chafa_term_db_detect(chafa_term_db_get_default(), environ);
    ChafaSymbolMap *symbols = chafa_symbol_map_new();
    chafa_symbol_map_add_by_tags(symbols, CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_BLOCK);
    ChafaCanvasConfig *config = chafa_canvas_config_new();
    chafa_canvas_config_set_geometry(config, image->columns, image->rows);
    chafa_canvas_config_set_canvas_mode(config, canvas_mode());
    chafa_canvas_config_set_symbol_map(config, symbols);
    chafa_canvas_config_set_work_factor(config, 1.0f);
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGB8, rgb, image->width, image->height,
                                 image->width * 3);
    GString *text = chafa_canvas_print(canvas, terminal);
    cli_text_bytes(out, text->str, text->len);
    cli_text_add(out, "\n");
    g_string_free(text, TRUE);
    chafa_canvas_unref(canvas);
    chafa_canvas_config_unref(config);
    chafa_symbol_map_unref(symbols);
    chafa_term_info_unref(terminal);
    free(rgb);
}

#else

/* Mean of channel c over the part of the image that pixel (x, y) of a `columns` by `rows` grid
 * covers. */
static double mean(const cells *image, int c, int x, int y, int columns, int rows) {
    int x0 = x * image->width / columns, x1 = (x + 1) * image->width / columns;
    int y0 = y * image->height / rows, y1 = (y + 1) * image->height / rows;
    if (x1 <= x0) x1 = x0 + 1;
    if (y1 <= y0) y1 = y0 + 1;
    const float *plane = image->pixels + (size_t)c * (size_t)image->height * (size_t)image->width;
    double sum = 0;
    for (int i = y0; i < y1; i++) {
        for (int j = x0; j < x1; j++) sum += clip(plane[i * image->width + j]);
    }
    return sum / ((x1 - x0) * (y1 - y0));
}

typedef struct colour {
    int rgb[3];
} colour;

static colour colour_at(const cells *image, int x, int y) {
    colour at;
    for (int c = 0; c < 3; c++) {
        double value =
            mean(image, image->channels == 3 ? c : 0, x, y, image->columns, image->rows * 2);
        at.rgb[c] = (int)(value * 255 + 0.5);
    }
    return at;
}

/* "38;5;240" into text: `layer` is 38 for the upper pixel, 48 for the lower. Of 256 colours, greys
 * are taken from the ramp 232..255 (black and white from the cube), others from the 6x6x6 cube. */
static void colour_code(colour at, int layer, bool direct, char text[32]) {
    const int *v = at.rgb;
    if (direct) {
        snprintf(text, 32, "%d;2;%d;%d;%d", layer, v[0], v[1], v[2]);
        return;
    }
    int cube =
        16 + 36 * ((v[0] * 5 + 127) / 255) + 6 * ((v[1] * 5 + 127) / 255) + (v[2] * 5 + 127) / 255;
    bool grey = v[0] == v[1] && v[1] == v[2] && v[0] >= 4 && v[0] < 247;
    int step = (v[0] - 3) / 10;
    snprintf(text, 32, "%d;5;%d", layer, grey ? 232 + (step > 23 ? 23 : step) : cube);
}

static void draw_coloured(const cells *image, bool direct, cli_text *out) {
    char upper[32], lower[32];
    for (int row = 0; row < image->rows; row++) {
        for (int x = 0; x < image->columns; x++) {
            colour_code(colour_at(image, x, 2 * row), 38, direct, upper);
            colour_code(colour_at(image, x, 2 * row + 1), 48, direct, lower);
            cli_text_add(out, "\033[%s;%sm\u2580", upper, lower);
        }
        cli_text_add(out, "\033[0m\n");
    }
}

/* Without colours: the mean of a cell as a blank or one of four densities. */
static void draw_shaded(const cells *image, cli_text *out) {
    static const char *const shades[] = {" ", "\u2591", "\u2592", "\u2593", "\u2588"};
    for (int row = 0; row < image->rows; row++) {
        for (int x = 0; x < image->columns; x++) {
            double sum = 0;
            for (int c = 0; c < image->channels; c++) {
                sum += mean(image, c, x, row, image->columns, image->rows);
            }
            cli_text_add(out, "%s", shades[(int)(sum / image->channels * 4.999)]);
        }
        cli_text_add(out, "\n");
    }
}

static void draw(const cells *image, cli_text *out) {
    cli_colours colours = cli_terminal_colours();
    if (colours >= CLI_COLOURS_256) {
        draw_coloured(image, colours == CLI_COLOURS_TRUE, out);
    } else {
        draw_shaded(image, out);
    }
}

#endif

static void add_titles(cli_text *out, const char *const titles[], int count, int columns) {
    int at = 0;
    for (int i = 0; i < count; i++) {
        if (cli_columns(titles[i]) > columns) return;
    }
    for (int i = 0; i < count; i++) {
        const int wide = cli_columns(titles[i]);
        const int from = MARGIN + i * (columns + GAP) + (columns - wide) / 2;
        cli_text_add(out, "%*s%s", from - at, "", titles[i]);
        at = from + wide;
    }
    cli_text_add(out, "\n");
}

/* pixels[count] of a picture's shape. */
static void draw_all(const float *pixels, int count, const int shape[3],
                     const char *const titles[]) {
    cells image = {pixels, shape[0], shape[1], shape[2], 0, 0};
    int room = (cli_terminal_columns(stderr) - MARGIN - GAP - 1) / 2;
    image.columns = image.width < MOST_COLUMNS ? image.width : MOST_COLUMNS;
    if (image.columns > room) image.columns = room;
    if (image.columns < (image.width < LEAST_COLUMNS ? image.width : LEAST_COLUMNS)) return;
    /* A cell is about twice as high as wide. */
    image.rows = (image.columns * image.height + image.width) / (2 * image.width);
    if (image.rows < 1) image.rows = 1;
    cli_text sides[MOST] = {{0}}, out = {0};
    const char *left[MOST];
    for (int i = 0; i < count; i++) {
        draw(&image, &sides[i]);
        image.pixels += (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
        left[i] = sides[i].bytes;
    }
    add_titles(&out, titles, count, image.columns);
    for (int row = 0; row < image.rows; row++) {
        for (int i = 0; i < count; i++) {
            const int length = (int)strcspn(left[i], "\n");
            cli_text_add(&out, "%*s%.*s", i == 0 ? MARGIN : GAP, "", length, left[i]);
            left[i] += length + (left[i][length] != '\0');
        }
        cli_text_add(&out, "\n");
    }
    cli_live_clear();
    fwrite(out.bytes, 1, out.length, stderr);
    cli_text_free(&out);
    for (int i = 0; i < count; i++) cli_text_free(&sides[i]);
}

void cli_preview_draw(const float *pixels, int count, const int shape[3],
                      const char *const titles[]) {
    int view[3];
    float range[2];
    emb_view_shape(shape, view);
    emb_view_range(pixels, (size_t)count, shape, range);
    const size_t size = (size_t)view[0] * (size_t)view[1] * (size_t)view[2];
    const size_t numbers = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    float *shown = cli_alloc((size_t)count * size * sizeof *shown);
    emb_status status = EMB_OK;
    for (size_t i = 0; status == EMB_OK && i < (size_t)count; i++) {
        status = emb_view(pixels + i * numbers, shape, range, shown + i * size);
    }
    if (status == EMB_OK) draw_all(shown, count, view, titles);
    free(shown);
}
