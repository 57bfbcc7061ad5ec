/* `embudo classify`: a classifier on a trained encoder's codes, or on the images themselves. */
#include <math.h>

#include "core/message.h"
#include "core/shared_help.h"
#include "data/held.h"
#include "data/known_data.h"
#include "data/learning.h"
#include "data/picture_options.h"
#include "data/range.h"
#include "train/answer.h"
#include "train/classification.h"
#include "train/job_run.h"

/* The first option given that is of a training; NULL: none. */
static const char *of_training(const cli_args *args) {
    static const char *const own[] = {"head", "epochs", "batch-size", "lr", "schedule", "warmup"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (cli_arg(args, own[i])->given) return own[i];
    }
    return cli_learning_given(args);
}

/* With --images there is no run: a single word is the data set. */
static int read_words(cli_classification *c) {
    const cli_args *args = c->args;
    const cli_value *first = cli_arg(args, "RUN|MODEL"), *second = cli_arg(args, "DATASET");
    const bool images = cli_arg(args, "images")->given;
    static const char *const of_codes[] = {"head", "knn"};
    c->dataset = second->text;
    if (!images && !first->given) {
        return cli_usage("classify",
                         "RUN|MODEL is missing: the trained autoencoder whose codes are "
                         "to be classified; or --images");
    }
    if (!images && cli_arg(args, "net")->given) {
        return cli_usage("classify", "--net is for --images; for codes use --head");
    }
    if (cli_arg(args, "knn")->given && of_training(args)) {
        return cli_usage("classify", "--knn trains nothing, so it cannot be used with --%s",
                         of_training(args));
    }
    for (size_t i = 0; images && i < sizeof of_codes / sizeof *of_codes; i++) {
        if (!cli_arg(args, of_codes[i])->given) continue;
        return cli_usage("classify", "--%s is for codes; with --images use --net", of_codes[i]);
    }
    if (images && second->given)
        return cli_usage("classify", "unexpected argument '%s'", second->text);
    if (!images && cli_arg(args, "pixel-range")->given) {
        return cli_usage("classify",
                         "--pixel-range is for --images; codes use their encoder's range");
    }
    if (images && first->given) c->dataset = first->text;
    if (!images) c->run = first->text;
    double black, white;
    const int code = cli_pictures_read(args);
    return code == CLI_DONE ? cli_range_option(args, &black, &white) : code;
}

/* What the line says, or the recorded line of a run that is resumed, which is then c->args. */
static int read_line(cli_classification *c, const cli_args *args) {
    cli_job *job = &c->job;
    cli_training *t = &job->training;
    int code = cli_answer_begin(args);
    if (code == CLI_DONE) code = cli_checkpoint_options(&job->checkpoints, args);
    if (code == CLI_DONE && cli_arg(args, "resume")->given) {
        code = cli_resume_classify(&job->resumed, t, &job->checkpoints, args);
        if (code != CLI_DONE || job->resumed.complete) return code;
        c->args = &job->resumed.line;
        if (job->resumed.again) code = cli_checkpoint_options(&job->checkpoints, c->args);
    }
    if (code == CLI_DONE) code = read_words(c);
    if (code != CLI_DONE) return code;
    cli_asked_read(&t->asked, &t->terms, c->args);
    t->asked.dataset = c->dataset;
    t->asked.automatic = true;
    t->terms.options.shuffle = true;
    return cli_learning_read(&t->terms.options, c->args);
}

static int run_classify(const cli_args *args) {
    cli_classification c = {.asked = args, .args = args};
    cli_known_data_begin();
    int code = read_line(&c, args);
    if (code == CLI_DONE && c.job.resumed.complete) {
        cli_classification_tell_unmeasured(&c);
    } else if (code == CLI_DONE) {
        code = !cli_classification_open(&c)    ? CLI_FAILED
               : !c.run                        ? cli_classify_images(&c)
               : cli_arg(c.args, "knn")->given ? cli_classify_neighbours(&c)
                                               : cli_classify_codes(&c);
    }
    cli_job_free(&c.job);
    emb_images_free(c.train);
    emb_images_free(c.test);
    emb_net_free(c.autoencoder);
    return code;
}

