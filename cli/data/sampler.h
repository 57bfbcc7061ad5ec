/* What new codes are drawn from: the distribution that a network's codes were trained to have, or
 * one that is fitted to the codes of the images it learned from. */
#ifndef CLI_SAMPLER_H
#define CLI_SAMPLER_H

#include "data/split.h"

/* Opens it for the run or model `name`. *fitted gets the images whose codes it was fitted to, at
 * most 20,000; the caller closes it; zeroed if there are none, as for a network with a prior. NULL
 * with the error printed. */
emb_sampler *cli_sampler_open(cli_split *fitted, emb_net *net, const char *name,
                              const char *dataset, uint64_t seed, int threads);

#endif
