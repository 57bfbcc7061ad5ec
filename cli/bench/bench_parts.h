/* Where a training step's time goes, layers taken together. */
#ifndef CLI_BENCH_PARTS_H
#define CLI_BENCH_PARTS_H

#include "bench/bench.h"

typedef enum cli_part {
    CLI_PART_FORWARD, /* of layers that multiply weights; the two gradients likewise */
    CLI_PART_INPUT_GRADIENT,
    CLI_PART_WEIGHT_GRADIENT,
    CLI_PART_OTHERS, /* all passes of other layers: activations, norms, pooling */
    CLI_PART_LAY_OUT,
    CLI_PART_LOSS,
    CLI_PART_OPTIMISER,
    CLI_PART_ALL,  /* the sum of these */
    CLI_PART_REST, /* what a whole step takes besides */
    CLI_PART_STEP, /* a whole step, as it was measured by training */
    CLI_PARTS
} cli_part;

typedef struct cli_part_time {
    double seconds, flop; /* of CLI_BENCH_LAYERS_BATCH images on one thread */
    bool known;           /* the last two need a training of that batch on one thread */
} cli_part_time;

extern const char *const cli_part_names[CLI_PARTS];

void cli_bench_parts(const cli_bench *bench, cli_part_time parts[CLI_PARTS]);

#endif
