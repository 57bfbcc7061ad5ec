/* One file from one mirror, into its part. */
#ifndef CLI_DATA_FETCH_H
#define CLI_DATA_FETCH_H

#include <stdbool.h>

#include "core/bar.h"
#include "core/strings.h"
#include "data/data_part.h"

/* Keeps connections from one file to the next. */
typedef struct cli_fetcher {
    void *curl;
    int timeout; /* seconds without a connection, or with less than a trickle of bytes */
    cli_bar bar;
} cli_fetcher;

typedef enum cli_fetched {
    CLI_FETCHED_ALL,  /* the part has the file's length; its sum is not checked yet */
    CLI_FETCHED_SOME, /* interrupted: the rest may come from another mirror, or from this one later
                       */
    CLI_FETCHED_REFUSED, /* this mirror is of no use */
    CLI_FETCHED_LOCAL,   /* our own side failed, and the error is printed */
    CLI_FETCHED_STOPPED  /* a signal came */
} cli_fetched;

/* False with the error printed. */
bool cli_fetcher_open(cli_fetcher *fetcher, int timeout);
void cli_fetcher_close(cli_fetcher *fetcher);

/* Continues where the part ends. `nth` of `count` files is for the bar. *why, empty before, gets
 * the mirror's failure in words. *whole: the part has nothing from before this call. */
cli_fetched cli_fetch(cli_fetcher *fetcher, const char *url, cli_part *part, int nth, int count,
                      bool *whole, cli_text *why);

/* The host in a URL, to be freed. */
char *cli_url_host(const char *url);

#endif
