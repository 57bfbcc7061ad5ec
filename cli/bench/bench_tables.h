/* The figures for people. */
#ifndef CLI_BENCH_TABLES_H
#define CLI_BENCH_TABLES_H

#include "bench/bench.h"

/* On standard output. */
void cli_bench_print_tables(const cli_bench *bench);

#endif
