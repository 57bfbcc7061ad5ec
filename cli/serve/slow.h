/* Dropping slow clients: a connection may be without a whole request for some seconds, and may take
 * some to read an answer, however busy it looks meanwhile. */
#ifndef CLI_SLOW_H
#define CLI_SLOW_H

#include <stdbool.h>

enum { CLI_MOST_CONNECTIONS = 2000 };

typedef struct cli_slow cli_slow;
typedef struct cli_slow_place cli_slow_place;
cli_slow *cli_slow_new(int request_seconds, int answer_seconds);
void cli_slow_free(cli_slow *slow);

/* A connection's place; NULL, which the others accept, if all are taken. */
cli_slow_place *cli_slow_add(cli_slow *slow, int socket);
/* From here on it answers, or waits for a request again. */
void cli_slow_mark(cli_slow *slow, cli_slow_place *place, bool answers);
/* Before its socket is closed. */
void cli_slow_remove(cli_slow *slow, cli_slow_place *place);

/* Shuts the sockets of those that are too slow; called now and then, from any thread. */
void cli_slow_drop(cli_slow *slow);
/* A thread that drops them until all is freed, whatever the others are busy with; false if the
 * system gives none. */
bool cli_slow_watch(cli_slow *slow);

#endif
