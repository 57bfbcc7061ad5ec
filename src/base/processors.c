/* See processors.h. Linux tells by its affinity mask, /sys/devices and the control groups;
 * elsewhere the count of processors has to do. */
#include "base/processors.h"

#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__linux__)

enum { MOST = CPU_SETSIZE };

/* The lowest-numbered hardware thread of the core that `processor` is one of; itself where the
 * system does not say. */
static size_t first_sibling(size_t processor) {
    char path[96];
    size_t first = processor;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%zu/topology/thread_siblings_list",
             processor);
    FILE *file = fopen(path, "r");
    if (!file) return processor;
    if (fscanf(file, "%zu", &first) != 1 || first >= MOST) first = processor;
    fclose(file);
    return first;
}

static int cores(void) {
    cpu_set_t mine, seen;
    int count = 0;
    if (sched_getaffinity(0, sizeof mine, &mine) != 0) return 0;
    CPU_ZERO(&seen);
    for (size_t i = 0; i < MOST; i++) {
        if (!CPU_ISSET(i, &mine)) continue;
        const size_t core = first_sibling(i);
        if (CPU_ISSET(core, &seen)) continue;
        CPU_SET(core, &seen);
        count++;
    }
    return count;
}

/* Processors' worth of time that the control group allows, rounded up; 0: no limit is known. */
static int quota(void) {
    long long limit = 0, period = 0;
    int found = 0;
    FILE *file =
        fopen("/sys/fs/cgroup/cpu.max", "r"); /* version 2: "max 100000" or "150000 100000" */
    if (file) {
        found = fscanf(file, "%lld %lld", &limit, &period) == 2;
        fclose(file);
    } else if ((file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "r"))) {
        found = fscanf(file, "%lld", &limit) == 1;
        fclose(file);
        file = found ? fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "r") : NULL;
        found = file && fscanf(file, "%lld", &period) == 1;
        if (file) fclose(file);
    }
    if (!found || limit <= 0 || period <= 0) return 0;
    const long long processors = (limit + period - 1) / period;
    return processors > MOST ? MOST : (int)processors;
}

int emb__processors(void) {
    const int have = cores(), allowed = quota();
    if (have < 1) return 1;
    return allowed > 0 && allowed < have ? allowed : have;
}

#else

int emb__processors(void) {
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (int)online;
}

#endif
