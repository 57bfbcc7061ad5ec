/* `embudo score`: how unusual each image is, and which are so beyond a threshold. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/shared_help.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/split.h"
#include "plot/plot_words.h"
#include "use/data_doctor.h"
#include "use/input_photos.h"
#include "use/named_images.h"
#include "use/score_curves.h"
#include "use/score_nearest.h"
#include "use/score_print.h"
#include "use/score_sheet.h"
#include "use/score_table.h"
#include "use/score_text.h"
#include "use/threshold.h"
#include "use/usual.h"

enum { UNUSUAL = 3 /* the exit code of --check */ };

/* What the command works on. */
typedef struct score_job {
    emb_net *net;
    emb_unusual *usual;
    bool pictures; /* the words are files */
    cli_split split, learned;
    cli_scores scores;
    int threads;
} score_job;

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

static bool is_ready(const char *path) {
    return !path || strcmp(path, "-") == 0 || cli_output_ready(path);
}

/* CLI_DONE, or CLI_USAGE with the message printed. */
static int check(const cli_args *args, bool pictures) {
    const char *name = args->command->name, *output = typed(args, "output");
    const char *curves = typed(args, "curves");
    if (output && strcmp(output, "-") != 0 && !cli_ends_with(output, ".csv") &&
        !cli_ends_with(output, ".json") && !cli_is_sheet(output)) {
        return cli_usage(name,
                         "--output: expected a name that ends in .csv, .json, .png, .svg or .pdf, "
                         "or -, got '%s'",
                         output);
    }
    if (curves && !cli_is_sheet(curves)) {
        return cli_usage(name,
                         "--curves: expected a name that ends in .png, .svg or .pdf, got "
                         "'%s'",
                         curves);
    }
    if (pictures && (cli_arg(args, "split")->given || cli_arg(args, "normal")->given || curves)) {
        return cli_usage(name, "--split, --normal and --curves are for a data set; '%s' is a file",
                         args->words[0]);
    }
    if (!pictures && cli_arg(args, "invert")->given) {
        return cli_usage(name, "--invert is for picture files; '%s' is a data set", args->words[0]);
    }
    if (cli_is_sheet(output) && cli_arg(args, "count")->whole == 0) {
        return cli_usage(name, "--count 0: a sheet shows at least one image");
    }
    return CLI_DONE;
}

static bool open_images(score_job *job, const cli_args *args) {
    const char *name = typed(args, "RUN|MODEL"), *first = args->words[0];
    if (!job->pictures) {
        const bool good =
            cli_split_open(&job->split, job->net, name, first,
                           cli_arg(args, "split")->given ? typed(args, "split") : NULL);
        if (good) cli_data_doctor_given(job->net, job->split.images);
        return good && cli_network_label_images(job->net, args, job->split.images);
    }
    job->scores.files = args->words;
    job->split.count = args->word_count;
    job->split.images = cli_photos_read(args->words, args->word_count, job->net, args);
    return job->split.images && cli_network_label_images(job->net, args, job->split.images);
}

/* The class that is usual: the one that was named, or one that is called good. */
static bool find_normal(score_job *job, const char *asked) {
    char text[CLI_NUMBER_SIZE];
    const emb_images *images = job->split.images;
    job->scores.normal = -1;
    for (int label = 0; label < emb_images_classes(images); label++) {
        const char *name = cli_class_name(images, label, text);
        if (strcmp(name, asked ? asked : "good") == 0) job->scores.normal = label;
    }
    if (!asked || job->scores.normal >= 0) return true;
    cli_fail("--normal %s: %s has no such class", asked, job->split.dataset);
    return false;
}

