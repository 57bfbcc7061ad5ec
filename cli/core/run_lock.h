/* A run's folder belongs to the process that writes it. */
#ifndef CLI_RUN_LOCK_H
#define CLI_RUN_LOCK_H

#include <stdbool.h>

/* `folder` is held (folders.h). Takes folder/.lock for this process, until it ends or gives it
 * back; a dead process holds none. Then removes what a dead one left half-written there, in
 * checkpoints/ and in tensorboard/. False, with the error printed, if another process has it, or if
 * a link or the like has the name of a file that a training writes; *lock is a descriptor. */
bool cli_run_lock(const char *folder, int *lock);

/* Whether a process has the lock of a folder, held or not; it may give it back meanwhile. */
bool cli_run_locked(const char *folder);

/* Gives it back and removes the file. -1 is accepted. */
void cli_run_unlock(const char *folder, int *lock);

/* Whether the path leads to a file that the run in that folder, which is held, writes itself. */
bool cli_run_owns(const char *folder, const char *path);

#endif
