/* The runs below a folder as JSON, read anew while somebody asks for them: new runs appear, and the
 * curves of those that train grow. */
#ifndef CLI_RUN_WATCH_H
#define CLI_RUN_WATCH_H

#include "serve/reply.h"

typedef struct cli_run_watch cli_run_watch;

/* NULL with the error printed if the folder cannot be read; one that is not there has no runs. */
cli_run_watch *cli_run_watch_new(const char *folder);
void cli_run_watch_free(cli_run_watch *watch);

/* The runs as they were read last; from any thread. */
cli_reply cli_run_watch_tell(cli_run_watch *watch);
/* Reads them anew if they were asked for since, at most once a second; nothing is printed. By the
 * thread that made it. */
void cli_run_watch_tend(cli_run_watch *watch);

#endif
