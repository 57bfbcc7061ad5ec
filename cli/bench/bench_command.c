/* `embudo bench`: what is measured, and in which order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/bench_child.h"
#include "bench/bench_figures.h"
#include "bench/bench_json.h"
#include "bench/bench_measure.h"
#include "bench/bench_options.h"
#include "bench/bench_tables.h"
#include "core/class_options.h"
#include "core/message.h"
#include "core/network.h"
#include "core/options.h"
#include "core/progress.h"
#include "core/stop.h"
#include "core/terminal.h"

/* The least that a second processor adds to the peak if it has arithmetic units of its own. */
static const double least_gain = 1.2;

/* From here on the processor is shared: percent of the time, and times a second. A system by itself
 * takes it a few times. */
static const double most_stolen = 1, most_switches = 50;

static bool failed(void) {
    cli_fail("%s", emb_error());
    return false;
}

/* The live line: what is being measured. */
static void show(const cli_bench *bench, int repeat, const char *what, int batch, int threads) {
    if (!cli_terminal_is(stderr) || !cli_terminal_ours(stderr)) return;
    cli_text line = {0};
    if (repeat >= 0) cli_text_tell(&line, "repeat %d of %d: ", repeat + 1, bench->repeats);
    cli_text_add(&line, "%s", what);
    if (batch) cli_text_tell(&line, ", batch %d", batch);
    if (threads)
        cli_text_tell(&line, cli_plural((unsigned long)threads, ", %d thread", ", %d threads"),
                      threads);
    size_t room = (size_t)(cli_terminal_columns(stderr) - 1);
    if (line.length > room) line.bytes[room] = '\0';
    cli_live(line.bytes);
    cli_text_free(&line);
}

/* ---- one repeat ------------------------------------------------------------------------------ */

static double processor_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool measure_one_peak(cli_bench *bench) {
    double gflops, from = cli_clock(), used = processor_seconds();
    if (emb_machine_peak(1, bench->seconds, &gflops) != EMB_OK) return failed();
    used = processor_seconds() - used;
    cli_figure_add(&bench->one_peak, gflops);
    cli_figure_add(&bench->waited, 100 * fmax(0, 1 - used / (cli_clock() - from)));
    return true;
}

static bool measure_peak_of(cli_bench *bench, int repeat, int threads, cli_figure *figure) {
    double gflops;
    show(bench, repeat, "peak", 0, threads);
    if (emb_machine_peak(threads, bench->seconds, &gflops) != EMB_OK) return failed();
    cli_figure_add(figure, gflops);
    return true;
}

static bool has_two(const cli_bench *bench) {
    for (int t = 0; t < bench->thread_count; t++) {
        if (bench->threads[t] == 2) return true;
    }
    return cli_bench_processors() > 1;
}

/* First of all with one thread and with two: they tell whether the processor is shared. For other
 * numbers if a share of the peak is wanted. */
static bool measure_peak(cli_bench *bench, int repeat) {
    bool all = bench->wanted[CLI_BENCH_PEAK] || bench->wanted[CLI_BENCH_TRAIN] ||
               bench->wanted[CLI_BENCH_FORWARD];
    show(bench, repeat, "peak", 0, 1);
    if (!measure_one_peak(bench)) return false;
    if (has_two(bench) && !measure_peak_of(bench, repeat, 2, &bench->two_peak)) return false;
    for (int t = 0; all && t < bench->thread_count; t++) {
        const int threads = bench->threads[t];
        if (threads > 2) {
            if (!measure_peak_of(bench, repeat, threads, &bench->peak[t])) return false;
            continue;
        }
        const cli_figure *done = threads == 1 ? &bench->one_peak : &bench->two_peak;
        cli_figure_add(&bench->peak[t], done->values[repeat]);
    }
    return true;
}

static bool measure_bandwidth(cli_bench *bench, int repeat) {
    for (int t = 0; t < bench->thread_count; t++) {
        double gbytes;
        show(bench, repeat, "memory bandwidth", 0, bench->threads[t]);
        if (emb_machine_bandwidth(bench->threads[t], bench->seconds, &gbytes) != EMB_OK) {
            return failed();
        }
        cli_figure_add(&bench->bandwidth[t], gbytes);
    }
    return true;
}

