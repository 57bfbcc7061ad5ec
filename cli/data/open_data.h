/* Data sets: opening one, and the one of a run: what a command that takes a run works on where its
 * line names none. */
#ifndef CLI_OPEN_DATA_H
#define CLI_OPEN_DATA_H

#include <embudo.h>

#include "core/options.h"

/* emb_images_fit, with its notes said. False with the error printed. */
bool cli_dataset_fit(emb_images *images, const emb_net *net, const char *where);

/* A class as tables and pictures call it: the word that its label stood for, or its number, which
 * `text` then holds. `images` may be NULL. What is printed goes through cli_shown. */
const char *cli_class_name(const emb_images *images, int label, char text[CLI_NUMBER_SIZE]);

/* Whether the name is one of arrays: .npy or .npz. */
bool cli_dataset_is_array(const char *where);

/* Puts the data set that the run's record names in place of the default of DATASET, in a command
 * that takes RUN|MODEL and DATASET, where the line gives the one and not the other. The name
 * belongs to `args`. CLI_DONE, or CLI_FAILED with a record that cannot be read: which data are
 * meant is not known then. */
int cli_dataset_default(cli_args *args);

#endif
