/* What a run's record says of its data: under which name they are found, and what they are known
 * by. A name that comes from a record is only believed where the data are still those. */
#ifndef CLI_KNOWN_DATA_H
#define CLI_KNOWN_DATA_H

#include <jansson.h>
#include <stdbool.h>

#include <embudo.h>

#include "core/json.h"

/* A file's or folder's name that is good in every folder; one that embudo knows by itself, such as
 * "mnist", or that leads nowhere, as it is. To be freed. */
char *cli_known_data_name(const char *where);

/* ---- writing --------------------------------------------------------------------------------- */

/* From here on the images that cli_held_open opens are fingerprinted for the record. */
void cli_known_data_begin(void);
/* The data set's test images, where they lie in files of their own: what they are known by, too,
 * and whether the network reads them, NULL: any will do. False with the error printed. */
bool cli_known_data_test(const char *where, const emb_net *net);
/* "set" and the fingerprints, into the group that is open. */
void cli_known_data_add(cli_json *json, const char *where);

/* ---- reading --------------------------------------------------------------------------------- */

/* The name in a run's record, to be freed; NULL where it has none. What is recorded with it is kept
 * for cli_known_data_agrees. `file` is that record: a run.json, or a checkpoint, which has no
 * fingerprints here (`record` is then NULL, and `name` what it says). */
char *cli_known_data_take(const char *file, const json_t *record, const char *name);

/* What cli_held_open asks: where the name came from a record, whether these are the images it
 * was about. `images` NULL: they could not be opened, and emb_error() says why. False with the
 * error printed. */
bool cli_known_data_agrees(const char *where, emb_part part, const emb_open_options *options,
                           const emb_images *images);

/* "; DATA is named by FILE: ...": what a refusal adds where the name came from a record; else "".
 * Good until the next call. */
const char *cli_known_data_hint(const char *where);

#endif
