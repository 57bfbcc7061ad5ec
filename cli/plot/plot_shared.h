/* What several kinds of plots do. */
#ifndef CLI_PLOT_SHARED_H
#define CLI_PLOT_SHARED_H

#include "plot/plot.h"
#include "plot/plot_words.h"

/* Returns the picture; prints emb_error() if it is NULL. */
emb_picture *cli_plot_drawn(emb_picture *picture);
/* The title that was asked for, or this one. */
const char *cli_plot_title(const cli_plot *plot, const char *standard);
/* Has a conditional network draw one label, the one that was asked for or this one, which is
 * plot->label from there on. False with the error printed. */
bool cli_plot_one_label(cli_plot *plot, int standard);
/* The title with the one label that is drawn, "TITLE, label 7", if one is; frees `title`. */
char *cli_plot_labelled(const cli_plot *plot, char *title);
/* A title that names the images, "TITLE (10,000 test images of mnist)", to be freed. */
char *cli_plot_about(const cli_plot *plot, cli_word title);
/* codes[count][L] of the split's images, to be freed; NULL with the error printed. */
float *cli_plot_codes(cli_plot *plot);
/* The number below which `share` (0..1) of them lie. */
float cli_plot_quantile(const float *sorted, size_t count, double share);
/* sorted[count]: number `dim` of all codes in rising order, to be freed. */
float *cli_plot_sorted(const float *codes, size_t count, int latent, int dim);
/* False, with the error printed, if so many images of the network have more numbers than a plot may
 * hold: a smaller `option` would make them fewer. Asked before any work. */
bool cli_plot_fits(const cli_plot *plot, size_t images, const char *option);

/* "1.50", with a minus sign that is one, to be freed. */
char *cli_plot_number(double value);

/* False, with the error printed, if a code has no such number. */
bool cli_plot_check_dims(const cli_plot *plot);
/* False, with the error printed, if codes are entries of a codebook, whose numbers mean nothing by
 * themselves. */
bool cli_plot_check_ordered(const cli_plot *plot, const char *what);
/* The same for `what` is drawn over two numbers, which must be chosen if there are more. */
bool cli_plot_check_plane(const cli_plot *plot, const char *what);
/* False, with the error printed, if the split has no such image. */
bool cli_plot_check_images(const cli_plot *plot);

#endif
