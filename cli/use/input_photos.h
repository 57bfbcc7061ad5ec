/* Picture files as images for a network. */
#ifndef CLI_INPUT_PHOTOS_H
#define CLI_INPUT_PHOTOS_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

#include "core/options.h"

/* Whether the words of the last positional are picture files: several words are, and a single one
 * is if it is a file that is no data set. An archive is listed for that. */
bool cli_photos_named(const cli_args *args);

/* Reads the files in the shape of the network's input, as RUN|MODEL and the options --invert,
 * --like-mnist and --no-like-mnist say. Of pictures that are scaled as a whole, prints a note on
 * standard error for each of the first ones that this changes much, and one for the rest; and the
 * doctor's line if they are negatives of what the network learned. NULL with the error printed. */
emb_images *cli_photos_read(const char *const *paths, size_t count, emb_net *net,
                            const cli_args *args);

/* Whether one of them can be read so; false with the error printed. */
bool cli_photo_check(const char *path, const emb_net *net, const cli_args *args);

#endif
