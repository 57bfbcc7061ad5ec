/* Pictures of a run: what is asked for, what is open, and the kinds there are. A kind's file makes
 * the picture in memory; saving it, or putting it on a page, is the caller's. */
#ifndef CLI_PLOT_H
#define CLI_PLOT_H

#include <stdbool.h>

#include <embudo.h>

#include "data/split.h"

enum { CLI_PLOT_MOST_IMAGES = 64, CLI_PLOT_MOST_DIMS = 64 };

/* What is asked for. Zeroed fields are the defaults. */
typedef struct cli_plot {
    const char *run;        /* a run's folder, a model file, or a network's name */
    const char *dataset;    /* NULL: "mnist" */
    const char *split_name; /* NULL: what should be scored */
    const char *title;      /* NULL: the kind's own */
    int threads;
    emb_format format;
    /* codes, manifold, prior: which two of a code's numbers; traversal: which ones. None: all */
    int dims[CLI_PLOT_MOST_DIMS], dim_count;
    int scale; /* errors, walk: side of a pixel; 0: large enough for a readable page */
    int grid;  /* manifold, prior: cells a side; 0: 20 */
    int count; /* errors: images; 0: 10. codes, prior: the first so many; 0: all. samples: images;
                  0: 64 */
    int steps; /* walk: images between two ends; 0: 8 in a strip, 24 in an animation. traversal:
                  images of a number; 0: 11 */
    size_t images[CLI_PLOT_MOST_IMAGES]; /* walk, filters, traversal: positions in the split */
    size_t image_count;
    const char *layer;      /* transposed: "decoder.5"; NULL: the first ConvTranspose2d */
    const char *label_text; /* to draw, of a conditional network: a number or a name; NULL: none */
    uint64_t seed;          /* samples: as emb_sampler_new has it; 0: 42 */

    /* Opened for the kinds that need them. */
    emb_net *net;
    cli_split split;
    int label; /* that `label_text` says, or that the kind has chosen */
    bool has_label;
} cli_plot;

/* The kinds: each in the file of its name, with a row in plot_kinds.c. */
emb_picture *cli_plot_loss(cli_plot *plot);
emb_picture *cli_plot_film(cli_plot *plot);
emb_picture *cli_plot_codes_kind(cli_plot *plot);
emb_picture *cli_plot_manifold(cli_plot *plot);
emb_picture *cli_plot_walk(cli_plot *plot);
emb_picture *cli_plot_samples(cli_plot *plot);
emb_picture *cli_plot_traversal(cli_plot *plot);
emb_picture *cli_plot_prior(cli_plot *plot);
emb_picture *cli_plot_errors(cli_plot *plot);
emb_picture *cli_plot_filters(cli_plot *plot);
emb_picture *cli_plot_network(cli_plot *plot);
emb_picture *cli_plot_transposed(cli_plot *plot);

#endif
