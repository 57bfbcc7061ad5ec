/* A confusion matrix: counts in cells, coloured by their share of the row. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/axes.h"
#include "draw/number_signs.h"

enum {
    MOST = 64,
    LEAST_CELL = 30,
    MOST_SIDE = 1200, /* of the grid; names that would make it wider stand upright below it */
    SCALE_WIDTH = 16,
    SCALE_GAP = 28,
    PADDING = 12
};

/* Where everything stands. */
typedef struct layout {
    double cell, left, top, side; /* of the grid */
    double scale_left;            /* of the colours' scale */
    double names;                 /* the height of the columns' */
    double width, height;         /* of the page */
    bool upright;                 /* the columns' names */
} layout;

static void count_text(const emb_matrix *matrix, size_t i, char text[32]) {
    snprintf(text, 32, "%" PRIu32, matrix->counts[i]);
    emb__number_signs(text, 32);
}

static double row_sum(const emb_matrix *matrix, size_t row) {
    const size_t classes = (size_t)matrix->classes;
    double sum = 0;
    for (size_t i = 0; i < classes; i++) sum += (double)matrix->counts[row * classes + i];
    return sum;
}

/* The colour is by the root of the share, so that one wrong in a hundred can be seen beside
 * ninety-nine right. */
static uint32_t ground(double share, uint32_t *letters) {
    return emb__colour_ground(sqrt(share), letters);
}

static layout lay_out(const emb_matrix *matrix, const emb__names *names, emb__canvas *canvas) {
    const size_t classes = (size_t)matrix->classes;
    char text[32];
    const double widest = emb__canvas_widest(canvas, names->at, classes, EMB__SMALL);
    double cell = 0;
    for (size_t i = 0; i < classes * classes; i++) {
        count_text(matrix, i, text);
        cell = fmax(cell, emb__canvas_text_width(canvas, text, EMB__SMALL));
    }
    const bool upright = (widest + PADDING) * (double)classes > MOST_SIDE;
    if (!upright) cell = fmax(cell, widest);
    layout at = {.cell = fmax(LEAST_CELL, ceil(cell) + PADDING),
                 .upright = upright,
                 .names = upright ? widest : EMB__SMALL};
    if (classes <= 12) at.cell = fmax(at.cell, 46);
    at.left = EMB__MARGIN + (matrix->row_title ? EMB__LABEL + EMB__SPACE : 0) + widest + 8;
    at.top = EMB__MARGIN + (matrix->title ? EMB__TITLE + EMB__SPACE : 0);
    at.side = at.cell * (double)classes;
    at.scale_left = at.left + at.side + SCALE_GAP;
    at.width = at.scale_left + SCALE_WIDTH + 50 + (matrix->share_title ? EMB__LABEL + 12 : 0) +
               EMB__MARGIN;
    const double title =
        matrix->title ? emb__canvas_text_width(canvas, matrix->title, EMB__TITLE) : 0;
    at.width = fmax(at.width, at.left + title + EMB__MARGIN);
    at.height = at.top + at.side + 8 + at.names +
                (matrix->column_title ? EMB__SPACE + EMB__LABEL : 0) + EMB__MARGIN;
    return at;
}

static void draw_cells(const emb_matrix *matrix, const layout *at, emb__canvas *canvas) {
    const size_t classes = (size_t)matrix->classes;
    char text[32];
    for (size_t i = 0; i < classes * classes; i++) {
        const size_t row = i / classes, column = i % classes;
        const double x = at->left + at->cell * (double)column;
        const double y = at->top + at->cell * (double)row;
        const double sum = row_sum(matrix, row);
        uint32_t letters;
        const uint32_t rgb = ground(sum > 0 ? (double)matrix->counts[i] / sum : 0, &letters);
        emb__canvas_box(canvas, x, y, at->cell, at->cell, emb__fill(rgb));
        emb__canvas_box(canvas, x + 0.5, y + 0.5, at->cell, at->cell, emb__stroke(EMB__PALE, 1));
        if (matrix->counts[i] == 0) letters = EMB__FRAME;
        count_text(matrix, i, text);
        emb__canvas_text(canvas, x + at->cell / 2, y + at->cell / 2 + EMB__SMALL * 0.36,
                         (emb__letters){.size = EMB__SMALL, .rgb = letters, .align = EMB__CENTRE},
                         text);
    }
}

