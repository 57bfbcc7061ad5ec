/* `embudo predict`: what a model says of pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/open_file.h"
#include "core/shared_help.h"
#include "core/shown.h"
#include "data/picture_options.h"
#include "use/named_images.h"
#include "use/prediction_make.h"
#include "use/prediction_sheet.h"
#include "use/prediction_text.h"

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

static bool is_dash(const char *path) { return strcmp(path, "-") == 0; }

/* CLI_DONE, or CLI_USAGE with the message printed. */
static int check(const cli_args *args) {
    const char *output = typed(args, "output");
    if (output && !is_dash(output) && !cli_ends_with(output, ".csv") &&
        !cli_ends_with(output, ".json") && !cli_is_sheet(output)) {
        return cli_usage(args->command->name,
                         "--output: expected a name that ends in .csv, .json, .png, .svg or .pdf, "
                         "or -, got '%s'",
                         output);
    }
    return CLI_DONE;
}

static bool write_text(const cli_predictions *p, bool json, const char *path) {
    cli_text text = {0};
    (json ? cli_predictions_json : cli_predictions_csv)(p, &text);
    const bool done = cli_table_put(&text, path);
    cli_text_free(&text);
    return done;
}

/* A line for each picture, below it if the terminal shows pictures. */
static void print_lines(const cli_predictions *p, const emb_net *net) {
    const bool drawn = cli_shown_on();
    for (size_t i = 0; i < p->count; i++) {
        cli_text line = {0};
        if (drawn) cli_prediction_show(p, net, i);
        cli_prediction_line(p, i, &line);
        printf("%s\n", line.bytes);
        if (drawn) fflush(stdout);
        cli_text_free(&line);
    }
}

/* The file, and then what is printed: JSON or CSV if that is asked for, else lines. */
static bool report(const cli_predictions *p, const emb_net *net, const cli_args *args) {
    const char *output = typed(args, "output");
    const bool json = cli_arg(args, "json")->given;
    if (cli_is_sheet(output) && !cli_predictions_draw(p, net, output)) return false;
    const bool file = output && !is_dash(output) && !cli_is_sheet(output);
    if (file && !write_text(p, cli_ends_with(output, ".json"), output)) return false;
    if (json) return write_text(p, true, NULL);
    if (output && is_dash(output)) return write_text(p, false, NULL);
    print_lines(p, net);
    return true;
}

static int run_predict(const cli_args *args) {
    const int usage = check(args);
    if (usage != CLI_DONE) return usage;
    const char *output = typed(args, "output");
    const bool ready = !output || is_dash(output) || cli_output_ready(output);
    emb_net *net = ready ? cli_network_open_trained(typed(args, "RUN|MODEL")) : NULL;
    cli_predictions p = {0};
    cli_shown_begin(args);
    const bool good = net && cli_predictions_make(&p, net, args) && report(&p, net, args);
    if (good) cli_open_file(args, output);
    const bool all = p.count == args->word_count;
    cli_predictions_free(&p);
    emb_net_free(net);
    return good && all ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_predict = {
    .name = "predict",
    .summary = "say what pictures are: a classifier's label, or a code and how unusual it is",
    .run = run_predict,
    .about =
        "Prints a line for each picture file. Of a classifier, the most probable label with its "
        "probability, and the second: \"three.png: 3 (94 %), then 8 (4 %)\"; of one that asks "
        "neighbours, their shares of the votes. Of an autoencoder, the mean squared error of the "
        "reconstruction, whether that is unusual, by the run's own threshold (see score), and the "
        "code. In a terminal, what the network was really shown stands above the line, and its "
        "reconstruction beside it; -o draws them as a sheet. A network that was trained on MNIST, "
        "or on images laid out as MNIST's are, reads photographs and scans of digits: the ink is "
        "found on its paper and laid out likewise. Photograph one digit to a picture, with some "
        "paper around it. An image of the network's size that is light on dark stays as it is. "
        "Files "
        "that cannot be read are named, the others are answered, and the exit code is 1.",
    .examples = {{"embudo predict runs/001 three.png four.jpg",
                  "which digits are these? as a line for each"},
                 {"embudo predict runs/001 *.jpg -o seen.png",
                  "also draws what the network saw of them"},
                 {"embudo predict runs/001 three.png --json",
                  "for scripts: label, probability and second; docs/JSON.md has all"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"FILES", NULL,
                     "pictures, one to a word: PNG, JPEG, WebP, TIFF, BMP, GIF, PGM or PPM"}},
    .many = true,
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_TABLE,
             "a sheet (.png, .svg or .pdf) of what the network was shown and what it makes of it; "
             "or a table (.csv) or a list (.json) with a line or an object for each picture"},
            {"json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "JSON on standard output instead of lines: a list of objects"},
            CLI_LIKE_MNIST_OPTIONS{"invert", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                                   "read pictures as they are, but exchange light and dark"},
            CLI_LABEL_OPTION,
            CLI_SHOWN_OPTIONS,
            {"trained-on", 0, CLI_TEXT, "DATASET", NULL, 0, 0, 0,
             "what the model was trained on, by which errors are judged; default: the data set in "
             "the run's record"},
            CLI_THREADS_OPTION,
        },
};
