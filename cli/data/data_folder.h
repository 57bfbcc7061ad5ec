/* A data set's folder in the cache, for one process at a time. */
#ifndef CLI_DATA_FOLDER_H
#define CLI_DATA_FOLDER_H

#include <stdbool.h>

/* Everything in it is reached through `fd`, so that nobody who renames or links a folder on the way
 * moves where we write. */
typedef struct cli_data_folder {
    char *path; /* as it is told to the user */
    int fd, lock;
} cli_data_folder;

/* Makes what is missing of the cache and of `name` in it, a safe name (cli_set_name_is_safe), and
 * waits for another process that has it. The cache's own path is the user's word and may lead
 * through links; `name` may not be one. False with the error printed, or, without one, when a
 * signal came while it waited. cli_data_folder_close ends its use in any case. */
bool cli_data_folder_open(cli_data_folder *folder, const char *name);
void cli_data_folder_close(cli_data_folder *folder);

#endif
