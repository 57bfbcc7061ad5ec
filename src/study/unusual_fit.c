/* Learning what usual errors are. See unusual.h. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "data/images.h"
#include "study/unusual.h"

enum {
    ERRORS = 10000,          /* training images whose errors are looked at */
    ERROR_NUMBERS = 1 << 26, /* of all these together */
    TRAINED = 5000,          /* training images that are judged */
    SHARE = 5                /* every fifth training image stands for a validation image */
};

/* The images of both kinds. */
typedef struct fitting {
    emb_unusual *u;
    emb_net *net;
    const emb_images *images;
    int shape[3], threads;
    uint32_t *train, *val; /* indices */
    size_t train_count, val_count;
} fitting;

static int by_size(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* picked[result] = at most `most` of the indices, at even distances. */
static size_t thin(const uint32_t *indices, size_t count, size_t most, uint32_t *picked) {
    const size_t kept = count < most ? count : most;
    for (size_t i = 0; i < kept; i++) picked[i] = indices[(uint64_t)i * count / kept];
    return kept;
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* errors[n][D] = images less their reconstructions, variations[n]. */
static emb_status measure(const fitting *f, const uint32_t *indices, size_t n, float *errors,
                          float *variations) {
    const emb_unusual *u = f->u;
    const emb__selection selection = {f->images, indices, n};
    const size_t chunk = emb__unusual_chunk(u->size);
    float *made = emb__calloc(chunk, u->size * sizeof *made);
    float *codes = emb__calloc(chunk, (size_t)emb_net_latent(f->net) * sizeof *codes);
    emb_status status = made && codes ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t first = 0; status == EMB_OK && first < n; first += chunk) {
        const size_t here = n - first < chunk ? n - first : chunk;
        float *rows = errors + first * u->size;
        status = emb__unusual_run(f->net, u->uses_net, &selection, first, here, f->threads, rows,
                                  codes, made);
        for (size_t i = 0; status == EMB_OK && i < here; i++) {
            variations[first + i] = (float)emb__unusual_variation(rows + i * u->size, f->shape);
        }
        for (size_t i = 0; status == EMB_OK && u->uses_net && i < here * u->size; i++) {
            rows[i] -= made[i];
        }
    }
    emb__free(made);
    emb__free(codes);
    return status;
}

/* The components of the errors and, from their variances, what each direction counts. */
static emb_status take_components(emb_unusual *u, const emb_pca *pca) {
    const size_t count = (size_t)emb_pca_count(pca);
    const double *variances = emb_pca_variances(pca), total = emb_pca_total_variance(pca);
    u->count = count;
    u->mean = emb__calloc(u->size, sizeof *u->mean);
    u->vectors = emb__calloc(count, u->size * sizeof *u->vectors);
    u->lessened = emb__calloc(count, sizeof *u->lessened);
    if (!u->mean || !u->vectors || !u->lessened) return EMB_ERR_MEMORY;
    memcpy(u->mean, emb_pca_mean(pca), u->size * sizeof *u->mean);
    memcpy(u->vectors, emb_pca_vectors(pca), count * u->size * sizeof *u->vectors);
    double rest = total;
    for (size_t c = 0; c < count; c++) rest -= variances[c];
    rest = rest > 0 && u->size > count ? rest / (double)(u->size - count) : 0;
    /* Errors that are all alike have no variance; then each direction counts the same. */
    const double ridge = fmax(total / (double)u->size, 1e-30);
    u->base = (float)(1 / (rest + ridge));
    for (size_t c = 0; c < count; c++) {
        u->lessened[c] = (float)(1 / (rest + ridge) - 1 / (variances[c] + ridge));
    }
    return EMB_OK;
}

/* From a tenth of the middle variation, because a picture of one colour has none, to that of all
 * but a hundredth of the images, because noise would be excused by being busy. */
static void take_variation(emb_unusual *u, float *variations, size_t n) {
    qsort(variations, n, sizeof *variations, by_size);
    const float middle = variations[n / 2], most = variations[n - 1 - n / 100];
    u->least = middle > 0 ? middle / 10 : 1;
    u->most = most > u->least ? most : u->least;
}

/* Those of the errors of these images; `limits`: and what is busy. */
static emb_status find_components(const fitting *f, emb_unusual *u, const uint32_t *indices,
                                  size_t all, bool limits) {
    const size_t fit = ERROR_NUMBERS / u->size, most = fit < 2 ? 2 : fit > ERRORS ? ERRORS : fit;
    uint32_t *picked = emb__calloc(all, sizeof *picked);
    const size_t n = picked ? thin(indices, all, most, picked) : 0;
    float *errors = emb__calloc(n, u->size * sizeof *errors);
    float *variations = emb__calloc(n, sizeof *variations);
    emb_status status = picked && errors && variations ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) status = measure(f, picked, n, errors, variations);
    emb_images *images = status == EMB_OK ? emb_images_new_float(errors, NULL, n, f->shape) : NULL;
    emb__free(errors);
    size_t count = EMB__UNUSUAL_COMPONENTS;
    count = count < n ? count : n;
    count = count < u->size ? count : u->size;
    emb_pca *pca = images ? emb_pca_new(images, NULL, 0, (int)count, f->threads) : NULL;
    if (status == EMB_OK && !pca) status = emb__last_status();
    if (status == EMB_OK) status = take_components(u, pca);
    if (status == EMB_OK && limits) take_variation(u, variations, n);
    emb_pca_free(pca);
    emb_images_free(images);
    emb__free(picked);
    emb__free(variations);
    return status;
}

