/* How much of the noise on its input a network takes off. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/translate.h"
#include "device/preprocessing.h"
#include "train/image_errors.h"

/* What is asked for. */
typedef struct question {
    emb_net *net;
    const emb_images *images;
    const uint32_t *indices;
    size_t count;
    emb__altering noise;
} question;

/* The sum of the squares of the noise itself, image by image in their order. */
static emb_status measure_noise(const question *q, double *sum) {
    const size_t size = emb__images_size(q->images);
    float *clean = emb__calloc(2 * size, sizeof *clean);
    if (!clean) return EMB_ERR_MEMORY;
    float *noisy = clean + size;
    *sum = 0;
    for (size_t n = 0; n < q->count; n++) {
        const size_t i = q->indices ? q->indices[n] : n;
        double errors = 0;
        emb__net_row(q->net, q->images, i, clean);
        memcpy(noisy, clean, size * sizeof *noisy);
        emb__alter_input(&q->noise, i, noisy);
        for (size_t p = 0; p < size; p++) {
            const double d = (double)noisy[p] - (double)clean[p];
            errors += d * d;
        }
        *sum += errors;
    }
    emb__free(clean);
    return emb__images_check_read(q->images);
}

static emb_status measure_rest(const question *q, int threads, double *sum) {
    emb__loss loss;
    emb_status status = emb__loss_make(&loss, q->net, NULL);
    if (status == EMB_OK) status = emb__loss_prepare_noisy(&loss, q->net, q->images);
    if (status != EMB_OK) return status;
    double *errors = emb__calloc(q->count, sizeof *errors);
    if (!errors) return EMB_ERR_MEMORY;
    status = emb__net_errors_altered(q->net, &loss, q->images, &q->noise, q->indices, q->count,
                                     threads, errors, NULL, 0, NULL);
    *sum = 0;
    for (size_t n = 0; n < q->count; n++) *sum += errors[n];
    emb__free(errors);
    if (status != EMB_OK || isfinite(*sum)) return status;
    return emb__fail(EMB_ERR_DIVERGED,
                     "%s gives numbers that are not finite; are the images' numbers like those "
                     "that it was trained on?",
                     q->net->spec.name);
}

static emb_status check(const question *q, const char *noise, uint64_t seed, emb__alter *alter) {
    emb_preprocessing p;
    emb_status status = emb__net_reconstructs(q->net);
    if (status == EMB_OK) status = emb_net_accepts(q->net, q->images);
    if (status == EMB_OK) status = emb__images_have(q->images, q->indices, q->count);
    if (status == EMB_OK) status = emb__alter_read(alter, "", noise, seed > 0 ? seed : 42);
    if (status == EMB_OK && (!alter->corrupts || q->count == 0)) {
        status = emb__fail(EMB_ERR_ARGUMENT, alter->corrupts
                                                 ? E_("no images to score; expected at least one")
                                                 : E_("no noise; expected such as gaussian=0.3"));
    }
    if (status != EMB_OK) return status;
    emb_net_preprocessing(q->net, &p);
    return emb__alter_prepare(alter, q->images, p.black, p.white);
}

emb_status emb_net_score_denoising(emb_net *net, const emb_images *images, const uint32_t *indices,
                                   size_t count, const char *noise, uint64_t seed, int threads,
                                   emb_denoising *denoising) {
    EMB__ENTER;
    emb__alter alter;
    const question q = {.net = net,
                        .images = images,
                        .indices = indices,
                        .count = indices ? count : emb_images_count(images),
                        .noise = {.alter = &alter, .epoch = EMB__FIXED_EPOCH}};
    double before, after;
    emb_status status = check(&q, noise, seed, &alter);
    if (status == EMB_OK) status = measure_noise(&q, &before);
    if (status == EMB_OK) status = measure_rest(&q, threads, &after);
    if (status != EMB_OK) return status;
    const double elements = (double)emb__images_size(images) * (double)q.count;
    const double peak = emb__net_peak(net, images);
    *denoising =
        (emb_denoising){.noisy_mse = before / elements, .mse = after / elements, .count = q.count};
    denoising->noisy_psnr = 10 * log10(peak * peak / denoising->noisy_mse);
    denoising->psnr = 10 * log10(peak * peak / denoising->mse);
    return EMB_OK;
}
