/* The progress bar: epoch, share of it, speed, time left. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* Seconds of a clock that only goes forward. */
double cli_clock(void);

typedef struct cli_progress {
    bool on; /* standard error is a terminal that can show it */
    bool utf8, colours;
    int epochs, epoch;
    size_t epoch_steps, all_steps; /* of an epoch; of the whole training */
    int batch_size;
    double started, epoch_started, drawn;
} cli_progress;

void cli_progress_start(cli_progress *bar, int epochs, size_t epoch_steps, size_t all_steps,
                        int batch_size);
void cli_progress_epoch(cli_progress *bar, int epoch);

/* After a step: draws the bar where the last one is old enough. `steps`: taken so far in all. */
void cli_progress_step(cli_progress *bar, size_t steps);

#endif
