/* See blocks.h. */
#include "core/blocks.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/terminal.h"

#ifdef EMB_HAVE_CHAFA
#include <chafa.h>
#include <unistd.h>
#endif

/* 0xRRGGBB */
enum { DARK = 0x222222, LIGHT = 0xFFFFFF };

/* The mean colour of the part of the picture that place (x, y) of a grid covers. */
static void mean_of(const cli_blocks *b, int x, int y, int columns, int rows, int rgb[3]) {
    const long wide = b->width, high = b->height;
    long x0 = x * wide / columns, x1 = (x + 1) * wide / columns;
    long y0 = y * high / rows, y1 = (y + 1) * high / rows;
    if (x1 <= x0) x1 = x0 + 1;
    if (y1 <= y0) y1 = y0 + 1;
    long sum[3] = {0};
    for (long i = y0; i < y1; i++) {
        for (long j = x0; j < x1; j++) {
            for (long c = 0; c < 3; c++) sum[c] += b->rgb[(i * wide + j) * 3 + c];
        }
    }
    const long count = (x1 - x0) * (y1 - y0);
    for (int c = 0; c < 3; c++) rgb[c] = (int)((sum[c] + count / 2) / count);
}

static uint32_t letter_at(const cli_blocks *b, int x, int y) {
    return b->letters ? b->letters[(size_t)y * (size_t)b->columns + (size_t)x] : 0;
}

/* The colours of a letter, as 0xRRGGBB: on what is there. */
static void letter_colours(const cli_blocks *b, int x, int y, int *letter, int *ground) {
    int rgb[3];
    mean_of(b, x, y, b->columns, b->rows, rgb);
    *ground = rgb[0] << 16 | rgb[1] << 8 | rgb[2];
    *letter = 2 * rgb[0] + 5 * rgb[1] + rgb[2] > 8 * 110 ? DARK : LIGHT;
}

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

static void write_letters(const cli_blocks *b, ChafaCanvas *canvas) {
    for (int y = 0; y < b->rows; y++) {
        for (int x = 0; x < b->columns; x++) {
            const uint32_t letter = letter_at(b, x, y);
            int colour, ground;
            if (letter == 0) continue;
            letter_colours(b, x, y, &colour, &ground);
            if (cli_terminal_colours() != CLI_COLOURS_NONE) {
                chafa_canvas_set_colors_at(canvas, x, y, colour, ground);
            }
            chafa_canvas_set_char_at(canvas, x, y, letter);
        }
    }
}

/* Its scaler takes whole words: rows of three bytes a pixel would be shifted. To be freed. */
static uint8_t *with_alpha(const cli_blocks *b) {
    const size_t count = (size_t)b->width * (size_t)b->height;
    uint8_t *rgba = cli_alloc(4 * count);
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) rgba[4 * i + c] = b->rgb[3 * i + c];
        rgba[4 * i + 3] = 0xFF;
    }
    return rgba;
}

void cli_blocks_draw(const cli_blocks *b, cli_text *out) {
    uint8_t *rgba = with_alpha(b);
    ChafaTermInfo *terminal = chafa_term_db_detect(chafa_term_db_get_default(), environ);
    ChafaSymbolMap *symbols = chafa_symbol_map_new();
    chafa_symbol_map_add_by_tags(symbols, CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_BLOCK);
    ChafaCanvasConfig *config = chafa_canvas_config_new();
    chafa_canvas_config_set_geometry(config, b->columns, b->rows);
    chafa_canvas_config_set_canvas_mode(config, canvas_mode());
    chafa_canvas_config_set_symbol_map(config, symbols);
    chafa_canvas_config_set_work_factor(config, 1.0f);
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, rgba, b->width, b->height,
                                 b->width * 4);
    free(rgba);
    write_letters(b, canvas);
    GString *text = chafa_canvas_print(canvas, terminal);
    cli_text_bytes(out, text->str, text->len);
    cli_text_add(out, "\n");
    g_string_free(text, TRUE);
    chafa_canvas_unref(canvas);
    chafa_canvas_config_unref(config);
    chafa_symbol_map_unref(symbols);
    chafa_term_info_unref(terminal);
}

#else

static void add_letter(cli_text *out, uint32_t letter) {
    char utf8[5] = "";
    if (letter < 0x80) {
        utf8[0] = (char)letter;
    } else if (letter < 0x800) {
        utf8[0] = (char)(0xC0 | letter >> 6);
        utf8[1] = (char)(0x80 | (letter & 0x3F));
    } else if (letter < 0x10000) {
        utf8[0] = (char)(0xE0 | letter >> 12);
        utf8[1] = (char)(0x80 | (letter >> 6 & 0x3F));
        utf8[2] = (char)(0x80 | (letter & 0x3F));
    } else {
        utf8[0] = (char)(0xF0 | letter >> 18);
        utf8[1] = (char)(0x80 | (letter >> 12 & 0x3F));
        utf8[2] = (char)(0x80 | (letter >> 6 & 0x3F));
        utf8[3] = (char)(0x80 | (letter & 0x3F));
    }
    cli_text_add(out, "%s", utf8);
}

/* "38;5;240" into text: `layer` is 38 for the upper pixel or a letter, 48 for what is below. Of 256
 * colours, greys are taken from the ramp 232..255 (black and white from the cube), others from the
 * 6x6x6 cube. */
static void colour_code(const int v[3], int layer, bool direct, char text[32]) {
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

static void split_colour(int packed, int rgb[3]) {
    for (int c = 0; c < 3; c++) rgb[c] = packed >> (16 - 8 * c) & 0xFF;
}

static void draw_coloured(const cli_blocks *b, bool direct, cli_text *out) {
    enum { HALF = 0x2580 };
    char upper[32], lower[32];
    for (int row = 0; row < b->rows; row++) {
        for (int x = 0; x < b->columns; x++) {
            const uint32_t letter = letter_at(b, x, row);
            int above[3], below[3], colour, ground;
            mean_of(b, x, 2 * row, b->columns, 2 * b->rows, above);
            mean_of(b, x, 2 * row + 1, b->columns, 2 * b->rows, below);
            if (letter > 0) {
                letter_colours(b, x, row, &colour, &ground);
                split_colour(colour, above);
                split_colour(ground, below);
            }
            colour_code(above, 38, direct, upper);
            colour_code(below, 48, direct, lower);
            cli_text_add(out, "\033[%s;%sm", upper, lower);
            add_letter(out, letter > 0 ? letter : HALF);
        }
        cli_text_add(out, "\033[0m\n");
    }
}

/* Without colours: the mean of a cell as a blank or one of four densities. */
static void draw_shaded(const cli_blocks *b, cli_text *out) {
    static const uint32_t shades[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
    for (int row = 0; row < b->rows; row++) {
        for (int x = 0; x < b->columns; x++) {
            const uint32_t letter = letter_at(b, x, row);
            int rgb[3];
            mean_of(b, x, row, b->columns, b->rows, rgb);
            add_letter(out, letter > 0 ? letter : shades[(rgb[0] + rgb[1] + rgb[2]) * 5 / 766]);
        }
        cli_text_add(out, "\n");
    }
}

void cli_blocks_draw(const cli_blocks *b, cli_text *out) {
    const cli_colours colours = cli_terminal_colours();
    if (colours >= CLI_COLOURS_256) {
        draw_coloured(b, colours == CLI_COLOURS_TRUE, out);
    } else {
        draw_shaded(b, out);
    }
}

#endif
