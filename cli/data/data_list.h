/* Data sets from a list that somebody wrote. */
#ifndef CLI_DATA_LIST_H
#define CLI_DATA_LIST_H

#include "data/data_sets.h"

/* Sets as a file lists them. Zeroed is empty. */
typedef struct cli_set_list {
    char *text;
    cli_set *sets; /* a NULL name ends */
} cli_set_list;

/* Reads a list; `embudo data --help` says how one is written. False with the error printed. */
bool cli_set_list_read(cli_set_list *list, const char *path);
void cli_set_list_free(cli_set_list *list);

#endif
