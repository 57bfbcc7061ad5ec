/* What a training's progress bar says. bar.c owns how that fits. */
#include "core/progress.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/message.h"
#include "core/strings.h"
#include "core/terminal.h"

double cli_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_start(cli_progress *progress, int epochs, size_t epoch_steps, size_t all_steps,
                        int batch_size) {
    *progress = (cli_progress){
        .epochs = epochs,
        .epoch_steps = epoch_steps,
        .all_steps = all_steps,
        .batch_size = batch_size,
        .started = cli_clock(),
    };
    cli_bar_start(&progress->bar);
}

void cli_progress_epoch(cli_progress *progress, int epoch) {
    progress->epoch = epoch;
    progress->epoch_started = progress->bar.drawn = cli_clock();
}

void cli_progress_pass(cli_progress *progress, double seconds) {
    progress->started += seconds;
    progress->epoch_started += seconds;
}

/* "epoch 3/15", or "codes, MLP: epoch 3/15". */
static void label(const cli_progress *progress, char *text, size_t size) {
    if (progress->what) {
        snprintf(text, size, _("%s: epoch %d/%d"), progress->what, progress->epoch,
                 progress->epochs);
    } else {
        snprintf(text, size, _("epoch %d/%d"), progress->epoch, progress->epochs);
    }
}

void cli_progress_say(cli_progress *progress, const char *what) {
    char line[160], where[96];
    what = cli_translated(what);
    if (!progress->bar.on || !cli_terminal_ours(stderr)) return;
    label(progress, where, sizeof where);
    snprintf(line, sizeof line, "%s: %s", where, what);
    if (cli_columns(line) >= cli_terminal_columns(stderr)) snprintf(line, sizeof line, "%s", what);
    if (cli_columns(line) < cli_terminal_columns(stderr)) cli_live(line);
}

void cli_doing(const char *what) {
    what = cli_translated(what);
    if (!cli_terminal_is(stderr) || !cli_terminal_ours(stderr)) return;
    if (cli_columns(what) < cli_terminal_columns(stderr)) cli_live(what);
}

void cli_progress_step(cli_progress *progress, size_t steps) {
    const double now = cli_clock();
    if (!cli_bar_due(&progress->bar, now)) return;
    char number[CLI_NUMBER_SIZE];
    size_t before = (size_t)(progress->epoch - 1) * progress->epoch_steps,
           in_epoch = steps - before;
    double spent = now - progress->epoch_started, all = now - progress->started;
    double speed = spent > 0 ? (double)in_epoch * progress->batch_size / spent : 0;
    double left = steps ? all / (double)steps * (double)(progress->all_steps - steps) : 0;
    cli_bar_text text = {.share = (double)in_epoch / (double)progress->epoch_steps};
    label(progress, text.label, sizeof text.label);
    snprintf(text.short_label, sizeof text.short_label, "%d/%d", progress->epoch, progress->epochs);
    snprintf(text.speed, sizeof text.speed, _("%s images/s"),
             cli_thousands((uint64_t)speed, number));
    snprintf(text.left, sizeof text.left, "%s", cli_duration(left, number));
    cli_bar_draw(&progress->bar, &text);
}
