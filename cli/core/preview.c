/* Pictures in the terminal, as text that scrolls like any other. See preview.h. */
#include "core/preview.h"

#include <embudo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/blocks.h"
#include "core/message.h"
#include "core/terminal.h"

enum { MARGIN = 2, GAP = 2, LEAST_COLUMNS = 8, MOST_COLUMNS = 40, MOST = 2 };

bool cli_preview_possible(void) {
    /* A command whose result goes to standard output has put that aside. */
    return cli_terminal_is(stderr) && cli_terminal_is(stdout) && isatty(cli_output_file()) &&
           cli_terminal_utf8();
}

static double clip(double x) { return x >= 0 ? (x > 1 ? 1 : x) : 0; }

/* pixels[C][H][W] as rgb[H][W][3]. */
static void to_rgb(const float *pixels, const int shape[3], uint8_t *rgb) {
    const size_t count = (size_t)shape[1] * (size_t)shape[2];
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 3; c++) {
            const size_t from = shape[0] == 3 ? c : 0;
            rgb[3 * i + c] = (uint8_t)(clip((double)pixels[from * count + i]) * 255 + 0.5);
        }
    }
}

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
    cli_blocks image = {.height = shape[1], .width = shape[2]};
    int room = (cli_terminal_columns(stderr) - MARGIN - GAP - 1) / 2;
    image.columns = image.width < MOST_COLUMNS ? image.width : MOST_COLUMNS;
    if (image.columns > room) image.columns = room;
    if (image.columns < (image.width < LEAST_COLUMNS ? image.width : LEAST_COLUMNS)) return;
    /* A cell is about twice as high as wide. */
    image.rows = (image.columns * image.height + image.width) / (2 * image.width);
    if (image.rows < 1) image.rows = 1;
    const size_t size = (size_t)shape[1] * (size_t)shape[2];
    uint8_t *rgb = cli_alloc(size * 3);
    image.rgb = rgb;
    cli_text sides[MOST] = {{0}}, out = {0};
    const char *left[MOST];
    for (int i = 0; i < count; i++) {
        to_rgb(pixels + (size_t)i * (size_t)shape[0] * size, shape, rgb);
        cli_blocks_draw(&image, &sides[i]);
        left[i] = sides[i].bytes;
    }
    free(rgb);
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
