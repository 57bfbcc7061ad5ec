/* `embudo plot RUN traversal`: what each number of the code changes. A row for a number, which goes
 * through its range while the others stay where they are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/range.h"
#include "plot/plot_shared.h"

enum { STEPS = 11, ROWS = 16 };

/* A standard normal number lies between -3 and 3 but for one in 370. Where nothing is known of the
 * codes' distribution, a row goes from 1/200 of them to 199/200. */
static const double prior_end = 3, tail = 1.0 / 200;

/* A number of a code that is to be normal says something if its variance over the images is above
 * this (Burda, Grosse and Salakhutdinov, 2016). */
static const double active = 0.01;

/* What is drawn. */
typedef struct travel {
    size_t latent, steps;
    size_t rows;
    int dims[CLI_PLOT_MOST_DIMS]; /* [rows] */
    bool prior;
    float *variances;    /* [latent], over the split's images */
    float *still;        /* [latent]: where numbers stay */
    float *lows, *highs; /* [rows] */
    size_t blanks, size; /* columns before the row's; numbers of an image */
    float *pixels;       /* [rows][blanks + steps][size] */
} travel;

static void find_moments(travel *t, const float *codes, size_t count) {
    for (size_t k = 0; k < t->latent; k++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < count; i++) sum += (double)codes[i * t->latent + k];
        const double mean = sum / (double)count;
        for (size_t i = 0; i < count; i++) {
            const double apart = (double)codes[i * t->latent + k] - mean;
            squares += apart * apart;
        }
        t->variances[k] = (float)(squares / (double)count);
        t->still[k] = t->prior ? 0 : (float)mean;
    }
}

/* The numbers that vary most, in their order. */
static void choose_rows(travel *t, const cli_plot *plot) {
    t->rows = plot->dim_count > 0 ? (size_t)plot->dim_count : t->latent < ROWS ? t->latent : ROWS;
    memcpy(t->dims, plot->dims, sizeof t->dims);
    if (plot->dim_count > 0) return;
    size_t taken = 0;
    for (size_t k = 0; k < t->latent; k++) {
        size_t before = 0; /* how many vary more */
        for (size_t i = 0; i < t->latent; i++) {
            const bool more = t->variances[i] > t->variances[k];
            before += more || (i < k && !(t->variances[i] < t->variances[k]));
        }
        if (before < t->rows) t->dims[taken++] = (int)k;
    }
}

static void find_ends(travel *t, const float *codes, size_t count) {
    for (size_t row = 0; row < t->rows; row++) {
        if (t->prior) {
            t->lows[row] = (float)-prior_end;
            t->highs[row] = (float)prior_end;
            continue;
        }
        float *sorted = cli_plot_sorted(codes, count, (int)t->latent, t->dims[row]);
        t->lows[row] = cli_plot_quantile(sorted, count, tail);
        t->highs[row] = cli_plot_quantile(sorted, count, 1 - tail);
        free(sorted);
    }
}

static float value_at(const travel *t, size_t row, size_t step) {
    const float share = (float)step / (float)(t->steps - 1);
    return t->lows[row] + share * (t->highs[row] - t->lows[row]);
}

/* The image that the rows start from goes before the first; its code is where numbers stay. */
static bool begin_at_image(cli_plot *plot, travel *t) {
    const size_t numbers = t->rows * (t->blanks + t->steps) * t->size;
    for (size_t i = 0; i < numbers; i++) t->pixels[i] = NAN; /* stays blank */
    if (t->blanks == 0) return true;
    const uint32_t index = (uint32_t)cli_split_index(&plot->split, plot->images[0]);
    const bool good = cli_split_fetch(&plot->split, plot->images[0], 1, t->pixels) == EMB_OK &&
                      emb_net_encode_images(plot->net, plot->split.images, &index, 1, t->still,
                                            plot->threads) == EMB_OK;
    if (good) {
        cli_range_shade(plot->net, t->pixels, t->size);
    } else {
        cli_fail("%s", emb_error());
    }
    return good;
}

static bool decode(cli_plot *plot, travel *t) {
    float *codes = cli_alloc(t->steps * t->latent * sizeof *codes);
    bool good = true;
    for (size_t row = 0; good && row < t->rows; row++) {
        float *pixels = t->pixels + (row * (t->blanks + t->steps) + t->blanks) * t->size;
        for (size_t step = 0; step < t->steps; step++) {
            memcpy(codes + step * t->latent, t->still, t->latent * sizeof *codes);
            codes[step * t->latent + (size_t)t->dims[row]] = value_at(t, row, step);
        }
        good = emb_net_decode(plot->net, codes, t->steps, pixels, plot->threads) == EMB_OK;
        if (good) cli_range_shade(plot->net, pixels, t->steps * t->size);
    }
    if (!good) cli_fail("%s", emb_error());
    free(codes);
    return good;
}

