/* `embudo plot RUN errors`: the images that a model reconstructs worst. */
#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/range.h"
#include "plot/plot_shared.h"

enum { COUNT = 10, MOST = 1000, COLUMNS = 10 };

typedef struct ranked {
    double mse;
    size_t place; /* in the split */
} ranked;

/* The worst first; of equal ones the earlier. */
static int by_error(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->mse != y->mse) return x->mse < y->mse ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

static ranked *rank(cli_plot *plot) {
    const size_t count = plot->split.count;
    double *mse = cli_alloc(count * sizeof *mse);
    ranked *all = cli_alloc(count * sizeof *all);
    const bool good = emb_net_errors(plot->net, plot->split.images, plot->split.indices, count,
                                     plot->threads, mse) == EMB_OK;
    for (size_t i = 0; good && i < count; i++) all[i] = (ranked){mse[i], i};
    free(mse);
    if (good) {
        qsort(all, count, sizeof *all, by_error);
        return all;
    }
    cli_fail("%s", emb_error());
    free(all);
    return NULL;
}

/* Pairs of rows: originals, and below them their reconstructions. */
static bool fill(cli_plot *plot, const ranked *worst, size_t count, size_t columns, float *pixels,
                 char **captions) {
    char mse[CLI_NUMBER_SIZE];
    const size_t size = cli_network_pixels(plot->net);
    for (size_t i = 0; i < count; i++) {
        const size_t above = i / columns * 2 * columns + i % columns, below = above + columns;
        const size_t image = cli_split_index(&plot->split, worst[i].place);
        if (cli_network_reconstruct(plot->net, plot->split.images, image, pixels + above * size,
                                    pixels + below * size) != EMB_OK) {
            cli_fail("%s", emb_error());
            return false;
        }
        cli_range_shade(plot->net, pixels + above * size, size);
        cli_range_shade(plot->net, pixels + below * size, size);
        captions[above] = cli_told(cli_word_text(CLI_WORD_IMAGE), worst[i].place);
        captions[below] = cli_told("MSE %s", cli_error_text(worst[i].mse, 4, mse));
    }
    return true;
}

static emb_picture *draw(cli_plot *plot, const ranked *worst, size_t count) {
    char total[CLI_NUMBER_SIZE];
    const size_t columns = count < COLUMNS ? count : COLUMNS;
    const size_t rows = 2 * ((count + columns - 1) / columns), cells = rows * columns;
    const size_t numbers = cells * cli_network_pixels(plot->net);
    float *pixels = cli_alloc(numbers * sizeof *pixels);
    char **captions = cli_alloc(cells * sizeof *captions);
    const char **titles = cli_alloc(rows * sizeof *titles);
    for (size_t i = 0; i < numbers; i++) pixels[i] = NAN; /* cells that are left over stay blank */
    for (size_t i = 0; i < cells; i++) captions[i] = NULL;
    for (size_t i = 0; i < rows; i++) {
        titles[i] = cli_word_text(i % 2 == 0 ? CLI_WORD_ORIGINAL : CLI_WORD_RECONSTRUCTION);
    }
    char *what = cli_word_images(plot->split.part, plot->split.dataset);
    char *title = cli_told(cli_word_text(CLI_WORD_ERRORS_TITLE), (int)count,
                           cli_thousands(plot->split.count, total), what);
    free(what);
    emb_figure figure = {.rows = (int)rows,
                         .columns = (int)columns,
                         .pixels = pixels,
                         .row_titles = titles,
                         .captions = (const char *const *)captions,
                         .scale = plot->scale,
                         .title = cli_plot_title(plot, title)};
    emb_images_shape(plot->split.images, figure.shape);
    emb_picture *picture = NULL;
    if (fill(plot, worst, count, columns, pixels, captions)) {
        picture = cli_plot_drawn(cli_shown_figure(&figure, plot->format));
    }
    for (size_t i = 0; i < cells; i++) free(captions[i]);
    free(title);
    free(titles);
    free(captions);
    free(pixels);
    return picture;
}

emb_picture *cli_plot_errors(cli_plot *plot) {
    if (plot->count > MOST) {
        cli_fail("--count %d: one picture shows %d reconstructions at most", plot->count, MOST);
        return NULL;
    }
    const size_t asked = plot->count ? (size_t)plot->count : COUNT;
    if (!cli_plot_fits(plot, 2 * asked, "--count")) return NULL;
    ranked *all = rank(plot);
    if (!all) return NULL;
    const size_t wanted = asked;
    emb_picture *picture = draw(plot, all, wanted < plot->split.count ? wanted : plot->split.count);
    free(all);
    return picture;
}
