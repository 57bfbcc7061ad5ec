/* What the figures amount to. See bench_figures.h. */
#include "bench/bench_figures.h"

#include <math.h>
#include <stdlib.h>

#include "core/machine.h"
#include "core/told.h"

/* Noise, in percent, above which nothing is to be trusted. */
static const double most_noise = 10;

void cli_figure_add(cli_figure *figure, double value) {
    if (figure->count < CLI_BENCH_REPEATS) figure->values[figure->count++] = value;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double cli_figure_median(const cli_figure *figure) {
    if (figure->count == 0) return 0;
    cli_figure sorted = *figure;
    size_t count = (size_t)figure->count;
    qsort(sorted.values, count, sizeof *sorted.values, by_size);
    return (sorted.values[(count - 1) / 2] + sorted.values[count / 2]) / 2;
}

double cli_bench_noise(const cli_bench *bench) {
    const cli_figure *peak = &bench->one_peak;
    double least = INFINITY, most = 0;
    for (int i = 0; i < peak->count; i++) {
        least = fmin(least, peak->values[i]);
        most = fmax(most, peak->values[i]);
    }
    if (peak->count == 0) return 0;
    return fmax(100 * (most - least) / cli_figure_median(peak), cli_figure_median(&bench->waited));
}

bool cli_bench_noisy(const cli_bench *bench) { return cli_bench_noise(bench) > most_noise; }

double cli_bench_second_thread(const cli_bench *bench) {
    if (bench->two_peak.count == 0) return 0;
    return cli_figure_median(&bench->two_peak) / cli_figure_median(&bench->one_peak);
}

double cli_bench_step_seconds(const cli_bench *bench) {
    double sum = 0;
    for (size_t i = 0; i < bench->pass_count; i++) sum += cli_figure_median(&bench->pass_times[i]);
    return sum;
}

const char *const cli_bench_pass_names[] = {
    [EMB_PASS_FORWARD] = N_("forward"),
    [EMB_PASS_INPUT_GRADIENT] = N_("input gradient"),
    [EMB_PASS_WEIGHT_GRADIENT] = N_("weight gradient"),
    [EMB_PASS_LAY_OUT] = N_("lay out"),
    [EMB_PASS_LOSS] = N_("loss"),
    [EMB_PASS_OPTIMISER] = N_("optimiser"),
};

bool cli_bench_of_layer(emb_pass pass) { return pass < EMB_PASS_LAY_OUT; }

char *cli_bench_machine(void) {
    char *processor = cli_machine_processor();
    long cores = cli_machine_cores();
    char *machine =
        cli_told(cli_plural((unsigned long)cores, "%s, %ld processor", "%s, %ld processors"),
                 processor, cores);
    free(processor);
    return machine;
}
