/* What a run's record says about its data: the name under which they are found, and their
 * fingerprints. A name from a record is only trusted if the data are still the same. */
#ifndef CLI_KNOWN_DATA_H
#define CLI_KNOWN_DATA_H

#include <jansson.h>
#include <stdbool.h>

#include <embudo.h>

#include "core/json.h"

/* A name of a file or folder that is valid from every folder; a name that embudo itself knows, such
 * as "mnist", or that leads nowhere, stays as it is. To be freed. */
char *cli_known_data_name(const char *where);

/* ---- writing --------------------------------------------------------------------------------- */

/* From here on the images that cli_held_open opens are fingerprinted for the record. */
void cli_known_data_begin(void);
/* If the data set's test images are in files of their own: fingerprints them too, and checks that
 * the network reads them (NULL: any images will do). False with the error printed. */
bool cli_known_data_test(const char *where, const emb_net *net);
/* "set" and the fingerprints, into the group that is open. */
void cli_known_data_add(cli_json *json, const char *where);

/* ---- reading --------------------------------------------------------------------------------- */

/* The name in a run's record, to be freed; NULL if it has none. What is recorded with it is kept
 * for cli_known_data_agrees. `file` is that record: a run.json, or a checkpoint, which has no
 * fingerprints here (`record` is then NULL, and `name` what it says). */
char *cli_known_data_take(const char *file, const json_t *record, const char *name);

/* What cli_held_open asks: if the name came from a record, whether these are the images that it
 * described. `images` NULL: they could not be opened, and emb_error() says why. False with the
 * error printed. */
bool cli_known_data_agrees(const char *where, emb_part part, const emb_open_options *options,
                           const emb_images *images);

/* "; the name is from FILE: ...": what a refusal adds if the name came from a record; else "". Good
 * until the next call. */
const char *cli_known_data_hint(const char *where);

#endif
