/* A drawing of how a transposed convolution makes a larger image, for a small case.
 *
 * It is a convolution with stride 1 over the input spread out: stride - 1 zeros between neighbours,
 * and dilation (kernel - 1) rows of zeros around all. `padding` cuts rows off each side of the
 * result; `output_padding` gives rows back, or adds them, below and on the right. Places on the
 * spread grid are counted from the input's first number. */
#include <math.h>
#include <stdio.h>

#include "base/entry.h"
#include "base/memory.h"
#include "draw/style.h"

enum { CELL = 30, PANEL_GAP = 56, KEY = 16, MOST = 24, LINE = 20 };

static const uint32_t value_rgb = 0x9CC4E0, zero_rgb = 0xFFFFFF, cut_rgb = 0xE4E4E4,
                      extra_rgb = 0xF5C77E, taps_rgb = 0xD55E00, out_rgb = 0xBFE3D0;

/* One direction, rows or columns. */
typedef struct span {
    int input, stride, dilation, kernel;
    int first, last; /* places of the spread grid that are drawn */
    int from, to;    /* ... that remain after padding, output_padding's included */
    int extra;       /* ... the first of those that output_padding adds */
    int output;      /* numbers that come out */
    int shown;       /* the output that the drawn kernel makes */
} span;

static emb_status span_of(const emb_transposed *t, int side, span *s) {
    const int around = t->dilation[side] * (t->kernel[side] - 1);
    const int end = (t->size[side] - 1) * t->stride[side] + around;
    s->input = t->size[side];
    s->stride = t->stride[side];
    s->dilation = t->dilation[side];
    s->kernel = t->kernel[side];
    s->from = t->padding[side] - around;
    s->extra = end - t->padding[side] + 1;
    s->to = s->extra - 1 + t->output_padding[side];
    s->first = s->from < -around ? s->from : -around;
    s->last = s->to > end ? s->to : end;
    s->output = s->to - s->from + 1 - around;
    s->shown = s->output > 1 ? 1 : 0;
    if (s->output >= 1 && s->last - s->first < MOST) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "an input of %d, spread out to %d, for an output of %d: expected an output of "
                     "at least 1 and no more than %d places, for a drawing that can be read",
                     s->input, s->last - s->first + 1, s->output, MOST);
}

