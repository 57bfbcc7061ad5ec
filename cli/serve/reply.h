/* A request as the explorer's routes see it, and what they answer. Neither knows how it travels.
 *
 * Nothing here ends the process or prints: without memory the answer is a failure like others.
 * Texts of failures are for programs, and English. */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/strings.h"

typedef struct cli_request {
    const char *method; /* "GET", "HEAD" or "POST" */
    const char *path;   /* as it came: nothing is unescaped, and so an escape fits no route */
    const char *query;  /* behind the question mark; "" */
    const char *type;   /* of the body; "" */
    const uint8_t *body;
    size_t length;
} cli_request;

typedef struct cli_reply {
    int status;
    const char *type; /* "application/json" */
    const char *tag;  /* an ETag; NULL: it is not to be kept */
    void *bytes;      /* NULL, with count 0: there was no memory */
    size_t count;
    bool borrowed; /* the bytes last as long as the server; else they are to be freed */
} cli_reply;

#define CLI_JSON_TYPE "application/json"
#define CLI_NPY_TYPE  "application/x-npy"

/* application/problem+json (RFC 9457). The detail is a printf format. */
cli_reply cli_reply_problem(int status, const char *detail, ...) CLI_PRINTF(2, 3);
/* The library's last failure, as one of the server's or with this status; 503 if it was memory. */
cli_reply cli_reply_failure(void);
cli_reply cli_reply_failure_as(int status);
/* Takes `value` over; NULL is a lack of memory. */
cli_reply cli_reply_json(json_t *value);
cli_reply cli_reply_png(const float *pixels, const int shape[3]);
/* An image of any number of channels, its numbers mostly 0..1, as people look at it. */
cli_reply cli_reply_image(const float *image, const int shape[3]);
/* An array of `kind`: "<f4", "|u1" or "<u4", whose bytes are `values`. */
cli_reply cli_reply_npy(const char *kind, int rank, const size_t *shape, const void *values);
void cli_reply_free(cli_reply *reply);

/* ---- a query --------------------------------------------------------------------------------- */

enum { CLI_QUERY_ROOM = 4096 };

/* The value of a name, for which every comma may be written %2C; false if there is none, or if it
 * is too long. */
bool cli_query_text(const cli_request *request, const char *name, char text[CLI_QUERY_ROOM]);
/* A whole number from 0 to `most`: `fallback` if there is none, -1 if it is something else. */
long cli_query_whole(const cli_request *request, const char *name, long most, long fallback);
/* Whether every name is one of these, which a space parts, and stands there once. */
bool cli_query_knows(const cli_request *request, const char *names);

/* A whole number at the beginning of a text, of digits alone, at most `most`; its end. -1: none. */
long cli_digits(const char *text, long most, const char **end);

#endif
