/* `embudo bench --json`. Figures are rounded to the digits that a measurement can have. */
#include "bench/bench_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench_figures.h"
#include "bench/bench_parts.h"
#include "core/json.h"
#include "core/machine.h"
#include "core/message.h"

/* `digits` significant ones. */
static void add_rounded(cli_json *json, const char *key, double value, int digits) {
    char text[CLI_NUMBER_SIZE];
    snprintf(text, sizeof text, "%.*g", digits, value);
    cli_json_real(json, key, strtod(text, NULL));
}

static double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

static void add_head(cli_json *json, const cli_bench *bench) {
    char *program = cli_format("embudo %s", emb_version());
    char *machine = cli_bench_machine();
    cli_json_string(json, "program", program);
    cli_json_string(json, "machine", machine);
    cli_json_string(json, "isa", emb_isa());
    cli_json_string(json, "network", bench->model);
    cli_json_whole(json, "latent", emb_net_latent(bench->net));
    cli_json_open(json, "mflop", '{');
    add_rounded(json, "train", bench->train_flop * 1e-6, 6);
    add_rounded(json, "forward", bench->forward_flop * 1e-6, 6);
    cli_json_close(json, '}');
    cli_json_whole(json, "repeats", bench->repeats);
    free(program);
    free(machine);
}

