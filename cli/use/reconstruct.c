/* `embudo reconstruct`: a page of images above their reconstructions, or the reconstructions as
 * numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/shared_help.h"
#include "data/output_images.h"
#include "data/picture_options.h"
#include "data/split.h"
#include "plot/plot_words.h"
#include "plot/reconstruction_figure.h"
#include "use/data_doctor.h"

/* What the command works on. */
typedef struct page_job {
    emb_net *net;
    cli_split split;
    size_t count; /* of the images drawn or written */
    int threads, language;
} page_job;

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

static bool open_all(page_job *job, const cli_args *args) {
    const char *name = typed(args, "RUN|MODEL");
    job->net = cli_network_open_trained(name);
    return job->net && cli_split_open(&job->split, job->net, name, typed(args, "DATASET"),
                                      cli_arg(args, "split")->given ? typed(args, "split") : NULL);
}

static bool write_page(page_job *job, const char *path) {
    emb_format format;
    if (emb_format_of(path, &format) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    char count[CLI_NUMBER_SIZE];
    char *what = cli_word_images(job->language, job->split.part, job->split.dataset);
    char *title = cli_format("%s %s", cli_thousands(job->count, count), what);
    const cli_reconstruction page = {.net = job->net,
                                     .title = title,
                                     .split = &job->split,
                                     .count = job->count,
                                     .original = cli_word_in(job->language, CLI_WORD_ORIGINAL),
                                     .reconstruction =
                                         cli_word_in(job->language, CLI_WORD_RECONSTRUCTION)};
    emb_picture *picture = cli_reconstruction_draw(&page, format);
    const bool good = picture && emb_picture_save(picture, path) == EMB_OK;
    if (picture && !good) cli_fail("%s", emb_error());
    free(what);
    free(title);
    emb_picture_free(picture);
    return good;
}

static emb_status make_images(const void *data, size_t first, size_t here, float *images) {
    const page_job *job = data;
    float *originals = cli_alloc(here * cli_network_pixels(job->net) * sizeof *originals);
    emb_status status = cli_split_fetch(&job->split, first, here, originals);
    if (status == EMB_OK) {
        status = emb_net_reconstruct(job->net, originals, here, images, job->threads);
    }
    free(originals);
    return status;
}

static bool write_numbers(page_job *job, const char *path) {
    uint8_t *labels = NULL;
    if (emb_images_label(job->split.images, 0) >= 0) {
        labels = cli_alloc(job->count);
        for (size_t i = 0; i < job->count; i++) {
            const size_t at = cli_split_index(&job->split, i);
            labels[i] = (uint8_t)emb_images_label(job->split.images, at);
        }
    }
    const cli_image_maker maker = {
        .net = job->net, .count = job->count, .make = make_images, .data = job, .labels = labels};
    const bool good = cli_output_images_numbers(&maker, path);
    free(labels);
    return good;
}

/* A page shows some images; as numbers all are written, unless a count is given. */
static bool reconstruct(page_job *job, const cli_args *args, const char *path) {
    const cli_value *count = cli_arg(args, "count");
    const bool numbers = cli_output_is_numbers(path);
    char text[CLI_NUMBER_SIZE];
    if (!open_all(job, args)) return false;
    cli_data_doctor_given(job->net, job->split.images);
    const size_t wanted = numbers && !count->given ? job->split.count : (size_t)count->whole;
    job->count = job->split.count < wanted ? job->split.count : wanted;
    job->threads = (int)cli_arg(args, "threads")->whole;
    job->language = cli_language(typed(args, "language"));
    if (!(numbers ? write_numbers : write_page)(job, path)) return false;
    cli_line("%s: %s image%s of the %s split of %s", path, cli_thousands(job->count, text),
             job->count == 1 ? "" : "s", cli_split_word(&job->split), job->split.dataset);
    return true;
}

static int run_reconstruct(const cli_args *args) {
    page_job job = {0};
    const char *name = typed(args, "RUN|MODEL"), *output = typed(args, "output");
    char *path = output                ? cli_format("%s", output)
                 : cli_is_folder(name) ? cli_format("%s/reconstruct.png", name)
                                       : cli_format("reconstruct.png");
    const bool good = cli_output_ready(path) && reconstruct(&job, args, path);
    free(path);
    cli_split_close(&job.split);
    emb_net_free(job.net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_reconstruct = {
    .name = "reconstruct",
    .summary = "draw images above their reconstructions, or write the reconstructions as numbers",
    .run = run_reconstruct,
    .about = "Draws the first images of the split, ten to a row, each above its reconstruction, as "
             "PNG. As NPY, NPZ or CSV it writes the reconstructions alone, with their labels. "
             "\"train\" and \"val\" are DATASET's two shares by the run's own seed and split: give "
             "the data set on which the run was trained.",
    .examples = {{"embudo reconstruct runs/001", "ten test images, in runs/001/reconstruct.png"},
                 {"embudo reconstruct runs/001 --split val --count 30 -o val.png",
                  "thirty images that validated the run"},
                 {"embudo reconstruct runs/001 -o out.npy",
                  "all test images' reconstructions, float32 of shape [N, C, H, W], or [N, L] for "
                  "rows of numbers"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, 0,
             "the picture, or numbers if the name ends in .npy, .npz or .csv; default: "
             "reconstruct.png in the run's folder, or in the current folder for a model file"},
            {"count", 0, CLI_INT, "N", "10", 1, 1000, 0,
             "images to draw; when writing numbers, the default is all images of the split"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, NULL, 0, 0, 0, CLI_SPLIT_HELP},
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
            {"language", 0, CLI_CHOICE, CLI_LANGUAGES, "en", 0, 0, 0, CLI_LANGUAGE_HELP},
        },
};