const cli_command cli_command_classify = {
    .name = "classify",
    .summary = "train a classifier on an autoencoder's codes, or on images",
    .run = run_classify,
    .about = "The codes are those of a trained encoder, which stays as it is; a small network "
             "learns to tell the labels from them. --images learns from the images instead, to "
             "compare. Prints a line for each epoch as train does, with the share of images "
             "classified correctly, then the accuracy on the test images (for one array: the "
             "images held out of all training) and the confusion matrix. The run's folder gets the "
             "same files as from train, and also confusion.csv and confusion.png; its model holds "
             "encoder and classifier, and embudo eval measures it. Batches are always shuffled.",
    .examples = {{"embudo classify runs/001", "an MLP on the codes of a run"},
                 {"embudo classify runs/001 --knn 5", "the five nearest codes vote"},
                 {"embudo classify --images", "a convolutional network on the images"}},
    .positionals = {{.name = "RUN|MODEL",
                     .fallback = "",
                     .help = CLI_RUN_HELP ": the autoencoder; leave it out with --images"},
                    {.name = "DATASET", .fallback = "mnist", .help = CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"head", 0, CLI_TEXT, "linear|mlp|FILE", "mlp", 0, 0, 0,
             "the classifier of codes: one Linear layer, two hidden layers of 256, or a notation "
             "file "
             "with a part called classifier"},
            {"knn", 0, CLI_INT, "K", NULL, 1, CLI_MOST_NEIGHBOURS, 0,
             "train nothing: the K nearest training codes vote"},
            {"images", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "classify the images, not codes"},
            {"net", 0, CLI_TEXT, "cnn|mlp|FILE", "cnn", 0, 0, 0,
             "the classifier of images: the notebook's encoder with one output for each class, one "
             "hidden layer of 64, or a notation file with a part called classifier"},
            {"epochs", 0, CLI_INT, "N", "15", 1, EMB_MAX_EPOCHS, 0,
             "number of passes through the training images"},
            {"batch-size", 0, CLI_INT, "N", "64", 1, EMB_MAX_BATCH, 0, "images in a step"},
            {"lr", 0, CLI_REAL, "X", "0.002", 0, INFINITY, CLI_ABOVE_LEAST, "the learning rate"},
            {"schedule", 0, CLI_CHOICE, CLI_SCHEDULES, "linear", 0, 0, 0, CLI_SCHEDULE_HELP},
            {"warmup", 0, CLI_INT, "N", "0", 0, EMB_MAX_WARMUP, 0,
             "steps in which the learning rate rises first"},
            CLI_LEARNING_OPTIONS{
                "seed", 0, CLI_SEED, "N", "42", 0, 0, 0,
                "the seed of the split, the initial weights and the order; for a run's codes the "
                "default is the run's own"},
            {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
             "share of the images kept for validation; for a run's codes the default is the run's "
             "own"},
            CLI_PICTURE_OPTIONS CLI_TEST_SPLIT_OPTION,
            CLI_TEST_SEED_OPTION,
            CLI_PIXEL_RANGE_OPTION,
            CLI_THREADS_OPTION,
            CLI_PRINT_FOLDER_OPTION,
            CLI_JSON_OPTION,
            {"output", 'o', CLI_TEXT, "DIR", NULL, 0, 0, CLI_TO_FOLDER,
             "the run's folder; default: the next free one of runs/001, runs/002, ..."},
            {"resume", 0, CLI_TEXT, "RUN|FILE", NULL, 0, 0, 0,
             "continue a classifier from its newest checkpoint, or from the checkpoint FILE, as if "
             "it had never stopped, with the options, the data and the autoencoder of its run. "
             "--threads, --checkpoint-every, --keep, --on-nan and --tensorboard may be given "
             "again, and a larger --epochs"},
            CLI_CHECKPOINT_OPTIONS{"tensorboard", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                                   "write event files while training, and codes for the projector, "
                                   "into tensorboard/ in "
                                   "the run's folder"},
        },
};
