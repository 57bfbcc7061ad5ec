/* --step-log. See step_log.h. */
#include "step_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

static bool refuse(cli_step_log *log) {
    cli_fail("%s: cannot write the step log: %s", log->path, strerror(errno));
    cli_step_log_discard(log);
    return false;
}

bool cli_step_log_open(cli_step_log *log, const char *path) {
    struct stat found;
    *log = (cli_step_log){.path = path};
    if (!path) return true;
    bool exists = stat(path, &found) == 0;
    if (exists && S_ISDIR(found.st_mode)) {
        errno = EISDIR;
        return refuse(log);
    }
    if (!exists || S_ISREG(found.st_mode)) log->part = cli_format("%s.part", path);
    log->file = fopen(log->part ? log->part : path, "w");
    if (!log->file || fputs("step,loss\n", log->file) == EOF || fflush(log->file) != 0) {
        return refuse(log);
    }
    return true;
}

bool cli_step_log_add(cli_step_log *log, size_t step, float loss) {
    if (!log->file) return true;
    if (fprintf(log->file, "%zu,%.9g\n", step, (double)loss) >= 0) return true;
    return refuse(log);
}

bool cli_step_log_finish(cli_step_log *log) {
    if (!log->file) return true;
    bool written = fflush(log->file) == 0;
    if (written && log->part) written = fsync(fileno(log->file)) == 0;
    if (!written || (log->part && rename(log->part, log->path) != 0)) return refuse(log);
    fclose(log->file);
    free(log->part);
    *log = (cli_step_log){0};
    return true;
}

void cli_step_log_discard(cli_step_log *log) {
    if (log->file) {
        fclose(log->file);
        if (log->part) unlink(log->part);
    }
    free(log->part);
    *log = (cli_step_log){0};
}
