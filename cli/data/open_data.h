/* Opening a data set, and finding the data set of a run, for a command that takes a run and names
 * no data set. */
#ifndef CLI_OPEN_DATA_H
#define CLI_OPEN_DATA_H

#include <embudo.h>

#include "core/options.h"

/* emb_images_fit; prints its notes. False with the error printed. */
bool cli_dataset_fit(emb_images *images, const emb_net *net, const char *where);

/* A class as tables and pictures call it: the word that its label stood for, or its number, which
 * `text` then holds. `images` may be NULL. What is printed goes through cli_shown. */
const char *cli_class_name(const emb_images *images, int label, char text[CLI_NUMBER_SIZE]);

/* Whether the name is one of arrays: .npy or .npz. */
bool cli_dataset_is_array(const char *where);

/* For a command that takes RUN|MODEL and DATASET, if the command line gives only the first:
 * replaces the default of DATASET by the data set that the run's record names. The name belongs to
 * `args`. CLI_DONE, or CLI_FAILED if the record cannot be read, since then the data set is not
 * known. */
int cli_dataset_default(cli_args *args);

/* The name of the data set in the record of a run, to be freed; NULL if the run does not say, with
 * the error printed if it has a record that cannot be read. */
char *cli_dataset_recorded(const char *run);

#endif
