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
#include "data/split.h"
#include "use/input_photos.h"
#include "use/score_table.h"
#include "use/usual.h"

enum { UNUSUAL = 3 /* the exit code of --check */ };

/* What the command works on. */
typedef struct score_job {
    emb_net *net;
    emb_unusual *usual;
    cli_split split;
    cli_scores scores;
} score_job;

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

/* As for encode: words that are files are pictures, a single other word is a data set. */
static bool are_pictures(const cli_args *args) {
    if (args->word_count > 1) return true;
    return cli_is_there(args->words[0]) && !cli_dataset_is_array(args->words[0]);
}

/* CLI_DONE, or CLI_USAGE with the message printed. */
static int check(const cli_args *args) {
    const char *name = args->command->name, *output = typed(args, "output");
    const bool pictures = are_pictures(args);
    if (output && strcmp(output, "-") != 0 && !cli_ends_with(output, ".csv") &&
        !cli_ends_with(output, ".json")) {
        return cli_usage(
            name, "--output: expected a name that ends in .csv or .json, or -, got '%s'", output);
    }
    if (pictures && (cli_arg(args, "split")->given || cli_arg(args, "normal")->given)) {
        return cli_usage(name, "--split and --normal are for a data set; '%s' is a file",
                         args->words[0]);
    }
    if (!pictures && cli_arg(args, "invert")->given) {
        return cli_usage(name, "--invert is for picture files; '%s' is a data set", args->words[0]);
    }
    return CLI_DONE;
}

