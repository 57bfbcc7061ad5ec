/* Paths and folders that the program works in: what they are, making them, and holding a run's
 * folder so that everything in it is reached through one descriptor (emb_folder in
 * embudo/files.h). */
#ifndef CLI_FOLDERS_H
#define CLI_FOLDERS_H

#include <dirent.h>
#include <stdbool.h>

/* What a path leads to, links followed. */
bool cli_is_folder(const char *path);
bool cli_is_file(const char *path); /* a regular one */
/* Anything that is not a folder, even if it cannot be examined: opening it says what is wrong. */
bool cli_is_there(const char *path);
/* Whether two names, however they are spelled, lead to the same file or folder. */
bool cli_is_same(const char *a, const char *b);

/* All functions below that return a bool print the error if they return false. */

/* Makes a folder, and those above it. One that is there is fine. */
bool cli_folder_make(const char *path);
/* Whether there is no such folder, or nothing in it: files of two calls do not mix. */
bool cli_folder_is_free(const char *path);
/* The folders above `path` alone. */
bool cli_folder_make_above(const char *path);

/* Asked before the work that makes an output: whether a file of the user's name can be written. */
bool cli_output_ready(const char *path);

/* Holds a run's folder until the program ends. Once is enough. A link is refused: what is in a run
 * must be its own. */
bool cli_folder_hold(const char *path);

/* The same for a folder in which the program names the files: the folder may be reached through a
 * link, but the files in it may not. */
bool cli_folder_hold_output(const char *path);

/* The descriptor of a folder that is held; -1 for any other. */
int cli_folder_descriptor(const char *path);

/* Whether something of that name is in a held folder, even if it is a link to nowhere. */
bool cli_folder_has(const char *path, const char *name);

/* Says which of the names, NULL-ended, are in a folder: what a command has written there. */
void cli_folder_tell(const char *path, const char *const *names);

/* The entries of a part of a held folder, "." for itself: no link is followed. NULL, with errno, if
 * it cannot be opened. */
DIR *cli_folder_list(const char *path, const char *part);

#endif
