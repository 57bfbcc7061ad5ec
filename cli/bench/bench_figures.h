/* What the figures of one `embudo bench` amount to, and what they are called. */
#ifndef CLI_BENCH_FIGURES_H
#define CLI_BENCH_FIGURES_H

#include "bench/bench.h"

/* 0 before the first value. */
double cli_figure_median(const cli_figure *figure);
void cli_figure_add(cli_figure *figure, double value);

/* The larger of two signs of other work, in percent: the spread of the one-thread peaks, (largest -
 * smallest) / median; and the share of their time in which they waited for a processor, which
 * another steady process takes without any spread. */
double cli_bench_noise(const cli_bench *bench);
/* At or above this the figures are not to be trusted. */
bool cli_bench_noisy(const cli_bench *bench);
/* For all passes together: the sum of the medians. */
double cli_bench_step_seconds(const cli_bench *bench);
/* "AMD EPYC, 2 processors", to be freed. */
char *cli_bench_machine(void);

/* By emb_pass: "forward", "input gradient", ... */
extern const char *const cli_bench_pass_names[];
/* False for a pass that belongs to the whole network. */
bool cli_bench_of_layer(emb_pass pass);

/* The median peak of two threads over that of one; 0 if it was not measured. */
double cli_bench_second_thread(const cli_bench *bench);

#endif
