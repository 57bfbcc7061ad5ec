/* Getting a data set: each of its files, from the first mirror that has it. */
#ifndef CLI_DATA_GET_H
#define CLI_DATA_GET_H

#include <stdbool.h>

#include "data/data_sets.h"

typedef struct cli_get_options {
    const char *mirror; /* tried before the set's own; or NULL */
    bool mirror_alone;  /* the set's own mirrors are not tried */
    int timeout;        /* seconds of silence after which the next mirror is tried */
} cli_get_options;

/* Downloads what is missing of a set into its folder in the cache, and prints the folder's path.
 * The exit code, with whatever went wrong printed. */
int cli_data_get(const cli_set *set, const cli_get_options *options);

/* Whether the folder holds all of the set's files, going by their lengths. */
bool cli_data_is_there(const cli_set *set, const char *folder);

#endif