static char *title_of(const cli_plot *plot, const travel *t) {
    const bool some = t->rows < t->latent && plot->dim_count == 0;
    char *still =
        t->blanks > 0
            ? cli_told(cli_word_text(CLI_WORD_STILL_IMAGE), plot->images[0])
            : cli_format("%s", cli_word_text(t->prior ? CLI_WORD_STILL_ZERO : CLI_WORD_STILL_MEAN));
    char *what = some ? cli_told(cli_word_text(CLI_WORD_TRAVERSAL_SOME_TITLE), t->rows, t->latent)
                      : cli_format("%s", cli_word_text(CLI_WORD_TRAVERSAL_TITLE));
    char *title = cli_format("%s, %s", what, still);
    free(what);
    free(still);
    return cli_plot_labelled(plot, title);
}

static emb_picture *draw(const cli_plot *plot, const travel *t) {
    const size_t columns = t->blanks + t->steps, cells = t->rows * columns;
    char **captions = cli_alloc(cells * sizeof *captions);
    char **heads = cli_alloc(columns * sizeof *heads), **rows = cli_alloc(t->rows * sizeof *rows);
    for (size_t i = 0; i < cells; i++) {
        const size_t row = i / columns, column = i % columns;
        captions[i] = column < t->blanks
                          ? NULL
                          : cli_plot_number((double)value_at(t, row, column - t->blanks));
    }
    for (size_t i = 0; i < columns; i++) {
        heads[i] = i < t->blanks ? cli_told(cli_word_text(CLI_WORD_IMAGE), plot->images[0])
                   : t->prior    ? cli_plot_number((double)value_at(t, 0, i - t->blanks))
                                 : NULL;
    }
    for (size_t row = 0; row < t->rows; row++) {
        const int dim = t->dims[row];
        const bool idle = t->prior && !((double)t->variances[dim] > active);
        char *name = cli_told(cli_word_text(CLI_WORD_CODE_AXIS), dim);
        rows[row] = cli_format("%s%s", name, idle ? cli_word_text(CLI_WORD_IDLE) : "");
        free(name);
    }
    char *title = title_of(plot, t);
    emb_figure figure = {.rows = (int)t->rows,
                         .columns = (int)columns,
                         .pixels = t->pixels,
                         .captions = t->prior ? NULL : (const char *const *)captions,
                         .column_titles =
                             t->prior || t->blanks > 0 ? (const char *const *)heads : NULL,
                         .row_titles = (const char *const *)rows,
                         .scale = plot->scale,
                         .title = cli_plot_title(plot, title)};
    emb_net_output_shape(plot->net, figure.shape);
    emb_picture *picture = cli_plot_drawn(cli_shown_figure(&figure, plot->format));
    for (size_t i = 0; i < cells; i++) free(captions[i]);
    for (size_t i = 0; i < columns; i++) free(heads[i]);
    for (size_t i = 0; i < t->rows; i++) free(rows[i]);
    free(title);
    free(captions);
    free(heads);
    free(rows);
    return picture;
}

/* A conditional network draws the label of the image that it starts from. */
static bool choose_label(cli_plot *plot) {
    const int own =
        plot->image_count > 0
            ? emb_images_label(plot->split.images, cli_split_index(&plot->split, plot->images[0]))
            : 0;
    return cli_plot_one_label(plot, own > 0 ? own : 0);
}

static emb_picture *travel_and_draw(cli_plot *plot, travel *t, const float *codes) {
    find_moments(t, codes, plot->split.count);
    choose_rows(t, plot);
    find_ends(t, codes, plot->split.count);
    t->pixels = cli_alloc(t->rows * (t->blanks + t->steps) * t->size * sizeof *t->pixels);
    const bool good = begin_at_image(plot, t) && decode(plot, t);
    emb_picture *picture = good ? draw(plot, t) : NULL;
    free(t->pixels);
    return picture;
}

emb_picture *cli_plot_traversal(cli_plot *plot) {
    travel t = {.latent = (size_t)emb_net_latent(plot->net),
                .steps = plot->steps > 0 ? (size_t)plot->steps : STEPS,
                .prior = emb_net_has_prior(plot->net),
                .blanks = plot->image_count > 0,
                .size = cli_network_pixels(plot->net)};
    if (plot->image_count > 1) {
        cli_fail("--images names %zu images; a traversal starts from one, as in --images 7",
                 plot->image_count);
        return NULL;
    }
    if (t.steps < 2) {
        cli_fail("--steps 1: a traversal has at least 2 images of each number");
        return NULL;
    }
    if (!cli_plot_check_ordered(plot, _("a traversal"))) return NULL;
    if (!cli_plot_check_dims(plot) || !cli_plot_check_images(plot)) return NULL;
    if (!choose_label(plot)) return NULL;
    const size_t rows = plot->dim_count > 0 ? (size_t)plot->dim_count : ROWS;
    if (!cli_plot_fits(plot, rows * (t.blanks + t.steps), "--steps")) return NULL;
    float *codes = cli_plot_codes(plot);
    if (!codes) return NULL;
    t.variances = cli_alloc(2 * t.latent * sizeof *t.variances);
    t.still = t.variances + t.latent;
    t.lows = cli_alloc(2 * rows * sizeof *t.lows);
    t.highs = t.lows + rows;
    emb_picture *picture = travel_and_draw(plot, &t, codes);
    free(t.lows);
    free(t.variances);
    free(codes);
    return picture;
}
