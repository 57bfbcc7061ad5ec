/* Throughput, and single images. */
#ifndef CLI_BENCH_MEASURE_H
#define CLI_BENCH_MEASURE_H

#include "bench/bench.h"

/* Each adds one repeat's figure; false with the error printed. */
bool cli_bench_make_images(cli_bench *bench);
bool cli_bench_train(cli_bench *bench, int batch, int threads);
bool cli_bench_forward(cli_bench *bench, int batch, int threads);
bool cli_bench_single(cli_bench *bench);

#endif
