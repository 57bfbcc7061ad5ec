/* The trainings and measurements of `embudo compare`. See compare_work.h. */
#include "compare/compare_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare_keep.h"
#include "compare/compare_train.h"
#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/seed.h"
#include "core/stop.h"
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

/* What was measured or kept, into the table. */
static void add(cli_compare *c, const cli_unit *unit, const cli_kept *kept) {
    cli_result *result = result_of(c, unit->contender, unit->latent);
    result->parameters = kept->parameters;
    result->accuracy[result->count] = kept->accuracy;
    result->seconds[result->count++] = kept->seconds;
}

/* A result that the table has and that is kept. */
static bool settle(cli_compare *c, const cli_unit *unit, const cli_kept *kept) {
    add(c, unit, kept);
    return cli_keep_add(c, unit, kept);
}

/* The network of a contender, with the settings that `embudo classify` has by default, trained on
 * `train` and measured on `test`. */
static bool run_network(cli_compare *c, const cli_unit *unit, const emb_images *images,
                        const emb_images *test) {
    const int learned = emb_images_classes(c->train), scored = emb_images_classes(c->test);
    const emb_net_options shape = {.latent = unit->latent,
                                   .classes = learned > scored ? learned : scored};
    const emb_train_options options = {.seed = cli_seed_option(unit->seed),
                                       .learning_rate = 0.002,
                                       .val_split = cli_val_split_option(c->val_split),
                                       .val_count = c->val_count,
                                       .batch_size = 64,
                                       .shuffle = true,
                                       .schedule = EMB_SCHEDULE_LINEAR,
                                       .epochs = c->classifier_epochs,
                                       .threads = c->threads};
    cli_verdict verdict = {0};
    cli_kept kept = {0};
    c->at++;
    if (cli_keep_find(c, unit, &kept)) {
        add(c, unit, &kept);
        return true;
    }
    emb_net *net = emb_net_open(unit->contender->net, &shape);
    if (!net) return failed();
    bool good =
        cli_compare_train(c, unit, net, images, &options, c->classifier_epochs, &kept.seconds);
    const double start = cli_clock();
    good = good && cli_verdict_net(&verdict, net, test, c->threads);
    if (good) {
        kept.parameters = cli_network_parameters(net);
        kept.accuracy = verdict.score.accuracy;
        kept.seconds += cli_clock() - start;
        good = settle(c, unit, &kept);
    }
    cli_verdict_free(&verdict);
    emb_net_free(net);
    return good;
}

/* Only the training images vote: `reference` holds all, `indices` says which of them train. */
static bool run_neighbours(cli_compare *c, const cli_unit *unit, const cli_codes *train_codes,
                           const uint32_t *indices, size_t count, const cli_codes *test) {
    const double start = cli_clock();
    const size_t length = (size_t)train_codes->length;
    cli_codes reference = {.count = count, .length = train_codes->length};
    cli_verdict verdict = {0};
    cli_kept kept;
    if (cli_keep_find(c, unit, &kept)) {
        add(c, unit, &kept);
        return true;
    }
    reference.values = cli_alloc(count * length * sizeof *reference.values);
    reference.labels = cli_alloc(count);
    for (size_t i = 0; i < count; i++) {
        memcpy(reference.values + i * length, train_codes->values + indices[i] * length,
               length * sizeof *reference.values);
        reference.labels[i] = train_codes->labels[indices[i]];
    }
    bool good = cli_verdict_knn(&verdict, &reference, c->neighbours, test, c->threads);
    if (good) {
        kept = (cli_kept){.accuracy = verdict.score.accuracy, .seconds = cli_clock() - start};
        good = settle(c, unit, &kept);
    }
    cli_verdict_free(&verdict);
    cli_codes_free(&reference);
    return good;
}

/* If all that reads such codes of a length is kept: it goes into the table, and nobody needs the
 * codes again. */
static bool all_kept(cli_compare *c, const char *input, int latent, uint64_t seed) {
    cli_kept kept;
    for (int i = 0; i < CLI_CONTENDERS; i++) {
        const cli_unit unit = {seed, &cli_contenders[i], latent};
        if (strcmp(unit.contender->input, input) == 0 && !cli_keep_find(c, &unit, &kept)) {
            return false;
        }
    }
    for (int i = 0; i < CLI_CONTENDERS; i++) {
        const cli_unit unit = {seed, &cli_contenders[i], latent};
        if (strcmp(unit.contender->input, input) != 0) continue;
        cli_keep_find(c, &unit, &kept);
        add(c, &unit, &kept);
        c->at += unit.contender->net != NULL;
    }
    return true;
}

/* All contenders that read this kind of codes. */
static bool run_on_codes(cli_compare *c, const char *input, uint64_t seed, const cli_codes *codes,
                         const cli_codes *test, const uint32_t *indices, size_t count) {
    emb_images *train_images = cli_codes_images(codes);
    emb_images *test_images = train_images ? cli_codes_images(test) : NULL;
    bool good = test_images != NULL;
    for (int i = 0; i < CLI_CONTENDERS && good; i++) {
        const cli_unit unit = {seed, &cli_contenders[i], codes->length};
        if (strcmp(unit.contender->input, input) != 0) continue;
        good = unit.contender->net ? run_network(c, &unit, train_images, test_images)
                                   : run_neighbours(c, &unit, codes, indices, count, test);
    }
    emb_images_free(train_images);
    emb_images_free(test_images);
    return good;
}

