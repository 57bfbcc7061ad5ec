/* `embudo reconstruct`: a page of images above their reconstructions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "message.h"
#include "network.h"
#include "training.h"

enum { COLUMNS = 10 };

/* What the command works on. */
typedef struct page_job {
    emb_net *net;
    emb_images *images;
    emb_run *run;            /* NULL for the test split */
    const uint32_t *indices; /* of the split; NULL: all images in order */
    size_t count;            /* in the split, then of those drawn */
} page_job;

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

/* The run's own split, drawn again from its seed. */
static bool find_split(page_job *job, const cli_args *args) {
    const char *split = typed(args, "split"), *name = typed(args, "RUN|MODEL");
    double seed, share;
    job->count = emb_images_count(job->images);
    if (strcmp(split, "test") == 0) return true;
    if (!cli_recorded_option(job->net, "seed", &seed) || !(seed >= 0 && seed <= UINT32_MAX) ||
        !cli_recorded_option(job->net, "val_split", &share) || !(share >= 0 && share < 1)) {
        cli_fail("%s does not say how it split its images; only --split test is possible", name);
        return false;
    }
    emb_train_options options = {
        .seed = seed == 0 ? (uint64_t)1 << 32 : (uint64_t)seed,
        .val_split = share == 0 ? -1 : share,
        .keep_weights = true,
        .threads = (int)cli_arg(args, "threads")->whole,
    };
    job->run = emb_run_new(job->net, job->images, &options);
    if (!job->run) {
        cli_fail("%s", emb_error());
        return false;
    }
    bool val = strcmp(split, "val") == 0;
    job->indices = val ? emb_run_val_indices(job->run, &job->count)
                       : emb_run_train_indices(job->run, &job->count);
    if (job->count > 0) return true;
    cli_fail("%s kept no images for validation; --split train and --split test are possible", name);
    return false;
}

static bool open_all(page_job *job, const cli_args *args) {
    emb_part part = strcmp(typed(args, "split"), "test") == 0 ? EMB_TEST : EMB_TRAIN;
    job->net = cli_network_open_trained(typed(args, "RUN|MODEL"));
    if (!job->net) return false;
    job->images = emb_images_open(typed(args, "DATASET"), part);
    if (!job->images) {
        cli_fail("%s", emb_error());
        return false;
    }
    if (emb_net_accepts(job->net, job->images) == EMB_OK) return find_split(job, args);
    cli_fail("%s: %s", typed(args, "DATASET"), emb_error());
    return false;
}

/* Fills the page, pairs of rows; cells that are left over are NaN, which a figure leaves blank. */
static bool fill(page_job *job, float *pixels, int rows, int columns) {
    size_t size = cli_network_pixels(job->net), row = (size_t)columns * size;
    for (size_t i = 0; i < (size_t)rows * row; i++) pixels[i] = NAN;
    for (size_t i = 0; i < job->count; i++) {
        size_t image = job->indices ? job->indices[i] : i;
        float *above = pixels + i / (size_t)columns * 2 * row + i % (size_t)columns * size;
        if (cli_network_reconstruct(job->net, job->images, image, above, above + row) == EMB_OK) {
            continue;
        }
        cli_fail("%s", emb_error());
        return false;
    }
    return true;
}

static bool write_page(page_job *job, const char *path) {
    int columns = job->count < COLUMNS ? (int)job->count : COLUMNS;
    int rows = 2 * (((int)job->count + columns - 1) / columns);
    const char **titles = cli_alloc((size_t)rows * sizeof *titles);
    for (int i = 0; i < rows; i++) titles[i] = i % 2 == 0 ? "original" : "reconstruction";
    emb_figure figure = {.rows = rows, .columns = columns, .row_titles = titles};
    emb_images_shape(job->images, figure.shape);
    size_t cells = (size_t)rows * (size_t)columns;
    float *pixels = cli_alloc(cells * cli_network_pixels(job->net) * sizeof *pixels);
    figure.pixels = pixels;
    bool good = fill(job, pixels, rows, columns);
    if (good && emb_figure_write(&figure, path) != EMB_OK) {
        cli_fail("%s", emb_error());
        good = false;
    }
    free(pixels);
    free(titles);
    return good;
}

static int run_reconstruct(const cli_args *args) {
    page_job job = {0};
    const char *name = typed(args, "RUN|MODEL"), *output = typed(args, "output");
    char *path = output                ? cli_format("%s", output)
                 : cli_is_folder(name) ? cli_format("%s/reconstruct.png", name)
                                       : cli_format("reconstruct.png");
    size_t wanted = (size_t)cli_arg(args, "count")->whole;
    bool good = open_all(&job, args);
    if (good) {
        if (job.count > wanted) job.count = wanted;
        good = write_page(&job, path);
    }
    if (good) {
        printf("%s: %zu image%s of the %s split\n", path, job.count, job.count == 1 ? "" : "s",
               typed(args, "split"));
    }
    free(path);
    emb_run_free(job.run);
    emb_images_free(job.images);
    emb_net_free(job.net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_reconstruct = {
    .name = "reconstruct",
    .summary = "draw images above their reconstructions, as PNG",
    .run = run_reconstruct,
    .about = "The first images of the split, in its order, ten to a row, each above what the "
             "model makes of it. \"train\" and \"val\" are DATASET's two shares by the run's own "
             "seed and split: give the data set that it was trained on.",
    .examples = {{"embudo reconstruct runs/001", "ten test images, in runs/001/reconstruct.png"},
                 {"embudo reconstruct runs/001 --split val --count 30 -o val.png",
                  "thirty images that validated the run"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_DATASET_HELP}},
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, 0,
             "the picture; default: reconstruct.png in the run's folder, or here for a model "
             "file"},
            {"count", 0, CLI_INT, "N", "10", 1, 1000, 0, "images to draw"},
            {"split", 0, CLI_CHOICE, "train|val|test", "test", 0, 0, 0, "the images to draw from"},
            {"threads", 0, CLI_INT, "N", "0", 0, 256, 0, CLI_THREADS_HELP},
        },
};
