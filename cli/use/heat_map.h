/* Where an image differs from what a network makes of it, as colour over the image. */
#ifndef CLI_HEAT_MAP_H
#define CLI_HEAT_MAP_H

#include <stdbool.h>

#include <embudo.h>

/* How images of one network are shown. */
typedef struct cli_heat {
    const emb_net *net;
    double full; /* the mean squared error around a pixel that is fully coloured */
    int shape[3];
    int view[3];    /* {3, height, width} of everything that is made here */
    float range[2]; /* of rows of numbers, which are drawn as lines */
} cli_heat;

void cli_heat_begin(cli_heat *heat, const emb_net *net, double full);

/* rgb[view] = one image [C][H][W], as emb_view shows it; and the image in grey, with `made`, what
 * the network makes of it, to tell what to colour. Rows of numbers, which are shown as lines, have
 * a line of their errors instead. */
emb_status cli_heat_plain(const cli_heat *heat, const float *image, float *rgb);
emb_status cli_heat_over(const cli_heat *heat, const float *image, const float *made, float *rgb);

#endif
