/* Settings that belong together, for --recipe. */
#ifndef CLI_RECIPE_H
#define CLI_RECIPE_H

#include "train/job.h"

/* What "best" stands for, in words; docs/SPEED.md has the measurements. */
#define CLI_RECIPE_BEST                                                                            \
    "120 epochs, batches of 32, shuffled, a rate that rises to 0.002 in 1500 steps and then "      \
    "falls "                                                                                       \
    "to 0 in a line"

/* Puts the recipe that --recipe names in place of the defaults: what the line gives itself stays.
 */
void cli_recipe_use(cli_training *training, const cli_args *args);

#endif
