/* The checkpoints in a run's folder: checkpoints/000009000.safetensors is the run after 9,000
 * steps. Nothing else there is a checkpoint. */
#ifndef CLI_CHECKPOINT_FOLDER_H
#define CLI_CHECKPOINT_FOLDER_H

#include <stdbool.h>

/* The digits of a checkpoint's name, at least. */
enum { CLI_CHECKPOINT_DIGITS = 9 };

/* The path of one, to be freed. `run` is a run's folder, here and below. */
char *cli_checkpoint_path(const char *run, long long steps);

/* The steps of the newest with fewer than `steps`; -1 if there is none. */
long long cli_checkpoint_before(const char *run, long long steps);

/* How many there are, at most `most`. */
int cli_checkpoint_count(const char *run, int most);

/* The name, to be freed, of the first entry that has the name of a checkpoint after `steps`, is not
 * a regular file, and for whose steps `is_due` is true. NULL if there is none. */
char *cli_checkpoint_in_the_way(const char *run, bool (*is_due)(const void *data, long long steps),
                                const void *data);

/* Removes those after `from` and before `to`, the newest first: whatever ends the process, what is
 * left is one history. False with the error printed. */
bool cli_checkpoint_remove_between(const char *run, long long from, long long to);
/* Removes all before the newest `keep` of those up to `newest`. False with the error printed. */
bool cli_checkpoint_remove_old(const char *run, int keep, long long newest);

#endif
