/* A training in a process of its own. */
#ifndef CLI_BENCH_CHILD_H
#define CLI_BENCH_CHILD_H

#include "bench/bench.h"

/* seconds from the start to the end of `embudo train` with so many steps, and the most memory that
 * it held. False, with the reason in a line on standard error, if it could not be measured. */
bool cli_bench_child(const cli_bench *bench, int steps, double *seconds, double *bytes);

#endif
