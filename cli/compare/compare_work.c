/* The trainings and measurements of `embudo compare`. See compare_work.h. */
#include "compare/compare_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/seed.h"
#include "data/encoded_set.h"
#include "data/open_data.h"
#include "data/range.h"
#include "use/doctor.h"
#include "use/verdict.h"

static bool failed(void) {
    cli_fail("%s", emb_error());
    return false;
}

/* The result of a contender at a length, made if it is new. */
static cli_result *result_of(cli_compare *c, const cli_contender *contender, int latent) {
    for (int i = 0; i < c->result_count; i++) {
        cli_result *result = &c->results[i];
        if (result->contender == contender && result->latent == latent) return result;
    }
    cli_result *result = &c->results[c->result_count++];
    *result = (cli_result){.contender = contender, .latent = latent};
    return result;
}

static void add(cli_result *result, double accuracy, double seconds) {
    result->accuracy[result->count] = accuracy;
    result->seconds[result->count++] = seconds;
}

static bool train(emb_net *net, const emb_images *images, const emb_train_options *options,
                  int epochs) {
    cli_progress bar;
    emb_run *run = emb_run_new(net, images, options);
    if (!run) return failed();
    const size_t steps = emb_run_steps_per_epoch(run);
    cli_progress_start(&bar, epochs, steps, steps * (size_t)epochs, options->batch_size);
    emb_status status = EMB_OK;
    for (int epoch = 1; epoch <= epochs && status == EMB_OK; epoch++) {
        emb_epoch done;
        float loss;
        cli_progress_epoch(&bar, epoch);
        do {
            status = emb_run_step(run, &loss);
            cli_progress_step(&bar, emb_run_steps(run));
        } while (status == EMB_OK && !emb_run_epoch_done(run));
        if (status == EMB_OK) status = emb_run_finish_epoch(run, &done);
    }
    cli_live_clear();
    emb_run_free(run);
    return status == EMB_OK || failed();
}

/* The network of a contender, with the settings that `embudo classify` has by default, trained on
 * `train` and measured on `test`. */
static bool run_network(cli_compare *c, const cli_contender *contender, int latent, uint64_t seed,
                        const emb_images *images, const emb_images *test) {
    const int learned = emb_images_classes(c->train), scored = emb_images_classes(c->test);
    const emb_net_options shape = {.latent = latent,
                                   .classes = learned > scored ? learned : scored};
    const emb_train_options options = {.seed = cli_seed_option(seed),
                                       .learning_rate = 0.002,
                                       .val_split = cli_val_split_option(c->val_split),
                                       .val_count = c->val_count,
                                       .batch_size = 64,
                                       .shuffle = true,
                                       .schedule = EMB_SCHEDULE_LINEAR,
                                       .epochs = c->classifier_epochs,
                                       .threads = c->threads};
    const double start = cli_clock();
    cli_verdict verdict = {0};
    emb_net *net = emb_net_open(contender->net, &shape);
    if (!net) return failed();
    const bool good = train(net, images, &options, c->classifier_epochs) &&
                      cli_verdict_net(&verdict, net, test, c->threads);
    if (good) {
        cli_result *result = result_of(c, contender, latent);
        result->parameters = cli_network_parameters(net);
        add(result, verdict.score.accuracy, cli_clock() - start);
    }
    cli_verdict_free(&verdict);
    emb_net_free(net);
    return good;
}

/* Only the training images vote: `reference` holds all, `indices` says which of them train. */
static bool run_neighbours(cli_compare *c, const cli_contender *contender, int latent,
                           const cli_codes *train_codes, const uint32_t *indices, size_t count,
                           const cli_codes *test) {
    const double start = cli_clock();
    const size_t length = (size_t)train_codes->length;
    cli_codes reference = {.count = count, .length = train_codes->length};
    cli_verdict verdict = {0};
    reference.values = cli_alloc(count * length * sizeof *reference.values);
    reference.labels = cli_alloc(count);
    for (size_t i = 0; i < count; i++) {
        memcpy(reference.values + i * length, train_codes->values + indices[i] * length,
               length * sizeof *reference.values);
        reference.labels[i] = train_codes->labels[indices[i]];
    }
    const bool good = cli_verdict_knn(&verdict, &reference, c->neighbours, test, c->threads);
    if (good) add(result_of(c, contender, latent), verdict.score.accuracy, cli_clock() - start);
    cli_verdict_free(&verdict);
    cli_codes_free(&reference);
    return good;
}

/* All contenders that read this kind of codes. */
static bool run_on_codes(cli_compare *c, const char *input, uint64_t seed, const cli_codes *codes,
                         const cli_codes *test, const uint32_t *indices, size_t count) {
    emb_images *train_images = cli_codes_images(codes);
    emb_images *test_images = train_images ? cli_codes_images(test) : NULL;
    bool good = test_images != NULL;
    for (int i = 0; i < CLI_CONTENDERS && good; i++) {
        const cli_contender *contender = &cli_contenders[i];
        if (strcmp(contender->input, input) != 0) continue;
        good = contender->net
                   ? run_network(c, contender, codes->length, seed, train_images, test_images)
                   : run_neighbours(c, contender, codes->length, codes, indices, count, test);
    }
    emb_images_free(train_images);
    emb_images_free(test_images);
    return good;
}

