/* `embudo plot`: reading what is asked for, and saving the picture. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/class_options.h"
#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/number_list.h"
#include "core/open_file.h"
#include "core/progress.h"
#include "core/seed.h"
#include "core/shared_help.h"
#include "core/shown.h"
#include "core/suggest.h"
#include "data/picture_options.h"
#include "plot/plot_kinds.h"
#include "plot/plot_words.h"

static const cli_plot_kind *find_kind(const char *name) {
    enum { MOST = 32 };
    const char *names[MOST + 1];
    cli_text list = {0};
    int count = 0;
    const cli_plot_kind *found = cli_plot_kind_find(name);
    if (found) return found;
    for (; count < MOST && cli_plot_kinds[count].name; count++) {
        names[count] = cli_plot_kinds[count].name;
        cli_text_add(&list, "%s%s", count ? ", " : "", names[count]);
    }
    names[count] = NULL;
    const char *nearest = cli_nearest(name, names);
    if (nearest) {
        cli_usage("plot", "there is no kind '%s'; did you mean '%s'?", name, nearest);
    } else {
        cli_usage("plot", "there is no kind '%s'; expected one of %s", name, list.bytes);
    }
    cli_text_free(&list);
    return NULL;
}

/* Reads whole numbers separated by commas into numbers[most]. How many; 0 if there is none, or more
 * than `most`. */
static size_t read_list(const char *text, size_t *numbers, size_t most) {
    size_t count = 0;
    for (uint64_t number; text && count < most; numbers[count++] = (size_t)number) {
        if (!cli_number_next(&text, 0, SIZE_MAX, &number)) return 0;
    }
    return text ? 0 : count;
}

static bool read_dims(const cli_args *args, const cli_plot_kind *kind, cli_plot *plot) {
    const char *text = cli_arg(args, "dims")->text;
    size_t dims[CLI_PLOT_MOST_DIMS];
    if (!text) return true;
    const size_t count = read_list(text, dims, CLI_PLOT_MOST_DIMS);
    bool good = kind->many_dims ? count > 0 : count == 2;
    for (size_t i = 0; good && i < count; i++) {
        good = dims[i] < EMB_MAX_SIZE;
        plot->dims[i] = (int)dims[i];
    }
    plot->dim_count = (int)count;
    if (good) return true;
    if (kind->many_dims) {
        cli_usage("plot", "--dims: expected 1 to %d numbers, as in 0,3,7, got '%s'",
                  CLI_PLOT_MOST_DIMS, text);
    } else {
        cli_usage("plot", "--dims: expected two numbers, as in 0,3, got '%s'", text);
    }
    return false;
}

static bool read_images(const cli_args *args, cli_plot *plot) {
    const char *text = cli_arg(args, "images")->text;
    if (!text) return true;
    plot->image_count = read_list(text, plot->images, CLI_PLOT_MOST_IMAGES);
    if (plot->image_count > 0) return true;
    cli_usage("plot", "--images: expected 1 to %d numbers, as in 3,7,12, got '%s'",
              CLI_PLOT_MOST_IMAGES, text);
    return false;
}

/* Where the picture goes, to be freed. */
static char *output_path(const cli_args *args, const char *run, const char *kind) {
    const char *output = cli_arg(args, "output")->text;
    if (output) return cli_format("%s", output);
    return cli_is_folder(run) ? cli_format("%s/%s.png", run, kind) : cli_format("%s.png", kind);
}

