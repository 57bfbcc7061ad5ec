/* Writing JSON (RFC 8259), indented by two spaces. Enough for run.json; reading is not its
 * business.
 *
 * Members go in one by one; `key` is NULL inside an array. Strings are escaped by emb_text_for for
 * EMB_JSON; names of files and folders, which must be found again, are first escaped for
 * EMB_NAME. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/strings.h"

typedef struct cli_json {
    cli_text text;
    int depth;
} cli_json;

void cli_json_open(cli_json *json, const char *key, char bracket);        /* '{' or '[' */
void cli_json_close(cli_json *json, char bracket);                        /* '}' or ']' */
void cli_json_string(cli_json *json, const char *key, const char *value); /* NULL: null */
void cli_json_name(cli_json *json, const char *key, const char *name);    /* of a file */
void cli_json_whole(cli_json *json, const char *key, int64_t value);
/* As a number that fits the signed 64 bits of JSON readers: a seed of 2^63 or more is written as
 * the negative number that is the same seed. */
void cli_json_seed(cli_json *json, const char *key, uint64_t seed);
void cli_json_real(cli_json *json, const char *key, double value); /* not finite: null */
void cli_json_bool(cli_json *json, const char *key, bool value);

/* The whole text on standard output, and frees it. */
void cli_json_put(cli_json *json);

#endif
