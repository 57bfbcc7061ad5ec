/* What `embudo score` prints: the threshold, how many are above it, and the oddest. */
#ifndef CLI_SCORE_PRINT_H
#define CLI_SCORE_PRINT_H

#include "use/score_table.h"

/* The first `shown` of scores->order as a table, after lines about all of them. */
void cli_scores_print(const cli_scores *scores, size_t shown);

#endif
