/* `embudo plot RUN prior`: the plane that new codes are drawn from, decoded, and where the codes of
 * images lie on it. A cell is as probable as any other, so images whose codes are like the prior
 * fill all of them alike. */
#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/range.h"
#include "plot/plot_shared.h"

enum { GRID = 20 };

/* The normal distribution of a number of the code. */
typedef struct normal {
    double mean, deviation;
} normal;

/* The share of a normal distribution below x, and the place below which a share lies. */
static double share_below(const normal *n, double x) {
    return n->deviation > 0 ? 0.5 * erfc((n->mean - x) / (n->deviation * sqrt(2))) : x >= n->mean;
}

static double place_of(const normal *n, double share) {
    double low = -40, high = 40;
    for (int i = 0; i < 80; i++) {
        const double middle = (low + high) / 2;
        if (0.5 * erfc(-middle / sqrt(2)) < share) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return n->mean + n->deviation * (low + high) / 2;
}

static normal normal_of(const float *codes, size_t count, size_t latent, size_t dim) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) sum += (double)codes[i * latent + dim];
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double apart = (double)codes[i * latent + dim] - mean;
        squares += apart * apart;
    }
    return (normal){mean, sqrt(squares / (double)count)};
}

/* What is drawn: `grid` cells a side, from the lower left. */
typedef struct plain {
    size_t grid, latent, size;
    const int *dims;
    normal *normals; /* [latent] */
    float *tints;    /* [grid][grid], as a figure has them */
} plain;

/* Counts codes by cells, from the upper left. */
static void count_codes(const plain *p, const float *codes, size_t count, double *found) {
    for (size_t i = 0; i < count; i++) {
        size_t at[2];
        for (int side = 0; side < 2; side++) {
            const int dim = p->dims[side];
            const double x = (double)codes[i * p->latent + (size_t)dim];
            const double share = share_below(&p->normals[dim], x);
            at[side] = (size_t)(share * (double)p->grid);
            if (at[side] >= p->grid) at[side] = p->grid - 1;
        }
        found[(p->grid - 1 - at[1]) * p->grid + at[0]]++;
    }
}

/* How many codes a cell's surroundings are to have, so that chance does not colour it; and from how
 * many times as many, or as few, colours are full: 4. */
static const double enough = 16, full = 2 /* doublings */;

/* The mean over cells at most `reach` away. */
static double around(const plain *p, const double *found, size_t row, size_t column, size_t reach) {
    double sum = 0, cells = 0;
    for (size_t y = row > reach ? row - reach : 0; y < p->grid && y <= row + reach; y++) {
        for (size_t x = column > reach ? column - reach : 0; x < p->grid && x <= column + reach;
             x++) {
            sum += found[y * p->grid + x];
            cells++;
        }
    }
    return sum / cells;
}

static void find_tints(const plain *p, const float *codes, size_t count) {
    const size_t cells = p->grid * p->grid;
    const double expected = (double)count / (double)cells;
    double *found = cli_alloc(cells * sizeof *found);
    size_t reach = 0;
    for (size_t i = 0; i < cells; i++) found[i] = 0;
    count_codes(p, codes, count, found);
    while ((double)((2 * reach + 1) * (2 * reach + 1)) * expected < enough && reach < p->grid / 4) {
        reach++;
    }
    for (size_t i = 0; i < cells; i++) {
        const double ratio = around(p, found, i / p->grid, i % p->grid, reach) / expected;
        p->tints[i] = ratio > 0 ? (float)fmax(-1, fmin(1, log2(ratio) / full)) : -1;
    }
    free(found);
}

/* codes[grid * grid][latent]: the first number rises to the right, the second upwards, the others
 * stay at their mean. */
static float *lay_codes(const plain *p) {
    const size_t cells = p->grid * p->grid;
    float *codes = cli_alloc(cells * p->latent * sizeof *codes);
    for (size_t i = 0; i < cells; i++) {
        float *code = codes + i * p->latent;
        const size_t at[2] = {i % p->grid, p->grid - 1 - i / p->grid};
        for (size_t k = 0; k < p->latent; k++) code[k] = (float)p->normals[k].mean;
        for (int side = 0; side < 2; side++) {
            code[p->dims[side]] = (float)place_of(&p->normals[p->dims[side]],
                                                  ((double)at[side] + 0.5) / (double)p->grid);
        }
    }
    return codes;
}

