/* See drawings.h. */
#include "makers/drawings.h"

#include <math.h>

static const double xs[] = {1, 2, 3}, ys[] = {0.5, 0.25, NAN}, spreads[] = {0.1, NAN, 0};
static const float square[8] = {0, 0.5f, 1, 0.25f, 1, 0.5f, 0, 1};

emb_picture *draw_chart(emb_format format) {
    const emb_series series[] = {
        {.label = "a & b", .count = 3, .x = xs, .y = ys, .spread = spreads},
        {.label = "<c>", .count = 3, .x = xs, .y = xs, .dashed = true}};
    const emb_chart chart = {.title = "chart", .series = series, .series_count = 2};
    return emb_chart_draw(&chart, format);
}

static emb_picture *draw_scatter(emb_format format) {
    static const int labels[] = {0, 1, -1, 9};
    const emb_scatter scatter = {
        .title = "scatter", .count = 4, .points = square, .labels = labels, .classes = 10};
    return emb_scatter_draw(&scatter, format);
}

emb_picture *draw_crowd(emb_format format) {
    enum { COUNT = 6000 };
    static float points[2 * COUNT];
    for (int i = 0; i < 2 * COUNT; i++) points[i] = (float)(i * 7919 % 4093);
    const emb_scatter scatter = {.count = COUNT, .points = points};
    return emb_scatter_draw(&scatter, format);
}

emb_picture *draw_bars(emb_format format) {
    static const char *const groups[] = {"g", "h"};
    static const emb_bar bar[] = {{"one", 90, 1, 0}, {"two", 95, 0, 1}};
    const emb_bars bars = {
        .title = "bars", .bars = bar, .count = 2, .groups = groups, .group_count = 2, .digits = 1};
    return emb_bars_draw(&bars, format);
}

static emb_picture *draw_matrix(emb_format format) {
    static const uint32_t counts[] = {5, 0, 1, 1000};
    const emb_matrix matrix = {.classes = 2, .counts = counts, .share_title = "share"};
    return emb_matrix_draw(&matrix, format);
}

static emb_picture *draw_figure(emb_format format) {
    static const char *const captions[] = {"one", NULL};
    const emb_figure figure = {.rows = 1,
                               .columns = 2,
                               .shape = {1, 2, 2},
                               .pixels = square,
                               .captions = captions,
                               .title = "figure"};
    return emb_figure_draw(&figure, format);
}

static emb_picture *draw_plane(emb_format format) {
    static const char *const ticks[] = {"0", NULL};
    const emb_figure figure = {.rows = 1,
                               .columns = 2,
                               .shape = {1, 2, 2},
                               .pixels = square,
                               .column_titles = ticks,
                               .plane = true,
                               .x_title = "x",
                               .y_title = "y"};
    return emb_figure_draw(&figure, format);
}

static emb_picture *draw_sheet(emb_format format) {
    const emb_sheet_row rows[] = {
        {.title = "maps", .note = "2x2", .count = 2, .shape = {1, 2, 2}, .pixels = square},
        {.title = "strip", .count = 1, .shape = {1, 1, 8}, .pixels = square, .diverging = true}};
    const emb_sheet sheet = {.title = "sheet", .rows = rows, .count = 2};
    return emb_sheet_draw(&sheet, format);
}

static emb_picture *draw_funnel(emb_format format) {
    static const char *const groups[] = {"linear"};
    static const emb_block blocks[] = {{"a", "64", 64, 0}, {"b", "2", 2, 0}};
    const emb_funnel funnel = {
        .size = 784, .blocks = blocks, .count = 2, .groups = groups, .group_count = 1};
    return emb_funnel_draw(&funnel, format);
}

static emb_picture *draw_transposed(emb_format format) {
    const emb_transposed transposed = {.size = {3, 2},
                                       .kernel = {3, 2},
                                       .stride = {2, 1},
                                       .padding = {1, 0},
                                       .dilation = {1, 2},
                                       .output_padding = {1, 0},
                                       .input = "in",
                                       .value = "value"};
    return emb_transposed_draw(&transposed, format);
}

emb_picture *(*const drawings[])(emb_format format) = {
    draw_chart, draw_scatter, draw_crowd,  draw_bars,       draw_matrix, draw_figure,
    draw_plane, draw_sheet,   draw_funnel, draw_transposed, NULL,
};

emb_picture *draw_animation(int channels, emb_format format) {
    static float pixels[3 * 3 * 4];
    for (int i = 0; i < 36; i++) pixels[i] = (float)i / 35;
    const emb_animation animation = {
        .count = 3, .shape = {channels, 2, 2}, .pixels = pixels, .scale = 3};
    return emb_animation_draw(&animation, format);
}
