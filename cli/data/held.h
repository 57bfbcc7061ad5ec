/* Which images a score is of: a data set's test images, those that are held out of one that is a
 * single array, or others. What is called test images was never learned from. */
#ifndef CLI_HELD_H
#define CLI_HELD_H

#include <embudo.h>

#include "core/options.h"

enum { CLI_LEARNED = 9 }; /* a CRC32 in hexadecimal, and its end */

/* What is held out as test images of a data set that is one array. Zeroed: it is not known, and of
 * such a data set all images are the training part. */
typedef struct cli_holdout {
    bool known;
    bool typed;    /* share or seed stand on the line */
    double share;  /* as typed; 0: none */
    uint64_t seed; /* as typed */
    size_t of;     /* images that the array has; 0: not known */
    size_t count;  /* of them held out, where `of` is known */
    bool seen;     /* perhaps by the model it builds on, which does not say that it left them out */
    char learned[CLI_LEARNED]; /* what the images learned from are known by; "": it is not known */
} cli_holdout;

/* What is scored. */
typedef enum cli_part {
    CLI_PART_TEST,
    CLI_PART_VAL,
    CLI_PART_TRAIN,
    CLI_PART_HELD, /* held out of a training that builds on a model, which may have seen them */
    CLI_PART_ALL   /* all there are; it is not known which of them were learned from */
} cli_part;

/* "test", "validation", "training", "held-out", "all". */
const char *cli_part_name(cli_part part);
/* What stands before a number: "test ", ...; "" of all. */
const char *cli_part_prefix(cli_part part);

/* Of commands that train. */
#define CLI_TEST_SPLIT_OPTION                                                                      \
    {                                                                                              \
        "test-split", 0, CLI_REAL, "X", NULL, 0, 1, CLI_BELOW_MOST,                                \
            "of a data set without test images, one array: the share held out as such before "     \
            "anything else, a sixth unless it is given; 0: none, and scores are of validation "    \
            "images"                                                                               \
    }
#define CLI_TEST_SEED_OPTION                                                                       \
    {                                                                                              \
        "test-seed", 0, CLI_SEED, "N", "42", 0, 0, 0,                                              \
            "of drawing those; apart from --seed, so that trainings of several seeds have the "    \
            "same test images"                                                                     \
    }

/* What those two options say. */
cli_holdout cli_holdout_typed(const cli_args *args);

/* What a model's record says that its training held out. A run of `dataset` that records its seed
 * and no share held nothing out, as earlier versions did. */
cli_holdout cli_holdout_of(const emb_net *net, const char *model_name, const char *dataset);

/* The same for a command that trains on codes, and the typed one where there is no record. False,
 * with the message printed, where the line says something and not the same. */
bool cli_holdout_settle(cli_holdout *holdout, const emb_net *net, const char *model_name,
                        const char *dataset, const cli_args *args);

/* Whether the run that the model lies in says that it was trained on the data set. */
bool cli_held_is_set_of(const char *model_name, const char *dataset);

/* Whether the images to learn from are those that the model's record knows, or the run's that it
 * lies in; true where neither says. Labels have no part in it. */
bool cli_held_is_data_of(const char *model_name, const char *dataset, const cli_holdout *holdout);

/* All that follow: NULL, or false, with the error printed. */

/* One part of a data set, the notes on how it was read said. */
emb_images *cli_held_open(const char *where, emb_part part, const cli_holdout *holdout);

/* The same without a word, and whatever a record says. */
emb_images *cli_held_peek(const char *where, emb_part part, const cli_holdout *holdout);

/* Training images, then test images; of one array all. `holdout` is what a record says, if any. */
emb_images *cli_held_open_all(const char *where, const cli_holdout *holdout);

/* What a training learns from and is watched on: the training part and, where the data set has
 * them, its own validation images behind it, *val_count of them. Notes say what is held out; of a
 * data set with test images of its own, `holdout` becomes unknown. */
emb_images *cli_held_learn(const char *where, cli_holdout *holdout, size_t *val_count);
/* The same without those notes. */
emb_images *cli_held_learn_quietly(const char *where, cli_holdout *holdout, size_t *val_count);

/* The same images again for what a record says: own validation images where *val_count is above 0.
 * Refused where the data set has other numbers of images. */
emb_images *cli_held_learn_again(const char *where, const cli_holdout *holdout, size_t val_count);

/* What a training with these options, on `train` as cli_held_learn gives it, is scored on. */
emb_images *cli_held_scored(const emb_images *train, const char *where, const cli_holdout *holdout,
                            const emb_train_options *options, cli_part *part);

/* "10,000 test images of mnist", to be freed; and the data set's name without its folders. */
char *cli_held_phrase(size_t count, cli_part part, const char *dataset);
char *cli_held_name(const char *dataset);

/* ",mnist,test,10000": the last columns of a CSV's row, to be freed, and their names. */
#define CLI_HELD_COLUMNS ",data,part,images"
char *cli_held_cells(const char *dataset, cli_part part, size_t count);

#endif
