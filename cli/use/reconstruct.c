/* `embudo reconstruct`: a page of images above their reconstructions, or the reconstructions as
 * numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/open_file.h"
#include "core/seed.h"
#include "core/shared_help.h"
#include "core/shown.h"
#include "data/alter_options.h"
#include "data/output_images.h"
#include "data/picture_options.h"
#include "data/recorded.h"
#include "data/split.h"
#include "plot/plot_words.h"
#include "plot/reconstruction_figure.h"
#include "use/data_doctor.h"
#include "use/input_photos.h"

/* What the command works on. */
typedef struct page_job {
    emb_net *net;
    bool pictures; /* the words are files, not a data set */
    cli_split split;
    size_t count;            /* of the images drawn or written */
    emb_train_options noise; /* --denoise; its text is empty: none */
    int threads;
} page_job;

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

static bool open_all(page_job *job, const cli_args *args) {
    const char *name = typed(args, "RUN|MODEL");
    job->net = cli_network_open_trained(name);
    if (!job->net || !cli_network_takes_part(job->net, name, "decoder")) return false;
    if (job->pictures) {
        job->split.count = args->word_count;
        job->split.images = cli_photos_read(args->words, args->word_count, job->net, args);
        return job->split.images && cli_network_label_images(job->net, args, job->split.images);
    }
    if (!cli_split_open(&job->split, job->net, name, args->words[0],
                        cli_arg(args, "split")->given ? typed(args, "split") : NULL)) {
        return false;
    }
    cli_data_doctor_given(job->net, job->split.images);
    return cli_network_label_images(job->net, args, job->split.images);
}

/* Above the page: what it shows of a data set, or a picture's name; NULL. To be freed. */
static char *title_of(const page_job *job, const cli_args *args) {
    char count[CLI_NUMBER_SIZE];
    if (job->pictures) return job->count == 1 ? cli_format("%s", args->words[0]) : NULL;
    char *what = cli_word_images(job->split.part, job->split.dataset);
    char *title = cli_format("%s %s", cli_thousands(job->count, count), what);
    free(what);
    return title;
}

