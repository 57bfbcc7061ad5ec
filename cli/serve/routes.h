/* What the explorer answers to which path. docs/API.md has it for people. */
#ifndef CLI_ROUTES_H
#define CLI_ROUTES_H

#include "serve/explorer.h"
#include "serve/gate.h"

/* What a path asks of what is shown. */
typedef enum cli_showing { CLI_SHOWS_ANY, CLI_SHOWS_NET, CLI_SHOWS_TRAINING } cli_showing;

/* What a path is for. */
typedef struct cli_route {
    const char *path; /* a "*" stands for a whole number */
    cli_way way;
    cli_showing needs; /* what must be shown: else there is no such path */
    cli_reply (*answer)(cli_explorer *explorer, const cli_request *request, long number);
} cli_route;

/* NULL: there is no such path. *number = what stands in the place of the star. */
const cli_route *cli_route_find(const char *path, long *number);
/* What the route answers; a training's newest network is taken over first. */
cli_reply cli_route_answer(const cli_route *route, cli_explorer *explorer,
                           const cli_request *request, long number);
/* A file of the page by its path; false if there is none. */
bool cli_route_page(const char *path, cli_reply *reply);

#endif
