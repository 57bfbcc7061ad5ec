/* A data set's folder in the cache, for one process at a time. */
#ifndef CLI_DATA_FOLDER_H
#define CLI_DATA_FOLDER_H

#include <stdbool.h>

/* Everything in it is reached through `fd`, so that renaming or linking a folder on the way does
 * not change where we write. */
typedef struct cli_data_folder {
    char *path; /* as shown to the user */
    int fd, lock;
} cli_data_folder;

/* Makes the cache folder and `name` in it, a safe name (cli_set_name_is_safe), if they are missing,
 * and waits while another process holds it. The user chose the cache's path, so it may lead through
 * links; `name` may not be a link. False with the error printed, or without one if a signal came
 * while it waited. Close it with cli_data_folder_close in any case. */
bool cli_data_folder_open(cli_data_folder *folder, const char *name);
void cli_data_folder_close(cli_data_folder *folder);

#endif
