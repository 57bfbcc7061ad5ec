/* See shown.h. */
#include "core/shown.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/general_options.h"
#include "core/message.h"
#include "core/preview.h"
#include "core/terminal.h"

/* Pixels of a page: charts in a wide terminal, and in the narrowest one; what a figure keeps free
 * around and between its cells, and the largest scale and cell. */
enum {
    WIDEST = 960,
    NARROWEST = 240,
    AROUND = 48,
    BETWEEN = 12,
    MOST_SCALE = 8,
    MOST_CELL = 320,
    LEAST_CELL = 80,
    TOGETHER = 3
};

static bool on;

void cli_shown_begin(const cli_args *args) {
    on = cli_preview_possible() && !cli_arg(args, "no-preview")->given &&
         !cli_general_given()->quiet;
}

bool cli_shown_on(void) { return on; }

bool cli_shown_set(bool show) {
    const bool before = on;
    on = show;
    return before;
}

/* Draws the picture in the terminal, and frees it. One that could not be made is not missed here:
 * the file's own will fail likewise. */
static void show(emb_picture *picture) {
    const emb_page *page = picture ? emb_picture_page(picture) : NULL;
    if (page) cli_preview_page(page);
    emb_picture_free(picture);
}

/* Pixels that the terminal has room for. */
static int room_across(void) { return (cli_terminal_columns(stderr) - 1) * CLI_PREVIEW_CELL; }

static int room_down(void) {
    const int rows = cli_terminal_rows(stderr) - 3;
    return (rows > 20 ? rows : 20) * 2 * CLI_PREVIEW_CELL;
}

/* A chart of the terminal's width, as high as it was meant to be for that, if the terminal is. */
static void fit(int *width, int *height, int standard_width, int standard_height, int most) {
    const int wide = *width > 0 ? *width : standard_width;
    const int high = *height > 0 ? *height : standard_height, room = room_across();
    *width = room > WIDEST ? WIDEST : room < NARROWEST ? NARROWEST : room;
    *height = (int)((double)*width * high / wide);
    if (*height > most) *height = most;
    if (*height < 200) *height = 200;
}

/* Pixels for the cells of a figure: its letters may be smaller than the terminal's, since they are
 * few. */
static int room_for_cells(const emb_figure *figure) {
    int gutter = 0;
    for (int i = 0; figure->row_titles && i < figure->rows; i++) {
        const int letters = figure->row_titles[i] ? cli_columns(figure->row_titles[i]) : 0;
        if (letters * CLI_PREVIEW_CELL > gutter) gutter = letters * CLI_PREVIEW_CELL;
    }
    return room_across() * 8 / 5 - AROUND - gutter;
}

static int scale_of(const emb_figure *figure) {
    int view[3];
    emb_view_shape(figure->shape, view);
    const int between = figure->plane ? 0 : BETWEEN;
    const int across = (room_for_cells(figure) / figure->columns - between) / view[2];
    int scale = across < MOST_SCALE ? across : MOST_SCALE;
    const int longest = view[1] > view[2] ? view[1] : view[2];
    while (scale > 1 && scale * longest > MOST_CELL) scale--;
    while (scale > 2 && (scale * view[1] + between) * figure->rows > room_down()) scale--;
    return scale < 1 ? 1 : scale;
}

/* A figure of few rows, so many of its columns at a time below each other. */
static void show_in_parts(const emb_figure *figure, int columns) {
    const int parts = (figure->columns + columns - 1) / columns, rows = figure->rows;
    const size_t size =
        (size_t)figure->shape[0] * (size_t)figure->shape[1] * (size_t)figure->shape[2];
    const size_t cells = (size_t)parts * (size_t)rows * (size_t)columns;
    float *pixels = cli_alloc(cells * size * sizeof *pixels);
    const char **captions = cli_alloc(cells * sizeof *captions);
    const char **titles = cli_alloc((size_t)parts * (size_t)rows * sizeof *titles);
    emb_figure fitted = *figure;
    for (int r = 0; r < parts * rows; r++) {
        titles[r] = figure->row_titles ? figure->row_titles[r % rows] : NULL;
        for (int c = 0; c < columns; c++) {
            const int column = r / rows * columns + c, from = r % rows * figure->columns + column;
            const size_t to = (size_t)r * (size_t)columns + (size_t)c;
            const bool there = column < figure->columns;
            captions[to] = there && figure->captions ? figure->captions[from] : NULL;
            pixels[to * size] = NAN; /* stays blank */
            if (!there) continue;
            memcpy(pixels + to * size, figure->pixels + (size_t)from * size, size * sizeof *pixels);
        }
    }
    fitted.rows = parts * rows;
    fitted.columns = columns;
    fitted.pixels = pixels;
    if (figure->row_titles) fitted.row_titles = titles;
    if (figure->captions) fitted.captions = captions;
    fitted.scale = scale_of(&fitted);
    show(emb_figure_draw(&fitted, EMB_PIXELS));
    free(pixels);
    free(captions);
    free(titles);
}

