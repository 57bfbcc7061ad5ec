/* Finding a split's images. See split.h. */
#include "data/split.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/room.h"
#include "core/rows.h"
#include "core/seed.h"
#include "core/strings.h"
#include "core/told.h"
#include "data/data_sets.h"
#include "data/known_data.h"
#include "data/like_mnist.h"
#include "data/open_data.h"
#include "data/range.h"
#include "data/recorded.h"
#include "data/twins.h"

/* What a model's record says of its split. False if it does not. */
static bool recorded_split(const emb_net *net, emb_train_options *options) {
    uint64_t seed;
    double share;
    if (!cli_recorded_seed(net, &seed) || !cli_recorded_val_split(net, &share)) return false;
    *options = (emb_train_options){.seed = cli_seed_option(seed),
                                   .val_split = cli_val_split_option(share),
                                   .val_count = cli_recorded_val_count(net)};
    return true;
}

/* The run's own shares, drawn again from its seed; if nobody `asked` for one and it kept none to
 * validate, the images that it learned from. */
static bool draw(cli_split *split, emb_net *net, const char *model_name, bool asked) {
    const bool val = split->part == CLI_PART_VAL;
    emb_train_options options;
    if (!recorded_split(net, &options)) {
        const bool tested = emb_images_parts(split->dataset) > 1;
        cli_fail(tested ? E_("%s does not say how it split its images; only --split test and "
                             "--split all are possible")
                        : E_("%s does not say how it split its images; only --split all is "
                             "possible"),
                 model_name);
        return false;
    }
    const size_t all = emb_images_count(split->images);
    size_t train = 0;
    split->indices = cli_alloc(all * sizeof *split->indices);
    if (emb_split(all, &options, split->indices, &train) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    split->count = val ? all - train : train;
    if (split->count == 0 && !asked) {
        split->part = CLI_PART_TRAIN;
        split->count = train;
        return true;
    }
    if (val) memmove(split->indices, split->indices + train, split->count * sizeof *split->indices);
    if (split->count > 0) return true;
    cli_fail("%s kept no images for validation; --split train, test and all are possible",
             model_name);
    return false;
}

/* A note, once: a report opens the same images again for each of its pictures. */
static void note_once(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = cli_told_list(format, list);
    va_end(list);
    for (char *at = text; *at; at++) *at = *at == '\n' ? ' ' : *at; /* a note is a line */
    cli_notes(text);
    free(text);
}

/* If no split is asked for. */
static cli_part find_part(const emb_net *net, const cli_holdout *held, bool single) {
    emb_train_options split;
    if (!single || (held->known && held->share > 0)) return CLI_PART_TEST;
    if (held->known && recorded_split(net, &split)) {
        return split.val_count > 0 || split.val_split > 0 ? CLI_PART_VAL : CLI_PART_TRAIN;
    }
    return CLI_PART_ALL;
}

static const char *const words[] = {
    [CLI_PART_TEST] = "test", [CLI_PART_VAL] = "val", [CLI_PART_TRAIN] = "train"};

static cli_part part_of(const char *name) {
    for (cli_part part = CLI_PART_TEST; part <= CLI_PART_TRAIN; part++) {
        if (strcmp(words[part], name) == 0) return part;
    }
    return CLI_PART_ALL;
}

/* Whether the one array is not the one that the record means, which may be a data set with test
 * images of its own. A data set that the record itself named is refused when it is opened. */
static bool is_other(const char *model_name, const char *dataset, const cli_holdout *held) {
    return !*cli_known_data_hint(dataset) && !cli_held_is_data_of(model_name, dataset, held);
}

/* Test images; for one array those that the model's training held out. */
static bool open_test(cli_split *split, const cli_holdout *held, bool single) {
    if (single && !(held->known && held->share > 0)) {
        cli_fail(held->known ? E_("%s has no test images, and none were held out of the training; "
                                  "--split train, val and all are possible")
                             : E_("%s has no test images, and it is not known which of them the "
                                  "model learned from; --split all is possible"),
                 split->dataset);
        return false;
    }
    split->part = single && held->seen ? CLI_PART_HELD : CLI_PART_TEST;
    split->images = cli_held_open(split->dataset, EMB_TEST, held);
    return split->images;
}

/* Only "all" is possible for one array that the model was not trained on. */
static bool open_other(cli_split *split, const char *model_name, const char *name) {
    if (name && part_of(name) != CLI_PART_ALL) {
        cli_fail("%s is not the data set that %s was trained on; --split all is possible",
                 split->dataset, model_name);
        return false;
    }
    if (!name) {
        note_once(N_("%s is not the data set that %s was trained on: all of its images are used"),
                  split->dataset, model_name);
    }
    split->part = CLI_PART_ALL;
    split->images = cli_held_open_all(split->dataset, NULL);
    return split->images;
}

/* Picks what is drawn, so that the images are all that there are. */
static bool flatten(cli_split *split) {
    if (!split->indices) return true;
    emb_images *picked = emb_images_pick(split->images, split->indices, split->count);
    if (!picked) {
        cli_fail("%s", emb_error());
        return false;
    }
    emb_images_free(split->images);
    free(split->indices);
    split->images = picked;
    split->indices = NULL;
    return true;
}

bool cli_split_is_other(const emb_net *net, const char *model_name, const char *dataset) {
    if (emb_images_parts(dataset) != 1) return false;
    const cli_holdout held = cli_holdout_of(net, model_name, dataset);
    return is_other(model_name, dataset, &held);
}

static bool fill(cli_split *split, emb_net *net, const char *model_name, const char *name) {
    const char *dataset = split->dataset;
    const bool single = emb_images_parts(dataset) == 1;
    const cli_holdout held = single ? cli_holdout_of(net, model_name, dataset) : (cli_holdout){0};
    const bool other = single && is_other(model_name, dataset, &held);
    split->held = held;
    split->other = other;
    split->part = other ? CLI_PART_ALL : name ? part_of(name) : find_part(net, &held, single);
    const bool drawn = split->part == CLI_PART_VAL || split->part == CLI_PART_TRAIN;
    if (other) {
        if (!open_other(split, model_name, name)) return false;
    } else if (split->part == CLI_PART_TEST) {
        if (!open_test(split, &held, single)) return false;
    } else if (drawn) {
        split->images = cli_held_learn_again(dataset, &split->held, cli_recorded_val_count(net));
    } else {
        split->images = cli_held_open_all(dataset, &held);
    }
    if (!split->images || !cli_range_fit(net, split->images, dataset)) return false;
    if (!other && !name && split->part == CLI_PART_ALL) {
        note_once(N_("%s has no test images, and %s does not say which of the images it was "
                     "trained on: all are used, and it may have learned from them"),
                  dataset, model_name);
    }
    split->count = emb_images_count(split->images);
    if (drawn && !draw(split, net, model_name, name != NULL)) return false;
    if (drawn && !name) {
        note_once(split->part == CLI_PART_VAL
                      ? N_("%s held out no test images; these are its validation images")
                      : N_("%s held out no test images; these are its training images, from which "
                           "it learned"),
                  model_name);
    }
    return name || flatten(split);
}

bool cli_split_open(cli_split *split, emb_net *net, const char *model_name, const char *dataset,
                    const char *name) {
    *split = (cli_split){.dataset = dataset};
    cli_held_follow(net, model_name);
    cli_like_mnist_follow(net, dataset);
    const bool good = fill(split, net, model_name, name);
    if (!good) cli_split_close(split);
    return good;
}

const char *cli_split_word(const cli_split *split) {
    return split->part <= CLI_PART_TRAIN ? words[split->part] : cli_part_name(split->part);
}

void cli_split_close(cli_split *split) {
    emb_images_free(split->images);
    free(split->indices);
    *split = (cli_split){0};
}

/* What the model learned from, if that is not what is scored; NULL if it cannot be had. */
static emb_images *learned_by(const cli_split *split, emb_net *net, const char *model_name) {
    cli_split train;
    if (split->part != CLI_PART_VAL) {
        return cli_held_peek(split->dataset, EMB_TRAIN, &split->held);
    }
    if (!cli_split_open(&train, net, model_name, split->dataset, "train")) return NULL;
    emb_images *learned = emb_images_pick(train.images, train.indices, train.count);
    cli_split_close(&train);
    return learned;
}

size_t cli_split_twins(const cli_split *split, emb_net *net, const char *model_name) {
    const bool all = split->part == CLI_PART_ALL || split->part == CLI_PART_TRAIN;
    if (all || cli_set_find(cli_sets, split->dataset)) return 0;
    emb_images *learned = learned_by(split, net, model_name);
    const size_t twins = learned ? cli_twins_count(split->images, learned) : 0;
    emb_images_free(learned);
    return twins;
}

size_t cli_split_index(const cli_split *split, size_t i) {
    return split->indices ? split->indices[i] : i;
}

emb_status cli_split_fetch(const cli_split *split, size_t first, size_t here, float *pixels) {
    return cli_rows(split->images, split->indices, first, here, pixels);
}

emb_status cli_split_reconstruct(const cli_split *split, emb_net *net, size_t first, size_t here,
                                 float *out, int threads) {
    uint32_t *indices = cli_alloc(here * sizeof *indices);
    for (size_t i = 0; i < here; i++) indices[i] = (uint32_t)cli_split_index(split, first + i);
    const emb_status status =
        emb_net_reconstruct_images(net, split->images, indices, here, out, threads);
    free(indices);
    return status;
}

float *cli_split_encode(const cli_split *split, emb_net *net, int threads) {
    const size_t latent = (size_t)emb_net_latent(net), chunk = cli_network_chunk(net);
    const size_t most = chunk < split->count ? chunk : split->count;
    if (!cli_room_codes(net, split->count, NULL)) return NULL;
    cli_doing("encoding images");
    float *codes = cli_alloc(split->count * latent * sizeof *codes);
    uint32_t *indices = cli_alloc(most * sizeof *indices);
    emb_status status = EMB_OK;
    for (size_t first = 0; status == EMB_OK && first < split->count; first += most) {
        const size_t left = split->count - first, here = left < most ? left : most;
        for (size_t i = 0; i < here; i++) indices[i] = (uint32_t)cli_split_index(split, first + i);
        status = emb_net_encode_images(net, split->images, indices, here, codes + first * latent,
                                       threads);
    }
    free(indices);
    if (status == EMB_OK) return codes;
    cli_fail("%s", emb_error());
    free(codes);
    return NULL;
}
