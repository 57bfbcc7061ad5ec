/* --step-log. See step_log.h. */
#include "train/step_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/message.h"
#include "core/system_error.h"

static bool refuse(cli_step_log *log, const char *why) {
    cli_fail("%s: cannot write the step log: %s", log->path, why);
    cli_step_log_discard(log);
    return false;
}

static bool put(cli_step_log *log, const char *text, size_t length) {
    if (log->device) {
        return fwrite(text, 1, length, log->device) == length ||
               refuse(log, cli_system_error(errno));
    }
    if (emb_file_writer_add(log->writer, text, length) == EMB_OK) return true;
    cli_fail("%s", emb_error());
    cli_step_log_discard(log);
    return false;
}

/* A FIFO that nobody reads would hang the training before it begins. */
static bool open_device(cli_step_log *log) {
    const int fd = open(log->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return refuse(log, errno == ENXIO ? _("nobody reads it") : cli_system_error(errno));
    const int flags = fcntl(fd, F_GETFL);
    if (flags >= 0) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    log->device = fdopen(fd, "w");
    if (log->device) return true;
    const int error = errno;
    close(fd);
    return refuse(log, cli_system_error(error));
}

bool cli_step_log_open(cli_step_log *log, const char *path) {
    static const char names[] = "step,loss\n";
    struct stat found;
    *log = (cli_step_log){.path = path};
    if (!path) return true;
    const bool there = stat(path, &found) == 0;
    if (there && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) {
        if (!open_device(log)) return false;
        return put(log, names, strlen(names)) &&
               (fflush(log->device) == 0 || refuse(log, cli_system_error(errno)));
    }
    log->writer = emb_file_writer_new(path);
    if (log->writer) return put(log, names, strlen(names));
    cli_fail("%s", emb_error());
    return false;
}

bool cli_step_log_add(cli_step_log *log, size_t step, float loss) {
    char line[64];
    if (!log->writer && !log->device) return true;
    const int length = snprintf(line, sizeof line, "%zu,%.9g\n", step, (double)loss);
    return put(log, line, (size_t)length);
}

bool cli_step_log_finish(cli_step_log *log) {
    if (log->device && fflush(log->device) != 0) return refuse(log, cli_system_error(errno));
    const bool good = !log->writer || emb_file_writer_finish(log->writer) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    cli_step_log_discard(log);
    return good;
}

void cli_step_log_discard(cli_step_log *log) {
    if (log->device) fclose(log->device);
    emb_file_writer_free(log->writer);
    *log = (cli_step_log){0};
}