static emb_status check(const emb_transposed *t, span spans[2]) {
    for (int side = 0; side < 2; side++) {
        const int *least_1[] = {t->size, t->kernel, t->stride, t->dilation};
        for (int i = 0; i < 4; i++) {
            if (least_1[i][side] >= 1 && least_1[i][side] <= MOST) continue;
            return emb__fail(EMB_ERR_ARGUMENT,
                             "size, kernel, stride and dilation of a drawing are 1 to %d, got %d",
                             MOST, least_1[i][side]);
        }
        if (t->padding[side] < 0 || t->padding[side] > MOST || t->output_padding[side] < 0 ||
            t->output_padding[side] > MOST) {
            return emb__fail(EMB_ERR_ARGUMENT, "padding of a drawing is 0 to %d", MOST);
        }
        emb_status status = span_of(t, side, &spans[side]);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

/* ---- the grids ---- */

static void draw_cell(emb__canvas *canvas, double x, double y, uint32_t rgb, const char *text) {
    emb__canvas_box(canvas, x, y, CELL, CELL, emb__fill(rgb));
    emb__canvas_box(canvas, x + 0.5, y + 0.5, CELL, CELL, emb__stroke(EMB__FRAME, 1));
    emb__canvas_text(canvas, x + CELL / 2.0, y + CELL / 2.0 + EMB__SMALL * 0.36,
                     (emb__letters){.size = EMB__SMALL,
                                    .rgb = rgb == cut_rgb ? EMB__FRAME : EMB__DARK,
                                    .align = EMB__CENTRE},
                     text);
}

/* The input's number at a place of the spread grid, as "a", "b", ...; false if there is none. */
static bool value_at(const span s[2], int row, int column, char text[8]) {
    const int at[2] = {row, column};
    for (int side = 0; side < 2; side++) {
        if (at[side] < 0 || at[side] % s[side].stride != 0 ||
            at[side] / s[side].stride >= s[side].input) {
            return false;
        }
    }
    const int i = row / s[0].stride * s[1].input + column / s[1].stride;
    snprintf(text, 8, "%c", 'a' + i % 26);
    return true;
}

static bool is_cut(const span s[2], int row, int column) {
    return row < s[0].from || row > s[0].to || column < s[1].from || column > s[1].to;
}

static bool is_extra(const span s[2], int row, int column) {
    return row >= s[0].extra || column >= s[1].extra;
}

static void draw_input(const span s[2], double left, double top, emb__canvas *canvas) {
    char text[8];
    for (int row = 0; row < s[0].input; row++) {
        for (int column = 0; column < s[1].input; column++) {
            (void)value_at(s, row * s[0].stride, column * s[1].stride, text);
            draw_cell(canvas, left + CELL * column, top + CELL * row, value_rgb, text);
        }
    }
}

static void draw_spread(const span s[2], double left, double top, emb__canvas *canvas) {
    char text[8];
    for (int row = s[0].first; row <= s[0].last; row++) {
        for (int column = s[1].first; column <= s[1].last; column++) {
            const bool value = value_at(s, row, column, text);
            const bool cut = is_cut(s, row, column);
            const uint32_t rgb = cut                        ? cut_rgb
                                 : value                    ? value_rgb
                                 : is_extra(s, row, column) ? extra_rgb
                                                            : zero_rgb;
            draw_cell(canvas, left + CELL * (column - s[1].first), top + CELL * (row - s[0].first),
                      rgb, value ? text : "0");
        }
    }
    /* The kernel's taps, and a frame around the places that remain after padding. */
    const int row = s[0].from + s[0].shown, column = s[1].from + s[1].shown;
    for (int i = 0; i < s[0].kernel * s[1].kernel; i++) {
        const int y = row + i / s[1].kernel * s[0].dilation - s[0].first;
        const int x = column + i % s[1].kernel * s[1].dilation - s[1].first;
        emb__canvas_box(canvas, left + CELL * x + 3, top + CELL * y + 3, CELL - 5, CELL - 5,
                        emb__stroke(taps_rgb, 2.5));
    }
    emb__canvas_box(canvas, left + CELL * (s[1].from - s[1].first) + 0.5,
                    top + CELL * (s[0].from - s[0].first) + 0.5, CELL * (s[1].to - s[1].from + 1),
                    CELL * (s[0].to - s[0].from + 1), emb__stroke(EMB__DARK, 2));
}

static void draw_output(const span s[2], const int output_padding[2], double left, double top,
                        emb__canvas *canvas) {
    for (int row = 0; row < s[0].output; row++) {
        for (int column = 0; column < s[1].output; column++) {
            const bool extra =
                row >= s[0].output - output_padding[0] || column >= s[1].output - output_padding[1];
            draw_cell(canvas, left + CELL * column, top + CELL * row, extra ? extra_rgb : out_rgb,
                      "");
        }
    }
    emb__canvas_box(canvas, left + CELL * s[1].shown + 3, top + CELL * s[0].shown + 3, CELL - 5,
                    CELL - 5, emb__stroke(taps_rgb, 2.5));
}

/* ---- the page ---- */

static void draw_arrow(emb__canvas *canvas, double x, double y) {
    const double head[] = {x + 22, y, x + 12, y - 6, x + 12, y + 6};
    emb__canvas_line(canvas, x - 22, y, x + 14, y, emb__stroke(EMB__GREY, 2));
    emb__canvas_path(canvas, head, 3, true, emb__fill(EMB__GREY));
}

/* The legend below the grids, one line; returns the x of its end. */
static double draw_keys(const emb_transposed *t, double x, double y, bool draw,
                        emb__canvas *canvas) {
    const struct {
        const char *text;
        uint32_t rgb;
        bool ring;
    } keys[] = {{t->value, value_rgb, false},
                {t->zero, zero_rgb, false},
                {t->cut, cut_rgb, false},
                {t->extra, extra_rgb, false},
                {t->taps, taps_rgb, true}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!keys[i].text) continue;
        if (draw) {
            emb__canvas_box(canvas, x + 0.5, y + 0.5, KEY, KEY,
                            keys[i].ring ? emb__stroke(taps_rgb, 2.5) : emb__fill(keys[i].rgb));
            if (!keys[i].ring) {
                emb__canvas_box(canvas, x + 0.5, y + 0.5, KEY, KEY, emb__stroke(EMB__FRAME, 1));
            }
            emb__canvas_text(canvas, x + KEY + 7, y + KEY / 2.0 + EMB__SMALL * 0.36,
                             (emb__letters){.size = EMB__SMALL, .rgb = EMB__DARK}, keys[i].text);
        }
        x += KEY + 7 + emb__canvas_text_width(canvas, keys[i].text, EMB__SMALL) + 20;
    }
    return x - 20;
}

static emb_status draw(const emb_transposed *t, const span s[2], emb__canvas *canvas) {
    const char *const captions[] = {t->input, t->spread, t->output};
    const int rows[] = {s[0].input, s[0].last - s[0].first + 1, s[0].output};
    const int columns[] = {s[1].input, s[1].last - s[1].first + 1, s[1].output};
    double left[3] = {0}, x = EMB__MARGIN, tall = 0, widths[3] = {0};
    for (int i = 0; i < 3; i++) {
        widths[i] =
            fmax(CELL * columns[i], emb__canvas_widest(canvas, &captions[i], 1, EMB__SMALL));
        left[i] = x + (widths[i] - CELL * columns[i]) / 2;
        x += widths[i] + (i < 2 ? PANEL_GAP : 0);
        tall = fmax(tall, CELL * rows[i]);
    }
    const double top = EMB__MARGIN + (t->title ? EMB__TITLE + EMB__SPACE : 0);
    const double caption = top + tall + 8 + EMB__SMALL, keys = caption + 18;
    const double words = fmax(draw_keys(t, EMB__MARGIN, keys, false, canvas),
                              EMB__MARGIN + emb__canvas_widest(canvas, &t->title, 1, EMB__TITLE));
    emb_status status =
        emb__canvas_open(canvas, fmax(x, words) + EMB__MARGIN, keys + KEY + EMB__MARGIN);
    if (status != EMB_OK) return status;
    emb__canvas_text(canvas, EMB__MARGIN, EMB__MARGIN + EMB__TITLE * 0.85,
                     (emb__letters){.size = EMB__TITLE, .rgb = EMB__DARK}, t->title);
    double tops[3] = {0};
    for (int i = 0; i < 3; i++) {
        tops[i] = floor(top + (tall - CELL * rows[i]) / 2);
        left[i] = floor(left[i]);
        emb__canvas_text(canvas, left[i] + CELL * columns[i] / 2.0, caption,
                         (emb__letters){.size = EMB__SMALL, .rgb = EMB__DARK, .align = EMB__CENTRE},
                         captions[i]);
        if (i == 0) continue;
        const double end = left[i - 1] + CELL * columns[i - 1];
        draw_arrow(canvas, (end + left[i]) / 2, top + tall / 2);
    }
    draw_input(s, left[0], tops[0], canvas);
    draw_spread(s, left[1], tops[1], canvas);
    draw_output(s, t->output_padding, left[2], tops[2], canvas);
    (void)draw_keys(t, EMB__MARGIN, keys, true, canvas);
    return EMB_OK;
}

emb_picture *emb_transposed_draw(const emb_transposed *transposed, emb_format format) {
    EMB__ENTER;
    span spans[2] = {{.stride = 1}, {.stride = 1}};
    if (check(transposed, spans) != EMB_OK) return NULL;
    emb__canvas *canvas = emb__canvas_new(format);
    return canvas ? emb__canvas_finish(canvas, draw(transposed, spans, canvas)) : NULL;
}
