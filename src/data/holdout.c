/* Holding test images out by a seed. See holdout.h. */
#include "data/holdout.h"
#include "base/translate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

static const uint64_t DEFAULT_SEED = 42;

emb_status emb__holdout_check(const emb_open_options *options) {
    if (!options || options->test_split < 1) return EMB_OK; /* NaN is not a share below 1 */
    return emb__fail(EMB_ERR_ARGUMENT, "test split: expected a share below 1, got %g",
                     options->test_split);
}

size_t emb__holdout_count(size_t count, const emb_open_options *options) {
    const double asked = options ? options->test_split : 0;
    const double share = asked == 0 ? EMB_TEST_SPLIT : asked;
    if (share < 0 || count < 2) return 0;
    const double held = floor((double)count * share + 0.5);
    return held < 1 ? 1 : held > (double)(count - 1) ? count - 1 : (size_t)held;
}

/* SplitMix64 (Steele, Lea and Flood, 2014): small, and so unlike MT19937 that no seed makes its
 * draws part of PyTorch's. */
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* held[count] = 1 for the images that are held out. Each image in turn is taken with the
 * probability (images still wanted) / (images left) (selection sampling: Knuth, volume 2, 3.4.2,
 * S). */
static void draw(uint8_t *held, size_t count, size_t wanted, uint64_t seed) {
    /* The seed counts modulo 2^32, as in emb_train_options. */
    uint64_t state = (seed == 0 ? DEFAULT_SEED : seed) & UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        /* 53 bits times a count below 2^31: the product of doubles is monotonic, and below the
         * count. */
        const double unit = (double)(next(&state) >> 11) * 0x1p-53;
        held[i] = unit * (double)(count - i) < (double)wanted;
        wanted -= held[i];
    }
}

/* Moves the wanted items to the front of items[count], each of `size` bytes, and frees the rest.
 * False without memory; NULL stays NULL. */
static bool keep(void **items, size_t size, const uint8_t *held, uint8_t wanted, size_t count) {
    uint8_t *bytes = *items;
    size_t kept = 0;
    if (!bytes) return true;
    for (size_t i = 0; i < count; i++) {
        if (held[i] != wanted) continue;
        if (kept != i) memcpy(bytes + kept * size, bytes + i * size, size);
        kept++;
    }
    void *shrunk = emb__realloc(bytes, kept * size);
    if (shrunk) *items = shrunk;
    return shrunk;
}

emb_images *emb__holdout_take(emb_images *images, const char *name, emb_part part,
                              const emb_open_options *options) {
    const size_t count = images->count, wanted = emb__holdout_count(count, options);
    const size_t numbers = emb__images_size(images);
    if (wanted == 0 && part == EMB_TRAIN) return images;
    uint8_t *held = wanted > 0 ? emb__alloc(count) : NULL;
    bool good = held && emb__images_order(images);
    if (good) {
        void *pixels = images->pixels, *values = images->values, *labels = images->labels;
        void *order = images->order;
        const uint8_t which = part == EMB_TEST;
        draw(held, count, wanted, options ? options->seed : 0);
        good = keep(&pixels, numbers, held, which, count) &&
               keep(&values, numbers * sizeof *images->values, held, which, count) &&
               keep(&order, sizeof *images->order, held, which, count) &&
               keep(&labels, 1, held, which, count);
        images->pixels = pixels;
        images->values = values;
        images->labels = labels;
        images->order = order;
        images->has_sum = false;
        images->count = which ? wanted : count - wanted;
        images->drawn_from = count;
    } else if (wanted == 0) {
        emb__fail(EMB_ERR_ARGUMENT,
                  count < 2 ? E_("%s: one image alone has no test part")
                            : E_("%s: has no test images: none are held out"),
                  name);
    }
    emb__free(held);
    if (good) return images;
    emb_images_free(images);
    return NULL;
}

size_t emb_images_drawn_from(const emb_images *images) { return images->drawn_from; }
