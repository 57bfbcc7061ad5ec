/* See image_errors.h. */
#include "train/image_errors.h"

#include <math.h>
#include <string.h>

#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "train/losses/loss.h"

/* Where the errors go. */
typedef struct places {
    double *errors;
    uint8_t *predicted;
} places;

/* The kernel's squares are float32: where they leave its range, the sums of the first `here` lanes
 * once more in double. */
static void mend_errors(const emb_net *net, const emb__workspace *w, size_t here, double *errors) {
    static const double least = 1e-26; /* so many tinier squares as an image has numbers are less */
    const float *y = emb__net_output(net, w, net->layer_count - 1), *x = emb__net_input(net, w, 0);
    const size_t lanes = (size_t)w->k->lanes, size = emb__shape_count(&net->input);
    for (size_t lane = 0; lane < here; lane++) {
        if (isfinite(errors[lane]) && errors[lane] >= least) continue;
        errors[lane] = 0;
        for (size_t i = lane; i < size * lanes; i += lanes) {
            const double d = (double)y[i] - (double)x[i];
            errors[lane] += d * d;
        }
    }
}

static void keep_errors(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    const emb_net *net = walk->net;
    const places *to = walk->data;
    double errors[EMB__LANES];
    uint8_t predicted[EMB__LANES];
    emb__net_loss(net, w, walk->images, walk->indices, first, here, 0, NULL, errors, predicted);
    if (!net->classifies) mend_errors(net, w, here, errors);
    memcpy(to->errors + first, errors, here * sizeof *errors);
    if (to->predicted) memcpy(to->predicted + first, predicted, here);
}

emb_status emb__net_errors(emb_net *net, const emb_images *images, const uint32_t *indices,
                           size_t count, int asked, double *errors, uint8_t *predicted) {
    places to = {errors, predicted};
    const emb__walk walk = {.net = net,
                            .to = net->layer_count,
                            .count = count,
                            .images = images,
                            .indices = indices,
                            .look = keep_errors,
                            .data = &to};
    return emb__walk_team(&walk, asked);
}
