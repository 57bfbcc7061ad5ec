/* --step-log: each step's loss as CSV.
 *
 * It is written beside its final name (FILE.part) and takes that name at the end, so that a file of
 * that name is always whole. A device or a pipe is written directly. */
#ifndef CLI_STEP_LOG_H
#define CLI_STEP_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Zeroed is one that logs nothing; every function accepts it. */
typedef struct cli_step_log {
    FILE *file;
    const char *path; /* borrowed */
    char *part;       /* FILE.part, or NULL where the file is written directly */
} cli_step_log;

/* All but _discard print the error and return false. `path` NULL: log nothing. */
bool cli_step_log_open(cli_step_log *log, const char *path);
bool cli_step_log_add(cli_step_log *log, size_t step, float loss);
bool cli_step_log_finish(cli_step_log *log);
/* Leaves nothing behind. */
void cli_step_log_discard(cli_step_log *log);

#endif
