/* What is wrong with a trained network: found by comparing it with the mean image and principal
 * components, and by looking at its layers' outputs.
 *
 * Owns: the measurements of errors, and the bars. Does not own: what is counted of the layers
 * (checkup_layers.h), the words about all of it, which are the program's. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "study/budget.h"
#include "study/checkup_layers.h"
#include "study/data_checkup.h"
#include "study/kind_score.h"
#include "study/pca.h"
#include "study/selection.h"
#include "train/run.h"
#include "train/settings.h"

/* How many images are taken, so that all is done in a second or so: one pass over those that are
 * measured, with some of them going through the layers on one thread, and the principal components
 * of the training images. Fewer are taken if an image or the network is large; this is decided by
 * counts of numbers and multiply-adds, never by a clock, so that every machine finds the same. */
enum { MEASURED = 2000 };
enum { REFERENCE = 4096, REFERENCE_FLOATS = 1 << 22, REFERENCE_LEAST = 128, REFERENCE_FEWEST = 2 };
static const double reference_most_floats = 1 << 23;
static const double measured_most = 1e10; /* operations */

static size_t references_of(size_t size) {
    const size_t most = REFERENCE_FLOATS / size;
    const double room = reference_most_floats / (double)size;
    if (most > REFERENCE_LEAST) return most < REFERENCE ? most : REFERENCE;
    return room >= REFERENCE_LEAST    ? REFERENCE_LEAST
           : room >= REFERENCE_FEWEST ? (size_t)room
                                      : REFERENCE_FEWEST;
}

typedef struct sample {
    const emb_images *images;
    uint32_t *indices;
    size_t count;
} sample;

/* At most `most` of the images, at even distances. */
static emb_status take_sample(const emb_images *images, const uint32_t *indices, size_t count,
                              size_t most, sample *s) {
    emb__selection all;
    const emb_status status = emb__select(images, indices, count, &all);
    if (status != EMB_OK) return status;
    s->images = images;
    s->count = all.count < most ? all.count : most;
    s->indices = emb__calloc(s->count, sizeof *s->indices);
    if (!s->indices) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < s->count; i++) {
        const size_t at = i * all.count / s->count;
        s->indices[i] = indices ? indices[at] : (uint32_t)at;
    }
    return EMB_OK;
}

/* A network counts as no better than the mean image, or than PCA, if its error is at least this
 * share of theirs. Trainings of the notebook's network that were stuck at the mean image had 1.001
 * to 1.014 of its error; others had 0.1 to 0.8 after an epoch, and 0.91 at a learning rate of 1e-4.
 * A linear autoencoder with as many numbers as PCA reaches 1 at best, and is not blamed for a
 * little more; the notebook's networks end at 0.3 to 0.7. */
static const double mean_bar = 0.97, pca_bar = 1.05;

/* ---- errors ---------------------------------------------------------------------------------- */

/* A code with more numbers than this, or than a quarter of the sample, is not compared with PCA. */
enum { MOST_COMPONENTS = 256 };

static bool compared(size_t latent, size_t reference, size_t size) {
    return latent <= MOST_COMPONENTS && latent <= reference / 4 && latent < size;
}

static emb_status measure_errors(emb_net *net, const sample *reference, const sample *measured,
                                 int threads, emb_checkup *c) {
    emb_score score;
    emb_status status =
        emb_net_score(net, measured->images, measured->indices, measured->count, threads, &score);
    if (status != EMB_OK) return status;
    c->mse = score.mse;
    const size_t size = emb__shape_count(&net->input);
    const bool bar = compared((size_t)c->latent, reference->count, size);
    emb_pca *pca = emb__pca_new_quick(reference->images, reference->indices, reference->count,
                                      bar ? c->latent : 0, threads);
    if (!pca) return emb__last_status();
    c->components = emb_pca_count(pca);
    status = emb_pca_score(pca, 0, measured->images, measured->indices, measured->count, threads,
                           &c->mean_mse);
    if (status == EMB_OK && c->components > 0) {
        status = emb_pca_score(pca, c->components, measured->images, measured->indices,
                               measured->count, threads, &c->pca_mse);
    }
    emb_pca_free(pca);
    return status;
}

