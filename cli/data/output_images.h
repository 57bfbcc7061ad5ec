/* Images that a network makes, written as numbers or as one PNG each. */
#ifndef CLI_OUTPUT_IMAGES_H
#define CLI_OUTPUT_IMAGES_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

/* Where `count` images of the net's shape come from. */
typedef struct cli_image_maker {
    emb_net *net;
    size_t count;
    /* images[here][C][H][W] = images [first, first + here) */
    emb_status (*make)(const void *data, size_t first, size_t here, float *images);
    const void *data;
    const uint8_t *labels; /* [count], for what is written as arrays; NULL: none */
} cli_image_maker;

/* Both print the error if they return false. */

/* Whether the name ends in .npy, .npz or .csv. */
bool cli_output_is_numbers(const char *path);
/* float32 [count, C, H, W] as NPY (chunk by chunk) or NPZ, with labels if there are any; or a CSV
 * line each. */
bool cli_output_images_numbers(const cli_image_maker *maker, const char *path);
/* folder/00000.png and so on, each H x W; the folder is made if it is missing. C is 1 or 3. */
bool cli_output_images_png(const cli_image_maker *maker, const char *folder);

#endif
