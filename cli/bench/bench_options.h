/* The command line of `embudo bench`. */
#ifndef CLI_BENCH_OPTIONS_H
#define CLI_BENCH_OPTIONS_H

#include "bench/bench.h"

/* The words of --only; ends with NULL. */
extern const char *const cli_bench_names[CLI_BENCH_SECTIONS + 1];

/* Reads the lists. CLI_DONE, or CLI_USAGE with the message printed. */
int cli_bench_read(cli_bench *bench, const cli_args *args);

/* Processors that this process may run on. */
int cli_bench_processors(void);

#endif
