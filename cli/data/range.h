/* Which numbers a network reads: that a data set has the same kind, that pictures are read and
 * drawn by them. */
#ifndef CLI_RANGE_H
#define CLI_RANGE_H

#include <embudo.h>

#include "core/options.h"

/* Of commands that train. */
#define CLI_PIXEL_RANGE_OPTION                                                                     \
    {                                                                                              \
        "pixel-range", 0, CLI_TEXT, "BLACK..WHITE", NULL, 0, 0, 0,                                 \
            "of arrays of floats: which numbers are black and white, as in 0..16 or -1..1; the "   \
            "model remembers them, and reads pictures' files as such numbers. Without it, floats " \
            "that fill 0..1 are taken for 0..1, and others read no pictures"                       \
    }

/* The option's two numbers: CLI_DONE, or CLI_USAGE with the message printed. Nothing is changed
 * where it is not given. */
int cli_range_option(const cli_args *args, double *black, double *white);
/* Says so to the images, where the option was given. False with the error printed. */
bool cli_range_tell(emb_images *images, const cli_args *args, const char *dataset);

/* cli_dataset_fit, and has images read as the network, a trained one, reads them. False, with the
 * error printed, where it does not read them; a note where their numbers are clearly of another
 * kind than those it was trained on. `dataset` is for messages; NULL: they are pictures. */
bool cli_range_fit(const emb_net *net, emb_images *images, const char *dataset);

/* pixels[count] of images, or of what a decoder makes, to 0..1 for drawing. */
void cli_range_shade(const emb_net *net, float *pixels, size_t count);

/* Why what lies in low..high cannot all be reconstructed, and what to do, where the last layer's
 * limits or the numbers' size forbid it: to be freed; NULL where they do not. */
char *cli_range_beyond(const emb_net *net, double low, double high);
/* The same of bytes that have no white among them. */
char *cli_range_dark(const emb_images *images);

#endif
