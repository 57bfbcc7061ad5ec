/* Principal components of a data set: the public functions, and the components used. */
#include "study/pca.h"

#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "kernels/kernels.h"
#include "study/pca_fit.h"

static size_t image_size(const emb_images *images) {
    int shape[3];
    emb_images_shape(images, shape);
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

/* ---- making ---------------------------------------------------------------------------------- */

static emb_status allocate(emb_pca *pca) {
    const size_t count = (size_t)pca->components;
    size_t numbers;
    if (!emb__mul(count, pca->size, &numbers)) {
        return emb__fail(EMB_ERR_MEMORY, "%zu components of %zu numbers are too many", count,
                         pca->size);
    }
    pca->mean = emb__calloc(pca->size, sizeof *pca->mean);
    pca->vectors = emb__calloc(numbers, sizeof *pca->vectors);
    pca->variances = emb__calloc(count, sizeof *pca->variances);
    return pca->mean && pca->vectors && pca->variances ? EMB_OK : EMB_ERR_MEMORY;
}

/* At least `least` components; 0: only the mean is needed. */
static emb_status make(emb_pca *pca, const emb_images *images, const uint32_t *indices,
                       size_t count, int least, int threads) {
    emb__selection selection;
    emb_status status = emb__select(images, indices, count, &selection);
    if (status != EMB_OK) return status;
    const size_t most = pca->size < selection.count ? pca->size : selection.count;
    if (pca->components < least || (size_t)pca->components > most) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%d principal components; expected 1 to %zu, the smaller of %zu images "
                         "and their %zu numbers",
                         pca->components, most, selection.count, pca->size);
    }
    status = allocate(pca);
    return status == EMB_OK ? emb__pca_fit(pca, &selection, threads) : status;
}

static emb_pca *make_new(const emb_images *images, const uint32_t *indices, size_t count,
                         int components, int rounds, int least, int threads) {
    emb_pca *pca = emb__calloc(1, sizeof *pca);
    if (!pca) return NULL;
    pca->components = components;
    pca->rounds = rounds;
    pca->size = image_size(images);
    if (make(pca, images, indices, count, least, threads) == EMB_OK) return pca;
    emb_pca_free(pca);
    return NULL;
}

emb_pca *emb_pca_new(const emb_images *images, const uint32_t *indices, size_t count,
                     int components, int threads) {
    EMB__ENTER;
    return make_new(images, indices, count, components, 0, 1, threads);
}

int emb__pca_quick(size_t size, size_t count, int components) {
    while (components > 0 && emb__pca_rounds(size, count, components) < EMB__PCA_LEAST_ROUNDS) {
        components = components * 3 / 4;
    }
    return components;
}

emb_pca *emb__pca_new_quick(const emb_images *images, const uint32_t *indices, size_t count,
                            int components, int threads) {
    const size_t size = image_size(images);
    components = emb__pca_quick(size, count, components);
    const int rounds = emb__pca_rounds(size, count, components);
    return make_new(images, indices, count, components, rounds, 0, threads);
}

void emb_pca_free(emb_pca *pca) {
    if (!pca) return;
    emb__free(pca->mean);
    emb__free(pca->vectors);
    emb__free(pca->variances);
    emb__free(pca->center);
    emb__free(pca);
}

int emb_pca_count(const emb_pca *pca) { return pca->components; }
const float *emb_pca_mean(const emb_pca *pca) { return pca->mean; }
const float *emb_pca_vectors(const emb_pca *pca) { return pca->vectors; }
const double *emb_pca_variances(const emb_pca *pca) { return pca->variances; }
double emb_pca_total_variance(const emb_pca *pca) { return pca->total; }

/* ---- using ----------------------------------------------------------------------------------- */

size_t emb__pca_size(size_t count, size_t size, int components, int threads) {
    const size_t all = (size_t)components, blocks = (count + EMB__LANES - 1) / EMB__LANES;
    const size_t members = (size_t)emb__threads_for(threads, blocks);
    const size_t result = (size + all * size) * sizeof(float) + all * sizeof(double);
    const size_t use =
        members * (3 * size + all) * EMB__LANES * sizeof(float) + count * sizeof(double);
    const size_t fit = emb__pca_fit_size(size, components, threads);
    return result + (fit > use ? fit : use);
}

/* Blocks of 16 images: lanes are images, and both directions are Linear layers. */
typedef struct use {
    const emb_pca *pca;
    emb__selection selection;
    const emb__kernels *k;
    int components;
    float *codes;   /* [count][components], or NULL */
    double *errors; /* [count]: sums of squares; or NULL */
    size_t room;    /* floats of a member's room */
    float *rooms;   /* a member's: images [16][size], the same and the reconstructed ones as
                       [size][16], codes [components][16] */
} use;