/* Curves need both sides, heat maps a network: said before anything is scored. */
static bool check_drawings(const score_job *job, const cli_args *args) {
    size_t usual, odd;
    cli_scores_sides(&job->scores, &usual, &odd);
    if (typed(args, "curves") && job->scores.normal < 0) {
        cli_fail("--curves: it must be known which images of %s are usual: --normal CLASS names "
                 "their class, or it is called good",
                 job->split.dataset);
        return false;
    }
    if (typed(args, "curves") && (usual == 0 || odd == 0)) {
        cli_fail("--curves: these images of %s are all %s; expected some of both",
                 job->split.dataset, usual == 0 ? _("unusual") : _("usual"));
        return false;
    }
    const char *heat = typed(args, "heat");
    if (!heat) return true;
    if (job->scores.uses_net) return cli_folder_make(heat) && cli_folder_hold_output(heat);
    cli_fail("--heat: needs a network that does not stand at the mean image");
    return false;
}

static bool find_threshold(score_job *job, const cli_args *args) {
    cli_scores *s = &job->scores;
    s->split = &job->split;
    emb_verdict verdict;
    if (!cli_threshold_take(job->usual, job->net, typed(args, "RUN|MODEL"), args, &verdict)) {
        return false;
    }
    s->by = verdict.by;
    s->false_alarms = verdict.false_alarms;
    s->threshold = verdict.threshold;
    s->validated = emb_unusual_count(job->usual);
    s->uses_net = emb_unusual_uses_net(job->usual);
    if (s->false_alarms * ((double)s->validated + 1) < 1) {
        cli_note("--false-alarms %g is less than one of %zu validation images: the threshold is "
                 "a guess from the largest of them",
                 s->false_alarms, s->validated);
    }
    return true;
}

