/* `embudo eval`: how well a model reconstructs images that it has not seen. */
#include <stdio.h>

#include "commands.h"
#include "doctor.h"
#include "message.h"
#include "network.h"

static int run_eval(const cli_args *args) {
    char count[CLI_NUMBER_SIZE];
    int code = CLI_FAILED;
    emb_net *net = cli_network_open_trained(cli_arg(args, "RUN|MODEL")->text);
    if (!net) return code;
    emb_images *images = emb_images_open(cli_arg(args, "DATASET")->text, EMB_TEST);
    emb_score score;
    int threads = (int)cli_arg(args, "threads")->whole;
    if (images && emb_net_score(net, images, NULL, 0, threads, &score) == EMB_OK) {
        printf("test MSE %.6f\ntest PSNR %.2f dB\n%s images\n", score.mse, score.psnr,
               cli_thousands(score.count, count));
        code = CLI_DONE;
        cli_doctor_eval(net, images, threads);
    } else {
        cli_fail("%s", emb_error());
    }
    emb_images_free(images);
    emb_net_free(net);
    return code;
}

const cli_command cli_command_eval = {
    .name = "eval",
    .summary = "measure a trained model on a data set's test images",
    .run = run_eval,
    .about = "Prints the mean squared error of the reconstructions over every pixel, the same "
             "as a peak signal-to-noise ratio in decibels, and the number of images.",
    .examples = {{"embudo eval runs/001", "the model of a run, on MNIST's 10,000 test images"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_DATASET_HELP}},
    .options = {{"threads", 0, CLI_INT, "N", "0", 0, 256, 0, CLI_THREADS_HELP}},
};
