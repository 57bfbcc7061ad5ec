/* See ink_light.h. The lightest pixels around each, and of these the darkest around each: what is
 * darker than its surroundings and narrower than the window goes, and an edge between two wide
 * areas stays where it is. That is done in cells of some pixels, for it takes a wide window. */
#include "codec/ink_light.h"

enum { CELL = 4, WINDOWS = 7 /* in the shorter side, to each side of a pixel */, PAPER = 235 };

typedef struct grid {
    int height, width;
    uint8_t *cells, *spare;
} grid;

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

/* The lightest pixel of each cell. */
static void gather(const grid *g, const uint8_t *grey, int height, int width) {
    for (int y = 0; y < g->height; y++) {
        for (int x = 0; x < g->width; x++) {
            int lightest = 0;
            for (int i = y * CELL; i < least((y + 1) * CELL, height); i++) {
                for (int j = x * CELL; j < least((x + 1) * CELL, width); j++) {
                    lightest = most(lightest, grey[(size_t)i * (size_t)width + (size_t)j]);
                }
            }
            g->cells[(size_t)y * (size_t)g->width + (size_t)x] = (uint8_t)lightest;
        }
    }
}

/* The lightest (darkest) of `count` cells, `step` apart, within `reach` of each. */
static void sweep(const uint8_t *from, uint8_t *to, int count, size_t step, int reach, bool light) {
    for (int i = 0; i < count; i++) {
        int found = light ? 0 : 255;
        for (int k = most(0, i - reach); k <= least(count - 1, i + reach); k++) {
            const int here = from[(size_t)k * step];
            found = light ? most(found, here) : least(found, here);
        }
        to[(size_t)i * step] = (uint8_t)found;
    }
}

static void spread(const grid *g, int reach, bool light) {
    const size_t width = (size_t)g->width;
    for (size_t y = 0; y < (size_t)g->height; y++) {
        sweep(g->cells + y * width, g->spare + y * width, g->width, 1, reach, light);
    }
    for (size_t x = 0; x < width; x++) {
        sweep(g->spare + x, g->cells + x, g->height, width, reach, light);
    }
}

static void invert(uint8_t *grey, size_t count) {
    for (size_t i = 0; i < count; i++) grey[i] = (uint8_t)(255 - grey[i]);
}

static void divide(const grid *g, uint8_t *grey, int height, int width) {
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint8_t *here = &grey[(size_t)y * (size_t)width + (size_t)x];
            const int paper = g->cells[(size_t)(y / CELL) * (size_t)g->width + (size_t)(x / CELL)];
            const int even = paper > 0 ? (*here * PAPER + paper / 2) / paper : PAPER;
            *here = (uint8_t)least(even, 255);
        }
    }
}

emb_status emb__ink_even_light(uint8_t *grey, int height, int width, bool light) {
    grid g = {.height = (height + CELL - 1) / CELL, .width = (width + CELL - 1) / CELL};
    const size_t cells = (size_t)g.height * (size_t)g.width;
    const size_t count = (size_t)height * (size_t)width;
    g.cells = emb__alloc(cells);
    g.spare = emb__alloc(cells);
    const bool good = g.cells && g.spare;
    if (good) {
        const int reach = least(g.height, g.width) / WINDOWS + 1;
        if (!light) invert(grey, count);
        gather(&g, grey, height, width);
        spread(&g, reach, true);
        spread(&g, reach + 1, false); /* one more: cells on an edge have the lighter side */
        divide(&g, grey, height, width);
        if (!light) invert(grey, count);
    }
    emb__free(g.cells);
    emb__free(g.spare);
    return good ? EMB_OK : EMB_ERR_MEMORY;
}
