/* Finding a split's images. See split.h. */
#include "split.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "text.h"
#include "training.h"

/* Training images, then test images. NULL with the text in emb_error(). */
static emb_images *open_both(const char *dataset) {
    emb_images *train = emb_images_open(dataset, EMB_TRAIN);
    emb_images *test = train ? emb_images_open(dataset, EMB_TEST) : NULL;
    emb_images *both = test ? emb_images_join(train, test) : NULL;
    emb_images_free(train);
    emb_images_free(test);
    return both;
}

/* The run's own shares, drawn again from its seed. */
static bool draw(cli_split *split, emb_net *net, const char *model_name, bool val, int threads) {
    double seed, share;
    if (!cli_recorded_option(net, "seed", &seed) || !(seed >= 0 && seed <= UINT32_MAX) ||
        !cli_recorded_option(net, "val_split", &share) || !(share >= 0 && share < 1)) {
        cli_fail("%s does not say how it split its images; only --split test and --split all are "
                 "possible",
                 model_name);
        return false;
    }
    const emb_train_options options = {
        .seed = cli_seed_of((int64_t)seed),
        .val_split = cli_val_split_of(share),
        .keep_weights = true,
        .threads = threads,
    };
    emb_run *run = emb_run_new(net, split->images, &options);
    if (!run) {
        cli_fail("%s", emb_error());
        return false;
    }
    const uint32_t *indices =
        val ? emb_run_val_indices(run, &split->count) : emb_run_train_indices(run, &split->count);
    split->indices = cli_alloc(split->count * sizeof *indices);
    if (split->count > 0) memcpy(split->indices, indices, split->count * sizeof *indices);
    emb_run_free(run);
    if (split->count > 0) return true;
    cli_fail("%s kept no images for validation; --split train, test and all are possible",
             model_name);
    return false;
}

static bool fill(cli_split *split, emb_net *net, const char *model_name, const char *dataset,
                 const char *name, int threads) {
    const bool test = strcmp(name, "test") == 0, all = strcmp(name, "all") == 0;
    split->images =
        all ? open_both(dataset) : emb_images_open(dataset, test ? EMB_TEST : EMB_TRAIN);
    if (!split->images) {
        cli_fail("%s", emb_error());
        return false;
    }
    if (emb_net_accepts(net, split->images) != EMB_OK) {
        cli_fail("%s: %s", dataset, emb_error());
        return false;
    }
    split->count = emb_images_count(split->images);
    return test || all || draw(split, net, model_name, strcmp(name, "val") == 0, threads);
}

bool cli_split_open(cli_split *split, emb_net *net, const char *model_name, const char *dataset,
                    const char *name, int threads) {
    *split = (cli_split){0};
    const bool good = fill(split, net, model_name, dataset, name, threads);
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
