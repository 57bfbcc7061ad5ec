/* `embudo plot RUN manifold`: a grid over the plane of codes, decoded. */
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/range.h"
#include "plot/plot_shared.h"

enum { GRID = 20 };

/* The grid's places along one number of the code: its quantiles over the split, so that the grid is
 * finer where there are more images. */
static float *quantiles(const float *codes, size_t count, int latent, int dim, int grid) {
    float *sorted = cli_plot_sorted(codes, count, latent, dim);
    float *at = cli_alloc((size_t)grid * sizeof *at);
    for (int i = 0; i < grid; i++) {
        at[i] = cli_plot_quantile(sorted, count, (i + 0.5) / grid);
    }
    free(sorted);
    return at;
}

/* codes[grid * grid][latent]: the first of the two numbers rises to the right, the second upwards,
 * the others stay at their median. */
static float *lay_codes(const float *codes, size_t count, int latent, const int dims[2], int grid,
                        float *const at[2]) {
    const size_t cells = (size_t)grid * (size_t)grid;
    float *grid_codes = cli_alloc(cells * (size_t)latent * sizeof *grid_codes);
    for (int dim = 0; dim < latent; dim++) {
        float *sorted = cli_plot_sorted(codes, count, latent, dim);
        const float median = cli_plot_quantile(sorted, count, 0.5);
        free(sorted);
        for (size_t i = 0; i < cells; i++) {
            const size_t column = i % (size_t)grid, row = i / (size_t)grid;
            grid_codes[i * (size_t)latent + (size_t)dim] = dim == dims[0] ? at[0][column]
                                                           : dim == dims[1]
                                                               ? at[1][(size_t)grid - 1 - row]
                                                               : median;
        }
    }
    return grid_codes;
}

/* The places as text; `rising`: in their order, else from the last. */
static char **ticks(const float *at, int grid, bool rising) {
    char **texts = cli_alloc((size_t)grid * sizeof *texts);
    for (int i = 0; i < grid; i++) {
        texts[i] = cli_plot_number((double)at[rising ? i : grid - 1 - i]);
    }
    return texts;
}

static void free_texts(char **texts, int count) {
    for (int i = 0; i < count; i++) free(texts[i]);
    free(texts);
}

static emb_picture *draw(const cli_plot *plot, const float *pixels, const int dims[2], int grid,
                         float *const at[2]) {
    char **columns = ticks(at[0], grid, true), **rows = ticks(at[1], grid, false);
    char *x = cli_told(cli_word_text(CLI_WORD_CODE_AXIS), dims[0]);
    char *y = cli_told(cli_word_text(CLI_WORD_CODE_AXIS), dims[1]);
    const bool whole = emb_net_latent(plot->net) == 2;
    char *title =
        cli_plot_about(plot, whole ? CLI_WORD_MANIFOLD_TITLE : CLI_WORD_MANIFOLD_DIMS_TITLE);
    title = cli_plot_labelled(plot, title);
    emb_figure figure = {.rows = grid,
                         .columns = grid,
                         .pixels = pixels,
                         .plane = true,
                         .title = cli_plot_title(plot, title),
                         .column_titles = (const char *const *)columns,
                         .row_titles = (const char *const *)rows,
                         .x_title = x,
                         .y_title = y};
    emb_images_shape(plot->split.images, figure.shape);
    emb_picture *picture = cli_plot_drawn(cli_shown_figure(&figure, plot->format));
    free(title);
    free(x);
    free(y);
    free_texts(columns, grid);
    free_texts(rows, grid);
    return picture;
}

emb_picture *cli_plot_manifold(cli_plot *plot) {
    static const int first_two[] = {0, 1};
    const int latent = emb_net_latent(plot->net), grid = plot->grid ? plot->grid : GRID;
    if (!cli_plot_check_plane(plot, _("a manifold"))) return NULL;
    if (!cli_plot_one_label(plot, 0)) return NULL;
    if (!cli_plot_fits(plot, (size_t)grid * (size_t)grid, "--grid")) return NULL;
    float *codes = cli_plot_codes(plot);
    if (!codes) return NULL;
    const int *dims = plot->dim_count > 0 ? plot->dims : first_two;
    const size_t cells = (size_t)grid * (size_t)grid;
    float *at[2];
    for (int i = 0; i < 2; i++) at[i] = quantiles(codes, plot->split.count, latent, dims[i], grid);
    float *grid_codes = lay_codes(codes, plot->split.count, latent, dims, grid, at);
    float *pixels = cli_alloc(cells * cli_network_pixels(plot->net) * sizeof *pixels);
    emb_picture *picture = NULL;
    if (emb_net_decode(plot->net, grid_codes, cells, pixels, plot->threads) == EMB_OK) {
        cli_range_shade(plot->net, pixels, cells * cli_network_pixels(plot->net));
        picture = draw(plot, pixels, dims, grid, at);
    } else {
        cli_fail("%s", emb_error());
    }
    free(pixels);
    free(grid_codes);
    free(at[0]);
    free(at[1]);
    free(codes);
    return picture;
}
