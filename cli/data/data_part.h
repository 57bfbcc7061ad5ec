/* A file that is on its way: FILE.part in its data set's folder, hashed as it grows, named FILE
 * when it is whole and right. Never longer than the file is known to be. */
#ifndef CLI_DATA_PART_H
#define CLI_DATA_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/data_folder.h"
#include "data/data_sets.h"

typedef struct cli_part {
    const cli_data_folder *folder; /* borrowed */
    const cli_set_file *file;      /* borrowed */
    char *name;                    /* "FILE.part" */
    int fd;
    uint64_t length; /* what is there */
    void *hash;      /* of that */
} cli_part;

/* Opens what an earlier download left, or begins. One that is as long as the file is looked at with
 * cli_part_is_right like any other; a longer one begins anew. Links and what is no plain file are
 * refused. False with the error printed; cli_part_close ends its use in any case. */
bool cli_part_open(cli_part *part, const cli_data_folder *folder, const cli_set_file *file);

/* Drops what is there. False with the error printed. */
bool cli_part_restart(cli_part *part);

/* Adds bytes, no more than are missing. False with the error printed. */
bool cli_part_add(cli_part *part, const void *bytes, size_t count);

/* Whether it has the file's length and SHA-256. */
bool cli_part_is_right(const cli_part *part);

/* Gives a right one its name, all of it on disk first. False with the error printed. */
bool cli_part_keep(cli_part *part);

/* What is not kept stays for the next time; an empty one is removed. */
void cli_part_close(cli_part *part);

/* Whether the file is there under its name, of its length and SHA-256. *differs: it is there, but
 * is another. */
bool cli_file_is_right(const cli_data_folder *folder, const cli_set_file *file, bool *differs);

#endif
