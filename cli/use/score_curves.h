/* How well numbers tell usual images from others, if it is known which those are. */
#ifndef CLI_SCORE_CURVES_H
#define CLI_SCORE_CURVES_H

#include "use/score_table.h"

/* How many images are of the usual class, and of others; both 0 if that class is not known. */
void cli_scores_sides(const cli_scores *scores, size_t *usual, size_t *odd);

/* The area under the ROC curve, ties counted half, and the average precision, of a kind of number
 * (score_table.h). False if one side is empty, or if there are no such numbers. */
bool cli_scores_areas(const cli_scores *scores, int kind, double *roc, double *precision);

/* Both curves for each kind of number, as a picture. NULL with the error printed. */
emb_picture *cli_scores_draw_curves(const cli_scores *scores, emb_format format);

#endif
