/* `embudo eval`: how well a model reconstructs images that it has not seen. */
#include <math.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/label_names.h"
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
#include "use/doctor_say.h"
#include "use/eval_text.h"
#include "use/verdict.h"

/* What is asked for, and how it is answered. */
typedef struct job {
    emb_net *net;
    const cli_args *args;
    const char *model;
    cli_split split;
    int threads;
    cli_json json; /* --json: open while this is measured */
    bool in_json;
} job;

static void open_json(job *j, size_t images) {
    cli_json_open(&j->json, NULL, '{');
    cli_scored_json(&j->json, j->model, j->split.dataset, j->split.part, images);
}

/* Into the run's record, so that embudo runs lists it. */
static void keep_score(const job *j, cli_test_score score) {
    const char *steps = emb_net_metadata(j->net, CLI_STEPS_KEY);
    if (!steps || j->split.other) return;
    score.steps = strtod(steps, NULL);
    score.part = j->split.part;
    cli_test_score_keep(j->model, j->split.dataset, &score);
}

static bool measure_classes(job *j) {
    cli_verdict verdict = {0};
    const cli_split *split = &j->split;
    if (!cli_labels_follow(j->net, split->images, split->dataset)) return false;
    const bool good = cli_verdict_neighbours(j->net) > 0
                          ? cli_verdict_recorded_knn(&verdict, j->net, j->model, split->dataset,
                                                     split->images, j->threads)
                          : cli_verdict_net(&verdict, j->net, split->images, j->threads);
    verdict.dataset = split->dataset;
    verdict.part = split->part;
    verdict.images = split->images;
    if (good && j->in_json) {
        open_json(j, verdict.score.count);
        cli_verdict_json(&verdict, &j->json);
    } else if (good) {
        cli_verdict_print(&verdict);
    }
    if (good) {
        keep_score(j, (cli_test_score){.images = verdict.score.count,
                                       .mse = NAN,
                                       .psnr = NAN,
                                       .accuracy = verdict.score.accuracy,
                                       .loss = verdict.score.loss});
    }
    if (good && emb_net_classes(j->net) > 0) {
        const bool drawn = emb_images_drawn_from(split->images) > 0;
        cli_data_doctor_classes(j->net, split->images,
                                drawn ? _("A training with a larger --test-split, or another "
                                          "--test-seed, holds out others")
                                      : _("Add some to them"));
    }
    cli_verdict_free(&verdict);
    return good;
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

/* A note, if it takes hardly any off. */
static void tell_noise(const job *j, const emb_denoising *d) {
    if (!(d->psnr - d->noisy_psnr < little_gain)) return;
    if (emb_net_latent(j->net) >= wide_code) {
        cli_note("the network takes hardly any of the noise off: it has learned too little; "
                 "more --epochs may help");
        return;
    }
    cli_note(cli_plural((unsigned long)emb_net_latent(j->net),
                        "the network takes hardly any of the noise off: its code of %d number "
                        "has no room for the images themselves, or it has learned too little; "
                        "embudo new %s --latent 64 -o denoiser.net writes a wider one",
                        "the network takes hardly any of the noise off: its code of %d numbers "
                        "has no room for the images themselves, or it has learned too little; "
                        "embudo new %s --latent 64 -o denoiser.net writes a wider one"),
             emb_net_latent(j->net), j->split.dataset);
}

/* All before the first line: what cannot be measured must not come after it. False with the error
 * printed. */
static bool measure(job *j, cli_evaluation *e) {
    const emb_images *images = j->split.images;
    uint64_t seed = 42;
    emb_status status = emb_net_score(j->net, images, NULL, 0, j->threads, &e->score);
    e->alike = cli_arg(j->args, "ssim")->given;
    if (status == EMB_OK && e->alike) {
        status = emb_net_similarity(j->net, images, NULL, 0, j->threads, &e->similarity);
    }
    e->noise = noise_of(j->net, j->args);
    if (status == EMB_OK && e->noise) {
        cli_recorded_seed(j->net, &seed);
        status = emb_net_score_denoising(j->net, images, NULL, 0, e->noise, cli_seed_option(seed),
                                         j->threads, &e->denoised);
    }
    if (status != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    e->measured = emb_net_has_measures(j->net);
    return !e->measured || cli_measures_take(j->net, images, j->threads, &e->measures);
}

static bool measure_images(job *j) {
    cli_evaluation e = {0};
    const bool good = measure(j, &e);
    if (good && e.noise) tell_noise(j, &e.denoised);
    if (good && j->in_json) {
        open_json(j, e.score.count);
        cli_evaluation_json(&e, j->net, &j->json);
    } else if (good) {
        cli_evaluation_print(&e, j->net, &j->split);
    }
    free(e.noise);
    if (good) {
        keep_score(j, (cli_test_score){.images = e.score.count,
                                       .mse = e.score.mse,
                                       .psnr = e.score.psnr,
                                       .accuracy = NAN,
                                       .loss = NAN});
    }
    if (good) cli_doctor_eval(j->net, j->split.images, j->threads);
    return good;
}

static int run_eval(const cli_args *args) {
    emb_train_options noise = {0};
    const int code = cli_denoise_read(&noise, args);
    if (code != CLI_DONE) return code;
    job j = {.args = args,
             .model = cli_arg(args, "RUN|MODEL")->text,
             .threads = (int)cli_arg(args, "threads")->whole,
             .in_json = cli_arg(args, "json")->given};
    j.net = cli_network_open_trained(j.model);
    bool good =
        j.net && cli_split_open(&j.split, j.net, j.model, cli_arg(args, "DATASET")->text, NULL);
    if (good) {
        cli_twins_tell(cli_split_twins(&j.split, j.net, j.model), j.split.count, j.split.part,
                       j.split.dataset);
        const bool classes = emb_net_classes(j.net) > 0 || cli_verdict_neighbours(j.net) > 0;
        good = (classes ? measure_classes : measure_images)(&j);
    }
    if (good && j.in_json) cli_doctor_put_json(&j.json);
    cli_split_close(&j.split);
    emb_net_free(j.net);
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
                CLI_JSON_OPTION,
                CLI_READING_OPTIONS CLI_THREADS_OPTION},
};