static void add_by_threads(cli_json *json, const cli_bench *bench, const char *name,
                           const char *unit, const cli_figure *figures) {
    cli_json_open(json, name, '[');
    for (int t = 0; t < bench->thread_count; t++) {
        cli_json_open(json, NULL, '{');
        cli_json_whole(json, "threads", bench->threads[t]);
        add_rounded(json, unit, cli_figure_median(&figures[t]), 4);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

static void add_throughput(cli_json *json, const cli_bench *bench, const char *name, double flop,
                           const cli_figure figures[][CLI_BENCH_LIST]) {
    cli_json_open(json, name, '[');
    for (int b = 0; b < bench->batch_count; b++) {
        for (int t = 0; t < bench->thread_count; t++) {
            double rate = cli_figure_median(&figures[b][t]), gflops = rate * flop * 1e-9;
            if (figures[b][t].count == 0) continue;
            cli_json_open(json, NULL, '{');
            cli_json_whole(json, "batch", bench->batches[b]);
            cli_json_whole(json, "threads", bench->threads[t]);
            add_rounded(json, "images_per_s", rate, 6);
            add_rounded(json, "gflops", gflops, 4);
            add_rounded(json, "percent_of_peak",
                        percent(gflops, cli_figure_median(&bench->peak[t])), 4);
            cli_json_close(json, '}');
        }
    }
    cli_json_close(json, ']');
}

static void add_pass(cli_json *json, const cli_bench *bench, size_t i, double sum) {
    const emb_pass_time *pass = &bench->passes[i];
    double seconds = cli_figure_median(&bench->pass_times[i]);
    double gflops = seconds > 0 ? 2e-9 * (double)pass->multiply_adds / seconds : 0;
    bool counted = pass->multiply_adds > 0;
    emb_layer_info info;
    emb_net_layer(bench->net, pass->layer, &info);
    char *layer = cli_format("%s.%s", info.part, info.path);
    bool of_layer = cli_bench_of_layer(pass->pass);
    cli_json_open(json, NULL, '{');
    cli_json_string(json, "layer", of_layer ? layer : "step");
    cli_json_string(json, "kind", of_layer ? info.layer : NULL);
    cli_json_string(json, "pass", cli_bench_pass_names[pass->pass]);
    add_rounded(json, "microseconds", seconds * 1e6, 4);
    add_rounded(json, "gflops", counted ? gflops : NAN, 4);
    add_rounded(json, "percent_of_peak",
                counted ? percent(gflops, cli_figure_median(&bench->one_peak)) : NAN, 4);
    add_rounded(json, "share", percent(seconds, sum), 4);
    cli_json_close(json, '}');
    free(layer);
}

static void add_parts(cli_json *json, const cli_bench *bench) {
    cli_part_time parts[CLI_PARTS];
    cli_bench_parts(bench, parts);
    const double peak = cli_figure_median(&bench->one_peak) * 1e9;
    const double step = parts[parts[CLI_PART_STEP].known ? CLI_PART_STEP : CLI_PART_ALL].seconds;
    cli_json_open(json, "parts", '[');
    for (int i = 0; i < CLI_PARTS; i++) {
        const cli_part_time *part = &parts[i];
        const bool counted = part->flop > 0 && part->seconds > 0;
        if (!part->known) continue;
        cli_json_open(json, NULL, '{');
        cli_json_string(json, "part", cli_part_names[i]);
        add_rounded(json, "microseconds", part->seconds * 1e6, 4);
        add_rounded(json, "percent_of_peak",
                    counted ? percent(part->flop / part->seconds, peak) : NAN, 4);
        add_rounded(json, "share", percent(part->seconds, step), 4);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

static void add_single(cli_json *json, const char *name, const cli_figure *median,
                       const cli_figure *p99) {
    cli_json_open(json, name, '{');
    add_rounded(json, "median_us", cli_figure_median(median) * 1e6, 4);
    add_rounded(json, "p99_us", cli_figure_median(p99) * 1e6, 4);
    cli_json_close(json, '}');
}

static void add_one(cli_json *json, const char *name, const char *unit, double value) {
    cli_json_open(json, name, '{');
    add_rounded(json, unit, value, 4);
    cli_json_close(json, '}');
}

static void add_machine(cli_json *json, const cli_bench *bench) {
    if (bench->wanted[CLI_BENCH_PEAK]) {
        add_by_threads(json, bench, "peak", "gflops", bench->peak);
        double second = cli_bench_second_thread(bench);
        if (second > 0) add_rounded(json, "second_thread_adds", second, 3);
    }
    if (bench->wanted[CLI_BENCH_BANDWIDTH]) {
        add_by_threads(json, bench, "bandwidth", "gbytes_per_s", bench->bandwidth);
    }
}

void cli_bench_print_json(const cli_bench *bench) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    add_head(&json, bench);
    add_machine(&json, bench);
    if (bench->wanted[CLI_BENCH_TRAIN]) {
        add_throughput(&json, bench, "train", bench->train_flop, bench->train);
    }
    if (bench->wanted[CLI_BENCH_FORWARD]) {
        add_throughput(&json, bench, "forward", bench->forward_flop, bench->forward);
    }
    if (bench->wanted[CLI_BENCH_PASSES]) {
        double sum = cli_bench_step_seconds(bench);
        cli_json_open(&json, "layers", '[');
        for (size_t i = 0; i < bench->pass_count; i++) add_pass(&json, bench, i, sum);
        cli_json_close(&json, ']');
        add_parts(&json, bench);
    }
    if (bench->wanted[CLI_BENCH_SINGLE]) {
        cli_json_open(&json, "single", '{');
        if (bench->encode.count) add_single(&json, "encode", &bench->encode, &bench->encode_p99);
        if (bench->decode.count) add_single(&json, "decode", &bench->decode, &bench->decode_p99);
        if (bench->classify.count) {
            add_single(&json, "classify", &bench->classify, &bench->classify_p99);
        }
        cli_json_close(&json, '}');
    }
    if (bench->start.count > 0) {
        add_one(&json, "start", "first_step_ms", cli_figure_median(&bench->start) * 1e3);
    }
    if (bench->memory.count > 0) {
        add_one(&json, "memory", "peak_mb", cli_figure_median(&bench->memory) * 1e-6);
    }
    add_rounded(&json, "switches_per_s", bench->sharing.switches, 3);
    add_rounded(&json, "stolen_percent", bench->sharing.stolen, 3);
    add_rounded(&json, "noise_percent", cli_bench_noise(bench), 3);
    cli_json_bool(&json, "noisy", cli_bench_noisy(bench));
    cli_json_close(&json, '}');
    cli_json_put(&json);
}
