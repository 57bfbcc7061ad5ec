/* What lies in a run's folder, and removing it. */
#ifndef CLI_RUN_FILES_H
#define CLI_RUN_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* The folder is held and locked (folders.h, run_lock.h). All print the error if they return false.
 */

/* Whether all that lies there is a run's: files that a training writes, or another command by its
 * own name beside them. Others are refused by name, unless they are regular files or links and
 * `all` is true; folders besides checkpoints/ and tensorboard/, and what lies within these, always.
 */
bool cli_run_files_known(const char *folder, bool all, size_t *count);

/* Removes them, run.json last, so that what a killed process leaves is still a run; then the
 * folder. Nothing is followed. */
bool cli_run_files_remove(const char *folder);

#endif
