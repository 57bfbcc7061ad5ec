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
/* Fingerprints the test images, if IDX files have them, before the training images are opened: both
 * never lie in memory together. What is wrong with them is said by cli_known_data_test. */
void cli_known_data_look(const char *where);
/* If the data set's test images are in files of their own: fingerprints them too, and checks that
 * the network reads them (NULL: any images will do). False with the error printed. */
bool cli_known_data_test(const char *where, const emb_net *net);
/* "set", the way to it from the run's folder, and the fingerprints, into the group that is open. */
void cli_known_data_add(cli_json *json, const char *where, const char *run);

/* ---- reading --------------------------------------------------------------------------------- */

/* Where a run's record, which lies in that folder, says that the data set is, to be freed: under
 * its full path or, if nothing is there, at the end of the way from the run. NULL if it does not
 * say. */
char *cli_known_data_place(const json_t *record, const char *run);
/* The same for the file that has the record. */
char *cli_known_data_place_of(const json_t *record, const char *file);

/* The name in a run's record, to be freed; NULL if it has none. What is recorded with it is kept
 * for cli_known_data_agrees. `file` is that record: a run.json, or a checkpoint, which has no
 * fingerprints here (`record` is then NULL, and `name` what it says). */
char *cli_known_data_take(const char *file, const json_t *record, const char *name);

/* For a name that was taken from a checkpoint: where its run's record, in `file`, says that the
 * data might be, too. */
void cli_known_data_seek(const json_t *record, const char *file);
/* The name that was taken is called so from here on: the same data, as they were typed. */
void cli_known_data_call(const char *where);

/* What cli_held_open asks: if the name came from a record, whether these are the images that it
 * described. `images` NULL: they could not be opened, and emb_error() says why. False with the
 * error printed. */
bool cli_known_data_agrees(const char *where, emb_part part, const emb_open_options *options,
                           const emb_images *images);

/* "; the name is from FILE: ...": what a refusal adds if the name came from a record; else "". Good
 * until the next call. */
const char *cli_known_data_hint(const char *where);

#endif
