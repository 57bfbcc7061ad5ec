/* A table and the picture of it, in a folder. */
#ifndef CLI_TABLE_FILE_H
#define CLI_TABLE_FILE_H

#include <stdbool.h>

#include <embudo.h>

#include "core/strings.h"

/* Writes folder/name.csv and folder/name.png, both or neither. Frees `picture` and `csv`. `picture`
 * is NULL if its constructor failed: a build without pictures says so and writes the table alone.
 * False with the error printed. */
bool cli_table_save(const char *folder, const char *name, cli_text *csv, emb_picture *picture);

/* The table alone. */
bool cli_table_save_alone(const char *folder, const char *name, cli_text *csv);

#endif
