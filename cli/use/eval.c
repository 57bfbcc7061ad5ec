/* `embudo eval`: how well a model reconstructs images that it has not seen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/shared_help.h"
#include "data/split.h"
#include "data/twins.h"
#include "use/doctor.h"
#include "use/verdict.h"

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
    if (good) cli_verdict_print(&verdict);
    cli_verdict_free(&verdict);
    return good;
}

/* --ssim: how alike images and reconstructions look. */
static void print_similarity(const emb_similarity *alike, const char *prefix) {
    printf("%sSSIM %.4f\n", prefix, alike->ssim);
    if (isfinite(alike->ms_ssim)) printf("%sMS-SSIM %.4f\n", prefix, alike->ms_ssim);
}

static bool measure_images(emb_net *net, const cli_args *args, const cli_split *split) {
    char mse[CLI_NUMBER_SIZE];
    emb_score score;
    const char *prefix = cli_part_prefix(split->part);
    const int threads = (int)cli_arg(args, "threads")->whole;
    const bool alike = cli_arg(args, "ssim")->given;
    emb_similarity similarity;
    /* All before the first line: what cannot be measured must not come after it. */
    if (emb_net_score(net, split->images, NULL, 0, threads, &score) != EMB_OK ||
        (alike &&
         emb_net_similarity(net, split->images, NULL, 0, threads, &similarity) != EMB_OK)) {
        cli_fail("%s", emb_error());
        return false;
    }
    printf("%sMSE %s\n", prefix, cli_error_text(score.mse, 6, mse));
    /* There is none without a black and a white, and none if the reconstruction is exact. */
    if (isfinite(score.psnr)) printf("%sPSNR %.2f dB\n", prefix, score.psnr);
    if (alike) print_similarity(&similarity, prefix);
    char *phrase = cli_scored_phrase(score.count, split->part, split->dataset);
    printf("%s\n", phrase);
    free(phrase);
    cli_doctor_eval(net, split->images, threads);
    return true;
}

static int run_eval(const cli_args *args) {
    cli_split split = {0};
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
                CLI_THREADS_OPTION},
};
