/* How the pictures of a folder are read: what was typed, or else what the model does that works on
 * them. It holds for every data set that the command opens. */
#ifndef CLI_PICTURE_OPTIONS_H
#define CLI_PICTURE_OPTIONS_H

#include <jansson.h>

#include <embudo.h>

#include "core/json.h"
#include "core/options.h"

/* Options of commands that train: ROW(name, type, value, least, most, what). */
#define CLI_PICTURE_TABLE(ROW)                                                                     \
    ROW("size", CLI_TEXT, "WxH", 0, 0,                                                             \
        "the size of the images, also of rows [N, H*W]; default: the network's, or the "           \
        "pictures' own, if they share one of at most 64x64, or else "                              \
        "the greatest power of two, at most 64, that half of them "                                \
        "fill")                                                                                    \
    ROW("grey", CLI_FLAG, NULL, 0, 0,                                                              \
        "one channel, Rec. 601's luma; default: as most pictures are")                             \
    ROW("colour", CLI_FLAG, NULL, 0, 0, "three channels")                                          \
    ROW("fit", CLI_CHOICE, "crop|pad|stretch|mnist", 0, 0,                                         \
        "what is done with other shapes than the images': take the "                               \
        "middle, show all between bars, or scale each side by itself; mnist: find the ink on its " \
        "paper, and lay it out as MNIST's makers did; default: crop")                              \
    ROW("background", CLI_TEXT, "COLOUR", 0, 0,                                                    \
        "under transparent pixels, and of bars: black, white, grey or"                             \
        " RRGGBB; default: white under what is dark, otherwise black")                             \
    ROW("bad", CLI_CHOICE, "skip|stop", 0, 0,                                                      \
        "what is done with pictures that cannot be read: leave them "                              \
        "out, or stop; default: leave them out, but stop if they are "                             \
        "more than one in a hundred")                                                              \
    ROW("no-cache", CLI_FLAG, NULL, 0, 0, CLI_NO_CACHE_HELP)                                       \
    ROW("memory", CLI_INT, "MB", 1, 1 << 30, CLI_MEMORY_HELP "; default: half of what is free")

#define CLI_NO_CACHE_HELP "decode into memory, and keep nothing for the next start"
#define CLI_MEMORY_HELP   "read images from the cache as they are needed if all of them take more"

/* For commands that read pictures for a network that is there already. */
#define CLI_LIKE_MNIST_OPTIONS                                                                     \
    {"like-mnist",                                                                                 \
     0,                                                                                            \
     CLI_FLAG,                                                                                     \
     NULL,                                                                                         \
     NULL,                                                                                         \
     0,                                                                                            \
     0,                                                                                            \
     0,                                                                                            \
     "for picture files and folders of them: find the ink on its paper, whatever their colours, "  \
     "and lay it out as MNIST's makers did: light on dark, scaled into 20x20, its centre of mass " \
     "in the middle of 28x28; default for networks that were trained on images laid out so"},      \
        {"no-like-mnist",                                                                          \
         0,                                                                                        \
         CLI_FLAG,                                                                                 \
         NULL,                                                                                     \
         NULL,                                                                                     \
         0,                                                                                        \
         0,                                                                                        \
         0,                                                                                        \
         "read pictures as they are, scaled as a whole"},

/* For commands that open a data set for a network that is there already. */
#define CLI_READING_TABLE(ROW)                                                                     \
    ROW("bad", CLI_CHOICE, "skip|stop", 0, 0,                                                      \
        "what is done with those that cannot be read: leave them out, or stop; default: leave "    \
        "them out, with a warning")                                                                \
    ROW("no-cache", CLI_FLAG, NULL, 0, 0, CLI_NO_CACHE_HELP "; default: as the run was trained")   \
    ROW("memory", CLI_INT, "MB", 1, 1 << 30,                                                       \
        CLI_MEMORY_HELP "; default: as the run was trained, else half of what is free")

#define CLI_PICTURE_ROW(name, type, value, least, most, help)                                      \
    {name, 0, type, value, NULL, least, most, 0, "for a folder of pictures: " help},
#define CLI_PICTURE_OPTIONS CLI_PICTURE_TABLE(CLI_PICTURE_ROW)
#define CLI_READING_OPTIONS CLI_LIKE_MNIST_OPTIONS CLI_READING_TABLE(CLI_PICTURE_ROW)

/* What was typed: CLI_DONE, or CLI_USAGE with the message printed. */
int cli_pictures_read(const cli_args *args);

/* The same for --bad, --no-cache, --memory and --like-mnist alone, of any command, which may lack
 * them. */
int cli_pictures_read_reading(const cli_args *args);

/* Of two options, one of which says no to the other. */
typedef enum cli_wish { CLI_UNSAID, CLI_WISHED, CLI_UNWISHED } cli_wish;
/* --like-mnist or --no-like-mnist, as the same call read them. */
cli_wish cli_pictures_like_mnist(void);

/* The first of these options that was typed; NULL. */
const char *cli_pictures_typed(const cli_args *args);

/* A training of a new network: more than a few bad pictures are an error if nothing is typed. */
void cli_pictures_train(void);

/* From here on what was not typed is as the network has it: all of it, if it was trained on
 * pictures, otherwise the images' size. Bad pictures are left out, but for cli_pictures_train. */
void cli_pictures_follow(const emb_net *net);
/* The same, but pictures are laid out as MNIST's makers did, or as they are. */
void cli_pictures_follow_mnist(bool like);

/* What a run was told of the cache, into its record; and back: it holds unless something else was
 * typed, or a new network is trained. `record` may be NULL. */
void cli_pictures_record(cli_json *json);
void cli_pictures_recall(const json_t *record);

/* Whether what was typed holds of these images: all of it of pictures, of others a size or channels
 * that they have. False with the error printed. */
bool cli_pictures_heeded(const char *where, const emb_images *images);

/* What was typed and decides an image's shape, as it is typed behind a data set: " --size 64x48
 * --grey"; "" if nothing was. Good until the next call. */
const char *cli_pictures_typed_shape(void);

/* Completes the options for opening a data set; shows on a terminal how far it is. */
void cli_pictures_into(emb_open_options *options);

/* emb_images_open_part during which a signal to stop is only noted: nothing half-made stays, and
 * the text of the failure says so. */
emb_images *cli_pictures_open(const char *where, emb_part part, const emb_open_options *options);

#endif