static bool check_format(cli_plot *plot, const cli_plot_kind *kind, const char *path) {
    if (emb_format_of(path, &plot->format) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    if (kind->moves || plot->format <= EMB_PDF) return true;
    cli_fail("%s: %s is not an animation; its name must end in .png, .svg or .pdf", path,
             kind->name);
    return false;
}

static bool save(cli_plot *plot, const cli_plot_kind *kind, const char *path) {
    cli_doing("drawing");
    emb_picture *picture = cli_plot_draw(plot, kind);
    if (!picture) return false;
    const bool saved = emb_picture_save(picture, path) == EMB_OK;
    if (!saved) cli_fail("%s", emb_error());
    emb_picture_free(picture);
    if (saved) cli_line("%s", path);
    return saved;
}

static int run_plot(const cli_args *args) {
    const cli_plot_kind *kind = find_kind(cli_arg(args, "KIND")->text);
    if (!kind) return CLI_USAGE;
    cli_plot plot = {.run = cli_arg(args, "RUN|MODEL")->text,
                     .dataset = cli_arg(args, "DATASET")->text,
                     .split_name =
                         cli_arg(args, "split")->given ? cli_arg(args, "split")->text : NULL,
                     .title = cli_arg(args, "title")->text,
                     .threads = (int)cli_arg(args, "threads")->whole,
                     .grid = (int)cli_arg(args, "grid")->whole,
                     .count = (int)cli_arg(args, "count")->whole,
                     .steps = (int)cli_arg(args, "steps")->whole,
                     .layer = cli_arg(args, "layer")->text,
                     .label_text = cli_arg(args, "label")->text,
                     .seed = cli_seed_option(cli_arg(args, "seed")->seed)};
    if (cli_class_read(args, plot.run) != CLI_DONE) return CLI_USAGE;
    if (!read_dims(args, kind, &plot) || !read_images(args, &plot)) return CLI_USAGE;
    char *path = output_path(args, plot.run, kind->name);
    cli_shown_begin(args);
    const bool good =
        check_format(&plot, kind, path) && cli_output_ready(path) && save(&plot, kind, path);
    if (good) cli_open_file(args, path);
    free(path);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_plot = {
    .name = "plot",
    .summary = "draw a run: its loss, its codes, decoded codes, its network",
    .run = run_plot,
    .about =
        "KIND is one of: loss (by epoch), film (a validation image, and what the network made of "
        "it "
        "after each epoch; as .gif or .apng it moves), codes (the images' codes, coloured by "
        "label; codes "
        "of more than two numbers are projected on two principal components), manifold (a "
        "decoded grid over two numbers of the code), walk (from image to image through their "
        "codes; a strip, or an animation as .gif or .apng), samples (new images, of codes drawn at "
        "random as embudo sample draws them), traversal (what each number of the code changes "
        "while the others stay), prior (the plane that codes are drawn from, decoded, and "
        "coloured by how many images' codes lie there), errors (the worst "
        "reconstructions), filters (the first layer's weights; with --images also each "
        "layer's output for that image), network (its layers as a funnel), transposed (how a "
        "ConvTranspose2d enlarges). Prints the picture's name; a terminal that can shows the "
        "picture, too.",
    .examples = {{"embudo plot runs/001 codes", "the test images' codes, in runs/001/codes.png"},
                 {"embudo plot runs/001 walk --images 3,7 -o walk.gif",
                  "from test image 3 to test image 7 and back"},
                 {"embudo plot runs/001 traversal --images 7",
                  "what the numbers of test image 7's code change"},
                 {"embudo plot notebook network -o network.svg",
                  "the built-in network, without training one"}},
    .positionals =
        {{"RUN|MODEL", NULL,
          CLI_RUN_HELP
          ", or any network for network and transposed, also a class in a Python file or a "
          "notebook"},
         {"KIND", NULL, "what to draw"},
         {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options =
        {
            CLI_CLASS_OPTIONS CLI_CLASS_INPUT_OPTION{"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0,
                                                     CLI_TO_PICTURE,
                                                     "the picture, PNG, SVG or PDF by its ending; "
                                                     "default: KIND.png in the run's folder, "
                                                     "or in the current folder for a model file"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, NULL, 0, 0, 0, CLI_SPLIT_HELP},
            {"dims", 0, CLI_TEXT, "A,B", NULL, 0, 0, 0,
             "codes, manifold, prior: which two numbers of the code to draw, counted from 0. "
             "traversal: which ones, as in 0,3,7; default: at most 16, those that vary most"},
            CLI_LABEL_OPTION,
            {"grid", 0, CLI_INT, "N", "20", 2, 100, 0, "manifold, prior: images to a side"},
            {"images", 0, CLI_TEXT, "I,J,...", NULL, 0, 0, 0,
             "walk: its stops, as positions in the split; default: the first image of each of four "
             "classes. filters: the image. traversal: the image whose code the others stay at"},
            {"steps", 0, CLI_INT, "N", NULL, 1, 200, 0,
             "walk: images between two stops; default: 8, and 24 in an animation. traversal: "
             "images of "
             "a number; default: 11"},
            {"count", 0, CLI_INT, "N", NULL, 1, 1000000, 0,
             "errors: how many, at most 1000; default: 10. samples: how many; default: 64. codes, "
             "prior: the first N images of the split; default: all"},
            {"seed", 0, CLI_SEED, "N", "42", 0, 0, 0, "samples: seed of the codes"},
            {"layer", 0, CLI_TEXT, "NAME", NULL, 0, 0, 0,
             "transposed: which ConvTranspose2d, as in decoder.5; default: the first"},
            {"title", 0, CLI_TEXT, "TEXT", NULL, 0, 0, 0,
             "a title that replaces the picture's own"},
            CLI_SHOWN_OPTIONS,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
