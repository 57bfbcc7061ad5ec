/* One `embudo bench`: what was asked for, what was measured. Its parts are in bench_command.c (the
 * order of the measurements), bench_options.c (the command line), bench_measure.c (throughput and
 * single images), bench_sharing.c (who else takes the processor), bench_child.c (a training in a
 * process of its own), bench_parts.c (layers taken together), bench_tables.c and bench_json.c (what
 * is printed). */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include <embudo.h>

#include "bench/bench_sharing.h"
#include "core/options.h"

enum {
    CLI_BENCH_LIST = 16,     /* numbers in --batches and in --threads */
    CLI_BENCH_REPEATS = 100, /* at most */
    CLI_BENCH_LAYERS_BATCH = 16,
    CLI_BENCH_MEMORY_STEPS = 500
};

typedef enum cli_bench_section {
    CLI_BENCH_PEAK,
    CLI_BENCH_BANDWIDTH,
    CLI_BENCH_TRAIN,
    CLI_BENCH_FORWARD,
    CLI_BENCH_PASSES,
    CLI_BENCH_SINGLE,
    CLI_BENCH_START,
    CLI_BENCH_MEMORY,
    CLI_BENCH_SECTIONS
} cli_bench_section;

/* What was measured, repeat by repeat. */
typedef struct cli_figure {
    int count;
    double values[CLI_BENCH_REPEATS];
} cli_figure;

typedef struct cli_bench {
    const char *program, *model;
    emb_net *net;
    emb_images *images; /* made up; to train on */
    float *pixels;      /* [floats][C][H][W]: the same as numbers, to run forward */
    size_t floats;
    double train_flop, forward_flop; /* nominal, of one image */

    bool wanted[CLI_BENCH_SECTIONS];
    int batch_count, batches[CLI_BENCH_LIST];
    int thread_count, threads[CLI_BENCH_LIST];
    int repeats;
    double seconds;
    bool json;

    cli_figure
        one_peak; /* of one thread, whatever --threads says; noise and layers are measured by it */
    cli_figure two_peak; /* of two, likewise, where there are two processors */
    cli_sharing sharing;
    cli_figure waited; /* share of the time without a processor, in percent */
    cli_figure peak[CLI_BENCH_LIST], bandwidth[CLI_BENCH_LIST]; /* by thread count: GFLOP/s, GB/s */
    cli_figure train[CLI_BENCH_LIST][CLI_BENCH_LIST];           /* by batch and threads: images/s */
    cli_figure forward[CLI_BENCH_LIST][CLI_BENCH_LIST];
    size_t pass_count;
    emb_pass_time *passes;                             /* of the last repeat */
    cli_figure *pass_times;                            /* [pass_count]: seconds */
    cli_figure encode, encode_p99, decode, decode_p99; /* seconds; none if there is no such part */
    cli_figure classify, classify_p99;
    cli_figure start, memory; /* seconds, bytes */
} cli_bench;

#endif
