/* Images that a network makes, written as what a name says: one page, numbers, or one PNG each. */
#ifndef CLI_IMAGE_OUTPUT_H
#define CLI_IMAGE_OUTPUT_H

#include "core/language.h"
#include "data/output_images.h"

typedef enum cli_output_kind {
    CLI_OUTPUT_NUMBERS,
    CLI_OUTPUT_PAGE,
    CLI_OUTPUT_FOLDER,
    CLI_OUTPUT_NONE /* the name says none of these */
} cli_output_kind;

cli_output_kind cli_image_output_kind(const char *output);

/* The name where nothing was typed: NAME.png in the run's folder, or in the current one for a model
 * file. To be freed. */
char *cli_image_output_name(const char *typed, const char *model, const char *name);

/* What CLI_OUTPUT_NONE is answered by; the `output` goes into it. */
#define CLI_IMAGE_OUTPUT_WRONG                                                                     \
    E_("--output: expected a name that ends in .png, .npy, .npz or .csv, or a folder that ends "   \
       "in /, got '%s'")

/* Help of an --output; NAME is a literal such as "decode". */
#define CLI_IMAGE_OUTPUT_HELP(NAME)                                                                \
    "page.png: all on one page, up to 1000; images.npy, .npz or .csv: all as numbers; "            \
    "DIR/: one PNG for each image, in the network's size; default: " NAME ".png in the "           \
    "run's folder, or in the current folder for a model file"

/* How a page looks. */
typedef struct cli_image_page {
    bool of_codes;             /* that were named: what is too many for one page */
    int columns;               /* 0: about as many as rows, but at least 10 */
    const char *const *titles; /* [columns], or [count] for a page of a single row; NULL: none */
} cli_image_page;

/* False with the error printed. */
bool cli_image_output_write(const cli_image_maker *maker, const cli_image_page *page,
                            const char *output);

#endif