static void draw_names(const emb_matrix *matrix, const emb__names *names, const layout *at,
                       emb__canvas *canvas) {
    const emb__letters above = {.size = EMB__TITLE, .rgb = EMB__DARK};
    emb__letters letters = {.size = EMB__SMALL, .rgb = EMB__DARK, .align = EMB__CENTRE};
    const double bottom = at->top + at->side, half = at->cell / 2;
    for (int i = 0; i < matrix->classes; i++) {
        letters.align = at->upright ? EMB__RIGHT : EMB__CENTRE;
        letters.upright = at->upright;
        emb__canvas_text(canvas,
                         at->left + at->cell * i + half + (at->upright ? EMB__SMALL * 0.36 : 0),
                         bottom + 8 + (at->upright ? 0 : EMB__SMALL * 0.8), letters, names->at[i]);
        letters.align = EMB__RIGHT;
        letters.upright = false;
        emb__canvas_text(canvas, at->left - 8, at->top + at->cell * i + half + EMB__SMALL * 0.36,
                         letters, names->at[i]);
    }
    emb__canvas_text(canvas, at->left, EMB__MARGIN + EMB__TITLE * 0.85, above, matrix->title);
    letters = (emb__letters){.size = EMB__LABEL, .rgb = EMB__DARK, .align = EMB__CENTRE};
    emb__canvas_text(canvas, at->left + at->side / 2, at->height - EMB__MARGIN, letters,
                     matrix->column_title);
    letters.upright = true;
    emb__canvas_text(canvas, EMB__MARGIN + EMB__LABEL * 0.8, at->top + at->side / 2, letters,
                     matrix->row_title);
    emb__canvas_text(canvas, at->scale_left + SCALE_WIDTH + 50 + EMB__LABEL, at->top + at->side / 2,
                     letters, matrix->share_title);
}

/* The colour scale, from none at the bottom to all at the top, as the cells use it. */
static void draw_scale(const layout *at, emb__canvas *canvas) {
    enum { STEPS = 64 };
    static const double marks[] = {0, 0.01, 0.05, 0.2, 0.5, 1};
    uint32_t pixels[STEPS], letters;
    for (int i = 0; i < STEPS; i++) {
        pixels[i] = emb__colour_ground(1 - (i + 0.5) / STEPS, &letters);
    }
    emb__canvas_image(canvas, at->scale_left, at->top, SCALE_WIDTH, at->side, pixels, 1, STEPS);
    emb__canvas_box(canvas, at->scale_left + 0.5, at->top + 0.5, SCALE_WIDTH, at->side,
                    emb__stroke(EMB__FRAME, 1));
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        char text[16];
        snprintf(text, sizeof text, "%.0f %%", 100 * marks[i]);
        emb__canvas_text(canvas, at->scale_left + SCALE_WIDTH + 6,
                         at->top + at->side * (1 - sqrt(marks[i])) + EMB__TINY * 0.36,
                         (emb__letters){.size = EMB__TINY, .rgb = EMB__DARK}, text);
    }
}

static emb_status draw(const emb_matrix *matrix, emb__canvas *canvas) {
    emb__names names;
    emb__names_set(&names, matrix->names, matrix->classes);
    const layout at = lay_out(matrix, &names, canvas);
    emb_status status = emb__canvas_open(canvas, at.width, at.height);
    if (status != EMB_OK) return status;
    draw_cells(matrix, &at, canvas);
    draw_names(matrix, &names, &at, canvas);
    draw_scale(&at, canvas);
    return EMB_OK;
}

emb_picture *emb_matrix_draw(const emb_matrix *matrix, emb_format format) {
    EMB__ENTER;
    if (matrix->classes < 1 || matrix->classes > MOST) {
        emb__fail(EMB_ERR_ARGUMENT, "a matrix of %d classes: expected 1 to %d", matrix->classes,
                  MOST);
        return NULL;
    }
    emb__canvas *canvas = emb__canvas_new(format);
    return canvas ? emb__canvas_finish(canvas, draw(matrix, canvas)) : NULL;
}
