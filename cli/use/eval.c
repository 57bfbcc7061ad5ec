/* `embudo eval`: how well a model reconstructs images that it has not seen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/seed.h"
#include "core/shared_help.h"
#include "data/alter_options.h"
#include "data/measures.h"
#include "data/picture_options.h"
#include "data/recorded.h"
#include "data/run_scores.h"
#include "data/split.h"
#include "data/twins.h"
#include "use/data_doctor.h"
#include "use/doctor.h"
#include "use/verdict.h"

/* Into the run's record, so that embudo runs lists it. */
static void keep_score(const emb_net *net, const cli_args *args, const cli_split *split,
                       cli_test_score score) {
    const char *steps = emb_net_metadata(net, CLI_STEPS_KEY);
    if (!steps) return;
    score.steps = strtod(steps, NULL);
    score.part = split->part;
    cli_test_score_keep(cli_arg(args, "RUN|MODEL")->text, split->dataset, &score);
}

static bool measure_classes(emb_net *net, const cli_args *args, const cli_split *split) {
    cli_verdict verdict = {0};
    const int threads = (int)cli_arg(args, "threads")->whole;
    const bool good =
        cli_verdict_neighbours(net) > 0
            ? cli_verdict_recorded_knn(&verdict, net, cli_arg(args, "RUN|MODEL")->text,
                                       split->dataset, split->images, threads)
            : cli_verdict_net(&verdict, net, split->images, threads);
    verdict.dataset = split->dataset;
    verdict.part = split->part;
    verdict.images = split->images;
    if (good) {
        cli_verdict_print(&verdict);
        keep_score(net, args, split,
                   (cli_test_score){.images = verdict.score.count,
                                    .mse = NAN,
                                    .psnr = NAN,
                                    .accuracy = verdict.score.accuracy,
                                    .loss = verdict.score.loss});
    }
    if (good && emb_net_classes(net) > 0) {
        const bool drawn = emb_images_drawn_from(split->images) > 0;
        cli_data_doctor_classes(net, split->images,
                                drawn ? _("A training with a larger --test-split, or another "
                                          "--test-seed, holds out others")
                                      : _("Add some to them"));
    }
    cli_verdict_free(&verdict);
    return good;
}

/* --ssim: how alike images and reconstructions look. */
static void print_similarity(const emb_similarity *alike, const char *prefix) {
    cli_print("%sSSIM %.4f\n", prefix, alike->ssim);
    if (isfinite(alike->ms_ssim)) cli_print("%sMS-SSIM %.4f\n", prefix, alike->ms_ssim);
}

/* The noise that is asked for, or that the model was trained to take off; NULL: none. To be freed.
 */
static char *noise_of(const emb_net *net, const cli_args *args) {
    size_t length;
    const char *asked = cli_arg(args, "denoise")->text;
    if (asked) return cli_format("%s", asked);
    const char *recorded =
        emb_text_value(emb_net_metadata(net, CLI_OPTIONS_KEY), "denoise", &length);
    return recorded ? cli_format("%.*s", (int)length, recorded) : NULL;
}

/* A gain below so many decibels is hardly one. */
static const double little_gain = 1;
/* A code of so many numbers is none too narrow. */
static const int wide_code = 64;

/* Lines on the noise, if there is any. False with the error printed. */
static bool measure_noise(emb_net *net, const cli_args *args, const cli_split *split,
                          cli_text *lines) {
    char *noise = noise_of(net, args), mse[CLI_NUMBER_SIZE];
    const char *prefix = cli_part_prefix(split->part);
    uint64_t seed = 42;
    emb_denoising d;
    if (!noise) return true;
    cli_recorded_seed(net, &seed);
    const emb_status status =
        emb_net_score_denoising(net, split->images, NULL, 0, noise, cli_seed_option(seed),
                                (int)cli_arg(args, "threads")->whole, &d);
    if (status == EMB_OK) {
        cli_text_tell(lines, "%snoisy (%s) MSE %s", prefix, noise,
                      cli_error_text(d.noisy_mse, 6, mse));
        if (isfinite(d.noisy_psnr)) cli_text_tell(lines, ", PSNR %.2f dB", d.noisy_psnr);
        cli_text_tell(lines, "\n%sdenoised MSE %s", prefix, cli_error_text(d.mse, 6, mse));
        if (isfinite(d.psnr)) {
            cli_text_tell(lines, ", PSNR %.2f dB, a gain of %.2f dB", d.psnr,
                          d.psnr - d.noisy_psnr);
        }
        cli_text_add(lines, "\n");
        if (d.psnr - d.noisy_psnr < little_gain && emb_net_latent(net) >= wide_code) {
            cli_note("the network takes hardly any of the noise off: it has learned too little; "
                     "more --epochs may help");
        } else if (d.psnr - d.noisy_psnr < little_gain) {
            cli_note(
                cli_plural((unsigned long)emb_net_latent(net),
                           "the network takes hardly any of the noise off: its code of %d number "
                           "has no room for the images themselves, or it has learned too little; "
                           "embudo new %s --latent 64 -o denoiser.net writes a wider one",
                           "the network takes hardly any of the noise off: its code of %d numbers "
                           "has no room for the images themselves, or it has learned too little; "
                           "embudo new %s --latent 64 -o denoiser.net writes a wider one"),
                emb_net_latent(net), split->dataset);
        }
    } else {
        cli_fail("%s", emb_error());
    }
    free(noise);
    return status == EMB_OK;
}

