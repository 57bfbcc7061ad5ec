/* Which images are scored. See held.h. */
#include "data/held.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/run_json.h"
#include "core/seed.h"
#include "data/data_sets.h"
#include "data/known_data.h"
#include "data/like_mnist.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/twins.h"

/* ---- what is held out ------------------------------------------------------------------------ */

cli_holdout cli_holdout_typed(const cli_args *args) {
    const cli_value *share = cli_arg(args, "test-split"), *seed = cli_arg(args, "test-seed");
    return (cli_holdout){.known = true,
                         .typed = share->given || seed->given,
                         .share = share->given ? share->real : EMB_TEST_SPLIT,
                         .seed = seed->seed};
}

static emb_open_options options_of(const cli_holdout *holdout) {
    emb_open_options options = {.test_split = -1};
    if (holdout && holdout->known && holdout->share > 0) {
        options.test_split = holdout->share;
        options.seed = cli_seed_option(holdout->seed);
    }
    cli_pictures_into(&options);
    return options;
}

/* The name of run.json beside a model, to be freed. */
static char *record_name(const char *model_name) {
    const char *slash = strrchr(model_name, '/');
    if (cli_is_folder(model_name)) return cli_format("%s/run.json", model_name);
    if (!slash) return cli_format("run.json");
    return cli_format("%.*s/run.json", (int)(slash - model_name), model_name);
}

/* run.json beside a model, to be freed with json_decref; NULL if there is none. */
static json_t *record_of(const char *model_name) {
    json_t *record = NULL;
    char *path = record_name(model_name);
    cli_text why = {0}, *before = cli_fail_into(&why);
    if (!cli_run_json_read(&record, path)) record = NULL;
    cli_fail_into(before);
    cli_text_free(&why);
    free(path);
    return record;
}

char *cli_held_set_of(const char *model_name) {
    json_t *record = record_of(model_name);
    char *path = record_name(model_name);
    char *set = record ? cli_known_data_place_of(record, path) : NULL;
    json_decref(record);
    free(path);
    return set;
}

bool cli_held_is_set_of(const char *model_name, const char *dataset) {
    char *set = cli_held_set_of(model_name);
    const bool same = set && cli_is_same(set, dataset);
    free(set);
    return same;
}

/* The sum of the images in a fingerprint, "... uint8, 86bcd985; labels ...": "" if it has none. */
static void sum_in(const char *fingerprint, char sum[CLI_LEARNED]) {
    enum { DIGITS = CLI_LEARNED - 1 };
    const char *end = fingerprint ? strchr(fingerprint, ';') : NULL;
    const bool long_enough = end && end - fingerprint >= DIGITS;
    snprintf(sum, CLI_LEARNED, "%.*s", long_enough ? DIGITS : 0, long_enough ? end - DIGITS : "");
}

static void learn_sum(const emb_images *images, char sum[CLI_LEARNED]) {
    char fingerprint[EMB_FINGERPRINT];
    sum_in(emb_images_fingerprint(images, fingerprint), sum);
}

bool cli_held_is_data_of(const char *model_name, const char *dataset, const cli_holdout *holdout) {
    char found[CLI_LEARNED] = "", kept[CLI_LEARNED] = "";
    json_t *record = record_of(model_name);
    memcpy(kept, holdout->learned, sizeof kept);
    if (!*kept) sum_in(cli_run_json_string(record, "data", "training_fingerprint"), kept);
    const emb_open_options options = options_of(holdout);
    const bool known = *kept || holdout->of > 0;
    emb_images *train = known ? cli_pictures_open(dataset, EMB_TRAIN, &options) : NULL;
    const size_t from = train ? emb_images_drawn_from(train) : 0;
    const size_t of = from > 0 || !train ? from : emb_images_count(train);
    if (train && *kept) learn_sum(train, found);
    emb_images_free(train);
    json_decref(record);
    return !train || ((holdout->of == 0 || of == holdout->of) && strcmp(found, kept) == 0);
}

void cli_held_follow(const emb_net *net, const char *model_name) {
    json_t *record = record_of(model_name);
    cli_pictures_follow(net);
    cli_pictures_recall(record);
    json_decref(record);
}

