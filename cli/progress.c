/* The progress bar. Owns what it says and how it fits; message.c owns the line it stands on. */
#include "progress.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "message.h"
#include "terminal.h"

enum { WIDEST_BAR = 40 };

/* Between two drawings. A line that another process prints has the terminal to itself for as long:
 * `embudo train | tee log` stays readable. */
static const double pause_seconds = 0.15;

double cli_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_start(cli_progress *bar, int epochs, size_t epoch_steps, size_t all_steps,
                        int batch_size) {
    *bar = (cli_progress){
        .on = cli_terminal_is(stderr),
        .utf8 = cli_terminal_utf8(),
        .colours = cli_terminal_colours() != CLI_COLOURS_NONE,
        .epochs = epochs,
        .epoch_steps = epoch_steps,
        .all_steps = all_steps,
        .batch_size = batch_size,
        .started = cli_clock(),
    };
}

void cli_progress_epoch(cli_progress *bar, int epoch) {
    bar->epoch = epoch;
    bar->epoch_started = bar->drawn = cli_clock();
}

/* What the line says, each part in a long and a short form. */
typedef struct parts {
    char epoch[48], share[8], speed[48], left[48];
} parts;

/* How the line is put together, widest first: which parts, and the least length of the bar. */
static const struct layout {
    bool long_epoch, speed, word_left;
    size_t bar;
} layouts[] = {
    {true, true, true, 10},   {true, false, true, 6},   {false, false, true, 4},
    {false, false, false, 4}, {false, false, false, 0},
};

static void fill_parts(const cli_progress *bar, size_t steps, double now, parts *p) {
    char number[CLI_NUMBER_SIZE];
    size_t before = (size_t)(bar->epoch - 1) * bar->epoch_steps, in_epoch = steps - before;
    double spent = now - bar->epoch_started, all = now - bar->started;
    double speed = spent > 0 ? (double)in_epoch * bar->batch_size / spent : 0;
    double left = steps ? all / (double)steps * (double)(bar->all_steps - steps) : 0;
    snprintf(p->epoch, sizeof p->epoch, "epoch %d/%d", bar->epoch, bar->epochs);
    snprintf(p->share, sizeof p->share, "%3u%%",
             (unsigned)(100 * in_epoch / bar->epoch_steps) % 1000);
    snprintf(p->speed, sizeof p->speed, "%s images/s", cli_thousands((uint64_t)speed, number));
    snprintf(p->left, sizeof p->left, "%s left", cli_duration(left, number));
}

static void add_bar(const cli_progress *bar, cli_text *line, size_t length, double share) {
    const char *full = bar->utf8 ? "\u2501" : "#", *empty = bar->utf8 ? "\u2500" : "-";
    size_t filled = (size_t)(share * (double)length);
    if (bar->colours) cli_text_add(line, "\033[36m");
    for (size_t i = 0; i < length; i++) {
        if (i == filled && bar->colours) cli_text_add(line, "\033[2;39m");
        cli_text_add(line, "%s", i < filled ? full : empty);
    }
    if (bar->colours) cli_text_add(line, "\033[0m");
    cli_text_add(line, " ");
}

/* Puts the line together in the widest layout that leaves the last column free. */
static void compose(const cli_progress *bar, const parts *p, double share, cli_text *line) {
    int columns = cli_terminal_columns(stderr);
    size_t room = columns > 1 ? (size_t)columns - 1 : 0;
    const char *short_epoch = strchr(p->epoch, ' ') + 1;
    size_t count = sizeof layouts / sizeof layouts[0];
    for (size_t i = 0; i < count; i++) {
        const struct layout *l = &layouts[i];
        const char *epoch = l->long_epoch ? p->epoch : short_epoch;
        int left = (int)(l->word_left ? strlen(p->left) : strcspn(p->left, "l") - 1);
        size_t fixed = strlen(epoch) + 1 + strlen(p->share) + 2 + (size_t)left;
        if (l->speed) fixed += strlen(p->speed) + 2;
        size_t least = fixed + (l->bar ? l->bar + 1 : 0);
        if (least > room) continue;
        size_t length = l->bar ? room - fixed - 1 : 0;
        cli_text_add(line, "%s ", epoch);
        if (length) add_bar(bar, line, length < WIDEST_BAR ? length : WIDEST_BAR, share);
        cli_text_add(line, "%s  ", p->share);
        if (l->speed) cli_text_add(line, "%s  ", p->speed);
        cli_text_add(line, "%.*s", left, p->left);
        return;
    }
    if (strlen(p->share) <= room) cli_text_add(line, "%s", p->share);
}

void cli_progress_step(cli_progress *bar, size_t steps) {
    if (!bar->on) return;
    double now = cli_clock();
    if (now - bar->drawn < pause_seconds || !cli_terminal_ours(stderr)) return;
    bar->drawn = now;
    parts p;
    cli_text line = {0};
    fill_parts(bar, steps, now, &p);
    size_t in_epoch = steps - (size_t)(bar->epoch - 1) * bar->epoch_steps;
    compose(bar, &p, (double)in_epoch / (double)bar->epoch_steps, &line);
    cli_live(line.bytes ? line.bytes : "");
    cli_text_free(&line);
}
