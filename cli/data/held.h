/* Which images a score is of: a data set's test images, those that are held out of one that is a
 * single array, or others. What is called test images was never learned from. */
#ifndef CLI_HELD_H
#define CLI_HELD_H

#include <embudo.h>

#include "core/options.h"
#include "data/recorded.h"
#include "data/scored.h"

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

#endif
