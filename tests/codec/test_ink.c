/* codec/ink.h: a drawing's ink, found on its paper and laid out as MNIST's makers did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "codec/ink.h"

enum { SIDE = 28, INNER = 20, MOST = 240 };

/* A sheet, grey or with the ink in one channel alone. */
static uint8_t pixels[3 * MOST * MOST];

typedef struct paper {
    int height, width;
    int paper, ink; /* their luma */
    int shade;      /* how much darker the right side is */
    int lines;      /* every so many pixels a printed line, both ways; 0: none */
    int noise;      /* each pixel differs by as much at most */
    int shadow;     /* from this column on all is half as light; 0: none */
    int table;      /* so many pixels along the border are dark; 0: none */
    bool blue;      /* the ink has its luma in red alone: it is visible in this channel */
} paper;

/* A five in a box of 12 x 20 cells: its upper stroke does not touch the others. */
static bool five(int y, int x) {
    return (y < 3 && x >= 3) || (y >= 4 && y < 11 && x < 3) || (y >= 8 && y < 11) ||
           (y >= 8 && x >= 9) || y >= 17;
}

/* A bar, and a frame. */
static bool bar(int y, int x) { return y >= 0 && x >= 4 && x < 8; }
static bool frame(int y, int x) { return y < 3 || y >= 17 || x < 3 || x >= 9; }

typedef bool (*shape)(int y, int x);

/* Draws it with its corner at (top, left), each cell `cell` pixels wide. */
static emb__sheet draw(const paper *p, shape ink, int top, int left, int cell) {
    emb__random random;
    emb__random_seed(&random, 5);
    const size_t plane = (size_t)p->height * (size_t)p->width;
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            const int row = (y - top) / cell, column = (x - left) / cell;
            const bool inked = y >= top && x >= left && row < 20 && column < 12 && ink(row, column);
            int ground = p->paper;
            if (p->lines && (y % p->lines == 0 || x % p->lines == 0)) ground = ground * 4 / 5;
            int value[3];
            for (int c = 0; c < 3; c++) {
                value[c] = inked && (!p->blue || c == 0) ? p->ink : ground;
                value[c] -= p->shade * x / p->width;
                if (p->shadow && x >= p->shadow) value[c] /= 2;
                const int t = p->table;
                if (y < t || x < t || y >= p->height - t || x >= p->width - t) value[c] = 30;
                if (p->noise) {
                    value[c] += (int)(emb__random_next32(&random) % (uint32_t)(2 * p->noise + 1)) -
                                p->noise;
                }
                value[c] = value[c] < 0 ? 0 : value[c] > 255 ? 255 : value[c];
                pixels[(size_t)c * plane + (size_t)y * (size_t)p->width + (size_t)x] =
                    (uint8_t)value[c];
            }
        }
    }
    return (emb__sheet){3, p->height, p->width, pixels};
}

static void lay(const emb__sheet *sheet, uint8_t out[SIDE * SIDE]) {
    memset(out, 77, SIDE * SIDE);
    if (emb__ink_lay(sheet, SIDE, SIDE, out) != EMB_OK) fail_msg("%s", emb_error());
    assert_true(emb__ink_laid(out, SIDE, SIDE));
}

/* A picture without noise: edges lie where they were drawn, so the cells come back exactly. */
static void test_exact(void **state) {
    (void)state;
    static const paper plain[] = {{.height = 200, .width = 160, .paper = 240, .ink = 20},
                                  {.height = 200, .width = 160, .paper = 20, .ink = 240}};
    uint8_t out[SIDE * SIDE];
    for (size_t i = 0; i < 2; i++) {
        const emb__sheet sheet = draw(&plain[i], bar, 50, 30, 5);
        lay(&sheet, out);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                const bool inside = y >= 5 && y < 23 && x >= 13 && x < 15;
                const bool outside = y < 4 || y >= 24 || x < 12 || x >= 16;
                const int here = out[y * SIDE + x];
                if (inside && here != 255) fail_msg("row %d, column %d is %d", y, x, here);
                if (outside && here != 0) fail_msg("row %d, column %d is %d", y, x, here);
            }
        }
    }
}

