/* Which images are scored: a data set's test images, those held out of a data set that is a single
 * array, or others. Images called test images were never learned from. */
#ifndef CLI_HELD_H
#define CLI_HELD_H

#include <embudo.h>

#include "core/options.h"
#include "data/recorded.h"
#include "data/scored.h"

/* Options of commands that train. */
#define CLI_TEST_SPLIT_OPTION                                                                      \
    {                                                                                              \
        "test-split", 0, CLI_REAL, "X", NULL, 0, 1, CLI_BELOW_MOST,                                \
            "for a data set that is one array, without test images: the share held out as test "   \
            "images before anything else; default: a sixth. 0: none, and scores are of the "       \
            "validation images"                                                                    \
    }
#define CLI_TEST_SEED_OPTION                                                                       \
    {                                                                                              \
        "test-seed", 0, CLI_SEED, "N", "42", 0, 0, 0,                                              \
            "the seed for drawing the test images; separate from --seed, so that trainings with "  \
            "several "                                                                             \
            "seeds have the same test images"                                                      \
    }

/* cli_pictures_follow, and what the record of the model's run says of the cache. */
void cli_held_follow(const emb_net *net, const char *model_name);

/* What those two options say. */
cli_holdout cli_holdout_typed(const cli_args *args);

/* What a model's training held out, by its record. A run of `dataset` that records its seed but no
 * share held nothing out, as in earlier versions. */
cli_holdout cli_holdout_of(const emb_net *net, const char *model_name, const char *dataset);

/* The same for a command that trains on codes; without a record, what was typed. False, with the
 * message printed, if the command line and the record disagree. */
bool cli_holdout_settle(cli_holdout *holdout, const emb_net *net, const char *model_name,
                        const char *dataset, const cli_args *args);

/* The data set on which the model was trained, by the record of its run, to be freed; NULL if there
 * is none. */
char *cli_held_set_of(const char *model_name);

/* Whether the record of the model's run says that it was trained on the data set. */
bool cli_held_is_set_of(const char *model_name, const char *dataset);

/* Whether the images to learn from are those in the record of the model or of its run; true if
 * neither says. Labels do not count. */
bool cli_held_is_data_of(const char *model_name, const char *dataset, const cli_holdout *holdout);

/* All functions below return NULL, or false, with the error printed. */

/* One part of a data set; prints the notes on how it was read. */
emb_images *cli_held_open(const char *where, emb_part part, const cli_holdout *holdout);

/* The same without notes, whatever a record says. */
emb_images *cli_held_peek(const char *where, emb_part part, const cli_holdout *holdout);

/* Training images, then test images; for one array all. `holdout` is what a record says, if any. */
emb_images *cli_held_open_all(const char *where, const cli_holdout *holdout);

/* What a training learns from and is watched on: the training part and, if the data set has them,
 * its own validation images after it, *val_count of them. Notes say what is held out; for a data
 * set with its own test images, `holdout` becomes unknown. */
emb_images *cli_held_learn(const char *where, cli_holdout *holdout, size_t *val_count);
/* The same without those notes. */
emb_images *cli_held_learn_quietly(const char *where, cli_holdout *holdout, size_t *val_count);

/* The same images again, by a record: with the data set's own validation images if val_count is
 * above 0. Refused if the numbers of images differ. Sets what a record does not say: how many are
 * held out. */
emb_images *cli_held_learn_again(const char *where, cli_holdout *holdout, size_t val_count);

/* The images on which a training with these options is scored; `train` comes from
 * cli_held_learn. */
emb_images *cli_held_scored(const emb_images *train, const char *where, const cli_holdout *holdout,
                            const emb_train_options *options, cli_part *part);

#endif