static bool measure_throughput(cli_bench *bench, int repeat, const char *what,
                               bool (*measure)(cli_bench *, int, int)) {
    for (int b = 0; b < bench->batch_count; b++) {
        for (int t = 0; t < bench->thread_count; t++) {
            show(bench, repeat, what, bench->batches[b], bench->threads[t]);
            if (cli_stop_signal() || !measure(bench, b, t)) return false;
        }
    }
    return true;
}

static bool measure_train(cli_bench *bench, int repeat) {
    return measure_throughput(bench, repeat, "training", cli_bench_train);
}

static bool measure_forward(cli_bench *bench, int repeat) {
    return measure_throughput(bench, repeat, "forward", cli_bench_forward);
}

static bool measure_passes(cli_bench *bench, int repeat) {
    show(bench, repeat, "layers", 0, 1);
    if (emb_net_time_passes(bench->net, bench->seconds, bench->passes) != EMB_OK) return failed();
    for (size_t i = 0; i < bench->pass_count; i++) {
        cli_figure_add(&bench->pass_times[i], bench->passes[i].seconds);
    }
    return true;
}

static bool measure_single(cli_bench *bench, int repeat) {
    show(bench, repeat, "a single image", 0, 1);
    return cli_bench_single(bench);
}

/* In the order of a repeat: what is compared is measured close together. */
static const struct {
    cli_bench_section section;
    bool (*measure)(cli_bench *, int repeat);
} sections[] = {
    {CLI_BENCH_TRAIN, measure_train},         {CLI_BENCH_FORWARD, measure_forward},
    {CLI_BENCH_PASSES, measure_passes},       {CLI_BENCH_SINGLE, measure_single},
    {CLI_BENCH_BANDWIDTH, measure_bandwidth},
};

static bool measure_repeat(cli_bench *bench, int repeat) {
    if (!measure_peak(bench, repeat)) return false;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (cli_stop_signal()) return false;
        if (bench->wanted[sections[i].section] && !sections[i].measure(bench, repeat)) return false;
    }
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* Before this process grows: the system counts a child's peak from what it was started from. */
static void measure_children(cli_bench *bench) {
    bool start = bench->wanted[CLI_BENCH_START], memory = bench->wanted[CLI_BENCH_MEMORY];
    for (int i = 0; i < bench->repeats && (start || memory); i++) {
        double seconds, bytes;
        show(bench, i, "start of a training", 0, 0);
        if (start && !cli_bench_child(bench, 1, &seconds, &bytes)) return;
        if (start) cli_figure_add(&bench->start, seconds);
        show(bench, i, "memory of a training", 0, 0);
        if (memory && !cli_bench_child(bench, CLI_BENCH_MEMORY_STEPS, &seconds, &bytes)) return;
        if (memory) cli_figure_add(&bench->memory, bytes);
    }
}

/* For one image: forward, and the gradients by weights and by inputs; the first trained layer does
 * not need the latter. */
static void count_flop(cli_bench *bench) {
    emb_layer_info info;
    double without = 0;
    for (size_t i = 0; i < emb_net_layer_count(bench->net); i++) {
        emb_net_layer(bench->net, i, &info);
        bench->forward_flop += 2.0 * (double)info.multiply_adds;
        if (without == 0 && info.parameters > 0) without = 2.0 * (double)info.multiply_adds;
    }
    bench->train_flop = 3 * bench->forward_flop - without;
}

static bool open_all(cli_bench *bench) {
    if (!bench->net || !emb_isa()) return false;
    if (emb_net_init(bench->net, 42) != EMB_OK) return failed();
    count_flop(bench);
    bench->pass_count = emb_net_pass_count(bench->net);
    bench->passes = cli_alloc(bench->pass_count * sizeof *bench->passes);
    bench->pass_times = cli_alloc(bench->pass_count * sizeof *bench->pass_times);
    memset(bench->pass_times, 0, bench->pass_count * sizeof *bench->pass_times);
    return cli_bench_make_images(bench);
}

