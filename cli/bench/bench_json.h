/* The figures for programs. */
#ifndef CLI_BENCH_JSON_H
#define CLI_BENCH_JSON_H

#include "bench/bench.h"

/* On standard output. */
void cli_bench_print_json(const cli_bench *bench);

#endif
