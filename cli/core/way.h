/* Places that a record names: by a full path, and by the way from the record's folder, so that they
 * are found again when both have been moved. */
#ifndef CLI_WAY_H
#define CLI_WAY_H

#include <stdbool.h>

/* The way from a folder to a file or folder, "../../data", links followed, to be freed; NULL if one
 * of them is not there. */
char *cli_way_from(const char *folder, const char *place);

/* The place that a way from a folder leads to, as a full path without "..", to be freed; NULL if
 * nothing is there. `way` may be NULL. */
char *cli_way_to(const char *folder, const char *way);

/* The same by its name alone, whether or not anything is there. NULL if the folder is not. */
char *cli_way_end(const char *folder, const char *way);

/* Whether a full path is that of the folder that the program works in. */
bool cli_is_here(const char *folder);

/* Whether something is there: a file, a folder, anything. */
bool cli_place_exists(const char *place);

#endif
