/* The kinds of plots. A new one is a row in plot_kinds.c, a line in plot.h, and a file of its own.
 */
#ifndef CLI_PLOT_KINDS_H
#define CLI_PLOT_KINDS_H

#include "plot/plot.h"

typedef struct cli_plot_kind {
    const char *name;
    bool needs_weights; /* a trained network; else any that has shapes */
    bool needs_net, needs_images;
    bool needs_decoder; /* an encoder and a decoder */
    bool of_decoder;    /* a decoder alone would do */
    bool moves;         /* can be a GIF or APNG */
    bool many_dims;     /* any number of a code's numbers, not two */
    /* NULL with the error printed. */
    emb_picture *(*draw)(cli_plot *plot);
} cli_plot_kind;

/* The kinds, ending with a NULL name. */
extern const cli_plot_kind cli_plot_kinds[];
const cli_plot_kind *cli_plot_kind_find(const char *name);

/* Opens what the kind needs, draws, closes. NULL with the error printed. */
emb_picture *cli_plot_draw(cli_plot *plot, const cli_plot_kind *kind);

#endif
