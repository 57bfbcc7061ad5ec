/* See masks.h. */
#include "train/masks.h"

#include <math.h>
#include <string.h>

size_t emb__masks_count(const emb_net *net, size_t batch) {
    return (batch + EMB__LANES - 1) / EMB__LANES * net->mask_count;
}

/* How many bits the layer draws for an image. */
static size_t bits_of(const emb__layer *layer, double *keep) {
    return layer->kind->draws && !layer->frozen ? layer->kind->draws(layer, keep) : 0;
}

/* One layer's bits of all images. `least`: what the two words, as one number, must be below. */
static void draw_layer(const emb_net *net, emb__random *random, size_t batch, size_t count,
                       uint64_t least, uint16_t *masks) {
    for (size_t n = 0; n < batch; n++) {
        uint16_t *block = masks + n / EMB__LANES * net->mask_count;
        const int lane = (int)(n % EMB__LANES);
        for (size_t i = 0; i < count; i++) {
            const uint64_t high = emb__random_next32(random) & 0x1FFFFF;
            const uint64_t both = high << 32 | emb__random_next32(random);
            block[i] = (uint16_t)(block[i] | (both < least) << lane);
        }
    }
}

void emb__masks_draw(const emb_net *net, emb__random *random, size_t batch, uint16_t *masks) {
    if (net->mask_count == 0) return;
    memset(masks, 0, emb__masks_count(net, batch) * sizeof *masks);
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        double keep;
        const size_t count = bits_of(layer, &keep);
        if (count == 0) continue;
        const uint64_t least = (uint64_t)ceil(keep * 9007199254740992.0); /* 2^53 */
        draw_layer(net, random, batch, count, least, masks + layer->mask_at);
    }
}

void emb__masks_skip(const emb_net *net, emb__random *random, size_t images) {
    size_t bits = 0;
    double keep;
    for (int i = 0; i < net->layer_count; i++) bits += bits_of(&net->layers[i], &keep);
    emb__random_skip(random, 2 * bits * images);
}
