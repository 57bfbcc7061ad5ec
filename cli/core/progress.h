/* The progress bar of a training: epoch, share of it, speed, time left. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stddef.h>

#include "core/bar.h"

/* Seconds of a clock that only goes forward. */
double cli_clock(void);

typedef struct cli_progress {
    cli_bar bar;
    const char
        *what; /* which of several models trains, in the reader's language; NULL: the only one */
    int epochs, epoch;
    size_t epoch_steps, all_steps; /* of an epoch; of the whole training */
    int batch_size;
    double started, epoch_started;
} cli_progress;

void cli_progress_start(cli_progress *progress, int epochs, size_t epoch_steps, size_t all_steps,
                        int batch_size);
void cli_progress_epoch(cli_progress *progress, int epoch);

/* Seconds that do not count. */
void cli_progress_pass(cli_progress *progress, double seconds);

/* Instead of the bar: what runs while no step is taken, "validating". */
void cli_progress_say(cli_progress *progress, const char *what);

/* After a step: draws the bar if the last one is old enough. `steps`: all steps taken so far. */
void cli_progress_step(cli_progress *progress, size_t steps);

/* Without a bar: shows what runs now, on a terminal. The next line that is printed, or
 * cli_live_clear, removes it. */
void cli_doing(const char *what);

#endif