/* Shares of ink that differ, in thousandths of the ink. */
static int difference(const uint8_t *a, const uint8_t *b) {
    int off = 0, all = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
        off += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
        all += b[i];
    }
    return 1000 * off / all;
}

static const struct {
    paper on;
    int top, left, cell;
} places[] = {
    {{220, 200, 240, 20, 0, 0, 0, 0, 0, false}, 60, 60, 5},
    {{220, 200, 240, 20, 0, 0, 0, 0, 0, false}, 8, 100, 5},
    {{220, 200, 240, 20, 0, 0, 0, 0, 0, false}, 100, 9, 4},
    {{220, 200, 30, 210, 0, 0, 0, 0, 0, false}, 60, 60, 5},   /* a board */
    {{220, 200, 240, 60, 120, 0, 0, 0, 0, false}, 60, 60, 5}, /* shaded */
    {{220, 200, 230, 30, 0, 13, 8, 0, 0, false}, 60, 60, 5},  /* squared and noisy */
    {{220, 200, 240, 20, 0, 0, 6, 90, 0, false}, 60, 60, 5},  /* a sharp shadow across it */
    {{220, 200, 240, 20, 0, 0, 6, 0, 25, false}, 60, 60, 5},  /* a sheet on a table */
    {{220, 200, 240, 20, 0, 0, 0, 0, 0, true}, 60, 60, 5},    /* ink of one colour */
    {{240, 240, 235, 30, 0, 0, 4, 0, 0, false}, 150, 30, 3},  /* small, in a corner */
};

static void test_anywhere(void **state) {
    (void)state;
    static const shape shapes[] = {five, bar, frame};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        uint8_t first[SIDE * SIDE], out[SIDE * SIDE];
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            const emb__sheet sheet =
                draw(&places[i].on, shapes[s], places[i].top, places[i].left, places[i].cell);
            lay(&sheet, i == 0 ? first : out);
            const int off = i == 0 ? 0 : difference(out, first);
            if (off > 150) fail_msg("shape %zu, place %zu: %d thousandths", s, i, off);
        }
    }
}

/* What has no ink says so. */
static void test_blank(void **state) {
    (void)state;
    static const paper blanks[] = {
        {.height = 100, .width = 80, .paper = 240, .ink = 240},
        {.height = 100, .width = 80, .paper = 0, .ink = 0},
        {.height = 200, .width = 200, .paper = 220, .ink = 220, .shade = 180},
        {.height = 200, .width = 200, .paper = 220, .ink = 220, .noise = 25},
        {.height = 1, .width = 1, .paper = 220, .ink = 220},
        {.height = 1, .width = 200, .paper = 220, .ink = 220},
    };
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        uint8_t out[SIDE * SIDE];
        const emb__sheet sheet = draw(&blanks[i], five, 0, 0, 1);
        const emb_status status = emb__ink_lay(&sheet, SIDE, SIDE, out);
        if (status != EMB_ERR_FORMAT) fail_msg("blank %zu: %d", i, status);
        assert_non_null(strstr(emb_error(), "there is no ink that stands out from its paper"));
    }
}

/* Of the wanted size and light on dark: it stays, wherever it lies. */
static void test_stays(void **state) {
    (void)state;
    uint8_t image[SIDE * SIDE] = {0}, out[SIDE * SIDE];
    for (int i = 0; i < 200; i++) image[3 * SIDE + i] = (uint8_t)(i + 50);
    const emb__sheet sheet = {1, SIDE, SIDE, image};
    assert_int_equal(emb__ink_lay(&sheet, SIDE, SIDE, out), EMB_OK);
    assert_memory_equal(out, image, sizeof out);
    assert_false(emb__ink_laid(image, SIDE, SIDE));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exact),
                                       cmocka_unit_test(test_anywhere),
                                       cmocka_unit_test(test_blank), cmocka_unit_test(test_stays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
