/* See prediction_classes.h. */
#include "use/prediction_classes.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/progress.h"
#include "data/data_sets.h"
#include "data/encoded_set.h"
#include "data/held.h"
#include "data/picture_options.h"
#include "data/split.h"

static bool good(emb_status status) {
    if (status != EMB_OK) cli_fail("%s", emb_error());
    return status == EMB_OK;
}

/* The most probable class but `other`, of equal ones the lower; -1 if there is none. */
static int best(const cli_predictions *p, size_t i, int other) {
    int found = -1;
    for (int k = 0; k < p->classes; k++) {
        if (k == other) continue;
        if (found < 0 || cli_predictions_share(p, i, k) > cli_predictions_share(p, i, found)) {
            found = k;
        }
    }
    return found;
}

/* `won`, unless NULL, has the first of each. */
static void rank(cli_predictions *p, const uint8_t *won) {
    p->first = cli_alloc(p->count * sizeof *p->first);
    p->second = cli_alloc(p->count * sizeof *p->second);
    for (size_t i = 0; i < p->count; i++) {
        p->first[i] = won ? won[i] : best(p, i, -1);
        p->second[i] = best(p, i, p->first[i]);
    }
}

bool cli_predict_classes(cli_predictions *p, emb_net *net, int threads) {
    p->classes = emb_net_classes(net);
    p->shares = cli_alloc(p->count * (size_t)p->classes * sizeof *p->shares);
    if (!good(emb_net_classify(net, p->shown, p->count, p->shares, threads))) return false;
    emb_softmax(p->shares, p->count, p->classes, p->shares);
    rank(p, NULL);
    return true;
}

/* ---- neighbours ------------------------------------------------------------------------------ */

/* shares[count][classes] = of the k nearest codes those of each class. */
static emb_status count_votes(cli_predictions *p, const cli_codes *known, size_t k, int threads) {
    uint32_t *nearest = cli_alloc(p->count * k * sizeof *nearest);
    float *distances = cli_alloc(p->count * k * sizeof *distances);
    emb_neighbours *all =
        emb_neighbours_new(known->values, known->count, known->length, known->count, threads);
    const emb_status status =
        all ? emb_neighbours_find(all, p->codes, p->count, (int)k, nearest, distances, threads)
            : EMB_ERR_MEMORY;
    for (size_t i = 0; status == EMB_OK && i < p->count * k; i++) {
        p->shares[i / k * (size_t)p->classes + known->labels[nearest[i]]] += 1 / (float)k;
    }
    emb_neighbours_free(all);
    free(nearest);
    free(distances);
    return status;
}

static bool vote(cli_predictions *p, const cli_codes *known, int neighbours, int threads) {
    const size_t k = (size_t)neighbours < known->count ? (size_t)neighbours : known->count;
    uint8_t *won = cli_alloc(p->count);
    cli_doing("comparing codes");
    emb_status status = emb_knn_classify(known->values, known->labels, known->count, known->length,
                                         (int)k, p->codes, p->count, won, threads);
    for (size_t i = 0; i < known->count; i++) {
        if (known->labels[i] >= p->classes) p->classes = known->labels[i] + 1;
    }
    const size_t cells = p->count * (size_t)p->classes;
    p->shares = cli_alloc(cells * sizeof *p->shares);
    memset(p->shares, 0, cells * sizeof *p->shares);
    if (status == EMB_OK) status = count_votes(p, known, k, threads);
    if (status == EMB_OK) rank(p, won);
    free(won);
    return good(status);
}

bool cli_predict_votes(cli_predictions *p, emb_net *net, const char *model_name,
                       const char *dataset, int neighbours, int threads) {
    cli_split train;
    cli_codes known = {0};
    if (!cli_split_open(&train, net, model_name, dataset, "train")) return false;
    const bool done =
        cli_codes_labelled(train.images, dataset, false) &&
        cli_codes_encode(&known, net, train.images, train.indices, train.count, threads) &&
        vote(p, &known, neighbours, threads);
    cli_codes_free(&known);
    cli_split_close(&train);
    return done;
}

/* ---- names ----------------------------------------------------------------------------------- */

void cli_predict_names(cli_predictions *p, const char *model_name) {
    static const char *const digits[] = {"mnist", "fashion-mnist", "kmnist"};
    char *set = cli_held_set_of(model_name);
    bool named = set;
    for (size_t i = 0; named && i < sizeof digits / sizeof *digits; i++) {
        named = strcmp(set, digits[i]) != 0; /* numbers alone, and long to open */
    }
    if (named) {
        emb_open_options options = {0};
        cli_pictures_into(&options);
        p->named = emb_images_open_part(set, EMB_TRAIN, &options);
    }
    if (p->named && emb_images_classes(p->named) != p->classes) {
        emb_images_free(p->named);
        p->named = NULL;
    }
    free(set);
}
