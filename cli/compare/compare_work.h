/* The trainings and measurements of `embudo compare`. */
#ifndef CLI_COMPARE_WORK_H
#define CLI_COMPARE_WORK_H

#include "compare/compare.h"

/* How many networks all the work trains. */
int cli_compare_models(const cli_compare *compare);

/* All the work of one seed: autoencoders of each length, and the contenders that read them. Notes
 * on standard error say how it goes. False with the error printed, or after a signal. */
bool cli_compare_seed(cli_compare *compare, uint64_t seed);

#endif
