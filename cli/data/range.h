/* Which numbers a network reads: checks that a data set has the same kind, and has pictures read
 * and drawn with them. */
#ifndef CLI_RANGE_H
#define CLI_RANGE_H

#include <embudo.h>

#include "core/options.h"

/* An option of commands that train. */
#define CLI_PIXEL_RANGE_OPTION                                                                     \
    {                                                                                              \
        "pixel-range", 0, CLI_TEXT, "BLACK..WHITE", NULL, 0, 0, 0,                                 \
            "for arrays of floats: the numbers that are black and white, for instance 0..16 or "   \
            "-1..1. The model remembers them and converts picture files to this range. Without "   \
            "it, floats that fill 0..1 count as 0..1, and a model of other floats cannot read "    \
            "picture files"                                                                        \
    }

/* The option's two numbers: CLI_DONE, or CLI_USAGE with the message printed. Nothing is changed if
 * it is not given. */
int cli_range_option(const cli_args *args, double *black, double *white);
/* Applies it to the images, if the option was given. False with the error printed. */
bool cli_range_tell(emb_images *images, const cli_args *args, const char *dataset);

/* cli_dataset_fit; then has the images read as the trained network reads them. False, with the
 * error printed, if it cannot read them; prints a note if their numbers are clearly of another kind
 * than those it was trained on. `dataset` is for messages; NULL: they are pictures. */
bool cli_range_fit(const emb_net *net, emb_images *images, const char *dataset);

/* pixels[count] of images, or of what a decoder makes, to 0..1 for drawing. */
void cli_range_shade(const emb_net *net, float *pixels, size_t count);

/* If the last layer's limits or the numbers' size prevent a reconstruction of all of low..high:
 * why, and what to do, to be freed. NULL if they do not. */
char *cli_range_beyond(const emb_net *net, double low, double high);
/* The same for bytes that have no white among them. */
char *cli_range_dark(const emb_images *images);

#endif