/* Lines on a kind of autoencoder, by the loss that it was trained with. False with the error
 * printed. */
static bool measure_kind(emb_net *net, const cli_args *args, const cli_split *split,
                         cli_text *lines) {
    const char *prefix = cli_part_prefix(split->part);
    emb_measured m;
    if (!emb_net_has_measures(net)) return true;
    if (!cli_measures_take(net, split->images, (int)cli_arg(args, "threads")->whole, &m)) {
        return false;
    }
    cli_text_add(lines, "%s", prefix);
    cli_measures_print(lines, m.measures, m.measure_count, false);
    if (emb_net_entries(net) > 0) {
        cli_text_tell(lines, "\n%scode: %d indices of %d entries, %d bits\n", prefix,
                      emb_net_places(net), emb_net_entries(net), cli_code_bits(net));
    } else {
        cli_text_tell(lines, "\n%sactive numbers of the code: %d of %d\n", prefix, m.active,
                      m.latent);
    }
    return true;
}

static bool measure_images(emb_net *net, const cli_args *args, const cli_split *split) {
    char mse[CLI_NUMBER_SIZE];
    emb_score score;
    const char *prefix = cli_part_prefix(split->part);
    const int threads = (int)cli_arg(args, "threads")->whole;
    const bool alike = cli_arg(args, "ssim")->given;
    emb_similarity similarity;
    cli_text more = {0};
    /* All before the first line: what cannot be measured must not come after it. */
    if (emb_net_score(net, split->images, NULL, 0, threads, &score) != EMB_OK ||
        (alike &&
         emb_net_similarity(net, split->images, NULL, 0, threads, &similarity) != EMB_OK)) {
        cli_fail("%s", emb_error());
        return false;
    }
    if (!measure_noise(net, args, split, &more) || !measure_kind(net, args, split, &more)) {
        cli_text_free(&more);
        return false;
    }
    cli_print("%sMSE %s\n", prefix, cli_error_text(score.mse, 6, mse));
    /* There is none without a black and a white, and none if the reconstruction is exact. */
    if (isfinite(score.psnr)) cli_print("%sPSNR %.2f dB\n", prefix, score.psnr);
    if (alike) print_similarity(&similarity, prefix);
    if (more.bytes) cli_print("%s", more.bytes);
    cli_text_free(&more);
    char *phrase = cli_scored_phrase(score.count, split->part, split->dataset);
    cli_print("%s\n", phrase);
    free(phrase);
    keep_score(net, args, split,
               (cli_test_score){.images = score.count,
                                .mse = score.mse,
                                .psnr = score.psnr,
                                .accuracy = NAN,
                                .loss = NAN});
    cli_doctor_eval(net, split->images, threads);
    return true;
}

static int run_eval(const cli_args *args) {
    cli_split split = {0};
    emb_train_options noise = {0};
    const int code = cli_denoise_read(&noise, args);
    if (code != CLI_DONE) return code;
    const char *name = cli_arg(args, "RUN|MODEL")->text;
    emb_net *net = cli_network_open_trained(name);
    bool good = net && cli_split_open(&split, net, name, cli_arg(args, "DATASET")->text, NULL);
    if (good) {
        cli_twins_tell(cli_split_twins(&split, net, name), split.count, split.part, split.dataset);
        const bool classes = emb_net_classes(net) > 0 || cli_verdict_neighbours(net) > 0;
        good = (classes ? measure_classes : measure_images)(net, args, &split);
    }
    cli_split_close(&split);
    emb_net_free(net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_eval = {
    .name = "eval",
    .summary = "measure a trained model on a data set's test images",
    .run = run_eval,
    .about =
        "Prints the mean squared error of the reconstructions over every pixel, the same error as "
        "a peak signal-to-noise ratio in decibels if black and white are known, and which images "
        "were measured. For a classifier it prints the share of images classified correctly, the "
        "loss and the confusion matrix. The images are the data set's test images or, for one "
        "array, those that the model's training held out; every line says which they are.",
    .examples = {{"embudo eval runs/001", "the model of a run, on MNIST's 10,000 test images"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options = {{"ssim", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                 "print the structural similarity of the reconstructions, too: SSIM, and for "
                 "images of 176x176 and more MS-SSIM; 1 is the same image"},
                {"denoise", 0, CLI_TEXT, "KIND=X", NULL, 0, 0, 0,
                 "put noise on the images (gaussian=0.3, salt=0.1 or mask=0.25), and print how "
                 "much of it the model takes off; default: the noise that it was trained with"},
                CLI_READING_OPTIONS CLI_THREADS_OPTION},
};
