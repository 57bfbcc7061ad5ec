/* Settings that belong together, for --recipe. */
#ifndef CLI_RECIPE_H
#define CLI_RECIPE_H

#include <embudo.h>

#include "core/options.h"

/* What "best" stands for, in words; docs/SPEED.md has the measurements. */
#define CLI_RECIPE_BEST                                                                            \
    "120 epochs, batches of 32, shuffled, a rate that rises to 0.002 in 1500 steps and then "      \
    "falls "                                                                                       \
    "to 0 in a line"

/* Replaces the defaults by the recipe that --recipe names; options on the command line stay.
 * Returns its name. */
const char *cli_recipe_use(emb_train_options *options, const cli_args *args);

#endif
