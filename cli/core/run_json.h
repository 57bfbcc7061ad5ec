/* A run's run.json, read back. It may say anything, so nothing of it is believed: whatever is not
 * of the type that is asked for is not there. */
#ifndef CLI_RUN_JSON_H
#define CLI_RUN_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "core/strings.h"

/* Reads the file. *record is NULL where there is none; else to be freed with json_decref. False,
 * with the error printed, where it is not what it should be. */
bool cli_run_json_read(json_t **record, const char *path);

/* A member, or one of a group ("options"); `group` NULL: of the whole. NULL where there is no such
 * text. `record` may be NULL. Borrowed. */
const char *cli_run_json_string(const json_t *record, const char *group, const char *name);
/* A group's members, an object; NULL where there is none. Borrowed. */
json_t *cli_run_json_group(const json_t *record, const char *group);
/* False where there is no such number. */
bool cli_run_json_number(const json_t *record, const char *group, const char *name, double *value);

/* The command line that made the run, its words NULL-ended and to be freed so; NULL where there is
 * none that embudo reads: whatever else a record says is no command. */
char **cli_run_json_words(const json_t *record, int *count);
void cli_run_json_words_free(char **words);

/* The same as one types it in a shell, to be freed. *names_folder: with -o. */
char *cli_run_json_command(const json_t *record, bool *names_folder);

/* One word for a POSIX shell. */
void cli_run_json_quote(cli_text *out, const char *word);

/* A value as a person reads it, to be freed; NULL of arrays and objects. */
char *cli_run_json_text(const json_t *value);

#endif
