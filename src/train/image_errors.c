/* See image_errors.h. */
#include "train/image_errors.h"

#include <string.h>

#include "device/cpu/walk.h"
#include "train/terms.h"

/* The arrays into which the errors go. */
typedef struct places {
    const emb__loss *loss;
    double *errors;
    emb__term *terms;
    uint8_t *predicted;
} places;

static void keep_errors(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    const places *to = walk->data;
    double errors[EMB__LANES];
    uint8_t predicted[EMB__LANES];
    const emb__rows rows = {
        .images = walk->images, .indices = walk->indices, .altering = walk->altering};
    emb__loss_run(to->loss, &(emb__loss_block){.net = walk->net,
                                               .w = w,
                                               .images = walk->images,
                                               .indices = walk->indices,
                                               .first = first,
                                               .count = here,
                                               .of = 1,
                                               .target = emb__loss_target(to->loss, walk->net, w,
                                                                          &rows, first, here),
                                               .exact = true,
                                               .errors = errors,
                                               .predicted = predicted});
    memcpy(to->errors + first, errors, here * sizeof *errors);
    if (to->terms) emb__terms_find(walk->net, w, here, to->terms + first);
    if (to->predicted) memcpy(to->predicted + first, predicted, here);
}

emb_status emb__net_errors_altered(emb_net *net, const emb__loss *loss, const emb_images *images,
                                   const emb__altering *altering, const uint32_t *indices,
                                   size_t count, int asked, double *errors, emb__term *terms,
                                   uint8_t *predicted) {
    places to = {loss, errors, net->bottleneck >= 0 ? terms : NULL, predicted};
    const emb__walk walk = {.net = net,
                            .to = net->layer_count,
                            .count = count,
                            .images = images,
                            .indices = indices,
                            .altering = *altering,
                            .look = keep_errors,
                            .data = &to};
    return emb__walk_team(&walk, asked);
}

emb_status emb__net_errors(emb_net *net, const emb__loss *loss, const emb_images *images,
                           const uint32_t *indices, size_t count, int asked, double *errors,
                           uint8_t *predicted) {
    const emb__altering none = {.alter = NULL};
    return emb__net_errors_altered(net, loss, images, &none, indices, count, asked, errors, NULL,
                                   predicted);
}