static bool write_page(page_job *job, const cli_args *args, const char *path) {
    emb_format format;
    if (emb_format_of(path, &format) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    uint64_t seed = 42;
    cli_recorded_seed(job->net, &seed);
    job->noise.seed = cli_seed_option(seed);
    char *title = title_of(job, args);
    const cli_reconstruction page = {.net = job->net,
                                     .title = title,
                                     .split = &job->split,
                                     .count = job->count,
                                     .noise = *job->noise.denoise ? &job->noise : NULL,
                                     .noisy = cli_word_text(CLI_WORD_NOISY),
                                     .original = cli_word_text(CLI_WORD_ORIGINAL),
                                     .reconstruction = cli_word_text(CLI_WORD_RECONSTRUCTION)};
    emb_picture *picture = cli_reconstruction_draw(&page, format);
    const bool good = picture && emb_picture_save(picture, path) == EMB_OK;
    if (picture && !good) cli_fail("%s", emb_error());
    free(title);
    emb_picture_free(picture);
    return good;
}

static emb_status make_images(const void *data, size_t first, size_t here, float *images) {
    const page_job *job = data;
    return cli_split_reconstruct(&job->split, job->net, first, here, images, job->threads);
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

static void say_done(const page_job *job, const char *path) {
    char text[CLI_NUMBER_SIZE];
    cli_thousands(job->count, text);
    if (job->pictures) {
        cli_line(cli_plural((unsigned long)job->count, "%s: %s picture", "%s: %s pictures"), path,
                 text);
    } else {
        cli_line(cli_plural((unsigned long)job->count, "%s: %s image of the %s split of %s",
                            "%s: %s images of the %s split of %s"),
                 path, text, cli_split_word(&job->split), job->split.dataset);
    }
}

/* A page shows some images of a data set, and all pictures that are named; as numbers all are
 * written. Unless a count is given. */
static bool reconstruct(page_job *job, const cli_args *args, const char *path) {
    const cli_value *count = cli_arg(args, "count");
    const bool numbers = cli_output_is_numbers(path);
    if (!open_all(job, args)) return false;
    const bool all = (numbers || job->pictures) && !count->given;
    const size_t wanted = all ? job->split.count : (size_t)count->whole;
    job->count = job->split.count < wanted ? job->split.count : wanted;
    job->threads = (int)cli_arg(args, "threads")->whole;
    if (!(numbers ? write_numbers(job, path) : write_page(job, args, path))) return false;
    say_done(job, path);
    return true;
}

/* CLI_DONE, or CLI_USAGE with the message printed. */
static int check(const cli_args *args, bool pictures) {
    const char *name = args->command->name;
    if (pictures && cli_arg(args, "split")->given) {
        return cli_usage(name, "--split is for a data set; '%s' is a file", args->words[0]);
    }
    if (!pictures && cli_arg(args, "invert")->given) {
        return cli_usage(name, "--invert is for picture files; '%s' is a data set", args->words[0]);
    }
    const char *output = typed(args, "output");
    if (output && cli_output_is_numbers(output) && cli_arg(args, "denoise")->given) {
        return cli_usage(name, "--denoise is for a picture; '%s' is to hold numbers", output);
    }
    return CLI_DONE;
}

static int run_reconstruct(const cli_args *args) {
    page_job job = {.pictures = cli_photos_named(args)};
    int usage = check(args, job.pictures);
    if (usage == CLI_DONE) usage = cli_denoise_read(&job.noise, args);
    if (usage != CLI_DONE) return usage;
    const char *name = typed(args, "RUN|MODEL"), *output = typed(args, "output");
    char *path = output                ? cli_format("%s", output)
                 : cli_is_folder(name) ? cli_format("%s/reconstruct.png", name)
                                       : cli_format("reconstruct.png");
    cli_shown_begin(args);
    const bool good = cli_output_ready(path) && reconstruct(&job, args, path);
    if (good) cli_open_file(args, path);
    free(path);
    cli_split_close(&job.split);
    emb_net_free(job.net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_reconstruct = {
    .name = "reconstruct",
    .summary = "draw images above their reconstructions, or write the reconstructions as numbers",
    .run = run_reconstruct,
    .about = "Draws the first images of the split, or picture files, ten to a row, each above its "
             "reconstruction, as PNG. As NPY, NPZ or CSV it writes the reconstructions alone, with "
             "their labels. "
             "\"train\" and \"val\" are DATASET's two shares by the run's own seed and split: give "
             "the data set on which the run was trained.",
    .examples = {{"embudo reconstruct runs/001", "ten test images, in runs/001/reconstruct.png"},
                 {"embudo reconstruct runs/001 --split val --count 30 -o val.png",
                  "thirty images that validated the run"},
                 {"embudo reconstruct runs/001 three.png four.jpg -o mine.png",
                  "pictures of your own, all of them"},
                 {"embudo reconstruct runs/001 -o out.npy",
                  "all test images' reconstructions, float32 of shape [N, C, H, W], or [N, L] for "
                  "rows of numbers"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"DATASET|FILES", "mnist",
                     CLI_RUN_DATASET_HELP "; or picture files, one to a word"}},
    .many = true,
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_PICTURE,
             "the picture, or numbers if the name ends in .npy, .npz or .csv; default: "
             "reconstruct.png in the run's folder, or in the current folder for a model file"},
            {"count", 0, CLI_INT, "N", "10", 1, 1000, 0,
             "images to draw; when writing numbers, the default is all images of the split, and of "
             "picture files all"},
            {"invert", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "for picture files: exchange light and dark"},
            {"denoise", 0, CLI_TEXT, "KIND=X", NULL, 0, 0, 0,
             "put noise on the images (gaussian=0.3, salt=0.1 or mask=0.25), and draw them as they "
             "are, with it, and as the model takes it off"},
            CLI_IMAGE_LABEL_OPTION,
            {"split", 0, CLI_CHOICE, CLI_SPLITS, NULL, 0, 0, 0, CLI_SPLIT_HELP},
            CLI_SHOWN_OPTIONS,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