static bool measure(score_job *job, const cli_args *args) {
    cli_scores *s = &job->scores;
    if (!find_threshold(job, args) || !find_normal(job, typed(args, "normal")) ||
        !check_drawings(job, args)) {
        return false;
    }
    cli_doing("scoring images");
    s->numbers = cli_alloc(job->split.count * EMB_UNUSUAL_KINDS * sizeof *s->numbers);
    if (emb_unusual_score(job->usual, job->net, job->split.images, job->split.indices,
                          job->split.count, job->threads, s->numbers) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    s->order = cli_scores_ranked(s, (int)s->by);
    return true;
}

/* ---- what to compare with -------------------------------------------------------------------- */

static bool is_json(const cli_args *args) {
    const char *output = typed(args, "output");
    return cli_arg(args, "json")->given || (output && cli_ends_with(output, ".json"));
}

/* Whether the scores are what is printed. */
static bool is_printed(const cli_args *args) {
    const char *output = typed(args, "output");
    return cli_arg(args, "json")->given || (output && strcmp(output, "-") == 0);
}

/* The nearest training images: of all images where each has a line of its own in JSON, or where it
 * is known what should be found; else of those that are shown. */
static bool compare(score_job *job, const cli_args *args) {
    cli_scores *s = &job->scores;
    size_t usual, odd, shown = (size_t)cli_arg(args, "count")->whole;
    cli_scores_sides(s, &usual, &odd);
    const bool areas = usual > 0 && odd > 0 && (!is_printed(args) || typed(args, "curves"));
    const bool all = is_json(args) || areas;
    if (is_printed(args) && !cli_is_sheet(typed(args, "output"))) shown = 0;
    if (!all && shown == 0) return true;
    char *dataset = cli_usual_dataset(typed(args, "RUN|MODEL"), typed(args, "trained-on"));
    bool good = true;
    if (cli_learned_open(&job->learned, job->net, typed(args, "RUN|MODEL"), dataset)) {
        s->learned = &job->learned;
        good = cli_scores_find_nearest(s, all ? NULL : s->order,
                                       shown < job->split.count ? shown : job->split.count,
                                       job->threads);
    }
    free(dataset);
    return good;
}

/* ---- results --------------------------------------------------------------------------------- */

static bool save_picture(emb_picture *picture, const char *path) {
    const bool good = picture && emb_picture_save(picture, path) == EMB_OK;
    if (picture && !good) cli_fail("%s", emb_error());
    emb_picture_free(picture);
    return good;
}

static emb_picture *draw_sheet(const cli_score_sheet *sheet, const char *path) {
    emb_format format;
    if (emb_format_of(path, &format) == EMB_OK) return cli_score_sheet_draw(sheet, format);
    cli_fail("%s", emb_error());
    return NULL;
}

static emb_picture *draw_curves(const score_job *job, const char *path) {
    emb_format format;
    if (emb_format_of(path, &format) == EMB_OK) {
        return cli_scores_draw_curves(&job->scores, format);
    }
    cli_fail("%s", emb_error());
    return NULL;
}

/* The sheet, the heat maps and the curves that were asked for. */
static bool draw(const score_job *job, const cli_args *args) {
    const char *output = typed(args, "output"), *heat = typed(args, "heat");
    const char *curves = typed(args, "curves");
    const size_t asked = (size_t)cli_arg(args, "count")->whole, all = job->split.count;
    const cli_score_sheet sheet = {
        .scores = &job->scores,
        .net = job->net,
        .full = emb_unusual_threshold(job->usual, EMB_UNUSUAL_REGION, job->scores.false_alarms),
        .count = cli_score_sheet_most(job->net, asked < all ? asked : all),
        .threads = job->threads};
    if (cli_is_sheet(output) && sheet.count < asked && sheet.count < all) {
        cli_note("%s has %zu of them, as many as fit in a picture", output, sheet.count);
    }
    if (cli_is_sheet(output) && !save_picture(draw_sheet(&sheet, output), output)) return false;
    if (curves && !save_picture(draw_curves(job, curves), curves)) return false;
    return !heat || cli_score_heat_write(&sheet, heat);
}

static bool write_scores(const cli_scores *s, const char *model_name, const char *path, bool json) {
    cli_text text = {0};
    bool good = true;
    if (json) {
        cli_scores_json(s, model_name, &text);
    } else {
        cli_scores_csv(s, &text);
    }
    if (path) {
        good = emb_file_write(path, text.bytes, text.length) == EMB_OK;
        if (!good) cli_fail("%s", emb_error());
    } else {
        cli_output(text.bytes, text.length);
    }
    cli_text_free(&text);
    return good;
}

static bool report(const score_job *job, const cli_args *args) {
    const char *output = typed(args, "output"), *name = typed(args, "RUN|MODEL");
    const bool is_file = output && strcmp(output, "-") != 0 && !cli_is_sheet(output);
    if (is_file && !write_scores(&job->scores, name, output, is_json(args))) return false;
    if (is_printed(args)) {
        return is_file || write_scores(&job->scores, name, NULL, cli_arg(args, "json")->given);
    }
    cli_scores_print(&job->scores, (size_t)cli_arg(args, "count")->whole);
    return true;
}

static int run_score(const cli_args *args) {
    score_job job = {.pictures = cli_photos_named(args),
                     .threads = (int)cli_arg(args, "threads")->whole};
    const int usage = check(args, job.pictures);
    if (usage != CLI_DONE) return usage;
    const char *name = typed(args, "RUN|MODEL");
    const char *heat = typed(args, "heat");
    const bool ready = is_ready(typed(args, "output")) && is_ready(typed(args, "curves")) &&
                       (!heat || cli_folder_is_free(heat));
    job.net = ready ? cli_network_open_trained(name) : NULL;
    if (job.net && cli_network_takes_part(job.net, name, "decoder")) {
        job.usual = cli_usual_open(job.net, name, typed(args, "trained-on"), job.threads);
    }
    const bool good = job.usual && open_images(&job, args) && measure(&job, args) &&
                      compare(&job, args) && draw(&job, args) && report(&job, args);
    const bool odd = good && cli_scores_odd(&job.scores) > 0;
    free(job.scores.numbers);
    free(job.scores.order);
    free(job.scores.nearest);
    free(job.scores.pixels);
    cli_split_close(&job.split);
    cli_split_close(&job.learned);
    emb_unusual_free(job.usual);
    emb_net_free(job.net);
    if (!good) return CLI_FAILED;
    return odd && cli_arg(args, "check")->given ? UNUSUAL : CLI_DONE;
}

const cli_command cli_command_score = {
    .name = "score",
    .summary = "say how unusual each image is, and which are beyond a threshold",
    .run = run_score,
    .about =
        "Prints the threshold, how many images are above it, and the oddest of them. The first "
        "time it learns from the run's own images what errors are usual, and keeps that beside the "
        "model (unusual.safetensors). A score is the error of the reconstruction, in which usual "
        "errors count less, for how busy the image is; 1 is the middle validation image. The "
        "threshold is a quantile of the validation images' scores; the model keeps it, and embudo "
        "export --score writes it with what computes the score. As CSV: "
        "name,label,score,reconstruction,neighbours,unusual, where reconstruction is the mean "
        "squared error and neighbours the mean distance of the code to the five nearest of "
        "training images. As JSON also the other numbers, and for each image the nearest training "
        "image by its pixels; pixels is the mean squared difference from it. It stands beside the "
        "printed images, too: if it is smaller than the error of the reconstruction, the training "
        "images tell more than the network. If a class is known to be usual, the areas under the "
        "ROC and the precision-recall curve are printed, for each kind of number.",
    .examples = {{"embudo score runs/001", "the oddest of MNIST's test images"},
                 {"embudo score runs/001 --split test -o scores.csv", "a line for each image"},
                 {"embudo score runs/001 -o oddest.png --heat heat",
                  "a sheet of the ten oddest, and where each image differs from what was expected"},
                 {"embudo score runs/001 part.png --check",
                  "exit code 3 if the picture is unusual: for a production line"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"DATASET|FILES", "mnist",
                     CLI_RUN_DATASET_HELP "; or picture files, one to a word"}},
    .many = true,
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_TABLE,
             "scores.csv or scores.json, by the name's ending, with a line for each image; or "
             ".png, .svg or .pdf: a sheet of the oddest, each above what was expected, where it "
             "differs and the nearest training image"},
            {"json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "JSON instead of CSV, on standard output"},
            {"false-alarms", 0, CLI_REAL, "X", NULL, 0, 1, CLI_ABOVE_LEAST | CLI_BELOW_MOST,
             "the share of usual images that may be above the threshold; default: the model's own, "
             "at first " CLI_FALSE_ALARMS},
            {"by", 0, CLI_CHOICE, CLI_SCORES_BY, NULL, 0, 0, 0,
             "what the images are judged by: the score; the mean squared error of the "
             "reconstruction, or that of its worst region; the error for how busy the image is; "
             "or the distance to the neighbours' codes; default: the model's own, at first the "
             "score"},
            {"keep", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "store this --false-alarms and --by, and their threshold, in the model; without it, "
             "they are for this time alone"},
            {"normal", 0, CLI_TEXT, "CLASS", NULL, 0, 0, 0,
             "the class of usual images, all others being unusual; default: the one called good"},
            {"count", 0, CLI_INT, "N", "10", 0, 1000, 0,
             "how many of the oddest are printed, or drawn"},
            {"heat", 0, CLI_TEXT, "FOLDER", NULL, 0, 0, CLI_TO_FOLDER,
             "write a PNG for each image into a new or empty folder, as large as the network sees "
             "it, where colour shows how "
             "far it is from what was expected: red as far as the worst region of an image at the "
             "threshold, or further"},
            {"curves", 0, CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_PICTURE,
             "draw the ROC and the precision-recall curve (.png, .svg or .pdf), where a class is "
             "known to be usual"},
            {"check", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "end with exit code 3 if any image is above the threshold"},
            {"trained-on", 0, CLI_TEXT, "DATASET", NULL, 0, 0, 0,
             "what the model was trained on; default: the data set in the run's record"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, NULL, 0, 0, 0, CLI_SPLIT_HELP},
            {"invert", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "for picture files: exchange light and dark"},
            CLI_IMAGE_LABEL_OPTION,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