/* A line, or several where it is longer than a line of so many columns. */
static void print_words(const char *text, int columns) {
    int used = 0;
    while (*text) {
        char *word = cli_format("%.*s", (int)strcspn(text, " "), text);
        const int wide = cli_columns(word);
        const bool fits = used == 0 || used + 1 + wide <= columns;
        fprintf(stderr, "%s%s", used == 0 ? "" : fits ? " " : "\n", word);
        used = (used > 0 && fits ? used + 1 : 0) + wide;
        text += strlen(word);
        text += strspn(text, " ");
        free(word);
    }
    fputc('\n', stderr);
}

/* A title that is wider than the terminal would make the whole page smaller: it stands above. */
static void take_title(emb_figure *figure) {
    if (!figure->title || cli_columns(figure->title) + 8 < cli_terminal_columns(stderr)) return;
    cli_live_clear();
    print_words(cli_shown(figure->title), cli_terminal_columns(stderr) - 1);
    figure->title = NULL;
}

void cli_show_figure(const emb_figure *figure) {
    if (!on) return;
    emb_figure fitted = *figure;
    take_title(&fitted);
    const int most = room_for_cells(figure) / (LEAST_CELL + BETWEEN);
    const bool rows = figure->rows == 1 || (figure->row_titles && figure->rows <= TOGETHER);
    if (rows && !figure->plane && !figure->column_titles && figure->columns > most) {
        const int parts = most > 0 ? (figure->columns + most - 1) / most : figure->columns;
        show_in_parts(&fitted, (figure->columns + parts - 1) / parts);
        return;
    }
    fitted.scale = scale_of(figure);
    show(emb_figure_draw(&fitted, EMB_PIXELS));
}

emb_picture *cli_shown_figure(const emb_figure *figure, emb_format format) {
    cli_show_figure(figure);
    return emb_figure_draw(figure, format);
}

emb_picture *cli_shown_charts(const emb_chart *charts, size_t count, emb_format format) {
    if (on && count > 0) {
        emb_chart *fitted = cli_alloc(count * sizeof *fitted);
        memcpy(fitted, charts, count * sizeof *fitted);
        for (size_t i = 0; i < count; i++) {
            fit(&fitted[i].width, &fitted[i].height, 800, 480, room_down());
        }
        show(emb_charts_draw(fitted, count, EMB_PIXELS));
        free(fitted);
    }
    return emb_charts_draw(charts, count, format);
}

emb_picture *cli_shown_scatter(const emb_scatter *scatter, emb_format format) {
    if (on) {
        emb_scatter fitted = *scatter;
        fit(&fitted.width, &fitted.height, 900, 760, room_down());
        show(emb_scatter_draw(&fitted, EMB_PIXELS));
    }
    return emb_scatter_draw(scatter, format);
}

emb_picture *cli_shown_sheet(const emb_sheet *sheet, emb_format format) {
    if (on) show(emb_sheet_draw(sheet, EMB_PIXELS));
    return emb_sheet_draw(sheet, format);
}

/* Text in a field of so many columns, cut if it is longer. */
static void add_cut(cli_text *out, const char *text, int columns) {
    const char *at = cli_shown(text);
    const int wide = cli_columns(at), room = wide > columns ? columns - 1 : columns;
    int used = 0;
    for (; *at && used < room; used++) {
        size_t length = 1;
        while (((unsigned char)at[length] & 0xC0) == 0x80) length++;
        cli_text_bytes(out, at, length);
        at += length;
    }
    if (wide > columns) cli_text_add(out, "\u2026");
    cli_text_add(out, "%*s", columns - used - (wide > columns), "");
}

/* A line for each layer: its title, a bar as wide as it is, and its note. */
static void show_funnel(const emb_funnel *funnel) {
    enum { LEAST = 24, GAPS = 4 };
    int widest = 0, notes = 0;
    double most = funnel->size;
    cli_text out = {0};
    for (size_t i = 0; i < funnel->count; i++) {
        const int title = cli_columns(funnel->blocks[i].title),
                  note = cli_columns(funnel->blocks[i].note);
        if (title > widest) widest = title;
        if (note > notes) notes = note;
        if (funnel->blocks[i].size > most) most = funnel->blocks[i].size;
    }
    const int room = cli_terminal_columns(stderr) - 1 - notes - GAPS;
    const int bars = room / 3, titles = room - bars < widest ? room - bars : widest;
    if (room < LEAST) return;
    cli_text_add(&out, "%s\n", cli_shown(funnel->title));
    for (size_t i = 0; i < funnel->count; i++) {
        const emb_block *block = &funnel->blocks[i];
        const int bar = (int)ceil(bars * block->size / most);
        const int before = (bars - bar) / 2;
        add_cut(&out, block->title, titles);
        cli_text_add(&out, "%*s", before + 2, "");
        for (int k = 0; k < bar; k++) cli_text_add(&out, "\u2588");
        cli_text_add(&out, "%*s%s\n", bars - before - bar + 2, "", cli_shown(block->note));
    }
    cli_live_clear();
    fwrite(out.bytes, 1, out.length, stderr);
    cli_text_free(&out);
}

emb_picture *cli_shown_funnel(const emb_funnel *funnel, emb_format format) {
    if (on) show_funnel(funnel);
    return emb_funnel_draw(funnel, format);
}

emb_picture *cli_shown_transposed(const emb_transposed *transposed, emb_format format) {
    if (on) show(emb_transposed_draw(transposed, EMB_PIXELS));
    return emb_transposed_draw(transposed, format);
}
