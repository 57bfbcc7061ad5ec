/* Which class each picture is, by a network or by the votes of its nearest training images. */
#ifndef CLI_PREDICTION_CLASSES_H
#define CLI_PREDICTION_CLASSES_H

#include "use/predictions.h"

/* All print the error if they return false. */

/* By a network with a classifier. */
bool cli_predict_classes(cli_predictions *p, emb_net *net, int threads);

/* By the `neighbours` nearest of the images that the run was trained on, which are encoded anew;
 * p->codes are the pictures'. */
bool cli_predict_votes(cli_predictions *p, emb_net *net, const char *model_name,
                       const char *dataset, int neighbours, int threads);

/* Opens the data set of the run, if that is to be had and gives classes names. */
void cli_predict_names(cli_predictions *p, const char *model_name);

#endif