/* ---- codes and validation images ------------------------------------------------------------- */

static emb_status keep_codes(const fitting *f) {
    emb_unusual *u = f->u;
    if (!u->uses_net) return EMB_OK;
    u->latent = (size_t)emb_net_latent(f->net);
    const size_t fit = EMB__UNUSUAL_CODE_NUMBERS / u->latent;
    const size_t most = fit < EMB__UNUSUAL_CODES ? fit : (size_t)EMB__UNUSUAL_CODES;
    uint32_t *picked = emb__calloc(f->train_count, sizeof *picked);
    if (!picked) return EMB_ERR_MEMORY;
    u->code_count = thin(f->train, f->train_count, most < 1 ? 1 : most, picked);
    u->codes = emb__calloc(u->code_count, u->latent * sizeof *u->codes);
    const emb_status status = u->codes ? emb_net_encode_images(f->net, f->images, picked,
                                                               u->code_count, u->codes, f->threads)
                                       : EMB_ERR_MEMORY;
    emb__free(picked);
    return status;
}

/* rows[EMB_UNUSUAL_KINDS][n] = numbers[n][EMB_UNUSUAL_KINDS], each row sorted. */
static void sort_rows(const emb_unusual *u, const double *numbers, size_t n, float *rows) {
    for (size_t k = 0; k < EMB_UNUSUAL_KINDS; k++, rows += n) {
        for (size_t i = 0; i < n; i++) rows[i] = (float)numbers[i * EMB_UNUSUAL_KINDS + k];
        if (k == EMB_UNUSUAL_SCORE || u->uses_net) qsort(rows, n, sizeof *rows, by_size);
    }
}

/* The numbers of half of the images, by the components of the other half's errors: those of errors
 * from which they were made would be too small. */
static emb_status judge_half(const fitting *f, const uint32_t *half, size_t n,
                             const uint32_t *other, size_t others, double *numbers) {
    const emb__selection selection = {f->images, half, n};
    emb_unusual u = *f->u;
    u.mean = u.vectors = u.lessened = NULL;
    emb_status status = find_components(f, &u, other, others, false);
    if (status == EMB_OK) {
        status = emb__unusual_judge(&u, f->net, &selection, f->threads, numbers);
    }
    emb__free(u.mean);
    emb__free(u.vectors);
    emb__free(u.lessened);
    return status;
}

static emb_status judge_training(const fitting *f) {
    emb_unusual *u = f->u;
    uint32_t *picked = emb__calloc(f->train_count, sizeof *picked);
    uint32_t *halves = emb__calloc(f->train_count, sizeof *halves);
    const bool room = picked && halves;
    const size_t n = room ? thin(f->train, f->train_count, TRAINED, picked) : 0;
    const size_t first = (n + 1) / 2, second = n - first;
    for (size_t i = 0; room && i < n; i++) halves[i % 2 ? first + i / 2 : i / 2] = picked[i];
    u->trained = n;
    double *numbers = emb__calloc(n, EMB_UNUSUAL_KINDS * sizeof *numbers);
    u->training = emb__calloc(n, EMB_UNUSUAL_KINDS * sizeof *u->training);
    emb_status status = room && numbers && u->training ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        status = judge_half(f, halves, first, halves + first, second, numbers);
    }
    if (status == EMB_OK) {
        status = judge_half(f, halves + first, second, halves, first,
                            numbers + first * EMB_UNUSUAL_KINDS);
    }
    if (status == EMB_OK) sort_rows(u, numbers, n, u->training);
    emb__free(picked);
    emb__free(halves);
    emb__free(numbers);
    return status;
}

