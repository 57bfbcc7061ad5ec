/* --step-log: each step's loss as CSV.
 *
 * The file appears at the end, whole: until then it is written under a temporary name beside its
 * own (emb_file_writer). A device or a pipe is written directly. */
#ifndef CLI_STEP_LOG_H
#define CLI_STEP_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <embudo.h>

/* A zeroed one logs nothing; every function accepts it. */
typedef struct cli_step_log {
    emb_file_writer *writer;
    FILE *device;     /* instead of the writer */
    const char *path; /* borrowed */
} cli_step_log;

/* All but _discard print the error and return false. `path` NULL: log nothing. */
bool cli_step_log_open(cli_step_log *log, const char *path);
bool cli_step_log_add(cli_step_log *log, size_t step, float loss);
bool cli_step_log_finish(cli_step_log *log);
/* Leaves nothing behind. */
void cli_step_log_discard(cli_step_log *log);

#endif
