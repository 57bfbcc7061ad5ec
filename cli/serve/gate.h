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
    bool guarded;               /* who only reads needs it, too */
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

/* Counts a header of the request, whose texts are borrowed. */
void cli_head_add(cli_head *head, const char *name, const char *value);

/* Whom a path is for, and how it is asked. */
typedef enum cli_way {
    CLI_WAY_PAGE,   /* read, without a token */
    CLI_WAY_READ,   /* read */
    CLI_WAY_POST,   /* read, or posted to */
    CLI_WAY_CHANGE, /* posted to: it changes what runs, which takes the token everywhere */
    CLI_WAYS
} cli_way;

/* The gate of a server that listens there. A token is made if it is `guarded`, or if something can
 * be changed. False if the system gives no random numbers. */
bool cli_gate_make(cli_gate *gate, const char *address, int port, bool guarded, bool changes);

/* Whether it is let in. If not, *problem says why. */
bool cli_gate_lets(const cli_gate *gate, const cli_head *head, cli_reply *problem);
bool cli_gate_takes(const cli_gate *gate, const cli_head *head, cli_way way, cli_reply *problem);
/* "GET, HEAD": the methods of a way, as Allow lists them. */
const char *cli_gate_methods(cli_way way);

#endif