static emb_status judge_validation(const fitting *f) {
    emb_unusual *u = f->u;
    const size_t n = u->validated = f->val_count;
    const emb__selection selection = {f->images, f->val, n};
    double *numbers = emb__calloc(n, EMB_UNUSUAL_KINDS * sizeof *numbers);
    u->validation = emb__calloc(n, EMB_UNUSUAL_KINDS * sizeof *u->validation);
    emb_status status = numbers && u->validation ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        status = emb__unusual_judge(u, f->net, &selection, f->threads, numbers);
    }
    if (status == EMB_OK) sort_rows(u, numbers, n, u->validation);
    emb__free(numbers);
    return status;
}

static emb_status validate(const fitting *f) {
    emb_unusual *u = f->u;
    u->unit = 1;
    emb_status status = judge_validation(f);
    if (status == EMB_OK) status = judge_training(f);
    if (status != EMB_OK) return status;
    const float middle = u->validation[u->validated / 2];
    u->unit = middle > 0 ? middle : 1;
    for (size_t i = 0; i < u->validated; i++) u->validation[i] /= u->unit;
    for (size_t i = 0; i < u->trained; i++) u->training[i] /= u->unit;
    return EMB_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* Copies the indices; without validation images parts some off. */
static emb_status choose(fitting *f, const uint32_t *train, const uint32_t *val) {
    f->u->is_validated = f->val_count > 0;
    const size_t all = f->train_count;
    f->train = emb__calloc(all, sizeof *f->train);
    f->val = emb__calloc(all + f->val_count, sizeof *f->val);
    if (!f->train || !f->val) return EMB_ERR_MEMORY;
    if (f->val_count > 0) {
        memcpy(f->train, train, all * sizeof *f->train);
        memcpy(f->val, val, f->val_count * sizeof *f->val);
        return EMB_OK;
    }
    f->train_count = 0;
    for (size_t i = 0; i < all; i++) {
        if (i % SHARE == SHARE - 1) {
            f->val[f->val_count++] = train[i];
        } else {
            f->train[f->train_count++] = train[i];
        }
    }
    return EMB_OK;
}

static emb_status check(const fitting *f, const uint32_t *train, const uint32_t *val) {
    emb_status status = emb__net_reconstructs(f->net);
    if (status == EMB_OK) status = emb_net_accepts(f->net, f->images);
    if (status == EMB_OK && f->train_count < 2 * SHARE) {
        status = emb__fail(EMB_ERR_ARGUMENT, "%zu training images; expected at least %d",
                           f->train_count, 2 * SHARE);
    }
    if (status == EMB_OK) status = emb__images_have(f->images, train, f->train_count);
    if (status == EMB_OK) status = emb__images_have(f->images, val, f->val_count);
    return status;
}

static emb_status fit(fitting *f, const uint32_t *train, const uint32_t *val) {
    const emb_examine_options options = {.young = true, .threads = f->threads};
    emb_checkup checkup;
    emb_status status = check(f, train, val);
    if (status == EMB_OK) status = choose(f, train, val);
    if (status == EMB_OK) {
        status = emb_net_examine(f->net, f->images, f->train, f->train_count, f->images, f->val,
                                 f->val_count, &options, &checkup);
    }
    if (status != EMB_OK) return status;
    emb_images_shape(f->images, f->shape);
    f->u->size = emb__images_size(f->images);
    f->u->weights = emb__unusual_weights(f->net);
    f->u->uses_net = !(checkup.findings & (EMB_FINDING_MEAN_IMAGE | EMB_FINDING_CONSTANT));
    status = find_components(f, f->u, f->train, f->train_count, true);
    if (status == EMB_OK) status = keep_codes(f);
    return status == EMB_OK ? validate(f) : status;
}

emb_unusual *emb_unusual_new(emb_net *net, const emb_images *images, const uint32_t *train_indices,
                             size_t train_count, const uint32_t *val_indices, size_t val_count,
                             int threads) {
    EMB__ENTER;
    fitting f = {.u = emb__calloc(1, sizeof *f.u),
                 .net = net,
                 .images = images,
                 .threads = threads,
                 .train_count = train_count,
                 .val_count = val_count};
    if (!f.u) return NULL;
    const emb_status status = fit(&f, train_indices, val_indices);
    emb__free(f.train);
    emb__free(f.val);
    if (status == EMB_OK) return f.u;
    emb_unusual_free(f.u);
    return NULL;
}
