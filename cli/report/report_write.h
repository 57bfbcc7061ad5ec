/* Everything about a run, on one page that needs no other file. */
#ifndef CLI_REPORT_WRITE_H
#define CLI_REPORT_WRITE_H

#include <stdbool.h>

/* Writes the report of a run, in the reader's language, to `path` (NULL: report.html in the run's
 * folder). False, with the error printed, if it could not be written. */
bool cli_report_write(const char *run, const char *dataset, const char *path, int threads);

#endif