cli_holdout cli_holdout_of(const emb_net *net, const char *model_name, const char *dataset) {
    cli_holdout held = {0};
    uint64_t seed;
    cli_held_follow(net, model_name);
    if (!cli_recorded_holdout(net, &held) && cli_recorded_seed(net, &seed)) {
        held.known = cli_held_is_set_of(model_name, dataset);
    }
    return held;
}

bool cli_holdout_settle(cli_holdout *holdout, const emb_net *net, const char *model_name,
                        const char *dataset, const cli_args *args) {
    const cli_holdout typed = cli_holdout_typed(args);
    const bool share = cli_arg(args, "test-split")->given, seed = cli_arg(args, "test-seed")->given;
    cli_like_mnist_follow(net, dataset);
    *holdout = cli_holdout_of(net, model_name, dataset);
    const bool single = emb_images_parts(dataset) == 1;
    if (!holdout->known || (single && !cli_held_is_data_of(model_name, dataset, holdout))) {
        *holdout = typed;
        holdout->seen = true;
        return true;
    }
    const bool other_share = share && typed.share != holdout->share;
    const bool other_seed =
        seed && holdout->share > 0 && (uint32_t)typed.seed != (uint32_t)holdout->seed;
    if (!other_share && !other_seed) return true;
    cli_fail("--%s: the test images for %s are those that its training held out; others cannot be "
             "chosen",
             other_share ? "test-split" : "test-seed", model_name);
    return false;
}

/* What was opened as it was asked for, told about; NULL with the error printed, and it freed. */
static emb_images *settled(const char *where, emb_part part, const emb_open_options *options,
                           emb_images *images) {
    if (!cli_known_data_agrees(where, part, options, images) ||
        !cli_pictures_heeded(where, images)) {
        emb_images_free(images);
        return NULL;
    }
    cli_notes(emb_images_notes(images));
    return images;
}

emb_images *cli_held_open(const char *where, emb_part part, const cli_holdout *holdout) {
    const emb_open_options options = options_of(holdout);
    return settled(where, part, &options, cli_pictures_open(where, part, &options));
}

emb_images *cli_held_peek(const char *where, emb_part part, const cli_holdout *holdout) {
    const emb_open_options options = options_of(holdout);
    return cli_pictures_open(where, part, &options);
}

/* All of one array. Compared with a record are the images of the part that the record describes. */
static emb_images *open_array(const char *where, const cli_holdout *holdout) {
    const emb_open_options recorded = options_of(holdout), none = options_of(NULL);
    emb_images *images = cli_pictures_open(where, EMB_TRAIN, &none);
    const emb_part part = recorded.test_split > 0 ? EMB_TEST : EMB_TRAIN;
    return settled(where, part, &recorded, images);
}

emb_images *cli_held_open_all(const char *where, const cli_holdout *holdout) {
    if (emb_images_parts(where) == 1) return open_array(where, holdout);
    emb_images *train = cli_held_open(where, EMB_TRAIN, NULL);
    emb_images *test = train ? cli_held_open(where, EMB_TEST, NULL) : NULL;
    emb_images *both = test ? emb_images_join(train, test) : NULL;
    if (test && !both) cli_fail("%s: %s", where, emb_error());
    emb_images_free(train);
    emb_images_free(test);
    return both;
}

/* ---- what is learned from -------------------------------------------------------------------- */

/* Appends the data set's own validation images to those to learn from, which are taken over. */
static emb_images *with_validation(emb_images *images, const char *where, size_t *val_count) {
    emb_images *val = cli_held_open(where, EMB_VAL, NULL), *both = NULL;
    if (val && emb_images_label(images, 0) >= 0 && emb_images_label(val, 0) < 0) {
        cli_fail("%s: its training images have labels, but its validation images have none", where);
    } else if (val) {
        both = emb_images_join(images, val);
        if (!both) cli_fail("%s: its validation images: %s", where, emb_error());
        *val_count = emb_images_count(val);
    }
    emb_images_free(val);
    emb_images_free(images);
    return both;
}

static void tell_held(const char *where, const cli_holdout *holdout) {
    char held[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE];
    if (holdout->count == 0) {
        cli_note("%s has only one part, and none of its %s images are held out for scoring", where,
                 cli_thousands(holdout->of, all));
        return;
    }
    cli_note("%s has no test images: %s of its %s images are held out %s", where,
             cli_thousands(holdout->count, held), cli_thousands(holdout->of, all),
             holdout->seen ? _("of this training; the model that it builds on may have seen them")
                           : _("as test images"));
}

