/* What the explorer answers to which path. docs/API.md has it for people. */
#ifndef CLI_ROUTES_H
#define CLI_ROUTES_H

#include "serve/explorer.h"

/* What a path is for. */
typedef struct cli_route {
    const char *path; /* a "*" stands for a whole number */
    bool posted;      /* POST is allowed too */
    bool everywhere;  /* also where runs are shown, without a network */
    cli_reply (*answer)(cli_explorer *explorer, const cli_request *request, long number);
} cli_route;

/* NULL: there is no such path. *number = what stands in the place of the star. */
const cli_route *cli_route_find(const char *path, long *number);
/* A file of the page by its path; false if there is none. */
bool cli_route_page(const char *path, cli_reply *reply);

#endif