/* Trains one; *seconds: what that took. NULL with the error printed. */
static emb_net *train_autoencoder(cli_compare *c, const cli_unit *unit, double *seconds) {
    emb_train_options options = c->recipe;
    options.seed = cli_seed_option(unit->seed);
    options.threads = c->threads;
    options.val_count = c->val_count;
    emb_net *net = cli_network_open(c->model, c->is_class ? 0 : unit->latent);
    if (!net) return NULL;
    if (unit->seed == c->seeds[0] && unit->latent == c->latents[0]) cli_network_anew(net, c->model);
    if (cli_dataset_fit(c->train, net, c->dataset) && cli_dataset_fit(c->test, net, c->dataset) &&
        cli_compare_train(c, unit, net, c->train, &options, c->recipe.epochs, seconds) &&
        cli_keep_net_save(c, unit, net)) {
        return net;
    }
    emb_net_free(net);
    return NULL;
}

/* Says how good an autoencoder is. False with the error printed. */
static bool tell_autoencoder(cli_compare *c, const cli_unit *unit, emb_net *net, double seconds) {
    char mse[CLI_NUMBER_SIZE];
    emb_score score;
    if (emb_net_score(net, c->test, NULL, 0, c->threads, &score) != EMB_OK) return failed();
    cli_error_text(score.mse, 4, mse);
    if (c->taken) {
        cli_note("the autoencoder of %s, latent %d: %sMSE %s", c->run, unit->latent,
                 cli_part_prefix(c->part), mse);
    } else {
        cli_note(
            cli_plural(
                (unsigned long)c->recipe.epochs,
                "seed %llu: trained the autoencoder, latent %d, %d epoch in %.1f s: %sMSE %s",
                "seed %llu: trained the autoencoder, latent %d, %d epochs in %.1f s: %sMSE %s"),
            (unsigned long long)unit->seed, unit->latent, c->recipe.epochs, seconds,
            cli_part_prefix(c->part), mse);
    }
    cli_doctor_eval(net, c->test, c->threads);
    return true;
}

/* The autoencoder of this length: the run's, the one that is kept, or a new one. */
static emb_net *make_autoencoder(cli_compare *c, const cli_unit *unit) {
    double seconds = 0;
    emb_net *net = c->taken ? NULL : cli_keep_net(c, unit);
    if (net) return net; /* what there is to say was said when it was trained */
    net = c->taken ? c->taken : train_autoencoder(c, unit, &seconds);
    if (!net || tell_autoencoder(c, unit, net, seconds)) return net;
    if (net != c->taken) emb_net_free(net);
    return NULL;
}

static bool run_codes(cli_compare *c, int latent, uint64_t seed, const uint32_t *indices,
                      size_t count) {
    const cli_unit unit = {.seed = seed, .latent = latent};
    c->at += !c->taken;
    if (all_kept(c, "codes", latent, seed)) return true;
    emb_net *net = make_autoencoder(c, &unit);
    cli_codes codes = {0}, test = {0};
    if (!net) return false;
    if (net != c->taken) cli_keep_has(c, &unit, net);
    const bool good =
        cli_codes_encode(&codes, net, c->train, NULL, emb_images_count(c->train), c->threads) &&
        cli_codes_encode(&test, net, c->test, NULL, emb_images_count(c->test), c->threads) &&
        run_on_codes(c, "codes", seed, &codes, &test, indices, count);
    if (!good && cli_stop_signal()) cli_keep_stopped(c);
    cli_codes_free(&codes);
    cli_codes_free(&test);
    c->keeping.net = NULL;
    if (net != c->taken) emb_net_free(net);
    return good;
}

static bool run_pca(cli_compare *c, int latent, uint64_t seed, const uint32_t *indices,
                    size_t count) {
    const double start = cli_clock();
    cli_codes codes = {0}, test = {0};
    if (all_kept(c, "pca", latent, seed)) return true;
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
        const cli_unit unit = {.seed = seed, .contender = contender};
        if (!run_network(c, &unit, c->train, c->test)) return false;
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
    return c->test && cli_codes_labelled(c->test, c->dataset, true) &&
           (!c->taken || cli_range_fit(c->taken, c->test, c->dataset)) &&
           (c->holdout.known || cli_codes_agree(c->train, c->test, c->dataset));
}

int cli_compare_models(const cli_compare *c) {
    int of_codes = c->taken ? 0 : 1, of_images = 0;
    for (int i = 0; i < CLI_CONTENDERS; i++) {
        const cli_contender *contender = &cli_contenders[i];
        if (!contender->net) continue;
        if (!cli_contender_reads_images(contender)) {
            of_codes++;
            continue;
        }
        emb_net *net = emb_net_open(contender->net, NULL);
        of_images += net && emb_net_accepts(net, c->train) == EMB_OK;
        emb_net_free(net);
    }
    return c->seed_count * (c->latent_count * of_codes + of_images);
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