static emb_images *learn(const char *where, cli_holdout *holdout, size_t *val_count, bool says) {
    char number[CLI_NUMBER_SIZE];
    emb_images *images = cli_held_open(where, EMB_TRAIN, holdout);
    *val_count = 0;
    if (!images) return NULL;
    const size_t count = emb_images_count(images), from = emb_images_drawn_from(images);
    if (emb_images_parts(where) == 1) {
        holdout->of = from > 0 ? from : count;
        holdout->count = holdout->of - count;
        if (from == 0) holdout->share = 0;
        learn_sum(images, holdout->learned);
        if (says) tell_held(where, holdout);
    } else {
        if (says && holdout->typed) {
            cli_note("%s has its own test images: --test-split and --test-seed have no effect",
                     where);
        }
        *holdout = (cli_holdout){0};
    }
    if (!emb_images_has_part(where, EMB_VAL)) return images;
    images = with_validation(images, where, val_count);
    if (images && says) {
        cli_note("the %s validation images are the data set's own; none are split off",
                 cli_thousands(*val_count, number));
    }
    return images;
}

emb_images *cli_held_learn(const char *where, cli_holdout *holdout, size_t *val_count) {
    return learn(where, holdout, val_count, true);
}

emb_images *cli_held_learn_quietly(const char *where, cli_holdout *holdout, size_t *val_count) {
    return learn(where, holdout, val_count, false);
}

emb_images *cli_held_learn_again(const char *where, cli_holdout *holdout, size_t val_count) {
    char here[CLI_NUMBER_SIZE], then[CLI_NUMBER_SIZE];
    emb_images *images = cli_held_open(where, EMB_TRAIN, holdout);
    size_t found = val_count;
    if (!images) return NULL;
    const size_t from = emb_images_drawn_from(images);
    const size_t of = from > 0 ? from : emb_images_count(images);
    if (holdout->known && holdout->of > 0 && of != holdout->of) {
        cli_fail("%s: has %s images, but the training had %s; give the data set of the training",
                 where, cli_thousands(of, here), cli_thousands(holdout->of, then));
        emb_images_free(images);
        return NULL;
    }
    if (holdout->known) holdout->count = of - emb_images_count(images);
    if (val_count > 0) images = with_validation(images, where, &found);
    if (!images || found == val_count) return images;
    cli_fail("%s: has %s validation images, but the training had %s", where,
             cli_thousands(found, here), cli_thousands(val_count, then));
    emb_images_free(images);
    return NULL;
}

/* ---- what is scored -------------------------------------------------------------------------- */

/* For validation images: `indices` picks the `count` that are learned from. */
static void tell_of_twins(const emb_images *scored, const emb_images *train,
                          const uint32_t *indices, size_t count, const char *where) {
    if (cli_set_find(cli_sets, where)) return;
    emb_images *learned = emb_images_pick(train, indices, count);
    if (!learned) return;
    cli_twins_tell(cli_twins_count(scored, learned), emb_images_count(scored), CLI_PART_VAL, where);
    emb_images_free(learned);
}

emb_images *cli_held_scored(const emb_images *train, const char *where, const cli_holdout *holdout,
                            const emb_train_options *options, cli_part *part) {
    const size_t all = emb_images_count(train);
    size_t count = 0;
    if (!holdout->known || holdout->share > 0) {
        *part = holdout->known && holdout->seen ? CLI_PART_HELD : CLI_PART_TEST;
        emb_images *test = cli_held_open(where, EMB_TEST, holdout);
        if (test && !cli_set_find(cli_sets, where)) {
            cli_twins_tell(cli_twins_count(test, train), emb_images_count(test), *part, where);
        }
        return test;
    }
    uint32_t *order = cli_alloc(all * sizeof *order);
    emb_images *picked = NULL;
    if (emb_split(all, options, order, &count) == EMB_OK) {
        const bool validates = count < all;
        *part = validates ? CLI_PART_VAL : CLI_PART_TRAIN;
        picked = emb_images_pick(train, validates ? order + count : order,
                                 validates ? all - count : count);
        if (picked && validates) tell_of_twins(picked, train, order, count, where);
    }
    if (!picked) cli_fail("%s", emb_error());
    free(order);
    return picked;
}
