/* What the run's record says about the machine. Reads /proc and /etc if they exist, and does
 * without them if not. */
#include "core/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* The value of the first line of a file that begins with `key`, without `separator`, blanks and
 * quotes around it; NULL if there is none. */
static char *value_in(const char *path, const char *key, char separator) {
    FILE *file = fopen(path, "r");
    char line[512], *found = NULL;
    while (file && !found && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key)) != 0) continue;
        char *value = strchr(line, separator);
        if (!value) continue;
        value += 1 + strspn(value + 1, " \t\"");
        value[strcspn(value, "\"\r\n")] = '\0';
        if (*value) found = cli_format("%s", value);
    }
    if (file) fclose(file);
    return found;
}

char *cli_machine_processor(void) {
    struct utsname names;
    char *model = value_in("/proc/cpuinfo", "model name", ':');
    if (model) return model;
    return cli_format("%s", uname(&names) >= 0 ? names.machine : "unknown");
}

char *cli_machine_system(void) {
    struct utsname names;
    if (uname(&names) < 0) return cli_format("unknown");
    char *name = value_in("/etc/os-release", "PRETTY_NAME", '=');
    char *system = cli_format("%s%s%s %s %s", name ? name : "", name ? ", " : "", names.sysname,
                              names.release, names.machine);
    free(name);
    return system;
}

const char *cli_machine_compiler(void) {
#if defined(__clang__)
    return __VERSION__; /* begins with the name */
#elif defined(__GNUC__)
    return "GCC " __VERSION__;
#else
    return "unknown";
#endif
}

long cli_machine_cores(void) { return sysconf(_SC_NPROCESSORS_ONLN); }

/* A number of kB in /proc/self/status; 0 if there is none. */
static size_t status_bytes(const char *key) {
    char *value = value_in("/proc/self/status", key, ':');
    const size_t kilobytes = value ? strtoul(value, NULL, 10) : 0;
    free(value);
    return kilobytes * 1024;
}

size_t cli_machine_most(const struct rusage *usage) {
#if defined(__APPLE__)
    return (size_t)usage->ru_maxrss;
#else
    return (size_t)usage->ru_maxrss * 1024;
#endif
}

void cli_machine_memory(size_t *now, size_t *most) {
    struct rusage used;
    *now = status_bytes("VmRSS");
    *most = status_bytes("VmHWM");
    if (*now > 0 && *most > 0) return;
    const bool known = getrusage(RUSAGE_SELF, &used) == 0;
    *most = known ? cli_machine_most(&used) : 0;
    *now = *most;
}

const char *cli_machine_time(char text[CLI_NUMBER_SIZE]) {
    time_t now = time(NULL);
    struct tm utc;
    text[0] = '\0';
    if (gmtime_r(&now, &utc)) strftime(text, CLI_NUMBER_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}
