/* What a classifier learns from. See classification.h. */
#include "core/message.h"
#include "core/network.h"
#include "core/seed.h"
#include "data/encoded_set.h"
#include "data/range.h"
#include "data/split.h"
#include "train/classification.h"

/* Codes use the run's own images: its seed and share, unless the command line gives others. */
static void use_run_split(cli_classification *c) {
    double share;
    emb_train_options *options = &c->job.training.terms.options;
    if (!cli_arg(c->args, "seed")->given &&
        cli_recorded_seed(c->autoencoder, &c->job.training.terms.seed)) {
        options->seed = cli_seed_option(c->job.training.terms.seed);
    }
    if (!cli_arg(c->args, "val-split")->given && cli_recorded_val_split(c->autoencoder, &share)) {
        options->val_split = cli_val_split_option(share);
    }
}

static bool open_images(cli_classification *c) {
    cli_training *t = &c->job.training;
    t->terms.holdout = cli_holdout_typed(c->args);
    if (c->run &&
        !cli_holdout_settle(&t->terms.holdout, c->autoencoder, c->run, c->dataset, c->args)) {
        return false;
    }
    c->train = cli_held_learn(c->dataset, &t->terms.holdout, &t->terms.options.val_count);
    c->test = c->train ? cli_held_scored(c->train, c->dataset, &t->terms.holdout, &t->terms.options,
                                         &c->part)
                       : NULL;
    if (!c->test) return false;
    return cli_codes_labelled(c->train, c->dataset, false) &&
           cli_codes_labelled(c->test, c->dataset, true) &&
           (t->terms.holdout.known || cli_codes_agree(c->train, c->test, c->dataset));
}

static bool open_autoencoder(cli_classification *c) {
    if (!c->run) return true;
    c->autoencoder = cli_network_open_trained(c->run);
    if (!c->autoencoder) return false;
    if (!emb_net_has_part(c->autoencoder, "encoder")) {
        cli_fail("%s has no part called encoder, so there are no codes to classify", c->run);
        return false;
    }
    use_run_split(c);
    return true;
}

/* Codes come from images that the autoencoder reads. */
static bool fit_autoencoder(const cli_classification *c) {
    return !c->run || (cli_range_fit(c->autoencoder, c->train, c->dataset) &&
                       cli_range_fit(c->autoencoder, c->test, c->dataset));
}

bool cli_classification_open(cli_classification *c) {
    return open_autoencoder(c) && open_images(c) && fit_autoencoder(c);
}
