/* The images of a data set that a command works on: a part of it, or a run's own share. */
#ifndef CLI_SPLIT_H
#define CLI_SPLIT_H

#include <stdbool.h>

#include <embudo.h>

#include "data/held.h"

/* For the options of a command that takes a split: the words, and what they mean. */
#define CLI_SPLITS "train|val|test|all"
#define CLI_SPLIT_HELP                                                                             \
    "which images: \"train\" and \"val\" are the run's own shares of the data set's training "     \
    "images, \"test\" is its test images or, for one array, those that the run held out; \"all\" " \
    "is every training image and then every test image, in file order. Default: test, or the "     \
    "images that the run uses in their place"

typedef struct cli_split {
    emb_images *images;
    uint32_t *indices;   /* of the split's images, in its order; NULL: all, in file order. For
                            "train" those of its validation images follow, as many as are left */
    size_t count;        /* at least 1 */
    cli_part part;       /* what they are */
    bool other;          /* one array that the model was not trained on */
    cli_holdout held;    /* what the model's record says of one array */
    const char *dataset; /* borrowed */
} cli_split;

/* Opens the images of `split`, a word of CLI_SPLITS. "train" and "val" are drawn again from the
 * seed and the share that the model's metadata records. NULL takes what should be scored: the test
 * images; if the run held none out, its validation images; if the data set is one array and the
 * model does not say what it was trained on, all images, with a note, and `indices` is then NULL.
 * Images that the network does not read are refused. `model_name` is for messages. False, with the
 * error printed and nothing to close, on failure. */
bool cli_split_open(cli_split *split, emb_net *net, const char *model_name, const char *dataset,
                    const char *name);
/* Whether the data set is one array, but not the one that the model was trained on: then only "all"
 * can be opened. */
bool cli_split_is_other(const emb_net *net, const char *model_name, const char *dataset);
/* The word of CLI_SPLITS for what was opened; "held-out" for CLI_PART_HELD. */
const char *cli_split_word(const cli_split *split);
/* A zeroed one is accepted. */
void cli_split_close(cli_split *split);

/* How many images of a split that is scored as test or validation images are among those that the
 * model learned from. 0 for other parts, and for data sets that embudo knows by name, which have no
 * such images. */
size_t cli_split_twins(const cli_split *split, emb_net *net, const char *model_name);

/* codes[count][L] of the split's images, in its order, to be freed with free(). NULL with the error
 * printed. */
float *cli_split_encode(const cli_split *split, emb_net *net, int threads);

/* pixels[here][C][H][W] = the split's images [first, first + here) as a network reads them. */
emb_status cli_split_fetch(const cli_split *split, size_t first, size_t here, float *pixels);

/* out[here][...] = what the network makes of them; a conditional network reads each one's label. */
emb_status cli_split_reconstruct(const cli_split *split, emb_net *net, size_t first, size_t here,
                                 float *out, int threads);

/* Index into split->images of the split's image i. */
size_t cli_split_index(const cli_split *split, size_t i);

#endif
