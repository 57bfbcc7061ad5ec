/* Which requests the explorer lets in, by their heads alone: so that no page of another site reads
 * what it shows, and no two readers of a request see two requests. */
#ifndef CLI_GATE_H
#define CLI_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/reply.h"

enum { CLI_TOKEN_SIZE = 33, CLI_MOST_HOSTS = 3, CLI_HOST_ROOM = 64, CLI_MOST_BODY = 1 << 26 };

/* Who it is. */
typedef struct cli_gate {
    char hosts[CLI_MOST_HOSTS]
              [CLI_HOST_ROOM];  /* "127.0.0.1:8080": what Host may say; "" ends them */
    char token[CLI_TOKEN_SIZE]; /* "": none is asked for */
} cli_gate;

/* A header, and how often it is there. */
typedef struct cli_header {
    const char *value; /* the last; NULL: there is none */
    int count;
} cli_header;

typedef struct cli_head {
    const char *method, *version, *target; /* "GET", "HTTP/1.1", "/api/1/run?x=1" */
    cli_header host, origin, site, authorization, length, transfer, expect, upgrade;
} cli_head;

/* The gate of a server that listens there; a token is made if `guarded`. False if the system gives
 * no random numbers. */
bool cli_gate_make(cli_gate *gate, const char *address, int port, bool guarded);

/* Whether it is let in. If not, *problem says why; `allowed` is then, for a method, what Allow
 * lists. `posted`: the path takes a body; `open`: it needs no token. */
bool cli_gate_lets(const cli_gate *gate, const cli_head *head, cli_reply *problem);
bool cli_gate_takes(const cli_gate *gate, const cli_head *head, bool posted, bool open,
                    cli_reply *problem);

#endif
