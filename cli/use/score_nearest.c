/* Training images to compare with. See score_nearest.h. */
#include "use/score_nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/progress.h"

bool cli_learned_open(cli_split *learned, emb_net *net, const char *model_name,
                      const char *dataset) {
    cli_text why = {0};
    if (!dataset) return false;
    cli_text *before = cli_fail_into(&why);
    const bool good = cli_split_open(learned, net, model_name, dataset, "train");
    cli_fail_into(before);
    if (!good) {
        cli_note("no nearest training images beside the scores: %s", why.bytes ? why.bytes : "");
    }
    cli_text_free(&why);
    return good;
}

/* Whether images of the same data set are scored as those that were learned from, or among all. */
static bool are_of(const cli_scores *s, cli_part part) {
    const char *one = s->split->dataset, *other = s->learned->dataset;
    if (s->files || s->split->part != part) return false;
    return strcmp(one, other) == 0 || cli_is_same(one, other);
}

/* What was asked for, and what is found. */
typedef struct asking {
    const cli_split *learned;
    size_t count;
    uint32_t *asked, *nearest; /* [count] */
    double *mse;               /* [count] */
    int threads;
} asking;

static emb_status look(const asking *a, const emb_images *images) {
    if (a->count == 0) return EMB_OK;
    return emb_images_nearest(a->learned->images, a->learned->indices, a->learned->count, images,
                              a->asked, a->count, a->nearest, a->mse, a->threads);
}

/* What has found itself, among all images of a data set, is asked for as an image that was learned
 * from: such a one is compared with the others. */
static emb_status look_past_themselves(const asking *all) {
    size_t *places = cli_alloc(all->count * sizeof *places), count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (!(all->mse[i] > 0)) places[count++] = i;
    }
    asking again = {all->learned,
                    count,
                    cli_alloc(count * sizeof *again.asked),
                    cli_alloc(count * sizeof *again.nearest),
                    cli_alloc(count * sizeof *again.mse),
                    all->threads};
    for (size_t i = 0; i < count; i++) {
        again.asked[i] = (uint32_t)cli_split_index(all->learned, all->nearest[places[i]]);
    }
    const emb_status status = look(&again, all->learned->images);
    for (size_t i = 0; status == EMB_OK && i < count; i++) {
        all->nearest[places[i]] = again.nearest[i];
        all->mse[places[i]] = again.mse[i];
    }
    free(places);
    free(again.asked);
    free(again.nearest);
    free(again.mse);
    return status;
}

bool cli_scores_find_nearest(cli_scores *scores, const size_t *places, size_t count, int threads) {
    const size_t all = scores->split->count;
    const bool learned = are_of(scores, CLI_PART_TRAIN);
    if (!places) count = all;
    asking a = {scores->learned,
                count,
                cli_alloc(count * sizeof *a.asked),
                cli_alloc(count * sizeof *a.nearest),
                cli_alloc(count * sizeof *a.mse),
                threads};
    scores->nearest = cli_alloc(all * sizeof *scores->nearest);
    scores->pixels = cli_alloc(all * sizeof *scores->pixels);
    for (size_t i = 0; i < all; i++) {
        scores->nearest[i] = UINT32_MAX;
        scores->pixels[i] = NAN;
    }
    for (size_t i = 0; i < count; i++) {
        a.asked[i] = (uint32_t)cli_split_index(scores->split, places ? places[i] : i);
    }
    cli_doing("looking for the nearest training images");
    emb_status status = look(&a, learned ? scores->learned->images : scores->split->images);
    if (status == EMB_OK && are_of(scores, CLI_PART_ALL)) status = look_past_themselves(&a);
    for (size_t i = 0; status == EMB_OK && i < count; i++) {
        const size_t at = places ? places[i] : i;
        if (a.nearest[i] == UINT32_MAX) continue;
        scores->nearest[at] = a.nearest[i];
        scores->pixels[at] = a.mse[i];
    }
    if (status != EMB_OK) cli_fail("%s", emb_error());
    free(a.asked);
    free(a.nearest);
    free(a.mse);
    return status == EMB_OK;
}
