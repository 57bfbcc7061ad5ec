/* A drawn page in the terminal: its pixels as cells, and its texts as the terminal's own letters,
 * which are larger than the page's: those that do not fit are cut or left out. */
#include <embudo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/blocks.h"
#include "core/message.h"
#include "core/preview.h"
#include "core/terminal.h"

enum { LEAST_ROOM = 20, MOST_LETTERS = 512, MORE = 0x2026 /* ... */ };

/* Cells with what is written on them. */
typedef struct sheet {
    cli_blocks blocks;
    uint32_t *letters;
    double wide; /* pixels of a cell; it is twice as high */
} sheet;

/* Unicode's numbers of a valid UTF-8 text; at most MOST_LETTERS. */
static int letters_of(const char *text, uint32_t letters[MOST_LETTERS]) {
    int count = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at && count < MOST_LETTERS;) {
        const int more = *at >= 0xF0 ? 3 : *at >= 0xE0 ? 2 : *at >= 0xC0 ? 1 : 0;
        uint32_t letter = more == 0 ? *at : *at & (0x3Fu >> more);
        at++;
        for (int i = 0; i < more && *at; i++) letter = letter << 6 | (*at++ & 0x3F);
        letters[count++] = letter;
    }
    return count;
}

/* Cuts what is longer than its room. */
static int cut(uint32_t *letters, int count, int room) {
    if (count <= room) return count;
    letters[room - 1] = MORE;
    return room;
}

static bool is_free(const sheet *s, int row, int from, int to) {
    for (int x = from < 0 ? 0 : from; x < to && x < s->blocks.columns; x++) {
        if (s->letters[row * s->blocks.columns + x] > 0) return false;
    }
    return true;
}

static int within(int x, int least, int most) { return x < least ? least : x > most ? most : x; }

/* A little to the side if its place is taken; left out if that is, too. */
static void write_across(sheet *s, const emb_page_text *text, int top) {
    static const int aside[] = {0, 1, -1, 2, -2};
    const int columns = s->blocks.columns;
    uint32_t letters[MOST_LETTERS];
    const int count = cut(letters, letters_of(text->text, letters), columns);
    const double share = text->align == EMB_ALIGN_LEFT     ? 0
                         : text->align == EMB_ALIGN_CENTRE ? 0.5
                                                           : 1;
    const int first = within((int)lround(text->x / s->wide - share * count), 0, columns - count);
    const int row = within((int)((text->y - top) / (2 * s->wide)), 0, s->blocks.rows - 1);
    for (size_t i = 0; i < sizeof aside / sizeof *aside; i++) {
        const int from = within(first + aside[i], 0, columns - count);
        if (!is_free(s, row, from - 1, from + count + 1)) continue;
        for (int k = 0; k < count; k++) s->letters[row * columns + from + k] = letters[k];
        return;
    }
}

/* Nothing is drawn or written on these cells. */
static bool is_blank(const sheet *s, int row, int count) {
    const cli_blocks *b = &s->blocks;
    const int high = b->height * (row + 1) / b->rows, wide = b->width * count / b->columns;
    for (int y = b->height * row / b->rows; y < high; y++) {
        for (int x = 0; x < wide; x++) {
            for (int c = 0; c < 3; c++) {
                if (b->rgb[((size_t)y * (size_t)b->width + (size_t)x) * 3 + (size_t)c] != 0xFF) {
                    return false;
                }
            }
        }
    }
    return is_free(s, row, 0, count);
}

/* What is written upwards beside an axis stands across, in the first blank row above its middle. */
static void write_upright(sheet *s, const emb_page_text *text) {
    uint32_t letters[MOST_LETTERS];
    const int count = cut(letters, letters_of(text->text, letters), s->blocks.columns - 1);
    int row = within((int)(text->y / (2 * s->wide)), 0, s->blocks.rows - 1);
    while (row >= 0 && !is_blank(s, row, count + 2)) row--;
    for (int k = 0; k < count && row >= 0; k++) {
        s->letters[row * s->blocks.columns + 1 + k] = letters[k];
    }
}

/* Without colours paper is blank and ink is not, whatever its colour: grey would be rounded away.
 * To be freed. */
static uint8_t *ink_of(const uint8_t *rgb, size_t pixels) {
    uint8_t *ink = cli_alloc(3 * pixels);
    for (size_t i = 0; i < 3 * pixels; i += 3) {
        uint8_t least = rgb[i];
        for (size_t c = 1; c < 3; c++) least = rgb[i + c] < least ? rgb[i + c] : least;
        for (size_t c = 0; c < 3; c++) ink[i + c] = (uint8_t)(255 - least);
    }
    return ink;
}

void cli_preview_page(const emb_page *page) {
    const int room = cli_terminal_columns(stderr) - 1;
    if (room < LEAST_ROOM || page->width < 1 || page->height < 1) return;
    /* Half a row less above: a line of letters and what stands beside it are then in one row. */
    const int top = page->height > 2 * CLI_PREVIEW_CELL ? CLI_PREVIEW_CELL : 0;
    sheet s = {.wide = fmax(CLI_PREVIEW_CELL, page->width / (double)room),
               .blocks = {.rgb = page->rgb + (size_t)top * (size_t)page->width * 3,
                          .width = page->width,
                          .height = page->height - top}};
    s.blocks.columns = within((int)ceil(page->width / s.wide - 1e-9), 1, room);
    s.blocks.rows = (int)fmax(1, round(s.blocks.height / (2 * s.wide)));
    const size_t cells = (size_t)s.blocks.columns * (size_t)s.blocks.rows;
    s.letters = cli_alloc(cells * sizeof *s.letters);
    for (size_t i = 0; i < cells; i++) s.letters[i] = 0;
    s.blocks.letters = s.letters;
    for (size_t i = 0; i < page->text_count; i++) {
        if (!page->texts[i].upright) write_across(&s, &page->texts[i], top);
    }
    for (size_t i = 0; i < page->text_count; i++) {
        if (page->texts[i].upright) write_upright(&s, &page->texts[i]);
    }
    cli_text out = {0};
    uint8_t *ink = NULL;
    if (cli_terminal_colours() == CLI_COLOURS_NONE) {
        ink = ink_of(s.blocks.rgb, (size_t)s.blocks.width * (size_t)s.blocks.height);
        s.blocks.rgb = ink;
    }
    cli_blocks_draw(&s.blocks, &out);
    cli_live_clear();
    fwrite(out.bytes, 1, out.length, stderr);
    cli_text_free(&out);
    free(s.letters);
    free(ink);
}
