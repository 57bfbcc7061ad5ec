/* One training of `embudo compare`, which may be stopped and go on. */
#ifndef CLI_COMPARE_TRAIN_H
#define CLI_COMPARE_TRAIN_H

#include "compare/compare_keep.h"

/* Trains the network of a unit, or goes on with what is kept of it; *seconds: what that took, in
 * all. False with the error printed; or after a signal, with what is done kept. */
bool cli_compare_train(cli_compare *compare, const cli_unit *unit, emb_net *net,
                       const emb_images *images, const emb_train_options *options, int epochs,
                       double *seconds);

#endif
