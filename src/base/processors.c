/* See processors.h. Linux tells it by its affinity mask, /sys/devices and the control groups;
 * elsewhere the number of processors must do. */
#include "base/processors.h"

#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "base/system.h"

#if defined(__linux__)

enum { MOST = CPU_SETSIZE, SHORT = 64 };

/* The lowest-numbered hardware thread of the core that `processor` belongs to; `processor` itself
 * if the system does not say. */
static size_t first_sibling(size_t processor) {
    char path[96], text[SHORT];
    size_t first = processor;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%zu/topology/thread_siblings_list",
             processor);
    if (!emb__sys_text(path, text, sizeof text)) return processor;
    if (sscanf(text, "%zu", &first) != 1 || first >= MOST) first = processor;
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

/* The processor time that the control group allows, in processors, rounded up; 0: no limit is
 * known. */
static int quota(void) {
    long long limit = 0, period = 0;
    char text[SHORT];
    bool found;
    if (emb__sys_text("/sys/fs/cgroup/cpu.max", text, sizeof text)) {
        found = sscanf(text, "%lld %lld", &limit, &period) == 2; /* "max 100000": none */
    } else {
        found = emb__sys_text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", text, sizeof text) &&
                sscanf(text, "%lld", &limit) == 1;
        found = found && emb__sys_text("/sys/fs/cgroup/cpu/cpu.cfs_period_us", text, sizeof text) &&
                sscanf(text, "%lld", &period) == 1;
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
