/* What the figures of one `embudo bench` come to, and how they are called. */
#ifndef CLI_BENCH_FIGURES_H
#define CLI_BENCH_FIGURES_H

#include "bench/bench.h"

/* 0 before the first value. */
double cli_figure_median(const cli_figure *figure);
void cli_figure_add(cli_figure *figure, double value);

/* The larger of two signs of other work, in percent: the spread of the one-thread peaks, (largest -
 * smallest) / median; and the share of their time in which they waited for a processor, which a
 * steady neighbour takes without any spread. */
double cli_bench_noise(const cli_bench *bench);
/* At or above this the figures are not to be trusted. */
bool cli_bench_noisy(const cli_bench *bench);
/* Of all passes together: the medians' sum. */
double cli_bench_step_seconds(const cli_bench *bench);
/* "AMD EPYC, 2 processors", to be freed. */
char *cli_bench_machine(void);

/* By emb_pass: "forward", "input gradient", ... */
extern const char *const cli_bench_pass_names[];
/* False for a pass that is the network's as a whole. */
bool cli_bench_of_layer(emb_pass pass);

/* The median peak of two threads over that of one; 0 where --threads has no 2. */
double cli_bench_second_thread(const cli_bench *bench);

#endif
