/* `embudo plot RUN samples`: codes drawn at random, decoded. */
#include <math.h>
#include <stdlib.h>

#include "core/label_names.h"
#include "core/message.h"
#include "core/network.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/range.h"
#include "data/sampler.h"
#include "plot/plot_shared.h"

enum { SAMPLES = 64 };

/* A conditional network draws its labels in turn, unless one was asked for. */
static bool set_labels(const cli_plot *plot, size_t count) {
    const int conditions = emb_net_conditions(plot->net);
    if (conditions == 0 || plot->has_label) return true;
    int *labels = cli_alloc(count * sizeof *labels);
    for (size_t i = 0; i < count; i++) labels[i] = (int)(i % (size_t)conditions);
    const bool good = emb_net_set_labels(plot->net, labels, count) == EMB_OK;
    free(labels);
    return good;
}

static bool make(cli_plot *plot, const emb_sampler *sampler, size_t count, float *pixels) {
    const size_t size = cli_network_pixels(plot->net);
    float *codes = cli_alloc(count * (size_t)emb_net_latent(plot->net) * sizeof *codes);
    const bool good = set_labels(plot, count) &&
                      emb_sampler_draw(sampler, 0, count, codes) == EMB_OK &&
                      emb_net_decode(plot->net, codes, count, pixels, plot->threads) == EMB_OK;
    if (good) {
        cli_range_shade(plot->net, pixels, count * size);
    } else {
        cli_fail("%s", emb_error());
    }
    free(codes);
    return good;
}

/* "New images (codes drawn from ...)", to be freed. */
static char *title_of(const cli_plot *plot) {
    char number[CLI_NUMBER_SIZE];
    if (plot->split.count == 0) {
        return cli_format("%s", cli_word_text(CLI_WORD_SAMPLES_PRIOR_TITLE));
    }
    char *what = cli_word_images(plot->split.part, plot->split.dataset);
    char *title =
        cli_told(cli_word_text(emb_net_entries(plot->net) > 0 ? CLI_WORD_SAMPLES_ENTRIES_TITLE
                                                              : CLI_WORD_SAMPLES_FITTED_TITLE),
                 cli_thousands(plot->split.count, number), what);
    free(what);
    return title;
}

static emb_picture *draw(const cli_plot *plot, size_t count, size_t columns, float *pixels) {
    const size_t size = cli_network_pixels(plot->net), rows = (count + columns - 1) / columns;
    for (size_t i = count * size; i < rows * columns * size; i++) pixels[i] = NAN; /* blank */
    char *title = cli_plot_labelled(plot, title_of(plot));
    emb_figure figure = {.rows = (int)rows,
                         .columns = (int)columns,
                         .pixels = pixels,
                         .scale = plot->scale,
                         .title = cli_plot_title(plot, title)};
    const bool turns = !plot->has_label && columns == (size_t)emb_net_conditions(plot->net);
    char **titles = turns ? cli_label_titles(plot->net, columns) : NULL;
    figure.column_titles = (const char *const *)titles;
    emb_net_output_shape(plot->net, figure.shape);
    emb_picture *picture = cli_plot_drawn(cli_shown_figure(&figure, plot->format));
    cli_label_titles_free(titles, columns);
    free(title);
    return picture;
}

emb_picture *cli_plot_samples(cli_plot *plot) {
    const size_t count = plot->count > 0 ? (size_t)plot->count : SAMPLES;
    const size_t labels = plot->has_label ? 0 : (size_t)emb_net_conditions(plot->net);
    const size_t square = (size_t)ceil(sqrt((double)count));
    const size_t columns = labels > 0 && labels < count ? labels : square, cells = count + columns;
    if (!cli_plot_fits(plot, cells, "--count")) return NULL;
    emb_sampler *sampler =
        cli_sampler_open(&plot->split, plot->net, plot->run,
                         plot->dataset ? plot->dataset : "mnist", plot->seed, plot->threads);
    if (!sampler) return NULL;
    float *pixels = cli_alloc(cells * cli_network_pixels(plot->net) * sizeof *pixels);
    emb_picture *picture = NULL;
    if (make(plot, sampler, count, pixels)) picture = draw(plot, count, columns, pixels);
    free(pixels);
    emb_sampler_free(sampler);
    return picture;
}
