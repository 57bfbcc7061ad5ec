/* A file that is being downloaded: FILE.part in its data set's folder, hashed as it grows, renamed
 * to FILE when it is complete and right. Never longer than the known length of the file. */
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

/* Opens what an earlier download left, or begins a new part. A part as long as the file is checked
 * with cli_part_is_right like any other; a longer one is started again. Links and whatever is not a
 * regular file are refused. False with the error printed; close it with cli_part_close in any
 * case. */
bool cli_part_open(cli_part *part, const cli_data_folder *folder, const cli_set_file *file);

/* Drops what is there. False with the error printed. */
bool cli_part_restart(cli_part *part);

/* Adds bytes, no more than are missing. False with the error printed. */
bool cli_part_add(cli_part *part, const void *bytes, size_t count);

/* Whether it has the file's length and SHA-256. */
bool cli_part_is_right(const cli_part *part);

/* Gives a part that is right its name, once all of it is on disk. False with the error printed. */
bool cli_part_keep(cli_part *part);

/* A part without its final name stays for the next time; an empty one is removed. */
void cli_part_close(cli_part *part);

/* Whether the file is there under its name, with its length and SHA-256. *differs: it is there, but
 * is another file. */
bool cli_file_is_right(const cli_data_folder *folder, const cli_set_file *file, bool *differs);

#endif
