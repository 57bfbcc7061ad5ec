/* A run's run.json, read back. It may say anything, so nothing in it is trusted: a member of
 * another type than the one that is asked for counts as missing. */
#ifndef CLI_RUN_JSON_H
#define CLI_RUN_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "core/strings.h"

/* Reads the file. *record is NULL if there is none; else free it with json_decref. False, with the
 * error printed, if it is not a run's record. */
bool cli_run_json_read(json_t **record, const char *path);

/* Writes a record that was read and perhaps changed, in the spelling in which it was written. False
 * with the text in emb_error(). */
bool cli_run_json_write(json_t *record, const char *path);

/* A text member of a group ("options") or, if `group` is NULL, of the whole record. NULL if there
 * is no such text. `record` may be NULL. Borrowed. */
const char *cli_run_json_string(const json_t *record, const char *group, const char *name);
/* A group's members, an object; NULL if there is none. Borrowed. */
json_t *cli_run_json_group(const json_t *record, const char *group);
/* False if there is no such number. */
bool cli_run_json_number(const json_t *record, const char *group, const char *name, double *value);

/* The command line that made the run, its words NULL-ended, to be freed with
 * cli_run_json_words_free; NULL if there is none that embudo would accept. */
char **cli_run_json_words(const json_t *record, int *count);
void cli_run_json_words_free(char **words);

/* The same as typed in a shell, to be freed. *names_folder: it has -o. */
char *cli_run_json_command(const json_t *record, bool *names_folder);

/* One word for a POSIX shell. */
void cli_run_json_quote(cli_text *out, const char *word);

/* A value as a person reads it, to be freed; NULL for arrays and objects. */
char *cli_run_json_text(const json_t *value);

#endif
