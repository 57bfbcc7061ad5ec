/* --augment and --denoise: how training images are changed. */
#ifndef CLI_ALTER_OPTIONS_H
#define CLI_ALTER_OPTIONS_H

#include <embudo.h>

#include "core/options.h"

#define CLI_AUGMENT_OPTION                                                                         \
    {                                                                                              \
        "augment", 0, CLI_TEXT, "LIST", NULL, 0, 0, 0,                                             \
            "change the training images in every epoch: "                                          \
            "shift=2,rotate=10,flip,zoom=0.1,brightness=0.2,"                                      \
            "contrast=0.2, or some of these; up to so many pixels, degrees, and parts of 1; "      \
            "the median of an image's border comes in from outside"                                \
    }
#define CLI_DENOISE_OPTION                                                                         \
    {                                                                                              \
        "denoise", 0, CLI_TEXT, "KIND=X", NULL, 0, 0, 0,                                           \
            "noise on what the network reads, which it learns to take off: gaussian=0.3 (its "     \
            "deviation; "                                                                          \
            "white is 1), salt=0.1 (that share of the pixels becomes black or white) or "          \
            "mask=0.25 "                                                                           \
            "(black); the validation loss is of images with noise, too, the same in every epoch"   \
    }

/* Sets what they say, in the library's spelling. CLI_DONE, or the exit code with the error
 * printed. */
int cli_alter_read(emb_train_options *options, const cli_args *args);
/* The same of a command that has --denoise alone. */
int cli_denoise_read(emb_train_options *options, const cli_args *args);

#endif
