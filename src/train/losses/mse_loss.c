/* MSELoss: the mean squared error between a reconstruction and the network's input. */
#include <math.h>

#include "device/cpu/pass.h"
#include "train/losses/loss_kind.h"

/* The kernel's squares are float32: if they leave its range, this sums them again in double. */
static void mend(const emb__loss_block *b, const float *y, const float *x, size_t size) {
    static const double least = 1e-26; /* squares below float32's range sum to less */
    const size_t lanes = (size_t)b->w->k->lanes;
    for (size_t lane = 0; lane < b->count; lane++) {
        double *error = &b->errors[lane];
        if (isfinite(*error) && *error >= least) continue;
        *error = 0;
        for (size_t i = lane; i < size * lanes; i += lanes) {
            const double d = (double)y[i] - (double)x[i];
            *error += d * d;
        }
    }
}

static void block(const emb__loss_block *b) {
    const size_t size = emb__loss_numbers(b->net);
    const float *y = emb__net_output(b->net, b->w, b->net->layer_count - 1);
    const float *x = emb__loss_goal(b);
    b->w->k->squared_error(y, x, size, (int)b->count, b->scale, b->grad, b->errors);
    if (b->exact) mend(b, y, x, size);
}

extern const emb__loss_kind emb__mse_loss;
const emb__loss_kind emb__mse_loss = {
    .name = "MSELoss",
    .short_name = "mse",
    .part = "decoder",
    .slope = 2, /* of (y - x)^2 */
    .terms = emb__loss_numbers,
    .block = block,
};