static bool open_images(score_job *job, const cli_args *args) {
    const char *name = typed(args, "RUN|MODEL"), *first = args->words[0];
    if (!are_pictures(args)) {
        return cli_split_open(&job->split, job->net, name, first,
                              cli_arg(args, "split")->given ? typed(args, "split") : NULL);
    }
    job->scores.files = args->words;
    job->split.count = args->word_count;
    job->split.images =
        cli_photos_read(args->words, args->word_count, job->net, cli_arg(args, "invert")->given);
    return job->split.images;
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

static bool measure(score_job *job, const cli_args *args) {
    cli_scores *s = &job->scores;
    const int threads = (int)cli_arg(args, "threads")->whole;
    s->split = &job->split;
    s->by = cli_scores_by(typed(args, "by"));
    s->false_alarms = cli_arg(args, "false-alarms")->real;
    if (!find_normal(job, typed(args, "normal"))) return false;
    s->threshold = emb_unusual_threshold(job->usual, s->by, s->false_alarms);
    s->validated = emb_unusual_count(job->usual);
    if (isnan(s->threshold)) {
        cli_fail("--by %s: needs a network that does not stand at the mean image",
                 cli_scores_word(s->by));
        return false;
    }
    if (s->false_alarms * ((double)s->validated + 1) < 1) {
        cli_note("--false-alarms %g is less than one of %zu validation images: the threshold is "
                 "the largest of them",
                 s->false_alarms, s->validated);
    }
    cli_doing("scoring images");
    s->numbers = cli_alloc(job->split.count * EMB_UNUSUAL_KINDS * sizeof *s->numbers);
    if (emb_unusual_score(job->usual, job->net, job->split.images, job->split.indices,
                          job->split.count, threads, s->numbers) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    cli_scores_sort(s);
    return true;
}

/* ---- what is printed ------------------------------------------------------------------------- */

static void print_classes(const cli_scores *s) {
    double roc, precision;
    char text[CLI_NUMBER_SIZE];
    if (s->normal < 0) return;
    const char *name = cli_class_name(s->split->images, s->normal, text);
    size_t usual = 0, alarms = 0, odd = 0, found = 0;
    for (size_t i = 0; i < s->split->count; i++) {
        const int label = emb_images_label(s->split->images, cli_split_index(s->split, i));
        usual += label == s->normal;
        alarms += label == s->normal && cli_scores_is_odd(s, i);
        odd += label != s->normal;
        found += label != s->normal && cli_scores_is_odd(s, i);
    }
    if (usual > 0) {
        printf("of class %s, %.2f %% are above it\n", cli_shown(name),
               100 * (double)alarms / (double)usual);
    }
    if (odd > 0) {
        printf("of other classes, %.2f %% are above it\n", 100 * (double)found / (double)odd);
    }
    for (int by = 0; by < EMB_UNUSUAL_KINDS; by++) {
        if (!cli_scores_areas(s, (emb_unusual_by)by, &roc, &precision)) continue;
        printf("by %-14s  ROC AUC %.4f  average precision %.4f\n",
               cli_scores_word((emb_unusual_by)by), roc, precision);
    }
}

static void print_summary(const cli_scores *s, size_t shown) {
    char odd[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE], validated[CLI_NUMBER_SIZE];
    printf("threshold %.4g: %g %% of usual images are above it, by %s validation image%s\n",
           s->threshold, 100 * s->false_alarms, cli_thousands(s->validated, validated),
           s->validated == 1 ? "" : "s");
    printf("%s of %s image%s above it\n", cli_thousands(cli_scores_odd(s), odd),
           cli_thousands(s->split->count, all), s->split->count == 1 ? " is" : "s are");
    print_classes(s);
    for (size_t i = 0; i < shown && i < s->split->count; i++) {
        const size_t at = s->order[i];
        char *name = cli_scores_name(s, at), *label = cli_scores_label(s, at);
        printf("%10.4g%s  %s%s%s\n", cli_scores_of(s, at), cli_scores_is_odd(s, at) ? " *" : "  ",
               cli_shown(name), *label ? "  " : "", cli_shown(label));
        free(name);
        free(label);
    }
}

static bool write_scores(const cli_scores *s, const char *model_name, const char *output,
                         bool json) {
    cli_text text = {0};
    const bool to_file = output && strcmp(output, "-") != 0;
    if (json || (output && cli_ends_with(output, ".json"))) {
        cli_scores_json(s, model_name, &text);
    } else {
        cli_scores_csv(s, &text);
    }
    bool good = true;
    if (to_file) {
        good = emb_file_write(output, text.bytes, text.length) == EMB_OK;
        if (!good) cli_fail("%s", emb_error());
    } else {
        cli_output(text.bytes, text.length);
    }
    cli_text_free(&text);
    return good;
}

static bool report(const score_job *job, const cli_args *args) {
    const char *output = typed(args, "output");
    const bool json = cli_arg(args, "json")->given;
    const bool printed = json || (output && strcmp(output, "-") == 0);
    if (!printed) print_summary(&job->scores, (size_t)cli_arg(args, "count")->whole);
    if (!printed && !output) return true;
    return write_scores(&job->scores, typed(args, "RUN|MODEL"), output, json);
}

static int run_score(const cli_args *args) {
    score_job job = {0};
    const int usage = check(args);
    if (usage != CLI_DONE) return usage;
    const char *name = typed(args, "RUN|MODEL"), *output = typed(args, "output");
    bool good = !output || strcmp(output, "-") == 0 || cli_output_ready(output);
    job.net = good ? cli_network_open_trained(name) : NULL;
    if (job.net) {
        job.usual = cli_usual_open(job.net, name, typed(args, "trained-on"),
                                   (int)cli_arg(args, "threads")->whole);
    }
    good = job.usual && open_images(&job, args) && measure(&job, args) && report(&job, args);
    const bool odd = good && cli_scores_odd(&job.scores) > 0;
    free(job.scores.numbers);
    free(job.scores.order);
    cli_split_close(&job.split);
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
        "threshold is a quantile of the validation images' scores. As CSV: "
        "name,label,score,reconstruction,neighbours,unusual, where reconstruction is the mean "
        "squared error and neighbours the mean distance of the code to the five nearest of "
        "training images. If a class is known to be usual, the areas under the ROC and the "
        "precision-recall curve are printed, for each kind of number.",
    .examples = {{"embudo score runs/001", "the oddest of MNIST's test images"},
                 {"embudo score runs/001 --split test -o scores.csv", "a line for each image"},
                 {"embudo score runs/001 part.png --check",
                  "exit code 3 if the picture is unusual: for a production line"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"DATASET|FILES", "mnist",
                     CLI_RUN_DATASET_HELP "; or picture files, one to a word"}},
    .many = true,
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, 0,
             "scores.csv or scores.json, by the name's ending; -: CSV on standard output"},
            {"json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "JSON instead of CSV, on standard output"},
            {"false-alarms", 0, CLI_REAL, "X", "0.01", 0, 1, CLI_ABOVE_LEAST | CLI_BELOW_MOST,
             "the share of usual images that may be above the threshold"},
            {"by", 0, CLI_CHOICE, CLI_SCORES_BY, "score", 0, 0, 0,
             "what the images are judged by: the score; the mean squared error of the "
             "reconstruction, or that of its worst region; the error for how busy the image is; "
             "or the distance to the neighbours' codes"},
            {"normal", 0, CLI_TEXT, "CLASS", NULL, 0, 0, 0,
             "the class of usual images, all others being unusual; default: the one called good"},
            {"count", 0, CLI_INT, "N", "10", 0, 1000, 0, "how many of the oddest are printed"},
            {"check", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "end with exit code 3 if any image is above the threshold"},
            {"trained-on", 0, CLI_TEXT, "DATASET", NULL, 0, 0, 0,
             "what the model was trained on; default: the data set in the run's record"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, NULL, 0, 0, 0, CLI_SPLIT_HELP},
            {"invert", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "for picture files: exchange light and dark"},
            CLI_THREADS_OPTION,
        },
};