/* ---- kinds ----------------------------------------------------------------------------------- */

static emb_status measure_kind(emb_net *net, const sample *measured, int threads, emb_checkup *c) {
    const emb_measuring how = {.threads = threads};
    emb_measured m;
    const emb_status status =
        emb_net_measure(net, measured->images, measured->indices, measured->count, &how, &m);
    if (status != EMB_OK) return status;
    c->measure_count = m.measure_count;
    c->active = m.active;
    c->entries = emb__net_entries(net);
    memcpy(c->measures, m.measures, sizeof c->measures);
    return EMB_OK;
}

/* NaN if it has no such measure, or none was taken. */
static double measure_of(const emb_checkup *c, const char *name) {
    for (int i = 0; i < c->measure_count; i++) {
        if (strcmp(c->measures[i].name, name) == 0) return c->measures[i].value;
    }
    return NAN;
}

/* ---- the verdict ----------------------------------------------------------------------------- */

/* A variational network counts as hardly better than the mean image at this share of its error, if
 * principal components do better as well. Of two epochs of MNIST with 10 numbers, healthy ones
 * (beta 1 to 4, warm-up, free bits) had 0.35 to 0.43 of it and those with too large a beta or rate
 * 0.84 to 0.86. Before the end, the bar is that of others. */
static const double divergence_bar = 0.8;

/* Where a code says nothing, KL a number of it: collapsed ones had 2e-5 to 3e-3. More of it is what
 * an untrained network costs. */
static const double collapsed = 0.05;

/* Of a code that is to be normal, numbers that are not needed are kept at 0: none of them is
 * blamed. And it pays for what it says, so it need not beat PCA, whose code costs nothing: healthy
 * ones of 32 numbers had 1.1 of its error. */
static unsigned judge_normal(const emb_checkup *c, bool young) {
    const double kl = measure_of(c, "kl");
    const bool at_mean = c->mse >= mean_bar * c->mean_mse, told = !isnan(kl);
    const bool near_mean =
        young ? at_mean
              : c->mse >= divergence_bar * c->mean_mse && !(c->mse <= pca_bar * c->pca_mse);
    unsigned findings = at_mean ? EMB_FINDING_MEAN_IMAGE : 0;
    if ((c->active == 0 || near_mean) && kl < collapsed * c->latent)
        return findings | EMB_FINDING_COLLAPSE;
    if (told && near_mean) findings |= EMB_FINDING_DIVERGENCE;
    if (c->dead == c->latent) findings |= EMB_FINDING_CONSTANT;
    return findings;
}

/* So many numbers of a sparse code are never on in a healthy network, too: of MNIST's 64, up to 31
 * with l1 from 0.005 to 0.02, and 47 and 61 where the error had grown to the 1.7- and 4.3-fold. */
static const double sparse_dead = 2.0 / 3;

/* So many entries of a codebook are never taken where it is too large, or has not come apart yet:
 * of MNIST's 64, 51 after one epoch with batches of 128, and 9 after two. */
static const double book_unused = 3.0 / 4;

/* Other kinds pay for their codes as well. */
static unsigned judge_kind(const emb_checkup *c) {
    unsigned findings = c->mse >= mean_bar * c->mean_mse ? EMB_FINDING_MEAN_IMAGE : 0;
    if (measure_of(c, "unused") > book_unused * c->entries) findings |= EMB_FINDING_UNUSED;
    if (c->dead == c->latent) return findings | EMB_FINDING_CONSTANT;
    if (c->entries > 0) return findings; /* places where all images are alike may be */
    return c->dead > sparse_dead * c->latent ? findings | EMB_FINDING_DEAD : findings;
}

static unsigned judge(const emb_net *net, const emb_checkup *c, bool young) {
    if (emb_net_has_prior(net)) return judge_normal(c, young);
    if (emb_net_has_measures(net)) return judge_kind(c);
    const bool limits = 2 * c->saturated >= c->latent && c->saturated > 0;
    unsigned findings = 0;
    /* False if they were not measured (NaN). */
    if (c->mse >= mean_bar * c->mean_mse) findings |= EMB_FINDING_MEAN_IMAGE;
    if (!young && c->mse > pca_bar * c->pca_mse) findings |= EMB_FINDING_PCA;
    if (c->dead == c->latent) findings |= EMB_FINDING_CONSTANT;
    if (c->dead > 0 && c->dead < c->latent) findings |= EMB_FINDING_DEAD;
    if (limits) findings |= EMB_FINDING_SATURATED;
    return findings;
}

