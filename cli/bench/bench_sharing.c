/* See bench_sharing.h. */
#include "bench/bench_sharing.h"

#include <stdio.h>
#include <sys/resource.h>

#include "core/progress.h"

typedef struct counts {
    double when, switches, stolen, all; /* the last two in the system's ticks */
} counts;

static counts at_first;

/* The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. */
static void count_ticks(counts *c) {
    enum { COLUMNS = 8, STEAL = 7 };
    unsigned long long ticks[COLUMNS];
    FILE *file = fopen("/proc/stat", "r");
    if (!file) return;
    if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1], &ticks[2],
               &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[STEAL]) == COLUMNS) {
        for (int i = 0; i < COLUMNS; i++) c->all += (double)ticks[i];
        c->stolen = (double)ticks[STEAL];
    }
    fclose(file);
}

static counts count(void) {
    counts c = {.when = cli_clock()};
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) == 0) c.switches = (double)used.ru_nivcsw;
    count_ticks(&c);
    return c;
}

void cli_sharing_begin(void) { at_first = count(); }

cli_sharing cli_sharing_since(void) {
    const counts now = count();
    const double seconds = now.when - at_first.when, ticks = now.all - at_first.all;
    return (cli_sharing){
        .switches = seconds > 0 ? (now.switches - at_first.switches) / seconds : 0,
        .stolen = ticks > 0 ? 100 * (now.stolen - at_first.stolen) / ticks : 0,
    };
}