static void judge(const cli_bench *bench) {
    double second = cli_bench_second_thread(bench);
    if (second > 0 && second < least_gain) {
        if (cli_bench_processors() > 1) {
            cli_note("a second thread adds little arithmetic (%.2f times one thread's): the two "
                     "processors share the units of one core",
                     second);
        } else {
            cli_note("this process has one processor: a second thread adds nothing");
        }
    }
    if (bench->sharing.stolen >= most_stolen) {
        cli_note("the host gave %.1f %% of the processors' time to other machines (steal)",
                 bench->sharing.stolen);
    }
    if (bench->sharing.switches >= most_switches) {
        cli_note("other programs took a processor from this one %.0f times a second",
                 bench->sharing.switches);
    }
    if (cli_bench_noisy(bench)) {
        cli_note("the machine was busy (%.0f %%): these figures are not to be trusted",
                 cli_bench_noise(bench));
    }
}

static int run(cli_bench *bench) {
    bench->net = cli_network_open(bench->model, 0);
    if (!bench->net) return CLI_FAILED;
    measure_children(bench);
    bool good = open_all(bench);
    cli_sharing_begin();
    for (int repeat = 0; good && repeat < bench->repeats; repeat++) {
        good = !cli_stop_signal() && measure_repeat(bench, repeat);
    }
    bench->sharing = cli_sharing_since();
    cli_live_clear();
    if (cli_stop_signal()) return 128 + cli_stop_signal();
    if (!good) return CLI_FAILED;
    if (bench->json) {
        cli_bench_print_json(bench);
    } else {
        cli_bench_print_tables(bench);
    }
    if (!cli_close_output()) return CLI_FAILED;
    judge(bench);
    return CLI_DONE;
}

static int run_bench(const cli_args *args) {
    cli_bench *bench = cli_alloc(sizeof *bench);
    memset(bench, 0, sizeof *bench);
    bench->program = args->argv[0];
    int code = cli_bench_read(bench, args);
    cli_stop_listen();
    if (code == CLI_DONE) code = run(bench);
    emb_images_free(bench->images);
    emb_net_free(bench->net);
    free(bench->pixels);
    free(bench->passes);
    free(bench->pass_times);
    free(bench);
    return code;
}

const cli_command cli_command_bench = {
    .name = "bench",
    .summary = "measure this machine, and embudo on it",
    .run = run_bench,
    .about =
        "Measures the processor's peak (multiply-adds a second), the memory's bandwidth, training "
        "and inference at several batch sizes and numbers of threads, each layer's passes, a "
        "single image, and a training in a process of its own: its start, from the command to the "
        "end of its first step and of saving, and its memory. The figures are measured in turn; "
        "each is the median over all repeats; a share of the peak is of the peak that the same "
        "number of threads reached in the same run. GFLOP/s count a multiply-add as two.",
    .examples = {{"embudo bench", "everything, in about a minute"},
                 {"embudo bench --only peak,train --batches 16 --threads 1 --isa avx2",
                  "the share of the peak that training reaches with AVX2"},
                 {"embudo bench --seconds 0.02 --json", "a quick look, for a program"}},
    .positionals = {{"NETWORK", "notebook",
                     "a run's folder, a model file, a notation file (.net), a class in a Python "
                     "file or a notebook (.py, .ipynb) or the name of a built-in network"}},
    .options =
        {
            CLI_CLASS_OPTIONS CLI_CLASS_INPUT_OPTION{
                "batches", 0, CLI_TEXT, "LIST", "1,16,64,256,1024", 0, 0, 0,
                "images in a training step, and in a call for inference"},
            {"threads", 0, CLI_TEXT, "LIST", NULL, 0, 0, 0,
             "numbers of threads; default: 1, 2, 4, ... up to this machine's processors"},
            {"only", 0, CLI_TEXT, "LIST", NULL, 0, 0, 0,
             "what to measure: any of peak,bandwidth,train,forward,layers,single,start,memory; "
             "default: all"},
            {"repeats", 0, CLI_INT, "N", "5", 1, 100, 0, "measurements for each median"},
            {"seconds", 0, CLI_REAL, "X", "0.2", 0, 60, CLI_ABOVE_LEAST,
             "about how long one repeat of one figure takes"},
            {"isa", 0, CLI_TEXT, "NAME", NULL, 0, 0, 0,
             "the instruction set, like the environment variable EMBUDO_ISA: avx512, avx2, neon or "
             "plain; default: the best one found"},
            {"json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "one JSON object on standard output instead of the tables"},
        },
};
