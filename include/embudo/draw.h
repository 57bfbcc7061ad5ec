/* embudo/draw.h: numbers as pictures: charts, planes of codes, grids of images, animations, each as
 * PNG, SVG or PDF in memory; and what TensorBoard shows.
 *
 *     emb_picture *picture = emb_chart_draw(&chart, EMB_SVG);
 *     emb_status saved = emb_picture_save(picture, "loss.svg");
 *     emb_picture_free(picture);
 */
#ifndef EMBUDO_DRAW_H
#define EMBUDO_DRAW_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls that draw a picture give it encoded in memory, to be saved or put into something larger.
 * The same numbers give the same bytes. Texts are UTF-8. Each constructor gives NULL on failure:
 * EMB_ERR_MISSING in a build without cairo, EMB_ERR_ARGUMENT for a format that it cannot make. */
typedef struct emb_picture emb_picture;

typedef enum emb_format {
    EMB_PNG,
    EMB_SVG, /* text is text */
    EMB_PDF,
    EMB_GIF, /* of animations, as is the next */
    EMB_APNG,
    EMB_PIXELS /* of no file: for who shows a still picture by himself, see emb_picture_page */
} emb_format;

/* The format that a file's ending stands for. The text of a failure lists the formats. */
EMB_API emb_status emb_format_of(const char *path, emb_format *format);

/* The file's content. Borrowed from the picture. */
EMB_API const uint8_t *emb_picture_bytes(const emb_picture *picture, size_t *count);
/* emb_file_write. A NULL picture, from a constructor that failed, gives its failure again. */
EMB_API emb_status emb_picture_save(const emb_picture *picture, const char *path);
EMB_API void emb_picture_free(emb_picture *picture);

/* A picture made as EMB_PIXELS: its pixels without its texts, and the texts with their places, for
 * a page whose letters have a size of their own, such as a terminal. */
typedef enum emb_align { EMB_ALIGN_LEFT, EMB_ALIGN_CENTRE, EMB_ALIGN_RIGHT } emb_align;

typedef struct emb_page_text {
    const char *text;
    double x,
        y; /* pixels: of the end or the middle that `align` says, and of the letters' middle */
    double size; /* of the letters */
    emb_align align;
    bool upright; /* written from below upwards */
} emb_page_text;

typedef struct emb_page {
    int width, height;
    const uint8_t *rgb; /* [height][width][3] */
    size_t text_count;
    const emb_page_text *texts; /* in the order in which they are drawn */
} emb_page;
/* Borrowed from the picture; NULL for one that is a file's. */
EMB_UNSETTLED const emb_page *emb_picture_page(const emb_picture *picture);

/* How numbers are written on pictures, and in messages: the signs before decimals and between
 * thousands (pictures alone), ',' and '.' in Spanish. From the beginning '.', and 0 (none). */
EMB_UNSETTLED void emb_set_number_signs(char decimal, char thousands);

/* ---- charts ---------------------------------------------------------------------------------- */

typedef enum emb_scale {
    EMB_SCALE_AUTO, /* logarithmic if the numbers are positive, the largest is more than 50 times
                       the least, and the middle one is then nearer to the axis's middle */
    EMB_SCALE_LINEAR,
    EMB_SCALE_LOG /* every number is above 0; others are left out. The axis's title says so */
} emb_scale;

/* One axis of a chart. Zeroed, it has no title and the range that the numbers need. */
typedef struct emb_axis {
    const char *title; /* with its unit; NULL: none */
    double from, to;   /* both 0: what the numbers need */
    emb_scale scale;
    bool whole;               /* numbers only at whole steps: epochs, counts */
    const char *const *names; /* written at 0, 1, 2, ... instead of numbers; or NULL */
    size_t name_count;
    const double *at; /* where the numbers stand, as far as there is room; NULL: at whole steps */
    size_t at_count;
} emb_axis;

/* Points joined by a line. One that is not finite interrupts the line. */
typedef struct emb_series {
    const char *label; /* in the legend; NULL: not in it */
    size_t count;
    const double *x, *y;
    const double *spread; /* each y's error bar, up and down; NULL: none. NaN: none for this one */
    bool no_line;         /* the points alone */
    bool no_marks;        /* the line alone; also if there are more than 60 points */
    bool dashed;
} emb_series;

/* Lines over a plane. */
typedef struct emb_chart {
    const char *title;
    emb_axis x, y;
    const emb_series *series;
    size_t series_count; /* at least 1 */
    int width, height;   /* pixels, 200..8192; 0: 800 x 480 */
} emb_chart;

/* One chart, or several below each other in one picture. */
EMB_API emb_picture *emb_chart_draw(const emb_chart *chart, emb_format format);
EMB_API emb_picture *emb_charts_draw(const emb_chart *charts, size_t count, emb_format format);

/* Points of classes. Up to ten classes have colours of their own; each class's name is also written
 * at the middle of its points. SVG and PDF hold more than 5,000 points as pixels. */
