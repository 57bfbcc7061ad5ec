/* What the doctor says of images: one line for each thing that is wrong with them, with what to do.
 * Like the doctor it never changes a result, and is silent on an error of its own. */
#ifndef CLI_DATA_DOCTOR_H
#define CLI_DATA_DOCTOR_H

#include <embudo.h>

#include "data/recorded.h"
#include "data/subject.h"

/* Before the first step. `dataset` is what the images are called. */
void cli_data_doctor_start(const cli_subject *subject, const cli_terms *terms, const char *dataset);

/* The same of the classes that the data set's own parts lack: those of its test images, and for an
 * autoencoder of its validation images. */
void cli_data_doctor_parts(const cli_subject *subject, const cli_terms *terms, const char *dataset);

/* Whether images are negatives of those that a trained autoencoder learned: the line about it, to
 * be freed; NULL: they are not. `remedy`: what to do, "--invert reads them so". */
char *cli_data_doctor_shades(emb_net *net, const emb_images *images, const char *remedy);

/* The same of the data set that a trained network is given, said on standard error. */
void cli_data_doctor_given(emb_net *net, const emb_images *images);

/* The classes of a classifier that none of the images that it is scored on shows. */
void cli_data_doctor_classes(const emb_net *net, const emb_images *images, const char *remedy);

#endif
