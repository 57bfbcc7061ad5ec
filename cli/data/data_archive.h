/* A data set's archive, whose files take its place in the set's folder: NAME.unpacked, which holds
 * the archive's SHA-256, then says that they are there. */
#ifndef CLI_DATA_ARCHIVE_H
#define CLI_DATA_ARCHIVE_H

#include <stdbool.h>

#include "data/data_folder.h"
#include "data/data_sets.h"

/* Whether it was unpacked into the folder that `fd` is. */
bool cli_archive_is_unpacked(int fd, const cli_set_file *file);

/* Unpacks it and removes it. False with the error printed, or without one if a signal came. */
bool cli_archive_unpack(const cli_data_folder *folder, const cli_set_file *file);

#endif
