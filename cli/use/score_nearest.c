/* Training images to compare with. See score_nearest.h. */
#include "use/score_nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Whether the images are themselves those that were learned from. */
static bool are_learned(const cli_scores *s) {
    return !s->files && s->split->part == CLI_PART_TRAIN &&
           strcmp(s->split->dataset, s->learned->dataset) == 0;
}

bool cli_scores_find_nearest(cli_scores *scores, const size_t *places, size_t count, int threads) {
    const size_t all = scores->split->count;
    const emb_images *images =
        are_learned(scores) ? scores->learned->images : scores->split->images;
    scores->nearest = cli_alloc(all * sizeof *scores->nearest);
    scores->pixels = cli_alloc(all * sizeof *scores->pixels);
    for (size_t i = 0; i < all; i++) {
        scores->nearest[i] = UINT32_MAX;
        scores->pixels[i] = NAN;
    }
    if (!places) count = all;
    uint32_t *asked = cli_alloc(count * sizeof *asked),
             *nearest = cli_alloc(count * sizeof *nearest);
    double *mse = cli_alloc(count * sizeof *mse);
    for (size_t i = 0; i < count; i++) {
        asked[i] = (uint32_t)cli_split_index(scores->split, places ? places[i] : i);
    }
    cli_doing("looking for the nearest training images");
    const bool good =
        count == 0 || emb_images_nearest(scores->learned->images, scores->learned->indices,
                                         scores->learned->count, images, asked, count, nearest, mse,
                                         threads) == EMB_OK;
    for (size_t i = 0; good && i < count; i++) {
        const size_t at = places ? places[i] : i;
        if (nearest[i] == UINT32_MAX) continue;
        scores->nearest[at] = nearest[i];
        scores->pixels[at] = mse[i];
    }
    if (!good) cli_fail("%s", emb_error());
    free(asked);
    free(nearest);
    free(mse);
    return good;
}