/* What the checkup takes besides the network's workspaces: errors, indices and, above all, the
 * components. */
static size_t checkup_size(const emb_net *net, size_t measured, size_t reference, int threads) {
    const size_t size = emb__shape_count(&net->input), most = references_of(size);
    const size_t latent = (size_t)emb_net_latent(net), taken = reference < most ? reference : most;
    const int components =
        compared(latent, taken, size) ? emb__pca_quick(size, taken, (int)latent) : 0;
    const size_t compared = emb__pca_size(measured, size, components, threads);
    const size_t told = emb_net_has_measures(net) ? emb__measure_size(net, measured) : 0;
    return taken * sizeof(uint32_t) + measured * (sizeof(uint32_t) + sizeof(double)) +
           (compared > told ? compared : told);
}

emb_status emb_run_memory(const emb_net *net, size_t images, const emb_train_options *options,
                          emb_memory *memory) {
    EMB__ENTER;
    *memory = (emb_memory){0};
    size_t train, blocks = 0;
    const emb_status status = emb__run_split(images, options, &train);
    if (status != EMB_OK) return status;
    if (emb_net_has_part(net, "encoder") && emb_net_has_part(net, "decoder")) {
        /* Without a validation set the training images are measured. */
        const size_t others = train < images ? images - train : images;
        const size_t most = emb__affordable(net, measured_most, MEASURED);
        const size_t measured = others < most ? others : most;
        blocks = (measured + EMB__LANES - 1) / EMB__LANES;
        memory->checkup = checkup_size(net, measured, train, options ? options->threads : 0);
    }
    return emb__run_size(net, images, options, blocks, &memory->run);
}

size_t emb_net_memory(const emb_net *net, int batch_size, int threads) {
    EMB__ENTER;
    const emb_train_options options = {.batch_size = batch_size, .threads = threads};
    emb_memory memory;
    /* Enough images for each thread to have some to validate. */
    emb_status status = emb_run_memory(net, (size_t)1 << 16, &options, &memory);
    return status == EMB_OK ? net->number_count * sizeof(float) + memory.run + memory.checkup : 0;
}

emb_status emb_net_examine(emb_net *net, const emb_images *reference,
                           const uint32_t *reference_indices, size_t reference_count,
                           const emb_images *images, const uint32_t *indices, size_t count,
                           const emb_examine_options *options, emb_checkup *checkup) {
    EMB__ENTER;
    static const emb_examine_options defaults = {0};
    if (!options) options = &defaults;
    emb_checkup c = {.latent = emb_net_latent(net), .mse = NAN, .mean_mse = NAN, .pca_mse = NAN};
    sample training = {0}, measured = {0};
    const size_t most = references_of(emb__shape_count(&net->input));
    emb_status status = emb__net_reconstructs(net);
    if (status == EMB_OK) status = emb_net_accepts(net, reference);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK) {
        status = take_sample(reference, reference_indices, reference_count, most, &training);
    }
    if (status == EMB_OK)
        status = take_sample(images, indices, count, emb__affordable(net, measured_most, MEASURED),
                             &measured);
    if (status == EMB_OK && !options->quick)
        status = measure_errors(net, &training, &measured, options->threads, &c);
    if (status == EMB_OK && !options->quick && emb_net_has_measures(net))
        status = measure_kind(net, &measured, options->threads, &c);
    if (status == EMB_OK) {
        status = emb__checkup_layers(net, measured.images, measured.indices, measured.count, &c);
    }
    if (status == EMB_OK) {
        emb__data_range(net, training.images, training.indices, training.count, &c.low, &c.high);
    }
    c.findings = judge(net, &c, options->young);
    if (emb__data_is_beyond(net, c.low, c.high)) c.findings |= EMB_FINDING_RANGE;
    emb__free(training.indices);
    emb__free(measured.indices);
    if (status == EMB_OK) *checkup = c;
    return status;
}
