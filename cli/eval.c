/* `embudo eval`: how well a model reconstructs images that it has not seen. */
#include <math.h>
#include <stdio.h>

#include "commands.h"
#include "dataset.h"
#include "doctor.h"
#include "message.h"
#include "network.h"
#include "range.h"
#include "verdict.h"

static bool measure_classes(emb_net *net, const cli_args *args, const emb_images *images) {
    cli_verdict verdict = {0};
    const char *dataset = cli_arg(args, "DATASET")->text;
    const int threads = (int)cli_arg(args, "threads")->whole;
    const bool good =
        cli_verdict_neighbours(net) > 0
            ? cli_verdict_recorded_knn(&verdict, net, cli_arg(args, "RUN|MODEL")->text, dataset,
                                       images, threads)
            : cli_verdict_net(&verdict, net, images, threads);
    if (good) cli_verdict_print(&verdict);
    cli_verdict_free(&verdict);
    return good;
}

static bool measure_images(emb_net *net, const cli_args *args, const emb_images *images) {
    char count[CLI_NUMBER_SIZE], mse[CLI_NUMBER_SIZE];
    emb_score score;
    const int threads = (int)cli_arg(args, "threads")->whole;
    if (emb_net_score(net, images, NULL, 0, threads, &score) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    printf("test MSE %s\n", cli_error_text(score.mse, 6, mse));
    /* None without a black and a white, nor of what is reconstructed exactly. */
    if (isfinite(score.psnr)) printf("test PSNR %.2f dB\n", score.psnr);
    printf("%s images\n", cli_thousands(score.count, count));
    cli_doctor_eval(net, images, threads);
    return true;
}

static int run_eval(const cli_args *args) {
    int code = CLI_FAILED;
    emb_net *net = cli_network_open_trained(cli_arg(args, "RUN|MODEL")->text);
    if (!net) return code;
    emb_images *images = cli_dataset_open(cli_arg(args, "DATASET")->text, EMB_TEST);
    const bool classes = emb_net_classes(net) > 0 || cli_verdict_neighbours(net) > 0;
    if (images && cli_range_fit(net, images, cli_arg(args, "DATASET")->text) &&
        (classes ? measure_classes(net, args, images) : measure_images(net, args, images))) {
        code = CLI_DONE;
    }
    emb_images_free(images);
    emb_net_free(net);
    return code;
}

const cli_command cli_command_eval = {
    .name = "eval",
    .summary = "measure a trained model on a data set's test images",
    .run = run_eval,
    .about =
        "Prints the mean squared error of the reconstructions over every pixel, the same "
        "as a peak signal-to-noise ratio in decibels where black and white are known numbers, and "
        "the number of images. Of a classifier: "
        "the share of images that it classifies right, its loss and its confusion matrix.",
    .examples = {{"embudo eval runs/001", "the model of a run, on MNIST's 10,000 test images"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options = {{"threads", 0, CLI_INT, "N", "0", 0, 256, 0, CLI_THREADS_HELP}},
};
