/* What `embudo bench` is asked for: lists of numbers and names. */
#ifdef __linux__
#include "bench/bench_options.h"

#include <sched.h>
#endif
#include <stdlib.h>
#include <string.h>

#include "core/class_options.h"
#include "core/machine.h"
#include "core/message.h"
#include "core/number_list.h"
#include "core/suggest.h"

const char *const cli_bench_names[CLI_BENCH_SECTIONS + 1] = {
    [CLI_BENCH_PEAK] = "peak",     [CLI_BENCH_BANDWIDTH] = "bandwidth",
    [CLI_BENCH_TRAIN] = "train",   [CLI_BENCH_FORWARD] = "forward",
    [CLI_BENCH_PASSES] = "layers", [CLI_BENCH_SINGLE] = "single",
    [CLI_BENCH_START] = "start",   [CLI_BENCH_MEMORY] = "memory",
};

int cli_bench_processors(void) {
    long count = cli_machine_cores();
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
#endif
    return count < 1 ? 1 : count > EMB_MAX_THREADS ? EMB_MAX_THREADS : (int)count;
}

/* "1,16,64" into numbers, each once. */
static int read_numbers(const char *option, const char *text, int most, int *numbers, int *count) {
    for (const char *at = text; at;) {
        uint64_t number;
        int known = 0;
        if (!cli_number_next(&at, 1, (uint64_t)most, &number)) {
            return cli_usage("bench",
                             "--%s: expected numbers from 1 to %d separated by commas, got '%s'",
                             option, most, text);
        }
        while (known < *count && numbers[known] != (int)number) known++;
        if (known == CLI_BENCH_LIST) {
            return cli_usage("bench", "--%s: expected at most %d numbers, got '%s'", option,
                             CLI_BENCH_LIST, text);
        }
        numbers[known] = (int)number;
        if (known == *count) ++*count;
    }
    return CLI_DONE;
}

/* 1, 2, 4, ... and the last. */
static void default_threads(cli_bench *bench) {
    int most = cli_bench_processors(), library = emb_default_threads();
    if (library > most) most = library;
    for (int threads = 1; threads < most; threads *= 2) {
        bench->threads[bench->thread_count++] = threads;
    }
    bench->threads[bench->thread_count++] = most;
}

static int find_name(const char *item, size_t length) {
    int i = 0;
    while (i < CLI_BENCH_SECTIONS && (strlen(cli_bench_names[i]) != length ||
                                      strncmp(cli_bench_names[i], item, length) != 0)) {
        i++;
    }
    return i;
}

static int refuse_name(const char *item, size_t length) {
    cli_text all = {0};
    char *name = cli_format("%.*s", (int)length, item);
    for (int i = 0; i < CLI_BENCH_SECTIONS; i++) {
        cli_text_add(&all, "%s%s", i ? "," : "", cli_bench_names[i]);
    }
    const char *nearest = cli_nearest(name, cli_bench_names);
    int code = cli_usage("bench", "--only: expected any of %s separated by commas, got '%s'%s%s%s",
                         all.bytes, name, nearest ? _("; did you mean '") : "",
                         nearest ? nearest : "", nearest ? "'?" : "");
    free(name);
    cli_text_free(&all);
    return code;
}

static int read_names(cli_bench *bench, const char *text) {
    for (int i = 0; i < CLI_BENCH_SECTIONS && !text; i++) bench->wanted[i] = true;
    for (const char *item = text; item; item++) {
        size_t length = strcspn(item, ",");
        int found = find_name(item, length);
        if (found == CLI_BENCH_SECTIONS) return refuse_name(item, length);
        bench->wanted[found] = true;
        item += length;
        if (*item == '\0') break;
    }
    return CLI_DONE;
}

/* The library checks it like EMBUDO_ISA, and the children get it through that variable. */
static int read_isa(const char *name) {
    static const char before[] = "EMBUDO_ISA=";
    if (!name) return CLI_DONE;
    setenv("EMBUDO_ISA", name, 1);
    if (emb_isa()) return CLI_DONE;
    const char *text = emb_error();
    bool same = strncmp(text, before, strlen(before)) == 0;
    return cli_usage("bench", "--isa %s", same ? text + strlen(before) : text);
}

int cli_bench_read(cli_bench *bench, const cli_args *args) {
    const char *threads = cli_arg(args, "threads")->text;
    bench->model = cli_arg(args, "NETWORK")->text;
    bench->repeats = (int)cli_arg(args, "repeats")->whole;
    bench->seconds = cli_arg(args, "seconds")->real;
    bench->json = cli_arg(args, "json")->given;
    int code = cli_class_read(args, bench->model);
    if (code == CLI_DONE)
        code = read_numbers("batches", cli_arg(args, "batches")->text, EMB_MAX_BATCH,
                            bench->batches, &bench->batch_count);
    if (code == CLI_DONE && threads) {
        code =
            read_numbers("threads", threads, EMB_MAX_THREADS, bench->threads, &bench->thread_count);
    } else if (code == CLI_DONE) {
        default_threads(bench);
    }
    if (code == CLI_DONE) code = read_names(bench, cli_arg(args, "only")->text);
    return code == CLI_DONE ? read_isa(cli_arg(args, "isa")->text) : code;
}
