/* New codes: from the prior of a kind that has one; of a codebook's indices, in the manner of the
 * codes of images; else from a normal distribution that was fitted to these (Ghosh, Sajjadi,
 * Vergari, Black and Schoelkopf, 2020, take such a one for autoencoders without a prior). */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "data/images.h"
#include "device/draws.h"
#include "net/net.h"
#include "study/index_patterns.h"

/* Codes that a distribution is fitted to, and numbers of a code whose covariances are looked at;
 * of longer codes each number is drawn by itself. */
enum { MOST_FITTED = 20000, MOST_TOGETHER = 512 };

struct emb_sampler {
    size_t length;
    bool fitted;   /* else each number is standard normal */
    bool together; /* root is a triangle, [length][length]; else [length] */
    double *mean, *root;
    emb__index_patterns patterns; /* of a network with a codebook; else empty */
    uint64_t seed;
    emb__ziggurat ziggurat;
};

bool emb_net_has_prior(const emb_net *net) {
    return net->bottleneck >= 0 && net->layers[net->bottleneck].kind->bottleneck->has_prior;
}

/* root root' = the covariances, which may be singular: a number that follows from those before it
 * has none of its own. */
static void find_root(double *c, size_t n) {
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = c[i * n + j];
            for (size_t k = 0; k < j; k++) sum -= c[i * n + k] * c[j * n + k];
            if (i == j) {
                c[i * n + i] = sum > 1e-12 * c[i * n + i] && sum > 0 ? sqrt(sum) : 0;
            } else {
                c[i * n + j] = c[j * n + j] > 0 ? sum / c[j * n + j] : 0;
            }
        }
    }
}

static void fit(emb_sampler *s, const float *codes, size_t count) {
    const size_t n = s->length;
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < n; i++) s->mean[i] += (double)codes[k * n + i] / (double)count;
    }
    for (size_t k = 0; k < count; k++) {
        const float *code = codes + k * n;
        for (size_t i = 0; i < n; i++) {
            const double apart = ((double)code[i] - s->mean[i]) / (double)count;
            if (!s->together) s->root[i] += apart * ((double)code[i] - s->mean[i]);
            for (size_t j = 0; s->together && j <= i; j++) {
                s->root[i * n + j] += apart * ((double)code[j] - s->mean[j]);
            }
        }
    }
    if (s->together) find_root(s->root, n);
    for (size_t i = 0; i < n && !s->together; i++) s->root[i] = sqrt(s->root[i]);
}

static emb_status fit_images(emb_sampler *s, emb_net *net, const emb_images *images,
                             const uint32_t *indices, size_t count, int threads) {
    if (count > MOST_FITTED) count = MOST_FITTED;
    if (count < 2) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "a distribution of codes is fitted to at least 2 images, got %zu", count);
    }
    const bool fits = emb_net_entries(net) == 0;
    float *codes = emb__calloc(count * s->length, sizeof *codes);
    s->together = s->length <= MOST_TOGETHER;
    s->mean = emb__calloc(fits ? s->length : 0, sizeof *s->mean);
    s->root = emb__calloc(!fits         ? 0
                          : s->together ? s->length * s->length
                                        : s->length,
                          sizeof *s->root);
    emb_status status = codes && s->mean && s->root ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        status = emb_net_encode_images(net, images, indices, count, codes, threads);
    }
    if (status == EMB_OK && fits) fit(s, codes, count);
    if (status == EMB_OK && !fits) {
        status = emb__index_patterns_make(&s->patterns, net, codes, count);
    }
    emb__free(codes);
    return status;
}

emb_sampler *emb_sampler_new(emb_net *net, const emb_images *images, const uint32_t *indices,
                             size_t count, uint64_t seed, int threads) {
    EMB__ENTER;
    if (emb__net_needs(net, "decoder") != EMB_OK) return NULL;
    emb_sampler *s = emb__calloc(1, sizeof *s);
    if (!s) return NULL;
    s->length = (size_t)emb_net_latent(net);
    s->fitted = !emb_net_has_prior(net);
    s->seed = seed > 0 ? seed : 42;
    emb__ziggurat_make(&s->ziggurat);
    emb_status status = EMB_OK;
    if (s->fitted && !images) {
        status = emb__fail(EMB_ERR_ARGUMENT,
                           "%s has no prior to draw codes from: expected images, to whose codes a "
                           "distribution is fitted",
                           net->spec.name);
    } else if (s->fitted) {
        if (!indices) count = emb_images_count(images);
        status = fit_images(s, net, images, indices, count, threads);
    }
    if (status == EMB_OK) return s;
    emb_sampler_free(s);
    return NULL;
}

void emb_sampler_free(emb_sampler *s) {
    if (!s) return;
    emb__free(s->mean);
    emb__free(s->root);
    emb__index_patterns_clear(&s->patterns);
    emb__free(s);
}

/* Code number `at`. */
static void draw(const emb_sampler *s, uint64_t at, double *normals, uint32_t *indices,
                 float *code) {
    emb__draws draws = emb__draws_of(s->seed, EMB__FOR_SAMPLES, 0, at);
    if (s->patterns.count > 0) {
        emb__index_patterns_draw(&s->patterns, &draws, indices, code);
        return;
    }
    for (size_t i = 0; i < s->length; i++) normals[i] = emb__draws_normal(&draws, &s->ziggurat);
    for (size_t i = 0; i < s->length; i++) {
        double sum = s->fitted ? s->mean[i] : normals[i];
        if (s->fitted && !s->together) sum += s->root[i] * normals[i];
        for (size_t j = 0; s->together && j <= i; j++) {
            sum += s->root[i * s->length + j] * normals[j];
        }
        code[i] = (float)sum;
    }
}

emb_status emb_sampler_draw(const emb_sampler *s, size_t first, size_t count, float *codes) {
    EMB__ENTER;
    double *normals = emb__calloc(s->length, sizeof *normals);
    uint32_t *indices = emb__calloc(s->patterns.places, sizeof *indices);
    const emb_status status = normals && indices ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t n = 0; n < count && status == EMB_OK; n++) {
        draw(s, first + n, normals, indices, codes + n * s->length);
    }
    emb__free(indices);
    emb__free(normals);
    return status;
}
