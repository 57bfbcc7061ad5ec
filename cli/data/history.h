/* A run's history.csv, read back: a number for each epoch and column. */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a history.csv. */
enum { CLI_MOST_HISTORY = 1 << 26 };

typedef struct cli_history {
    size_t rows, columns; /* both at least 1 */
    char *text;           /* the file, cut into strings */
    const char **names;   /* [columns] */
    double *values;       /* [columns][rows]; NaN if a field is empty, and in the column "data" */
} cli_history;

/* Whatever is not as it should be is refused, with file and line. False with the error printed and
 * nothing to free. */
bool cli_history_read(cli_history *history, const char *path);
/* The same of a text, which is taken over; `path` is what messages call it. */
bool cli_history_take(cli_history *history, char *text, size_t length, const char *path);
void cli_history_free(cli_history *history);

/* values[rows] of a column; NULL if there is none of that name. */
const double *cli_history_column(const cli_history *history, const char *name);

#endif
