/* The images of a data set as results name them: in tables and on sheets. */
#ifndef CLI_NAMED_IMAGES_H
#define CLI_NAMED_IMAGES_H

#include <stdbool.h>

#include "core/json.h"
#include "data/split.h"

#define CLI_ALL_SPLIT_HELP                                                                         \
    "which images: all, or \"train\", \"val\" or \"test\" alone, the run's own shares of DATASET"

/* The picture's file below the data set's folder or, for other data sets, the image's number in its
 * split, which `text` then holds. */
const char *cli_image_name(const cli_split *split, size_t i, char text[CLI_NUMBER_SIZE]);

/* The first two cells of a CSV's row, "cats/3.png,cats"; and their names, "file,label" or
 * "index,label". Without labels the second is empty. */
void cli_image_cells(cli_text *csv, const cli_split *split, size_t i);
const char *cli_image_head(const cli_split *split);

/* The same as members of an object that is open: "name" and "label". */
void cli_image_json(cli_json *json, const cli_split *split, size_t i);

/* CSV to a file or, if `path` is NULL or "-", to standard output. False with the error printed. */
bool cli_table_put(const cli_text *csv, const char *path);

/* Images in a grid. */
typedef struct cli_cells {
    const emb_net *net;
    const cli_split *split;
    size_t rows, columns;
    const size_t *places;          /* [rows][columns]: images of the split; SIZE_MAX: none */
    const float *own;              /* [C][H][W]: what stands in the first cell instead; or NULL */
    char *const *captions;         /* [rows][columns], or NULL */
    const char *const *row_titles; /* [rows], or NULL */
    const char *title;
} cli_cells;

/* How many of `wanted` images of the network fit in a picture. */
size_t cli_cells_most(const emb_net *net, size_t wanted);

/* Draws them in the format that the path's ending stands for; NULL with the error printed. */
emb_picture *cli_cells_draw(const cli_cells *cells, const char *path);
/* Only in the terminal; see shown.h. */
bool cli_cells_show(const cli_cells *cells);
bool cli_cells_save(const cli_cells *cells, const char *path);

/* Whether the name ends like a picture's; CLI_USAGE, with the message printed, if it is neither
 * that nor .csv nor "-". `path` may be NULL. */
int cli_sheet_check(const char *command, const char *path);
bool cli_is_sheet(const char *path);

#endif
