/* The images that a network learned from, to compare others with. */
#ifndef CLI_SCORE_NEAREST_H
#define CLI_SCORE_NEAREST_H

#include "use/score_table.h"

/* Opens the training images of `dataset` (NULL: not known) in *learned. False, with a note if there
 * is a data set that cannot be opened, if they are not to be had. */
bool cli_learned_open(cli_split *learned, emb_net *net, const char *model_name,
                      const char *dataset);

/* Finds the nearest of scores->learned for `count` images, whose places are in `places`; NULL: for
 * all of them. Fills `nearest` and `pixels`, allocating them. Among images of the
 * same data set, one that was itself learned from is compared with the others. False with the error
 * printed. */
bool cli_scores_find_nearest(cli_scores *scores, const size_t *places, size_t count, int threads);

#endif
