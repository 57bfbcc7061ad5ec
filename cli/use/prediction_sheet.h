/* What a network was shown, its reconstruction beside it and what it says: drawn. */
#ifndef CLI_PREDICTION_SHEET_H
#define CLI_PREDICTION_SHEET_H

#include "use/predictions.h"

/* A sheet of all pictures, saved in the format that the path's ending stands for. False with the
 * error printed. */
bool cli_predictions_draw(const cli_predictions *p, const emb_net *net, const char *path);

/* A picture in the terminal, on standard error. */
void cli_prediction_show(const cli_predictions *p, const emb_net *net, size_t i);

#endif
