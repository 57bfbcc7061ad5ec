/* What is told of a kind of autoencoder on images that it was not trained on: its loss's parts, and
 * how many numbers of its code say something. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "data/images.h"
#include "study/kind_score.h"
#include "train/image_errors.h"
#include "train/terms.h"

/* Images whose codes are held at once. */
enum { AT_ONCE = 1024 };

/* A number of the code is active if its variance over the images is above this (Burda, Grosse and
 * Salakhutdinov, 2016). */
static const double active = 0.01;

/* Of each number of the codes, by Welford's recurrence, image by image in their order. */
typedef struct spread {
    size_t seen, length;
    double *mean, *squares; /* [length] */
} spread;

static void look_at(spread *s, const float *codes, size_t count) {
    for (size_t n = 0; n < count; n++) {
        s->seen++;
        for (size_t i = 0; i < s->length; i++) {
            const double x = (double)codes[n * s->length + i], apart = x - s->mean[i];
            s->mean[i] += apart / (double)s->seen;
            s->squares[i] += apart * (x - s->mean[i]);
        }
    }
}

size_t emb__measure_size(const emb_net *net, size_t count) {
    const size_t length = (size_t)emb_net_latent(net);
    const size_t codes = length * (2 * sizeof(double) + AT_ONCE * sizeof(float));
    const size_t terms = count * (sizeof(double) + sizeof(emb__term));
    return codes > terms ? codes : terms;
}

static emb_status count_active(emb_net *net, const emb_images *images, const uint32_t *indices,
                               size_t count, int threads, int *found) {
    const size_t length = (size_t)emb_net_latent(net);
    double *sums = emb__calloc(2 * length, sizeof *sums);
    float *codes = emb__calloc(AT_ONCE * length, sizeof *codes);
    uint32_t *some = emb__calloc(AT_ONCE, sizeof *some);
    spread s = {0, length, sums, sums ? sums + length : NULL};
    emb_status status = sums && codes && some ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t first = 0; first < count && status == EMB_OK; first += AT_ONCE) {
        const size_t here = count - first < AT_ONCE ? count - first : AT_ONCE;
        for (size_t i = 0; i < here; i++) {
            some[i] = indices ? indices[first + i] : (uint32_t)(first + i);
        }
        status = emb_net_encode_images(net, images, some, here, codes, threads);
        if (status == EMB_OK) look_at(&s, codes, here);
    }
    *found = 0;
    for (size_t i = 0; i < length && status == EMB_OK; i++) {
        *found += s.squares[i] / (double)s.seen > active;
    }
    emb__free(some);
    emb__free(codes);
    emb__free(sums);
    return status;
}

static emb_status check(emb_net *net, const emb_images *images, const uint32_t *indices,
                        size_t count, const char *loss, emb__loss *made) {
    emb_status status = emb__net_reconstructs(net);
    if (status == EMB_OK && net->bottleneck < 0) {
        status = emb__fail(EMB_ERR_ARGUMENT,
                           "%s is an autoencoder without a layer such as Variational, of which "
                           "there is nothing more to tell than its error",
                           net->spec.name);
    }
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__images_have(images, indices, count);
    if (status == EMB_OK && count == 0) {
        status = emb__fail(EMB_ERR_ARGUMENT, "no images to measure; expected at least one");
    }
    if (status == EMB_OK) status = emb__loss_make(made, net, loss);
    return status == EMB_OK ? emb__loss_prepare(made, net, images) : status;
}

static emb_status find_parts(emb_net *net, const emb_images *images, const uint32_t *indices,
                             size_t count, const emb__loss *loss, uint64_t seed, int threads,
                             uint64_t *uses, emb__told *told) {
    const emb__altering drawn = {
        .epoch = EMB__FIXED_EPOCH, .draws = true, .seed = seed > 0 ? seed : 42};
    double *errors = emb__calloc(count, sizeof *errors);
    emb__term *terms = emb__calloc(count, sizeof *terms);
    emb_status status = errors && terms ? EMB_OK : EMB_ERR_MEMORY;
    emb__net_uses_clear(net);
    if (status == EMB_OK) {
        status = emb__net_errors_altered(net, loss, images, &drawn, indices, count, threads, errors,
                                         terms, count, NULL);
    }
    if (status == EMB_OK) {
        told->reconstruction = emb__loss_mean(loss, net, errors, count);
        told->term = emb__terms_mean(terms, count).said;
        emb__net_uses(net, uses);
        told->uses = uses;
    }
    emb__free(terms);
    emb__free(errors);
    if (status != EMB_OK || (isfinite(told->reconstruction) && isfinite(told->term))) return status;
    return emb__fail(EMB_ERR_DIVERGED,
                     "%s gives numbers that are not finite; are the images' numbers like those "
                     "that it was trained on?",
                     net->spec.name);
}

emb_status emb_net_measure(emb_net *net, const emb_images *images, const uint32_t *indices,
                           size_t count, const emb_measuring *how, emb_measured *measured) {
    EMB__ENTER;
    static const emb_measuring plain = {.loss = NULL};
    emb__loss loss;
    emb__told told;
    if (!how) how = &plain;
    if (!indices) count = emb_images_count(images);
    *measured = (emb_measured){.count = count};
    emb_status status = check(net, images, indices, count, how->loss, &loss);
    if (status != EMB_OK) return status;
    uint64_t *uses = emb__calloc((size_t)emb__net_entries(net) + 1, sizeof *uses);
    status = uses ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        status =
            find_parts(net, images, indices, count, &loss, how->seed, how->threads, uses, &told);
    }
    if (status == EMB_OK) {
        status = count_active(net, images, indices, count, how->threads, &measured->active);
    }
    if (status == EMB_OK) {
        measured->latent = emb_net_latent(net);
        measured->measure_count = emb__terms_measure(net, &told, NULL, measured->measures);
    }
    emb__free(uses);
    return status;
}
