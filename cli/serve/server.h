/* HTTP by libmicrohttpd: the explorer's routes for who asks on a socket. */
#ifndef CLI_SERVER_H
#define CLI_SERVER_H

#include "serve/explorer.h"
#include "serve/gate.h"

typedef struct cli_server cli_server;

/* Takes a numeric address and a port, a free one if `port` is 0. Another address than the
 * loopback's gets a token, and so does one where something can be changed. NULL with the error
 * printed; so it is in a build without libmicrohttpd. */
cli_server *cli_server_listen(const char *address, int port, bool changes);
/* Answers from here on, on a thread of its own. False with the error printed. */
bool cli_server_start(cli_server *server, cli_explorer *explorer);
/* Whether this build can serve; the error is printed if not. */
bool cli_server_ready(void);
/* "http://127.0.0.1:8080/"; with the token, if there is one. Borrowed. */
const char *cli_server_address(const cli_server *server);
/* Called a few times a second while it runs; cli_server_wait does, until Ctrl-C. */
void cli_server_tend(cli_server *server);
void cli_server_wait(cli_server *server);
/* Also of one that has not started; NULL is accepted. */
void cli_server_stop(cli_server *server);

#endif