static void use_block(const use *u, size_t first, float *room) {
    const emb_pca *pca = u->pca;
    const size_t left = u->selection.count - first, size = pca->size;
    const int here = left < EMB__LANES ? (int)left : EMB__LANES;
    float *rows = room, *lanes = rows + EMB__LANES * size, *made = lanes + EMB__LANES * size;
    float *codes = made + EMB__LANES * size;
    for (int i = 0; i < here; i++) {
        emb__pca_row(pca, &u->selection, first + (size_t)i, rows + (size_t)i * size);
    }
    u->k->to_lanes(rows, here, size, lanes);
    u->k->dense(lanes, (int)size, pca->vectors, size, 1, NULL, codes, u->components);
    if (u->codes) {
        float *to = u->codes + first * (size_t)u->components;
        u->k->from_lanes(codes, here, (size_t)u->components, to);
        for (size_t i = 0; pca->center && i < (size_t)here * (size_t)u->components; i++) {
            to[i] = (float)((double)to[i] / pca->down);
        }
    }
    if (!u->errors) return;
    double errors[EMB__LANES];
    u->k->dense(codes, u->components, pca->vectors, 1, size, NULL, made, (int)size);
    u->k->squared_error(made, lanes, size, here, 0, NULL, errors);
    memcpy(u->errors + first, errors, (size_t)here * sizeof *errors);
}

static void use_part(void *data, const emb__member *me) {
    const use *u = data;
    const size_t blocks = (u->selection.count + EMB__LANES - 1) / EMB__LANES;
    size_t from;
    const size_t to = emb__member_part(me, blocks, &from);
    for (size_t b = from; b < to && !emb__cancelled(); b++) {
        use_block(u, b * EMB__LANES, u->rooms + (size_t)me->number * u->room);
    }
}

static emb_status use_all(use *u, const emb_images *images, const uint32_t *indices, size_t count,
                          int asked) {
    const size_t size = image_size(images);
    if (size != u->pca->size) {
        return emb__fail(EMB_ERR_SHAPE,
                         "the components are of images of %zu numbers, got images of %zu",
                         u->pca->size, size);
    }
    const emb_status status = emb__select(images, indices, count, &u->selection);
    if (status != EMB_OK) return status;
    u->k = emb__kernels_choose();
    if (!u->k) return emb__last_status();
    const int threads = emb__threads_for(asked, (u->selection.count + 15) / EMB__LANES);
    u->room = (3 * size + (size_t)u->components) * EMB__LANES;
    u->rooms = emb__calloc((size_t)threads * u->room, sizeof *u->rooms);
    if (!u->rooms) return EMB_ERR_MEMORY;
    emb__team_run(threads, use_part, u);
    emb__free(u->rooms);
    return emb__cancel_check();
}

emb_status emb_pca_encode(const emb_pca *pca, const emb_images *images, const uint32_t *indices,
                          size_t count, float *codes, int threads) {
    EMB__ENTER;
    use u = {.pca = pca, .components = pca->components, .codes = codes};
    const emb_status status = use_all(&u, images, indices, count, threads);
    const size_t length = (size_t)pca->components;
    for (size_t i = 0; status == EMB_OK && i < u.selection.count * length; i++) {
        if (isfinite(codes[i])) continue;
        return emb__fail(EMB_ERR_ARGUMENT,
                         "component %zu of image %zu is too large for a number: scale the images' "
                         "numbers, to 0..1 say",
                         i % length, i / length);
    }
    return status;
}

emb_status emb_pca_score(const emb_pca *pca, int components, const emb_images *images,
                         const uint32_t *indices, size_t count, int threads, double *mse) {
    EMB__ENTER;
    if (components < 0 || components > pca->components) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%d components of %d; expected 0 to as many as there are", components,
                         pca->components);
    }
    if (!indices) count = emb_images_count(images);
    use u = {.pca = pca, .components = components};
    u.errors = emb__calloc(count, sizeof *u.errors);
    if (!u.errors) return EMB_ERR_MEMORY;
    const emb_status status = use_all(&u, images, indices, count, threads);
    /* Adds image by image in their order, so that threads cannot change the sum. */
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += u.errors[i];
    emb__free(u.errors);
    if (status != EMB_OK) return status;
    *mse = sum / ((double)count * (double)pca->size);
    if (pca->center) *mse = *mse / pca->down / pca->down;
    return EMB_OK;
}
