/* `embudo sample`: new images: codes that are drawn at random, and what the decoder makes of
 * them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/label_names.h"
#include "core/message.h"
#include "core/network.h"
#include "core/open_file.h"
#include "core/seed.h"
#include "core/shared_help.h"
#include "core/shown.h"
#include "data/picture_options.h"
#include "data/sampler.h"
#include "use/image_output.h"

enum { MOST_SAMPLES = 10000000 };

/* What the command works on. */
typedef struct sample_job {
    emb_net *net;
    emb_sampler *sampler;
    int threads;
    int labels; /* that images have in turn; 0: none, or the same one */
} sample_job;

static emb_status make_images(const void *data, size_t first, size_t here, float *images) {
    const sample_job *job = data;
    const size_t latent = (size_t)emb_net_latent(job->net);
    float *codes = cli_alloc(here * latent * sizeof *codes);
    emb_status status = emb_sampler_draw(job->sampler, first, here, codes);
    int *turns = cli_alloc(here * sizeof *turns);
    for (size_t i = 0; i < here && job->labels > 0; i++) {
        turns[i] = (int)((first + i) % (size_t)job->labels);
    }
    if (status == EMB_OK && job->labels > 0) {
        status = emb_net_set_labels(job->net, turns, here);
    }
    free(turns);
    if (status == EMB_OK) status = emb_net_decode(job->net, codes, here, images, job->threads);
    free(codes);
    return status;
}

/* What codes are drawn from; the images are closed before it is used. */
static bool open_sampler(sample_job *job, const cli_args *args, cli_text *said) {
    cli_split fitted;
    job->sampler = cli_sampler_open(&fitted, job->net, cli_arg(args, "RUN|MODEL")->text,
                                    cli_arg(args, "DATASET")->text,
                                    cli_seed_option(cli_arg(args, "seed")->seed), job->threads);
    if (!job->sampler) return false;
    if (fitted.count == 0) {
        cli_text_tell(said, "codes drawn from the standard normal distribution");
    } else {
        char *phrase = cli_scored_phrase(fitted.count, fitted.part, fitted.dataset);
        cli_text_tell(said,
                      emb_net_entries(job->net) > 0
                          ? N_("indices drawn in the manner of those of %s")
                          : N_("codes drawn from a normal distribution fitted to those of %s"),
                      phrase);
        free(phrase);
    }
    cli_split_close(&fitted);
    return true;
}

/* The label of each image, which is written beside numbers; NULL: they have none. To be freed. */
static uint8_t *labels_of(const sample_job *job, const cli_args *args, size_t count) {
    int label = 0;
    if (emb_net_conditions(job->net) == 0) return NULL;
    if (job->labels == 0) cli_label_find(job->net, cli_arg(args, "label")->text, &label);
    uint8_t *labels = cli_alloc(count);
    for (size_t i = 0; i < count; i++) {
        labels[i] = (uint8_t)(job->labels > 0 ? (int)(i % (size_t)job->labels) : label);
    }
    return labels;
}

/* Of labels in turn, a column each. */
static int columns_of(const sample_job *job, size_t count) {
    return job->labels > 0 && (size_t)job->labels < count ? job->labels
                                                          : (int)ceil(sqrt((double)count));
}

static bool sample(sample_job *job, const cli_args *args, const char *output) {
    char number[CLI_NUMBER_SIZE];
    const size_t count = (size_t)cli_arg(args, "count")->whole;
    cli_text said = {0};
    job->net = cli_network_open_trained(cli_arg(args, "RUN|MODEL")->text);
    job->threads = (int)cli_arg(args, "threads")->whole;
    bool good = job->net &&
                cli_network_takes_part(job->net, cli_arg(args, "RUN|MODEL")->text, "decoder") &&
                cli_network_label(job->net, args, false) && open_sampler(job, args, &said);
    if (good && !cli_arg(args, "label")->given) job->labels = emb_net_conditions(job->net);
    if (good) {
        uint8_t *labels = labels_of(job, args, count);
        const cli_image_maker maker = {
            .net = job->net, .count = count, .make = make_images, .data = job, .labels = labels};
        const int columns = columns_of(job, count);
        char **titles = columns == job->labels ? cli_label_titles(job->net, (size_t)columns) : NULL;
        const cli_image_page page = {.columns = columns, .titles = (const char *const *)titles};
        good = cli_image_output_write(&maker, &page, output);
        cli_label_titles_free(titles, (size_t)columns);
        free(labels);
    }
    if (good) {
        cli_line(cli_plural((unsigned long)count, "%s: %s new image, %s", "%s: %s new images, %s"),
                 output, cli_thousands(count, number), said.bytes);
    }
    cli_text_free(&said);
    return good;
}

static int run_sample(const cli_args *args) {
    char *output = cli_image_output_name(cli_arg(args, "output")->text,
                                         cli_arg(args, "RUN|MODEL")->text, "sample");
    sample_job job = {0};
    int code = CLI_FAILED;
    cli_shown_begin(args);
    if (cli_image_output_kind(output) == CLI_OUTPUT_NONE) {
        code = cli_usage(args->command->name, CLI_IMAGE_OUTPUT_WRONG, output);
    } else if (sample(&job, args, output)) {
        code = CLI_DONE;
        cli_open_file(args, output);
    }
    free(output);
    emb_sampler_free(job.sampler);
    emb_net_free(job.net);
    return code;
}

const cli_command cli_command_sample = {
    .name = "sample",
    .summary = "draw new images with a trained model",
    .run = run_sample,
    .about =
        "Draws codes at random and writes the images that the decoder makes of them. The codes of "
        "a variational autoencoder are drawn from the standard normal distribution, which they "
        "were trained to have. Those of another autoencoder are drawn from a normal distribution "
        "with the means and covariances of the codes of DATASET's images: the training images of "
        "the run, of which at most 20,000 are taken. A vector-quantised autoencoder's indices are "
        "drawn row by row, each from those of such images that have the same ones to the left and "
        "above. "
        "A conditional network draws the label that is asked for or, without one, each in turn. "
        "The same seed gives the same images.",
    .examples = {{"embudo sample runs/001", "64 new images on one page, runs/001/sample.png"},
                 {"embudo sample runs/001 -n 1000 --seed 7 -o new.npy",
                  "a thousand others, as float32 of shape [N, C, H, W]"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"count", 'n', CLI_INT, "N", "64", 1, MOST_SAMPLES, 0, "how many images"},
            {"output", 'o', CLI_TEXT, "FILE|DIR/", NULL, 0, 0, CLI_TO_PICTURE,
             CLI_IMAGE_OUTPUT_HELP("sample")},
            {"seed", 0, CLI_SEED, "N", "42", 0, 0, 0, "seed of the codes"},
            CLI_LABEL_OPTION,
            CLI_SHOWN_OPTIONS,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