typedef struct emb_scatter {
    const char *title;
    emb_axis x, y;
    size_t count;             /* at least 1 */
    const float *points;      /* [count][2]: x, y */
    const int *labels;        /* [count], 0..classes-1; others are grey. NULL: one colour */
    int classes;              /* 1..256 if there are labels */
    const char *const *names; /* [classes], in the legend; NULL: "0", "1", ... */
    const char *legend_title; /* before the names; NULL: none */
    bool no_names_on_plane;   /* leave out the names at the classes' middles */
    int width, height;        /* pixels, 200..8192; 0: 900 x 760 */
} emb_scatter;
EMB_API emb_picture *emb_scatter_draw(const emb_scatter *scatter, emb_format format);

typedef struct emb_bar {
    const char *label;
    double value;
    double spread; /* of the error bar, left and right; 0: none */
    int group;     /* index into the chart's groups: the bar's colour */
} emb_bar;

/* Horizontal bars, the first on top, with their values written. If the axis does not begin at 0,
 * the length of a bar would mislead: values are then points. */
typedef struct emb_bars {
    const char *title;
    emb_axis x;
    const emb_bar *bars;
    size_t count;              /* 1..200 */
    const char *const *groups; /* in the legend; NULL: one colour, no legend */
    size_t group_count;
    int digits;       /* of the values, after the point; 0..9 */
    const char *unit; /* written after each value: " %"; NULL: none */
    int width;        /* pixels, 200..8192; 0: 800. The height follows from the bars */
} emb_bars;
EMB_API emb_picture *emb_bars_draw(const emb_bars *bars, emb_format format);

/* A confusion matrix: a row for each true class, a column for each predicted one, counts in the
 * cells, coloured by their share of the row. */
typedef struct emb_matrix {
    const char *title;
    int classes;                          /* 1..64 */
    const uint32_t *counts;               /* [classes][classes], true by predicted */
    const char *const *names;             /* [classes]; NULL: "0", "1", ... */
    const char *row_title, *column_title; /* "true class", "predicted class"; or NULL */
    const char *share_title; /* of the colours' scale: "share of the row"; NULL: none */
} emb_matrix;
EMB_API emb_picture *emb_matrix_draw(const emb_matrix *matrix, emb_format format);

/* ---- images ---------------------------------------------------------------------------------- */

/* Numbers of any shape as a picture. With one channel or three they are a picture as they are;
 * otherwise the channels stand side by side in grey. Rows of numbers, [L, 1, 1] or of height or
 * width 1, are a line for each channel, dark on white; with more than eight channels, the channels
 * are the rows of one picture. Everything here that takes pixels of a shape shows them like this.
 *
 * view = {1 or 3, height, width} of the picture of such a shape. */
EMB_API void emb_view_shape(const int shape[3], int view[3]);
/* range = the least and the largest number of pixels[count][C][H][W], between which they are drawn
 * as lines: a common range makes lines comparable. For anything else {0, 1}, on which nothing
 * depends. */
EMB_API void emb_view_range(const float *pixels, size_t count, const int shape[3], float range[2]);
/* view[emb_view_shape's] = one image pixels[C][H][W]. */
EMB_API emb_status emb_view(const float *pixels, const int shape[3], const float range[2],
                            float *view);

/* A grid of pictures with titles. */
typedef struct emb_figure {
    int rows, columns;
    int shape[3];                     /* of each cell: {channels, height, width}, see emb_view */
    const float *pixels;              /* [rows][columns][C][H][W], 0..1; clipped. A cell whose first
                                         number is NaN stays blank. */
    const char *const *column_titles; /* [columns], or NULL; a NULL among them: none for this one */
    const char *const *row_titles;    /* [rows], or NULL; likewise */
    int scale; /* side of a pixel (of emb_view's) on the page; 0: chosen to make cells readable */
    const char *title;           /* of the whole; or NULL */
    const char *const *captions; /* [rows][columns], below each cell, or NULL; likewise */
    /* Cells that touch each other, as a plane of pictures: the columns' titles then stand below,
     * and each axis may have a title. Of rows and of columns as many have theirs as fit. */
    bool plane;
    const char *x_title, *y_title;
    /* Of a plane: [rows][columns], -1..1; NULL: none. Cells are tinted blue below 0 and brown above
     * it, the more the farther away; with it goes a scale, with what -1, 0 and 1 stand for. */
    const float *tints;
    const char *tint_titles[3];
} emb_figure;

/* Pixels are enlarged without blur. */
EMB_API emb_picture *emb_figure_draw(const emb_figure *figure, emb_format format);
/* The same, saved: PNG, SVG or PDF by the path's ending. The file appears complete or not at all.
 */
EMB_API emb_status emb_figure_write(const emb_figure *figure, const char *path);

/* Writes pixels[C][H][W], 0..1, clipped, as a PNG of exactly H x W pixels; C is 1 or 3. The file
 * appears complete or not at all. EMB_ERR_MISSING in a build without libpng. */
