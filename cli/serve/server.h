/* HTTP by libmicrohttpd: the explorer's routes for who asks on a socket. */
#ifndef CLI_SERVER_H
#define CLI_SERVER_H

#include "serve/explorer.h"
#include "serve/gate.h"

typedef struct cli_server cli_server;

/* Listens on a numeric address, on a free port if `port` is 0, and answers on a thread of its own.
 * Another address than the loopback's gets a token. NULL with the error printed; so it is in a
 * build without libmicrohttpd. */
cli_server *cli_server_start(cli_explorer *explorer, const char *address, int port);
/* Whether this build can serve; the error is printed if not. */
bool cli_server_ready(void);
/* "http://127.0.0.1:8080/"; with the token, if there is one. Borrowed. */
const char *cli_server_address(const cli_server *server);
/* Called a few times a second while it runs. */
void cli_server_tend(cli_server *server);
void cli_server_stop(cli_server *server);

#endif
