/* See image_errors.h. */
#include "train/image_errors.h"

#include <string.h>

#include "base/memory.h"
#include "device/cpu/walk.h"
#include "train/terms.h"

/* The arrays into which the errors go. */
typedef struct places {
    const emb__loss *loss;
    double *errors;
    emb__term *terms;
    float *rows; /* that a bottleneck's batches are judged by; NULL: they are not */
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
    if (to->rows) {
        emb__terms_keep(walk->net, w, here, to->rows + first * emb__terms_row(walk->net));
    }
    if (to->predicted) memcpy(to->predicted + first, predicted, here);
}

emb_status emb__net_errors_altered(emb_net *net, const emb__loss *loss, const emb_images *images,
                                   const emb__altering *altering, const uint32_t *indices,
                                   size_t count, int asked, double *errors, emb__term *terms,
                                   size_t batch, uint8_t *predicted) {
    if (net->bottleneck < 0) terms = NULL;
    const size_t row = terms ? emb__terms_row(net) : 0;
    places to = {loss, errors, terms, NULL, predicted};
    if (row > 0) to.rows = emb__calloc(count * row, sizeof *to.rows);
    if (row > 0 && !to.rows) return EMB_ERR_MEMORY;
    const emb__walk walk = {.net = net,
                            .to = net->layer_count,
                            .count = count,
                            .images = images,
                            .indices = indices,
                            .altering = *altering,
                            .look = keep_errors,
                            .data = &to};
    const emb_status status = emb__walk_team(&walk, asked);
    if (row > 0 && status == EMB_OK) emb__terms_judge(net, to.rows, count, batch, terms);
    emb__free(to.rows);
    return status;
}

emb_status emb__net_errors(emb_net *net, const emb__loss *loss, const emb_images *images,
                           const uint32_t *indices, size_t count, int asked, double *errors,
                           uint8_t *predicted) {
    const emb__altering none = {.alter = NULL};
    return emb__net_errors_altered(net, loss, images, &none, indices, count, asked, errors, NULL, 0,
                                   predicted);
}
