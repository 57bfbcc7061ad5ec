/* Finding a split's images. See split.h. */
#include "split.h"

#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "image_files.h"
#include "message.h"
#include "network.h"
#include "range.h"
#include "seed.h"
#include "text.h"
#include "training.h"

/* Training images, then test images. NULL with the error printed. */
static emb_images *open_both(const char *dataset) {
    const emb_open_options none = {.test_split = -1};
    emb_images *train = emb_images_open_part(dataset, EMB_TRAIN, &none);
    if (!train) cli_fail("%s", emb_error());
    if (!train || emb_images_parts(dataset) == 1) return train;
    emb_images *test = cli_dataset_open(dataset, EMB_TEST);
    emb_images *both = test ? emb_images_join(train, test) : NULL;
    if (test && !both) cli_fail("%s: %s", dataset, emb_error());
    emb_images_free(train);
    emb_images_free(test);
    return both;
}

/* The run's own shares, drawn again from its seed. */
static bool draw(cli_split *split, emb_net *net, const char *model_name, bool val) {
    uint64_t seed;
    double share;
    if (!cli_recorded_seed(net, &seed) || !cli_recorded_option(net, "val_split", &share) ||
        !(share >= 0 && share < 1)) {
        cli_fail("%s does not say how it split its images; only --split test and --split all are "
                 "possible",
                 model_name);
        return false;
    }
    const emb_train_options options = {.seed = cli_seed_option(seed),
                                       .val_split = cli_val_split_of(share)};
    const size_t all = emb_images_count(split->images);
    size_t train = 0;
    split->indices = cli_alloc(all * sizeof *split->indices);
    if (emb_split(all, &options, split->indices, &train) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    split->count = val ? all - train : train;
    if (val) memmove(split->indices, split->indices + train, split->count * sizeof *split->indices);
    if (split->count > 0) return true;
    cli_fail("%s kept no images for validation; --split train, test and all are possible",
             model_name);
    return false;
}

static bool fill(cli_split *split, emb_net *net, const char *model_name, const char *dataset,
                 const char *name) {
    const bool test = strcmp(name, "test") == 0, all = strcmp(name, "all") == 0;
    split->images =
        all ? open_both(dataset) : cli_dataset_open(dataset, test ? EMB_TEST : EMB_TRAIN);
    if (!split->images) return false;
    if (!cli_range_fit(net, split->images, dataset)) return false;
    split->count = emb_images_count(split->images);
    return test || all || draw(split, net, model_name, strcmp(name, "val") == 0);
}

bool cli_split_open(cli_split *split, emb_net *net, const char *model_name, const char *dataset,
                    const char *name) {
    *split = (cli_split){0};
    const bool good = fill(split, net, model_name, dataset, name);
    if (!good) cli_split_close(split);
    return good;
}

void cli_split_close(cli_split *split) {
    emb_images_free(split->images);
    free(split->indices);
    *split = (cli_split){0};
}

size_t cli_split_index(const cli_split *split, size_t i) {
    return split->indices ? split->indices[i] : i;
}

void cli_split_float(const cli_split *split, size_t first, size_t here, float *pixels) {
    int shape[3];
    emb_images_shape(split->images, shape);
    const size_t size = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    for (size_t i = 0; i < here; i++) {
        emb_images_float(split->images, cli_split_index(split, first + i), pixels + i * size);
    }
}

float *cli_split_encode(const cli_split *split, emb_net *net, int threads) {
    const size_t latent = (size_t)emb_net_latent(net), chunk = cli_image_chunk(net);
    const size_t most = chunk < split->count ? chunk : split->count;
    float *codes = cli_alloc(split->count * latent * sizeof *codes);
    float *pixels = cli_alloc(most * cli_network_pixels(net) * sizeof *pixels);
    emb_status status = EMB_OK;
    for (size_t first = 0; status == EMB_OK && first < split->count; first += most) {
        const size_t left = split->count - first, here = left < most ? left : most;
        cli_split_float(split, first, here, pixels);
        status = emb_net_encode(net, pixels, here, codes + first * latent, threads);
    }
    free(pixels);
    if (status == EMB_OK) return codes;
    cli_fail("%s", emb_error());
    free(codes);
    return NULL;
}
