/* See bench_parts.h. */
#include "bench/bench_parts.h"

#include <string.h>

#include "bench/bench_figures.h"
#include "core/message.h"

const char *const cli_part_names[CLI_PARTS] = {
    [CLI_PART_FORWARD] = N_("forward"),
    [CLI_PART_INPUT_GRADIENT] = N_("input gradient"),
    [CLI_PART_WEIGHT_GRADIENT] = N_("weight gradient"),
    [CLI_PART_OTHERS] = N_("activations, other"),
    [CLI_PART_LAY_OUT] = N_("lay out"),
    [CLI_PART_LOSS] = N_("loss"),
    [CLI_PART_OPTIMISER] = N_("optimiser"),
    [CLI_PART_ALL] = N_("all parts"),
    [CLI_PART_REST] = N_("rest"),
    [CLI_PART_STEP] = N_("step, measured"),
};

static cli_part part_of(const emb_pass_time *pass) {
    static const cli_part parts[] = {
        [EMB_PASS_FORWARD] = CLI_PART_FORWARD,
        [EMB_PASS_INPUT_GRADIENT] = CLI_PART_INPUT_GRADIENT,
        [EMB_PASS_WEIGHT_GRADIENT] = CLI_PART_WEIGHT_GRADIENT,
        [EMB_PASS_LAY_OUT] = CLI_PART_LAY_OUT,
        [EMB_PASS_LOSS] = CLI_PART_LOSS,
        [EMB_PASS_OPTIMISER] = CLI_PART_OPTIMISER,
    };
    const bool multiplies = pass->multiply_adds > 0 || !cli_bench_of_layer(pass->pass);
    return multiplies ? parts[pass->pass] : CLI_PART_OTHERS;
}

/* Seconds of a step as training measured it; 0 if it did not measure such a one. */
static double step_seconds(const cli_bench *bench) {
    for (int b = 0; b < bench->batch_count; b++) {
        for (int t = 0; t < bench->thread_count; t++) {
            const double rate = cli_figure_median(&bench->train[b][t]);
            if (bench->batches[b] != CLI_BENCH_LAYERS_BATCH || bench->threads[t] != 1) continue;
            return rate > 0 ? CLI_BENCH_LAYERS_BATCH / rate : 0;
        }
    }
    return 0;
}

void cli_bench_parts(const cli_bench *bench, cli_part_time parts[CLI_PARTS]) {
    const double step = step_seconds(bench);
    memset(parts, 0, CLI_PARTS * sizeof *parts);
    for (size_t i = 0; i < bench->pass_count; i++) {
        cli_part_time *part = &parts[part_of(&bench->passes[i])], *all = &parts[CLI_PART_ALL];
        const double seconds = cli_figure_median(&bench->pass_times[i]);
        const double flop = 2.0 * (double)bench->passes[i].multiply_adds;
        part->known = all->known = true;
        part->seconds += seconds;
        part->flop += flop;
        all->seconds += seconds;
        all->flop += flop;
    }
    if (step == 0) return;
    parts[CLI_PART_STEP] = (cli_part_time){step, parts[CLI_PART_ALL].flop, true};
    parts[CLI_PART_REST] = (cli_part_time){step - parts[CLI_PART_ALL].seconds, 0, true};
}