/* The places as text. */
static char **ticks(const plain *p, int side) {
    char **texts = cli_alloc(p->grid * sizeof *texts);
    for (size_t i = 0; i < p->grid; i++) {
        const size_t rank = side == 0 ? i : p->grid - 1 - i;
        texts[i] = cli_plot_number(
            place_of(&p->normals[p->dims[side]], ((double)rank + 0.5) / (double)p->grid));
    }
    return texts;
}

static void free_texts(char **texts, size_t count) {
    for (size_t i = 0; i < count; i++) free(texts[i]);
    free(texts);
}

static emb_picture *draw(const cli_plot *plot, const plain *p, const float *pixels) {
    const bool prior = emb_net_has_prior(plot->net);
    char **columns = ticks(p, 0), **rows = ticks(p, 1);
    char *axes[2];
    for (int i = 0; i < 2; i++) {
        axes[i] = cli_told(cli_word_text(CLI_WORD_CODE_AXIS), p->dims[i]);
    }
    char *title = cli_plot_about(plot, prior ? CLI_WORD_PRIOR_TITLE : CLI_WORD_PRIOR_FITTED_TITLE);
    title = cli_plot_labelled(plot, title);
    emb_figure figure = {.rows = (int)p->grid,
                         .columns = (int)p->grid,
                         .pixels = pixels,
                         .plane = true,
                         .title = cli_plot_title(plot, title),
                         .column_titles = (const char *const *)columns,
                         .row_titles = (const char *const *)rows,
                         .x_title = axes[0],
                         .y_title = axes[1],
                         .tints = p->tints,
                         .tint_titles = {cli_word_text(CLI_WORD_FEW_CODES),
                                         cli_word_text(CLI_WORD_USUAL_CODES),
                                         cli_word_text(CLI_WORD_MANY_CODES)}};
    emb_net_output_shape(plot->net, figure.shape);
    emb_picture *picture = cli_plot_drawn(cli_shown_figure(&figure, plot->format));
    free(title);
    free(axes[0]);
    free(axes[1]);
    free_texts(columns, p->grid);
    free_texts(rows, p->grid);
    return picture;
}

static emb_picture *decode_and_draw(cli_plot *plot, const plain *p) {
    const size_t cells = p->grid * p->grid;
    float *codes = lay_codes(p), *pixels = cli_alloc(cells * p->size * sizeof *pixels);
    emb_picture *picture = NULL;
    if (emb_net_decode(plot->net, codes, cells, pixels, plot->threads) == EMB_OK) {
        cli_range_shade(plot->net, pixels, cells * p->size);
        picture = draw(plot, p, pixels);
    } else {
        cli_fail("%s", emb_error());
    }
    free(pixels);
    free(codes);
    return picture;
}

emb_picture *cli_plot_prior(cli_plot *plot) {
    static const int first_two[] = {0, 1};
    plain p = {.grid = plot->grid > 0 ? (size_t)plot->grid : GRID,
               .latent = (size_t)emb_net_latent(plot->net),
               .size = cli_network_pixels(plot->net),
               .dims = plot->dim_count > 0 ? plot->dims : first_two};
    if (!cli_plot_check_ordered(plot, _("the prior"))) return NULL;
    if (!cli_plot_check_plane(plot, _("the prior")) ||
        !cli_plot_fits(plot, p.grid * p.grid, "--grid"))
        return NULL;
    if (!cli_plot_one_label(plot, 0)) return NULL;
    if (plot->count > 0 && (size_t)plot->count < plot->split.count) {
        plot->split.count = (size_t)plot->count;
    }
    float *codes = cli_plot_codes(plot);
    if (!codes) return NULL;
    p.normals = cli_alloc(p.latent * sizeof *p.normals);
    p.tints = cli_alloc(p.grid * p.grid * sizeof *p.tints);
    for (size_t k = 0; k < p.latent; k++) {
        p.normals[k] = emb_net_has_prior(plot->net)
                           ? (normal){0, 1}
                           : normal_of(codes, plot->split.count, p.latent, k);
    }
    find_tints(&p, codes, plot->split.count);
    emb_picture *picture = decode_and_draw(plot, &p);
    free(p.tints);
    free(p.normals);
    free(codes);
    return picture;
}