EMB_API emb_status emb_picture_write(const char *path, const float *pixels, const int shape[3]);
/* The bytes of that file, *count of them, to be freed with free(). NULL on failure. */
EMB_UNSETTLED uint8_t *emb_picture_png(const float *pixels, const int shape[3], size_t *count);

/* Rows of pictures, each row with a size of its own: what the layers of a network make. */
typedef struct emb_sheet_row {
    const char *title, *note; /* before the row, one above the other; or NULL */
    size_t count;             /* pictures; more than fit are continued below */
    int shape[3]; /* of each: {channels, height, width}; emb_view's if the channels are neither 1
                     nor 3 */
    const float *pixels; /* [count][C][H][W], 0..1; clipped */
    bool diverging;      /* C is 1, and numbers -1..1 are colours: blue, white at 0, brown */
} emb_sheet_row;

typedef struct emb_sheet {
    const char *title;
    const emb_sheet_row *rows;
    size_t count; /* at least 1 */
} emb_sheet;
EMB_UNSETTLED emb_picture *emb_sheet_draw(const emb_sheet *sheet, emb_format format);

/* Layers below each other as a funnel: the wider, the more numbers. */
typedef struct emb_block {
    const char *title; /* left of it */
    const char *note;  /* right of it */
    double size;       /* numbers that leave it, above 0 */
    int group;         /* index into the groups: its colour */
} emb_block;

typedef struct emb_funnel {
    const char *title;
    double size; /* numbers that enter the first block */
    const emb_block *blocks;
    size_t count;              /* at least 1 */
    const char *const *groups; /* in the legend */
    size_t group_count;        /* 1..8 */
} emb_funnel;
EMB_UNSETTLED emb_picture *emb_funnel_draw(const emb_funnel *funnel, emb_format format);

/* How a transposed convolution makes a larger image: a small input, the same with zeros between and
 * around its numbers and the places that padding cuts off, the kernel on it, and the output. Pairs
 * are rows and columns; sizes must be small enough for a readable drawing. */
typedef struct emb_transposed {
    const char *title;
    int size[2]; /* of the input, at least 1 */
    int kernel[2], stride[2], padding[2], dilation[2], output_padding[2]; /* as PyTorch has them */
    const char *input, *spread, *output;           /* the texts below the three grids */
    const char *value, *zero, *cut, *extra, *taps; /* the legend's words */
} emb_transposed;
EMB_UNSETTLED emb_picture *emb_transposed_draw(const emb_transposed *transposed, emb_format format);

/* Pictures one after another, in an endless loop. */
typedef struct emb_animation {
    size_t count;        /* frames, 1..10000 */
    int shape[3];        /* {channels, height, width}, see emb_view */
    const float *pixels; /* [count][C][H][W], 0..1; clipped */
    int scale;           /* side of a pixel; 0: chosen to make a frame readable */
    int delay;           /* milliseconds that a frame is shown, 10..60000; 0: 80 */
} emb_animation;
/* EMB_GIF, whose colours are at most 256 (grey is exact), or EMB_APNG. EMB_ERR_MISSING for GIF in a
 * build without giflib, for APNG in one without cairo. */
EMB_API emb_picture *emb_animation_draw(const emb_animation *animation, emb_format format);

/* ---- TensorBoard ----------------------------------------------------------------------------- */

/* An event file that grows while TensorBoard reads it. Tags are names such as "loss/train"; steps
 * count up. All functions here give EMB_ERR_MISSING in a build without protobuf-c. */
typedef struct emb_events emb_events;

/* Begins a file folder/events.out.tfevents.TIME.HOST in an existing folder. */
EMB_API emb_events *emb_events_new(const char *folder);
EMB_API void emb_events_free(emb_events *events);

EMB_API emb_status emb_events_scalar(emb_events *events, const char *tag, size_t step,
                                     double value);
/* pixels[C][H][W], 0..1, C 1 or 3. */
EMB_API emb_status emb_events_image(emb_events *events, const char *tag, size_t step,
                                    const float *pixels, const int shape[3]);
/* How values[count] are spread. count: at least 1. */
EMB_API emb_status emb_events_histogram(emb_events *events, const char *tag, size_t step,
                                        const float *values, size_t count);

/* Writes the files of TensorBoard's projector: codes[count][L] as NAME.tsv, labels[count] (NULL:
 * none) as NAME-labels.tsv, pixels[count][C][H][W] as NAME-sprite.png (NULL, or more than fit 8192
 * x 8192: none), and projector_config.pbtxt that names them. */
typedef struct emb_projector {
    const char *name; /* NULL: "codes" */
    size_t count;     /* at least 1 */
    int latent;       /* L */
    const float *codes;
    const int *labels;
    const float *pixels;
    int shape[3]; /* of an image, see emb_view */
} emb_projector;
EMB_API emb_status emb_projector_write(const char *folder, const emb_projector *projector);

#ifdef __cplusplus
}
#endif

#endif