/* The autoencoder of this length: the run's, or a new one. */
static emb_net *make_autoencoder(cli_compare *c, int latent, uint64_t seed) {
    char mse[CLI_NUMBER_SIZE];
    const double start = cli_clock();
    emb_net *net = c->taken;
    if (!net) {
        emb_train_options options = c->recipe;
        options.seed = cli_seed_option(seed);
        options.threads = c->threads;
        options.val_count = c->val_count;
        net = cli_network_open(c->model, c->is_class ? 0 : latent);
        if (!net) return NULL;
        if (seed == c->seeds[0] && latent == c->latents[0]) cli_network_anew(net, c->model);
        if (!cli_dataset_fit(c->train, net, c->dataset) ||
            !cli_dataset_fit(c->test, net, c->dataset) ||
            !train(net, c->train, &options, c->recipe.epochs)) {
            emb_net_free(net);
            return NULL;
        }
    }
    emb_score score;
    if (emb_net_score(net, c->test, NULL, 0, c->threads, &score) != EMB_OK) {
        failed();
        if (net != c->taken) emb_net_free(net);
        return NULL;
    }
    cli_error_text(score.mse, 4, mse);
    if (c->taken) {
        cli_note("the autoencoder of %s, latent %d: %sMSE %s", c->run, latent,
                 cli_part_prefix(c->part), mse);
    } else {
        cli_note(
            cli_plural(
                (unsigned long)c->recipe.epochs,
                "seed %llu: trained the autoencoder, latent %d, %d epoch in %.1f s: %sMSE %s",
                "seed %llu: trained the autoencoder, latent %d, %d epochs in %.1f s: %sMSE %s"),
            (unsigned long long)seed, latent, c->recipe.epochs, cli_clock() - start,
            cli_part_prefix(c->part), mse);
    }
    cli_doctor_eval(net, c->test, c->threads);
    return net;
}

static bool run_codes(cli_compare *c, int latent, uint64_t seed, const uint32_t *indices,
                      size_t count) {
    emb_net *net = make_autoencoder(c, latent, seed);
    cli_codes codes = {0}, test = {0};
    if (!net) return false;
    const bool good =
        cli_codes_encode(&codes, net, c->train, NULL, emb_images_count(c->train), c->threads) &&
        cli_codes_encode(&test, net, c->test, NULL, emb_images_count(c->test), c->threads) &&
        run_on_codes(c, "codes", seed, &codes, &test, indices, count);
    cli_codes_free(&codes);
    cli_codes_free(&test);
    if (net != c->taken) emb_net_free(net);
    return good;
}

static bool run_pca(cli_compare *c, int latent, uint64_t seed, const uint32_t *indices,
                    size_t count) {
    const double start = cli_clock();
    cli_codes codes = {0}, test = {0};
    emb_pca *pca = emb_pca_new(c->train, indices, count, latent, c->threads);
    if (!pca) return failed();
    cli_note("seed %llu: PCA, %d components in %.1f s", (unsigned long long)seed, latent,
             cli_clock() - start);
    const bool good =
        cli_codes_project(&codes, pca, c->train, NULL, emb_images_count(c->train), c->threads) &&
        cli_codes_project(&test, pca, c->test, NULL, emb_images_count(c->test), c->threads) &&
        run_on_codes(c, "pca", seed, &codes, &test, indices, count);
    cli_codes_free(&codes);
    cli_codes_free(&test);
    emb_pca_free(pca);
    return good;
}

/* The built-in classifiers of images read MNIST's size; for other images they are left out. */
static bool reads(const cli_compare *c, const cli_contender *contender) {
    emb_net *net = emb_net_open(contender->net, NULL);
    const bool fits = net && emb_net_accepts(net, c->train) == EMB_OK;
    if (!fits) cli_note("left out: %s", emb_error());
    emb_net_free(net);
    return fits;
}

static bool run_images(cli_compare *c, uint64_t seed) {
    for (int i = 0; i < CLI_CONTENDERS; i++) {
        const cli_contender *contender = &cli_contenders[i];
        if (!cli_contender_reads_images(contender) || !reads(c, contender)) continue;
        if (!run_network(c, contender, 0, seed, c->train, c->test)) return false;
    }
    return true;
}

/* The seed's split, the same for all: its training images come first, *count of them. */
static uint32_t *draw_split(const cli_compare *c, uint64_t seed, size_t *count) {
    const emb_train_options options = {.seed = cli_seed_option(seed),
                                       .val_split = cli_val_split_option(c->val_split),
                                       .val_count = c->val_count};
    const size_t all = emb_images_count(c->train);
    uint32_t *order = cli_alloc(all * sizeof *order);
    if (emb_split(all, &options, order, count) == EMB_OK) return order;
    failed();
    free(order);
    return NULL;
}

/* Opens what a seed's results are scored on: the images held out of all training are the same for
 * every seed. False with the error printed. */
static bool open_scored(cli_compare *c, uint64_t seed) {
    const emb_train_options options = {.seed = cli_seed_option(seed),
                                       .val_split = cli_val_split_option(c->val_split),
                                       .val_count = c->val_count};
    emb_images_free(c->test);
    c->test = cli_held_scored(c->train, c->dataset, &c->holdout, &options, &c->part);
    return c->test && cli_codes_labelled(c->test, c->dataset, "its test images have") &&
           (!c->taken || cli_range_fit(c->taken, c->test, c->dataset)) &&
           (c->holdout.known || cli_codes_agree(c->train, c->test, c->dataset));
}

bool cli_compare_seed(cli_compare *c, uint64_t seed) {
    size_t count = 0;
    uint32_t *indices = open_scored(c, seed) ? draw_split(c, seed, &count) : NULL;
    bool good = indices != NULL;
    for (int i = 0; i < c->latent_count && good; i++) {
        good = run_codes(c, c->latents[i], seed, indices, count) &&
               run_pca(c, c->latents[i], seed, indices, count);
    }
    good = good && run_images(c, seed);
    free(indices);
    return good;
}
